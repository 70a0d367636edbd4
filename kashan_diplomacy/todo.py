"""What the to-do list is made of, and whose each item is.

The list is computed from gaps and dates and stored nowhere: `agreements.todo` and
`budget.todo` find the items, and the start page, the reminder e-mail and the calendar
feed read the same ones.
"""

import datetime
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.contrib.auth.models import User
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

NEAR = datetime.timedelta(days=7)
COMING = datetime.timedelta(days=30)
#: For what takes a council or a partner to decide.
FAR = datetime.timedelta(days=60)

HEAD = "head"


class Stage(models.TextChoices):
    """How urgent an item is; in the order in which people should read them."""

    OVERDUE = "overdue", _("overdue")
    NEAR = "near", _("within a week")
    WAITING = "waiting", _("waiting")
    COMING = "coming", _("coming")


ORDER = {stage: number for number, stage in enumerate(Stage)}


def stage_of(due_on: datetime.date, on: datetime.date) -> Stage:
    """On its due day a thing is not late yet."""
    if due_on < on:
        return Stage.OVERDUE
    return Stage.NEAR if due_on <= on + NEAR else Stage.COMING


@dataclass(frozen=True)
class Item:
    """One thing somebody has to see to, in the language active when it was computed.

    `key` names it from one day to the next; it holds the day it turns on, so that a
    moved date makes a new item and people are told again. `day` is that day: the one
    something is due on, or since which it has been waiting; None where nobody knows.
    `since` is when it came onto the list. It is `owner_id`'s or, without an owner,
    anybody's in `role`; with neither it is the head's. Who may not see the record
    (`permission`) never sees it.
    """

    key: str
    kind: str
    what: str
    why: str
    day: datetime.date | None
    since: datetime.date | None
    stage: Stage
    link: str
    permission: str
    role: str = ""
    owner_id: int | None = None
    is_illustrative: bool = False


def about(
    row: models.Model, day: datetime.date | None, stage: Stage, *, subject: str = ""
) -> dict[str, Any]:
    """What an item takes from the row it is about, for `Item(**about(…), …)`.

    `subject` takes the model's place in the key where a row has items of two kinds.
    """
    meta = row._meta
    name = f"admin:{meta.app_label}_{meta.model_name}_change"
    return {
        "key": f"{subject or meta.model_name}:{row.pk}:{day or ''}",
        "day": day,
        "stage": stage,
        "link": reverse(name, args=[row.pk]),
        "permission": f"{meta.app_label}.view_{meta.model_name}",
        "is_illustrative": getattr(row, "is_illustrative", False),
    }


def by_urgency(items: Iterable[Item]) -> list[Item]:
    def urgency(item):
        return ORDER[item.stage], item.day or datetime.date.max, item.key

    return sorted(items, key=urgency)


class Staff:
    """Who works here, read once: two queries, whatever the number of items."""

    @cached_property
    def users(self) -> dict[int, User]:
        active = User.objects.filter(is_active=True, is_staff=True)
        found = active.order_by("pk").prefetch_related("groups")
        return {user.pk: user for user in found}

    @cached_property
    def by_role(self) -> dict[str, list[User]]:
        found = defaultdict(list)
        for user in self.users.values():
            for group in user.groups.all():
                found[group.name].append(user)
        return found

    def of(self, item: Item) -> list[User]:
        """Whose an item is. Where nobody is left it goes to the head; where there is
        no head either, to the superusers, so that nothing is lost in an empty office.
        """
        if item.owner_id:
            people = [self.users[item.owner_id]] if item.owner_id in self.users else []
        else:
            people = self.by_role.get(item.role, [])
        superusers = (user for user in self.users.values() if user.is_superuser)
        return people or self.by_role.get(HEAD) or list(superusers)

"""What the to-do list is made of, and whose each item is.

The list is computed from gaps and dates and stored nowhere: `agreements.todo` and
`budget.todo` find the items, and the start page, the reminder e-mail and the calendar
feed read the same ones.
"""

import datetime
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import chain
from typing import TYPE_CHECKING, Any

from django.contrib.auth.models import User
from django.db import models
from django.db.models import F
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from .union_rows import Part, Row, read

if TYPE_CHECKING:
    from .shortlist import Share

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
    #: In a list cut short: itself and those like it that are left out after it.
    stands_for: int = 1


@dataclass(frozen=True)
class Kind:
    """Items of one kind, found in the rows of `parts`; called, it reads them itself.

    Of kinds that may pile up each row `is_item`, and as urgent as its day is old.
    """

    parts: Callable[[datetime.date], list[Part]]
    items: Callable[[list[Row], datetime.date], Iterable[Any]]
    is_item: bool = False

    def asked(self, on: datetime.date, first: int | None) -> list[Part]:
        """The parts; where they pile up only the `first` rows of each pile. What is of
        yesterday is due today at the latest."""
        parts, yesterday = self.parts(on), on - datetime.timedelta(days=1)
        if first and self.is_item:
            return [each.first(first, yesterday) for each in parts]
        return parts

    def __call__(self, on: datetime.date) -> Iterator[Any]:
        return items_of([self], on)


def kind(parts: Callable[[datetime.date], list[Part]], *, is_item: bool = False):
    """Decorates the function that makes items of the rows of `parts`, see `Kind`."""
    return lambda items: Kind(parts, items, is_item)


def items_of(kinds: Iterable[Kind], on: datetime.date) -> Iterator[Any]:
    """The items of all of these kinds on day `on`, their rows read in one query."""
    return chain.from_iterable(items_by_kind(kinds, on))


def items_by_kind(
    kinds: Iterable[Kind], on: datetime.date, first: int | None = None
) -> list[list[Any]]:
    """The items of each of these kinds, their rows read in one query; where they pile
    up only the `first` of those that are equally urgent and of one owner."""
    asked = [(each, each.asked(on, first)) for each in kinds]
    found = iter(read(part for _kind, parts in asked for part in parts))
    return [
        list(each.items([row for _part in parts for row in next(found)], on))
        for each, parts in asked
    ]


def about(
    row: models.Model | Row,
    day: datetime.date | None,
    stage: Stage,
    *,
    subject: str = "",
) -> dict[str, Any]:
    """What an item takes from the row it is about, for `Item(**about(…), …)`.

    `subject` takes the model's place in the key where a row has items of two kinds.
    """
    meta = row._meta
    return {
        "key": f"{subject or meta.model_name}:{row.pk}:{day or ''}",
        "day": day,
        "stage": stage,
        "link": _link(meta.label_lower, get_language()).replace("/0/", f"/{row.pk}/"),
        "permission": f"{meta.app_label}.view_{meta.model_name}",
        "is_illustrative": bool(getattr(row, "is_illustrative", False)),
        "stands_for": getattr(row, "stands_for", None) or 1,
    }


@lru_cache
def _link(label: str, language: str) -> str:
    """The address of the page that changes row 0: its pattern is looked up once."""
    return reverse(f"admin:{label.replace('.', '_')}_change", args=[0])


def by_urgency(items: Iterable[Item]) -> list[Item]:
    """Of one day in the order of their kinds and ids, the latter as `Part.first`."""

    def urgency(item):
        return ORDER[item.stage], item.day or datetime.date.max, item.key.split(":")

    return sorted(items, key=urgency)


class Staff:
    """Who works here, read once: one query, whatever the number of items."""

    @cached_property
    def _in_roles(self) -> list[User]:
        """Everybody, once for each of their roles: `role`, None for none."""
        active = User.objects.filter(is_active=True, is_staff=True)
        return list(active.annotate(role=F("groups__name")).order_by("pk"))

    @cached_property
    def users(self) -> dict[int, User]:
        return {user.pk: user for user in self._in_roles}

    @cached_property
    def by_role(self) -> dict[str, list[User]]:
        found = defaultdict(list)
        for user in self._in_roles:
            if user.role:
                found[user.role].append(self.users[user.pk])
        return found

    def of(self, item: "Item | Share") -> list[User]:
        """Whose an item, or a share of them, is. Where nobody is left who may see it,
        it goes to the head; where there is no head either, to the superusers, so that
        nothing is lost in an empty office.
        """
        if item.owner_id:
            owner = self.users.get(item.owner_id)
            people = [owner] if owner and _may_see(owner, item.permission) else []
        else:
            people = self.by_role.get(item.role, [])
        superusers = (user for user in self.users.values() if user.is_superuser)
        return people or self.by_role.get(HEAD) or list(superusers)


def _may_see(user: User, permission: str) -> bool:
    """Every role may see all that is on the list (`roles.GRANTS`): no query for whoever
    holds one."""
    return bool(user.role) or user.has_perm(permission)

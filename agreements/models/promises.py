"""What came of the promises: the one definition that every page and report uses."""

import datetime
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Case, Count, F, Q, Value, When
from django.utils import timezone

from .agreements import Side, not_ended_before, public_by, signed_by

if TYPE_CHECKING:
    from .milestones import Milestone

SIDES = (Side.KASHAN, Side.PARTNER)


@dataclass(frozen=True)
class Promises:
    """Milestones of one side that were due up to a day, by what came of them.

    A waived milestone no longer binds, so it is counted apart and is not due. One of
    high priority that was met counts as kept only when a second person has confirmed
    it; until then it is `unconfirmed`: due, and not kept.
    """

    met: int = 0
    partly: int = 0
    not_met: int = 0
    waived: int = 0
    overdue: int = 0
    unconfirmed: int = 0

    @property
    def due(self) -> int:
        return self.met + self.unconfirmed + self.partly + self.not_met + self.overdue

    @property
    def kept(self) -> int:
        return self.met

    @property
    def missed(self) -> int:
        """Due and not wholly kept."""
        return self.due - self.kept

    @property
    def kept_share(self) -> float | None:
        return self.kept / self.due if self.due else None

    def __add__(self, other: "Promises") -> "Promises":
        return Promises(
            met=self.met + other.met,
            partly=self.partly + other.partly,
            not_met=self.not_met + other.not_met,
            waived=self.waived + other.waived,
            overdue=self.overdue + other.overdue,
            unconfirmed=self.unconfirmed + other.unconfirmed,
        )


class MilestoneQuerySet(models.QuerySet):
    def published(self, on: datetime.date | None = None):
        """Those of agreements that the public may see on day `on`."""
        on = on or timezone.localdate()
        return self.filter(public_by(on, "obligation__agreement__"))

    def binding(self, on: datetime.date | None = None):
        """Those of agreements signed by day `on`, and not terminated by then with their
        due day still to come: neither a draft nor what is over promises anything."""
        on, path = on or timezone.localdate(), "obligation__agreement__"
        return self.filter(signed_by(on, path), not_ended_before("due_on", on, path))

    def with_standing(self):
        """Loaded with all that `standing` and `result` look at."""
        return self.select_related("obligation__agreement__amends")

    def due(self, on: datetime.date | None = None):
        """Binding and due on or before `on`, whatever came of them."""
        return self.binding(on).filter(due_on__lte=on or timezone.localdate())

    def undecided(self, on: datetime.date | None = None):
        """Neither met nor otherwise decided by the end of day `on`."""
        return self.filter(_undecided(on or timezone.localdate()))

    def decided(self, on: datetime.date | None = None):
        """Met or otherwise decided by the end of day `on`."""
        return self.exclude(_undecided(on or timezone.localdate()))

    def overdue(self, on: datetime.date | None = None):
        """Due before day `on` and undecided: on its due day a milestone is not late."""
        on = on or timezone.localdate()
        return self.due(on).undecided(on).filter(due_on__lt=on)

    def forgotten(self, on: datetime.date | None = None):
        """Overdue, and nobody has looked into it since it was due."""
        on = on or timezone.localdate()
        return self.overdue(on).exclude(
            reviewed_on__gt=F("due_on"), reviewed_on__lte=on
        )

    def unconfirmed(self, on: datetime.date | None = None):
        """Met, of high priority, and confirmed by no second person by day `on`."""
        on = on or timezone.localdate()
        return self.filter(_awaits_second(on), met_on__lte=on)

    def waiting_for(self, user):
        """Those `user` may confirm as the second person."""
        return self.unconfirmed().exclude(verdict_by=user)

    def met(self, on: datetime.date | None = None):
        """Met by day `on` and, where of high priority, confirmed by then."""
        on = on or timezone.localdate()
        return self.filter(~_awaits_second(on), verdict="met", met_on__lte=on)

    def with_result(self, on: datetime.date | None = None):
        """Annotates `result`, the field of `Promises` that each due one counts in.

        A verdict reached after `on` is not known on that day: the milestone then counts
        as overdue. None is one due on `on` itself and still undecided: its day is not
        over.
        """
        on = on or timezone.localdate()
        return self.annotate(
            result=Case(
                When(_undecided(on) & Q(due_on__lt=on), then=Value("overdue")),
                When(_undecided(on), then=None),
                When(_awaits_second(on), then=Value("unconfirmed")),
                default=F("verdict"),
                output_field=models.CharField(),
            )
        )

    def counted(self, on: datetime.date | None = None):
        """Those that are `due` in `promises`: not waived, and none whose day is not
        over."""
        is_open = Q(result=None) | Q(result="waived")
        return self.due(on).with_result(on).exclude(is_open)

    def promises(self, on: datetime.date | None = None) -> dict[str, Promises]:
        """What came of the milestones due by `on`, for Kashan and for the partner.

        An obligation of both sides counts for each. What each milestone counts as is
        its `with_result`. Counted is the day agreed on last; how it was moved stands
        beside every milestone.
        """
        return _by_side(self._counted(on, "obligation__side"))

    def promises_by_city(
        self, on: datetime.date | None = None
    ) -> dict[int, dict[str, Promises]]:
        """`promises` of each city that owes or is owed any by `on`, by city id."""
        city = "obligation__agreement__city"
        found = defaultdict(list)
        for pk, *counted in self._counted(on, city, "obligation__side"):
            found[pk].append(counted)
        return {pk: _by_side(rows) for pk, rows in found.items()}

    def _counted(self, on, *grouping):
        """How many there are of each result, which comes second to last."""
        rows = self.due(on).with_result(on).order_by().values_list(*grouping, "result")
        return [row for row in rows.annotate(number=Count("pk")) if row[-2]]


def promises_of(
    milestones: Iterable["Milestone"], on: datetime.date
) -> dict[str, Promises]:
    """`promises` of milestones that were read already, with their obligations."""
    counted = Counter((each.obligation.side, each.result(on)) for each in milestones)
    return _by_side((*key, number) for key, number in counted.items() if key[1])


def _by_side(counted) -> dict[str, Promises]:
    """Of rows of a side, a result and a number."""
    sides: dict[str, Counter[str]] = {side.value: Counter() for side in SIDES}
    for side, result, number in counted:
        for owed_by, results in sides.items():
            if side in (owed_by, Side.BOTH):
                results[result] += number
    return {side: Promises(**results) for side, results in sides.items()}


def _undecided(on: datetime.date) -> Q:
    return Q(verdict="") | Q(met_on__gt=on) | Q(met_on=None, reviewed_on__gt=on)


def _awaits_second(on: datetime.date) -> Q:
    """Said to be met, of high priority, and confirmed by no second person by `on`."""
    is_confirmed = Q(confirmed_on__isnull=False, confirmed_on__lte=on)
    return Q(verdict="met", obligation__priority="high") & ~is_confirmed

"""What came of the promises: the one definition that every page and report uses."""

import datetime
from dataclasses import astuple, dataclass

from django.db import models
from django.db.models import Count, F, Q
from django.utils import timezone

from .agreements import Agreement, Side


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
            *(a + b for a, b in zip(astuple(self), astuple(other), strict=True))
        )


class MilestoneQuerySet(models.QuerySet):
    def published(self, on: datetime.date | None = None):
        """Those of agreements, with partners, that the public may see on day `on`."""
        on = on or timezone.localdate()
        return self.filter(
            obligation__agreement__published_on__lte=on,
            obligation__agreement__city__published_on__lte=on,
        )

    def binding(self, on: datetime.date | None = None):
        """Those of agreements signed by day `on`: a draft promises nothing."""
        signed = Agreement.objects.signed(on).values("pk")
        return self.filter(obligation__agreement__in=signed)

    def due(self, on: datetime.date | None = None):
        """Binding and due on or before `on`, whatever came of them."""
        return self.binding(on).filter(due_on__lte=on or timezone.localdate())

    def undecided(self, on: datetime.date | None = None):
        """Neither met nor otherwise decided by the end of day `on`."""
        on = on or timezone.localdate()
        return self.filter(
            Q(verdict="") | Q(met_on__gt=on) | Q(met_on=None, reviewed_on__gt=on)
        )

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
        met = self.filter(verdict="met", met_on__lte=on)
        return met.filter(obligation__priority="high").exclude(confirmed_on__lte=on)

    def promises(self, on: datetime.date | None = None) -> dict[str, Promises]:
        """What came of the milestones due by `on`, for Kashan and for the partner.

        An obligation of both sides counts for each. A verdict reached after `on` is
        not known on that day: the milestone then counts as overdue. One that is due
        on `on` itself and still undecided is left out: its day is not over. Counted is
        the day agreed on last; how it was moved stands beside every milestone.
        """
        on = on or timezone.localdate()
        decided = ~Q(verdict="") & (
            Q(met_on__lte=on) | Q(met_on=None, reviewed_on__lte=on)
        )
        awaits_second = Q(verdict="met", obligation__priority="high") & ~Q(
            confirmed_on__lte=on
        )
        rows = (
            self.due(on)
            .order_by()
            .values(owed_by=F("obligation__side"))
            .annotate(
                **{
                    verdict: Count(
                        "pk", filter=decided & Q(verdict=verdict) & ~awaits_second
                    )
                    for verdict in self.model.Verdict.values
                },
                unconfirmed=Count("pk", filter=decided & awaits_second),
                overdue=Count("pk", filter=~decided & Q(due_on__lt=on)),
            )
        )
        by_side = {row.pop("owed_by"): Promises(**row) for row in rows}
        both = by_side.get(Side.BOTH, Promises())
        return {
            side.value: by_side.get(side, Promises()) + both
            for side in (Side.KASHAN, Side.PARTNER)
        }

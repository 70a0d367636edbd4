"""How a fiscal year goes: time, money and promises on one axis."""

import datetime
from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _

from agreements.models import Milestone, Promises
from agreements.models.promises import MilestoneQuerySet

from .models import FiscalYear
from .models.ledger import Balance

KEEPING_UP = 0.75


class Reading(models.TextChoices):
    """What money and promises say together; see `Pace.reading`."""

    ON_TRACK = "on_track", _("on track")
    THRIFT = "thrift", _("thrift (little spent, promises kept)")
    STALLED = "stalled", _("stalled (little spent, promises not kept)")
    CEREMONY = "ceremony", _("ceremony (much spent, promises not kept)")


@dataclass(frozen=True)
class Pace:
    """The year as it stood at the end of day `on`. Amounts in rial, shares from 0 to 1.

    `balances` maps each line's id to its balance; `promises` maps each side to what
    came of its milestones due within the year up to `on`.
    """

    on: datetime.date
    elapsed_days: int
    year_days: int
    balances: dict[int, Balance]
    promises: dict[str, Promises]

    @property
    def total(self) -> Balance:
        return sum(self.balances.values(), Balance())

    @property
    def elapsed_share(self) -> float:
        return self.elapsed_days / self.year_days

    @property
    def spent_share(self) -> float:
        return self._of_budget(self.total.spent)

    @property
    def used_share(self) -> float:
        """Committed and paid, as a share of the budget."""
        return self._of_budget(self.total.committed + self.total.spent)

    @property
    def kept_share(self) -> float | None:
        """Promises of both sides kept, of those due; None where none was due."""
        return sum(self.promises.values(), Promises()).kept_share

    @property
    def reading(self) -> Reading | None:
        """How the year reads, or None while no promise was due.

        Money keeps up when the share committed and paid is at least three quarters of
        the share of the year elapsed; promises keep up when at least three quarters
        of those due are kept.
        """
        if self.kept_share is None:
            return None
        spends = self.used_share >= KEEPING_UP * self.elapsed_share
        keeps = self.kept_share >= KEEPING_UP
        return {
            (True, True): Reading.ON_TRACK,
            (False, True): Reading.THRIFT,
            (False, False): Reading.STALLED,
            (True, False): Reading.CEREMONY,
        }[spends, keeps]

    @property
    def forecast(self) -> int:
        """Spending at the year's end if it goes on as it went up to `on`."""
        if not self.elapsed_days:
            return 0
        return self.total.spent * self.year_days // self.elapsed_days

    def _of_budget(self, amount: int) -> float:
        return amount / self.total.approved if self.total.approved else 0.0


def pace(
    year: FiscalYear,
    on: datetime.date | None = None,
    milestones: MilestoneQuerySet | None = None,
) -> Pace:
    """The pace of `year` at the end of day `on`; by default the day its books end.

    `milestones` limits whose promises count (to published ones, on a public page).

    Days count from 1 Farvardin, inclusive of `on`. Payments made after the year's
    end, within its payment period, belong to the year.
    """
    on = on or year.books_end_on()
    year_days = (year.ends_on - year.starts_on).days + 1
    elapsed_days = min(max((on - year.starts_on).days + 1, 0), year_days)
    if milestones is None:
        milestones = Milestone.objects.all()
    due_this_year = milestones.filter(due_on__range=(year.starts_on, year.ends_on))
    return Pace(
        on=on,
        elapsed_days=elapsed_days,
        year_days=year_days,
        balances=year.entries.up_to(on).balances(),
        promises=due_this_year.promises(on),
    )

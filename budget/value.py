"""What the money brought: ceremony share, cost of a kept promise and of a used right.

As of any day, from the entries and the promises alone. Amounts in rial; a reversal or
refund counts against what it takes back.
"""

import datetime
from collections import Counter
from dataclasses import dataclass, field

from django.db.models import F, QuerySet
from django.utils import timezone

from agreements.models import (
    Ceremony,
    City,
    Engagement,
    Membership,
    Milestone,
    Promises,
    Purpose,
    RightUsed,
)

from .models import Entry, FiscalYear
from .reports import by_city, by_purpose, spending


@dataclass(frozen=True)
class Worth:
    """What was spent, and for how many promises kept or rights used."""

    spent: int = 0
    count: int = 0
    promises: dict[str, Promises] = field(default_factory=dict)

    @property
    def each(self) -> int | None:
        """Rial for each, half a rial rounded up; None while there is none."""
        if not self.count:
            return None
        return (2 * self.spent + self.count) // (2 * self.count)


def promises_of_year(year: FiscalYear) -> QuerySet[Milestone]:
    """Those due within the year, as its pace counts them."""
    return Milestone.objects.filter(due_on__range=(year.starts_on, year.ends_on))


def cost_per_kept_promise(
    year: FiscalYear, on: datetime.date, milestones: QuerySet[Milestone] | None = None
) -> dict[City | None, Worth]:
    """Spent in the year for each partner city, for each promise due in it and kept.

    Promises of both sides count, as in the pace: money for a partner's visit helps
    the partner keep its word too; one promised by both sides together is a promise of
    each. None stands for money that no single city can be named for.
    """
    if milestones is None:
        milestones = promises_of_year(year)
    promises = milestones.promises_by_city(on)
    spent = by_city(year, on)
    cities = City.objects.in_bulk([*promises, *(city.pk for city in spent if city)])
    worth: dict[City | None, Worth] = {
        city: Worth(
            spent.get(city, 0),
            sum(side.kept for side in promises.get(pk, {}).values()),
            promises.get(pk, {}),
        )
        for pk, city in cities.items()
    }
    if None in spent:
        worth[None] = Worth(spent[None])
    return worth


def ceremony_of_money(year: FiscalYear, on: datetime.date) -> Ceremony:
    """What of the year's spending up to `on` served protocol, in rial."""
    spent = by_purpose(year, on)
    return Ceremony(spent.get(Purpose.PROTOCOL, 0), sum(spent.values()))


def engagements_of_year(year: FiscalYear, on: datetime.date) -> QuerySet[Engagement]:
    """Held, and begun in the year by day `on`; those of unknown date are in no year."""
    last = min(on, year.ends_on)
    return Engagement.objects.held(on).begun_within(year.starts_on, last)


def fee_entries(on: datetime.date, year: FiscalYear | None = None) -> QuerySet[Entry]:
    """Entries for membership fees up to `on`, of one fiscal year or of all."""
    entries = Entry.objects.filter(expense__membership_fee__isnull=False).up_to(on)
    return entries.filter(fiscal_year=year) if year else entries


def rights_used(on: datetime.date, year: FiscalYear | None = None):
    """Rights used up to `on`, within one fiscal year or ever."""
    used = RightUsed.objects.by_day(on)
    if year:
        used = used.filter(used_on__range=(year.starts_on, year.ends_on))
    return used


def cost_per_used_right(
    on: datetime.date | None = None, year: FiscalYear | None = None
) -> dict[int, Worth]:
    """What was paid in fees for each right used, by membership id; two queries more
    than the memberships, whatever their number."""
    on = on or timezone.localdate()
    grouped = fee_entries(on, year).annotate(
        grouped_by=F("expense__membership_fee__membership")
    )
    spent = dict(spending(grouped))
    used = Counter(
        rights_used(on, year).order_by().values_list("membership", flat=True)
    )
    return {
        pk: Worth(spent.get(pk, 0), used[pk])
        for pk in Membership.objects.values_list("pk", flat=True)
    }

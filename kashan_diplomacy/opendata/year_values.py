"""The figures of a published fiscal year, as of the day its books end.

Of the money, all of the year's; of promises and engagements, what is published.
"""

import datetime
from collections.abc import Iterator
from functools import partial

from django.db.models import F, QuerySet

from agreements.models import City, Engagement, Milestone, Purpose
from budget.models import FiscalYear
from budget.pace import Pace, pace
from budget.reports import Figures, by_month, by_purpose, line_figures, spending
from budget.value import cost_per_kept_promise
from kashan_diplomacy import jalali

from .money import entries
from .value import Value, each, share

PLACES = ("committed", "spent", "available")


def year_values(year: FiscalYear, on: datetime.date) -> Iterator[Value]:
    booked = entries().filter(fiscal_year=year).up_to(on)
    money = partial(Value, on=on, list="ledger", rows=booked)
    told = pace(year, on, Milestone.objects.published())
    yield from _totals(year, money, on)
    yield from _shares(year, money, told)
    yield from _promises(year, on, told)
    yield from _parts(year, money, booked, on)
    yield from _partners(year, money, booked, on)


def _totals(year: FiscalYear, money, on) -> Iterator[Value]:
    total = sum(line_figures(year, on).values(), Figures())
    for name in ("planned", "updated", *PLACES):
        yield money(name, str(year.year), getattr(total, name))


def _shares(year: FiscalYear, money, told: Pace) -> Iterator[Value]:
    about, total = str(year.year), told.total
    used = total.committed + total.spent
    yield Value(
        "elapsed-share",
        about,
        share(told.elapsed_days, told.year_days),
        told.on,
        "fiscal_years",
        FiscalYear.objects.filter(pk=year.pk),
    )
    yield money("spent-share", about, share(total.spent, total.approved))
    yield money("used-share", about, share(used, total.approved))
    yield money("reading", about, told.reading.value if told.reading else "")
    yield money("forecast", about, told.forecast)


def _promises(year: FiscalYear, on: datetime.date, told: Pace) -> Iterator[Value]:
    about = str(year.year)
    kept = sum(side.kept for side in told.promises.values())
    due = sum(side.due for side in told.promises.values())
    rows = Milestone.objects.published().due(on)
    rows = rows.filter(due_on__range=(year.starts_on, year.ends_on))
    kept_share = share(kept, due)
    yield Value("kept-share-of-year", about, kept_share, on, "milestones", rows)
    held = Engagement.objects.published().held(on)
    held = held.begun_within(year.starts_on, min(on, year.ends_on))
    ceremony = held.ceremony()
    yield Value(
        "ceremony-share-of-engagements",
        about,
        share(ceremony.protocol, ceremony.total),
        on,
        "engagements",
        held,
    )


def _parts(year: FiscalYear, money, booked: QuerySet, on) -> Iterator[Value]:
    for month, spent in enumerate(by_month(year, on), start=1):
        rows = booked.filter(dated_on__range=_days(year, month))
        yield money("spent-by-month", f"{year.year}/{month:02}", spent, rows=rows)
    spent = by_purpose(year, on)
    for purpose in Purpose.values:
        rows = booked.filter(expense__purpose=purpose)
        about = f"{year.year}/{purpose}"
        yield money("spent-by-purpose", about, spent.get(purpose, 0), rows=rows)
    protocol = share(spent.get(Purpose.PROTOCOL, 0), sum(spent.values()))
    yield money("ceremony-share", str(year.year), protocol)


def _days(year: FiscalYear, month: int) -> tuple[datetime.date, datetime.date]:
    if month > 12:
        return year.ends_on + datetime.timedelta(days=1), year.payments_end_on
    return jalali.month_bounds(year.year, month)


def _partners(year: FiscalYear, money, booked: QuerySet, on) -> Iterator[Value]:
    """What was spent for no single published city stands under "-"."""
    published = Milestone.objects.published()
    due = published.filter(due_on__range=(year.starts_on, year.ends_on))
    worth = cost_per_kept_promise(year, on, due)
    kept = {city.pk: worth[city].count for city in worth if city}
    expenses = booked.filter(expense__isnull=False)
    sums = dict(spending(expenses.annotate(grouped_by=F("city_id"))))
    for city in City.objects.published().order_by("slug"):
        rows, about = booked.filter(city_id=city.pk), f"{year.year}/{city.slug}"
        spent, count = sums.get(city.pk, 0), kept.get(city.pk, 0)
        yield money("spent-by-partner", about, spent, rows=rows)
        yield money("cost-per-kept-promise", about, each(spent, count), rows=rows)
    rest, spent = expenses.filter(city_id=None), sums.get(None, 0)
    yield money("spent-by-partner", f"{year.year}/-", spent, rows=rest)

"""A year's figures as of any day, from the entries alone. Amounts in rial.

*Planned* is the original budget, *updated* what supplements, cuts and transfers made
of it, *executed* what is spent. A reversal counts against what it takes back.
"""

import datetime
from collections import defaultdict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    Min,
    OuterRef,
    QuerySet,
    Subquery,
    Sum,
    When,
)
from django.db.models.functions import Coalesce

from agreements.models import City, Engagement
from kashan_diplomacy import jalali

from .models import BudgetLine, Entry, Expense, FiscalYear, Kind, Place
from .models.ledger import EntryQuerySet


class Column(StrEnum):
    """The figures of a line, in the order in which they are told."""

    PLANNED = "planned"
    SUPPLEMENTED = "supplemented"
    CUT = "cut"
    TRANSFERRED = "transferred"
    UPDATED = "updated"
    AVAILABLE = "available"
    COMMITTED = "committed"
    SPENT = "spent"


@dataclass
class Figures:
    """What entries did to a line, or to several. `transferred` is in minus out."""

    planned: int = 0
    supplemented: int = 0
    cut: int = 0
    transferred: int = 0
    available: int = 0
    committed: int = 0
    spent: int = 0

    @property
    def updated(self) -> int:
        return self.planned + self.supplemented - self.cut + self.transferred

    def __add__(self, other: "Figures") -> "Figures":
        return Figures(
            **{name: mine + getattr(other, name) for name, mine in vars(self).items()}
        )

    def add(self, name: str, amount: int) -> None:
        if hasattr(self, name):  # "outside" is beyond the budget
            setattr(self, name, getattr(self, name) + amount)


YearFigures = list[tuple[FiscalYear, Figures]]


_BY_KIND = {
    Kind.BUDGET: "planned",
    Kind.SUPPLEMENT: "supplemented",
    Kind.CUT: "cut",
}


def line_figures(year: FiscalYear, on: datetime.date) -> dict[int, Figures]:
    """The figures of each of the year's lines, by line id, at the end of day `on`."""
    sums = (
        year.entries.up_to(on)
        .order_by()
        .annotate(taken_as=Coalesce("reverses__kind", "kind"))
        .values_list(
            "taken_as", "kind", "line_id", "to_line_id", "from_place", "to_place"
        )
        .annotate(total=Sum("amount"))
    )
    figures = {line.pk: Figures() for line in year.lines.all()}
    for taken_as, kind, line, to_line, from_place, to_place, total in sums:
        source, target = figures[line], figures[to_line or line]
        source.add(from_place, -total)
        target.add(to_place, total)
        if taken_as == Kind.TRANSFER:
            source.transferred -= total
            target.transferred += total
        elif name := _BY_KIND.get(taken_as):
            source.add(name, -total if kind == Kind.REVERSAL else total)
    return figures


def spending(entries: EntryQuerySet) -> list[tuple[Any, int]]:
    """What `entries` spent, by the key they are annotated with as `grouped_by`."""
    moved = Case(
        When(to_place=Place.SPENT, then=F("amount")),
        When(from_place=Place.SPENT, then=-F("amount")),
        default=0,
    )
    return list(entries.order_by().values_list("grouped_by").annotate(spent=Sum(moved)))


def by_month(year: FiscalYear, on: datetime.date) -> list[int]:
    """Spent in each month of the year, up to `on`; the payment period comes last."""
    months = [0] * 13
    days = year.entries.up_to(on).annotate(grouped_by=F("dated_on"))
    for day, spent in spending(days):
        at = jalali.from_gregorian(day)
        months[at.month - 1 if at.year == year.year else 12] += spent
    return months


def by_purpose(year: FiscalYear, on: datetime.date) -> dict[str, int]:
    """Spent for each purpose; the share of protocol is the ceremony share."""
    purposes = year.entries.up_to(on).filter(expense__isnull=False)
    return dict(spending(purposes.annotate(grouped_by=F("expense__purpose"))))


def with_city(entries: EntryQuerySet) -> EntryQuerySet:
    """`entries` annotated with the partner city their expense leads to, by id, as
    `grouped_by`; None where no single city can be named."""
    return entries.filter(expense__isnull=False).annotate(grouped_by=partner_city())


def of_city(entries: EntryQuerySet, city: City) -> EntryQuerySet:
    """Those of `entries` whose expense leads to `city`, annotated as `with_city`.

    The expenses are looked up first, each way by its index: a city has few of them,
    and what an entry leads to is dear to ask of every entry there is.
    """
    ways = (
        *("agreement__city", "obligation__agreement__city"),
        *("engagement__cities", "engagement__agreement__city"),
    )
    first, *others = (
        Expense.objects.filter(**{way: city}).order_by().values("pk") for way in ways
    )
    leading = with_city(entries.filter(expense__in=first.union(*others)))
    return leading.filter(grouped_by=city.pk)


def partner_city() -> Coalesce:
    """Of an entry, the city its expense leads to, by id; NULL for none or several. An
    engagement leads to the cities it names and to that of its agreement."""
    engaged = Engagement.cities.through.objects.filter(
        engagement=OuterRef("expense__engagement")
    )
    only_city = (
        engaged.order_by()
        .values("engagement")
        .annotate(cities=Count("city"), only=Min("city"))
        .filter(cities=1)
        .values("only")
    )
    by_agreement = "expense__engagement__agreement__city"
    return Coalesce(
        "expense__agreement__city",
        "expense__obligation__agreement__city",
        Case(
            When(**{by_agreement: None}, then=Subquery(only_city)),
            When(
                ~Exists(engaged.exclude(city=OuterRef(by_agreement))), then=by_agreement
            ),
        ),
    )


def by_city(year: FiscalYear, on: datetime.date) -> dict[City | None, int]:
    """Spent for each partner city; None is what no single city can be named for."""
    sums = spending(with_city(year.entries.up_to(on)))
    cities = City.objects.in_bulk([key for key, _spent in sums if key])
    return {cities.get(key): spent for key, spent in sums}


def grouped(
    figures: dict[int, Figures], year: FiscalYear, key: Callable[[Any], Hashable]
) -> dict[Any, Figures]:
    """Line figures added up by what `key` says of each line (its heading, say)."""
    sums: dict[Hashable, Figures] = defaultdict(Figures)
    for line in year.lines.all():
        sums[key(line)] += figures[line.pk]
    return dict(sums)


def figures_by_year(years: QuerySet[FiscalYear], on: datetime.date) -> YearFigures:
    """Each of `years`, oldest first, with its figures at the end of day `on`; five
    queries at most, however many years. Transfers are within a year: they cancel out.
    """
    later = Entry.objects.filter(fiscal_year=OuterRef("pk"), dated_on__gt=on)
    in_order = years.order_by("year").annotate(goes_on=Exists(later))
    found = [(year, Figures()) for year in in_order]
    by_pk = {year.pk: figures for year, figures in found}
    for pk, place, amount in _held(in_order, on):
        by_pk[pk].add(place, amount)
    budgeted = (
        Entry.objects.filter(fiscal_year__in=by_pk, expense=None)
        .up_to(on)
        .order_by()
        .annotate(taken_as=Coalesce("reverses__kind", "kind"))
        .values_list("fiscal_year", "taken_as", "kind")
        .annotate(total=Sum("amount"))
    )
    for pk, taken_as, kind, total in budgeted:
        if name := _BY_KIND.get(taken_as):
            by_pk[pk].add(name, -total if kind == Kind.REVERSAL else total)
    return found


def _held(years, on):
    """What stands in the places of these years: by their lines, which hold it, where
    no entry is dated later than `on`, and else by the entries up to then."""
    going_on = [year.pk for year in years if year.goes_on]
    places = Place.AVAILABLE, Place.COMMITTED, Place.SPENT
    lines = BudgetLine.objects.filter(fiscal_year__in=years).order_by()
    for pk, *held in (
        lines.exclude(fiscal_year__in=going_on)
        .values_list("fiscal_year")
        .annotate(*(Sum(place.value) for place in places))
    ):
        yield from ((pk, *each) for each in zip(places, held, strict=True))
    moved = Entry.objects.filter(fiscal_year__in=going_on).up_to(on).order_by()
    for pk, source, target, total in moved.values_list(
        "fiscal_year", "from_place", "to_place"
    ).annotate(Sum("amount")):
        yield pk, source, -total
        yield pk, target, total


def years_side_by_side() -> YearFigures:
    """Each fiscal year, oldest first, with its figures over its whole time."""
    return [
        (year, sum(line_figures(year, year.payments_end_on).values(), Figures()))
        for year in FiscalYear.objects.order_by("year")
    ]

"""What the start page shows beside the to-do list: the year, the month, the partners.

Everything is read when it is asked for; the first-run checklist too, which is derived
from what is there and disappears once all of it is.
"""

import datetime
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain, groupby

from django.contrib.auth.models import User
from django.db.models import Case, Exists, TextField, Value, When
from django.db.models.functions import Concat
from django.urls import reverse
from django.utils.translation import gettext_lazy

from agreements.models import Agreement, City, Engagement, Obligation, Theme
from agreements.sleeping import all_cities, sleeping
from agreements.vitality import Vitality, vitality
from budget.models import BudgetLine, Expense, FiscalYear
from budget.models.ledger import Balance
from budget.pace import pace

from . import jalali
from .desk import ROW_KINDS, Desk
from .templatetags.persian import digits, in_persian
from .todo import Item, Kind, by_urgency, items_by_kind, kind
from .union_rows import Part, Row, part

STRIP_DAYS = 30
FRIDAY = 4


@dataclass
class Day:
    """A day of the calendar strip, and what falls on it."""

    on: datetime.date
    is_today: bool
    items: list[Item] = field(default_factory=list)
    engagements: list[Engagement] = field(default_factory=list)

    @property
    def number(self):
        return digits(jalali.from_gregorian(self.on).day)

    @property
    def month(self):
        months = jalali.MONTHS_FA if in_persian() else jalali.MONTHS_EN
        return months[jalali.from_gregorian(self.on).month - 1]

    @property
    def weekday(self):
        if in_persian():
            return jalali.WEEKDAYS_FA[self.on.weekday()]
        return self.on.strftime("%A")

    @property
    def is_friday(self):
        return self.on.weekday() == FRIDAY

    @property
    def count(self):
        return len(self.items) + len(self.engagements)


class Facts:
    """All that the start page of `user` shows of day `on`, but the year's figures.

    Read at once: the rows of every kind in one query, the cities in another.
    """

    def __init__(self, user, on: datetime.date):
        self.on = on
        self.cities = list(all_cities(on))
        beside = [planned, newest_year, newest_lines, first_steps(user)]
        *found, self.planned, years, self.lines, self.filled = items_by_kind(
            [*ROW_KINDS, *beside], on
        )
        self.year = years[0] if years else None
        self.items = by_urgency([*chain(*found), *sleeping(on, self.cities)])


def glance(user, desk: Desk, facts: Facts) -> dict:
    """What `user` may see of it, by the name of its part."""
    shown = {"stages": stages(desk.mine), "others_count": len(desk.others)}
    if user.has_perm("budget.view_fiscalyear"):
        shown |= year_glance(facts.year, facts.lines)
    if user.has_perm("agreements.view_engagement"):
        months = strip(desk, facts.planned, facts.on)
        is_busy = any(day.count for _month, days in months for day in days)
        shown |= {"strip": months, "is_busy": is_busy}
    if user.has_perm("agreements.view_city"):
        shown |= {"partners": partners(facts.cities, facts.on)}
    return shown | {"checklist": checklist(user, facts.filled)}


def stages(items: list[Item]) -> list[tuple]:
    """The items by how urgent they are; they come in that order."""
    return [
        (stage, list(group)) for stage, group in groupby(items, lambda item: item.stage)
    ]


def _newest_year(on: datetime.date) -> list[Part]:
    """`number` is the year, `other_number` its last closed month; `day` is that of its
    last entry."""
    return [
        part(
            FiscalYear.objects.with_books().filter(pk__in=_newest(on)),
            number="year",
            other_number="last_closed_month",
            day="last_entry_on",
        )
    ]


@kind(_newest_year)
def newest_year(rows: list[Row], on: datetime.date) -> Iterator[FiscalYear]:
    """The year of the day, else the newest before it."""
    for row in rows:
        year = FiscalYear(pk=row.pk, year=row.number)
        year.last_closed_month, year.last_entry_on = row.other_number, row.day
        yield year


def _newest_lines(on: datetime.date) -> list[Part]:
    rows = BudgetLine.objects.filter(fiscal_year__in=_newest(on))
    return [part(rows, title="title", note="code")]


@kind(_newest_lines)
def newest_lines(rows: list[Row], on: datetime.date) -> Iterator[BudgetLine]:
    """The lines of the newest year: their titles and codes."""
    for row in sorted(rows, key=lambda row: row.note):
        yield BudgetLine(
            pk=row.pk, title_fa=row.title_fa, title_en=row.title_en, code=row.note
        )


def _newest(on: datetime.date):
    years = FiscalYear.objects.filter(year__lte=jalali.from_gregorian(on).year)
    return years.order_by("-year").values("pk")[:1]


def year_glance(year: FiscalYear | None, lines: Iterable[BudgetLine]) -> dict:
    """The pace of the year, and its lines with balances."""
    if year is None:
        return {}
    figures = pace(year)
    balances = [(line, figures.balances.get(line.pk, Balance())) for line in lines]
    return {"year": year, "pace": figures, "lines": balances}


def _planned(on: datetime.date) -> list[Part]:
    last = on + datetime.timedelta(days=STRIP_DAYS - 1)
    rows = Engagement.objects.begun_within(on, last).filter(cancelled_on=None)
    return [part(rows, title="title", note="kind", day="starts_on")]


@kind(_planned)
def planned(rows: list[Row], on: datetime.date) -> Iterator[Engagement]:
    """What takes place on the days of the strip: its title, its kind and its day."""
    for row in sorted(rows, key=lambda row: row.pk):
        yield Engagement(
            pk=row.pk,
            title_fa=row.title_fa,
            title_en=row.title_en,
            kind=row.note,
            starts_on=row.day,
        )


def strip(
    desk: Desk, engagements: Iterable[Engagement], on: datetime.date
) -> list[tuple[str, list[Day]]]:
    """The next days by Jalali month, with what is due and what takes place."""
    days = {
        day: Day(day, day == on)
        for day in (on + datetime.timedelta(days=ahead) for ahead in range(STRIP_DAYS))
    }
    for item in [*desk.mine, *desk.others]:
        if item.day in days:
            days[item.day].items.append(item)
    for engagement in engagements:
        days[engagement.starts_on].engagements.append(engagement)
    months = groupby(days.values(), lambda day: day.month)
    return [(month, list(group)) for month, group in months]


def partners(
    cities: Iterable[City], on: datetime.date
) -> list[tuple[Vitality, list[City]]]:
    """The partners among these cities, `with_deeds`, by how alive the partnership is;
    what asks for care first."""
    by_vitality: dict[Vitality, list[City]] = {
        each: []
        for each in (
            Vitality.DORMANT,
            Vitality.FADING,
            Vitality.LIVELY,
            Vitality.NEW,
        )
    }
    for city in cities:
        alive = vitality(city, on)
        if alive in by_vitality:
            by_vitality[alive].append(city)
    return [(each, cities) for each, cities in by_vitality.items() if cities]


@dataclass(frozen=True)
class Step:
    """A step of the first run: what to do, where, and whether it is done."""

    label: str
    url: str
    is_done: bool


#: What a new office records first: (permission to do it, label, model).
FIRST_STEPS = (
    ("agreements.add_theme", gettext_lazy("Name the themes of cooperation"), Theme),
    ("agreements.add_city", gettext_lazy("Record the partner cities"), City),
    ("agreements.add_agreement", gettext_lazy("Record the agreements"), Agreement),
    (
        "agreements.add_obligation",
        gettext_lazy("Record what each side has promised"),
        Obligation,
    ),
    ("agreements.add_engagement", gettext_lazy("Record a visit"), Engagement),
    ("budget.add_fiscalyear", gettext_lazy("Open the fiscal year"), FiscalYear),
    ("budget.add_budgetline", gettext_lazy("Record the budget lines"), BudgetLine),
    ("budget.add_expense", gettext_lazy("Request the first expense"), Expense),
)


def first_steps(user) -> Kind:
    """The models of `FIRST_STEPS` that hold something, by name: one row, of `user`, in
    whose `note` they stand."""
    names = [
        Case(
            When(
                Exists(model._default_manager.order_by()),
                then=Value(f"{model._meta.model_name} "),
            ),
            default=Value(""),
        )
        for _permission, _label, model in FIRST_STEPS
    ]
    note = Concat(*names, output_field=TextField())
    return Kind(
        lambda on: [part(User.objects.filter(pk=user.pk), note=note)],
        lambda rows, on: rows[0].note.split(),
    )


def checklist(user, filled: Iterable[str]) -> list[Step]:
    """The first steps that are `user`'s to take; none once all of them are done.

    `filled` are the models that hold something, by name.
    """
    steps = [
        Step(
            str(label),
            reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_add"),
            model._meta.model_name in filled,
        )
        for permission, label, model in FIRST_STEPS
        if user.has_perm(permission)
    ]
    return [] if all(step.is_done for step in steps) else steps

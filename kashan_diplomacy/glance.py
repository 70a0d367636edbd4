"""What the start page shows: what to do in short, the year, the month, the partners.

What is there is read once for everybody and kept until any of it changes; who may see
what of it is asked with every request. The first-run checklist is derived from it too,
and disappears once all of it is there.
"""

import datetime
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain, groupby

from django.conf import settings
from django.db.models import Case, Exists, TextField, Value, When
from django.db.models.functions import Concat
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy

from agreements.models import Agreement, City, Engagement, Obligation, Theme
from agreements.sleeping import all_cities, sleeping
from agreements.vitality import Vitality, vitality
from budget.models import BudgetLine, Expense, FiscalYear
from budget.models.ledger import Balance
from budget.pace import pace

from . import jalali
from .content_version import content_version
from .desk import ROW_KINDS, Desk
from .models import ContentVersion
from .shortlist import FIRST, Share, Shortlist, shares_of, together
from .templatetags.persian import digits, in_persian
from .todo import Stage, by_urgency, items_by_kind, kind
from .union_rows import Part, Row, part

STRIP_DAYS = 30
PARTNERS_NAMED = 12
FRIDAY = 4


@dataclass
class Day:
    """A day of the calendar strip, and what falls on it."""

    on: datetime.date
    is_today: bool
    todo: Shortlist = field(default_factory=Shortlist)
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
        return self.todo.count + len(self.engagements)


class Facts:
    """All that the start page shows of day `on`, whoever looks, in one language."""

    def __init__(self, on: datetime.date):
        self.on = on
        cities = all_cities(on)
        beside = [planned, newest_year, newest_lines, filled]
        *found, self.planned, years, lines, self.filled = items_by_kind(
            [*ROW_KINDS, *beside], on
        )
        items = by_urgency([*chain(*found), *sleeping(on, cities)])
        self.shares = shares_of(items, strip_days(on))
        self.year = year_glance(years[0], lines) if years else {}
        self.partners = partners(cities, on)


def facts(on: datetime.date) -> Facts:
    """Those of day `on`, in the active language: made anew after every change."""
    if not settings.PAGE_CACHE:
        return Facts(on)
    return _kept(content_version(), get_language(), on)


@lru_cache(maxsize=4)
def _kept(version: str, language: str, on: datetime.date) -> Facts:
    return Facts(on)


def glance(user, desk: Desk, facts: Facts) -> dict:
    """What `user` may see of it, by the name of its part."""
    shown = {
        "stages": stages(desk.mine),
        "mine_count": sum(share.count for share in desk.mine),
        "others_count": sum(share.count for share in desk.others),
    }
    if user.has_perm("budget.view_fiscalyear"):
        shown |= facts.year
    if user.has_perm("agreements.view_engagement"):
        months = strip(desk, facts.planned, facts.on)
        is_busy = any(day.count for _month, days in months for day in days)
        shown |= {"strip": months, "is_busy": is_busy}
    if user.has_perm("agreements.view_city"):
        shown |= {"partners": facts.partners}
    return shown | {"checklist": checklist(user, facts.filled)}


def stages(shares: list[Share]) -> list[tuple[Stage, Shortlist]]:
    """The items of these shares by how urgent they are."""
    found = (
        (stage, together(each.stages.get(stage) for each in shares)) for stage in Stage
    )
    return [(stage, items) for stage, items in found if items.count]


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


def year_glance(year: FiscalYear, lines: Iterable[BudgetLine]) -> dict:
    """The pace of the year, and its lines with balances."""
    figures = pace(year)
    balances = [(line, figures.balances.get(line.pk, Balance())) for line in lines]
    return {"year": year, "pace": figures, "lines": balances}


def _planned(on: datetime.date) -> list[Part]:
    rows = Engagement.objects.begun_within(on, strip_days(on)[-1]).filter(
        cancelled_on=None
    )
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


def strip_days(on: datetime.date) -> list[datetime.date]:
    return [on + datetime.timedelta(days=ahead) for ahead in range(STRIP_DAYS)]


def strip(
    desk: Desk, engagements: Iterable[Engagement], on: datetime.date
) -> list[tuple[str, list[Day]]]:
    """The next days by Jalali month, with what is due and what takes place; what is due
    of each in short, the person's own first."""
    days = {day: Day(day, day == on, _due(desk, day)) for day in strip_days(on)}
    for engagement in engagements:
        days[engagement.starts_on].engagements.append(engagement)
    months = groupby(days.values(), lambda day: day.month)
    return [(month, list(group)) for month, group in months]


def _due(desk: Desk, day: datetime.date) -> Shortlist:
    mine, others = (
        together(share.days.get(day) for share in shares)
        for shares in (desk.mine, desk.others)
    )
    return Shortlist(mine.count + others.count, [*mine.first, *others.first][:FIRST])


def partners(
    cities: Iterable[City], on: datetime.date
) -> list[tuple[Vitality, int, list[City]]]:
    """The partners among these cities, `with_deeds`, by how alive the partnership
    is, what asks for care first: how many, and some of them."""
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
    return [
        (each, len(cities), cities[:PARTNERS_NAMED])
        for each, cities in by_vitality.items()
        if cities
    ]


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


def _filled(on: datetime.date) -> list[Part]:
    """`note` names the models of `FIRST_STEPS` that hold something, in the one row."""
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
    return [part(ContentVersion.objects.all(), note=note)]


@kind(_filled)
def filled(rows: list[Row], on: datetime.date) -> Iterator[str]:
    """The models of `FIRST_STEPS` that hold something, by name."""
    for row in rows:
        yield from row.note.split()


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

"""What the start page shows beside the to-do list: the year, the month, the partners.

Everything is read when it is asked for; the first-run checklist too, which is derived
from what is there and disappears once all of it is.
"""

import datetime
from dataclasses import dataclass, field
from itertools import groupby

from django.contrib.auth.models import User
from django.db.models import Exists
from django.urls import reverse
from django.utils.translation import gettext_lazy

from agreements.models import Agreement, City, Engagement, Obligation, Theme
from agreements.vitality import Vitality, vitality, with_deeds
from budget.models import BudgetLine, Expense, FiscalYear
from budget.models.ledger import Balance
from budget.pace import pace

from . import jalali
from .desk import Desk
from .templatetags.persian import digits, in_persian
from .todo import Item

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


def glance(user, desk: Desk, on: datetime.date) -> dict:
    """What `user` may see of it on day `on`, by the name of its part."""
    shown = {"stages": stages(desk.mine), "others_count": len(desk.others)}
    if user.has_perm("budget.view_fiscalyear"):
        shown |= year_glance(on)
    if user.has_perm("agreements.view_engagement"):
        months = strip(desk, on)
        is_busy = any(day.count for _month, days in months for day in days)
        shown |= {"strip": months, "is_busy": is_busy}
    if user.has_perm("agreements.view_city"):
        shown |= {"partners": partners(on)}
    return shown | {"checklist": checklist(user)}


def stages(items: list[Item]) -> list[tuple]:
    """The items by how urgent they are; they come in that order."""
    return [
        (stage, list(group)) for stage, group in groupby(items, lambda item: item.stage)
    ]


def year_glance(on: datetime.date) -> dict:
    """The year of the day, else the newest: its pace, and its lines with balances."""
    years = FiscalYear.objects.filter(year__lte=jalali.from_gregorian(on).year)
    year = years.order_by("-year").prefetch_related("lines").first()
    if year is None:
        return {}
    figures = pace(year)
    lines = [
        (line, figures.balances.get(line.pk, Balance())) for line in year.lines.all()
    ]
    return {"year": year, "pace": figures, "lines": lines}


def strip(desk: Desk, on: datetime.date) -> list[tuple[str, list[Day]]]:
    """The next days by Jalali month, with what is due and what takes place."""
    days = {
        day: Day(day, day == on)
        for day in (on + datetime.timedelta(days=ahead) for ahead in range(STRIP_DAYS))
    }
    for item in [*desk.mine, *desk.others]:
        if item.day in days:
            days[item.day].items.append(item)
    planned = Engagement.objects.begun_within(on, max(days)).filter(cancelled_on=None)
    for engagement in planned:
        days[engagement.starts_on].engagements.append(engagement)
    months = groupby(days.values(), lambda day: day.month)
    return [(month, list(group)) for month, group in months]


def partners(on: datetime.date) -> list[tuple[Vitality, list[City]]]:
    """The partner cities by how alive the partnership is; what asks for care first."""
    by_vitality: dict[Vitality, list[City]] = {
        each: []
        for each in (
            Vitality.DORMANT,
            Vitality.FADING,
            Vitality.LIVELY,
            Vitality.NEW,
        )
    }
    for city in with_deeds(City.objects.all(), on):
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


def checklist(user) -> list[Step]:
    """The first steps that are `user`'s to take; none once all of them are done."""
    asked = [each for each in FIRST_STEPS if user.has_perm(each[0])]
    if not asked:
        return []
    found = {
        model._meta.model_name: Exists(model._default_manager.order_by())
        for _permission, _label, model in asked
    }
    done = User.objects.filter(pk=user.pk).values(**found).get()
    steps = [
        Step(
            str(label),
            reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_add"),
            done[model._meta.model_name],
        )
        for _permission, label, model in asked
    ]
    return [] if all(step.is_done for step in steps) else steps

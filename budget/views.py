"""The public pages of the budget: a fiscal year, its pace and its lines."""

from django.db.models import Q
from django.shortcuts import get_object_or_404, redirect, render

from agreements.models import Ceremony, City, Milestone, Purpose
from kashan_diplomacy.as_of import AsOf

from . import reports
from .models import Expense, FiscalYear
from .month_chart import MonthChart
from .pace import pace
from .value import (
    Worth,
    cost_per_kept_promise,
    engagements_of_year,
    promises_of_year,
)


def budget(request):
    """To the newest published year; a page that says so when there is none."""
    as_of = AsOf(request)
    year = FiscalYear.objects.published().newest(as_of.on)
    if year is None:
        return render(request, "budget/budget.html", {"as_of": as_of})
    query = f"?{request.GET.urlencode()}" if request.GET else ""
    return redirect(year.get_absolute_url() + query)


def budget_year(request, year):
    years = FiscalYear.objects.published()
    fiscal_year = get_object_or_404(years, year=year)
    as_of = AsOf(request, fiscal_year.books_end_on())
    glance = year_at_a_glance(fiscal_year, as_of.on)
    figures = reports.line_figures(fiscal_year, as_of.on)
    year_pace = glance["pace"]
    context = {
        **glance,
        "as_of": as_of,
        "years": years,
        **heads(fiscal_year),
        "lines": [(line, figures[line.pk]) for line in fiscal_year.lines.all()],
        "total": sum(figures.values(), reports.Figures()),
        "chart": MonthChart(
            fiscal_year,
            as_of.on,
            reports.by_month(fiscal_year, as_of.on),
            year_pace.total.approved,
            year_pace.forecast,
        ),
        **_purposes(fiscal_year, as_of.on),
        "partners": _partners(fiscal_year, as_of.on),
        "all_years": reports.figures_by_year(years, as_of.on),
    }
    return render(request, "budget/budget_year.html", context)


def _purposes(year, on):
    spent = reports.by_purpose(year, on)
    total = sum(spent.values())
    return {
        "purposes": [
            (name, spent[name], spent[name] / total)
            for name in Purpose
            if spent.get(name)
        ],
        "ceremony": Ceremony(spent.get(Purpose.PROTOCOL, 0), total),
        "engagements": engagements_of_year(year, on).published().ceremony(),
    }


def _partners(year, on):
    """What was paid for each partner and what came of it, the dearest first. What no
    single published city can be named for comes last, as that of None."""
    milestones = promises_of_year(year).published()
    public = set(City.objects.published().values_list("pk", flat=True))
    rest, named = Worth(), []
    for city, worth in cost_per_kept_promise(year, on, milestones).items():
        if city and city.pk in public:
            named.append((city, worth))
        else:
            rest = Worth(rest.spent + worth.spent)
    named.sort(key=lambda row: (-row[1].spent, row[0].name_sort))
    return [*named, *([(None, rest)] if rest.spent else [])]


def heads(fiscal_year):
    """The head of the chain, and those kept when a month or the year was closed."""
    entries = fiscal_year.entries.only("fiscal_year", "seq", "digest")
    closings = fiscal_year.closings.only("fiscal_year", "month", "last_seq", "digest")
    return {
        "head": entries.order_by("-seq").first(),
        "closings": closings.order_by("month"),
    }


def year_at_a_glance(fiscal_year, on):
    """The year's pace, on day `on` or (None) the last its books speak of, in figures
    fit for a sentence: spent in whole percent, rounded up ("less than"), and the
    forecast to two digits ("about").
    """
    year_pace = pace(fiscal_year, on, Milestone.objects.published())
    total = year_pace.total
    examples = Q(is_illustrative=True) | Q(line__is_illustrative=True)
    expenses = Expense.objects.filter(line__fiscal_year=fiscal_year)
    return {
        "fiscal_year": fiscal_year,
        "pace": year_pace,
        "spent_at_most": -(-total.spent * 100 // (total.approved or 1)) / 100,
        "spent_is_exact": total.spent * 100 % (total.approved or 1) == 0,
        "forecast": _two_digits(year_pace.forecast),
        "has_examples": expenses.filter(examples).exists()
        or fiscal_year.lines.filter(is_illustrative=True).exists(),
    }


def _two_digits(rial):
    return round(rial, 2 - len(str(rial)))

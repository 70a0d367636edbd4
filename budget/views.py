"""The public pages of the budget: a fiscal year, its pace and its lines."""

from django.db.models import Q
from django.shortcuts import get_object_or_404, redirect, render

from agreements.models import Milestone
from kashan_diplomacy.as_of import AsOf

from .models import Expense, FiscalYear
from .models.ledger import Balance
from .pace import pace


def budget(request):
    """To the newest published year; a page that says so when there is none."""
    year = FiscalYear.objects.published().first()
    if year is None:
        return render(request, "budget/budget.html", {"as_of": AsOf(request)})
    query = f"?{request.GET.urlencode()}" if request.GET else ""
    return redirect(year.get_absolute_url() + query)


def budget_year(request, year):
    years = FiscalYear.objects.published()
    fiscal_year = get_object_or_404(years, year=year)
    as_of = AsOf(request, fiscal_year.books_end_on())
    glance = year_at_a_glance(fiscal_year, as_of.on)
    context = {
        **glance,
        "as_of": as_of,
        "years": years,
        **heads(fiscal_year),
        "lines": [
            (line, glance["pace"].balances.get(line.pk, Balance()))
            for line in fiscal_year.lines.all()
        ],
    }
    return render(request, "budget/budget_year.html", context)


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

"""The year's report: every figure of it as of any day, on one page to be printed."""

from functools import cached_property

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from agreements.models import Purpose
from budget import reports
from budget.exposure import exposures
from budget.models import BudgetLine, FiscalYear
from budget.models.closings import PAYMENT_PERIOD
from budget.pace import pace
from budget.templatetags.books import period_name
from kashan_diplomacy.as_of import AsOf
from kashan_diplomacy.templatetags.persian import digits, local

from .exposures import compared_in_words

PERMISSION = "budget.view_entry"


class Report:
    """What the page shows of `year` at the end of day `on`. Amounts in rial.

    Open commitments in foreign currency are today's, at the rate of day `rates_on`.
    """

    def __init__(self, year, on, rates_on):
        self.year, self.on, self.rates_on = year, on, rates_on
        self.pace = pace(year, on)

    @cached_property
    def _figures(self):
        return reports.line_figures(self.year, self.on)

    @property
    def lines(self):
        return [(line, self._figures[line.pk]) for line in self.year.lines.all()]

    @property
    def headings(self):
        sums = reports.grouped(self._figures, self.year, lambda line: line.heading)
        return [(label, sums[name]) for name, label in _found(BudgetLine.Heading, sums)]

    @cached_property
    def total(self):
        return sum(self._figures.values(), reports.Figures())

    @cached_property
    def months(self):
        """Each month and what was spent in it; the payment period when it has any."""
        spent = reports.by_month(self.year, self.on)
        last = PAYMENT_PERIOD if spent[-1] else PAYMENT_PERIOD - 1
        return [
            (period_name(month) if month < PAYMENT_PERIOD else "", spent[month - 1])
            for month in range(1, last + 1)
        ]

    @property
    def most_in_a_month(self):
        return max(spent for _month, spent in self.months)

    @cached_property
    def purposes(self):
        sums = reports.by_purpose(self.year, self.on)
        return [(label, sums[name]) for name, label in _found(Purpose, sums)]

    @cached_property
    def ceremony_share(self):
        """Of what was spent, the share whose purpose is protocol; None for nothing."""
        sums = dict(self.purposes)
        total = sum(sums.values())
        return sums.get(Purpose.PROTOCOL.label, 0) / total if total else None

    @property
    def cities(self):
        """Most spent first; what belongs to no single city comes last."""
        sums = reports.by_city(self.year, self.on)
        named = [(local(city, "name"), spent) for city, spent in sums.items() if city]
        rest = [("", sums[None])] if sums.get(None) else []
        return sorted(named, key=lambda row: -row[1]) + rest

    @property
    def exposures(self):
        return [
            (exposure, compared_in_words(exposure))
            for exposure in exposures(self.year, self.rates_on)
        ]

    @property
    def years(self):
        return reports.years_side_by_side()


def _found(choices, sums):
    return [(name, label) for name, label in choices.choices if name in sums]


class ReportsYears:
    """For the year's ModelAdmin: the report of a year, and of the newest."""

    def get_urls(self):
        return [
            path(
                "report/",
                self.admin_site.admin_view(require_safe(self.newest_report)),
                name="budget_report_newest",
            ),
            path(
                "<int:pk>/report/",
                self.admin_site.admin_view(require_safe(self.report)),
                name="budget_report",
            ),
            *super().get_urls(),
        ]

    def render_change_form(self, request, context, *args, obj=None, **kwargs):
        if obj and request.user.has_perm(PERMISSION):
            context["links"] = [
                {
                    "url": reverse("admin:budget_report", args=[obj.pk]),
                    "label": _("Report"),
                    "explanation": _("The year in figures, as of any day."),
                }
            ]
        return super().render_change_form(request, context, *args, obj=obj, **kwargs)

    def newest_report(self, request):
        """To the report of the newest year, or to the years when there is none."""
        newest = FiscalYear.objects.first()
        if newest is None:
            return redirect("admin:budget_fiscalyear_changelist")
        return redirect("admin:budget_report", newest.pk)

    def report(self, request, pk):
        if not request.user.has_perm(PERMISSION):
            raise PermissionDenied
        years = FiscalYear.objects.prefetch_related("lines")
        year = get_object_or_404(years, pk=pk)
        as_of = AsOf(request)
        on = as_of.chosen or year.books_end_on()
        as_of.form.initial["on"] = on
        title = _("Report of %(year)s") % {"year": digits(year)}
        context = {
            **self.admin_site.each_context(request),
            "title": title,
            "opts": self.opts,
            "media": self.media,
            "original": year,
            "as_of": as_of,
            "report": Report(year, on, as_of.on),
        }
        return render(request, "admin/budget/report.html", context)

"""Closing months and years from the year's page."""

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from budget.closing import LAST_MONTH, close_month, close_year, year_obstacles
from budget.ledger import LedgerError
from budget.models import Closing
from budget.models.closings import PAYMENT_PERIOD
from budget.templatetags.books import period_name
from kashan_diplomacy import jalali
from kashan_diplomacy.access.sessions import asked_again, has_just_proved
from kashan_diplomacy.persian import ascii_digits
from kashan_diplomacy.templatetags.persian import digits
from kashan_diplomacy.templatetags.persian import jalali as jalali_text

PERMISSION = "budget.close_period"


def in_words(closing):
    """Its month and year: «تیر ۱۴۰۱»."""
    return digits(f"{period_name(closing.month)} {closing.fiscal_year}")


class CloseForm(forms.Form):
    """Closes a period of `year`; what the ledger has against it is an error."""

    name = ""
    month: int
    obstacles: list[str] = []

    def __init__(self, year, *args, **kwargs):
        self.year = year
        super().__init__(*args, label_suffix="", **kwargs)

    @property
    def url(self):
        return reverse(f"admin:budget_fiscalyear_{self.name}", args=[self.year.pk])

    def close(self, by):
        """The closing, also when this form has made it before; None if refused."""
        made = Closing.objects.filter(fiscal_year=self.year, month=self.month)
        try:
            return made.first() or self.verb(by)
        except LedgerError as error:
            self.add_error(None, error)
            return None


class CloseMonthForm(CloseForm):
    name = "close_month"
    number = forms.IntegerField(
        min_value=1, max_value=LAST_MONTH, widget=forms.HiddenInput
    )

    def __init__(self, year, *args, **kwargs):
        self.month = min(year.closed_month + 1, LAST_MONTH)
        super().__init__(year, *args, initial={"number": self.month}, **kwargs)

    @property
    def label(self):
        return _("Close %(month)s") % {"month": period_name(self.month)}

    @property
    def consequence(self):
        text = _(
            "Nothing dated up to %(day)s can then be entered any more; what was wrong"
            " is put right by a later entry. This cannot be undone."
        )
        last_day = jalali.month_bounds(self.year.year, self.month)[1]
        return text % {"day": jalali_text(last_day)}

    def clean_number(self):
        """The month that was shown, so that a form sent twice closes one."""
        self.month = self.cleaned_data["number"]
        return self.month

    def verb(self, by):
        return close_month(year=self.year, month=self.month, by=by)


class CloseYearForm(CloseForm):
    name, month = "close_year", PAYMENT_PERIOD
    label = gettext_lazy("Close the year")
    typed = forms.CharField(
        label=gettext_lazy("Type the year to confirm"),
        max_length=10,
        widget=forms.TextInput(
            {"dir": "ltr", "inputmode": "numeric", "autocomplete": "off"}
        ),
    )

    @property
    def consequence(self):
        return _(
            "The year then takes nothing more, and its settlement is stored: what was"
            " approved, moved, paid and left on each line. This cannot be undone."
        )

    @property
    def obstacles(self):
        return year_obstacles(self.year)

    def clean_typed(self):
        typed = self.cleaned_data["typed"]
        if ascii_digits(typed).strip() != str(self.year.year):
            raise ValidationError(
                _("To close the year, type %(year)s."),
                params={"year": digits(self.year)},
            )
        return typed

    def verb(self, by):
        return close_year(year=self.year, by=by)


class ClosesPeriods:
    """For the year's ModelAdmin: the closings of a year, and the next one."""

    def get_urls(self):
        views = [
            path(
                f"<int:pk>/{form.name.replace('_', '-')}/",
                self.admin_site.admin_view(self.close_view),
                {"form_class": form},
                name=f"budget_fiscalyear_{form.name}",
            )
            for form in (CloseMonthForm, CloseYearForm)
        ]
        return views + super().get_urls()

    def render_change_form(self, request, context, *args, obj=None, **kwargs):
        if obj and request.user.has_perm("budget.view_closing"):
            context["closings"] = _closings_of(obj)
            context["close_forms"] = _close_forms(request, obj)
        return super().render_change_form(request, context, *args, obj=obj, **kwargs)

    def close_view(self, request, pk, form_class):
        """Closes on POST; else, and when that is refused, shows the form alone."""
        year = self.get_object(request, str(pk))
        if year is None:
            raise Http404
        if not request.user.has_perm(PERMISSION):
            raise PermissionDenied
        if not has_just_proved(request):
            return asked_again(request)
        form = form_class(year, request.POST if request.method == "POST" else None)
        if form.is_valid() and (closing := form.close(request.user)):
            said = _("%(period)s is closed.") % {"period": in_words(closing)}
            messages.success(request, said)
            return redirect("admin:budget_fiscalyear_change", pk)
        if not form.is_bound and year.closed_month >= form.month:
            return redirect("admin:budget_fiscalyear_change", pk)
        context = {
            **self.admin_site.each_context(request),
            "title": f"{form.label} · {digits(year)}",
            "opts": self.opts,
            "original": year,
            "form": form,
            "media": self.media,
        }
        return render(request, "admin/budget/close.html", context)


def _close_forms(request, year):
    closed = year.closed_month
    if closed == PAYMENT_PERIOD or not request.user.has_perm(PERMISSION):
        return []
    months = [CloseMonthForm(year)] if closed < LAST_MONTH else []
    return [*months, CloseYearForm(year, auto_id="close_%s")]


def _closings_of(year):
    """The year's closings, first month first, without the files they keep."""
    closings = year.closings.select_related("fiscal_year", "closed_by")
    stored = closings.defer("entries_csv", "settlement_csv").order_by("month")
    return [(in_words(closing), closing) for closing in stored]

"""List filters that think in Jalali months and years, and in the models' own words."""

import datetime

from django import forms
from django.contrib import admin
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_countries import countries

from . import jalali
from .admin_periods import Period, day_bound
from .forms import JalaliDateField
from .persian import sort_key
from .templatetags.persian import digits

#: Of the Jalali year, three months each.
SEASONS = (_("Spring"), _("Summer"), _("Autumn"), _("Winter"))
ONE_DAY = datetime.timedelta(days=1)


class RangeForm(forms.Form):
    """Two days, typed; its names lead with the filter's field, like other lookups."""

    since = JalaliDateField(label=_("From the day"), required=False)
    until = JalaliDateField(label=_("To the day"), required=False)

    def __init__(self, asked, path):
        names = [f"{path}__{name}" for name in self.base_fields]
        typed = {name: asked[name][-1] for name in names if asked.get(name)}
        super().__init__(typed or None, prefix=path, label_suffix="")
        for field in self.fields.values():
            field.help_text = ""  # there is no room for it

    def add_prefix(self, field_name):
        return f"{self.prefix}__{field_name}"


class JalaliDateFilter(admin.DateFieldListFilter):
    """For a date or datetime field: ("signed_on", JalaliDateFilter).

    A month, a season, fiscal years, or the days typed below them.
    """

    def __init__(self, field, request, params, model, model_admin, field_path):
        self.form = RangeForm(params, field_path)
        for name in self.form.fields:
            params.pop(self.form.add_prefix(name), None)
        super().__init__(field, request, params, model, model_admin, field_path)
        self.date_params |= self.form.data  # or "any date" would seem to be chosen
        year, month, _day = jalali.from_gregorian(timezone.localdate())
        this_month = Period(year, month)
        self.links = (
            (_("Any date"), {}),
            (this_month.label, self._days(*this_month.bounds())),
            self._season(year, (month - 1) // 3),
            *(self._fiscal_year(each) for each in (year, year - 1)),
            (
                _("Earlier"),
                {self.lookup_kwarg_until: self._from(jalali.year_start(year - 1))},
            ),
        )
        if field.null:
            self.links += (
                (_("No date"), {self.lookup_kwarg_isnull: True}),
                (_("Has date"), {self.lookup_kwarg_isnull: False}),
            )

    def _season(self, year, number):
        first, _last = jalali.month_bounds(year, 3 * number + 1)
        _first, last = jalali.month_bounds(year, 3 * number + 3)
        return digits(f"{SEASONS[number]} {year}"), self._days(first, last)

    def _fiscal_year(self, year):
        label = _("Fiscal year %(year)s") % {"year": digits(year)}
        return label, self._days(*Period(year).bounds())

    def _days(self, first, last):
        return {
            self.lookup_kwarg_since: self._from(first),
            self.lookup_kwarg_until: self._from(last + ONE_DAY),
        }

    def _from(self, day):
        return day_bound(self.field, day)

    def choices(self, changelist):
        """Also keeps, for the form, what else is asked of the list."""
        self.kept = [
            (name, value)
            for name, value in changelist.params.items()
            if not name.startswith(self.field_generic)
        ]
        return super().choices(changelist)

    def queryset(self, request, queryset):
        """Nothing for days that cannot be read: the form says why."""
        queryset = super().queryset(request, queryset)
        if not self.form.is_bound:
            return queryset
        if not self.form.is_valid():
            return queryset.none()
        since, until = map(self.form.cleaned_data.get, self.form.fields)
        if since:
            queryset = queryset.filter(**{self.lookup_kwarg_since: self._from(since)})
        if until:
            day_after = self._from(until + ONE_DAY)
            queryset = queryset.filter(**{self.lookup_kwarg_until: day_after})
        return queryset


class QuerysetFilter(admin.SimpleListFilter):
    """Offers queryset methods that take no argument.

    `methods` maps each one's name to its label.
    """

    methods = {}

    def lookups(self, request, model_admin):
        return self.methods.items()

    def queryset(self, request, queryset):
        return (
            getattr(queryset, self.value())() if self.value() in self.methods else None
        )


class WaitingFilter(admin.SimpleListFilter):
    """What waits for the person who looks: the queryset's `waiting_for(user)`."""

    title = _("turn")
    parameter_name = "for"

    def lookups(self, request, model_admin):
        return [("me", _("waiting for me"))]

    def queryset(self, request, queryset):
        if self.value() != "me":
            return None
        return queryset.waiting_for(request.user)


class PublishedFilter(admin.SimpleListFilter):
    """Whether the public sees the row today."""

    title = _("publication")
    parameter_name = "published"

    def lookups(self, request, model_admin):
        return [
            ("yes", _("Published")),
            ("no", _("Not published")),
            ("changed", _("Changed since published")),
        ]

    def queryset(self, request, queryset):
        published = queryset.model._default_manager.published().values("pk")
        if self.value() == "yes":
            return queryset.filter(pk__in=published)
        if self.value() == "no":
            return queryset.exclude(pk__in=published)
        if self.value() == "changed":
            changed = queryset.model._default_manager.changed_since_published()
            return queryset.filter(pk__in=changed.values("pk"))
        return None


class CountryFilter(admin.SimpleListFilter):
    """The countries that occur, by name."""

    title = _("country")
    parameter_name = "country"

    def lookups(self, request, model_admin):
        codes = model_admin.model._default_manager.order_by("country")
        codes = codes.exclude(country="").values_list("country", flat=True).distinct()
        named = [(code, countries.name(code)) for code in codes]
        return sorted(named, key=lambda country: sort_key(country[1]))

    def queryset(self, request, queryset):
        return queryset.filter(country=self.value()) if self.value() else None

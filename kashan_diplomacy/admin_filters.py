"""List filters that think in Jalali months and years, and in the models' own words."""

import datetime

from django.contrib import admin
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_countries import countries

from . import jalali
from .templatetags.persian import digits, in_persian


class JalaliDateFilter(admin.DateFieldListFilter):
    """For a date or datetime field: ("signed_on", JalaliDateFilter)."""

    def __init__(self, field, *args, **kwargs):
        super().__init__(field, *args, **kwargs)
        today = timezone.localdate()
        year, month, _day = jalali.from_gregorian(today)
        self.links = (
            (_("Any date"), {}),
            (_month_name(year, month), self._days(*jalali.month_bounds(year, month))),
            *((digits(y), self._days(*_year_bounds(y))) for y in (year, year - 1)),
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

    def _days(self, first, last):
        return {
            self.lookup_kwarg_since: self._from(first),
            self.lookup_kwarg_until: self._from(last + datetime.timedelta(days=1)),
        }

    def _from(self, day):
        """The day, or for a datetime field its first moment in Tehran."""
        if not isinstance(self.field, models.DateTimeField):
            return day
        return timezone.make_aware(datetime.datetime.combine(day, datetime.time.min))


def _year_bounds(year):
    return jalali.year_start(year), jalali.year_end(year)


def _month_name(year, month):
    months = jalali.MONTHS_FA if in_persian() else jalali.MONTHS_EN
    return digits(f"{months[month - 1]} {year}")


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
        return [(code, countries.name(code)) for code in codes]

    def queryset(self, request, queryset):
        return queryset.filter(country=self.value()) if self.value() else None

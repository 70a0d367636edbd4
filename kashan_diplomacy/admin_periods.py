"""Year, month and day above a list: the admin's `date_hierarchy`, but Jalali.

The stock one works out the month of every row to know what to offer. Here the first
and the last day of the list are looked up, and what is chosen is a range of days: both
are a matter of the index, however long the list.
"""

import datetime
from dataclasses import dataclass

from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.templatetags.admin_urls import add_preserved_filters
from django.contrib.admin.utils import quote
from django.contrib.admin.views.main import ORDER_VAR, ChangeList
from django.db import connections, models
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.text import capfirst

from . import jalali
from .templatetags.persian import digits, local_day, month_name
from .templatetags.persian import jalali as jalali_text

#: Its parameter in an address: 1401, 1401-04 or 1401-04-31.
PERIOD = "period"


def day_bound(field, day):
    """`day`, or for a field of instants the day's first moment in Tehran."""
    if not isinstance(field, models.DateTimeField):
        return day
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time.min))


def on_days(field, first, last):
    """The lookups for the days from `first` to `last`, both inclusive."""
    return {
        f"{field.name}__gte": day_bound(field, first),
        f"{field.name}__lt": day_bound(field, last + datetime.timedelta(days=1)),
    }


@dataclass(frozen=True)
class Period:
    """A Jalali year, a month of it or a day of that month; 0 for what is left open."""

    year: int
    month: int = 0
    day: int = 0

    @classmethod
    def read(cls, text):
        """The period of an address; ValueError if there is no such period."""
        parts = [int(part) for part in text.split("-") if part.isascii()]
        if not 1 <= len(parts) <= 3 or 0 in parts:
            raise ValueError(text)
        period = cls(*parts)
        if not jalali.FIRST_YEAR <= period.year <= jalali.LAST_YEAR:
            raise ValueError(text)
        period.bounds()
        return period

    def __str__(self):
        parts = [f"{self.year:04}", f"{self.month:02}", f"{self.day:02}"]
        return "-".join(part for part in parts if part.strip("0"))

    def bounds(self):
        """First and last day, both inclusive."""
        if self.day:
            day = jalali.to_gregorian(self.year, self.month, self.day)
            return day, day
        if self.month:
            return jalali.month_bounds(self.year, self.month)
        return jalali.year_start(self.year), jalali.year_end(self.year)

    def overlaps(self, first, last):
        """Whether it has a day among those from `first` to `last`, both inclusive."""
        own_first, own_last = self.bounds()
        return own_first <= last and first <= own_last

    @property
    def label(self):
        if self.day:
            return jalali_text(self.bounds()[0])
        if self.month:
            return digits(f"{month_name(self.month)} {self.year}")
        return digits(self.year)

    @property
    def short_label(self):
        """As it is called among the others of its year or month."""
        if self.day:
            return digits(self.day)
        return month_name(self.month) if self.month else digits(self.year)

    def around(self):
        """The periods that it is a part of, the longest first."""
        around = [Period(self.year)] if self.month else []
        return [*around, Period(self.year, self.month)] if self.day else around

    def within(self):
        """The periods it is made of."""
        if self.day:
            return []
        if not self.month:
            return [Period(self.year, month) for month in range(1, 13)]
        days = jalali.month_length(self.year, self.month)
        return [Period(self.year, self.month, day) for day in range(1, days + 1)]


class JalaliChangeList(ChangeList):
    """A list that can be narrowed to a period of its `date_hierarchy`."""

    def __init__(self, request, *args, **kwargs):
        try:
            asked = request.GET.get(PERIOD, "")
            self.period = Period.read(asked) if asked else None
        except ValueError as error:
            raise IncorrectLookupParameters from error
        super().__init__(request, *args, **kwargs)
        if not self.is_popup:
            self.title = capfirst(self.opts.verbose_name_plural)

    @cached_property
    def _address(self):
        """Of the row with the key 0: looked up once, not again for each row. It leads
        back to the list as it is filtered."""
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}_change"
        kept = {"opts": self.opts, "preserved_filters": self.preserved_filters}
        return add_preserved_filters(kept, reverse(name, args=[0]))

    def url_for_result(self, result):
        key = quote(getattr(result, self.pk_attname))
        return self._address.replace("/0/", f"/{key}/", 1)

    @property
    def dated_by(self):
        return self.opts.get_field(self.date_hierarchy)

    def get_filters_params(self, params=None):
        remaining = super().get_filters_params(params)
        remaining.pop(PERIOD, None)
        return remaining

    def get_queryset(self, request, exclude_parameters=None):
        queryset = super().get_queryset(request, exclude_parameters)
        if self.period and self.date_hierarchy:
            days = on_days(self.dated_by, *self.period.bounds())
            queryset = queryset.filter(**days)
        return queryset

    def get_results(self, request):
        """Of the rows shown, only what their columns need is read. Those of a list that
        is narrowed by nothing are counted once, not twice."""
        try:
            super().get_results(request)
        except OverflowError as error:  # a key in the address that SQLite cannot hold
            raise IncorrectLookupParameters from error
        if self.model_admin.list_only:
            self.result_list = self.result_list.only(*self.model_admin.list_only)
        is_narrowed = self.queryset.query.where != self.root_queryset.query.where
        count = self.root_queryset.count() if is_narrowed else self.result_count
        self.full_result_count = count
        self.show_admin_actions = bool(count)

    def get_ordering(self, request, queryset):
        """Within a period by its days, the last first, where nobody asks for another
        order: one index then finds the rows and has them sorted."""
        ordering = super().get_ordering(request, queryset)
        is_asked = ORDER_VAR in self.params
        if not (self.period and self.date_hierarchy) or is_asked:
            return ordering
        leading = getattr(ordering[0], "expression", ordering[0])
        name = getattr(leading, "name", leading).lstrip("-")
        if name == self.date_hierarchy:
            return ordering
        return [f"-{self.date_hierarchy}", "-pk"]

    def periods(self):
        """The link out of all periods, those around the one chosen, it, and its parts.

        Nothing for a list without a dated row.
        """
        ends = self._ends()
        if not ends:
            return None
        first, last = (Period(*jalali.from_gregorian(day)) for day in ends)
        if self.period:
            parts = [each for each in self.period.within() if each.overlaps(*ends)]
        else:
            parts = [Period(year) for year in range(first.year, last.year + 1)]
        around = self.period.around() if self.period else []
        return {
            "all": self.get_query_string(remove=[PERIOD]),
            "around": [(each.label, self._link(each)) for each in around],
            "chosen": self.period,
            "parts": [(each.short_label, self._link(each)) for each in parts],
        }

    def _link(self, period):
        return self.get_query_string({PERIOD: period})

    def _ends(self):
        """The first and the last day of the whole list: two looks at the index, asked
        for at once and without the ORM, which took longer than the database."""
        connection = connections[self.root_queryset.db]
        day = self.dated_by.get_col(self.opts.db_table)
        table, column = map(
            connection.ops.quote_name, (self.opts.db_table, self.dated_by.column)
        )
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT (SELECT MIN({column}) FROM {table}),"  # noqa: S608 - our names
                f" (SELECT MAX({column}) FROM {table})"
            )
            ends = cursor.fetchone()
        for convert in connection.ops.get_db_converters(day):
            ends = [convert(end, day, connection) for end in ends]
        return None if None in ends else [local_day(end) for end in ends]

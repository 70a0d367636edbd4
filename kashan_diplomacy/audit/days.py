"""A range of days as the part of every list to look at, for who asks about no year.

A list of what happened is cut to the days; a list of what there is, such as cities or
users, is whole. Of the money's years and lines those belong whose year, payments of
the next Ordibehesht included, has a day in the range. Nothing of it can be recomputed:
the chain and the balances begin with a year.
"""

import datetime
from dataclasses import dataclass

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import DateTimeField, QuerySet
from django.db.models.constants import LOOKUP_SEP
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from budget.models import FiscalYear
from kashan_diplomacy import jalali
from kashan_diplomacy.export_views import EXPORTS
from kashan_diplomacy.forms import JalaliDateField
from kashan_diplomacy.history_exports import Edits
from kashan_diplomacy.templatetags import persian

#: Lists of what happened → the day it did; a row whose day is unknown is in no range.
DATED = {
    "admin_log": "action_time",
    "agreement_history": "history_date",
    "clearances": "requested_on",
    "closings": "closed_at",
    "code_resets": "reset_at",
    "documents": "uploaded_at",
    "downloads": "started_at",
    "engagements": "starts_on",
    "exchange_rates": "valid_on",
    "expenses": "requested_on",
    "follow_up_moves": "moved_at",
    "gifts": "given_on",
    "imports": "uploaded_at",
    "ledger": "dated_on",
    "lock_outs": "attempt_time",
    "membership_decisions": "decided_on",
    "membership_fees": "due_on",
    "milestone_moves": "moved_at",
    "milestones": "due_on",
    "outcomes": "realised_on",
    "participants": "engagement__starts_on",
    "reminders": "told_on",
    "rights_used": "used_on",
    "sign_ins": "attempt_time",
    "vouchers": "uploaded_at",
}
#: Lists of money → what leads to their year.
_OF_YEARS = {"fiscal_years": "pk", "budget_lines": "fiscal_year"}


def moments(first: datetime.date, last: datetime.date):
    """The first and the last moment of a range of days in Tehran."""
    return tuple(
        timezone.make_aware(datetime.datetime.combine(day, hour))
        for day, hour in ((first, datetime.time.min), (last, datetime.time.max))
    )


@dataclass(frozen=True)
class Days:
    """The days from `first` to `last`, both inclusive."""

    first: datetime.date
    last: datetime.date

    @property
    def label(self):
        first, last = persian.jalali(self.first), persian.jalali(self.last)
        return format_lazy(_("From {first} to {last}"), first=first, last=last)

    @property
    def name(self) -> str:
        """What its zip file is called."""
        return f"kashan-lists-{jalali.iso(self.first)}-{jalali.iso(self.last)}"

    @property
    def query(self) -> str:
        """What an address asks for them with."""
        return f"first={jalali.iso(self.first)}&last={jalali.iso(self.last)}"

    def rows_of(self, name: str) -> QuerySet:
        """What of a list belongs to the range."""
        rows = EXPORTS[name].queryset()
        if name in _OF_YEARS:
            return rows.filter(**{f"{_OF_YEARS[name]}__in": self._years()})
        path = _path(name)
        if not path:
            return rows
        is_moment = isinstance(_field(EXPORTS[name].model, path), DateTimeField)
        ends = moments(self.first, self.last) if is_moment else (self.first, self.last)
        return rows.filter(**{f"{path}__range": ends})

    def _years(self) -> list[int]:
        return [
            year.pk
            for year in FiscalYear.objects.all()
            if year.starts_on <= self.last and self.first <= year.payments_end_on
        ]


def cut_by(name: str):
    """The day by which a list is cut, as people call it; None for a whole list."""
    if name in _OF_YEARS:
        return _("fiscal year")
    path = _path(name)
    if path == "history_date":  # a field of the library's, with no name for people
        return _("day of the edit")
    return path and _field(EXPORTS[name].model, path).verbose_name


def _path(name):
    return "history_date" if isinstance(EXPORTS[name], Edits) else DATED.get(name)


def _field(model, path):
    *relations, last = path.split(LOOKUP_SEP)
    for relation in relations:
        model = model._meta.get_field(relation).related_model
    return model._meta.get_field(last)


class DaysForm(forms.Form):
    first = JalaliDateField(label=_("first day"))
    last = JalaliDateField(label=_("last day"))

    def clean(self):
        cleaned = super().clean()
        first, last = cleaned.get("first"), cleaned.get("last")
        if first and last and last < first:
            raise ValidationError(_("The last day comes before the first."))
        return cleaned

    @property
    def days(self) -> Days:
        """Of a valid form."""
        return Days(self.cleaned_data["first"], self.cleaned_data["last"])

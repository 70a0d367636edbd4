"""The day a public page speaks of: `?on=1401-04-31`, or today.

It chooses which day's *state* is shown: what was in force, due, kept and spent by then.
What may be *seen* is always decided by today, so no date brings out a row early.
"""

import datetime
from functools import cached_property

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from . import jalali
from .forms import JalaliDateField


class AsOfForm(forms.Form):
    on = JalaliDateField(label=_("State on"), required=False)

    def clean_on(self) -> datetime.date | None:
        on = self.cleaned_data["on"]
        if on and on > timezone.localdate():
            raise ValidationError(_("This day has not come yet."), code="future")
        return on


class AsOf:
    """The day asked for in a request; a bad one counts as none and is explained.

    `default` is the day of a page that does not speak of today: the last of its books.
    """

    def __init__(self, request, default: datetime.date | None = None):
        self.default = default or timezone.localdate()
        asked = request.GET if "on" in request.GET else None
        self.form = AsOfForm(asked, initial={"on": self.default})

    @cached_property
    def chosen(self) -> datetime.date | None:
        return self.form.cleaned_data.get("on") if self.form.is_valid() else None

    @cached_property
    def on(self) -> datetime.date:
        return self.chosen or self.default

    @property
    def is_today(self) -> bool:
        return self.on == timezone.localdate()

    @cached_property
    def query(self) -> str:
        """What a link carries along to stay on the chosen day."""
        return f"?on={jalali.iso(self.chosen)}" if self.chosen else ""

"""Form fields for the cells of a spreadsheet.

A field is given all cells that speak of it: a date its Gregorian and its Jalali column,
an amount rial and toman, a reference its id and its name. Where two are filled in,
they must agree.
"""

import datetime
import re
from collections import defaultdict
from decimal import Decimal

from django import forms
from django.core.exceptions import ValidationError
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from django_countries import countries

from kashan_diplomacy import jalali, money
from kashan_diplomacy.forms import JalaliDateField
from kashan_diplomacy.names import listed
from kashan_diplomacy.persian import ascii_digits, canonical, search_key

_GREGORIAN = re.compile(r"((?:19|20|21)[0-9]{2})([/\-.])([0-9]{1,2})\2([0-9]{1,2})")
_YES = {"true", "yes", "1", "بله", "بلی", "آری"}
_NO = {"false", "no", "0", "خیر", "نه"}


class CellsField(forms.Field):
    """Reads the one cell, or the two that must come to the same."""

    widget = forms.TextInput
    default_error_messages = {
        "differ": _("The two columns of this do not say the same.")
    }

    def to_python(self, value):
        cells = value if isinstance(value, tuple) else (value,)
        read = [
            self.read(cell.strip(), place)
            for place, cell in enumerate(cells)
            if cell and cell.strip()
        ]
        if any(each != read[0] for each in read):
            raise ValidationError(self.error_messages["differ"], code="differ")
        return read[0] if read else None


class DayField(CellsField):
    """A date, year first. Years 1300 to 1500 are Jalali, 1900 to 2100 Gregorian."""

    default_error_messages = JalaliDateField.default_error_messages | {
        "calendar": _(
            "Give the year first: 1300 to 1500 is read as Jalali, 1900 to 2100 as"
            " Gregorian."
        ),
        "day": _("There is no such day in the calendar."),
    }

    def read(self, cell, place):
        typed = ascii_digits(canonical(cell))
        if match := _GREGORIAN.fullmatch(typed):
            year, month, day = int(match[1]), int(match[3]), int(match[4])
            if year <= 2100:
                return self._gregorian(year, month, day)
        try:
            return jalali.parse(typed)
        except jalali.JalaliError as error:
            code = "day" if error.code == "day" else "calendar"
            raise ValidationError(self.error_messages[code], code=code) from error

    def _gregorian(self, *parts):
        try:
            return datetime.date(*parts)
        except ValueError as error:
            raise ValidationError(self.error_messages["day"], code="day") from error


class AmountField(CellsField):
    """Whole rials out of the column in rial, the column in toman, or both."""

    default_error_messages = {
        "amount": _("Enter an amount such as 12,500,000, in the column's own unit.")
    }

    def read(self, cell, place):
        """`place` 0 is the column in rial: "5 toman" in it is no number of rials."""
        try:
            return money.parse_toman(cell if place else f"{cell} rial")
        except money.MoneyError as error:
            raise ValidationError(self.error_messages["amount"]) from error


class NumberField(CellsField):
    default_error_messages = {
        "number": _("Enter a number."),
        "whole": _("Enter a whole number."),
    }

    def __init__(self, *, is_whole=False, **kwargs):
        super().__init__(**kwargs)
        self.is_whole = is_whole

    def read(self, cell, place):
        plain = ascii_digits(cell).replace("٬", "").replace("٫", ".")
        if re.fullmatch(r"\d{1,3}(,\d{3})+(\.\d*)?", plain):
            plain = plain.replace(",", "")
        if not re.fullmatch(r"-?\d{1,15}(\.\d{1,15})?", plain):
            raise ValidationError(self.error_messages["number"], code="number")
        number = Decimal(plain)
        if self.is_whole and number % 1:
            raise ValidationError(self.error_messages["whole"], code="whole")
        return int(number) if self.is_whole else number


class YesNoField(CellsField):
    default_error_messages = {"yes": _("Write yes or no.")}

    def read(self, cell, place):
        word = search_key(cell)
        if word not in _YES | _NO:
            raise ValidationError(self.error_messages["yes"], code="yes")
        return word in _YES

    def clean(self, value):
        return bool(super().clean(value))


class ChoiceField(CellsField):
    """One of the choices, by its code or by its name in either language."""

    default_error_messages = {"choice": _("Not one of the choices: %(choices)s.")}

    def __init__(self, *, choices, **kwargs):
        super().__init__(**kwargs)
        self.choices = choices
        self._codes = {}

    def read(self, cell, place):
        codes = self._by_name()
        key = search_key(cell)
        if key not in codes:
            shown = listed(*(str(label) for _code, label in self.choices[:12]))
            raise ValidationError(
                self.error_messages["choice"], params={"choices": shown}, code="choice"
            )
        return codes[key]

    def clean(self, value):
        return super().clean(value) or ""

    def _by_name(self):
        if not self._codes:  # filled once for all rows: copies of the field share it
            for language in ("fa", "en"):
                with translation.override(language):
                    for code, label in self.choices:
                        self._codes[search_key(str(label))] = code
            self._codes |= {search_key(code): code for code, _label in self.choices}
        return self._codes


class CountryField(ChoiceField):
    default_error_messages = {
        "choice": _("No such country. Give its two-letter code or its name.")
    }

    def __init__(self, **kwargs):
        super().__init__(choices=countries, **kwargs)

    def read(self, cell, place):
        codes = self._by_name()
        if (key := search_key(cell)) not in codes:
            raise ValidationError(self.error_messages["choice"], code="choice")
        return codes[key]


class Index:
    """The rows of a model by id and by name, however the name is spelt."""

    def __init__(self, queryset, names):
        self._by_id, self._by_name = {}, defaultdict(list)
        for row in queryset:
            self._by_id[str(row.pk)] = row
            for name in {search_key(str(name)) for name in names(row)}:
                if name:
                    self._by_name[name].append(row)

    def by_id(self, number):
        return self._by_id.get(ascii_digits(number))

    def by_name(self, name):
        return self._by_name.get(search_key(name), [])


class ReferenceField(CellsField):
    """A row of another list, by its id, by its name, or by both."""

    default_error_messages = {
        "missing": _("There is none called “%(name)s”. Enter it first."),
        "several": _("Several are called “%(name)s”. Give the id."),
        "differ": _("The id and the name are not of the same row."),
    }

    def __init__(self, *, model, **kwargs):
        super().__init__(**kwargs)
        self.model = model
        self.index = None  # an Index, given by Sheet.fields()

    def read(self, cell, place):
        """`place` 0 is the column of ids, 1 that of names."""
        known = self.index.by_id(cell)
        found = [known] if known and not place else self.index.by_name(cell)
        if len(found) != 1:
            code = "several" if found else "missing"
            raise ValidationError(
                self.error_messages[code], params={"name": cell}, code=code
            )
        return found[0]


class ReferencesField(ReferenceField):
    """Rows of another list, each by its id or its name, semicolons between."""

    def read(self, cell, place):
        parts = filter(None, map(str.strip, re.split("[;؛\n]", cell)))
        return [ReferenceField.read(self, part, 0) for part in parts]

    def clean(self, value):
        return super().clean(value) or []

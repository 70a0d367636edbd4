"""Form fields for what is typed the Persian way: dates, numbers, amounts in toman."""

import re
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from . import jalali, money
from .persian import ascii_digits, canonical
from .templatetags.persian import (
    digits,
    jalali_numeric,
    local_day,
    local_number,
    toman_words,
)

_LATIN_MARKS = str.maketrans("٬،٫", ",,.")


def _explained(help_text: Any, expected: Any) -> Any:
    """The field's own help, followed by what is to be typed."""
    return format_lazy("{} {}", help_text, expected) if help_text else expected


class CanonicalCharField(forms.CharField):
    """A text, cleaned to its one spelling: typed in another it is not another text."""

    def to_python(self, value: Any) -> str:
        return canonical(super().to_python(value))

    def prepare_value(self, value: Any) -> Any:
        """A number, such as an article's, in the page's digits."""
        is_text = not isinstance(value, str) or any(map(str.isalpha, value))
        return value if is_text else digits(value)


class JalaliDateInput(forms.TextInput):
    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        fixed = {
            "class": "jalali-date",
            "dir": "ltr",
            "inputmode": "numeric",
            "autocomplete": "off",
        }
        super().__init__(fixed | (attrs or {}))


class JalaliDateField(forms.DateField):
    """A Jalali date, typed as ۱۴۰۱/۰۴/۳۱ or 1401-4-31; cleans to ``datetime.date``.

    Years from 1300 to 1500, so that no Gregorian year passes for a Jalali one.
    """

    widget = JalaliDateInput
    default_error_messages = {
        "format": _("Enter a Jalali date such as 1401/04/31: year, month, day."),
        "gregorian": _(
            "This looks like a Gregorian date. Enter the Jalali date, such as "
            "1401/04/31."
        ),
        "range": _(
            "Enter a Jalali date such as 1401/04/31, with a year from 1300 to 1500."
        ),
        "day": _(
            "There is no such day in the Jalali calendar. Enter a date such as "
            "1401/04/31."
        ),
    }

    def __init__(self, *, help_text: Any = "", **kwargs: Any) -> None:
        expected = _("A Jalali date, such as 1401/04/31.")
        super().__init__(help_text=_explained(help_text, expected), **kwargs)

    def to_python(self, value: Any) -> date | None:
        if value in self.empty_values:
            return None
        try:
            return _checked(value) if isinstance(value, date) else jalali.parse(value)
        except jalali.JalaliError as error:
            message = self.error_messages[error.code]
            raise ValidationError(message, code=error.code) from error

    def prepare_value(self, value: Any) -> Any:
        """A date as numeric Jalali; what was typed stays as it was typed."""
        return jalali_numeric(value) if isinstance(value, date) else value


def _checked(value: date) -> date:
    day = local_day(value)
    if not jalali.FIRST_DAY <= day <= jalali.LAST_DAY:
        raise jalali.JalaliError("range")
    return day


class TomanInput(forms.TextInput):
    """Says the amount it holds back in words: a zero too many is heard at once."""

    template_name = "widgets/toman.html"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        fixed = {
            "class": "toman",
            "dir": "ltr",
            "inputmode": "decimal",
            "autocomplete": "off",
        }
        super().__init__(fixed | (attrs or {}))

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(name, value, attrs)
        try:
            words = toman_words(money.parse_toman(str(value or "")))
        except money.MoneyError:
            words = ""
        context["widget"]["words"] = words
        return context


class TomanField(forms.Field):
    """An amount typed in toman; cleans to integer rials, at least ``min_value`` rials.

    Text is toman, an ``int`` is rials: so initial values and cleaned ones agree.
    """

    widget = TomanInput
    default_error_messages = {
        "format": _("Enter an amount in toman, such as 12,500,000 or 600 million."),
        "negative": _("Enter an amount in toman without a minus sign."),
        "grouping": _(
            "The separators are not every three digits. Enter an amount in toman "
            "such as 12,500,000, with a point before decimals."
        ),
        "fraction": _("Enter an amount in toman that comes to whole rials."),
        "large": _("This amount is too large. Enter at most 900 trillion toman."),
        "zero": _("Enter an amount above zero."),
        "min_value": _("Enter an amount of at least %(limit)s toman."),
    }

    def __init__(
        self, *, min_value: int = 0, help_text: Any = "", **kwargs: Any
    ) -> None:
        self.min_value = min_value
        super().__init__(help_text=_explained(help_text, _("In toman.")), **kwargs)

    def to_python(self, value: Any) -> int | None:
        if isinstance(value, int):
            return value
        if value in self.empty_values or not value.strip():
            return None
        try:
            return money.parse_toman(value)
        except money.MoneyError as error:
            message = self.error_messages.get(error.code, self.error_messages["format"])
            raise ValidationError(message, code=error.code) from error

    def validate(self, value: int | None) -> None:
        super().validate(value)
        if value is not None and value < self.min_value:
            code = "zero" if self.min_value == 1 else "min_value"
            raise ValidationError(
                self.error_messages[code],
                code=code,
                params={"limit": digits(money.toman(self.min_value))},
            )

    def prepare_value(self, value: Any) -> Any:
        """Rials as grouped toman; what was typed stays as it was typed."""
        if not isinstance(value, int):
            return value
        return local_number(money.toman(value))


class IntegerInput(forms.TextInput):
    """Not of the type `number`, which takes Latin digits only."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        fixed = {
            "class": "integer",
            "dir": "ltr",
            "inputmode": "numeric",
            "autocomplete": "off",
        }
        super().__init__(fixed | (attrs or {}))


class IntegerField(forms.IntegerField):
    """A whole number in any digits."""

    widget = IntegerInput
    default_error_messages = {"invalid": _("Enter a whole number, such as 12.")}

    def to_python(self, value: Any) -> int | None:
        if isinstance(value, str):
            value = ascii_digits(value.strip())
        return super().to_python(value)

    def prepare_value(self, value: Any) -> Any:
        """A number in the page's digits; what was typed stays as it was typed."""
        return digits(value) if isinstance(value, int) else value


class DecimalInput(forms.TextInput):
    """Not of the type `number`, which takes Latin digits only."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        fixed = {
            "class": "decimal",
            "dir": "ltr",
            "inputmode": "decimal",
            "autocomplete": "off",
        }
        super().__init__(fixed | (attrs or {}))


class DecimalField(forms.DecimalField):
    """A number such as 1,250.50, in any digits and with their separators."""

    widget = DecimalInput
    _GROUPED = re.compile(r"\d{1,3}(,\d{3})+(\.\d*)?")

    def to_python(self, value: Any) -> Decimal | None:
        if isinstance(value, str):
            value = ascii_digits(value.strip()).translate(_LATIN_MARKS)
            if self._GROUPED.fullmatch(value):
                value = value.replace(",", "")
        return super().to_python(value)

    def prepare_value(self, value: Any) -> Any:
        """A number in the page's digits; what was typed stays as it was typed."""
        if not isinstance(value, Decimal):
            return value
        return local_number(f"{value:,f}")

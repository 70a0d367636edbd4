"""Template filters: dates, amounts and digits in the language of the page.

Empty values (None and "") stay empty. Amounts are integer rials.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language

from kashan_diplomacy import jalali as calendar
from kashan_diplomacy import money
from kashan_diplomacy.persian import persian_digits

register = template.Library()

#: What a template passes for a value that is not there.
Blank = Literal[""] | None


def in_persian() -> bool:
    """Whether the active language is Persian."""
    return (get_language() or "").startswith("fa")


def local_day(moment: date) -> date:
    """The day on the wall calendar in Tehran: midnight there is not midnight UTC."""
    if not isinstance(moment, datetime):
        return moment
    if timezone.is_aware(moment):
        moment = timezone.localtime(moment)
    return moment.date()


@register.filter
def jalali(value: date | Blank) -> str:
    """۳۱ تیر ۱۴۰۱; in English both calendars, 31 Tir 1401 (22 July 2022)."""
    if not value:
        return ""
    day = local_day(value)
    if in_persian():
        return calendar.long_fa(day)
    return f"{calendar.long_en(day)} ({date_format(day, 'j F Y')})"


@register.filter
def jalali_numeric(value: date | Blank) -> str:
    """۱۴۰۱/۰۴/۳۱; in English 1401/04/31."""
    if not value:
        return ""
    day = local_day(value)
    return calendar.numeric_fa(day) if in_persian() else calendar.numeric_en(day)


def month_name(month: int) -> str:
    """تیر / Tir, for 4."""
    return (calendar.MONTHS_FA if in_persian() else calendar.MONTHS_EN)[month - 1]


@register.filter
def toman(rial: int | Blank) -> str:
    """The exact amount: ۱۲٬۵۰۰٬۰۰۰ تومان / 12,500,000 toman."""
    if rial is None or rial == "":
        return ""
    return money.toman_fa(rial) if in_persian() else money.toman_en(rial)


@register.filter
def toman_short(rial: int | Blank) -> str:
    """۶۰۰ میلیون تومان / 600 million toman; cut, never rounded up."""
    if rial is None or rial == "":
        return ""
    return money.short_fa(rial) if in_persian() else money.short_en(rial)


@register.filter
def toman_words(rial: int | Blank) -> str:
    """ششصد میلیون تومان; in English 600 million toman."""
    if rial is None or rial == "":
        return ""
    return money.words_fa(rial) if in_persian() else money.short_en(rial)


@register.filter
def rial(amount: int | Blank) -> str:
    """۶٬۰۰۰٬۰۰۰٬۰۰۰ ریال / 6,000,000,000 rial."""
    if amount is None or amount == "":
        return ""
    return money.rial_fa(amount) if in_persian() else money.rial_en(amount)


@register.filter
def digits(value: object) -> str:
    """Any value as text, with Persian digits when the page is Persian."""
    if value is None or value == "":
        return ""
    return persian_digits(str(value)) if in_persian() else str(value)


@register.filter
def percent(share: float | Decimal | Blank, places: int = 0) -> str:
    """A share of one, rounded: 0.34 → ۳۴٪ / 34%; ``percent:1`` keeps one decimal."""
    if share is None or share == "":
        return ""
    return local_number(f"{float(share):.{places}%}")


def local_number(formatted: str) -> str:
    """12,500.5 in the digits and marks of the page: ۱۲٬۵۰۰٫۵."""
    return money.number_fa(formatted) if in_persian() else formatted


def local_decimal(amount: Decimal) -> str:
    """To the cent, or none where it is whole: ۱٬۲۵۰٫۵۰, ۴۵۰ / 1,250.50, 450."""
    return local_number(f"{amount:,.2f}".removesuffix(".00"))


@register.filter
def local(record: Any, field: str) -> str:
    """``city|local:"name"``: name_fa or name_en by language, else the other one."""
    if record is None or record == "":
        return ""
    persian = getattr(record, f"{field}_fa")
    english = getattr(record, f"{field}_en")
    return str((persian or english) if in_persian() else (english or persian))

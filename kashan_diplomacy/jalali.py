"""Jalali (Solar Hijri) calendar: reading, writing and reckoning dates.

Dates are stored Gregorian (``datetime.date``); this module is the only place that
turns them into Jalali and back. Leap years are the official, astronomical ones of
the Calendar Centre of the University of Tehran (1403 is leap, 1404 is not), not the
2820-year arithmetic rule.
"""

import re
from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple

from persiantools.jdatetime import JalaliDate  # type: ignore[import-untyped]

from .persian import canonical, persian_digits

FIRST_YEAR = 1300
LAST_YEAR = 1500

MONTHS_FA = (
    "فروردین",
    "اردیبهشت",
    "خرداد",
    "تیر",
    "مرداد",
    "شهریور",
    "مهر",
    "آبان",
    "آذر",
    "دی",
    "بهمن",
    "اسفند",
)
MONTHS_EN = (
    "Farvardin",
    "Ordibehesht",
    "Khordad",
    "Tir",
    "Mordad",
    "Shahrivar",
    "Mehr",
    "Aban",
    "Azar",
    "Dey",
    "Bahman",
    "Esfand",
)
#: In the order of ``date.weekday()``: Monday first.
WEEKDAYS_FA = (
    "دوشنبه",
    "سه\u200cشنبه",
    "چهارشنبه",
    "پنجشنبه",
    "جمعه",
    "شنبه",
    "یکشنبه",
)

#: The first and the last day that may be typed or stored.
FIRST_DAY: date = JalaliDate(FIRST_YEAR, 1, 1).to_gregorian()
LAST_DAY: date = JalaliDate(LAST_YEAR, 12, 29).to_gregorian()

_YEAR_FIRST = re.compile(r"([0-9]{4}) ?([/\-.؍]) ?([0-9]{1,2}) ?\2 ?([0-9]{1,2})")
_GREGORIAN = re.compile(
    r"(?:1[7-9]|2[0-9])[0-9]{2} ?([/\-.؍]) ?[0-9]{1,2} ?\1 ?[0-9]{1,2}"
    r"|[0-9]{1,2} ?([/\-.؍]) ?[0-9]{1,2} ?\2 ?(?:1[7-9]|2[0-9])[0-9]{2}"
)


class Jalali(NamedTuple):
    """A Jalali day; month and day count from 1."""

    year: int
    month: int
    day: int


class JalaliError(ValueError):
    """Text that is no Jalali date; ``code`` says in which way.

    ``format``: not year/month/day; ``gregorian``: looks like a Gregorian date;
    ``range``: year outside 1300..1500; ``day``: the calendar has no such day.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@lru_cache(maxsize=4096)  # a long page asks for the same days again and again
def from_gregorian(day: date) -> Jalali:
    jalali = JalaliDate.to_jalali(day.year, day.month, day.day)
    return Jalali(jalali.year, jalali.month, jalali.day)


def to_gregorian(year: int, month: int, day: int) -> date:
    """The Gregorian date of a Jalali day; ValueError if there is no such day."""
    gregorian: date = JalaliDate(year, month, day).to_gregorian()
    return gregorian


def parse(text: str) -> date:
    """Read a Jalali date, year first, in any digits: ۱۴۰۱/۰۴/۳۱, 1401-4-31.

    Separators are ``/``, ``-``, ``.`` and ``؍``; the year is from 1300 to 1500.
    Raises JalaliError.
    """
    typed = canonical(text)
    if _GREGORIAN.fullmatch(typed):
        raise JalaliError("gregorian")
    match = _YEAR_FIRST.fullmatch(typed)
    if match is None:
        raise JalaliError("format")
    year, month, day = int(match[1]), int(match[3]), int(match[4])
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise JalaliError("range")
    try:
        return to_gregorian(year, month, day)
    except ValueError as error:
        raise JalaliError("day") from error


def iso(day: date) -> str:
    """1401-04-31, for exports: sorts as text, always ASCII."""
    return "{:04}-{:02}-{:02}".format(*from_gregorian(day))


def numeric_en(day: date) -> str:
    """1401/04/31"""
    return iso(day).replace("-", "/")


def numeric_fa(day: date) -> str:
    """۱۴۰۱/۰۴/۳۱"""
    return persian_digits(numeric_en(day))


def long_fa(day: date) -> str:
    """۳۱ تیر ۱۴۰۱"""
    year, month, number = from_gregorian(day)
    return persian_digits(f"{number} {MONTHS_FA[month - 1]} {year}")


def long_en(day: date) -> str:
    """31 Tir 1401"""
    year, month, number = from_gregorian(day)
    return f"{number} {MONTHS_EN[month - 1]} {year}"


def is_leap(year: int) -> bool:
    return bool(JalaliDate.is_leap(year))


def month_length(year: int, month: int) -> int:
    """Days in the month: 31 six times, 30 five times, Esfand 29 or 30."""
    if not 1 <= month <= 12:
        raise ValueError(f"No month {month} in a year")
    if month <= 6:
        return 31
    return 30 if month <= 11 or is_leap(year) else 29


def year_start(year: int) -> date:
    """1 Farvardin."""
    return to_gregorian(year, 1, 1)


def year_end(year: int) -> date:
    """The last day of Esfand (inclusive)."""
    return to_gregorian(year, 12, month_length(year, 12))


def month_bounds(year: int, month: int) -> tuple[date, date]:
    """First and last day of a Jalali month, both inclusive."""
    first = to_gregorian(year, month, 1)
    return first, first + timedelta(days=month_length(year, month) - 1)


def add_months(day: date, months: int) -> date:
    """The same day so many Jalali months later (or earlier, if negative).

    Where that month is too short, its last day: 31 Tir + 3 months is 30 Mehr.
    """
    start = from_gregorian(day)
    years, month0 = divmod(start.month - 1 + months, 12)
    year, month = start.year + years, month0 + 1
    return to_gregorian(year, month, min(start.day, month_length(year, month)))

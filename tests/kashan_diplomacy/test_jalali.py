"""The calendar against the official leap years and against the sky.

Around us the oracle is the list of official leap years. Where the list ends it is the
definition they come from: the year begins on the day whose noon follows the March
equinox, at the meridian 52.5° east. The equinox is computed after Jean Meeus,
"Astronomical Algorithms", chapter 27; the time ΔT after Espenak and Meeus, "Five
Millennium Canon of Solar Eclipses".
"""

import math
from datetime import date, timedelta

import pytest

from kashan_diplomacy import jalali
from kashan_diplomacy.jalali import Jalali, JalaliError

pytestmark = pytest.mark.once

OFFICIAL_LEAP_YEARS = {
    *(1370, 1375, 1379, 1383, 1387, 1391, 1395, 1399),
    *(1403, 1408, 1412, 1416, 1420),
}

# In 1930 the sun stood at the equinox within seconds of noon: only the calendar as it
# was kept can say that 1309, and not 1308, was the leap year.
TOO_NEAR_NOON = {1309: date(1930, 3, 21)}

# Amplitude, phase and speed of the periodic terms (Meeus, table 27.C).
EQUINOX_TERMS = (
    (485, 324.96, 1934.136),
    (203, 337.23, 32964.467),
    (199, 342.08, 20.186),
    (182, 27.85, 445267.112),
    (156, 73.14, 45036.886),
    (136, 171.52, 22518.443),
    (77, 222.54, 65928.934),
    (74, 296.72, 3034.906),
    (70, 243.58, 9037.513),
    (58, 119.81, 33718.147),
    (52, 297.17, 150.678),
    (50, 21.02, 2281.226),
    (45, 247.54, 29929.562),
    (44, 325.15, 31555.956),
    (29, 60.93, 4443.417),
    (18, 155.12, 67555.328),
    (17, 288.79, 4562.452),
    (16, 198.04, 62894.029),
    (14, 199.76, 31436.921),
    (12, 95.39, 14577.848),
    (12, 287.11, 31931.756),
    (12, 320.81, 34777.259),
    (9, 227.73, 1222.114),
    (8, 15.45, 16859.074),
)


def equinox(gregorian_year):
    """Julian day of the March equinox, dynamical time."""
    y = (gregorian_year - 2000) / 1000
    mean = 2451623.80984 + y * (
        365242.37404 + y * (0.05169 - y * (0.00411 + y * 0.00057))
    )
    t = (mean - 2451545) / 36525
    w = math.radians(35999.373 * t - 2.47)
    terms = sum(a * math.cos(math.radians(b + c * t)) for a, b, c in EQUINOX_TERMS)
    return mean + 0.00001 * terms / (
        1 + 0.0334 * math.cos(w) + 0.0007 * math.cos(2 * w)
    )


def delta_t_in_days(gregorian_year):
    """ΔT, to the quarter of a minute that is plenty here."""
    u = gregorian_year - 2000
    if gregorian_year < 1986:
        seconds = 22 if gregorian_year < 1935 else 29 + 0.55 * (gregorian_year - 1945)
    else:
        seconds = 62.92 + 0.32217 * u + 0.005589 * u * u
    return seconds / 86400


def first_day_by_the_sky(year):
    """1 Farvardin, and how many minutes the equinox is from noon."""
    moment = equinox(year + 621) - delta_t_in_days(year + 621) + 52.5 / 360
    noon = math.ceil(moment)  # Julian days begin at noon
    minutes = min(noon - moment, 1 - (noon - moment)) * 24 * 60
    return date.fromordinal(noon - 1721425), minutes


@pytest.fixture(scope="module")
def first_days():
    years = range(1300, 1502)
    return {year: first_day_by_the_sky(year)[0] for year in years} | TOO_NEAR_NOON


def test_leap_years_around_us_are_the_official_ones():
    ours = {year for year in range(1370, 1421) if jalali.is_leap(year)}

    assert ours == OFFICIAL_LEAP_YEARS


def test_1403_is_leap_and_1404_is_not():
    assert jalali.to_gregorian(1403, 12, 30) == date(2025, 3, 20)
    assert jalali.year_start(1404) == date(2025, 3, 21)
    with pytest.raises(ValueError, match=r"."):
        jalali.to_gregorian(1404, 12, 30)


def test_the_sky_agrees_with_the_official_list(first_days):
    """The oracle is itself tried where the answer is known."""
    leap = {
        year
        for year in range(1370, 1421)
        if (first_days[year + 1] - first_days[year]).days == 366
    }

    assert leap == OFFICIAL_LEAP_YEARS


def test_the_sky_leaves_no_other_year_in_doubt():
    """The formula and ΔT are good to a minute or two; the next nearest has ten."""
    doubtful = {y for y in range(1300, 1502) if first_day_by_the_sky(y)[1] < 9}

    assert doubtful == set(TOO_NEAR_NOON)


def test_every_year_starts_when_the_sky_says(first_days):
    for year in range(1300, 1501):
        assert jalali.year_start(year) == first_days[year], year
        length = (first_days[year + 1] - first_days[year]).days
        assert jalali.is_leap(year) == (length == 366), year


def every_day_in_order():
    for year in range(1300, 1501):
        for month in range(1, 13):
            for day in range(1, jalali.month_length(year, month) + 1):
                yield Jalali(year, month, day)


def test_every_day_of_two_centuries_has_its_place(first_days):
    expected = first_days[1300]
    for day in every_day_in_order():
        assert jalali.to_gregorian(*day) == expected, day
        assert jalali.from_gregorian(expected) == day
        expected += timedelta(days=1)

    assert expected == first_days[1501]


def test_every_day_is_read_back_from_what_is_written():
    day = jalali.year_start(1395)
    while day < jalali.year_start(1405):
        assert jalali.parse(jalali.iso(day)) == day
        assert jalali.parse(jalali.numeric_fa(day)) == day
        assert jalali.parse(jalali.numeric_en(day)) == day
        day += timedelta(days=1)


@pytest.mark.parametrize(
    "typed",
    [
        "۱۴۰۱/۰۴/۳۱",
        "۱۴۰۱/۴/۳۱",
        "1401-4-31",
        "1401-04-31",
        "1401.04.31",
        "١٤٠١؍٤؍٣١",
        "۱۴۰۱؍۰۴؍۳۱",
        " 1401 / 4 / 31 ",
        "\u200f۱۴۰۱/۰۴/۳۱\u200e",
        "۱۴۰۱\u00a0/ ۰۴ /۳۱",
    ],
)
def test_one_day_is_read_however_it_is_typed(typed):
    assert jalali.parse(typed) == date(2022, 7, 22)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "format"),
        ("دیروز", "format"),
        ("1401", "format"),
        ("1401/4", "format"),
        ("1401/04/31/1", "format"),
        ("01/04/31", "format"),
        ("31/04/1401", "format"),
        ("1401/04-31", "format"),
        ("1401/004/31", "format"),
        ("-1401/04/31", "format"),
        ("1401/04/31 10:00", "format"),
        ("2022-07-22", "gregorian"),
        ("۲۰۲۲/۰۷/۲۲", "gregorian"),
        ("2022/13/45", "gregorian"),
        ("22.07.2022", "gregorian"),
        ("1921-03-21", "gregorian"),
        ("1299/12/29", "range"),
        ("1501/01/01", "range"),
        ("0000/01/01", "range"),
        ("1401/12/30", "day"),
        ("1404/12/30", "day"),
        ("1401/07/31", "day"),
        ("1401/13/01", "day"),
        ("1401/00/10", "day"),
        ("1401/01/00", "day"),
        ("1401/01/32", "day"),
    ],
)
def test_what_is_no_date_is_refused_for_the_right_reason(typed, code):
    with pytest.raises(JalaliError) as refusal:
        jalali.parse(typed)

    assert refusal.value.code == code


def test_first_and_last_day_that_may_be_typed():
    assert jalali.parse("1300/01/01") == jalali.FIRST_DAY == date(1921, 3, 21)
    assert jalali.parse("1500/12/29") == jalali.LAST_DAY == jalali.year_end(1500)


def test_every_form_of_one_day():
    day = date(2022, 7, 22)

    assert jalali.from_gregorian(day) == (1401, 4, 31)
    assert jalali.iso(day) == "1401-04-31"
    assert jalali.numeric_en(day) == "1401/04/31"
    assert jalali.numeric_fa(day) == "۱۴۰۱/۰۴/۳۱"
    assert jalali.long_fa(day) == "۳۱ تیر ۱۴۰۱"
    assert jalali.long_en(day) == "31 Tir 1401"
    assert jalali.WEEKDAYS_FA[day.weekday()] == "جمعه"


def test_names_of_the_months():
    assert len(jalali.MONTHS_FA) == len(jalali.MONTHS_EN) == 12
    assert jalali.long_fa(jalali.year_end(1403)) == "۳۰ اسفند ۱۴۰۳"
    assert jalali.long_en(jalali.year_start(1401)) == "1 Farvardin 1401"


def test_a_fiscal_year_has_its_bounds():
    assert jalali.year_start(1401) == date(2022, 3, 21)
    assert jalali.year_end(1401) == date(2023, 3, 20)
    assert (date(2022, 7, 22) - jalali.year_start(1401)).days + 1 == 124


def test_months_join_without_a_gap():
    for year in (1401, 1403):
        next_day = jalali.year_start(year)
        for month in range(1, 13):
            first, last = jalali.month_bounds(year, month)
            assert first == next_day
            next_day = last + timedelta(days=1)
        assert next_day == jalali.year_start(year + 1)


@pytest.mark.parametrize("month", [0, 13, -1])
def test_there_is_no_thirteenth_month(month):
    with pytest.raises(ValueError, match="No month"):
        jalali.month_length(1401, month)


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        ("1401/04/31", 0, "1401/04/31"),
        ("1401/04/31", 2, "1401/06/31"),
        ("1401/04/31", 3, "1401/07/30"),
        ("1401/04/31", 8, "1401/12/29"),
        ("1403/04/31", 8, "1403/12/30"),
        ("1401/10/15", 3, "1402/01/15"),
        ("1401/12/29", 12, "1402/12/29"),
        ("1403/12/30", 12, "1404/12/29"),
        ("1401/01/31", -1, "1400/12/29"),
        ("1401/01/01", -24, "1399/01/01"),
    ],
)
def test_adding_months_stays_on_the_day_or_the_last_one(start, months, end):
    assert jalali.add_months(jalali.parse(start), months) == jalali.parse(end)

from datetime import UTC, date, datetime
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.template import Context, Template
from django.utils import translation

pytestmark = pytest.mark.once

DAY = date(2022, 7, 22)
BUDGET = 6_000_000_000


def rendered(language, expression, value):
    template = Template("{% load persian %}{{ value|" + expression + " }}")
    with translation.override(language):
        return template.render(Context({"value": value}))


@pytest.mark.parametrize(
    ("expression", "value", "fa", "en"),
    [
        ("jalali", DAY, "۳۱ تیر ۱۴۰۱", "31 Tir 1401 (22 July 2022)"),
        ("jalali_numeric", DAY, "۱۴۰۱/۰۴/۳۱", "1401/04/31"),
        ("toman", 125_000_000, "۱۲٬۵۰۰٬۰۰۰ تومان", "12,500,000 toman"),
        ("toman", 0, "۰ تومان", "0 toman"),
        ("toman_short", BUDGET, "۶۰۰ میلیون تومان", "600 million toman"),
        ("toman_words", BUDGET, "ششصد میلیون تومان", "600 million toman"),
        ("rial", BUDGET, "۶٬۰۰۰٬۰۰۰٬۰۰۰ ریال", "6,000,000,000 rial"),
        ("digits", 1401, "۱۴۰۱", "1401"),
        ("digits", "ماده 3", "ماده ۳", "ماده 3"),
        ("digits", 0, "۰", "0"),
        ("percent", 0.34, "۳۴٪", "34%"),
        ("percent", 124 / 365, "۳۴٪", "34%"),
        ("percent:1", Decimal("0.1166"), "۱۱٫۷٪", "11.7%"),
        ("percent", 0, "۰٪", "0%"),
    ],
)
def test_values_are_shown_in_the_language_of_the_page(expression, value, fa, en):
    assert rendered("fa", expression, value) == fa
    assert rendered("en", expression, value) == en


@pytest.mark.parametrize(
    "expression",
    [
        "jalali",
        "jalali_numeric",
        "toman",
        "toman_short",
        "toman_words",
        "rial",
        "digits",
        "percent",
        'local:"name"',
    ],
)
@pytest.mark.parametrize("language", ["fa", "en"])
def test_nothing_stays_nothing(expression, language):
    assert rendered(language, expression, None) == ""
    assert rendered(language, expression, "") == ""


def test_an_instant_is_shown_as_the_day_in_tehran():
    after_midnight = datetime(2022, 7, 21, 21, 0, tzinfo=UTC)

    assert rendered("fa", "jalali", after_midnight) == "۳۱ تیر ۱۴۰۱"
    assert rendered("fa", "jalali_numeric", after_midnight) == "۱۴۰۱/۰۴/۳۱"


@pytest.mark.parametrize(
    ("name_fa", "name_en", "fa", "en"),
    [
        ("کاشان", "Kashan", "کاشان", "Kashan"),
        ("کاشان", "", "کاشان", "کاشان"),
        ("", "Kashan", "Kashan", "Kashan"),
        ("", "", "", ""),
    ],
)
def test_a_name_falls_back_on_the_other_language(name_fa, name_en, fa, en):
    city = SimpleNamespace(name_fa=name_fa, name_en=name_en)

    assert rendered("fa", 'local:"name"', city) == fa
    assert rendered("en", 'local:"name"', city) == en


def test_names_are_escaped():
    city = SimpleNamespace(name_fa="<b>", name_en="")

    assert rendered("fa", 'local:"name"', city) == "&lt;b&gt;"

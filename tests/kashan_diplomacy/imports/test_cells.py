import datetime
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from agreements.models import Agreement, City
from kashan_diplomacy.imports import cells
from tests.factories import make_city

DAY = datetime.date(2022, 7, 22)


@pytest.mark.parametrize(
    "typed",
    ["1401/04/31", "۱۴۰۱/۴/۳۱", "١٤٠١-٠٤-٣١", "2022-07-22", "2022/7/22", "۲۰۲۲-۰۷-۲۲"],
)
def test_day_in_either_calendar_and_any_digits(typed):
    assert cells.DayField().clean(typed) == DAY


@pytest.mark.parametrize(
    "typed", ["1600/01/01", "22/07/2022", "2022-02-30", "1404/12/30", "2101-01-01", "x"]
)
def test_day_that_no_rule_covers_is_refused(typed):
    with pytest.raises(ValidationError):
        cells.DayField().clean(typed)


def test_leap_day_of_1403_is_a_day():
    assert cells.DayField().clean("1403/12/30") == datetime.date(2025, 3, 20)


def test_gregorian_and_jalali_column_must_agree():
    field = cells.DayField()
    assert field.clean(("2022-07-22", "1401-04-31")) == DAY
    assert field.clean(("", "1401-04-31")) == DAY
    with pytest.raises(ValidationError):
        field.clean(("2022-07-22", "1401-05-01"))


@pytest.mark.parametrize(
    ("rial", "toman", "amount"),
    [
        ("12,500,000", "", 12_500_000),
        ("", "۱٬۲۵۰٬۰۰۰", 12_500_000),
        ("12500000", "1250000", 12_500_000),
        ("", "۶۰۰ میلیون", 6_000_000_000),
    ],
)
def test_amount_out_of_either_unit(rial, toman, amount):
    assert cells.AmountField().clean((rial, toman)) == amount


@pytest.mark.parametrize(
    ("rial", "toman"),
    [("100", "100"), ("5 toman", ""), ("12.5", ""), ("-5", ""), ("", "many")],
)
def test_amount_that_may_be_ten_times_wrong_is_refused(rial, toman):
    with pytest.raises(ValidationError):
        cells.AmountField().clean((rial, toman))


def test_choice_by_code_or_by_name_in_either_language():
    field = cells.ChoiceField(choices=Agreement.Kind.choices)
    for typed in ("sister_city", "Sister-city agreement", "پیمان خواهرخواندگی"):
        assert field.clean(typed) == "sister_city"
    with pytest.raises(ValidationError):
        field.clean("marriage")


def test_country_by_code_or_by_name_in_either_language():
    for typed in ("BG", "bg", "Bulgaria", "بلغارستان"):
        assert cells.CountryField().clean(typed) == "BG"
    with pytest.raises(ValidationError):
        cells.CountryField().clean("Atlantis")


@pytest.mark.parametrize(
    ("typed", "number"), [("۱٬۲۵۰٫۵", "1250.5"), ("1,250", "1250"), ("-3.5", "-3.5")]
)
def test_number_in_any_digits(typed, number):
    assert cells.NumberField().clean(typed) == Decimal(number)


@pytest.mark.parametrize("typed", ["1,2,3", "NaN", "1e400", "9" * 40, "twelve"])
def test_what_is_no_number_is_refused(typed):
    with pytest.raises(ValidationError):
        cells.NumberField().clean(typed)


def test_count_must_be_whole():
    field = cells.NumberField(is_whole=True)
    assert field.clean("۱۲") == 12
    with pytest.raises(ValidationError):
        field.clean("1.5")


@pytest.mark.django_db
def test_reference_by_id_by_name_or_by_both_that_agree():
    kazanlak = make_city(name_fa="کازانلاک")
    twins = [make_city(name_fa="حلب", country=code) for code in ("SY", "TR")]
    field = cells.ReferenceField(model=City)
    field.index = cells.Index(City.objects.all(), lambda city: [city.name_fa])
    for typed in (
        (str(kazanlak.pk), ""),
        ("", "كازانلاك"),
        (str(kazanlak.pk), "کازانلاک"),
    ):
        assert field.clean(typed) == kazanlak
    for typed in (("", "حلب"), ("", "هیچ"), (str(twins[0].pk), "کازانلاک")):
        with pytest.raises(ValidationError):
            field.clean(typed)

from datetime import UTC, date, datetime

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.utils import translation

from kashan_diplomacy.forms import JalaliDateField, TomanField

pytestmark = pytest.mark.once

DAY = date(2022, 7, 22)


class VisitForm(forms.Form):
    held_on = JalaliDateField(required=False)
    cost = TomanField(required=False)


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def refusal(field, typed):
    with pytest.raises(ValidationError) as error:
        field.clean(typed)
    return error.value.error_list[0]


@pytest.mark.parametrize("typed", ["۱۴۰۱/۰۴/۳۱", "1401-4-31", "١٤٠١؍٤؍٣١", DAY])
def test_a_date_is_taken_however_it_is_typed(typed):
    assert JalaliDateField().clean(typed) == DAY


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "required"),
        (None, "required"),
        ("yesterday", "format"),
        ("2022-07-22", "gregorian"),
        ("1600/01/01", "range"),
        (date(1404, 1, 15), "range"),
        (date(2122, 3, 22), "range"),
        ("1401/12/30", "day"),
    ],
)
def test_each_wrong_date_has_its_own_message(typed, code):
    error = refusal(JalaliDateField(), typed)

    assert error.code == code
    assert code == "required" or "1401/04/31" in error.message


def test_the_messages_about_dates_differ():
    wrong = ("yesterday", "2022-07-22", "1600/01/01", "1401/12/30")

    assert len({str(refusal(JalaliDateField(), typed).message) for typed in wrong}) == 4


def test_an_optional_date_may_be_left_out():
    assert JalaliDateField(required=False).clean("") is None


@pytest.mark.parametrize(
    ("language", "shown"), [("fa", "۱۴۰۱/۰۴/۳۱"), ("en", "1401/04/31")]
)
def test_a_stored_date_is_shown_in_jalali(language, shown):
    with translation.override(language):
        html = str(VisitForm(initial={"held_on": DAY})["held_on"])

    assert f'value="{shown}"' in html


def test_a_stored_instant_is_shown_as_the_day_in_tehran():
    late = datetime(2022, 7, 21, 21, 0, tzinfo=UTC)

    assert JalaliDateField().prepare_value(late) == "1401/04/31"
    assert JalaliDateField().clean(late) == DAY


def test_a_wrong_date_stays_as_it_was_typed():
    form = VisitForm({"held_on": "۱۴۰۱/۱۲/۳۰"})

    assert not form.is_valid()
    assert 'value="۱۴۰۱/۱۲/۳۰"' in str(form["held_on"])


@pytest.mark.parametrize(
    ("typed", "changed"),
    [
        ("1401/04/31", False),
        ("۱۴۰۱-۴-۳۱", False),
        ("1401/05/01", True),
        ("", True),
        ("nonsense", True),
    ],
)
def test_a_date_has_changed_only_if_the_day_has(typed, changed):
    form = VisitForm({"held_on": typed}, initial={"held_on": DAY})

    assert form.has_changed() is changed


def test_an_empty_date_left_empty_has_not_changed():
    assert not JalaliDateField().has_changed(None, "")


def test_the_date_input_is_typed_left_to_right_with_digits():
    html = str(VisitForm()["held_on"])

    for attribute in (
        'type="text"',
        'class="jalali-date"',
        'dir="ltr"',
        'inputmode="numeric"',
        'autocomplete="off"',
    ):
        assert attribute in html


def test_help_says_what_is_to_be_typed():
    assert str(JalaliDateField().help_text) == "A Jalali date, such as 1401/04/31."
    assert str(JalaliDateField(help_text="Empty: a single day.").help_text) == (
        "Empty: a single day. A Jalali date, such as 1401/04/31."
    )
    assert str(TomanField().help_text) == "In toman."
    assert str(TomanField(help_text="All costs.").help_text) == "All costs. In toman."


@pytest.mark.parametrize(
    ("typed", "rial"),
    [
        ("۱۲٬۵۰۰٬۰۰۰", 125_000_000),
        ("12,500,000", 125_000_000),
        ("۶۰۰ میلیون تومان", 6_000_000_000),
        ("125,000,000 rial", 125_000_000),
        ("0", 0),
        (125_000_000, 125_000_000),
    ],
)
def test_an_amount_becomes_rials(typed, rial):
    assert TomanField().clean(typed) == rial


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "required"),
        ("  ", "required"),
        ("\u200f", "empty"),
        ("much", "format"),
        ("-5", "negative"),
        (-5, "min_value"),
        ("12,50", "grouping"),
        ("0.05", "fraction"),
        ("1000 trillion", "large"),
    ],
)
def test_each_wrong_amount_has_its_own_message(typed, code):
    error = refusal(TomanField(), typed)

    assert error.code == code
    assert error.message


def test_an_amount_may_be_optional_but_not_nothing():
    assert TomanField(required=False).clean("") is None
    assert refusal(TomanField(min_value=1), "0").messages == [
        "Enter an amount above zero."
    ]
    assert TomanField(min_value=1).clean("0.1") == 1


def test_the_least_amount_is_named_in_toman():
    assert refusal(TomanField(min_value=1_000_000), "99,999").messages == [
        "Enter an amount of at least 100,000 toman."
    ]


@pytest.mark.parametrize(
    ("language", "shown", "words"),
    [
        ("fa", "۱۲٬۵۰۰٬۰۰۰", "دوازده میلیون و پانصد هزار تومان"),
        ("en", "12,500,000", "12.5 million toman"),
    ],
)
def test_a_stored_amount_is_shown_in_toman_and_in_words(language, shown, words):
    with translation.override(language):
        html = str(VisitForm(initial={"cost": 125_000_000})["cost"])

    assert f'value="{shown}"' in html
    assert f'<output class="toman-words" for="id_cost">{words}</output>' in html


def test_a_typed_amount_is_said_back_in_words():
    form = VisitForm({"cost": "۷۰ میلیون", "held_on": "nonsense"})

    assert not form.is_valid()
    assert 'value="۷۰ میلیون"' in str(form["cost"])
    assert "70 million toman</output>" in str(form["cost"])


def test_a_wrong_amount_stays_as_it_was_typed_and_has_no_words():
    html = str(VisitForm({"cost": '12,50"<'})["cost"])

    assert 'value="12,50&quot;&lt;"' in html
    assert "></output>" in html


def test_no_amount_has_no_words_and_nought_has():
    assert "></output>" in str(VisitForm()["cost"])
    assert "0 toman</output>" in str(VisitForm(initial={"cost": 0})["cost"])


@pytest.mark.parametrize(
    ("typed", "changed"),
    [
        ("12,500,000", False),
        ("۱۲٫۵ میلیون", False),
        ("125,000,000", True),
        ("", True),
        ("1,2", True),
    ],
)
def test_an_amount_has_changed_only_if_its_rials_have(typed, changed):
    form = VisitForm({"cost": typed}, initial={"cost": 125_000_000})

    assert form.has_changed() is changed


def test_the_amount_input_is_typed_left_to_right():
    html = str(VisitForm()["cost"])

    for attribute in ('class="toman"', 'dir="ltr"', 'inputmode="decimal"'):
        assert attribute in html

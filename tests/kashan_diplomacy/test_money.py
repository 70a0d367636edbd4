import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kashan_diplomacy import money
from kashan_diplomacy.money import MoneyError

pytestmark = pytest.mark.once

amounts = st.integers(min_value=0, max_value=money.CEILING)


@pytest.mark.parametrize(
    ("typed", "rial"),
    [
        ("۱۲٬۵۰۰٬۰۰۰", 125_000_000),
        ("12,500,000", 125_000_000),
        ("12500000", 125_000_000),
        ("۱۲،۵۰۰،۰۰۰", 125_000_000),
        ("١٢٥٠٠٠٠٠", 125_000_000),
        (" 12,500,000 toman ", 125_000_000),
        ("12,500,000 تومان", 125_000_000),
        ("125,000,000 ریال", 125_000_000),
        ("۱۲۵٬۰۰۰٬۰۰۰ ريال", 125_000_000),
        ("۱۲۵٬۰۰۰٬۰۰۰ ﷼", 125_000_000),
        ("125,000,000 rial", 125_000_000),
        ("125000000 Rials", 125_000_000),
        ("۶۰۰ میلیون", 6_000_000_000),
        ("600 million", 6_000_000_000),
        ("۶۰۰\u200cميليون تومان", 6_000_000_000),
        ("۱٫۵ میلیارد تومان", 15_000_000_000),
        ("1.5 billion toman", 15_000_000_000),
        ("۵ هزار", 50_000),
        ("۵ هزار تومان", 50_000),
        ("۲ هزار میلیارد تومان", 20_000_000_000_000),
        ("2 trillion", 20_000_000_000_000),
        ("۷۰ میلیون ریال", 70_000_000),
        ("12.5", 125),
        ("0.1", 1),
        ("12.50", 125),
        ("0", 0),
        ("۹۰۰ هزار میلیارد تومان", money.CEILING),
        ("9000000000000000 rial", money.CEILING),
    ],
)
def test_amounts_are_read_however_they_are_typed(typed, rial):
    assert money.parse_toman(typed) == rial


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "empty"),
        ("  ", "empty"),
        ("-5", "negative"),
        ("−۵", "negative"),
        ("منفی ۵", "negative"),
        ("minus 5", "negative"),
        ("1,2,3", "grouping"),
        ("12,50", "grouping"),
        ("1234,567", "grouping"),
        ("1,234567", "grouping"),
        ("12,500٬000", "grouping"),
        ("12.500.000", "grouping"),
        ("12,500,", "grouping"),
        ("1.", "grouping"),
        ("0.05", "fraction"),
        ("0.5 rial", "fraction"),
        ("1.23456789 million", "fraction"),
        ("900,000,000,000,001", "large"),
        ("9000000000000001 rial", "large"),
        ("9" * 5000, "large"),
        ("0." + "0" * 5000, "large"),
        ("abc", "format"),
        ("تومان", "format"),
        ("12 500 000", "format"),
        ("5 dollars", "format"),
        ("5 toman rial", "format"),
        (".5", "format"),
        ("1e9", "format"),
        ("1/5", "format"),
        ("+5", "format"),
    ],
)
def test_what_is_no_amount_is_refused_for_the_right_reason(typed, code):
    with pytest.raises(MoneyError) as refusal:
        money.parse_toman(typed)

    assert refusal.value.code == code


@settings(max_examples=200)
@given(amounts)
def test_every_amount_is_read_back_from_what_is_written(rial):
    for written in (
        money.toman(rial),
        money.toman_fa(rial),
        money.toman_en(rial),
        money.rial_fa(rial),
        money.rial_en(rial),
    ):
        assert money.parse_toman(written) == rial


@settings(max_examples=200)
@given(amounts)
def test_short_amounts_are_never_above_and_within_one_percent(rial):
    assert money.parse_toman(money.short_en(rial)) == money.parse_toman(
        money.short_fa(rial)
    )
    assert rial * 99 <= money.parse_toman(money.short_en(rial)) * 100 <= rial * 100


@pytest.mark.parametrize(
    ("rial", "fa", "en"),
    [
        (0, "۰ تومان", "0 toman"),
        (5, "۰٫۵ تومان", "0.5 toman"),
        (9_990, "۹۹۹ تومان", "999 toman"),
        (10_000, "۱ هزار تومان", "1 thousand toman"),
        (125_000, "۱۲٫۵ هزار تومان", "12.5 thousand toman"),
        (699_999_990, "۶۹٫۹۹ میلیون تومان", "69.99 million toman"),
        (9_999_999_999, "۹۹۹٫۹۹ میلیون تومان", "999.99 million toman"),
        (6_000_000_000, "۶۰۰ میلیون تومان", "600 million toman"),
        (15_000_000_000, "۱٫۵ میلیارد تومان", "1.5 billion toman"),
        (10_500_000_000, "۱٫۰۵ میلیارد تومان", "1.05 billion toman"),
        (12 * 10**12, "۱٫۲ هزار میلیارد تومان", "1.2 trillion toman"),
        (-6_000_000_000, "\u200e−۶۰۰ میلیون تومان", "-600 million toman"),
    ],
)
def test_amounts_are_said_shortly(rial, fa, en):
    assert money.short_fa(rial) == fa
    assert money.short_en(rial) == en


def test_amounts_are_written_exactly():
    assert money.toman(125_000_000) == "12,500,000"
    assert money.toman(125) == "12.5"
    assert money.toman(-125) == "-12.5"
    assert money.toman_fa(125_000_000) == "۱۲٬۵۰۰٬۰۰۰ تومان"
    assert money.toman_fa(-125_005) == "\u200e−۱۲٬۵۰۰٫۵ تومان"
    assert money.toman_en(125_000_000) == "12,500,000 toman"
    assert money.rial_fa(6_000_000_000) == "۶٬۰۰۰٬۰۰۰٬۰۰۰ ریال"
    assert money.rial_en(6_000_000_000) == "6,000,000,000 rial"


@pytest.mark.parametrize(
    ("toman", "words"),
    [
        ("0", "صفر تومان"),
        ("1", "یک تومان"),
        ("10", "ده تومان"),
        ("11", "یازده تومان"),
        ("19", "نوزده تومان"),
        ("20", "بیست تومان"),
        ("21", "بیست و یک تومان"),
        ("99", "نود و نه تومان"),
        ("100", "صد تومان"),
        ("101", "صد و یک تومان"),
        ("215", "دویست و پانزده تومان"),
        ("999", "نهصد و نود و نه تومان"),
        ("1000", "یک هزار تومان"),
        ("1001", "یک هزار و یک تومان"),
        ("12345", "دوازده هزار و سیصد و چهل و پنج تومان"),
        ("600 million", "ششصد میلیون تومان"),
        ("12,500,000", "دوازده میلیون و پانصد هزار تومان"),
        ("1,000,000,008", "یک میلیارد و هشت تومان"),
        ("1.5 billion", "یک میلیارد و پانصد میلیون تومان"),
        ("1 trillion", "یک هزار میلیارد تومان"),
        ("1.234 trillion", "یک هزار و دویست و سی و چهار میلیارد تومان"),
        ("900 trillion", "نهصد هزار میلیارد تومان"),
        ("0.5", "پنج ریال"),
        ("1.7", "یک تومان و هفت ریال"),
    ],
)
def test_amounts_are_said_in_words(toman, words):
    assert money.words_fa(money.parse_toman(toman)) == words


def test_a_negative_amount_says_so():
    assert money.words_fa(-50) == "منفی پنج تومان"


VALUES = {
    "یک": 1,
    "دو": 2,
    "سه": 3,
    "چهار": 4,
    "پنج": 5,
    "شش": 6,
    "هفت": 7,
    "هشت": 8,
    "نه": 9,
    "ده": 10,
    "یازده": 11,
    "دوازده": 12,
    "سیزده": 13,
    "چهارده": 14,
    "پانزده": 15,
    "شانزده": 16,
    "هفده": 17,
    "هجده": 18,
    "نوزده": 19,
    "بیست": 20,
    "سی": 30,
    "چهل": 40,
    "پنجاه": 50,
    "شصت": 60,
    "هفتاد": 70,
    "هشتاد": 80,
    "نود": 90,
    "صد": 100,
    "دویست": 200,
    "سیصد": 300,
    "چهارصد": 400,
    "پانصد": 500,
    "ششصد": 600,
    "هفتصد": 700,
    "هشتصد": 800,
    "نهصد": 900,
}
SCALES = {"هزار": 10**3, "میلیون": 10**6, "میلیارد": 10**9}


def sum_of_words(words):
    """Rials of an amount in words, added up word by word as a reader would."""
    total = group = 0
    for word in words.replace(" و ", " ").split():
        if word in VALUES:
            group += VALUES[word]
        elif word == "تومان":
            total, group = (total + group) * money.RIALS_PER_TOMAN, 0
        elif word == "میلیارد":  # «هزار میلیارد»: takes all that stands before it
            total, group = (total + group) * SCALES[word], 0
        elif word in SCALES:
            total, group = total + group * SCALES[word], 0
        else:
            assert word in {"صفر", "ریال"}
    return total + group


@settings(max_examples=200)
@given(amounts)
def test_words_add_up_to_the_amount(rial):
    assert sum_of_words(money.words_fa(rial)) == rial

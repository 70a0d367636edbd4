import re
import unicodedata

import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st

from kashan_diplomacy.persian import (
    ascii_digits,
    canonical,
    persian_digits,
    search_key,
    sort_key,
)

pytestmark = pytest.mark.once

ZWNJ = "\u200c"
TROUBLE = (
    "يىئكکیهەھۀةأإآٱؤءاﻻﷲﷺ﷼ﹰﹷﮤ\u0653\u0654\u0655\u064b\u0640"
    "\u200b\u200c\u200d\u200e\u200f\u202b\u2066\u2069\ufeff\u00ad\u061c\u2060"
    "\t\r\n\x00\x0b\x1c\x85\u2028\u00a0\u202f\u3000 .,«»؟-/_"
    "0123456789۰۱۴۹٠١٤٩²½①AZaéİıßøŁﬁÅ\u0301\u0338西"
)
texts = st.one_of(st.text(), st.text(alphabet=TROUBLE))


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("كازانلاك", "کازانلاک"),
        ("خواهرخواندگي", "خواهرخواندگی"),
        ("موسى", "موسی"),
        ("ھمکاری", "همکاری"),
        ("ئەو", "ئهو"),
        ("خانۀ ما", "خانه\u0654 ما"),
        ("خانە\u0654 ما", "خانه\u0654 ما"),
        ("آب", "آب"),
        ("ا\u0653ب", "آب"),
        ("ا\u0640\u0653ب", "آب"),
        ("ﻛﺎﺷﺎن ﻻله", "کاشان لاله"),
        ("﷼", "ریال"),
        ("کـــاشان", "کاشان"),
        ("\ufeff\u200fکا\u200bشا\u00adن\u202c", "کاشان"),
        ("کا\x00شان\x7f\x9f", "کاشان"),
        ("  شهر\u00a0\u00a0کاشان\t۱ ", "شهر کاشان ۱"),
        ("یک \r\n  دو\rسه\n", "یک\nدو\nسه"),
        ("می\u200c\u200c\u200cرود", "می\u200cرود"),
        ("\u200cشهر\u200c \u200cکاشان\u200c", "شهر کاشان"),
        ("شهر\u200c، (\u200cکاشان\u200c)", "شهر، (کاشان)"),
        ("خانه\u0654\u200cما", "خانه\u0654\u200cما"),
        ("دوره\u200cها", "دوره\u200cها"),
        ("سال ١٤٠١", "سال ۱۴۰۱"),
        ("سال 1401، ماده 3", "سال ۱۴۰۱، ماده ۳"),
        ("نامه UN-۱۲ در ۱۲ تیر", "نامه UN-12 در ۱۲ تیر"),
        ("نگاه کنید: https://kashan.ir/۵۸۰۴", "نگاه کنید: https://kashan.ir/5804"),
        ("۱۴۰۱/۰۴/۳۱", "1401/04/31"),
        ("+٩٨ ٣١", "+98 31"),
        ("Article ۱۲", "Article 12"),
        ("", ""),
        (" \n\u200c ", ""),
        ("Montréal", "Montréal"),
        ("e\u0301", "é"),
        ("西宁", "西宁"),
    ],
)
def test_one_spelling_is_stored(typed, stored):
    assert canonical(typed) == stored


@settings(max_examples=200, deadline=None)
@given(texts)
def test_the_stored_spelling_stays_as_it_is(text):
    once = canonical(text)

    assert canonical(once) == once
    assert unicodedata.is_normalized("NFC", once)


@settings(max_examples=200, deadline=None)
@given(texts)
def test_the_stored_spelling_holds_nothing_unseen(text):
    stored = canonical(text)

    assert not re.search("[يىكەھۀ٠-٩\u0640\u200b\u200e\u200f\ufeff\x00\r\t]", stored)
    assert not re.search(f"  |{ZWNJ}{ZWNJ}|^{ZWNJ}|{ZWNJ}$|{ZWNJ} | {ZWNJ}", stored)
    assert stored == stored.strip()


@settings(max_examples=200, deadline=None)
@given(texts)
def test_a_search_key_depends_on_the_stored_spelling_only(text):
    key = search_key(text)

    assert search_key(canonical(text)) == key
    assert search_key(key) == key


@settings(max_examples=200, deadline=None)
@given(texts)
def test_a_sort_key_is_pairs_of_plain_characters(text):
    assert re.fullmatch("([0-9][a-j])*", sort_key(text))
    assert sort_key(canonical(text)) == sort_key(text)


@pytest.mark.parametrize(
    "variants",
    [
        ("كازانلاك", "کازانلاک", "کازانلاک "),
        (
            "خواهر‌خواندگی",
            "خواهر خواندگی",
            "خواهرخواندگي",
            "خواهر\u00a0خواندگى",
            "خواهــرخواندگی",
        ),
        ("۱۴۰۱", "١٤٠١", "1401"),
        ("۱۴۰۱/۰۴/۳۱", "1401-04-31", "١٤٠١؍٠٤؍٣١"),
        ("آب", "اب", "أب", "ﺁب", "ا\u0653ب"),
        ("مسئول", "مسيول", "مسی\u0654ول"),
        ("مؤسسه", "موسسة", "موسسه"),
        ("خانۀ", "خانه", "خانهٔ"),
        ("جزء", "جز"),
        ("مُحَمَّد", "محمد"),
        ("Kazanlak", "KAZANLAK", "kazanlak"),
        ("Łódź", "lodz"),
        ("Iğdır", "igdir", "IĞDIR", "İĞDİR"),
        ("Tromsø", "tromso"),
        ("U.N.D.P.", "UNDP"),
    ],
)
def test_variants_of_a_word_are_searched_as_one(variants):
    assert {search_key(variant) for variant in variants} == {search_key(variants[0])}
    assert search_key(variants[0])


def test_lines_are_searched_apart():
    key = search_key("کازانلاک\nشینینگ")

    assert search_key("کازانلاک") in key
    assert search_key("لاک شین") not in key


def test_punctuation_alone_has_no_search_key():
    assert search_key("«» - ؟\n...") == ""
    assert search_key("کاشان\n---\n»") == search_key("کاشان")


def test_the_alphabet_sorts_as_persian_does():
    alphabet = "آابپتثجچحخدذرزژسشصضطظعغفقکگلمنوهی"

    keys = [sort_key(letter) for letter in alphabet]

    assert keys == sorted(set(keys))


IN_ORDER = [
    "",
    "۲ شهر",
    "۳ شهر",
    "آذربایجان",
    "ابیانه",
    "اصفهان",
    "برزیل",
    "بلغارستان",
    "پاریس",
    "تهران",
    "جزء",
    "جزیره",
    "چین",
    "ژاپن",
    "سنگال",
    "شهر آباد",
    "شهرستان",
    "کازرون",
    "کاشان",
    "گرگان",
    "لیما",
    "مؤسسه",
    "موش",
    "نجف",
    "ورامین",
    "هند",
    "یزد",
    "Éire",
    "lima",
    "Łódź",
    "Zürich",
    "西宁",
]


def test_names_sort_in_python():
    keys = [sort_key(name) for name in IN_ORDER]

    assert keys == sorted(set(keys))


@pytest.mark.django_db
def test_names_sort_in_the_database_by_its_own_collation():
    keys = [sort_key(name) for name in IN_ORDER]
    rows = " UNION ALL ".join(["SELECT %s AS key"] * len(keys))
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT key FROM ({rows}) AS names ORDER BY key", keys[::-1])
        found = [key for (key,) in cursor.fetchall()]

    assert found == keys


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("می\u200cرود", "میرود"),
        ("كاشان", "کاشان"),
        ("مؤسسه", "موسسة"),
        ("Évora", "evora"),
        ("شهر ۱", "شهر ١"),
        ("خانۀ", "خانه"),
    ],
)
def test_spelling_does_not_change_the_place_in_order(one, other):
    assert sort_key(one) == sort_key(other)


def test_digits_change_script_and_nothing_else():
    assert persian_digits("a1۱١,٫") == "a۱۱۱,٫"
    assert ascii_digits("a1۱١,٫") == "a111,٫"

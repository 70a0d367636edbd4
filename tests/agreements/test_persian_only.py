"""What is kept in Persian only, on an English page: called Persian, and said once."""

import re

import pytest

from tests.factories import make_agreement, make_gift

pytestmark = pytest.mark.django_db

NOTE = "Some records are kept in Persian only."


def page_of(client, agreement, prefix="/en"):
    return client.get(f"{prefix}{agreement.get_absolute_url().removeprefix('/en')}")


def test_persian_text_on_an_english_page_is_called_persian(client):
    agreement = make_agreement(signed_on=None, summary_fa="دو شهر گل", source="نامه ۱۲")
    page = page_of(client, agreement)
    assert re.search(r'lang="fa">\s*<p>دو شهر گل</p>', page.text)
    assert '<bdi lang="fa">نامه ۱۲</bdi>' in page.text
    assert page.text.count(NOTE) == 1
    persian = page_of(client, agreement, prefix="")
    assert "دو شهر گل" in persian.text
    assert not re.search(r'lang="fa">\s*<p>', persian.text)
    assert NOTE not in persian.text


def test_english_text_calls_for_no_note(client):
    summary = {"summary_fa": "دو شهر گل", "summary_en": "Two cities of roses, گل"}
    agreement = make_agreement(signed_on=None, **summary)
    page = page_of(client, agreement)
    assert "Two cities of roses" in page.text
    assert not re.search(r'lang="fa">\s*<p>', page.text)
    assert NOTE not in page.text


def test_lists_say_it_too(client):
    make_gift(giver="Ambassador", receiver="Mayor", description_en="")
    page = client.get("/en/gifts/")
    assert '<bdi lang="fa">بشقاب مینا</bdi>' in page.text
    assert "<bdi>Ambassador</bdi>" in page.text
    assert page.text.count(NOTE) == 1

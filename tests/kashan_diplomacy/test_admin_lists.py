"""What stands above the lists of the admin: their names, and what narrows them."""

import re

import pytest

from tests.factories import make_city, make_user

pytestmark = pytest.mark.django_db

EXPENSES = "/admin/budget/expense/"
FILTERS = re.compile(r'<nav id="changelist-filter".*?</nav>', re.DOTALL)
FOLDED = re.compile(r"<details\s*([^>]*?)\s*>\s*<summary>(.*?)</summary>", re.DOTALL)


@pytest.fixture
def head(client):
    client.force_login(make_user(role="head"))
    return client


def folded(page):
    """Whether each of the folds among the filters is open, by its heading."""
    filters = FILTERS.search(page.text)[0]
    return {
        " ".join(re.sub("<[^>]*>", "", heading).split()): "open" in attributes.split()
        for attributes, heading in FOLDED.findall(filters)
    }


@pytest.mark.parametrize(
    ("start", "name"), [("/admin/", "شهرهای همکار"), ("/en/admin/", "Partner cities")]
)
def test_a_list_is_headed_by_its_name(head, start, name):
    page = head.get(f"{start}agreements/city/").text
    assert f"<h1>{name}</h1>" in page


def test_a_window_for_choosing_still_says_what_to_do(head):
    page = head.get("/en/admin/agreements/city/", {"_popup": 1}).text
    assert "<h1>Select partner city</h1>" in page


def test_filters_are_folded_above_the_list(head):
    make_city()
    page = head.get("/en/admin/agreements/city/")
    assert page.text.index("changelist-filter") < page.text.index("result_list")
    found = folded(page)
    assert found.pop("Filter") is False
    assert list(found.values()) == [True] + [False] * (len(found) - 1)
    assert "Clear all filters" not in page.text


def test_filters_in_use_are_named_and_open(head):
    asked = {"purpose__exact": "protocol", "state": "paid"}
    page = head.get(f"/en{EXPENSES}", asked)
    found = folded(page)
    assert found.pop("Filter (2): state, purpose") is False
    assert [each for each, is_open in found.items() if is_open] == [
        *("By turn", "By state", "By purpose"),
    ]
    assert "Clear all filters" in page.text


def test_their_number_is_persian_on_persian_pages(head):
    page = head.get(EXPENSES, {"purpose__exact": "protocol", "state": "paid"})
    assert "پالایش (۲): وضعیت، هدف" in folded(page)


def test_days_that_cannot_be_read_are_shown_at_once(head):
    found = folded(head.get(f"/en{EXPENSES}", {"requested_on__since": "1401/13/01"}))
    assert found["Filter (1): requested on"]
    assert found["By requested on"]

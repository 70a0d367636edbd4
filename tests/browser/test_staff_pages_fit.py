"""Lists and tables of the admin stand whole on a desk's screen and on a telephone."""

import pytest
from django.utils import translation

from tests.browser.expecting import expect
from tests.office import make_office, pages

#: What is wider than the box that holds it, by what it says first.
CUT = """() => [...document.querySelectorAll("#content table")]
    .flatMap((table) => [table, ...table.querySelectorAll("td, th, input")])
    .filter((part) => part.checkVisibility())
    .filter((part) => {
        const page = document.documentElement.clientWidth;
        const box = part.closest(".results, .scroll, .wide") ?? part;
        const { left, right } = part.getBoundingClientRect();
        const hidden = box.scrollWidth - box.clientWidth;
        return left < -1 || right > page + 1 || (box !== part && hidden > 1);
    })
    .map((part) => (part.innerText || part.name || "").slice(0, 40))"""
UNITS = """(column) => [...document.querySelectorAll(`#result_list td.field-${column}`)]
    .map((cell) => {
        const range = document.createRange();
        range.selectNodeContents(cell);
        return Math.round(range.getBoundingClientRect().right);
    })"""
WITH_TABLES = ("", "alive/", "budget/fiscalyear/report/")


@pytest.fixture
def office(db):
    with translation.override("fa"):
        return make_office()


def cut_on(page, addresses):
    found = {}
    for address in addresses:
        page.goto(address)
        if parts := page.evaluate(CUT):
            found[address] = parts
    return found


@pytest.mark.parametrize("size", ["desktop", "phone"])
@pytest.mark.parametrize("language", ["fa", "en"])
def test_nothing_in_a_table_is_cut(open_page, office, language, size):
    start = "/admin/" if language == "fa" else "/en/admin/"
    with translation.override(language):
        lists = list(pages(["changelist"]))
        forms = [each for each in pages(["change"]) if "/expense/" in each]
    addresses = [*(start + name for name in WITH_TABLES), *lists, *forms]
    assert cut_on(open_page(office, size=size), addresses) == {}


@pytest.mark.parametrize("start", ["/admin/", "/en/admin/"])
@pytest.mark.parametrize(
    ("model", "column"), [("entry", "amount"), ("budgetline", "approved")]
)
def test_units_stand_under_units(open_page, office, start, model, column):
    page = open_page(office)
    page.goto(f"{start}budget/{model}/")
    ends = page.evaluate(UNITS, column)
    assert len(ends) > 1
    assert max(ends) - min(ends) <= 1


def test_filters_open_by_keyboard_and_without_javascript(open_page, office):
    page = open_page(office, javascript=False, size="phone")
    page.goto("/en/admin/budget/expense/")
    choice = page.locator("#changelist-filter a", has_text="waiting for me")
    expect(choice).not_to_be_visible()
    page.locator("#changelist-filter > details > summary").press("Enter")
    expect(choice).to_be_visible()

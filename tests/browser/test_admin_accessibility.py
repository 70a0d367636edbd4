"""WCAG 2.2 AA on the pages of the admin: no violation that a checker can find."""

from base64 import b32decode
from urllib.parse import urlsplit

import pytest
from django.urls import reverse
from django.utils import translation
from django_otp.oath import totp

from agreements.models import Agreement, Milestone
from budget.models import Expense
from tests.browser.axe import violations
from tests.browser.expecting import expect
from tests.factories import make_user
from tests.office import make_office, pages

SINGLE = (
    *("", "todo/", "exports/", "password_change/", "budget/fiscalyear/report/"),
    *("account/", "alive/", "audit/", "search/?q=a", "import/", "import/cities/"),
)
#: Between them, every kind of widget, inline and column.
TELLING = ("/engagement/", "/expense/")


def found_on(page, addresses):
    found = {}
    for address in addresses:
        page.goto(address)
        if wrong := violations(page):
            found[urlsplit(page.url).path] = wrong
    return found


def addresses(language):
    """Every page of the admin where nothing else is asked for."""
    with translation.override(language):
        every = list(pages())
        verbs = verb_forms()
    start = "/admin/" if language == "fa" else f"/{language}/admin/"
    return [*(start + name for name in SINGLE), *verbs], every


def verb_forms():
    """A form of each kind of verb, of a row that it can be done to."""
    doable = {
        "agreements_agreement_amend": Agreement.objects.first(),
        "agreements_milestone_met": Milestone.objects.filter(verdict="").first(),
        "budget_expense_commit": Expense.objects.last(),
    }
    return [reverse(f"admin:{name}", args=[row.pk]) for name, row in doable.items()]


@pytest.fixture
def office(db):
    with translation.override("fa"):
        return make_office()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    ("language", "size"),
    [("fa", "desktop"), ("fa", "phone"), ("en", "desktop"), ("en", "phone")],
)
def test_telling_pages_are_accessible(open_page, office, language, size, scheme):
    single, every = addresses(language)
    telling = [
        page for page in every if page.split("/admin/")[1].split("/")[1] in TELLING
    ]
    page = open_page(office, size=size, scheme=scheme)
    assert found_on(page, [*single, *telling]) == {}


def test_every_page_is_accessible(open_page, office):
    _single, every = addresses("fa")
    assert found_on(open_page(office), every) == {}


@pytest.mark.parametrize(
    ("start", "scheme"), [("/admin/", "light"), ("/en/admin/", "dark")]
)
def test_way_to_a_one_time_code_is_accessible(open_page, start, scheme):
    page = open_page(make_user(role="auditor"), size="phone", scheme=scheme)
    assert found_on(page, [start + "account/code/"]) == {}
    key = page.locator(".setup-key code").inner_text().replace(" ", "")
    page.locator("#id_code").fill(f"{totp(b32decode(key)):06}")
    page.locator("#id_code").press("Enter")
    expect(page.locator(".backup-codes")).to_be_visible()
    assert violations(page) == []
    assert found_on(page, [start + "account/prove/"]) == {}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("address", ["/admin/login/", "/en/admin/login/"])
def test_log_in_is_accessible(open_page, address, scheme):
    assert found_on(open_page(size="phone", scheme=scheme), [address]) == {}

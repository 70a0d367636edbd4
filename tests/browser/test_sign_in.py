"""The way in, as a person meets it; and that this browser is watched."""

import pytest

from tests.browser.axe import violations
from tests.browser.expecting import expect
from tests.factories import make_user

PASSWORD = "pistachio-rosewater-41"


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_officer_signs_in_and_sees_the_start_page(open_page, size):
    user = make_user("maryam", role="diplomacy_officer")
    user.set_password(PASSWORD)
    user.save()
    page = open_page(size=size)
    page.goto("/admin/")
    page.get_by_label("نام کاربری").fill("maryam")
    page.get_by_label("گذرواژه").fill(PASSWORD)
    page.get_by_role("button", name="ورود").click()
    expect(page).to_have_url("/admin/")
    expect(page.locator("html")).to_have_attribute("dir", "rtl")


def test_log_in_page_is_accessible(open_page):
    page = open_page()
    page.goto("/admin/login/")
    assert violations(page) == []


def test_page_without_a_name_for_a_field_is_found_out(open_page):
    page = open_page()
    page.goto("/admin/login/")
    page.evaluate("document.body.append(document.createElement('input'))")
    assert any("label" in violation for violation in violations(page))

"""Five tasks of an ordinary day, done as staff do them: in Persian, in a browser."""

import datetime
import re

import pytest
from django.urls import reverse
from django.utils import timezone

from agreements.models import Agreement, City, Engagement, Milestone
from budget.models import Expense
from kashan_diplomacy.jalali import numeric_fa
from tests.browser.expecting import expect
from tests.browser.staff import Form, fa
from tests.factories import (
    make_authorities,
    make_city,
    make_fee,
    make_line,
    make_membership,
    make_milestone,
    make_obligation,
    make_organisation,
    make_rate,
    make_user,
    make_year,
)
from tests.spreadsheets import xlsx_bytes

PDF = b"%PDF-1.7 text"


def today(days=0):
    return numeric_fa(timezone.localdate() + datetime.timedelta(days))


@pytest.fixture
def paper(tmp_path):
    path = tmp_path / "text.pdf"
    path.write_bytes(PDF)
    return path


@pytest.fixture
def officer(live_server):
    return make_user(
        "maryam", role="diplomacy_officer", first_name="مریم", last_name="کاشانی"
    )


def test_officer_records_an_ambassadors_visit_with_a_follow_up(
    open_page, officer, photograph
):
    make_city(name_fa="کوریتیبا", name_en="Curitiba", country="BR")
    page = open_page(officer)
    page.goto(reverse("admin:agreements_engagement_add"))
    form = Form(page)
    form.write("title in Persian", "دیدار سفیر برزیل")
    form.write("title in English", "Visit of the ambassador of Brazil")
    form.choose("kind", "incoming visit")
    form.choose("purpose", "exploration")
    form.write("starts on", today(-1))
    form.find("cities", "کوریتیبا")
    guest = form.add("participants")
    guest.choose("side", "partner")
    guest.write("post", "سفیر برزیل در ایران")
    task = form.add("follow_ups")
    task.write("action", "فرستادن اطلاعات کاشان برای سفیر")
    task.write("due on", today(14))
    photograph(page, "visit-typed")
    form.save()
    photograph(page, "visit-saved")
    visit = Engagement.objects.get()
    assert [str(city) for city in visit.cities.all()] == ["کوریتیبا"]
    assert visit.participants.get().post == "سفیر برزیل در ایران"
    assert visit.follow_ups.get().action == "فرستادن اطلاعات کاشان برای سفیر"


def test_officer_prepares_clears_and_signs_an_agreement(
    open_page, officer, photograph, paper
):
    make_city(name_fa="کازانلاک")
    authorities = make_authorities()
    page = open_page(officer)
    page.goto(reverse("admin:agreements_agreement_add"))
    form = Form(page)
    form.find("city", "کازانلاک")
    form.choose("kind", "memorandum")
    form.write("title in Persian", "تفاهم‌نامه گردشگری")
    form.write("title in English", "Memorandum on tourism")
    text = form.add("documents")
    text.attach("file", paper)
    text.choose("kind", "text of an agreement")
    form.save()

    agreement = Agreement.objects.get()
    document = agreement.documents.get()
    form.field("text to sign").select_option(value=str(document.pk))
    for number, authority in enumerate(authorities):
        clearance = form.add("clearances", number)
        clearance.field("authority").select_option(value=str(authority.pk))
        clearance.field("text").select_option(value=str(document.pk))
        clearance.write("requested on", today(-20))
        clearance.choose("decision", "cleared")
        clearance.write("decided on", today(-5))
        clearance.write("letter number", "۱۴۰۱/۲۳")
    form.save()
    photograph(page, "agreement-cleared")

    press(page, "Sign")
    photograph(page, "agreement-sign")
    assert page.get_by_label(f"{fa('signed on')}", exact=True).input_value() == today()
    carry_out(page)
    photograph(page, "agreement-signed")
    agreement.refresh_from_db()
    assert agreement.is_signed(timezone.localdate())
    assert agreement.clearance_exemption == ""


def test_two_people_request_commit_and_pay_a_fee_in_dollars(
    open_page, officer, photograph
):
    today_on = timezone.localdate()
    year = int(numeric_fa(today_on).split("/")[0])
    line = make_line(fiscal_year=make_year(year), approved=900_000_000)
    body = make_organisation(name_fa="لیگ شهرهای تاریخی")
    fee = make_fee(membership=make_membership(organisation=body), amount="1000.00")
    make_rate("USD", "500000", valid_on=today_on)

    page = open_page(make_user("reza", role="budget_officer"))
    page.goto(reverse("admin:budget_membershipfee_change", args=[fee.pk]))
    page.get_by_role("link", name=fa("Request its payment")).click()
    form = Form(page)
    form.find("line", line.title_fa)
    photograph(page, "fee-request")
    form.save()
    expense = Expense.objects.get()
    assert expense.requested == 500_000_000

    page = open_page(make_user("sara", role="budget_officer"))
    at_expense = reverse("admin:budget_expense_change", args=[expense.pk])
    page.goto(at_expense)
    page.get_by_role("link", name=fa("Commit"), exact=True).click()
    photograph(page, "fee-commit")
    post(page, today())
    page.get_by_role("link", name=fa("Pay in foreign currency"), exact=True).click()
    photograph(page, "fee-pay")
    post(page, today())
    photograph(page, "fee-paid")
    expense.refresh_from_db()
    assert (expense.state, expense.spent) == ("paid", 500_000_000)


def press(page, verb):
    """Open the form of a verb from the record's page."""
    verbs = page.get_by_role("navigation", name=fa("What can be done"))
    verbs.get_by_role("link", name=fa(verb), exact=True).click()


def carry_out(page):
    """Send a verb's form, which leads back to the record."""
    page.locator("#content-main input[type=submit].default").click()
    expect(page.locator(".messagelist .success").first).to_be_visible()


def post(page, day):
    """Fill in the day and send a verb's form, looking at the consequences if asked."""
    form = Form(page, "#content-main")
    if not form.field("dated on").input_value():
        form.write("dated on", day)
    address = page.url
    page.locator("#content-main input[type=submit].default").last.click()
    expect(page).not_to_have_url(address)


def test_officer_marks_a_milestone_met_with_evidence(
    open_page, officer, photograph, paper
):
    obligation = make_obligation(title_fa="برگزاری هفته فرهنگی")
    milestone = make_milestone(obligation=obligation)
    page = open_page(officer, size="phone")
    page.goto(reverse("admin:agreements_milestone_change", args=[milestone.pk]))
    form = Form(page)
    proof = form.add("documents")
    proof.attach("file", paper)
    proof.choose("kind", "evidence")
    form.save()

    press(page, "Met")
    form = Form(page, "#content-main")
    form.write("met on", today(-1))
    form.write("evidence", "گزارش برگزاری هفته فرهنگی در تالار شهر")
    document = milestone.documents.get()
    form.field("document as evidence").select_option(value=str(document.pk))
    photograph(page, "milestone-typed")
    carry_out(page)
    photograph(page, "milestone-met")
    milestone = Milestone.objects.get()
    assert (milestone.verdict, milestone.verdict_by) == ("met", officer)
    assert milestone.evidence_document == document


def test_officer_brings_fifty_partners_in_and_mends_two_wrong_rows(
    open_page, officer, photograph, tmp_path
):
    header = ("name_fa", "name_en", "country", "published_on")
    rows = [(f"شهر {n}", f"City {n}", "بلغارستان", "۱۴۰۱/۰۴/۳۱") for n in range(50)]
    right = rows[7], rows[30]
    rows[7] = ("شهر ۷", "City 7", "آتلانتیس", "۱۴۰۱/۰۴/۳۱")
    rows[30] = ("شهر ۳۰", "City 30", "بلغارستان", "۱۴۰۱/۱۳/۰۱")
    file = tmp_path / "شریکان.xlsx"
    file.write_bytes(xlsx_bytes(header, *rows))

    page = open_page(officer)
    page.goto("/admin/")
    page.get_by_role("link", name=fa("Bring files in")).click()
    page.get_by_role("link", name=fa("Partner cities"), exact=True).last.click()
    upload(page, file)
    refused = page.get_by_role("region", name=fa("Refused"))
    expect(refused.get_by_role("row")).to_have_count(3)  # with the header
    for number, label in (("۹", "country"), ("۳۲", "published on")):
        row = refused.get_by_role("row", name=re.compile(f"^{number} "))
        expect(row).to_contain_text(fa(label))
    photograph(page, "import-refused")
    assert not City.objects.exists()

    rows[7], rows[30] = right
    file.write_bytes(xlsx_bytes(header, *rows))
    page.locator(".breadcrumbs a").last.click()
    upload(page, file)
    photograph(page, "import-ready")
    Form(page).press("Carry out")
    expect(page.locator(".messagelist .success")).to_be_visible()
    photograph(page, "import-done")
    assert City.objects.count() == 50


def upload(page, file):
    form = Form(page)
    form.page.locator("input[type=file]").set_input_files(file)
    form.press("Upload and look")

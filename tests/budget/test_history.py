"""Edits of years, lines, expenses, fees and rates are kept; postings are no edits."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from budget import ledger
from budget.models import BudgetLine, ExchangeRate, Expense, FiscalYear, MembershipFee
from tests.budget.forms import page_of
from tests.factories import (
    IN_1401,
    make_expense,
    make_fee,
    make_line,
    make_rate,
    make_user,
    make_year,
)
from tests.kashan_diplomacy.test_exports import downloaded, table

pytestmark = pytest.mark.django_db

TRACKED = (BudgetLine, ExchangeRate, Expense, FiscalYear, MembershipFee)


def typed_rate(**fields):
    shown = {
        "currency": "USD",
        "valid_on": "۱۴۰۰/۰۱/۰۱",
        "rial_per_unit": "500000",
        "source": "بانک مرکزی",
    }
    return shown | fields


@pytest.mark.parametrize("model", TRACKED)
def test_amounts_that_the_ledger_holds_are_no_part_of_the_history(model):
    kept = {field.name for field in model.history.model.tracked_fields}
    assert not kept & {"approved", "available", "committed", "spent"}
    assert "is_illustrative" in kept


def test_posting_writes_no_history():
    expense = make_expense()
    record = {"by": make_user(), "dated_on": IN_1401}
    with CaptureQueriesContext(connection) as queries:
        ledger.commit(expense=expense, amount=5_000_000, **record)
        ledger.pay(expense=expense, amount=2_000_000, **record)
    assert not [query for query in queries if "historical" in query["sql"]]
    assert expense.history.count() == expense.line.history.count() == 1


def test_edit_is_kept_with_who_and_why(officer):
    rate = make_rate(rial_per_unit="400000")
    why = {"change_reason": "\u202eخطاي  تايپ\x1b", "rial_per_unit": "500000"}
    assert officer.post(page_of(rate), typed_rate(**why)).status_code == 302
    last, first = rate.history.all()
    assert (first.rial_per_unit, last.rial_per_unit) == (400_000, 500_000)
    assert last.history_change_reason == "خطای تایپ"
    assert last.history_user.groups.get().name == "budget_officer"


def test_a_rate_is_asked_for_its_source_and_takes_persian_separators(officer):
    rate = make_rate()
    sent = typed_rate(rial_per_unit="۳۳۳،۰۰۰٫۵", source="")
    form = officer.post(page_of(rate), sent).context["adminform"].form
    assert form["source"].field.required
    assert set(form.errors) == {"source"}
    assert officer.post(page_of(rate), sent | {"source": "بانک"}).status_code == 302
    assert str(ExchangeRate.objects.get().rial_per_unit) == "333000.50"


def test_people_are_called_by_name_and_lead_nowhere(officer):
    asked_by = make_user(first_name="مریم", last_name="صالحی")
    expense = make_expense(requested_by=asked_by)
    page = officer.get(page_of(expense)).text
    assert "مریم صالحی" in page
    assert f"/auth/user/{asked_by.pk}/" not in page
    expense.requested_by = make_user(first_name="علی", last_name="راد")
    expense.save()
    url = reverse("admin:budget_expense_history", args=[expense.pk])
    page = officer.get(url).text
    assert "<del><bdi>مریم صالحی</bdi></del>" in page
    assert "<ins><bdi>علی راد</bdi></ins>" in page


def test_edit_needs_no_reason(officer):
    rate = make_rate()
    assert officer.post(page_of(rate), typed_rate(source="بانک")).status_code == 302
    assert rate.history.first().history_change_reason == ""


def test_history_page_tells_the_edit_in_persian(officer):
    line = make_line(title_fa="میهمان")
    line.title_fa, line.change_reason = "میهمانان", "نام رسمی"
    line.save()
    url = reverse("admin:budget_budgetline_history", args=[line.pk])
    page = officer.get(url).content.decode()
    assert "<del><bdi>میهمان</bdi></del>" in page
    assert "<ins><bdi>میهمانان</bdi></ins>" in page
    assert "نام رسمی" in page


@pytest.mark.parametrize("make", [make_expense, make_fee, make_line, make_rate])
def test_only_who_changes_a_row_is_asked_why(client, make):
    row = make()
    for role, is_asked in (("budget_officer", True), ("auditor", False)):
        client.force_login(make_user(role=role))
        page = client.get(page_of(row)).content.decode()
        assert ('name="change_reason"' in page) is is_asked, role


def test_nobody_is_asked_why_something_is_added(officer):
    make_year()
    page = officer.get(reverse("admin:budget_fiscalyear_add")).content.decode()
    assert 'name="change_reason"' not in page


def test_edits_stand_in_the_export(client):
    client.force_login(make_user(role="auditor"))
    year = make_year(vouchers_above=10_000_000)
    year.vouchers_above, year.change_reason = 20_000_000, "مصوبه شورا"
    year.save()
    rows = table(downloaded(client, "fiscalyear_edits"))
    [row] = [row for row in rows if row["history_type"] == "changed"]
    assert (row["field"], row["old"], row["new"]) == (
        "vouchers_above",
        "10000000",
        "20000000",
    )
    assert row["history_change_reason"] == "مصوبه شورا"

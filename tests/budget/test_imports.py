"""Past years' books out of a spreadsheet: by the ledger's rules, by two people."""

import pytest
from django.urls import reverse
from django.utils import translation

from budget.models import Entry, Expense, MembershipFee
from budget.verification import verify
from tests.factories import (
    make_expense,
    make_fee,
    make_foreign_expense,
    make_line,
    make_membership,
    make_organisation,
    make_rate,
    make_user,
    make_year,
)
from tests.spreadsheets import carry_out, csv_bytes, looked_at, problems, upload

pytestmark = pytest.mark.django_db

EXPENSE = ("line", "title", "payee", "purpose", "requested_toman", "requested_on")
PAID = (*EXPENSE, "paid_on", "spent_toman", "document_number")


@pytest.fixture(autouse=True)
def persian():
    with translation.override("fa"):
        yield


@pytest.fixture
def line():
    return make_line(fiscal_year=make_year(1401), code="005", approved=100_000_000)


@pytest.fixture
def officer():
    return make_user("مریم", role="budget_officer")


@pytest.fixture
def colleague():
    return make_user("رضا", role="budget_officer")


def row(*paid, title="پذیرایی", amount="۱٬۰۰۰٬۰۰۰", line="1401 005"):
    return (line, title, "هتل", "protocol", amount, "1401/02/10", *paid)


def brought(client, officer, colleague, *rows, header=PAID):
    """Uploaded by one, carried out by the other; the page that the other got."""
    client.force_login(officer)
    page = looked_at(client, "expenses", csv_bytes(header, *rows))
    client.force_login(colleague)
    url = reverse("admin:import_file", args=[page.context["kept"].pk])
    return carry_out(client, client.get(url))


def test_paid_expense_is_committed_paid_and_the_rest_released(
    client, line, officer, colleague
):
    brought(client, officer, colleague, row("1401/02/20", "800,000", "۱۲/الف"))
    expense = Expense.objects.get()
    assert (expense.requested_by, expense.state) == (officer, "paid")
    assert (expense.spent, expense.committed) == (8_000_000, 0)
    entries = Entry.objects.filter(expense=expense).order_by("seq")
    assert [entry.kind for entry in entries] == ["commitment", "payment", "release"]
    assert {entry.recorded_by for entry in entries} == {colleague}
    assert entries[0].document_number == "۱۲/الف"
    line.refresh_from_db()
    assert (line.available, line.spent) == (92_000_000, 8_000_000)
    assert verify(line.fiscal_year) == []


def test_expense_without_days_stays_a_request(client, line, officer, colleague):
    brought(client, officer, colleague, row(), header=EXPENSE)
    assert Expense.objects.get().state == "draft"
    assert not Entry.objects.exclude(expense=None).exists()


def test_who_uploaded_it_does_not_carry_it_out(client, line, officer):
    client.force_login(officer)
    page = looked_at(client, "expenses", csv_bytes(PAID, row("1401/02/20", "", "")))
    assert page.context["counts"]["new"] == 1  # the rules were tried all the same
    assert page.context["hindrance"]
    assert carry_out(client, page).status_code == 403
    assert not Expense.objects.exists()


def test_who_may_not_post_does_not_carry_it_out(client, line, officer):
    client.force_login(officer)
    page = looked_at(client, "expenses", csv_bytes(PAID, row("1401/02/20", "", "")))
    client.force_login(make_user(role="diplomacy_officer"))
    assert carry_out(client, page).status_code == 403


def test_overspending_file_is_refused_whole_with_the_arithmetic(
    client, line, officer, colleague
):
    rows = [
        row("1401/02/20", "", "", title=f"هزینه {n}", amount="6,000,000")
        for n in (1, 2)
    ]
    page = brought(client, officer, colleague, *rows)
    [(number, _header, message)] = problems(page)
    assert number == 3
    assert "تومان" in message
    assert not Expense.objects.exists()
    line.refresh_from_db()
    assert line.available == 100_000_000


def test_looking_posts_nothing(client, line, officer):
    client.force_login(officer)
    looked_at(client, "expenses", csv_bytes(PAID, row("1401/02/20", "", "")))
    assert not Expense.objects.exists()
    assert Entry.objects.count() == 1  # the approved budget


@pytest.mark.parametrize(
    "paid", [("1402/05/01", "", ""), ("1400/12/01", "", ""), ("", "100", "")]
)
def test_payment_outside_the_rules_is_refused(client, line, officer, paid):
    client.force_login(officer)
    page = looked_at(client, "expenses", csv_bytes(PAID, row(*paid)))
    assert page.context["counts"]["refused"] == 1


def test_booked_expense_is_known_again_and_never_changed(
    client, line, officer, colleague
):
    brought(client, officer, colleague, row("1401/02/20", "", ""))
    client.force_login(officer)
    same = csv_bytes(PAID, row("1401/02/20", "", ""))
    assert looked_at(client, "expenses", same).context["counts"]["unchanged"] == 1
    other = csv_bytes(PAID, row("1401/02/20", "", "", amount="9,000"))
    assert looked_at(client, "expenses", other).context["counts"]["refused"] == 1
    assert Entry.objects.exclude(expense=None).count() == 2


def test_draft_of_another_is_not_changed_by_an_import(client, line, officer):
    draft = make_expense(line=line, requested_by=officer)
    header = ("id", *EXPENSE)
    changed = csv_bytes(header, (draft.pk, *row(title=draft.title, amount="9,000")))
    client.force_login(make_user(role="budget_officer"))
    assert looked_at(client, "expenses", changed).context["counts"]["refused"] == 1


def test_fee_in_dollars_is_paid_at_its_rate(client, line, officer, colleague):
    fee = make_fee(period="2022", amount="100.00", currency="USD")
    rate = make_rate("USD", "500000")
    header = ("line", "title", "payee", "purpose", "requested_on", "membership_fee_id")
    header += ("foreign_amount", "rate_id", "paid_on")
    cells = ("1401 005", "عضویت", "لیگ", "membership_right", "1401/02/10", fee.pk)
    cells += ("۱۰۰", rate.pk, "1401/02/20")
    brought(client, officer, colleague, cells, header=header)
    assert Expense.objects.get().spent == 50_000_000
    assert MembershipFee.objects.with_state().get().state == "paid"


def test_line_of_another_year_is_told_apart_by_the_year(client, line, officer):
    make_line(fiscal_year=make_year(1400), code="005")
    client.force_login(officer)
    page = looked_at(client, "expenses", csv_bytes(EXPENSE, row()))
    assert page.context["counts"]["new"] == 1
    page = looked_at(client, "expenses", csv_bytes(EXPENSE, row(line="005")))
    assert page.context["counts"]["refused"] == 1


def test_fees_are_found_by_body_and_period(client, officer):
    make_membership(organisation=make_organisation(name_fa="لیگ شهرهای تاریخی"))
    header = ("membership", "period", "amount", "currency", "due_on")
    cells = ("لیگ شهرهای تاریخی", "۲۰۲۲", "۱٬۲۵۰٫۵۰", "usd", "2022-12-31")
    client.force_login(officer)
    carry_out(client, looked_at(client, "membership_fees", csv_bytes(header, cells)))
    fee = MembershipFee.objects.get()
    assert (str(fee.amount), fee.currency, fee.period) == ("1250.50", "USD", "2022")
    page = looked_at(client, "membership_fees", csv_bytes(header, cells))
    assert page.context["counts"]["unchanged"] == 1


def test_requested_fee_is_not_rewritten_by_an_import(client, line, officer):
    fee = make_fee(period="2022", amount="100.00")
    make_foreign_expense(line=line, membership_fee=fee)
    client.force_login(officer)
    for cells, outcome in (("50", "EUR"), "refused"), (("100", "USD"), "unchanged"):
        file = csv_bytes(("id", "amount", "currency"), (fee.pk, *cells))
        page = looked_at(client, "membership_fees", file)
        assert page.context["counts"][outcome] == 1


def test_more_rows_than_can_be_posted_in_one_go_are_refused(client, line, officer):
    client.force_login(officer)
    rows = [row(title=f"هزینه {n}") for n in range(1_001)]
    page = upload(client, "expenses", csv_bytes(EXPENSE, *rows))
    assert page.context["form"].errors["file"]

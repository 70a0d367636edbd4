"""What a request asks for: whose it is, what stays of it, and a fee asked for once."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from budget import ledger
from budget.models import Expense
from tests.budget.forms import close_whole, committed, page_of, typed
from tests.factories import (
    IN_1401,
    make_agreement,
    make_expense,
    make_fee,
    make_foreign_expense,
    make_line,
    make_rate,
    make_user,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_persian")]


CHANGES = {
    "requested": lambda: "۱۰٬۰۰۰٬۰۰۰",
    "payee": lambda: "خودم",
    "purpose": lambda: "exploration",
    "line": lambda: make_line().pk,
    "agreement": lambda: make_agreement().pk,
}


@pytest.mark.parametrize("name", CHANGES)
def test_whoever_changes_what_a_draft_asks_for_is_who_requests_it(officer, name):
    expense = make_expense()
    address = page_of(expense)
    assert "Whoever changes" in officer.get(f"/en{address}").content.decode()
    response = officer.post(address, typed(expense, **{name: CHANGES[name]()}))
    expense.refresh_from_db()
    me = response.wsgi_request.user
    assert expense.requested_by == me
    with pytest.raises(ledger.LedgerError) as refusal:
        ledger.commit(expense=expense, amount=1, by=me, dated_on=IN_1401)
    assert refusal.value.code == "four_eyes"


def test_who_requested_an_expense_stays_once_money_is_committed(officer):
    expense = committed()
    reason = {"purpose": "exploration", "change_reason": "در صورت‌جلسه جز این است"}
    officer.post(page_of(expense), typed(expense, **reason))
    after = Expense.objects.get()
    assert (after.purpose, after.requested_by) == ("exploration", expense.requested_by)


def test_payee_and_day_of_the_request_are_fixed_by_the_first_entry(officer):
    expense = committed()
    change = {"payee": "دیگری", "requested_on": "۱۴۰۱/۰۱/۱۵"}
    officer.post(page_of(expense), typed(expense, **change))
    after = Expense.objects.get()
    assert (after.payee, after.requested_on) == ("هتل", IN_1401)


def test_purpose_is_put_right_for_a_reason_until_the_year_is_closed(officer):
    expense = committed()
    address = page_of(expense)
    record = {"by": make_user(), "dated_on": IN_1401}
    ledger.pay(expense=expense, amount=10_000_000, **record)
    sent = typed(expense, purpose="exploration", change_reason="\u202e")
    refused = officer.post(address, sent).context["adminform"].form
    assert "purpose" in refused.errors
    assert refused["purpose"].value() == "exploration"
    officer.post(address, sent | {"change_reason": "در صورت‌جلسه جز این است"})
    assert Expense.objects.get().purpose == "exploration"
    version = Expense.history.first()
    assert version.history_change_reason == "در صورت‌جلسه جز این است"

    close_whole(expense.line.fiscal_year)
    officer.post(address, typed(expense) | {"change_reason": "باز هم"})
    changed = Expense.objects.get()
    assert changed.purpose == "exploration"
    changed.purpose, changed.change_reason = "protocol", "باز هم"
    for way in (changed.full_clean, changed.save):
        with pytest.raises(ValidationError):
            way()


def test_fee_is_not_requested_beyond_what_is_invoiced():
    fee = make_fee(amount="100.00")
    first = make_foreign_expense("60.00", membership_fee=fee)
    first.full_clean()
    second = make_foreign_expense("40.01", membership_fee=fee, rate=first.rate)
    with pytest.raises(ValidationError, match="۴۰ دلار آمریکا"):
        second.full_clean()
    second.foreign_amount = Decimal("40.00")
    second.full_clean()
    first.cancelled_on, first.cancellation_reason = IN_1401, "اشتباه"
    first.save()
    second.foreign_amount = Decimal("100.00")
    second.full_clean()


def test_fee_requested_in_rial_is_requested_once():
    fee, rate = make_fee(), make_rate()
    first = make_expense(membership_fee=fee)
    first.full_clean()
    second = make_foreign_expense("1", rate, membership_fee=fee, line=first.line)
    for request in (second, make_expense(membership_fee=fee, line=first.line)):
        with pytest.raises(ValidationError) as refusal:
            request.full_clean()
        assert refusal.value.error_dict["__all__"][0].code == "fee"
        request.cancelled_on, request.cancellation_reason = IN_1401, "اشتباه"
        request.full_clean()
        request.save()
    first.full_clean()

    first.delete()
    second.cancelled_on = None
    second.full_clean()


def test_expense_that_is_paid_is_not_judged_as_a_request_anew():
    """Of older books, in which a fee was paid by two requests in rial."""
    fee = make_fee()
    paid, _other = (make_expense(membership_fee=fee) for _ in range(2))
    record = {"by": make_user(), "dated_on": IN_1401}
    ledger.commit(expense=paid, amount=10_000_000, **record)
    Expense.objects.get(pk=paid.pk).full_clean()

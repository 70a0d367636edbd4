"""What is taken back: whole and once, and under the rules of what it does anew."""

import re

import pytest
from django.utils import translation

from budget import ledger
from budget.models import Kind, Place
from kashan_diplomacy.jalali import to_gregorian
from tests.budget.test_ledger import committed_expense, places, record
from tests.factories import make_expense, make_line, make_user, make_voucher

pytestmark = pytest.mark.django_db


def test_reversal_moves_the_whole_amount_back_once():
    expense = committed_expense(10_000_000)
    payment = ledger.pay(expense=expense, amount=4_000_000, **record())
    reversal = ledger.reverse(entry=payment, **record(memo="شماره حساب اشتباه"))
    assert (reversal.from_place, reversal.to_place) == (Place.SPENT, Place.COMMITTED)
    assert places(expense.line) == (100_000_000, 90_000_000, 10_000_000, 0)
    expense.refresh_from_db()
    assert (expense.committed, expense.spent) == (10_000_000, 0)
    for entry in (payment, reversal):
        with pytest.raises(ledger.LedgerError) as refusal:
            ledger.reverse(entry=entry, **record(memo="دوباره"))
        assert refusal.value.code == "already_reversed"


def test_reversed_transfer_goes_back_to_its_line():
    line, other = make_line(approved=900), make_line()
    entry = ledger.transfer(line=line, to_line=other, amount=400, **record())
    ledger.reverse(entry=entry, **record(memo="ردیف اشتباه"))
    assert places(line) == (900, 900, 0, 0)
    assert places(other) == (0, 0, 0, 0)


def test_reversal_needs_a_reason():
    expense = committed_expense()
    for memo in ("", " \u200c "):
        with pytest.raises(ledger.LedgerError) as refusal:
            ledger.reverse(entry=expense.entries.get(), **record(memo=memo))
        assert refusal.value.code == "reason"


def test_reversal_that_would_leave_a_place_below_zero_is_refused():
    expense = committed_expense(10_000_000)
    commitment = expense.entries.get()
    ledger.pay(expense=expense, amount=1, **record())
    with pytest.raises(ledger.InsufficientError):
        ledger.reverse(entry=commitment, **record(memo="اشتباه"))


def released_and_refunded(**fields):
    """Of 1000 committed 500 are paid, 200 of them refunded, and 300 released."""
    expense = make_expense(requested=1_000, **fields)
    for verb, amount in [(ledger.commit, 1_000), (ledger.pay, 500)]:
        verb(expense=expense, amount=amount, **record())
    refund = ledger.refund(expense=expense, amount=200, **record())
    return expense, refund, ledger.release(expense=expense, amount=300, **record())


def test_requester_reverses_nothing_that_takes_money_anew():
    requester = make_user()
    expense, *back = released_and_refunded(requested_by=requester)
    for entry in back:
        with pytest.raises(ledger.LedgerError) as refusal:
            ledger.reverse(entry=entry, **record(by=requester, memo="اشتباه"))
        assert refusal.value.code == "four_eyes"
        ledger.reverse(entry=entry, **record(memo="اشتباه"))
    assert places(expense.line) == (100_000_000, 99_999_000, 500, 500)
    payment = expense.entries.get(kind=Kind.PAYMENT)
    ledger.reverse(entry=payment, **record(by=requester, memo="اشتباه"))
    assert places(expense.line) == (100_000_000, 99_999_000, 1_000, 0)


def test_reversal_takes_nothing_beyond_the_request():
    """Else what was released or refunded, and committed again, would count twice."""
    expense, *back = released_and_refunded()
    ledger.commit(expense=expense, amount=500, **record())
    for entry, asked in zip(back, ["20", "30"], strict=True):
        with translation.override("en"), pytest.raises(ledger.LedgerError) as refusal:
            ledger.reverse(entry=entry, **record(memo="اشتباه"))
        assert refusal.value.code == "beyond_request"
        said = re.findall(r"[\d,]{2,}", refusal.value.messages[0])
        assert said == ["100", "100", asked]  # in toman
    ledger.release(expense=expense, amount=500, **record())
    for entry in back:
        ledger.reverse(entry=entry, **record(memo="اشتباه"))


def test_reversal_goes_back_to_what_a_payment_had_topped_up():
    expense = committed_expense(1_000)
    ledger.pay(expense=expense, amount=1_200, **record())
    refund = ledger.refund(expense=expense, amount=700, **record())
    ledger.commit(expense=expense, amount=100, **record())
    with pytest.raises(ledger.LedgerError) as refusal:
        ledger.reverse(entry=refund, **record(memo="اشتباه"))
    assert refusal.value.code == "beyond_request"
    ledger.release(expense=expense, amount=100, **record())
    ledger.reverse(entry=refund, **record(memo="اشتباه"))
    assert places(expense.line) == (100_000_000, 99_998_800, 0, 1_200)


def test_after_the_years_end_no_reversal_commits():
    expense, refund, release = released_and_refunded()
    after = record(dated_on=to_gregorian(1402, 1, 20), memo="اشتباه")
    with pytest.raises(ledger.LedgerError) as refusal:
        ledger.reverse(entry=release, **after)
    assert refusal.value.code == "outside_period"
    ledger.reverse(entry=refund, **after)  # it was paid all the same
    assert places(expense.line) == (100_000_000, 99_999_300, 200, 500)


def test_reversed_refund_needs_the_voucher_of_what_is_paid_again():
    expense, refund, _release = released_and_refunded()
    expense.line.fiscal_year.vouchers_above = 499
    expense.line.fiscal_year.save()
    with pytest.raises(ledger.LedgerError) as refusal:
        ledger.reverse(entry=refund, **record(memo="اشتباه"))
    assert refusal.value.code == "voucher"
    make_voucher(expense)
    ledger.reverse(entry=refund, **record(memo="اشتباه"))

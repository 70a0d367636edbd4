"""Fees in foreign currency: committed at one rate, paid at another, rial by rial."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from budget import ledger
from budget.exposure import exposures
from budget.models import BudgetLine, ExchangeRate, Expense, MembershipFee
from kashan_diplomacy.jalali import to_gregorian
from tests.factories import (
    IN_1401,
    make_fee,
    make_foreign_expense,
    make_line,
    make_rate,
    make_user,
)

pytestmark = pytest.mark.django_db

RATE = 500_000  # rial for a dollar, when committed


def places(line):
    line = BudgetLine.objects.get(pk=line.pk)
    return line.available, line.committed, line.spent


def committed_fee(dollars="100.00", available=100_000_000):
    expense = make_foreign_expense(dollars, line=make_line(approved=available))
    record = {"by": make_user(), "dated_on": IN_1401}
    ledger.commit(expense=expense, amount=expense.requested, **record)
    return Expense.objects.get(pk=expense.pk)


def pay(expense, dollars, rial_per_dollar):
    rate = make_rate(rial_per_unit=str(rial_per_dollar), valid_on=next(DAYS))
    return ledger.pay_foreign(
        expense=expense,
        foreign_amount=Decimal(dollars),
        rate=rate,
        by=make_user(),
        dated_on=IN_1401,
    )


DAYS = (to_gregorian(1401, 3, day) for day in range(1, 32))


def test_dearer_dollar_tops_the_commitment_up():
    expense = committed_fee()
    entry = pay(expense, "100", RATE + 20_000)
    assert (entry.amount, entry.foreign_amount) == (52_000_000, Decimal(100))
    assert places(expense.line) == (48_000_000, 0, 52_000_000)
    kinds = expense.entries.order_by("seq").values_list("kind", "amount")
    assert list(kinds) == [
        ("commitment", 50_000_000),
        ("commitment", 2_000_000),
        ("payment", 52_000_000),
    ]


def test_cheaper_dollar_gives_the_difference_back():
    expense = committed_fee()
    pay(expense, "100", RATE - 30_000)
    assert places(expense.line) == (53_000_000, 0, 47_000_000)
    assert expense.entries.order_by("-seq").first().kind == "release"


def test_part_payment_leaves_the_rest_committed_at_the_first_rate():
    expense = committed_fee()
    pay(expense, "40", RATE + 50_000)
    assert places(expense.line) == (48_000_000, 30_000_000, 22_000_000)
    assert expense.foreign_open() == 60
    pay(expense, "60", RATE - 50_000)
    assert places(expense.line) == (51_000_000, 0, 49_000_000)
    assert expense.foreign_open() == 0


def test_rate_rise_beyond_what_is_available_is_refused_whole():
    expense = committed_fee(available=51_000_000)
    with pytest.raises(ledger.InsufficientError) as refusal:
        pay(expense, "100", RATE + 20_000)
    assert (refusal.value.held, refusal.value.asked) == (1_000_000, 2_000_000)
    assert places(expense.line) == (1_000_000, 50_000_000, 0)


def test_more_than_the_open_amount_is_refused():
    expense = committed_fee()
    pay(expense, "40", RATE)
    with pytest.raises(ledger.LedgerError) as refusal:
        pay(expense, "60.01", RATE)
    assert refusal.value.code == "foreign"


def test_reversed_payment_opens_the_foreign_amount_again():
    expense = committed_fee()
    payment = pay(expense, "40", RATE)
    ledger.reverse(entry=payment, by=make_user(), dated_on=IN_1401, memo="برگشت خورد")
    assert expense.foreign_open() == 100
    assert places(expense.line) == (50_000_000, 50_000_000, 0)


def test_foreign_expense_is_paid_in_its_own_currency_only():
    expense = committed_fee()
    record = {"by": make_user(), "dated_on": IN_1401}
    with pytest.raises(ledger.LedgerError) as refusal:
        ledger.pay(expense=expense, amount=1, **record)
    assert refusal.value.code == "foreign"
    euro = make_rate("EUR")
    with pytest.raises(ledger.LedgerError) as refusal:
        ledger.pay_foreign(
            expense=expense, foreign_amount=Decimal(1), rate=euro, **record
        )
    assert refusal.value.code == "foreign"


def test_foreign_expense_is_committed_whole():
    expense = make_foreign_expense()
    with pytest.raises(ledger.LedgerError) as refusal:
        ledger.commit(expense=expense, amount=1, by=make_user(), dated_on=IN_1401)
    assert refusal.value.code == "foreign"


def test_half_a_rial_is_rounded_up():
    rate = make_rate(rial_per_unit="0.50")
    amounts = [rate.to_rial(Decimal(text)) for text in ("1", "2", "3", "0.99")]
    assert amounts == [1, 1, 2, 0]


def test_request_in_foreign_currency_says_itself_what_it_is_in_rial():
    expense = make_foreign_expense("12.34")
    expense.requested = None
    expense.full_clean()
    assert expense.requested == 6_170_000
    expense.rate = expense.foreign_amount = expense.requested = None
    with pytest.raises(ValidationError, match="requested"):
        expense.full_clean()


def test_foreign_amount_needs_its_rate():
    expense = make_foreign_expense()
    expense.rate = None
    with pytest.raises(ValidationError):
        expense.full_clean()


def test_newest_rate_is_that_of_the_day_or_before():
    old, new = make_rate(), make_rate(valid_on=IN_1401)
    make_rate("EUR", valid_on=IN_1401)
    newest = ExchangeRate.objects.newest
    assert newest("USD", IN_1401) == new
    assert newest("USD", to_gregorian(1401, 4, 30)) == old
    assert newest("JPY", IN_1401) is None


def test_fee_that_cannot_be_transferred_is_owed_and_moves_no_money():
    fee = make_fee(blocked_reason="کانال بانکی بسته است")
    expense = make_foreign_expense(membership_fee=fee)
    record = {"by": make_user(), "dated_on": IN_1401}
    ledger.commit(expense=expense, amount=expense.requested, **record)
    assert list(MembershipFee.objects.blocked()) == [fee]
    assert places(expense.line)[1] == expense.requested


def test_open_commitments_are_revalued_at_the_newest_rate():
    expense = committed_fee()
    pay(expense, "40", RATE)
    make_rate(rial_per_unit="530000", valid_on=to_gregorian(1401, 4, 30))
    (exposure,) = exposures(expense.line.fiscal_year, IN_1401)
    assert exposure.foreign_open == 60
    assert exposure.value == 31_800_000
    assert exposure.difference == 1_800_000
    assert exposure.swing == 3_180_000
    pay(expense, "60", RATE)
    assert exposures(expense.line.fiscal_year, IN_1401) == []


def test_fee_is_not_requested_beyond_what_is_invoiced():
    fee = make_fee(amount="100.00")
    first = make_foreign_expense("60.00", membership_fee=fee)
    first.full_clean()
    second = make_foreign_expense("40.01", membership_fee=fee, rate=first.rate)
    with pytest.raises(ValidationError, match="40"):
        second.full_clean()
    second.foreign_amount = Decimal("40.00")
    second.full_clean()
    first.cancelled_on, first.cancellation_reason = IN_1401, "اشتباه"
    first.save()
    second.foreign_amount = Decimal("100.00")
    second.full_clean()

"""Fees in foreign currency: committed at one rate, paid at another, rial by rial."""

import io
import zipfile
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from budget import ledger
from budget.exposure import exposures
from budget.models import BudgetLine, ExchangeRate, Expense, Kind, MembershipFee
from budget.models.ledger import MOVEMENTS
from budget.rules import Movement
from budget.verification import verify
from kashan_diplomacy.jalali import to_gregorian
from tests.factories import (
    IN_1401,
    make_fee,
    make_foreign_expense,
    make_line,
    make_rate,
    make_user,
)
from tests.kashan_diplomacy.audit.test_package import findings, package_of

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


def refund(expense, dollars, amount):
    return ledger.refund(
        expense=expense,
        amount=amount,
        foreign_amount=dollars and Decimal(dollars),
        by=make_user(),
        dated_on=IN_1401,
    )


def commit_again(expense):
    expense = Expense.objects.get(pk=expense.pk)
    amount = expense.left_to_commit()
    ledger.commit(expense=expense, amount=amount, by=make_user(), dated_on=IN_1401)
    return Expense.objects.get(pk=expense.pk)


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


def test_bounced_transfer_is_taken_back_committed_and_paid_again():
    expense = committed_fee()
    pay(expense, "100", RATE + 20_000)
    refund(expense, "100", 52_000_000)
    assert expense.foreign_open() == 100
    expense = commit_again(expense)
    assert places(expense.line) == (50_000_000, 50_000_000, 0)
    pay(expense, "100", RATE - 10_000)
    assert places(expense.line) == (51_000_000, 0, 49_000_000)
    assert expense.foreign_open() == 0
    assert verify(expense.line.fiscal_year) == []


def test_what_came_back_of_a_payment_is_committed_and_paid_again(tmp_path):
    expense = committed_fee()
    pay(expense, "100", RATE + 20_000)
    refund(expense, "40", 20_800_000)
    again = commit_again(expense)  # 40 dollars, as far as was requested
    assert (again.committed, again.spent) == (18_800_000, 31_200_000)
    assert again.entries.order_by("seq").last().foreign_amount == 40
    pay(again, "40", RATE)
    assert places(again.line) == (48_800_000, 0, 51_200_000)
    assert again.foreign_open() == 0
    with zipfile.ZipFile(io.BytesIO(package_of(again.line.fiscal_year))) as packed:
        packed.extractall(tmp_path)
    assert findings(tmp_path) == []


def test_released_rest_of_a_foreign_amount_is_committed_again():
    expense = committed_fee()
    pay(expense, "40", RATE)
    record = {"by": make_user(), "dated_on": IN_1401}
    ledger.release(expense=expense, amount=30_000_000, **record)
    assert commit_again(expense).committed == 30_000_000


def test_what_is_paid_below_what_was_requested_leaves_nothing_to_commit():
    expense = committed_fee()
    pay(expense, "100", RATE - 30_000)
    assert Expense.objects.get(pk=expense.pk).left_to_commit() == 0


def test_reversed_refund_counts_as_paid_again():
    expense = committed_fee()
    pay(expense, "100", RATE)
    mistaken = refund(expense, "40", 20_000_000)
    assert expense.foreign_open() == 40
    ledger.reverse(entry=mistaken, by=make_user(), dated_on=IN_1401, memo="اشتباه")
    assert expense.foreign_open() == 0


@pytest.mark.parametrize("dollars", ["60.01", "0", "-1", None])
def test_refund_says_how_much_of_what_was_paid_came_back(dollars):
    expense = committed_fee()
    pay(expense, "60", RATE)
    with pytest.raises(ledger.LedgerError) as refusal:
        refund(expense, dollars, 1_000_000)
    assert refusal.value.code == "foreign"
    assert places(expense.line) == (50_000_000, 20_000_000, 30_000_000)


def test_payment_is_not_reversed_once_its_foreign_amount_came_back():
    expense = committed_fee()
    payment = pay(expense, "60", RATE)
    pay(expense, "40", RATE)
    refund(expense, "80", 10_000_000)  # the bank kept the rest
    with pytest.raises(ledger.LedgerError) as refusal:
        ledger.reverse(entry=payment, by=make_user(), dated_on=IN_1401, memo="اشتباه")
    assert refusal.value.code == "foreign"


def test_books_whose_refund_says_nothing_of_a_foreign_amount_verify():
    expense = committed_fee()
    payment = pay(expense, "100", RATE)
    line = expense.line
    old = Movement(  # as the ledger once wrote it
        Kind.REFUND, *MOVEMENTS[Kind.REFUND], line, payment.amount, expense=expense
    )
    ledger._post(old, {"by": make_user(), "dated_on": IN_1401})
    assert verify(line.fiscal_year) == []
    assert expense.foreign_open() == 0


def test_part_of_a_fee_is_not_taken_for_the_whole_after_a_refund():
    fee = make_fee(amount="100.00")
    expense = make_foreign_expense(membership_fee=fee)
    record = {"by": make_user(), "dated_on": IN_1401}

    def state():
        return MembershipFee.objects.with_state().get().state

    ledger.commit(expense=expense, amount=expense.requested, **record)
    pay(expense, "100", RATE)
    assert state() == "paid"
    refund(expense, "100", 50_000_000)
    assert state() == "requested"
    expense = commit_again(expense)
    assert state() == "committed"
    pay(expense, "10", RATE)
    assert state() == "partly_paid"
    pay(expense, "90", RATE)
    assert state() == "paid"


def test_rate_is_not_used_before_it_holds():
    later = make_rate(rial_per_unit="900000", valid_on=IN_1401)
    record = {"by": make_user(), "dated_on": to_gregorian(1401, 4, 30)}
    request = make_foreign_expense(rate=later)
    with pytest.raises(ledger.LedgerError) as refusal:
        ledger.commit(expense=request, amount=request.requested, **record)
    assert refusal.value.code == "rate"
    with pytest.raises(ledger.LedgerError) as refusal:
        ledger.pay_foreign(
            expense=committed_fee(), foreign_amount=Decimal(1), rate=later, **record
        )
    assert refusal.value.code == "rate"


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("fa", "مانده پرداخت ۶۰ دلار آمریکا است، نه ۱٬۰۰۰ دلار آمریکا."),
        ("en", "60 USD is still to be paid, not 1,000 USD."),
    ],
)
def test_what_is_still_to_be_paid_is_said_in_the_language_of_the_page(language, words):
    expense = committed_fee()
    pay(expense, "40", RATE)
    with translation.override(language), pytest.raises(ledger.LedgerError) as refusal:
        pay(expense, "1000", RATE)
    assert refusal.value.messages == [words]


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

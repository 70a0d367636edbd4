"""The verbs of the ledger, one rule at a time. Amounts in rial, dates in 1401."""

import datetime
import re
import uuid

import pytest
from django.db import IntegrityError, transaction
from django.utils import translation

from budget import ledger
from budget.models import BudgetLine, Entry, Expense, Kind
from kashan_diplomacy.jalali import to_gregorian
from tests.factories import (
    IN_1401,
    make_expense,
    make_line,
    make_user,
    make_voucher,
    make_year,
)

pytestmark = pytest.mark.django_db


def places(line):
    line = BudgetLine.objects.get(pk=line.pk)
    return line.approved, line.available, line.committed, line.spent


def record(**changes):
    return {"by": make_user(), "dated_on": IN_1401} | changes


def committed_expense(amount=10_000_000):
    expense = make_expense(requested=amount)
    ledger.commit(expense=expense, amount=amount, **record())
    return expense


def test_budget_brings_money_from_outside():
    line = make_line(approved=5_000)
    assert places(line) == (5_000, 5_000, 0, 0)


def test_supplement_adds_and_cut_takes_away():
    line = make_line(approved=5_000)
    ledger.approve(line=line, amount=700, kind=Kind.SUPPLEMENT, **record())
    ledger.approve(line=line, amount=200, kind=Kind.CUT, **record())
    assert places(line) == (5_500, 5_500, 0, 0)


def test_only_approvals_approve():
    with pytest.raises(ValueError, match="payment"):
        ledger.approve(line=make_line(), amount=1, kind=Kind.PAYMENT, **record())


def test_cut_beyond_available_is_refused():
    expense = committed_expense(10_000_000)
    with pytest.raises(ledger.InsufficientError):
        ledger.approve(line=expense.line, amount=90_000_001, kind=Kind.CUT, **record())
    assert places(expense.line) == (100_000_000, 90_000_000, 10_000_000, 0)


def test_transfer_moves_between_lines_of_one_year():
    line, other = make_line(approved=900), make_line()
    entry = ledger.transfer(line=line, to_line=other, amount=400, **record())
    assert places(line) == (500, 500, 0, 0)
    assert places(other) == (400, 400, 0, 0)
    assert (entry.line, entry.to_line) == (line, other)


def test_transfer_to_another_year_or_the_same_line_is_refused():
    line = make_line(approved=900)
    next_year = make_line(fiscal_year=make_year(1402))
    for other in (line, next_year):
        with pytest.raises(ledger.LedgerError) as refusal:
            ledger.transfer(line=line, to_line=other, amount=1, **record())
        assert refusal.value.code == "transfer"


def test_an_expense_goes_from_draft_to_paid():
    expense = make_expense(requested=10_000_000)
    states = [expense.state]
    steps = [
        (ledger.commit, 10_000_000),
        (ledger.pay, 4_000_000),
        (ledger.release, 1_000_000),
        (ledger.pay, 5_000_000),
    ]
    for verb, amount in steps:
        verb(expense=expense, amount=amount, **record())
        expense.refresh_from_db()
        states.append(expense.state)
    assert states == ["draft", "committed", "partly_paid", "partly_paid", "paid"]
    assert places(expense.line) == (100_000_000, 91_000_000, 0, 9_000_000)


def test_refund_makes_the_money_available_again():
    expense = committed_expense(10_000_000)
    ledger.pay(expense=expense, amount=10_000_000, **record())
    ledger.refund(expense=expense, amount=3_000_000, **record())
    assert places(expense.line) == (100_000_000, 93_000_000, 0, 7_000_000)


def test_commitment_beyond_available_is_refused_with_the_arithmetic():
    line = make_line(approved=125_000_000)
    expense = make_expense(line=line, requested=150_000_000)
    for language, amounts in {
        "en": ["12,500,000", "15,000,000", "2,500,000"],
        "fa": ["۱۲٬۵۰۰٬۰۰۰", "۱۵٬۰۰۰٬۰۰۰", "۲٬۵۰۰٬۰۰۰"],
    }.items():
        with translation.override(language):
            with pytest.raises(ledger.InsufficientError) as refusal:
                ledger.commit(expense=expense, amount=150_000_000, **record())
            (message,) = refusal.value.messages
        said = re.findall(r"[\d٬,]{6,}", message)
        assert sorted(said) == sorted(amounts)
    assert (refusal.value.held, refusal.value.asked) == (125_000_000, 150_000_000)
    assert places(line) == (125_000_000, 125_000_000, 0, 0)


def test_commitment_ten_times_the_request_is_refused():
    expense = make_expense(requested=1_000_000)
    with pytest.raises(ledger.LedgerError) as refusal:
        ledger.commit(expense=expense, amount=10_000_000, **record())
    assert refusal.value.code == "beyond_request"


def test_release_beyond_what_is_committed_for_the_expense_is_refused():
    expense, other = committed_expense(), committed_expense()
    assert expense.line.fiscal_year == other.line.fiscal_year
    with pytest.raises(ledger.InsufficientError):
        ledger.release(expense=expense, amount=10_000_001, **record())


def test_refund_beyond_what_was_paid_is_refused():
    expense = committed_expense()
    with pytest.raises(ledger.InsufficientError):
        ledger.refund(expense=expense, amount=1, **record())


def test_amounts_below_one_rial_are_refused():
    for amount in (0, -5):
        with pytest.raises(ledger.LedgerError) as refusal:
            ledger.approve(line=make_line(), amount=amount, **record())
        assert refusal.value.code == "amount"


def test_requester_neither_commits_nor_pays():
    requester = make_user()
    expense = make_expense(requested_by=requester)
    with pytest.raises(ledger.LedgerError) as refusal:
        ledger.commit(expense=expense, amount=1, **record(by=requester))
    assert refusal.value.code == "four_eyes"
    ledger.commit(expense=expense, amount=10, **record())
    with pytest.raises(ledger.LedgerError) as refusal:
        ledger.pay(expense=expense, amount=1, **record(by=requester))
    assert refusal.value.code == "four_eyes"
    ledger.release(expense=expense, amount=10, **record(by=requester))


def test_refusal_of_a_day_names_the_year_in_the_digits_of_the_page():
    early = record(dated_on=to_gregorian(1400, 12, 29))
    with translation.override("fa"), pytest.raises(ledger.LedgerError) as refusal:
        ledger.commit(expense=make_expense(), amount=1, **early)
    (message,) = refusal.value.messages
    assert "۱۴۰۱" in message
    assert not re.search("[0-9]", message)


def test_cancelled_expense_takes_no_money():
    expense = make_expense(cancelled_on=IN_1401, cancellation_reason="لغو سفر")
    with pytest.raises(ledger.LedgerError) as refusal:
        ledger.commit(expense=expense, amount=1, **record())
    assert refusal.value.code == "cancelled"


def test_days_on_which_each_kind_may_be_posted(subtests):
    last_day, payment_end = to_gregorian(1401, 12, 29), to_gregorian(1402, 2, 15)
    day = datetime.timedelta(days=1)
    first_day = to_gregorian(1401, 1, 1)
    cases = [
        (ledger.commit, first_day - day, "outside_period"),
        (ledger.commit, first_day, None),
        (ledger.commit, last_day, None),
        (ledger.commit, last_day + day, "outside_period"),
        (ledger.pay, payment_end, None),
        (ledger.pay, payment_end + day, "outside_period"),
        (ledger.release, payment_end, None),
        (ledger.release, payment_end + day, "outside_period"),
        (ledger.pay, datetime.date(2100, 1, 1), "future"),
    ]
    for verb, dated_on, code in cases:
        with subtests.test(verb=verb.__name__, dated_on=dated_on):
            expense = committed_expense(10)
            expense.requested = 1_000
            expense.save()
            details = record(dated_on=dated_on)
            if code is None:
                verb(expense=expense, amount=5, **details)
                continue
            with pytest.raises(ledger.LedgerError) as refusal:
                verb(expense=expense, amount=5, **details)
            assert refusal.value.code == code


def test_payments_after_year_end_belong_to_the_year_they_were_committed_in():
    expense = committed_expense(10)
    after = to_gregorian(1402, 1, 20)
    entry = ledger.pay(expense=expense, amount=10, **record(dated_on=after))
    assert entry.fiscal_year.year == 1401


def test_the_same_token_posts_once():
    line, token = make_line(approved=900), uuid.uuid4()
    posted = [
        ledger.approve(line=line, amount=100, **record(token=token)) for _ in range(2)
    ]
    assert posted[0] == posted[1]
    assert places(line) == (1_000, 1_000, 0, 0)


def test_refused_post_leaves_nothing_behind():
    expense = make_expense()
    before = places(expense.line), Entry.objects.count()
    with pytest.raises(ledger.LedgerError):
        ledger.pay(expense=expense, amount=1, **record())
    expense.refresh_from_db()
    assert (places(expense.line), Entry.objects.count()) == before
    assert (expense.committed, expense.spent) == (0, 0)


def test_entry_numbers_run_without_gap_in_each_year():
    lines = [make_line(fiscal_year=make_year(year)) for year in (1400, 1401)]
    for line in lines * 3:
        dated_on = line.fiscal_year.starts_on
        ledger.approve(line=line, amount=1, **record(dated_on=dated_on))
    for line in lines:
        numbers = line.entries.order_by("seq").values_list("seq", flat=True)
        assert list(numbers) == [1, 2, 3]


def test_each_digest_chains_to_the_one_before():
    line = make_line(approved=10)
    ledger.approve(line=line, amount=5, kind=Kind.SUPPLEMENT, **record())
    first, second = line.entries.order_by("seq")
    assert first.digest == first.chained_digest("")
    assert second.digest == second.chained_digest(first.digest)


@pytest.mark.parametrize(
    ("changes", "constraint"),
    [
        ({"approved": -1, "available": -1}, "budget_line_available_not_negative"),
        ({"approved": 99, "committed": -1}, "budget_line_committed_not_negative"),
        ({"approved": 99, "spent": -1}, "budget_line_spent_not_negative"),
        ({"approved": 101}, "budget_line_places_add_up"),
    ],
)
def test_database_refuses_a_place_below_zero(changes, constraint):
    """However the program is called: the verbs are not on this path."""
    line = make_line(approved=100)
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        BudgetLine.objects.filter(pk=line.pk).update(**changes)


def test_balances_can_be_asked_as_of_any_day():
    expense = make_expense(requested=60)
    line = expense.line
    for verb, month, amount in [
        (ledger.commit, 2, 60),
        (ledger.pay, 3, 20),
        (ledger.release, 4, 5),
    ]:
        dated_on = to_gregorian(1401, month, 10)
        verb(expense=expense, amount=amount, **record(dated_on=dated_on))
    for month, held in [(1, (0, 0)), (2, (60, 0)), (3, (40, 20)), (4, (35, 20))]:
        balance = line.entries.up_to(to_gregorian(1401, month, 10)).balances()[line.pk]
        assert (balance.committed, balance.spent) == held
        assert balance.approved == 100_000_000


def test_form_saved_after_a_post_does_not_undo_it():
    expense = make_expense(requested=60)
    stale_line = BudgetLine.objects.get(pk=expense.line.pk)
    ledger.commit(expense=expense, amount=60, **record())
    expense.title, stale_line.title_fa = "عنوان تازه", "ردیف تازه"
    expense.save()
    stale_line.save()
    expense.refresh_from_db()
    assert (expense.title, expense.committed) == ("عنوان تازه", 60)
    assert places(stale_line) == (100_000_000, 99_999_940, 60, 0)


def test_expense_moved_to_another_line_meanwhile_is_not_charged_to_the_old_one():
    expense = make_expense(requested=60)
    stale = Expense.objects.select_related("line").get(pk=expense.pk)
    expense.line = make_line(approved=100)
    expense.save()
    with pytest.raises(ledger.LedgerError) as refusal:
        ledger.commit(expense=stale, amount=60, **record())
    assert refusal.value.code == "moved"


def test_payment_beyond_the_commitment_tops_it_up_in_the_same_transaction():
    expense = committed_expense(10_000_000)
    ledger.pay(expense=expense, amount=12_000_000, **record())
    kinds = expense.entries.order_by("seq").values_list("kind", "amount")
    assert list(kinds)[1:] == [("commitment", 2_000_000), ("payment", 12_000_000)]
    assert places(expense.line) == (100_000_000, 88_000_000, 0, 12_000_000)


def test_top_up_beyond_what_is_available_refuses_the_whole_payment():
    line = make_line(approved=10_500_000)
    expense = make_expense(line=line, requested=10_000_000)
    ledger.commit(expense=expense, amount=10_000_000, **record())
    with pytest.raises(ledger.InsufficientError) as refusal:
        ledger.pay(expense=expense, amount=11_000_000, **record())
    assert (refusal.value.held, refusal.value.asked) == (500_000, 1_000_000)
    assert places(line) == (10_500_000, 500_000, 10_000_000, 0)


def test_after_the_years_end_nothing_tops_a_commitment_up():
    expense = committed_expense(10)
    after = record(dated_on=to_gregorian(1402, 1, 20))
    with pytest.raises(ledger.LedgerError) as refusal:
        ledger.pay(expense=expense, amount=11, **after)
    assert refusal.value.code == "outside_period"
    ledger.pay(expense=expense, amount=10, **after)


def test_last_payment_releases_the_rest():
    expense = committed_expense(10_000_000)
    ledger.pay(expense=expense, amount=7_000_000, is_last=True, **record())
    expense.refresh_from_db()
    assert (expense.committed, expense.state) == (0, "paid")
    assert places(expense.line) == (100_000_000, 93_000_000, 0, 7_000_000)


def test_payment_sent_twice_tops_up_once():
    expense, token = committed_expense(10_000_000), uuid.uuid4()
    for _ in range(2):
        ledger.pay(expense=expense, amount=12_000_000, **record(token=token))
    assert places(expense.line) == (100_000_000, 88_000_000, 0, 12_000_000)


def test_large_payment_needs_a_voucher_where_the_year_says_so():
    expense = committed_expense(10_000_000)
    year = expense.line.fiscal_year
    year.vouchers_above = 5_000_000
    year.save()
    ledger.pay(expense=expense, amount=5_000_000, **record())
    with pytest.raises(ledger.LedgerError) as refusal:
        ledger.pay(expense=expense, amount=1, **record())
    assert refusal.value.code == "voucher"
    make_voucher(expense)
    ledger.pay(expense=expense, amount=1, **record())

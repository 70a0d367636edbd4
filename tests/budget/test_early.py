"""What an entry takes was there on its day, and is not missed on a later one."""

import pytest
from django.utils import translation

from budget import ledger
from budget.models import Entry, Kind
from kashan_diplomacy.jalali import to_gregorian
from tests.factories import make_expense, make_line, make_user, make_year

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer():
    return make_user()


@pytest.fixture
def line():
    """With 100 rial from the first day of 1401."""
    return make_line(fiscal_year=make_year(1401), approved=100)


def on(day, officer):
    """Of Khordad 1401."""
    return {"dated_on": to_gregorian(1401, 3, day), "by": officer}


def refused(verb, **what):
    before = Entry.objects.count()
    with translation.override("en"):
        with pytest.raises(ledger.LedgerError) as refusal:
            verb(**what)
        told = refusal.value.messages[0]
    assert refusal.value.code == "early"
    assert Entry.objects.count() == before
    return told


def test_money_is_paid_and_released_from_the_day_it_was_committed(line, officer):
    expense = make_expense(line=line)
    ledger.commit(expense=expense, amount=60, **on(20, officer))
    for verb in (ledger.pay, ledger.release):
        told = refused(verb, expense=expense, amount=10, **on(19, officer))
        assert "on 19 Khordad 1401" in told and "only 0 toman is committed" in told
    ledger.pay(expense=expense, amount=10, **on(20, officer))
    ledger.release(expense=expense, amount=50, **on(21, officer))


def test_a_payment_is_dated_before_another_where_both_were_committed(line, officer):
    expense = make_expense(line=line)
    ledger.commit(expense=expense, amount=60, **on(1, officer))
    ledger.pay(expense=expense, amount=40, **on(20, officer))
    ledger.pay(expense=expense, amount=20, **on(10, officer))


def test_what_a_later_entry_took_is_not_taken_before_it(line, officer):
    first, second = make_expense(line=line), make_expense(line=line)
    ledger.commit(expense=first, amount=70, **on(10, officer))
    ledger.approve(line=line, amount=50, kind=Kind.SUPPLEMENT, **on(20, officer))
    told = refused(ledger.commit, expense=second, amount=40, **on(5, officer))
    assert "only 3 toman is available" in told
    ledger.commit(expense=second, amount=30, **on(5, officer))


def test_a_line_gives_what_came_to_it_by_then(line, officer):
    other = make_line(fiscal_year=line.fiscal_year)
    ledger.transfer(line=line, to_line=other, amount=100, **on(10, officer))
    for verb, what in (
        (ledger.transfer, {"line": other, "to_line": line}),
        (ledger.approve, {"line": other, "kind": Kind.CUT}),
        (ledger.commit, {"expense": make_expense(line=other)}),
    ):
        refused(verb, amount=1, **what, **on(9, officer))
        verb(amount=1, **what, **on(10, officer))


def test_nothing_is_refunded_before_it_was_paid(line, officer):
    expense = make_expense(line=line)
    ledger.commit(expense=expense, amount=60, **on(1, officer))
    ledger.pay(expense=expense, amount=60, **on(20, officer))
    refused(ledger.refund, expense=expense, amount=1, **on(19, officer))


def test_an_entry_is_not_taken_back_before_it_was_made(line, officer):
    expense = make_expense(line=line)
    entry = ledger.commit(expense=expense, amount=60, **on(20, officer))
    told = refused(ledger.reverse, entry=entry, memo="اشتباه", **on(19, officer))
    assert "20 Khordad 1401" in told
    ledger.reverse(entry=entry, memo="اشتباه", **on(20, officer))


def test_a_topped_up_payment_counts_as_one(line, officer):
    """Of 60 paid 40 were committed: 20 more are committed with it, on its day."""
    expense = make_expense(line=line)
    ledger.commit(expense=expense, amount=40, **on(10, officer))
    ledger.approve(line=line, amount=50, kind=Kind.SUPPLEMENT, **on(25, officer))
    ledger.pay(expense=expense, amount=60, **on(10, officer))
    other = make_expense(line=line)
    ledger.commit(expense=other, amount=10, **on(10, officer))
    told = refused(ledger.pay, expense=other, amount=50, **on(20, officer))
    assert "only 3 toman is available" in told

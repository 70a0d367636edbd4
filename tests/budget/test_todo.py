"""What the money asks for, kind by kind, on the days before and after."""

import datetime
from decimal import Decimal

import pytest
from django.utils import translation

from budget import ledger, todo
from budget.closing import close_month
from kashan_diplomacy.jalali import to_gregorian
from tests.factories import (
    IN_1401,
    make_expense,
    make_fee,
    make_foreign_expense,
    make_line,
    make_rate,
    make_user,
)

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def test_a_fee_comes_up_a_month_before_and_stays_until_paid():
    fee = make_fee(due_on=IN_1401)
    expected = {-31: None, -30: "coming", -7: "near", 0: "near", 1: "overdue"}
    for number, stage in expected.items():
        items = list(todo.fees(IN_1401 + number * DAY))
        assert [item.stage.value for item in items] == ([stage] if stage else [])
    line = make_line(approved=100)
    expense = make_expense(line=line, requested=100, membership_fee=fee)
    record = {"by": make_user(), "dated_on": IN_1401}
    ledger.commit(expense=expense, amount=100, **record)
    assert list(todo.fees(IN_1401))
    ledger.pay(expense=expense, amount=60, **record)
    assert list(todo.fees(IN_1401))
    ledger.pay(expense=expense, amount=40, **record)
    assert not list(todo.fees(IN_1401))


def test_a_fee_of_which_a_part_is_requested_and_paid_stays_on_the_list():
    fee, line = make_fee(amount="100.00"), make_line(approved=100_000_000)
    rate, record = make_rate(), {"by": make_user(), "dated_on": IN_1401}
    for part, is_open in [("60.00", True), ("40.00", False)]:
        expense = make_foreign_expense(part, rate=rate, line=line, membership_fee=fee)
        ledger.commit(expense=expense, amount=expense.requested, **record)
        paid = {"foreign_amount": Decimal(part), "rate": rate}
        ledger.pay_foreign(expense=expense, **paid, **record)
        assert bool(list(todo.fees(IN_1401))) == is_open


def test_a_blocked_fee_says_why():
    make_fee(due_on=IN_1401, blocked_reason="sanctions")
    [item] = todo.fees(IN_1401)
    assert "sanctions" in item.why


def test_a_request_waits_for_its_commitment():
    expense = make_expense(requested_on=IN_1401)
    assert not list(todo.requests(IN_1401 - DAY))
    [item] = todo.requests(IN_1401)
    assert (item.stage.value, item.since) == ("waiting", IN_1401)
    ledger.commit(expense=expense, amount=1, by=make_user(), dated_on=IN_1401)
    assert not list(todo.requests(IN_1401))


def test_a_rate_that_makes_a_commitment_dearer_is_told():
    expense = make_foreign_expense()
    record = {"by": make_user(), "dated_on": IN_1401}
    ledger.commit(expense=expense, amount=expense.requested, **record)
    make_rate(rial_per_unit="490000", valid_on=IN_1401)
    assert not list(todo.exposed(IN_1401))
    make_rate(rial_per_unit="510000", valid_on=IN_1401 + DAY)
    assert not list(todo.exposed(IN_1401))
    [item] = todo.exposed(IN_1401 + DAY)
    assert "100,000 toman" in item.why


def test_the_next_month_is_to_be_closed_once_it_is_over():
    line = make_line()
    assert not list(todo.closings(IN_1401))  # nothing was posted
    record = {"by": make_user(), "dated_on": line.fiscal_year.starts_on}
    ledger.approve(line=line, amount=100, **record)
    end = to_gregorian(1401, 1, 31)
    assert not list(todo.closings(end))
    [item] = todo.closings(end + DAY)
    assert (item.what, item.stage.value) == ("Farvardin 1401", "waiting")
    [item] = todo.closings(end + 31 * DAY)
    assert item.stage.value == "overdue"
    close_month(year=line.fiscal_year, month=1, by=make_user())
    assert not list(todo.closings(end + DAY))
    [item] = todo.closings(to_gregorian(1401, 3, 1))
    assert item.what == "Ordibehesht 1401"


def test_queries_do_not_grow_with_rows(django_assert_num_queries):
    line = make_line(approved=10**10)

    def add():
        make_fee()
        make_expense(line=line)
        rate = make_rate(valid_on=IN_1401 - make_expense(line=line).pk * DAY)
        expense = make_foreign_expense(rate=rate, line=line)
        record = {"by": make_user(), "dated_on": IN_1401}
        ledger.commit(expense=expense, amount=expense.requested, **record)

    add()
    make_rate(rial_per_unit="900000", valid_on=IN_1401)
    line.fiscal_year.source = "مصوبه شورا"
    line.fiscal_year.save()
    on = to_gregorian(1402, 1, 1)
    with django_assert_num_queries(1):
        assert len({item.kind for item in todo.items(on)}) == len(todo.KINDS)
    for _ in range(6):
        add()
    with django_assert_num_queries(1):
        assert len(list(todo.items(on))) >= 28

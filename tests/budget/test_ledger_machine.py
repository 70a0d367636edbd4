"""Any sequence of verbs, against a model that knows nothing of the code's tables."""

import datetime

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from budget import ledger
from budget.models import BudgetLine, Entry, Expense, Kind
from budget.verification import verify
from kashan_diplomacy.jalali import to_gregorian
from tests.factories import make_expense, make_line, make_user, make_year

pytestmark = pytest.mark.django_db

AMOUNTS = st.integers(min_value=-1, max_value=120)
FIRST = to_gregorian(1401, 1, 1)
DAYS = st.integers(min_value=-2, max_value=425).map(
    lambda days: FIRST + datetime.timedelta(days=days)
)
YEAR_END, PAYMENT_END = to_gregorian(1401, 12, 29), to_gregorian(1402, 2, 15)
REQUESTED = 100


class LedgerMachine(RuleBasedStateMachine):
    """Two lines, three expenses. `lines` holds [available, committed, spent], and
    `expenses` [committed, spent], as plain sums say they should be."""

    def __init__(self):
        super().__init__()
        self.savepoint = transaction.atomic()
        self.savepoint.__enter__()
        self.year = make_year(1401)
        self.requester, self.officer = make_user(), make_user()
        self.rows = [make_line(fiscal_year=self.year, approved=300) for _ in range(2)]
        self.requests = [
            make_expense(
                line=self.rows[n % 2],
                requested=REQUESTED,
                requested_by=self.requester,
            )
            for n in range(3)
        ]
        self.lines = [[300, 0, 0], [300, 0, 0]]
        self.expenses = [[0, 0] for _ in self.requests]
        self.posted = []  # (entry, how to take it back, what was taken before it)
        self.made = [(FIRST, line, 0, 300) for line in self.lines]

    def teardown(self):
        transaction.set_rollback(True)
        self.savepoint.__exit__(None, None, None)

    def attempt(self, allowed, change, verb, on, also=(), **what):
        """Post; expect success exactly when `allowed` and nothing falls below zero on
        any day, and then apply `change` and what comes along with it."""
        allowed = allowed and self.stands(on, [*change, *also])
        before, taken = self.snapshot(), [sum(held) for held in self.expenses]
        try:
            entry = verb(by=self.officer, dated_on=on, **what)
        except ledger.LedgerError:
            assert not allowed
            assert self.snapshot() == before
        else:
            assert allowed
            self.apply([*change, *also], on)
            back = [(row, at, -n) for row, at, n in change]
            self.posted.append((entry, back, taken))

    def stands(self, on, change):
        made = self.made + [(on, *each) for each in change]
        return all(
            sum(
                n
                for when, other, place, n in made
                if when <= day and other is row and place == at
            )
            >= 0
            for day in {on, *(each[0] for each in made if each[0] > on)}
            for row, at, _amount in change
        )

    def apply(self, change, on):
        for row, at, amount in change:
            row[at] += amount
            self.made.append((on, row, at, amount))

    def snapshot(self):
        held = BudgetLine.objects.order_by("pk").values_list(*BudgetLine.HELD)
        return list(held), Entry.objects.count()

    def moves(self, number, source, target, amount):
        """A movement of an expense, in its own places and in its line's."""
        line, expense = self.lines[number % 2], self.expenses[number]
        change = [(line, source, -amount), (line, target, amount)]
        change += [
            (expense, place - 1, n)
            for place, n in ((source, -amount), (target, amount))
            if place
        ]
        return change

    @rule(
        line=st.integers(0, 1),
        amount=AMOUNTS,
        on=DAYS,
        kind=st.sampled_from([Kind.BUDGET, Kind.SUPPLEMENT, Kind.CUT]),
    )
    def approve(self, line, amount, on, kind):
        held = self.lines[line]
        change = [(held, 0, -amount if kind == Kind.CUT else amount)]
        allowed = amount > 0 and FIRST <= on <= YEAR_END
        allowed &= kind != Kind.CUT or held[0] >= amount
        what = {"line": self.rows[line], "amount": amount, "kind": kind}
        self.attempt(allowed, change, ledger.approve, on, **what)

    @rule(line=st.integers(0, 1), amount=AMOUNTS, on=DAYS)
    def transfer(self, line, amount, on):
        source, target = self.lines[line], self.lines[1 - line]
        allowed = 0 < amount <= source[0] and FIRST <= on <= YEAR_END
        change = [(source, 0, -amount), (target, 0, amount)]
        what = {"line": self.rows[line], "to_line": self.rows[1 - line]}
        self.attempt(allowed, change, ledger.transfer, on, amount=amount, **what)

    @rule(number=st.integers(0, 2), amount=AMOUNTS, on=DAYS)
    def commit(self, number, amount, on):
        taken = sum(self.expenses[number])
        allowed = 0 < amount <= self.lines[number % 2][0]
        allowed &= FIRST <= on <= YEAR_END and taken + amount <= REQUESTED
        change = self.moves(number, 0, 1, amount)
        what = {"expense": self.requests[number], "amount": amount}
        self.attempt(allowed, change, ledger.commit, on, **what)

    @rule(number=st.integers(0, 2), amount=AMOUNTS, on=DAYS)
    def release(self, number, amount, on):
        allowed = 0 < amount <= self.expenses[number][0] and FIRST <= on <= PAYMENT_END
        change = self.moves(number, 1, 0, amount)
        what = {"expense": self.requests[number], "amount": amount}
        self.attempt(allowed, change, ledger.release, on, **what)

    @rule(number=st.integers(0, 2), amount=AMOUNTS, on=DAYS, is_last=st.booleans())
    def pay(self, number, amount, on, is_last):
        committed = self.expenses[number][0]
        top_up = max(amount - committed, 0)
        left = max(committed - amount, 0) if is_last else 0
        allowed = amount > 0 and committed > 0 and FIRST <= on <= PAYMENT_END
        allowed &= not top_up or (
            on <= YEAR_END and top_up <= self.lines[number % 2][0]
        )
        change = self.moves(number, 1, 2, amount)
        also = self.moves(number, 0, 1, top_up) + self.moves(number, 1, 0, left)
        what = {"expense": self.requests[number], "amount": amount, "is_last": is_last}
        self.attempt(allowed, change, ledger.pay, on, also, **what)

    @rule(number=st.integers(0, 2), amount=AMOUNTS, on=DAYS)
    def refund(self, number, amount, on):
        allowed = 0 < amount <= self.expenses[number][1] and FIRST <= on <= PAYMENT_END
        change = self.moves(number, 2, 0, amount)
        what = {"expense": self.requests[number], "amount": amount}
        self.attempt(allowed, change, ledger.refund, on, **what)

    @rule(number=st.integers(0, 2), verb=st.sampled_from([ledger.commit, ledger.pay]))
    def requester_may_not(self, number, verb):
        with pytest.raises(ledger.LedgerError):
            verb(
                expense=self.requests[number],
                amount=1,
                by=self.requester,
                dated_on=FIRST,
            )

    @precondition(lambda self: self.posted)
    @rule(index=st.integers(0, 20), on=DAYS)
    def reverse(self, index, on):
        entry, change, before = self.posted[-1 - index % len(self.posted)]
        last_day = YEAR_END if entry.kind == Kind.RELEASE else PAYMENT_END
        allowed = entry.reverses_id is None and FIRST <= on <= last_day
        if entry.kind in (Kind.RELEASE, Kind.REFUND):
            number = self.requests.index(entry.expense)
            most = max(REQUESTED, before[number])
            allowed &= sum(self.expenses[number]) + entry.amount <= most
        allowed &= not Entry.objects.filter(reverses=entry).exists()
        allowed &= entry.dated_on <= on
        what = {"entry": entry, "memo": "اشتباه"}
        self.attempt(allowed, change, ledger.reverse, on, **what)

    @invariant()
    def places_are_as_the_model_says(self):
        held = BudgetLine.objects.order_by("pk").values_list(
            "available", "committed", "spent"
        )
        assert [list(row) for row in held] == self.lines
        held = Expense.objects.order_by("pk").values_list("committed", "spent")
        assert [list(row) for row in held] == self.expenses

    @invariant()
    def books_verify(self):
        assert verify(self.year) == []


def test_any_sequence_of_verbs_keeps_the_books_right():
    run_state_machine_as_test(
        LedgerMachine,
        settings=settings(
            max_examples=12,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )

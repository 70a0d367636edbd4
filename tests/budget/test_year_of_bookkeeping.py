"""The year 1401 told as an accountant would tell it, in million toman.

One line for receptions, one for membership fees, opened out of 600 million. After
each step stand the line's places: available, committed, spent.
"""

from decimal import Decimal

import pytest

from budget import closing, ledger
from budget.models import BudgetLine, Expense, Kind
from budget.reports import Figures, by_month, by_purpose, line_figures
from budget.verification import verify
from kashan_diplomacy.jalali import to_gregorian
from tests.factories import (
    make_expense,
    make_fee,
    make_foreign_expense,
    make_line,
    make_rate,
    make_user,
    make_year,
)

pytestmark = pytest.mark.django_db

MILLION = 10_000_000  # rial in a million toman


class Office:
    """The budget officer's desk: posts in million toman, reads places in it."""

    def __init__(self):
        self.officer = make_user("officer")
        self.year = make_year(1401)
        self.receptions = make_line(fiscal_year=self.year, code="01")
        self.fees = make_line(fiscal_year=self.year, code="02")
        self.dinner = make_expense(
            line=self.receptions, requested=8 * MILLION, purpose="exploration"
        )

    def on(self, month, day, year=1401):
        self.record = {
            "by": self.officer,
            "dated_on": to_gregorian(year, month, day),
        }
        return self

    def post(self, verb, amount, **what):
        return verb(amount=int(amount * MILLION), **what, **self.record)

    def close(self, first, last):
        for month in range(first, last + 1):
            closing.close_month(year=self.year, month=month, by=self.officer)

    def stands(self, line):
        line = BudgetLine.objects.get(pk=line.pk)
        held = (line.available, line.committed, line.spent)
        return tuple(amount / MILLION for amount in held)


def state(expense):
    return Expense.objects.get(pk=expense.pk).state


def test_the_year_1401():
    office = Office()
    the_budget_is_approved_and_divided(office)
    an_ambassador_is_received(office)
    a_fee_is_paid_in_dollars(office)
    a_wrong_payment_is_taken_back(office)
    the_council_changes_the_budget(office)
    a_request_beyond_the_budget_is_refused(office)
    the_year_ends_and_is_closed(office)
    the_reports_tell_the_same_story(office)


def the_budget_is_approved_and_divided(office):
    """1 Farvardin: the council approves 600 million; 150 go to the fees."""
    office.on(1, 1).post(ledger.approve, 600, line=office.receptions)
    office.post(ledger.transfer, 150, line=office.receptions, to_line=office.fees)
    assert office.stands(office.receptions) == (450, 0, 0)
    assert office.stands(office.fees) == (150, 0, 0)


def an_ambassador_is_received(office):
    line = office.receptions
    visit = make_expense(line=line, requested=30 * MILLION, purpose="protocol")
    office.on(1, 20).post(ledger.commit, 30, expense=visit)
    assert office.stands(line) == (420, 30, 0)
    office.close(1, 1)

    # The hotel's first bill is 12, the last 15.5; the 2.5 over are released with it.
    office.on(2, 5).post(ledger.pay, 12, expense=visit)
    assert office.stands(line) == (420, 18, 12)
    assert state(visit) == "partly_paid"
    office.on(2, 12).post(ledger.pay, 15.5, expense=visit, is_last=True)
    assert office.stands(line) == (422.5, 0, 27.5)
    assert state(visit) == "paid"

    # It returns 0.5 that it had counted twice.
    office.on(2, 25).post(ledger.refund, 0.5, expense=visit)
    assert office.stands(line) == (423, 0, 27)
    office.close(2, 2)


def a_fee_is_paid_in_dollars(office):
    """1,000 dollars, committed at 30,000 toman: 30 million."""
    rate = make_rate(rial_per_unit="300000", valid_on=to_gregorian(1401, 3, 1))
    fee = make_foreign_expense(
        "1000",
        rate,
        line=office.fees,
        membership_fee=make_fee(),
        purpose="membership_right",
    )
    office.on(3, 2).post(ledger.commit, 30, expense=fee)
    assert office.stands(office.fees) == (120, 30, 0)

    # It is paid at 32,000: the difference of 2 million tops the commitment up.
    dearer = make_rate(rial_per_unit="320000", valid_on=to_gregorian(1401, 4, 1))
    ledger.pay_foreign(
        expense=fee, foreign_amount=Decimal(1000), rate=dearer, **office.on(4, 3).record
    )
    assert office.stands(office.fees) == (118, 0, 32)


def a_wrong_payment_is_taken_back(office):
    """It is found out after its month is closed: the correction is dated later."""
    office.on(4, 10).post(ledger.commit, 8, expense=office.dinner)
    wrong = office.post(ledger.pay, 8, expense=office.dinner)
    office.close(3, 4)
    with pytest.raises(ledger.LedgerError):
        ledger.reverse(entry=wrong, memo="ثبت برای هزینه اشتباه", **office.record)
    office.on(5, 1)
    ledger.reverse(entry=wrong, memo="ثبت برای هزینه اشتباه", **office.record)
    assert office.stands(office.receptions) == (415, 8, 27)
    assert state(office.dinner) == "committed"


def the_council_changes_the_budget(office):
    """In Mehr it cuts 100, in Dey it grants a supplement of 40."""
    line = office.receptions
    office.on(7, 15).post(ledger.approve, 100, line=line, kind=Kind.CUT)
    office.on(10, 15).post(ledger.approve, 40, line=line, kind=Kind.SUPPLEMENT)
    assert office.stands(line) == (355, 8, 27)


def a_request_beyond_the_budget_is_refused(office):
    festival = make_expense(line=office.receptions, requested=400 * MILLION)
    with pytest.raises(ledger.InsufficientError) as refusal:
        office.post(ledger.commit, 400, expense=festival)
    assert refusal.value.asked - refusal.value.held == 45 * MILLION
    festival.cancelled_on = to_gregorian(1401, 10, 16)
    festival.cancellation_reason = "اعتبار کافی نیست"
    festival.full_clean()
    festival.save()


def the_year_ends_and_is_closed(office):
    """After its end the open dinner is paid, but nothing new is committed."""
    office.close(5, 12)
    assert len(closing.year_obstacles(office.year)) == 1
    office.on(2, 10, year=1402).post(ledger.pay, 8, expense=office.dinner)
    late = make_expense(line=office.receptions, requested=1)
    with pytest.raises(ledger.LedgerError):
        ledger.commit(expense=late, amount=1, **office.record)
    late.delete()
    closing.close_year(year=office.year, by=office.officer)


def the_reports_tell_the_same_story(office):
    """540 were granted in the end: 67 are spent and 473 left over."""
    end = office.year.payments_end_on
    total = sum(line_figures(office.year, end).values(), Figures())
    assert total.planned == 600 * MILLION
    assert total.updated == 540 * MILLION
    assert (total.spent, total.committed) == (67 * MILLION, 0)
    assert total.available == 473 * MILLION
    assert by_purpose(office.year, end) == {
        "protocol": 27 * MILLION,
        "membership_right": 32 * MILLION,
        "exploration": 8 * MILLION,
    }
    months = by_month(office.year, end)
    assert months[1] == 27 * MILLION  # Ordibehesht
    assert months[3] == 40 * MILLION  # Tir
    assert months[4] == -8 * MILLION  # Mordad, the correction
    assert months[12] == 8 * MILLION  # after the year's end
    assert verify(office.year) == []

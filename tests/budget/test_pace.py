import datetime

import pytest

from agreements.models import Promises
from budget import ledger
from budget.models.ledger import Balance
from budget.pace import Pace, pace
from kashan_diplomacy.jalali import to_gregorian
from tests.factories import (
    make_agreement,
    make_expense,
    make_line,
    make_milestone,
    make_obligation,
    make_user,
    make_year,
)

pytestmark = pytest.mark.django_db


def test_pace_counts_the_day_itself_and_forecasts_the_year():
    line = make_line(approved=1_000)
    expense = make_expense(line=line, requested=500)
    on = to_gregorian(1401, 4, 31)
    for verb, amount in [(ledger.commit, 300), (ledger.pay, 124)]:
        verb(expense=expense, amount=amount, by=make_user(), dated_on=on)
    figures = pace(line.fiscal_year, on)
    assert (figures.elapsed_days, figures.year_days) == (124, 365)
    assert figures.forecast == 365
    assert (figures.spent_share, figures.used_share) == (0.124, 0.3)
    assert pace(line.fiscal_year, to_gregorian(1401, 4, 30)).total.spent == 0


def test_pace_before_and_after_the_year():
    year = make_year(1403)
    before = pace(year, to_gregorian(1402, 12, 29))
    assert (before.elapsed_days, before.year_days, before.forecast) == (0, 366, 0)
    assert pace(year, to_gregorian(1404, 2, 1)).elapsed_share == 1
    assert before.kept_share is None
    assert before.spent_share == 0


def test_pace_counts_this_years_promises_only():
    obligation = make_obligation(agreement=make_agreement())
    met = {"verdict": "met", "evidence": "گزارش"}
    for year in (1400, 1401):
        day = to_gregorian(year, 3, 1)
        make_milestone(obligation=obligation, due_on=day, met_on=day, **met)
    make_milestone(obligation=obligation, due_on=to_gregorian(1401, 3, 2))
    assert pace(make_year(1401), to_gregorian(1401, 4, 31)).kept_share == 0.5


def test_books_end_today_in_the_year_and_with_the_last_entrys_month_after_it():
    line = make_line()
    year = line.fiscal_year
    today, later = to_gregorian(1401, 5, 2), to_gregorian(1405, 1, 1)
    assert year.books_end_on(today) == today
    assert year.books_end_on(to_gregorian(1400, 5, 2)) == to_gregorian(1400, 12, 29)
    assert year.books_end_on(later) == year.ends_on
    dated_on = to_gregorian(1401, 4, 25)
    ledger.approve(line=line, amount=1, by=make_user(), dated_on=dated_on)
    assert year.books_end_on(later) == to_gregorian(1401, 4, 31)


def test_reading_weighs_money_against_promises():
    half = datetime.date(2022, 9, 22)

    def read(used, kept, due):
        promises = Promises(met=kept, not_met=due - kept)
        balance = Balance(available=100 - used, spent=used)
        return Pace(half, 100, 200, {1: balance}, {"kashan": promises}).reading

    assert read(38, 3, 4) == "on_track"
    assert read(37, 3, 4) == "thrift"
    assert read(37, 2, 4) == "stalled"
    assert read(38, 2, 4) == "ceremony"
    assert read(38, 0, 0) is None

import csv
import datetime
from io import StringIO

import pytest

from budget import closing, ledger
from budget.models import Closing
from kashan_diplomacy.jalali import month_bounds, to_gregorian
from tests.factories import make_expense, make_line, make_user, make_year

pytestmark = pytest.mark.django_db


def close_months(year, last):
    for month in range(year.closed_month + 1, last + 1):
        closing.close_month(year=year, month=month, by=make_user())


def test_closed_month_takes_no_entry_and_the_day_after_does():
    line = make_line(approved=100)
    close_months(line.fiscal_year, 4)
    last_day = month_bounds(1401, 4)[1]
    record = {"line": line, "amount": 1, "by": make_user()}
    with pytest.raises(ledger.LedgerError) as refusal:
        ledger.approve(dated_on=last_day, **record)
    assert refusal.value.code == "month_closed"
    ledger.approve(dated_on=last_day + datetime.timedelta(days=1), **record)


def test_closing_keeps_the_months_entries_and_the_head_of_the_chain():
    line = make_line(approved=100)
    by = make_user()
    ledger.approve(line=line, amount=5, by=by, dated_on=to_gregorian(1401, 2, 3))
    close_months(line.fiscal_year, 2)
    first, second = Closing.objects.order_by("month")
    head = line.entries.order_by("seq").last()
    assert (second.last_seq, second.digest) == (2, head.digest)
    for stored, seq in ((first, "1"), (second, "2")):
        assert stored.files_are_intact()
        text = bytes(stored.entries_csv).decode("utf-8-sig")
        (row,) = csv.DictReader(StringIO(text))
        assert row["seq"] == seq


def test_months_are_closed_in_order_once_and_when_over():
    year = make_year(1401)
    for month in (2, 0, 13):
        with pytest.raises(ledger.LedgerError) as refusal:
            closing.close_month(year=year, month=month, by=make_user())
        assert refusal.value.code == "in_the_way"
    close_months(year, 1)
    with pytest.raises(ledger.LedgerError):
        closing.close_month(year=year, month=1, by=make_user())
    with pytest.raises(ledger.LedgerError) as refusal:
        closing.close_month(year=make_year(1490), month=1, by=make_user())
    assert refusal.value.code == "future"


def test_year_with_open_matters_is_not_closed_and_they_are_listed():
    line = make_line(approved=100_000_000)
    committed, _waiting = make_expense(line=line), make_expense(line=line)
    on = to_gregorian(1401, 6, 1)
    ledger.commit(expense=committed, amount=7, by=make_user(), dated_on=on)
    close_months(line.fiscal_year, 10)
    with pytest.raises(ledger.LedgerError) as refusal:
        closing.close_year(year=line.fiscal_year, by=make_user())
    assert len(refusal.value.messages) == 3
    assert line.fiscal_year.closed_month == 10


def test_closed_year_takes_nothing_and_keeps_its_settlement():
    line, other = make_line(approved=1_000, code="01"), make_line(code="02")
    expense = make_expense(line=line, requested=300)
    record = {"by": make_user(), "dated_on": to_gregorian(1401, 6, 1)}
    ledger.transfer(line=line, to_line=other, amount=400, **record)
    ledger.commit(expense=expense, amount=300, **record)
    after = record | {"dated_on": to_gregorian(1402, 2, 15)}
    close_months(line.fiscal_year, 12)
    ledger.pay(expense=expense, amount=200, is_last=True, **after)
    stored = closing.close_year(year=line.fiscal_year, by=make_user())

    assert stored.files_are_intact()
    rows = list(csv.DictReader(StringIO(bytes(stored.settlement_csv).decode())))
    assert [row["code"] for row in rows] == ["01", "02"]
    first = {name: int(value) for name, value in rows[0].items() if name != "code"}
    assert first == {
        "planned_rial": 1_000,
        "supplemented_rial": 0,
        "cut_rial": 0,
        "transferred_rial": -400,
        "updated_rial": 600,
        "available_rial": 400,
        "committed_rial": 0,
        "spent_rial": 200,
    }
    with pytest.raises(ledger.LedgerError) as refusal:
        ledger.refund(expense=expense, amount=1, **after)
    assert refusal.value.code == "year_closed"
    assert line.fiscal_year.books_end_on() == line.fiscal_year.ends_on


def test_year_that_still_runs_is_not_closed():
    obstacles = closing.year_obstacles(make_year(1490))
    assert len(obstacles) == 2

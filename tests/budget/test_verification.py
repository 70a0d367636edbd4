"""Whatever is changed behind the program's back, `verify_ledger` finds."""

from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from budget import closing, ledger, triggers
from budget.models import BudgetLine, Closing, Entry, Expense
from budget.verification import verify
from tests.factories import (
    IN_1401,
    make_expense,
    make_foreign_expense,
    make_line,
    make_rate,
    make_user,
    make_year,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def year():
    """A year of a few entries of every shape, its first month closed."""
    line, other = make_line(approved=900_000_000), make_line()
    record = {"by": make_user(), "dated_on": IN_1401, "memo": "شرح؛ «نقل» | خط"}
    ledger.transfer(line=line, to_line=other, amount=100_000, **record)
    expense = make_expense(line=line)
    ledger.commit(expense=expense, amount=9_000_000, document_number="۱۲/۳", **record)
    payment = ledger.pay(expense=expense, amount=4_000_000, **record)
    ledger.reverse(entry=payment, **record)
    foreign = make_foreign_expense("12.50", line=line)
    ledger.commit(expense=foreign, amount=foreign.requested, **record)
    dear = make_rate(rial_per_unit="510000.50", valid_on=IN_1401)
    ledger.pay_foreign(
        expense=foreign, foreign_amount=foreign.foreign_amount, rate=dear, **record
    )
    ledger.refund(expense=foreign, amount=510_000, foreign_amount=Decimal(1), **record)
    closing.close_month(year=line.fiscal_year, month=1, by=make_user())
    triggers.remove(connection)
    return line.fiscal_year


def first_finding(year):
    return verify(year)[0]


def test_untouched_books_hold(year):
    assert verify(year) == []
    out = StringIO()
    triggers.install(connection)
    call_command("verify_ledger", stdout=out)
    assert year.entries.order_by("seq").last().digest in out.getvalue()


@pytest.mark.parametrize(
    "change",
    [
        {"amount": 1},
        {"memo": "شرح دیگر"},
        {"document_number": "x"},
        {"dated_on": IN_1401.replace(day=21)},
        {"kind": "supplement"},
        {"recorded_by": None},
        {"foreign_amount": "12.51"},
        {"digest": "0" * 64},
    ],
    ids=lambda change: next(iter(change)),
)
def test_changed_entry_is_named(year, change):
    seq = {"kind": 1, "foreign_amount": 6}.get(next(iter(change)), 3)
    if "recorded_by" in change:
        change = {"recorded_by": make_user()}
    assert Entry.objects.filter(seq=seq).update(**change) == 1
    assert first_finding(year).seq == seq


def test_removed_entry_is_noticed(year):
    last = year.entries.order_by("-seq").first()
    Entry.objects.filter(pk=last.pk).delete()
    assert verify(year)


def test_entry_missing_in_the_middle_is_named(year):
    Entry.objects.filter(seq=2).delete()
    assert first_finding(year).seq == 3


def test_entries_that_changed_places_are_noticed(year):
    for seq, new in ((2, 99), (3, 2), (99, 3)):
        Entry.objects.filter(seq=seq).update(seq=new)
    assert first_finding(year).seq == 2


def test_entry_added_without_the_ledger_is_noticed(year):
    entry = year.entries.order_by("-seq").first()
    entry.pk, entry.seq, entry.reverses = None, entry.seq + 1, None
    entry.save(force_insert=True)
    assert first_finding(year).seq == entry.seq


def test_consistent_rewrite_does_not_reach_the_closed_head(year):
    """Rewritten entry by entry with fitting digests, up to the head on paper."""
    Entry.objects.filter(seq=2).update(memo="داستان دیگر")
    digest = ""
    for entry in year.entries.order_by("seq"):
        digest = entry.chained_digest(digest)
        Entry.objects.filter(pk=entry.pk).update(digest=digest)
    assert [finding.seq for finding in verify(year)] == [None]


@pytest.mark.parametrize("model", [BudgetLine, Expense])
def test_changed_running_amount_is_noticed(year, model):
    changes = {"committed": 7}
    if model is BudgetLine:
        changes = {"available": 5, "committed": 0, "spent": 0, "approved": 5}
    model.objects.filter(pk=model.objects.order_by("pk").first().pk).update(**changes)
    assert verify(year)


def test_changed_closing_file_is_noticed(year):
    Closing.objects.update(entries_csv=b"x")
    assert verify(year)


def redate_last(year, day):
    """Date the last entry otherwise, with a digest that fits."""
    entry = year.entries.order_by("-seq").first()
    entry.dated_on = day
    digest = entry.chained_digest(year.entries.get(seq=entry.seq - 1).digest)
    Entry.objects.filter(pk=entry.pk).update(dated_on=day, digest=digest)
    return entry


def test_entry_dated_into_a_closed_month_is_noticed(year):
    line = year.lines.first()
    triggers.install(connection)
    ledger.approve(line=line, amount=1, by=make_user(), dated_on=IN_1401)
    triggers.remove(connection)
    entry = redate_last(year, year.starts_on)
    assert [finding.seq for finding in verify(year)] == [entry.seq]


def test_reversal_that_commits_after_the_years_end_is_noticed(year):
    triggers.install(connection)
    record = {"by": make_user(), "dated_on": IN_1401, "memo": "اشتباه"}
    expense = Expense.objects.order_by("pk").first()
    release = ledger.release(expense=expense, amount=9_000_000, **record)
    ledger.reverse(entry=release, **record)
    triggers.remove(connection)
    assert verify(year) == []
    entry = redate_last(year, year.payments_end_on)
    assert [finding.seq for finding in verify(year)] == [entry.seq]


def test_command_fails_with_the_first_bad_entry(year):
    Entry.objects.filter(seq=2).update(memo="x")
    triggers.install(connection)
    with pytest.raises(CommandError, match="1401/2"):
        call_command("verify_ledger", stdout=StringIO())
    make_year(1402)
    call_command("verify_ledger", "1402", stdout=StringIO())
    with pytest.raises(CommandError, match="1399"):
        call_command("verify_ledger", "1399", stdout=StringIO())

"""Twenty fiscal years of expenses and chained entries, in bulk and always the same.

Eight of ten expenses are committed, paid in three parts, and what is left is released;
one is only begun, one still a draft. Past the verbs, because a million entries would
take an hour; the running amounts are set to what the entries say, so that the books
verify.
"""

import datetime
import itertools
import random

from budget.models import BudgetLine, Entry, Expense, FiscalYear
from budget.models.ledger import MOVEMENTS

YEARS = range(1386, 1406)
LINES = 8
#: What an expense's entries move, in tenths of what was requested.
STEPS = [
    ("commitment", 10),
    ("payment", 4),
    ("payment", 3),
    ("payment", 2),
    ("release", 1),
]
#: How many of them each of ten expenses has had.
TAKEN = (5, 5, 5, 5, 2, 5, 5, 5, 5, 0)
#: Which way they move what an expense holds.
COMMITTED = {"commitment": 1, "payment": -1, "release": -1}
SPENT = {"payment": 1}
AT_A_TIME = 2_000


def make_books(count, officer, clerk, sources):
    """`count` entries, an equal part each year.

    `sources` are what expenses were for: rows, by the name of the expense's key.
    """
    for year in YEARS:
        _make_year(year, count // len(YEARS), officer, clerk, sources)


def _make_year(number, count, officer, clerk, sources):
    chance = random.Random(number)  # noqa: S311 - the same rows each time
    year = FiscalYear.objects.create(
        year=number, published_on=datetime.date(2007, 1, 1)
    )
    headings = BudgetLine.Heading.values
    lines = [
        BudgetLine(
            fiscal_year=year,
            code=f"{number % 100:02}{n:02}",
            title_fa=f"ردیف {n}",
            title_en=f"Line {n}",
            heading=headings[n % len(headings)],
        )
        for n in range(1, LINES + 1)
    ]
    expenses = list(_expenses(chance, year, lines, count - LINES, officer, sources))
    moves = [*_approvals(lines, expenses), *_postings(expenses)]
    more = (("supplement", lines[0], None, 1_000, 150) for _ in range(count))
    moves += itertools.islice(more, count - len(moves))
    _settle(lines, moves)
    BudgetLine.objects.bulk_create(lines)
    Expense.objects.bulk_create(expenses, batch_size=AT_A_TIME)
    _append(year, moves, clerk)


def _expenses(chance, year, lines, count, officer, sources):
    """Expenses with `count` entries among them, or a few fewer."""
    purposes = ("obligation", "membership_right", "exploration", "protocol")
    names = sorted(sources)
    for n in itertools.count():
        taken = STEPS[: TAKEN[n % len(TAKEN)]]
        count -= len(taken)
        if count < 0:
            return
        name, requested = names[n % len(names)], chance.randrange(1, 5_000) * 10_000
        committed, spent = (
            sum(part * places.get(kind, 0) for kind, part in taken) * requested // 10
            for places in (COMMITTED, SPENT)
        )
        yield Expense(
            line=lines[n % LINES],
            title=f"هزینه پذیرایی و سفر {n}",
            payee=f"شرکت {n % 300}",
            purpose=purposes[n % 4],
            requested=requested,
            requested_by=officer,
            requested_on=year.starts_on + datetime.timedelta(days=n % 150),
            committed=committed,
            spent=spent,
            **{name: chance.choice(sources[name])},
        )


def _approvals(lines, expenses):
    """What each line needs, and a third more."""
    for line in lines:
        needed = sum(each.requested for each in expenses if each.line is line)
        yield "budget", line, None, (1_000_000 + needed) * 4 // 3, 0


def _postings(expenses):
    for n, expense in enumerate(expenses):
        first = (expense.requested_on - expense.line.fiscal_year.starts_on).days
        taken = STEPS[: TAKEN[n % len(TAKEN)]]
        for after, (kind, part) in enumerate(taken, start=first + 1):
            yield kind, expense.line, expense, expense.requested * part // 10, after


def _append(year, moves, clerk):
    """Write the entries, each chained to the one before it."""
    digest, rows = "", []
    for seq, (kind, line, expense, amount, after) in enumerate(moves, start=1):
        dated_on = year.starts_on + datetime.timedelta(days=after)
        from_place, to_place = MOVEMENTS[kind]
        row = Entry(
            fiscal_year=year,
            seq=seq,
            kind=kind,
            line=line,
            from_place=from_place.value,
            to_place=to_place.value,
            expense=expense,
            amount=amount,
            dated_on=dated_on,
            document_number=f"{year.year}-{seq}",
            memo="سند نمونه برای سنجش سرعت",
            recorded_by=clerk,
            recorded_at=datetime.datetime.combine(
                dated_on, datetime.time(9), datetime.UTC
            ),
        )
        digest = row.digest = row.chained_digest(digest)
        rows.append(row)
    Entry.objects.bulk_create(rows, batch_size=AT_A_TIME)


def _settle(lines, moves):
    """Set the running amounts of the lines to what the entries move."""
    for kind, line, _expense, amount, _after in moves:
        for place, change in zip(MOVEMENTS[kind], (-amount, amount), strict=True):
            if place in line.HELD:
                setattr(line, place, getattr(line, place) + change)
    for line in lines:
        line.approved = line.available + line.committed + line.spent

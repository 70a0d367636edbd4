"""The only writer of ledger entries: one verb for each way rials move.

Every verb is one transaction with the same beats: lock the year, lock the line (and
the expense), check the period and the rule, move the amount, append the entry. The
year's lock makes entry numbers gapless and the digest chain linear; it is taken
first, so two posts never wait for each other in a circle. That no place falls below
zero is checked here for the sake of a message with the arithmetic, and once more by
the database whatever happens here.

All amounts are whole rials above zero. What is refused raises a `LedgerError` and
leaves nothing behind. Closing months and years is `budget.closing`'s.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import partial
from typing import Unpack

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kashan_diplomacy.events import event
from kashan_diplomacy.persian import canonical

from .early import check_day
from .models import (
    BudgetLine,
    Closing,
    Entry,
    ExchangeRate,
    Expense,
    FiscalYear,
    Kind,
    Place,
)
from .models.ledger import MOVEMENTS
from .rules import InsufficientError, LedgerError, Movement, Record, check

__all__ = [
    "InsufficientError",
    "LedgerError",
    "approve",
    "commit",
    "pay",
    "pay_foreign",
    "refund",
    "release",
    "reverse",
    "transfer",
]


def approve(
    *,
    line: BudgetLine,
    amount: int,
    kind: Kind = Kind.BUDGET,
    **record: Unpack[Record],
) -> Entry:
    """Bring money into the budget, or, with `Kind.CUT`, take it out.

    `kind` is BUDGET (the year's original budget), SUPPLEMENT or CUT.
    """
    if kind not in (Kind.BUDGET, Kind.SUPPLEMENT, Kind.CUT):
        raise ValueError(f"{kind} is no approval")
    return _post(_movement(kind, line, amount), record)


def transfer(
    *, line: BudgetLine, to_line: BudgetLine, amount: int, **record: Unpack[Record]
) -> Entry:
    """Move what is available on `line` to another line of the same year."""
    if line.pk == to_line.pk or line.fiscal_year_id != to_line.fiscal_year_id:
        raise LedgerError(
            _("A transfer goes to another line of the same year."), code="transfer"
        )
    return _post(_movement(Kind.TRANSFER, line, amount, to_line=to_line), record)


def commit(*, expense: Expense, amount: int, **record: Unpack[Record]) -> Entry:
    """Set aside money for a requested expense, up to what was requested.

    Of a foreign amount all that is still to be paid is committed, in one piece, at the
    rate the expense names.
    """
    movement = _movement(
        Kind.COMMITMENT,
        expense.line,
        amount,
        expense=expense,
        foreign_amount=expense.foreign_open() if expense.rate else None,
        rate=expense.rate,
    )
    return _post(movement, record)


def release(*, expense: Expense, amount: int, **record: Unpack[Record]) -> Entry:
    """Give back what was set aside for an expense and is not needed."""
    return _post(_movement(Kind.RELEASE, expense.line, amount, expense=expense), record)


def pay(
    *, expense: Expense, amount: int, is_last: bool = False, **record: Unpack[Record]
) -> Entry:
    """Pay an expense, in part or whole.

    More than is committed tops the commitment up first, as far as the line has money
    available. The last payment releases what is left of the commitment.
    """
    if expense.rate_id:
        raise LedgerError(
            _("This expense is in foreign currency: say how much of it, at what rate."),
            code="foreign",
        )
    payment = _movement(Kind.PAYMENT, expense.line, amount, expense=expense)
    return _post_settled(
        payment,
        lambda locked: locked.committed if is_last else min(amount, locked.committed),
        record,
    )


def pay_foreign(
    *,
    expense: Expense,
    foreign_amount: Decimal,
    rate: ExchangeRate,
    **record: Unpack[Record],
) -> Entry:
    """Pay a foreign amount at the actual `rate`.

    The difference to the rate it was committed at is settled in the same transaction:
    a commitment tops it up, or a release gives back. The rest stays committed at the
    first rate.
    """
    if not expense.rate or rate.currency != expense.rate.currency:
        raise LedgerError(
            _("The rate is not of the currency of this expense."), code="foreign"
        )
    payment = _movement(
        Kind.PAYMENT,
        expense.line,
        rate.to_rial(foreign_amount),
        expense=expense,
        foreign_amount=foreign_amount,
        rate=rate,
    )
    return _post_settled(
        payment, lambda locked: locked.committed_for(foreign_amount), record
    )


def refund(
    *,
    expense: Expense,
    amount: int,
    foreign_amount: Decimal | None = None,
    **record: Unpack[Record],
) -> Entry:
    """Take back into the line what a payee returned.

    `foreign_amount`, needed where the expense has one, is what came back of it in its
    own currency: so much is to be paid anew.
    """
    if (foreign_amount is None) == bool(expense.rate_id):
        raise LedgerError(
            _("Where a foreign amount was paid, say how much of it came back."),
            code="foreign",
        )
    movement = _movement(
        Kind.REFUND,
        expense.line,
        amount,
        expense=expense,
        foreign_amount=foreign_amount,
    )
    return _post(movement, record)


def reverse(*, entry: Entry, **record: Unpack[Record]) -> Entry:
    """Move an earlier entry's whole amount back; `memo` must say why.

    An entry is reversed once, and a reversal not at all. Taking back a release commits
    anew and taking back a refund pays anew, under the rules of those verbs.
    """
    movement = Movement(
        Kind.REVERSAL,
        from_place=Place(entry.to_place),
        to_place=Place(entry.from_place),
        line=entry.to_line or entry.line,
        amount=entry.amount,
        to_line=entry.line if entry.to_line else None,
        expense=entry.expense,
        reverses=entry,
        foreign_amount=entry.foreign_amount,
        rate=entry.rate,
    )
    return _post(movement, record)


def _movement(
    kind: Kind,
    line: BudgetLine,
    amount: int,
    *,
    to_line: BudgetLine | None = None,
    expense: Expense | None = None,
    foreign_amount: Decimal | None = None,
    rate: ExchangeRate | None = None,
    settles: bool = False,
) -> Movement:
    from_place, to_place = MOVEMENTS[kind]
    return Movement(
        kind,
        from_place,
        to_place,
        line,
        amount,
        to_line=to_line,
        expense=expense,
        foreign_amount=foreign_amount,
        rate=rate,
        settles=settles,
    )


def _post_settled(
    payment: Movement, part: Callable[[Expense], int], record: Record
) -> Entry:
    """Post `payment`; `part` says what is committed for it of the locked expense."""

    def settled(locked: Expense | None) -> list[Movement]:
        if not locked or not locked.committed:
            return [payment]  # refused: a payment tops up, it does not replace, one
        return _settled(payment, part(locked))

    return _post(payment, record, settled)


def _settled(payment: Movement, part: int) -> list[Movement]:
    """`payment`, and what makes its amount equal to the `part` committed for it."""
    difference = payment.amount - part
    if not difference:
        return [payment]
    settlement = _movement(
        Kind.COMMITMENT if difference > 0 else Kind.RELEASE,
        payment.line,
        abs(difference),
        expense=payment.expense,
        settles=True,
    )
    return [settlement, payment] if difference > 0 else [payment, settlement]


@transaction.atomic
def _post(
    movement: Movement,
    record: Record,
    settled: Callable[[Expense | None], list[Movement]] | None = None,
) -> Entry:
    """Post `movement`, among those that `settled` makes of the locked expense.

    Returns the entry of `movement` itself; it alone carries the token.
    """
    year = FiscalYear.objects.select_for_update().get(pk=movement.line.fiscal_year_id)
    token = record.get("token")
    posted: Entry | None = Entry.objects.filter(token=token).first() if token else None
    if posted:
        return posted
    expense = movement.expense and Expense.objects.select_for_update().get(
        pk=movement.expense.pk
    )
    if expense and expense.line_id != movement.line.pk:
        raise LedgerError(
            _("This expense was moved to another line meanwhile: look at it again."),
            code="moved",
        )
    head = Head.of(year)
    steps = settled(expense) if settled else [movement]
    for step in steps:
        check(step, year, head.closed_month, expense, record)
    if head.last_day > record["dated_on"].isoformat():
        check_day(steps, expense, record["dated_on"])
    for step in steps:
        _move(step, expense)
        entry = _append(step, year, head, record)
        head = replace(head, seq=entry.seq, digest=entry.digest)
        if step is movement:
            posted = entry
    assert posted  # noqa: S101 - `settled` keeps the movement it is given
    return posted


def _move(movement: Movement, expense: Expense | None) -> None:
    taken = {movement.from_place: -movement.amount}
    put = {movement.to_place: movement.amount}
    if expense:
        _shift(expense, taken | put)
        for place, change in (taken | put).items():
            if place in expense.HELD:
                setattr(expense, place, getattr(expense, place) + change)
    if movement.to_line:
        _shift(movement.line, taken)
        _shift(movement.to_line, put)
    else:
        _shift(movement.line, taken | put)


def _shift(holder: BudgetLine | Expense, changes: dict[Place, int]) -> None:
    """Add `changes` to the places `holder` keeps count of, in one statement that does
    nothing where a place would fall below zero."""
    kept = {str(place): n for place, n in changes.items() if place in holder.HELD}
    if "approved" in holder.HELD:
        kept["approved"] = sum(kept.values())
    taken = {place: -change for place, change in kept.items() if change < 0}
    # In SQL for the same reason as `_HEAD`; the places name the columns.
    statement = (
        f"UPDATE {holder._meta.db_table}"  # noqa: S608
        f" SET {', '.join(f'{place} = {place} + %s' for place in kept)}"
        f" WHERE {' AND '.join(['id = %s', *(f'{place} >= %s' for place in taken)])}"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [*kept.values(), holder.pk, *taken.values()])
        is_done = cursor.rowcount == 1
    if not is_done:
        short = next(place for place, change in changes.items() if change < 0)
        row = type(holder)._default_manager.get(pk=holder.pk)
        raise InsufficientError(row, short, -changes[short])


@dataclass(frozen=True)
class Head:
    """Where a locked year's books stand; `last_day` is ISO 8601, or empty."""

    seq: int
    digest: str
    last_day: str
    closed_month: int

    @classmethod
    def of(cls, year: FiscalYear) -> "Head":
        with connection.cursor() as cursor:
            cursor.execute(_HEAD, {"year": year.pk})
            return cls(*cursor.fetchone())


# In SQL: every post waits for this, and to compose it takes longer than to answer it.
_HEAD = f"""
    SELECT coalesce(max(seq), 0), coalesce(max(digest), ''),
        (SELECT coalesce(cast(max(dated_on) AS text), '') FROM {Entry._meta.db_table}
            WHERE fiscal_year_id = %(year)s),
        (SELECT coalesce(max(month), 0) FROM {Closing._meta.db_table}
            WHERE fiscal_year_id = %(year)s)
    FROM (SELECT seq, digest FROM {Entry._meta.db_table}
        WHERE fiscal_year_id = %(year)s ORDER BY seq DESC LIMIT 1) AS last
"""  # noqa: S608 - names of our own tables


def _append(movement: Movement, year: FiscalYear, head: Head, record: Record) -> Entry:
    memo = record.get("memo", "")
    if movement.settles:
        memo = memo or _("Difference between what was committed and what is paid")
    entry = Entry(
        fiscal_year=year,
        seq=head.seq + 1,
        kind=movement.kind,
        line=movement.line,
        from_place=movement.from_place,
        to_place=movement.to_place,
        to_line=movement.to_line,
        expense=movement.expense,
        amount=movement.amount,
        foreign_amount=movement.foreign_amount,
        rate=movement.rate,
        reverses=movement.reverses,
        dated_on=record["dated_on"],
        document_number=canonical(record.get("document_number", "")),
        memo=canonical(memo),
        recorded_by_id=record["by"].pk,
        recorded_at=timezone.now().replace(microsecond=0),
        token=None if movement.settles else record.get("token"),
    )
    entry.digest = entry.chained_digest(head.digest)
    entry.save(force_insert=True)
    transaction.on_commit(partial(_tell, entry, record["by"].get_username()))
    return entry


def _tell(entry: Entry, user: str) -> None:
    event(
        "ledger_post",
        user=user,
        year=entry.fiscal_year.year,
        seq=entry.seq,
        kind=entry.kind,
        rial=entry.amount,
        digest=entry.digest,
    )

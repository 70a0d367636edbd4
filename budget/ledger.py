"""The only writer of ledger entries: one verb for each way rials move.

Every verb is one transaction with the same beats: lock the year, lock the line (and
the expense), check the period and the rule, move the amount, append the entry. The
year's lock makes entry numbers gapless and the digest chain linear; it is taken
first, so two posts never wait for each other in a circle. That no place falls below
zero is checked here for the sake of a message with the arithmetic, and once more by
the database whatever happens here.

All amounts are whole rials above zero.
"""

import datetime
import uuid
from dataclasses import dataclass
from typing import Required, TypedDict, Unpack

from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kashan_diplomacy.persian import canonical
from kashan_diplomacy.templatetags.persian import jalali, toman

from .models import BudgetLine, Entry, Expense, FiscalYear, Kind, Place
from .models.ledger import MOVEMENTS


class LedgerError(ValidationError):
    """A posting the rules refuse; the message is for the person who asked.

    `code` names the rule: insufficient, year_closed, future, outside_period, amount,
    cancelled, four_eyes, beyond_request, transfer, already_reversed or reason.
    """


class InsufficientError(LedgerError):
    """A place would fall below zero; `held` and `asked` are in rial."""

    def __init__(self, holder: BudgetLine | Expense, place: Place, asked: int):
        self.held, self.asked = getattr(holder, place), asked
        super().__init__(
            _(
                "%(holder)s: %(place)s %(held)s, asked %(asked)s,"
                " that is %(missing)s too much."
            ),
            code="insufficient",
            params={
                "holder": holder,
                "place": place.label,
                "held": toman(self.held),
                "asked": toman(asked),
                "missing": toman(asked - self.held),
            },
        )


class Record(TypedDict, total=False):
    """What every entry says about itself.

    `by` is who posts, `dated_on` the day of the movement. A second post with the same
    `token` returns the entry of the first, so a form sent twice posts once.
    """

    by: Required[AbstractBaseUser]
    dated_on: Required[datetime.date]
    document_number: str
    memo: str
    token: uuid.UUID | None


@dataclass(frozen=True)
class Movement:
    """`amount` rial from a place of `line` to a place of `to_line`, or of `line`."""

    kind: Kind
    from_place: Place
    to_place: Place
    line: BudgetLine
    amount: int
    to_line: BudgetLine | None = None
    expense: Expense | None = None
    reverses: Entry | None = None


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
    """Set aside money for a requested expense, up to what was requested."""
    return _post(_movement(Kind.COMMITMENT, expense.line, amount, expense), record)


def release(*, expense: Expense, amount: int, **record: Unpack[Record]) -> Entry:
    """Give back what was set aside for an expense and is not needed."""
    return _post(_movement(Kind.RELEASE, expense.line, amount, expense), record)


def pay(*, expense: Expense, amount: int, **record: Unpack[Record]) -> Entry:
    """Pay an expense, in part or whole, out of what is committed for it."""
    return _post(_movement(Kind.PAYMENT, expense.line, amount, expense), record)


def refund(*, expense: Expense, amount: int, **record: Unpack[Record]) -> Entry:
    """Take back into the line what a payee returned."""
    return _post(_movement(Kind.REFUND, expense.line, amount, expense), record)


def reverse(*, entry: Entry, **record: Unpack[Record]) -> Entry:
    """Move an earlier entry's whole amount back; `memo` must say why.

    An entry is reversed once, and a reversal not at all.
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
    )
    return _post(movement, record)


def _movement(
    kind: Kind,
    line: BudgetLine,
    amount: int,
    expense: Expense | None = None,
    to_line: BudgetLine | None = None,
) -> Movement:
    from_place, to_place = MOVEMENTS[kind]
    return Movement(kind, from_place, to_place, line, amount, to_line, expense)


@transaction.atomic
def _post(movement: Movement, record: Record) -> Entry:
    year = FiscalYear.objects.select_for_update().get(pk=movement.line.fiscal_year_id)
    token = record.get("token")
    posted: Entry | None = Entry.objects.filter(token=token).first() if token else None
    if posted:
        return posted
    keys = {line.pk for line in (movement.line, movement.to_line) if line}
    lines = BudgetLine.objects.select_for_update().in_bulk(sorted(keys))
    expense = movement.expense and Expense.objects.select_for_update().get(
        pk=movement.expense.pk
    )
    _check_period(movement.kind, year, record["dated_on"])
    _check_rule(movement, expense, record)
    _move(movement, lines, expense)
    return _append(movement, year, record)


def _check_period(kind: Kind, year: FiscalYear, dated_on: datetime.date) -> None:
    pays = kind in (Kind.PAYMENT, Kind.RELEASE, Kind.REFUND, Kind.REVERSAL)
    last = year.payments_end_on if pays else year.ends_on
    if year.closed_at:
        raise LedgerError(_("This fiscal year is closed."), code="year_closed")
    if dated_on > timezone.localdate():
        raise LedgerError(_("The date is in the future."), code="future")
    if not year.starts_on <= dated_on <= last:
        raise LedgerError(
            _("For the year %(year)s the date must be from %(first)s to %(last)s."),
            code="outside_period",
            params={
                "year": year,
                "first": jalali(year.starts_on),
                "last": jalali(last),
            },
        )


def _check_rule(movement: Movement, expense: Expense | None, record: Record) -> None:
    if movement.amount <= 0:
        raise LedgerError(_("The amount must be more than zero."), code="amount")
    if movement.reverses:
        _check_reversal(movement.reverses, record)
    if not expense:
        return
    if expense.cancelled_on:
        raise LedgerError(_("This expense is cancelled."), code="cancelled")
    spends = movement.kind in (Kind.COMMITMENT, Kind.PAYMENT)
    if spends and record["by"].pk == expense.requested_by_id:
        raise LedgerError(
            _("You requested this expense; another person commits and pays it."),
            code="four_eyes",
        )
    if movement.kind == Kind.COMMITMENT:
        _check_request(expense, movement.amount)


def _check_reversal(entry: Entry, record: Record) -> None:
    if entry.reverses_id or Entry.objects.filter(reverses=entry).exists():
        raise LedgerError(
            _("An entry is reversed once, and a reversal not at all."),
            code="already_reversed",
        )
    if not canonical(record.get("memo", "")):
        raise LedgerError(_("Say why the entry is reversed."), code="reason")


def _check_request(expense: Expense, amount: int) -> None:
    """A commitment ten times too high is this domain's classic mistake."""
    taken = expense.committed + expense.spent
    if taken + amount > expense.requested:
        raise LedgerError(
            _(
                "%(requested)s was requested and %(taken)s of it is committed or paid;"
                " %(amount)s more cannot be committed."
            ),
            code="beyond_request",
            params={
                "requested": toman(expense.requested),
                "taken": toman(taken),
                "amount": toman(amount),
            },
        )


def _move(
    movement: Movement, lines: dict[int, BudgetLine], expense: Expense | None
) -> None:
    source = lines[movement.line.pk]
    target = lines[(movement.to_line or movement.line).pk]
    if expense:
        _shift(expense, movement.from_place, -movement.amount)
        _shift(expense, movement.to_place, movement.amount)
        expense.save(update_fields=expense.HELD)
    _shift(source, movement.from_place, -movement.amount)
    _shift(target, movement.to_place, movement.amount)
    for line in lines.values():
        line.approved = line.available + line.committed + line.spent
        line.save(update_fields=line.HELD)


def _shift(holder: BudgetLine | Expense, place: Place, change: int) -> None:
    """Change what `holder` has in `place`; it may not keep count of that place."""
    held = getattr(holder, place, None)
    if held is None:
        return
    if held + change < 0:
        raise InsufficientError(holder, place, -change)
    setattr(holder, place, held + change)


def _append(movement: Movement, year: FiscalYear, record: Record) -> Entry:
    head = year.entries.order_by("-seq").only("seq", "digest").first()
    entry = Entry(
        fiscal_year=year,
        seq=head.seq + 1 if head else 1,
        kind=movement.kind,
        line=movement.line,
        from_place=movement.from_place,
        to_place=movement.to_place,
        to_line=movement.to_line,
        expense=movement.expense,
        amount=movement.amount,
        reverses=movement.reverses,
        dated_on=record["dated_on"],
        document_number=canonical(record.get("document_number", "")),
        memo=canonical(record.get("memo", "")),
        recorded_by_id=record["by"].pk,
        recorded_at=timezone.now().replace(microsecond=0),
        token=record.get("token"),
    )
    entry.digest = entry.chained_digest(head.digest if head else "")
    entry.save(force_insert=True)
    return entry

"""What the ledger refuses, and why: one function for each rule, in the posting's words.

The rules see the locked rows of the posting; none of them changes anything.
"""

import datetime
import uuid
from dataclasses import dataclass
from decimal import Decimal
from typing import Required, TypedDict

from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from budget.templatetags.books import foreign
from kashan_diplomacy import jalali
from kashan_diplomacy.persian import canonical
from kashan_diplomacy.templatetags.persian import digits, toman
from kashan_diplomacy.templatetags.persian import jalali as jalali_text

from .models import BudgetLine, Entry, ExchangeRate, Expense, FiscalYear, Kind, Place
from .models.closings import PAYMENT_PERIOD
from .models.ledger import Balance


class LedgerError(ValidationError):
    """A posting the rules refuse; the message is for the person who asked.

    `code` names the rule: insufficient, year_closed, month_closed, future,
    outside_period, amount, cancelled, four_eyes, beyond_request, foreign, rate,
    voucher, transfer, moved, already_reversed, reason, early or in_the_way.
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


#: To take these entries back is to take money anew, as another verb does.
TAKEN_ANEW = {Kind.RELEASE: Kind.COMMITMENT, Kind.REFUND: Kind.PAYMENT}


@dataclass(frozen=True)
class Movement:
    """`amount` rial from a place of `line` to a place of `to_line`, or of `line`.

    `settles` marks the commitment or release that makes up the difference between
    what was committed and what is paid.
    """

    kind: Kind
    from_place: Place
    to_place: Place
    line: BudgetLine
    amount: int
    to_line: BudgetLine | None = None
    expense: Expense | None = None
    reverses: Entry | None = None
    foreign_amount: Decimal | None = None
    rate: ExchangeRate | None = None
    settles: bool = False

    @property
    def verb(self) -> Kind:
        """Whose rules it is under: its kind's, or those of what it takes anew."""
        if not self.reverses:
            return self.kind
        return TAKEN_ANEW.get(Kind(self.reverses.kind), self.kind)


def check(
    movement: Movement,
    year: FiscalYear,
    closed_month: int,
    expense: Expense | None,
    record: Record,
) -> None:
    """Raise the first LedgerError `movement` earns; `expense` is the locked row."""
    _check_period(movement.verb, year, closed_month, record["dated_on"])
    if movement.amount <= 0:
        raise LedgerError(_("The amount must be more than zero."), code="amount")
    if movement.reverses:
        _check_reversal(movement.reverses, record)
    elif movement.rate:
        _check_rate(movement.rate, record["dated_on"])
    if not expense:
        return
    if expense.cancelled_on:
        raise LedgerError(_("This expense is cancelled."), code="cancelled")
    if movement.verb in (Kind.COMMITMENT, Kind.PAYMENT):
        _check_four_eyes(expense, record)
    if movement.from_place == Place.AVAILABLE and not movement.settles:
        _check_request(expense, movement)
    if movement.foreign_amount is not None:
        _check_foreign(expense, movement, movement.foreign_amount)
    if movement.verb == Kind.PAYMENT:
        _check_voucher(year, expense, movement.amount)


def _check_period(
    kind: Kind, year: FiscalYear, closed_month: int, dated_on: datetime.date
) -> None:
    pays = kind in (Kind.PAYMENT, Kind.RELEASE, Kind.REFUND, Kind.REVERSAL)
    last = year.payments_end_on if pays else year.ends_on
    if closed_month == PAYMENT_PERIOD:
        raise LedgerError(_("This fiscal year is closed."), code="year_closed")
    if dated_on > timezone.localdate():
        raise LedgerError(_("The date is in the future."), code="future")
    if not year.starts_on <= dated_on <= last:
        raise LedgerError(
            _("For the year %(year)s the date must be from %(first)s to %(last)s."),
            code="outside_period",
            params={
                "year": digits(year.year),
                "first": jalali_text(year.starts_on),
                "last": jalali_text(last),
            },
        )
    if not closed_month:
        return
    closed_up_to = jalali.month_bounds(year.year, closed_month)[1]
    if dated_on <= closed_up_to:
        raise LedgerError(
            _("The books are closed up to %(day)s: give the entry a later date."),
            code="month_closed",
            params={"day": jalali_text(closed_up_to)},
        )


def _check_reversal(entry: Entry, record: Record) -> None:
    if entry.reverses_id or Entry.objects.filter(reverses=entry).exists():
        raise LedgerError(
            _("An entry is reversed once, and a reversal not at all."),
            code="already_reversed",
        )
    if not canonical(record.get("memo", "")):
        raise LedgerError(_("Say why the entry is reversed."), code="reason")
    if record["dated_on"] < entry.dated_on:
        raise LedgerError(
            _("This would take back an entry of %(day)s before it was made."),
            code="early",
            params={"day": jalali_text(entry.dated_on)},
        )


def _check_rate(rate: ExchangeRate, dated_on: datetime.date) -> None:
    if rate.valid_on > dated_on:
        raise LedgerError(
            _("This rate holds from %(day)s on only: the entry is dated earlier."),
            code="rate",
            params={"day": jalali_text(rate.valid_on)},
        )


def _check_foreign(expense: Expense, movement: Movement, asked: Decimal) -> None:
    """No more is paid than is open, and no more comes back than was paid."""
    if not expense.rate or Place.SPENT not in (movement.from_place, movement.to_place):
        return
    most = expense.foreign_open()
    text = _("%(most)s is still to be paid, not %(asked)s.")
    if movement.from_place == Place.SPENT:
        most = expense.foreign_amount - most
        text = _("%(most)s is paid, not %(asked)s.")
    if not 0 < asked <= most:
        currency = expense.rate.currency
        params = {"most": foreign(most, currency), "asked": foreign(asked, currency)}
        raise LedgerError(text, code="foreign", params=params)


def _check_four_eyes(expense: Expense, record: Record) -> None:
    if record["by"].pk == expense.requested_by_id:
        raise LedgerError(
            _("You requested this expense; another person commits and pays it."),
            code="four_eyes",
        )


def _check_request(expense: Expense, movement: Movement) -> None:
    """A commitment ten times too high is this domain's classic mistake."""
    taken = expense.committed + expense.spent
    if taken + movement.amount > _ceiling(expense, movement.reverses):
        raise LedgerError(
            _(
                "%(requested)s was requested and %(taken)s of it is committed or paid;"
                " %(amount)s more cannot be committed."
            ),
            code="beyond_request",
            params={
                "requested": toman(expense.requested),
                "taken": toman(taken),
                "amount": toman(movement.amount),
            },
        )
    if not expense.rate_id or movement.reverses:
        return
    whole = expense.left_to_commit()
    if movement.amount != whole:
        raise LedgerError(
            _("A foreign amount is committed as a whole: %(requested)s."),
            code="foreign",
            params={"requested": toman(whole)},
        )


def _ceiling(expense: Expense, reversed_entry: Entry | None) -> int:
    """What was requested. A payment may have topped it up: a reversal goes back to
    what was committed or paid before the entry it takes back, and no further."""
    if not reversed_entry:
        return expense.requested
    balance = expense.entries.filter(seq__lt=reversed_entry.seq).balances()
    before = balance.get(reversed_entry.line_id, Balance())
    return max(expense.requested, before.committed + before.spent)


def _check_voucher(year: FiscalYear, expense: Expense, amount: int) -> None:
    limit = year.vouchers_above
    if limit is None or expense.spent + amount <= limit:
        return
    if not expense.vouchers.exists():
        raise LedgerError(
            _("Payments above %(limit)s need a voucher: attach the bill first."),
            code="voucher",
            params={"limit": toman(limit)},
        )

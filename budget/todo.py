"""What of the money somebody has to see to, computed from gaps and dates.

Each kind gives its items on a day, in the active language, as in `agreements.todo`;
the rows of all kinds are read in one query.
"""

import datetime
from collections.abc import Iterator

from django.db.models import OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from kashan_diplomacy import jalali
from kashan_diplomacy.publication_todo import (
    changed_numbers,
    changed_since_published,
)
from kashan_diplomacy.templatetags.persian import digits, in_persian, local, toman
from kashan_diplomacy.todo import (
    COMING,
    HEAD,
    Item,
    Stage,
    about,
    items_of,
    kind,
    stage_of,
)
from kashan_diplomacy.union_rows import Part, Row, part

from .models import Closing, ExchangeRate, Expense, FiscalYear, MembershipFee
from .models.closings import PAYMENT_PERIOD

OFFICER = "budget_officer"
#: How long after its end a month is closed without being late.
TIME_TO_CLOSE = datetime.timedelta(days=30)


def items(on: datetime.date | None = None) -> Iterator[Item]:
    """Everything to be done on day `on`, in no order; one query."""
    return items_of(KINDS, on or timezone.localdate())


def _unpaid_fees(on: datetime.date) -> list[Part]:
    """`title` is the period, `name` the body's, `note` why the transfer is blocked."""
    fees_due = MembershipFee.objects.with_state().filter(due_on__lte=on + COMING)
    return [
        part(
            fees_due.exclude(state=MembershipFee.State.PAID),
            title_fa="period",
            name="membership__organisation__name",
            day="due_on",
            note="blocked_reason",
        )
    ]


@kind(_unpaid_fees)
def fees(rows: list[Row], on: datetime.date) -> Iterator[Item]:
    """Fees not wholly paid that are overdue or due within a month, blocked or not."""
    for row in rows:
        body, period = local(row, "name"), digits(row.title_fa)
        why = _("Unpaid fees cost the vote, and in the end the membership.")
        if row.note:
            why = _("The transfer is blocked: %(reason)s") % {"reason": row.note}
        yield Item(
            kind=_("membership fee"),
            what=f"{body}، {period}" if in_persian() else f"{body}, {period}",
            why=why,
            since=row.day if row.day < on else row.day - COMING,
            role=OFFICER,
            **about(row, row.day, stage_of(row.day, on)),
        )


def _drafts(on: datetime.date) -> list[Part]:
    """`number` is the amount in rial."""
    rows = Expense.objects.drafts().filter(requested_on__lte=on)
    return [part(rows, title_fa="title", day="requested_on", number="requested")]


@kind(_drafts, is_item=True)
def requests(rows: list[Row], on: datetime.date) -> Iterator[Item]:
    """Requests that nothing is committed for yet."""
    called, why = _("request"), _("Waits for a commitment of %(amount)s.")
    for row in rows:
        yield Item(
            kind=called,
            what=row.title_fa,
            why=why % {"amount": toman(row.number)},
            since=row.day,
            role=OFFICER,
            **about(row, row.day, Stage.WAITING),
        )


def _foreign_commitments(on: datetime.date) -> list[Part]:
    """`foreign_amount` is still open, `number` the rial committed for it; `rate` is the
    newest rate, or the one committed at, and `day` since when it holds."""
    newest = ExchangeRate.objects.filter(
        currency=OuterRef("rate__currency"), valid_on__lte=on
    ).order_by("-valid_on")
    closed = Closing.objects.filter(month=PAYMENT_PERIOD).values("fiscal_year")
    rows = Expense.objects.open().filter(rate__isnull=False)
    rate, valid_on = (
        Coalesce(Subquery(newest.values(name)[:1]), f"rate__{name}")
        for name in ("rial_per_unit", "valid_on")
    )
    return [
        part(
            rows.exclude(line__fiscal_year__in=closed).with_foreign_open(),
            title_fa="title",
            foreign_amount="foreign_left",
            number="committed",
            rate=rate,
            day=valid_on,
        )
    ]


@kind(_foreign_commitments)
def exposed(rows: list[Row], on: datetime.date) -> Iterator[Item]:
    """Foreign commitments that the newest rate makes dearer than what is committed."""
    for row in rows:
        cost = ExchangeRate(rial_per_unit=row.rate).to_rial(row.foreign_amount)
        if cost > row.number:
            yield Item(
                kind=_("exchange rate"),
                what=row.title_fa,
                why=_("At the newest rate it costs %(amount)s more than committed.")
                % {"amount": toman(cost - row.number)},
                since=row.day,
                role=OFFICER,
                **about(row, row.day, Stage.WAITING, subject="rate"),
            )


def _open_years(on: datetime.date) -> list[Part]:
    """`number` is the year, `other_number` the last month closed; `day` is that of the
    last entry."""
    return [
        part(
            FiscalYear.objects.with_books().exclude(last_closed_month=PAYMENT_PERIOD),
            number="year",
            other_number="last_closed_month",
            day="last_entry_on",
        )
    ]


@kind(_open_years)
def closings(rows: list[Row], on: datetime.date) -> Iterator[Item]:
    """The next month to be closed of each year, once it is over."""
    for row in rows:
        year, month = FiscalYear(year=row.number), row.other_number + 1
        if month == PAYMENT_PERIOD:
            ended_on = year.payments_end_on
        else:
            ended_on = jalali.month_bounds(year.year, month)[1]
        if ended_on >= on or row.day is None:
            continue
        stage = Stage.OVERDUE if ended_on + TIME_TO_CLOSE < on else Stage.WAITING
        yield Item(
            kind=_("period close"),
            what=_period(year, month),
            why=_("Until it is closed, an entry can still be dated back into it."),
            since=ended_on + datetime.timedelta(days=1),
            role=HEAD,
            **about(row, ended_on, stage, subject="close"),
        )


@kind(lambda on: [changed_numbers(FiscalYear, "year")])
def changes(rows: list[Row], on: datetime.date) -> Iterator[Item]:
    """Fiscal years that were edited after they were published."""
    yield from changed_since_published(rows, OFFICER)


KINDS = (fees, requests, exposed, closings, changes)


def _period(year: FiscalYear, month: int) -> str:
    if month == PAYMENT_PERIOD:
        return digits(_("The year %(year)s") % {"year": year.year})
    names = jalali.MONTHS_FA if in_persian() else jalali.MONTHS_EN
    return digits(f"{names[month - 1]} {year.year}")

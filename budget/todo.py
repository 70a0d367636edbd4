"""What of the money somebody has to see to, computed from gaps and dates.

Each function gives the items of one kind on a day, in the active language, as
`agreements.todo` does for the partnerships.
"""

import datetime
from collections.abc import Iterator

from django.db.models import Exists, Max, OuterRef, Prefetch
from django.utils import timezone
from django.utils.translation import gettext as _

from kashan_diplomacy import jalali
from kashan_diplomacy.publication_todo import changed_since_published
from kashan_diplomacy.templatetags.persian import digits, in_persian, local, toman
from kashan_diplomacy.todo import COMING, HEAD, Item, Stage, about, stage_of

from .exposure import exposures
from .models import Closing, Expense, FiscalYear, MembershipFee
from .models.closings import PAYMENT_PERIOD

OFFICER = "budget_officer"
#: How long after its end a month is closed without being late.
TIME_TO_CLOSE = datetime.timedelta(days=30)


def items(on: datetime.date | None = None) -> Iterator[Item]:
    """Everything to be done on day `on`, in no order.

    The number of queries grows with the fiscal years that are open, with nothing else.
    """
    on = on or timezone.localdate()
    for kind in KINDS:
        yield from kind(on)


def fees(on: datetime.date) -> Iterator[Item]:
    """Fees not wholly paid that are overdue or due within a month, blocked or not."""
    fees_due = MembershipFee.objects.with_state().filter(due_on__lte=on + COMING)
    unpaid = fees_due.exclude(state=MembershipFee.State.PAID)
    for fee in unpaid.select_related("membership__organisation"):
        body, period = local(fee.membership.organisation, "name"), digits(fee.period)
        why = _("Unpaid fees cost the vote, and in the end the membership.")
        if fee.blocked_reason:
            why = _("The transfer is blocked: %(reason)s")
            why %= {"reason": fee.blocked_reason}
        yield Item(
            kind=_("membership fee"),
            what=f"{body}، {period}" if in_persian() else f"{body}, {period}",
            why=why,
            since=fee.due_on if fee.due_on < on else fee.due_on - COMING,
            role=OFFICER,
            **about(fee, fee.due_on, stage_of(fee.due_on, on)),
        )


def requests(on: datetime.date) -> Iterator[Item]:
    """Requests that nothing is committed for yet."""
    rows = Expense.objects.drafts().filter(requested_on__lte=on)
    for expense in rows:
        yield Item(
            kind=_("request"),
            what=expense.title,
            why=_("Waits for a commitment of %(amount)s.")
            % {"amount": toman(expense.requested)},
            since=expense.requested_on,
            role=OFFICER,
            **about(expense, expense.requested_on, Stage.WAITING),
        )


def exposed(on: datetime.date) -> Iterator[Item]:
    """Foreign commitments that the newest rate makes dearer than what is committed."""
    for year in _open_years():
        for exposure in exposures(year, on):
            if exposure.difference > 0:
                expense, since = exposure.expense, exposure.rate.valid_on
                yield Item(
                    kind=_("exchange rate"),
                    what=expense.title,
                    why=_("At the newest rate it costs %(amount)s more than committed.")
                    % {"amount": toman(exposure.difference)},
                    since=since,
                    role=OFFICER,
                    **about(expense, since, Stage.WAITING, subject="rate"),
                )


def closings(on: datetime.date) -> Iterator[Item]:
    """The next month to be closed of each year, once it is over."""
    for year in _open_years():
        closed = max((closing.month for closing in year.closings.all()), default=0)
        month = closed + 1
        if month == PAYMENT_PERIOD:
            ended_on = year.payments_end_on
        else:
            ended_on = jalali.month_bounds(year.year, month)[1]
        if ended_on >= on or year.last_entry_on is None:
            continue
        stage = Stage.OVERDUE if ended_on + TIME_TO_CLOSE < on else Stage.WAITING
        yield Item(
            kind=_("period close"),
            what=_period(year, month),
            why=_("Until it is closed, an entry can still be dated back into it."),
            since=ended_on + datetime.timedelta(days=1),
            role=HEAD,
            **about(year, ended_on, stage, subject="close"),
        )


def changes(on: datetime.date) -> Iterator[Item]:
    """Fiscal years that were edited after they were published."""
    yield from changed_since_published((FiscalYear,), OFFICER)


KINDS = (fees, requests, exposed, closings, changes)


def _open_years():
    closed = Closing.objects.filter(fiscal_year=OuterRef("pk"), month=PAYMENT_PERIOD)
    months = Closing.objects.only("fiscal_year_id", "month")
    return (
        FiscalYear.objects.filter(~Exists(closed))
        .annotate(last_entry_on=Max("entries__dated_on"))
        .prefetch_related(Prefetch("closings", months))
    )


def _period(year: FiscalYear, month: int) -> str:
    if month == PAYMENT_PERIOD:
        return digits(_("The year %(year)s") % {"year": year.year})
    names = jalali.MONTHS_FA if in_persian() else jalali.MONTHS_EN
    return digits(f"{names[month - 1]} {year.year}")

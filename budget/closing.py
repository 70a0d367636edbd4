"""Closing a month, and closing the year with its settlement (تفریغ بودجه).

A closed month takes no entry; what was wrong in it is put right by a later one. The
closing keeps the month's entries as a CSV with its SHA-256, and the head of the
digest chain: printed or published, that head shows any later rewriting of the books.
"""

import csv
from io import StringIO

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kashan_diplomacy import jalali
from kashan_diplomacy.events import event
from kashan_diplomacy.exports import csv_bytes
from kashan_diplomacy.templatetags.persian import digits

from .exports import EXPORTS
from .models import Closing, Entry, Expense, FiscalYear
from .models.closings import PAYMENT_PERIOD, sha256
from .reports import Column, line_figures
from .rules import LedgerError

LAST_MONTH = 12


def close_month(*, year: FiscalYear, month: int, by: AbstractBaseUser) -> Closing:
    """Close month 1 to 12 of `year`: the next one open, once it is over."""
    with transaction.atomic():
        year = FiscalYear.objects.select_for_update().get(pk=year.pk)
        if month != year.closed_month + 1 or month > LAST_MONTH:
            raise LedgerError(
                _("Months are closed in order, each once."), code="in_the_way"
            )
        if timezone.localdate() <= jalali.month_bounds(year.year, month)[1]:
            raise LedgerError(_("This month is not over yet."), code="future")
        return _close(year, month, by)


def close_year(*, year: FiscalYear, by: AbstractBaseUser) -> Closing:
    """Close the whole of `year`, which then takes nothing more.

    Raises LedgerError with one message for each thing that is in the way.
    """
    with transaction.atomic():
        year = FiscalYear.objects.select_for_update().get(pk=year.pk)
        if obstacles := year_obstacles(year):
            raise LedgerError(
                [LedgerError(text, code="in_the_way") for text in obstacles]
            )
        return _close(year, PAYMENT_PERIOD, by, settlement=settlement_csv(year))


def year_obstacles(year: FiscalYear) -> list[str]:
    """What keeps `year` from being closed, in words; empty when nothing does."""
    closed_month = year.closed_month
    if closed_month == PAYMENT_PERIOD:
        return [_("This fiscal year is closed.")]
    expenses = Expense.objects.filter(line__fiscal_year=year)
    found = []
    if timezone.localdate() <= year.ends_on:
        found.append(_("The year is not over yet."))
    if closed_month < LAST_MONTH:
        open_months = LAST_MONTH - closed_month
        found.append(
            ngettext(
                "%(count)s month is not closed.",
                "%(count)s months are not closed.",
                open_months,
            )
            % {"count": digits(open_months)}
        )
    if open_count := expenses.open().count():
        found.append(
            ngettext(
                "%(count)s commitment is open: pay or release it.",
                "%(count)s commitments are open: pay or release them.",
                open_count,
            )
            % {"count": digits(open_count)}
        )
    if waiting := expenses.drafts().count():
        found.append(
            ngettext(
                "%(count)s request is waiting: commit or cancel it.",
                "%(count)s requests are waiting: commit or cancel them.",
                waiting,
            )
            % {"count": digits(waiting)}
        )
    return found


def settlement_csv(year: FiscalYear) -> bytes:
    """What became of each line's money over the whole year, in rial."""
    figures = line_figures(year, year.payments_end_on)
    buffer = StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    names = [column.value for column in Column]
    writer.writerow(["code", *(f"{name}_rial" for name in names)])
    for line in year.lines.order_by("code"):
        row = figures[line.pk]
        writer.writerow([line.code, *(getattr(row, name) for name in names)])
    return buffer.getvalue().encode()


def _close(
    year: FiscalYear, month: int, by: AbstractBaseUser, settlement: bytes = b""
) -> Closing:
    head = year.entries.order_by("-seq").first()
    entries_csv = csv_bytes(EXPORTS["ledger"], _entries_of(year, month))
    closing: Closing = Closing.objects.create(
        fiscal_year=year,
        month=month,
        last_seq=head.seq if head else 0,
        digest=head.digest if head else "",
        entries_csv=entries_csv,
        entries_sha256=sha256(entries_csv),
        settlement_csv=settlement,
        settlement_sha256=sha256(settlement) if settlement else "",
        closed_by_id=by.pk,
        closed_at=timezone.now(),
    )
    said = {"user": by.get_username(), "year": year.year, "month": month}
    transaction.on_commit(lambda: event("period_closed", **said))
    return closing


def _entries_of(year: FiscalYear, month: int):  # type: ignore[no-untyped-def]
    if month == PAYMENT_PERIOD:
        return Entry.objects.filter(fiscal_year=year, dated_on__gt=year.ends_on)
    bounds = jalali.month_bounds(year.year, month)
    return Entry.objects.filter(fiscal_year=year, dated_on__range=bounds)

"""What of the budget can be downloaded as CSV, column by column.

`ledger` holds every field that an entry's digest is made of (see
`Entry.canonical_row`), so that the chain can be recomputed from the file alone.
"""

from django.db.models import Prefetch
from django.utils.translation import gettext_lazy as _

from kashan_diplomacy.exports import (
    Column,
    Export,
    amount,
    day,
    fields,
    instant,
    reference,
)
from kashan_diplomacy.history_exports import edits

from .models import (
    BudgetLine,
    Closing,
    Entry,
    ExchangeRate,
    Expense,
    FiscalYear,
    MembershipFee,
    Voucher,
)

#: Without the files that closings keep.
_CLOSED_MONTHS = Prefetch("closings", Closing.objects.only("fiscal_year", "month"))


def _closed_month(year: FiscalYear) -> int:
    """`FiscalYear.closed_month`, of closings loaded along with the years."""
    return max((closing.month for closing in year.closings.all()), default=0)


_EXPORTS = [
    Export(
        "fiscal_years",
        FiscalYear,
        _("Fiscal years with their periods"),
        [
            *fields("id", "year"),
            *day("starts_on"),
            *day("ends_on"),
            *day("payments_end_on"),
            Column(
                "closed_month",
                _closed_month,
                prefetched=(_CLOSED_MONTHS,),
                type="integer",
            ),
            *amount("vouchers_above"),
            *day("published_on"),
            *fields("source", "is_illustrative"),
        ],
    ),
    Export(
        "budget_lines",
        BudgetLine,
        _("Budget lines: approved, available, committed and spent"),
        [
            *fields("id"),
            *reference("fiscal_year"),
            *fields("code", "title_fa", "title_en", "heading"),
            *amount("approved"),
            *amount("available"),
            *amount("committed"),
            *amount("spent"),
            *fields("source", "is_illustrative"),
        ],
    ),
    Export(
        "expenses",
        Expense,
        _("Requested expenses and what became of them"),
        [
            *fields("id"),
            *reference("line"),
            *fields("title", "payee", "purpose"),
            *amount("requested"),
            *reference("requested_by"),
            *day("requested_on"),
            *reference("agreement"),
            *reference("obligation"),
            *reference("engagement"),
            *reference("membership_fee", "membership_fee__membership__organisation"),
            *fields("foreign_amount"),
            *reference("rate"),
            *day("cancelled_on"),
            *fields("cancellation_reason"),
            *amount("committed"),
            *amount("spent"),
            *fields("source", "is_illustrative"),
        ],
    ),
    Export(
        "membership_fees",
        MembershipFee,
        _("Membership fees as invoiced, with what keeps one from being transferred"),
        [
            *fields("id"),
            *reference("membership", "membership__organisation"),
            *fields("period", "amount", "currency"),
            *day("due_on"),
            *fields("blocked_reason", "source", "is_illustrative"),
        ],
    ),
    Export(
        "exchange_rates",
        ExchangeRate,
        _("Exchange rates, in rial for one unit, and who quotes them"),
        [
            *fields("id", "currency"),
            *day("valid_on"),
            *fields("rial_per_unit", "source", "is_illustrative"),
        ],
    ),
    Export(
        "vouchers",
        Voucher,
        _("Bills and receipts of expenses, with the SHA-256 of each file"),
        [
            *fields("id"),
            *reference("expense"),
            *fields("name", "sha256"),
            *reference("uploaded_by"),
            *instant("uploaded_at"),
        ],
    ),
    Export(
        "closings",
        Closing,
        _("Closed months, with the head of the chain and the files' SHA-256"),
        [
            *fields("id"),
            *reference("fiscal_year"),
            *fields("month", "last_seq", "digest"),
            *fields("entries_sha256", "settlement_sha256"),
            *reference("closed_by"),
            *instant("closed_at"),
        ],
        order=("fiscal_year__year", "month"),
        deferred=("entries_csv", "settlement_csv"),
    ),
    Export(
        "ledger",
        Entry,
        _("Every movement of money, in order, with the chain of digests"),
        [
            *fields("id"),
            *reference("fiscal_year"),
            *fields("seq", "kind"),
            *reference("line"),
            *fields("from_place", "to_place"),
            *reference("to_line"),
            *reference("expense"),
            *amount("amount"),
            *fields("foreign_amount"),
            *reference("rate"),
            *day("dated_on"),
            *fields("document_number", "memo"),
            *reference("reverses", "reverses__fiscal_year"),
            *reference("recorded_by"),
            *instant("recorded_at"),
            *fields("digest"),
        ],
        order=("fiscal_year__year", "seq"),
    ),
    edits(FiscalYear),
]
EXPORTS = {export.name: export for export in _EXPORTS}

"""What of the budget can be downloaded as CSV, column by column.

`ledger` holds every field that an entry's digest is made of (see
`Entry.canonical_row`), so that the chain can be recomputed from the file alone.
"""

from django.utils.translation import gettext_lazy as _

from kashan_diplomacy.exports import (
    Export,
    amount,
    day,
    fields,
    instant,
    reference,
)

from .models import BudgetLine, Entry, Expense, FiscalYear

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
            *instant("closed_at"),
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
            *reference("membership", "membership__organisation"),
            *day("cancelled_on"),
            *fields("cancellation_reason"),
            *amount("committed"),
            *amount("spent"),
            *fields("source", "is_illustrative"),
        ],
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
            *day("dated_on"),
            *fields("document_number", "memo"),
            *reference("reverses", "reverses__fiscal_year"),
            *reference("recorded_by"),
            *instant("recorded_at"),
            *fields("digest"),
        ],
        order=("fiscal_year__year", "seq"),
    ),
]
EXPORTS = {export.name: export for export in _EXPORTS}

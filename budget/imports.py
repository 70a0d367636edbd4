"""What of the budget can be brought in from a spreadsheet: fees and past expenses.

Money moves by the ledger's verbs alone, so a past expense is requested, committed and
paid on the days that the file gives, and refused where the ledger refuses it. Four
eyes hold here too: whoever uploads the file is who requested what is in it, and
another person, who may post, carries it out.
"""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from agreements.imports import NAMES
from agreements.models import Membership
from kashan_diplomacy import jalali
from kashan_diplomacy.imports.cells import AmountField, DayField
from kashan_diplomacy.imports.sheets import RowForm, Sheet, row_field

from . import ledger
from .exports import EXPORTS
from .models import BudgetLine, Entry, ExchangeRate, Expense, MembershipFee


class FeeRow(RowForm):
    class Meta(RowForm.Meta):
        model = MembershipFee
        fields = [
            *("membership", "period", "amount", "currency", "due_on"),
            *("blocked_reason", "source", "is_illustrative"),
        ]


class ExpenseRow(RowForm):
    """`requested` is committed as a whole, on `committed_on` or the day it was
    requested; `spent` of it, or all, is paid on `paid_on` and the rest released.
    Without either day it stays a request.
    """

    spent = AmountField(
        label=_("paid"),
        required=False,
        help_text=_("Empty, with a day of payment: all that was requested."),
    )
    committed_on = DayField(label=_("committed on"), required=False)
    paid_on = DayField(label=_("paid on"), required=False)
    document_number = row_field(Entry._meta.get_field("document_number"))

    class Meta(RowForm.Meta):
        model = Expense
        fields = [
            *("line", "title", "payee", "purpose", "requested", "requested_on"),
            *("agreement", "obligation", "engagement", "membership_fee"),
            *("foreign_amount", "rate", "cancelled_on", "cancellation_reason"),
            *("source", "is_illustrative"),
        ]
        help_texts = {
            "line": _("Its year and code, such as 1401 005."),
            "rate": _("Its currency and day, such as USD 1401-04-31."),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.is_new:
            self.instance.requested_by = self.uploaded_by

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("spent") and not cleaned.get("paid_on") and self.is_new:
            raise ValidationError({"paid_on": _("Say on which day this was paid.")})
        return cleaned

    @classmethod
    def follow(cls, forms, by):
        for form in forms:
            form._post(by)

    def _post(self, by):
        expense, typed = self.instance, self.cleaned_data
        record = {"by": by, "document_number": typed["document_number"]}
        if not (typed["committed_on"] or typed["paid_on"]):
            return
        committed_on = typed["committed_on"] or expense.requested_on
        ledger.commit(
            expense=expense, amount=expense.requested, dated_on=committed_on, **record
        )
        if not typed["paid_on"]:
            return
        record["dated_on"] = typed["paid_on"]
        if expense.rate_id:
            amount = expense.foreign_amount
            ledger.pay_foreign(
                expense=expense, foreign_amount=amount, rate=expense.rate, **record
            )
        else:
            amount = typed["spent"] or expense.requested
            ledger.pay(expense=expense, amount=amount, is_last=True, **record)


def _line_names(line):
    """The year goes before the code, which each year has anew."""
    year = line.fiscal_year.year
    whole = f"{line.code} {line.title_fa}"
    titles = [line.title_fa, line.title_en]
    return [f"{year} {line.code}", f"{year} {whole}", whole, *titles]


def _rate_names(rate):
    days = (rate.valid_on.isoformat(), jalali.iso(rate.valid_on))
    return [f"{rate.currency} {day}" for day in days]


_BOOKS = {
    **NAMES,
    BudgetLine: _line_names,
    ExchangeRate: _rate_names,
    Membership: lambda membership: NAMES[type(membership.organisation)](
        membership.organisation
    ),
}

_SHEETS = [
    Sheet(EXPORTS["membership_fees"], FeeRow, (("membership", "period"),), _BOOKS),
    Sheet(
        EXPORTS["expenses"],
        ExpenseRow,
        (("line", "title", "payee", "requested_on"),),
        _BOOKS,
        books=True,
    ),
]
IMPORTS = {sheet.name: sheet for sheet in _SHEETS}

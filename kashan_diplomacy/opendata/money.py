"""The public lists of money: years, lines, every movement, and what is closed.

An entry tells what it moved, when, for which purpose and partner. Whom it was paid to,
the letters about it and who recorded it stay with the auditors.
"""

from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext_lazy as _

from agreements.models import City, Membership
from budget.models import BudgetLine, Closing, Entry, FiscalYear
from budget.reports import partner_city
from kashan_diplomacy.exports import Column, amount, day, fields, instant, reference

from .columns import PublicList


def _of_years(model):
    return model.objects.filter(fiscal_year__in=FiscalYear.objects.published())


def entries():
    """Those of published years, with the published city and membership they led to."""
    cities = City.objects.published().filter(pk=OuterRef("led_to"))
    memberships = Membership.objects.published().filter(
        pk=OuterRef("expense__membership_fee__membership")
    )
    return (
        _of_years(Entry)
        .alias(led_to=partner_city())
        .annotate(
            city_id=Subquery(cities.values("pk")[:1]),
            membership_id=Subquery(memberships.values("pk")[:1]),
        )
    )


def _purpose(entry: Entry) -> str:
    return entry.expense.purpose if entry.expense else ""


def _is_illustrative(entry: Entry) -> bool:
    expense = entry.expense
    return bool(entry.line.is_illustrative or (expense and expense.is_illustrative))


MONEY = [
    PublicList(
        "fiscal_years",
        FiscalYear,
        _("Fiscal years with their periods"),
        [
            *fields("id", "year"),
            *day("starts_on"),
            *day("ends_on"),
            *day("payments_end_on"),
            *day("published_on"),
            *fields("source", "is_illustrative"),
        ],
        public=lambda: FiscalYear.objects.published(),
        notes={
            "starts_on": _("1 Farvardin."),
            "ends_on": _("The last day of Esfand, after which nothing is committed."),
            "payments_end_on": _("The last day on which commitments may be paid."),
        },
    ),
    PublicList(
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
        public=lambda: _of_years(BudgetLine),
    ),
    PublicList(
        "ledger",
        Entry,
        _("Every movement of money, with its purpose and the partner it led to"),
        [
            *fields("id"),
            *reference("fiscal_year"),
            *fields("seq", "kind"),
            *reference("line"),
            *fields("from_place", "to_place", "to_line_id"),
            *amount("amount"),
            *day("dated_on"),
            *fields("reverses_id"),
            Column("purpose", _purpose, ("expense",), type="string"),
            *(
                Column(name, lambda row, name=name: getattr(row, name), type="integer")
                for name in ("city_id", "membership_id")
            ),
            Column("is_illustrative", _is_illustrative, type="boolean"),
            *fields("digest"),
        ],
        order=("fiscal_year__year", "seq"),
        public=entries,
        notes={
            "purpose": _("What the expense served; empty for changes of the budget."),
            "city_id": _("The only partner city the expense led to, if it is public."),
            "membership_id": _("The membership whose fee was paid, if it is public."),
            "is_illustrative": _("An example and not a fact."),
        },
    ),
    PublicList(
        "closings",
        Closing,
        _("Closed months, with the head of the chain"),
        [
            *fields("id"),
            *reference("fiscal_year"),
            *fields("month", "last_seq", "digest"),
            *instant("closed_at"),
        ],
        order=("fiscal_year__year", "month"),
        deferred=("entries_csv", "settlement_csv"),
        public=lambda: _of_years(Closing),
    ),
]

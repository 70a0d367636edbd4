"""The ledger's rows. Entries are written by `budget.ledger` and never changed.

Glossary: an *entry* moves an amount of rial from one *place* to another. The places
of a budget line are *available*, *committed* and *spent*; *outside* is everything
beyond the budget. `MOVEMENTS` is the one table of what moves where; a *reversal* is
an earlier entry's amount moved back, whole and once.
"""

import datetime
import hashlib
from collections import defaultdict
from dataclasses import dataclass
from functools import reduce
from operator import or_

from django.conf import settings
from django.db import models
from django.db.models import F, Q, Sum
from django.utils.translation import gettext_lazy as _

from kashan_diplomacy.fields import CanonicalCharField, DateField, RialField
from kashan_diplomacy.records import Labelled
from kashan_diplomacy.templatetags.persian import digits

from .expenses import Expense
from .fees import ExchangeRate
from .plan import BudgetLine, FiscalYear


class Place(models.TextChoices):
    OUTSIDE = "outside", _("outside")
    AVAILABLE = "available", _("available")
    COMMITTED = "committed", _("committed")
    SPENT = "spent", _("spent")


class Kind(models.TextChoices):
    BUDGET = "budget", _("approval")
    SUPPLEMENT = "supplement", _("supplement")
    CUT = "cut", _("cut")
    TRANSFER = "transfer", _("transfer")
    COMMITMENT = "commitment", _("commitment")
    RELEASE = "release", _("release")
    PAYMENT = "payment", _("payment")
    REFUND = "refund", _("refund")
    REVERSAL = "reversal", _("reversal")


MOVEMENTS = {
    Kind.BUDGET: (Place.OUTSIDE, Place.AVAILABLE),
    Kind.SUPPLEMENT: (Place.OUTSIDE, Place.AVAILABLE),
    Kind.CUT: (Place.AVAILABLE, Place.OUTSIDE),
    Kind.TRANSFER: (Place.AVAILABLE, Place.AVAILABLE),
    Kind.COMMITMENT: (Place.AVAILABLE, Place.COMMITTED),
    Kind.RELEASE: (Place.COMMITTED, Place.AVAILABLE),
    Kind.PAYMENT: (Place.COMMITTED, Place.SPENT),
    Kind.REFUND: (Place.SPENT, Place.AVAILABLE),
}


def _moves_as_listed() -> Q:
    listed = (
        Q(kind=kind, from_place=source, to_place=target)
        for kind, (source, target) in MOVEMENTS.items()
    )
    return reduce(or_, listed, Q(kind=Kind.REVERSAL))


@dataclass
class Balance:
    """What stands in the places of a line, or of several added up, in rial."""

    available: int = 0
    committed: int = 0
    spent: int = 0

    @property
    def approved(self) -> int:
        return self.available + self.committed + self.spent

    def __add__(self, other: "Balance") -> "Balance":
        return Balance(
            self.available + other.available,
            self.committed + other.committed,
            self.spent + other.spent,
        )

    def add(self, place: str, amount: int) -> None:
        """Put `amount` (negative: take) into `place`; outside is not counted."""
        if place != Place.OUTSIDE:
            setattr(self, place, getattr(self, place) + amount)


class EntryQuerySet(models.QuerySet):
    def up_to(self, on: datetime.date):
        """Dated on or before `on`."""
        return self.filter(dated_on__lte=on)

    def balances(self) -> dict[int, Balance]:
        """What these entries leave in each line's places, by line id."""
        sums = (
            self.order_by()
            .values_list("line_id", "to_line_id", "from_place", "to_place")
            .annotate(total=Sum("amount"))
        )
        balances: dict[int, Balance] = defaultdict(Balance)
        for line, to_line, from_place, to_place, total in sums:
            balances[line].add(from_place, -total)
            balances[to_line or line].add(to_place, total)
        return dict(balances)


class Entry(Labelled):
    """An amount of rial moved `from_place` of `line` to `to_place`, for good.

    `to_line` is given for a transfer, and its reversal, only; otherwise both places
    are `line`'s. `seq` counts without gap within a fiscal year.
    """

    fiscal_year = models.ForeignKey(
        FiscalYear,
        on_delete=models.PROTECT,
        related_name="entries",
        verbose_name=_("fiscal year"),
    )
    seq = models.PositiveIntegerField(_("entry number"))
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    line = models.ForeignKey(
        BudgetLine,
        on_delete=models.PROTECT,
        related_name="entries",
        verbose_name=_("budget line"),
    )
    from_place = models.CharField(_("from"), max_length=10, choices=Place.choices)
    to_place = models.CharField(_("to"), max_length=10, choices=Place.choices)
    to_line = models.ForeignKey(
        BudgetLine,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("to budget line"),
    )
    expense = models.ForeignKey(
        Expense,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="entries",
        verbose_name=_("expense"),
    )
    amount = RialField(_("amount"))
    foreign_amount = models.DecimalField(
        _("amount in foreign currency"),
        max_digits=12,
        decimal_places=2,
        null=True,
        blank=True,
    )
    rate = models.ForeignKey(
        ExchangeRate,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("exchange rate"),
    )
    dated_on = DateField(_("dated on"))
    document_number = CanonicalCharField(
        _("document number"), max_length=60, blank=True
    )
    memo = CanonicalCharField(_("memo"), max_length=300, blank=True)
    reverses = models.OneToOneField(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="reversed_by",
        verbose_name=_("reverses"),
    )
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="entries_recorded",
        verbose_name=_("recorded by"),
    )
    recorded_at = models.DateTimeField(_("recorded at"))
    token = models.UUIDField(_("form token"), null=True, blank=True, unique=True)
    digest = models.CharField(_("digest"), max_length=64)

    objects = EntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("entry")
        verbose_name_plural = _("entries")
        ordering = ["-fiscal_year", "-seq"]
        default_permissions = ("view",)
        permissions = [
            ("approve_budget", _("Can approve, supplement, cut and transfer budget")),
            ("post_expense", _("Can commit, release, pay and refund expenses")),
            ("reverse_entry", _("Can reverse an entry")),
        ]
        indexes = [
            # A report reads one year up to a day, however many years there are.
            models.Index(fields=["fiscal_year", "dated_on"], name="entry_year_and_day"),
            # The list of entries is narrowed to a period, whatever the fiscal year.
            models.Index(fields=["dated_on"], name="entry_day"),
            # A letter names an entry by this number, and the search box is asked.
            models.Index(fields=["document_number"], name="entry_document_number"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["fiscal_year", "seq"],
                name="entry_number_once_a_year",
                violation_error_message=_("This entry number is already taken."),
            ),
            models.CheckConstraint(
                condition=Q(amount__gt=0),
                name="entry_amount_positive",
                violation_error_message=_("The amount must be more than zero."),
            ),
            models.CheckConstraint(
                condition=_moves_as_listed(),
                name="entry_moves_as_its_kind_says",
                violation_error_message=_("This kind of entry does not move that way."),
            ),
            models.CheckConstraint(
                condition=Q(kind=Kind.REVERSAL, reverses__isnull=False) & ~Q(memo="")
                | ~Q(kind=Kind.REVERSAL) & Q(reverses=None),
                name="entry_reversal_names_entry_and_reason",
                violation_error_message=_(
                    "A reversal, and only a reversal, names the entry it takes back;"
                    " it must say why."
                ),
            ),
            models.CheckConstraint(
                condition=Q(kind=Kind.TRANSFER, to_line__isnull=False)
                | Q(kind=Kind.REVERSAL)
                | ~Q(kind__in=[Kind.TRANSFER, Kind.REVERSAL]) & Q(to_line=None),
                name="entry_second_line_for_transfer",
                violation_error_message=_(
                    "A transfer, and only a transfer, names a second line."
                ),
            ),
            models.CheckConstraint(
                condition=Q(to_line=None) | ~Q(to_line=F("line")),
                name="entry_second_line_is_another",
                violation_error_message=_("A transfer goes to another line."),
            ),
        ]

    def __str__(self):
        return digits(f"{self.fiscal_year}/{self.seq}")

    def canonical_row(self) -> str:
        """The entry as the chain hashes it: these fields, in this order, joined by
        U+001F (which no stored text can hold); empty for none; dates ISO 8601;
        foreign amounts with two decimals; `recorded_at` in UTC to the second.
        """
        fields = (
            self.fiscal_year.year,
            self.seq,
            self.kind,
            self.line_id,
            self.from_place,
            self.to_place,
            self.to_line_id,
            self.expense_id,
            self.amount,
            None if self.foreign_amount is None else f"{self.foreign_amount:.2f}",
            self.rate_id,
            self.dated_on.isoformat(),
            self.document_number,
            self.memo,
            self.reverses_id,
            self.recorded_by_id,
            self.recorded_at.astimezone(datetime.UTC).strftime("%Y-%m-%d %H:%M:%S"),
        )
        return "\x1f".join("" if field is None else str(field) for field in fields)

    def chained_digest(self, previous: str) -> str:
        """SHA-256, in hexadecimal, of the previous entry's digest and this row."""
        return hashlib.sha256(
            f"{previous}\x1f{self.canonical_row()}".encode()
        ).hexdigest()

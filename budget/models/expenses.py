from decimal import Decimal
from functools import reduce
from operator import or_

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, OuterRef, Q
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from agreements.models import Agreement, Engagement, Obligation, Purpose
from kashan_diplomacy.fields import (
    CanonicalCharField,
    CanonicalTextField,
    DateField,
    RialField,
    SearchTextField,
)
from kashan_diplomacy.history import History
from kashan_diplomacy.records import Sourced
from kashan_diplomacy.search_index import Searched

from . import requests
from .fees import FOREIGN_PAID, SMALLEST, ExchangeRate, MembershipFee, summed
from .plan import BudgetLine, LedgerHeld

SOURCES = ("agreement", "obligation", "engagement", "membership_fee")


def _source_key(model, label):
    return models.ForeignKey(
        model,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=label,
    )


def _only_source(name: str) -> Q:
    """`name` is the only source given; "" for none at all."""
    return Q(**{f"{source}__isnull": source != name for source in SOURCES})


class ExpenseQuerySet(models.QuerySet):
    def in_state(self, state: str):
        """Those whose `Expense.state` is `state`: the property's twin."""
        return self.filter(IN_STATE[state])

    def drafts(self):
        """Requested; nothing committed yet, nothing paid, not cancelled."""
        return self.in_state(Expense.State.DRAFT)

    def open(self):
        """With a commitment that is not yet paid or released."""
        return self.filter(committed__gt=0)

    def waiting_for(self, user):
        """Those `user` may commit or pay next: none that they requested."""
        if not user.has_perm("budget.post_expense"):
            return self.none()
        waiting = self.filter(IN_STATE[Expense.State.DRAFT] | Q(committed__gt=0))
        return waiting.filter(cancelled_on=None).exclude(requested_by=user)

    def with_foreign_open(self):
        """Annotates `foreign_left`: what is still to be paid, in its own currency."""
        from .ledger import Entry

        standing = Entry.objects.filter(expense=OuterRef("pk"), reversed_by=None)
        paid = Coalesce(summed(standing, "expense", FOREIGN_PAID), Decimal(0))
        return self.annotate(foreign_left=F("foreign_amount") - paid)


class Expense(LedgerHeld, Searched, Sourced):
    """A request to spend from a budget line, and what has become of it.

    `committed` and `spent` are this expense's part of the line's places, in rial,
    kept by `budget.ledger` alone. The state follows from them; none is stored.
    """

    #: What it asks for: for whoever changes it, it is a request of their own.
    ASKED = (
        *("line", "payee", "purpose", "requested", "foreign_amount", "rate"),
        *SOURCES,
    )
    #: What its first entry rests on, and with it stays as it was.
    FIXED = {*ASKED, "requested_on"} - {"purpose"}

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        COMMITTED = "committed", _("committed")
        PARTLY_PAID = "partly_paid", _("partly paid")
        PAID = "paid", _("paid")
        CANCELLED = "cancelled", _("cancelled")

    line = models.ForeignKey(
        BudgetLine,
        on_delete=models.PROTECT,
        related_name="expenses",
        verbose_name=_("budget line"),
    )
    title = CanonicalCharField(_("title"), max_length=200)
    payee = CanonicalCharField(_("payee"), max_length=150)
    purpose = models.CharField(
        _("purpose"), max_length=20, choices=Purpose.choices, help_text=_("It serves…")
    )
    requested = RialField(
        _("requested amount"),
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("Empty for a foreign amount: the exchange rate gives it."),
    )
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="expenses_requested",
        verbose_name=_("requested by"),
        editable=False,
    )
    requested_on = DateField(_("requested on"), default=timezone.localdate)
    agreement = _source_key(Agreement, _("agreement"))
    obligation = _source_key(Obligation, _("obligation"))
    engagement = _source_key(Engagement, _("engagement"))
    membership_fee = _source_key(MembershipFee, _("membership fee"))
    foreign_amount = models.DecimalField(
        _("amount in foreign currency"),
        max_digits=12,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(SMALLEST)],
    )
    rate = models.ForeignKey(
        ExchangeRate,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("exchange rate"),
        help_text=_("The rate at which a foreign amount is committed."),
    )
    cancelled_on = DateField(_("cancelled on"), null=True, blank=True)
    cancellation_reason = CanonicalTextField(_("reason for cancelling"), blank=True)
    search_text = SearchTextField(sources=("title", "payee"))

    objects = ExpenseQuerySet.as_manager()
    history = History(excluded_fields=LedgerHeld.HELD)
    #: Why its purpose is put right; kept in the history.
    change_reason = ""

    class Meta:
        verbose_name = _("expense")
        verbose_name_plural = _("expenses")
        ordering = ["-requested_on", "-pk"]
        # The list begins with the newest, and is narrowed to periods.
        indexes = [models.Index(fields=["requested_on"], name="expense_day")]
        constraints = [
            models.CheckConstraint(
                condition=reduce(or_, map(_only_source, ("", *SOURCES))),
                name="expense_has_one_source_at_most",
                violation_error_message=_(
                    "Name one source at most: an agreement, an obligation, an"
                    " engagement or a membership fee."
                ),
            ),
            models.CheckConstraint(
                condition=Q(foreign_amount__isnull=True, rate__isnull=True)
                | Q(foreign_amount__gt=0, rate__isnull=False),
                name="expense_foreign_amount_has_rate",
                violation_error_code="rate",
                violation_error_message=_(
                    "A foreign amount needs the exchange rate it is committed at, and"
                    " the other way round."
                ),
            ),
            models.CheckConstraint(
                condition=Q(requested__gt=0),
                name="expense_asks_for_something",
                violation_error_code="requested",
                violation_error_message=_("The amount must be more than zero."),
            ),
            models.CheckConstraint(
                condition=Q(committed__gte=0),
                name="expense_committed_not_negative",
                violation_error_message=_("Not so much is committed for this expense."),
            ),
            models.CheckConstraint(
                condition=Q(spent__gte=0),
                name="expense_spent_not_negative",
                violation_error_message=_("Not so much is paid for this expense."),
            ),
            models.CheckConstraint(
                condition=Q(cancelled_on=None)
                | (Q(committed=0, spent=0) & ~Q(cancellation_reason="")),
                name="expense_cancelled_free_of_money",
                violation_error_code="cancelled_on",
                violation_error_message=_(
                    "Only an expense with nothing committed or paid can be cancelled,"
                    " and a reason must be given."
                ),
            ),
        ]

    def __str__(self):
        return self.title

    def clean(self) -> None:
        """A foreign amount says itself what is requested in rial."""
        requests.check(self)
        if self.foreign_amount and self.rate_id:
            self.requested = self.rate.to_rial(self.foreign_amount)
        elif self.requested is None:
            required = _("Give the amount, or a foreign amount and its rate.")
            raise ValidationError({"requested": required})

    def save(self, *args, **kwargs):
        requests.check_purpose(self)
        requests.note_who_asks(self)
        super().save(*args, **kwargs)

    def foreign_open(self) -> Decimal:
        """What of the foreign amount is still to be paid, in its own currency."""
        expense = Expense.objects.with_foreign_open().get(pk=self.pk)
        return (expense.foreign_left or Decimal(0)).quantize(SMALLEST)

    def left_to_commit(self) -> int:
        """Rial still to be committed of what was requested; of a foreign amount in one
        piece, for all that is still to be paid."""
        left = self.requested - self.committed - self.spent
        if not self.rate:
            return left
        whole = self.rate.to_rial(self.foreign_open())
        return 0 if self.committed else min(left, whole)

    def committed_for(self, foreign_amount: Decimal) -> int:
        """Rial committed for so much of the foreign amount: for the rest of it, all."""
        if not self.rate or foreign_amount >= self.foreign_open():
            return self.committed
        return min(self.rate.to_rial(foreign_amount), self.committed)

    @property
    def state(self) -> "Expense.State":
        if self.cancelled_on:
            return self.State.CANCELLED
        if self.committed:
            return self.State.PARTLY_PAID if self.spent else self.State.COMMITTED
        return self.State.PAID if self.spent else self.State.DRAFT


#: `Expense.state`, asked of the database.
IN_STATE = {
    Expense.State.CANCELLED: Q(cancelled_on__isnull=False),
    Expense.State.DRAFT: Q(cancelled_on=None, committed=0, spent=0),
    Expense.State.COMMITTED: Q(committed__gt=0, spent=0),
    Expense.State.PARTLY_PAID: Q(committed__gt=0, spent__gt=0),
    Expense.State.PAID: Q(committed=0, spent__gt=0),
}

import datetime
from decimal import ROUND_HALF_UP, Decimal

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Case, Count, F, OuterRef, Q, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce, Round
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agreements.models import Membership
from kashan_diplomacy.fields import CanonicalCharField, CanonicalTextField, DateField
from kashan_diplomacy.history import History
from kashan_diplomacy.records import Sourced, is_changed
from kashan_diplomacy.templatetags.persian import digits, in_persian, local_decimal

SMALLEST = Decimal("0.01")

#: What entries, of which none is taken back, pay of a foreign amount: NULL where none
#: says. SQLite adds up in binary fractions, hence the rounding.
FOREIGN_PAID = Round(
    Sum(
        Case(
            When(kind="payment", then=F("foreign_amount")),
            When(kind="refund", then=-F("foreign_amount")),
        )
    ),
    precision=2,
)


class Currency(models.TextChoices):
    """What fees are invoiced in, by ISO 4217 code."""

    USD = "USD", _("US dollar")
    EUR = "EUR", _("euro")
    JPY = "JPY", _("yen")


class ExchangeRateQuerySet(models.QuerySet):
    def newest(self, currency: str, on: datetime.date | None = None):
        """The rate of `currency` that held on day `on`; None where none is known."""
        known = self.filter(currency=currency, valid_on__lte=on or timezone.localdate())
        return known.order_by("-valid_on").first()


class ExchangeRate(Sourced):
    """What one unit of a currency cost in rial from a day on, and who says so."""

    currency = models.CharField(_("currency"), max_length=3, choices=Currency.choices)
    valid_on = DateField(_("valid on"))
    rial_per_unit = models.DecimalField(
        _("rial per unit"),
        max_digits=14,
        decimal_places=2,
        validators=[MinValueValidator(SMALLEST)],
        help_text=_("In rial, not toman, for one unit of the currency."),
    )

    objects = ExchangeRateQuerySet.as_manager()
    history = History()

    class Meta:
        verbose_name = _("exchange rate")
        verbose_name_plural = _("exchange rates")
        ordering = ["-valid_on", "currency"]
        constraints = [
            models.UniqueConstraint(
                fields=["currency", "valid_on"],
                name="exchange_rate_once_a_day",
                violation_error_message=_("This day already has a rate."),
            ),
            models.CheckConstraint(
                condition=Q(rial_per_unit__gt=0),
                name="exchange_rate_positive",
                violation_error_code="rial_per_unit",
                violation_error_message=_("A rate must be more than zero."),
            ),
            models.CheckConstraint(
                condition=~Q(source=""),
                name="exchange_rate_has_source",
                violation_error_code="source",
                violation_error_message=_("Say where the rate is quoted."),
            ),
        ]

    def __str__(self):
        name = Currency(self.currency).label if in_persian() else self.currency
        return f"{name} {local_decimal(self.rial_per_unit)}"

    def to_rial(self, foreign_amount: Decimal) -> int:
        """Whole rials, half a rial rounded up."""
        exact = foreign_amount * self.rial_per_unit
        return int(exact.quantize(Decimal(1), rounding=ROUND_HALF_UP))

    def is_used(self) -> bool:
        """Whether an expense or an entry rests on it: then it stays as it is."""
        from .expenses import Expense
        from .ledger import Entry

        users = (Expense, Entry)
        return any(model.objects.filter(rate=self).exists() for model in users)


class MembershipFeeQuerySet(models.QuerySet):
    def blocked(self):
        """Owed, but the money cannot be transferred."""
        return self.exclude(blocked_reason="")

    def with_state(self, on: datetime.date | None = None):
        """Annotates `state`, a `MembershipFee.State`, from the fee's expenses and the
        entries up to day `on` (today when not given). Since when a transfer is blocked
        is not known: it is told of every day.

        A fee is paid when its whole amount is, in its own currency, or when a request
        in rial is paid and nothing of it is left committed.
        """
        state = self.model.State
        is_paid = Q(spent__gt=0) & (
            Q(foreign_paid__gte=F("amount")) | Q(committed=0, foreign_paid=None)
        )
        return self._with_sums(on or timezone.localdate()).annotate(
            state=Case(
                When(is_paid, then=Value(state.PAID)),
                When(~Q(blocked_reason=""), then=Value(state.BLOCKED)),
                When(spent__gt=0, then=Value(state.PARTLY_PAID)),
                When(committed__gt=0, then=Value(state.COMMITTED)),
                When(requests__gt=0, then=Value(state.REQUESTED)),
                default=Value(state.OWED),
                output_field=models.CharField(),
            )
        )

    def overdue(self, on: datetime.date | None = None):
        """Due before day `on` (today when not given), and not paid in full."""
        late = self.filter(due_on__lt=on or timezone.localdate())
        return late.with_state(on).exclude(state=self.model.State.PAID)

    def _with_sums(self, on: datetime.date):
        """Annotates what the fee's expenses add up to by day `on`; of the requests
        those not cancelled by then."""
        from .expenses import Expense
        from .ledger import Entry, Place

        expenses = Expense.objects.filter(
            membership_fee=OuterRef("pk"), requested_on__lte=on
        ).exclude(cancelled_on__lte=on)
        of_fee = "expense__membership_fee"
        entries = Entry.objects.up_to(on).filter(**{of_fee: OuterRef("pk")})
        standing = entries.exclude(reversed_by__dated_on__lte=on)
        return self.annotate(
            requests=Coalesce(summed(expenses, "membership_fee", Count("pk")), 0),
            committed=Coalesce(summed(entries, of_fee, _held(Place.COMMITTED)), 0),
            spent=Coalesce(summed(entries, of_fee, _held(Place.SPENT)), 0),
            foreign_paid=summed(standing, of_fee, FOREIGN_PAID),
        )


def _held(place):
    """What entries leave in a place."""
    put = Sum("amount", filter=Q(to_place=place), default=0)
    return put - Sum("amount", filter=Q(from_place=place), default=0)


def summed(rows, key, figure):
    """A figure of the rows that point to the same by `key`, of each row outside."""
    sums = rows.order_by().values(key).annotate(figure=figure)
    return Subquery(sums.values("figure"))


class MembershipFee(Sourced):
    """What a membership costs for one period, as invoiced."""

    class State(models.TextChoices):
        """What has become of a fee; see `MembershipFeeQuerySet.with_state`."""

        PAID = "paid", _("paid")
        PARTLY_PAID = "partly_paid", _("partly paid")
        COMMITTED = "committed", _("committed")
        REQUESTED = "requested", _("requested")
        OWED = "owed", pgettext_lazy("of a fee", "owed")
        BLOCKED = "blocked", _("owed but blocked")

    membership = models.ForeignKey(
        Membership,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("membership"),
    )
    period = CanonicalCharField(
        _("period"), max_length=40, help_text=_("As on the invoice, such as 2022.")
    )
    amount = models.DecimalField(
        _("amount"),
        max_digits=12,
        decimal_places=2,
        validators=[MinValueValidator(SMALLEST)],
    )
    currency = models.CharField(_("currency"), max_length=3, choices=Currency.choices)
    due_on = DateField(_("due on"))
    blocked_reason = CanonicalTextField(
        _("why it cannot be transferred"),
        blank=True,
        help_text=_("Filled in while the fee is owed but no transfer goes through."),
    )

    #: What was invoiced, and is paid accordingly.
    INVOICE = ("membership", "period", "amount", "currency")

    objects = MembershipFeeQuerySet.as_manager()
    history = History()

    class Meta:
        verbose_name = _("membership fee")
        verbose_name_plural = _("membership fees")
        ordering = ["-due_on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["membership", "period"],
                name="membership_fee_once_a_period",
                violation_error_message=_("The fee of this period is already entered."),
            ),
            models.CheckConstraint(
                condition=Q(amount__gt=0),
                name="membership_fee_positive",
                violation_error_code="amount",
                violation_error_message=_("The amount must be more than zero."),
            ),
        ]

    def __str__(self):
        return digits(f"{self.membership} {self.period}")

    def clean(self):
        """An invoice stays as it was when its payment was requested."""
        if is_changed(self, self.INVOICE) and self.is_requested():
            raise ValidationError(
                _(
                    "The payment of this fee is requested: its membership, period,"
                    " amount and currency stay as they are."
                ),
                code="requested",
            )

    def is_requested(self) -> bool:
        """Whether an expense asks for it, or money was moved for one that did."""
        from .expenses import Expense

        asks = Q(cancelled_on=None) | Q(entries__isnull=False)
        return Expense.objects.filter(asks, membership_fee=self).exists()

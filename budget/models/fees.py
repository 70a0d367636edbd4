import datetime
from decimal import ROUND_HALF_UP, Decimal

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from agreements.models import Membership
from kashan_diplomacy.fields import CanonicalCharField, CanonicalTextField, DateField
from kashan_diplomacy.records import Sourced

SMALLEST = Decimal("0.01")


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
                violation_error_message=_("A rate must be more than zero."),
            ),
            models.CheckConstraint(
                condition=~Q(source=""),
                name="exchange_rate_has_source",
                violation_error_message=_("Say where the rate is quoted."),
            ),
        ]

    def __str__(self):
        return f"{self.currency} {self.rial_per_unit}"

    def to_rial(self, foreign_amount: Decimal) -> int:
        """Whole rials, half a rial rounded up."""
        exact = foreign_amount * self.rial_per_unit
        return int(exact.quantize(Decimal(1), rounding=ROUND_HALF_UP))


class MembershipFeeQuerySet(models.QuerySet):
    def blocked(self):
        """Owed, but the money cannot be transferred."""
        return self.exclude(blocked_reason="")


class MembershipFee(Sourced):
    """What a membership costs for one period, as invoiced."""

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

    objects = MembershipFeeQuerySet.as_manager()

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
                violation_error_message=_("The amount must be more than zero."),
            ),
        ]

    def __str__(self):
        return f"{self.membership} {self.period}"

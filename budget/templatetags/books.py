"""Foreign amounts and closed periods, in the language of the page."""

from decimal import Decimal

from django import template
from django.utils.translation import gettext as _

from budget.models import Currency, ExchangeRate, MembershipFee
from budget.models.closings import PAYMENT_PERIOD
from kashan_diplomacy import jalali as calendar
from kashan_diplomacy.templatetags.persian import (
    in_persian,
    jalali,
    local_decimal,
    local_number,
)

register = template.Library()


@register.filter
def foreign(amount: Decimal | None, currency: str) -> str:
    """۱٬۲۵۰٫۵۰ دلار / 1,250.50 USD, ۴۵۰ دلار / 450 USD; empty for none."""
    if amount is None:
        return ""
    return f"{local_decimal(amount)} {currency_name(currency)}"


def currency_name(currency: str) -> str:
    """دلار آمریکا / USD."""
    return str(Currency(currency).label) if in_persian() else currency


@register.filter
def rate_in_words(rate: ExchangeRate) -> str:
    """What one unit costs in rial, since when and by whom it is quoted."""
    return _("%(currency)s at %(rial)s rial, since %(day)s (%(source)s)") % {
        "currency": currency_name(rate.currency),
        "rial": local_number(f"{rate.rial_per_unit.normalize():,f}"),
        "day": jalali(rate.valid_on),
        "source": rate.source,
    }


@register.filter
def fee_state(state: str) -> str:
    """The words for a fee's state; see `MembershipFeeQuerySet.with_state`."""
    return str(MembershipFee.State(state).label)


@register.filter
def period_name(month: int) -> str:
    """The name of a closing's month; of the thirteenth, what it stands for."""
    if month == PAYMENT_PERIOD:
        return _("year-end settlement")
    return (calendar.MONTHS_FA if in_persian() else calendar.MONTHS_EN)[month - 1]

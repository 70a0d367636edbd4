"""Amounts in foreign currency, in the language of the page."""

from decimal import Decimal

from django import template

from budget.models import Currency, ExchangeRate
from kashan_diplomacy import money
from kashan_diplomacy.templatetags.persian import digits, in_persian, jalali

register = template.Library()


@register.filter
def foreign(amount: Decimal | None, currency: str) -> str:
    """۱٬۲۵۰٫۵۰ دلار / 1,250.50 USD; empty for none."""
    if amount is None:
        return ""
    text = f"{amount:,.2f}"
    if in_persian():
        return f"{money.number_fa(text)} {Currency(currency).label}"
    return f"{text} {currency}"


@register.filter
def rate_in_words(rate: ExchangeRate) -> str:
    """What one unit costs in rial, since when and by whom it is quoted."""
    text = f"{rate.rial_per_unit.normalize():,f}"
    shown = money.number_fa(text) if in_persian() else text
    return digits(f"{rate.currency} {shown} · {jalali(rate.valid_on)} · {rate.source}")

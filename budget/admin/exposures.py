"""What an open foreign commitment costs at the newest rate, in words."""

from django.utils.translation import gettext as _

from budget.exposure import Exposure
from budget.models import ExchangeRate
from kashan_diplomacy.templatetags.persian import jalali, toman


def exposure_of(expense):
    """The exposure of one expense in foreign currency, as of today."""
    newest = ExchangeRate.objects.newest(expense.rate.currency)
    return Exposure(expense, expense.foreign_open(), newest or expense.rate)


def compared_in_words(exposure):
    """ "At the rate of … it costs …, … more than committed; ±10 % is …"."""
    if exposure.difference > 0:
        text = _(
            "At the rate of %(day)s it costs %(value)s, %(difference)s more than"
            " committed; a rate 10%% up or down is %(swing)s."
        )
    elif exposure.difference < 0:
        text = _(
            "At the rate of %(day)s it costs %(value)s, %(difference)s less than"
            " committed; a rate 10%% up or down is %(swing)s."
        )
    else:
        text = _(
            "At the rate of %(day)s it costs %(value)s, as much as is committed;"
            " a rate 10%% up or down is %(swing)s."
        )
    return text % {
        "day": jalali(exposure.rate.valid_on),
        "value": toman(exposure.value),
        "difference": toman(abs(exposure.difference)),
        "swing": toman(exposure.swing),
    }

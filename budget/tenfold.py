"""Is it too much? Said while an amount is typed, and once more when it is saved.

Rials typed as toman come to ten times what is meant, the classic mistake of this
domain. The rule for suspecting it stands here only; it warns and never refuses: what
may be posted is the ledger's to say.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, Max
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kashan_diplomacy.templatetags.persian import toman

from .models import BudgetLine, ExchangeRate, Expense
from .templatetags.books import rate_in_words

#: As many amounts as are needed before their largest says what is usual.
ENOUGH = 3
#: How many times the largest so far is still usual.
USUAL = 3
RULE = gettext_lazy(
    "You are asked about a zero too many where the amount is more than what is there,"
    " or over three times the largest so far under the heading, and a tenth of it is"
    " neither."
)


@dataclass(frozen=True)
class Measure:
    """What an amount is compared with, in rial; None where there is nothing to.

    `most` is what there is to take from, `largest` the largest such amount so far.
    """

    most: int | None = None
    largest: int | None = None

    def is_exceeded(self, rial: int) -> bool:
        if self.most is not None and rial > self.most:
            return True
        return self.largest is not None and rial > USUAL * self.largest

    def is_tenfold(self, rial: int) -> bool:
        """Whether `rial` looks like a number of rials typed as toman."""
        return self.is_exceeded(rial) and not self.is_exceeded(rial // 10)

    def warnings(self, rial: int | None) -> list[str]:
        warnings = []
        if rial and self.most is not None and rial > self.most:
            text = _("%(more)s more than there is: %(most)s.")
            amounts = {"more": toman(rial - self.most), "most": toman(self.most)}
            warnings.append(text % amounts)
        if rial and self.is_tenfold(rial):
            text = _("A zero too many? Without it, it would be %(tenth)s.")
            warnings.append(text % {"tenth": toman(rial // 10)})
        return warnings


def measure_of_request(line: BudgetLine, besides: int | None = None) -> Measure:
    """For a request on `line`; the expense with the id `besides` is left out."""
    requests = Expense.objects.filter(line__heading=line.heading, cancelled_on=None)
    found = requests.exclude(pk=besides).aggregate(
        largest=Max("requested"), number=Count("pk")
    )
    is_usual = found["number"] >= ENOUGH
    return Measure(line.available, found["largest"] if is_usual else None)


def measure_of_budget(line: BudgetLine) -> Measure:
    """For what is approved: compared with the lines of its heading in other years."""
    others = BudgetLine.objects.filter(heading=line.heading, approved__gt=0)
    others = others.exclude(fiscal_year=line.fiscal_year_id)
    return Measure(largest=others.aggregate(largest=Max("approved"))["largest"])


def rate_warning(rate: ExchangeRate) -> str:
    """Of a rate far from the one before it; empty where nothing is to be said."""
    eve = rate.valid_on - timedelta(days=1)
    before = ExchangeRate.objects.newest(rate.currency, eve)
    if not before:
        return ""
    lower, higher = sorted((before.rial_per_unit, rate.rial_per_unit))
    if higher <= USUAL * lower:
        return ""
    text = _("Rial for one unit? Before it there was %(rate)s.")
    return text % {"rate": rate_in_words(before)}

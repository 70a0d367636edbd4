"""What open foreign commitments would cost at today's rate. Amounts in rial."""

import datetime
from dataclasses import dataclass
from decimal import Decimal

from django.utils import timezone

from .models import ExchangeRate, Expense, FiscalYear

SWING = Decimal("0.10")


@dataclass(frozen=True)
class Exposure:
    """A committed foreign amount still to be paid, valued at the newest `rate`."""

    expense: Expense
    foreign_open: Decimal
    rate: ExchangeRate

    @property
    def value(self) -> int:
        """What the open amount costs at the newest rate."""
        return self.rate.to_rial(self.foreign_open)

    @property
    def difference(self) -> int:
        """More (or, below zero, less) than is committed for it."""
        return self.value - self.expense.committed

    @property
    def swing(self) -> int:
        """What ten per cent up or down in the rate comes to."""
        return self.rate.to_rial(self.foreign_open * SWING)


def exposures(year: FiscalYear, on: datetime.date | None = None) -> list[Exposure]:
    """The open foreign commitments of `year`, each at the newest rate of day `on`."""
    on = on or timezone.localdate()
    open_expenses = Expense.objects.filter(line__fiscal_year=year).open()
    foreign = open_expenses.filter(rate__isnull=False).with_foreign_open()
    newest: dict[str, ExchangeRate | None] = {}
    found = []
    for expense in foreign.select_related("rate", "line").order_by("pk"):
        currency = expense.rate.currency
        if currency not in newest:
            newest[currency] = ExchangeRate.objects.newest(currency, on)
        rate = newest[currency] or expense.rate
        found.append(Exposure(expense, expense.foreign_left, rate))
    return found

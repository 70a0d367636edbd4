"""The year's money month by month, worked out for an SVG of fixed size.

Time runs as the page is read: from the right in Persian, from the left in English.
"""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from kashan_diplomacy import jalali
from kashan_diplomacy.templatetags.persian import in_persian, toman_short

from .models import FiscalYear
from .models.closings import PAYMENT_PERIOD
from .templatetags.books import period_name

WIDTH, HEIGHT = 760, 316
TOP, BOTTOM, SIDE = 34, 50, 16
BAR = 22
#: Round amounts, in rial, for the lines across: 1, 2 or 5 of a power of ten.
STEPS = [factor * 10**power for power in range(1, 15) for factor in (1, 2, 5)]


@dataclass(frozen=True)
class Month:
    """`spent` in the month and, up to its end, `so_far`; amounts in rial."""

    number: int
    name: str
    spent: int
    so_far: int
    x: int
    bar_y: int
    bar_height: int
    point_y: int


@dataclass(frozen=True)
class GridLine:
    y: int
    label: str


class MonthChart:
    """Of the months begun by day `on`, against the budget `approved` by then."""

    def __init__(
        self,
        year: FiscalYear,
        on: datetime.date,
        months: Sequence[int],
        approved: int,
        forecast: int,
    ):
        self.approved, self.forecast = approved, forecast
        self.is_rtl = in_persian()
        begun = self._begun(year, on)
        self.is_running = begun < 12
        self._most = max(approved, sum(months), forecast, 1)
        self.months = [
            self._month(number, spent, so_far)
            for number, (spent, so_far) in enumerate(
                zip(months, accumulate(months), strict=True), 1
            )
            if number <= begun or spent
        ]

    @staticmethod
    def _begun(year, on) -> int:
        if on > year.ends_on:
            return 12
        return jalali.from_gregorian(on).month if on >= year.starts_on else 0

    def _month(self, number, spent, so_far) -> Month:
        top = self._y(max(spent, 0))  # more may have come back than was paid
        name = period_name(number) if number < PAYMENT_PERIOD else ""
        return Month(
            number,
            name,
            spent,
            so_far,
            self._x(number - 0.5),
            top,
            HEIGHT - BOTTOM - top,
            self._y(so_far),
        )

    def _x(self, months: float) -> int:
        along = round(SIDE + (WIDTH - 2 * SIDE) * months / PAYMENT_PERIOD)
        return WIDTH - along if self.is_rtl else along

    def _y(self, rial: int) -> int:
        return round(HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * rial / self._most)

    @property
    def names(self) -> list[tuple[int, str]]:
        """Where the name of each month of the year stands."""
        return [(self._x(number - 0.5), period_name(number)) for number in range(1, 13)]

    @property
    def curve(self) -> str:
        """SVG points of the sum so far, from nothing at the year's start."""
        points = [(self._x(0), self._y(0))]
        points += [(month.x, month.point_y) for month in self.months]
        return " ".join(f"{x},{y}" for x, y in points)

    @property
    def area(self) -> str:
        """The curve, closed along the ground."""
        last = self.months[-1].x if self.months else self._x(0)
        return f"{self.curve} {last},{self._y(0)}"

    @property
    def even_pace(self) -> str:
        """From nothing to the whole budget, the same every month."""
        start, end = (self._x(0), self._y(0)), (self._x(12), self._y(self.approved))
        return f"M{start[0]} {start[1]}L{end[0]} {end[1]}"

    @property
    def outlook(self) -> str:
        """From the last sum to the forecast; nothing once the year is over."""
        if not (self.is_running and self.months):
            return ""
        last = self.months[-1]
        return f"M{last.x} {last.point_y}L{self._x(12)} {self._y(self.forecast)}"

    @property
    def grid(self) -> list[GridLine]:
        step = next(step for step in STEPS if self._most <= 4 * step)
        amounts = range(step, self._most + 1, step)
        return [GridLine(self._y(each), toman_short(each)) for each in amounts]

    @property
    def label_x(self) -> int:
        """Amounts stand where the year begins: the curves lie low there."""
        return WIDTH - SIDE if self.is_rtl else SIDE

"""A published figure, and the arithmetic that all of them share."""

import datetime
from dataclasses import dataclass

from django.db.models import QuerySet

from budget.value import Worth


@dataclass(frozen=True)
class Value:
    """`about` says of what the figure `key` is told; `rows` are those of the list
    `list` that the value is made of."""

    key: str
    about: str
    value: object
    on: datetime.date
    list: str
    rows: QuerySet


def share(part: int, whole: int) -> str:
    """Part of a whole, to four decimals; empty where there is no whole."""
    return f"{part / whole:.4f}" if whole else ""


def each(spent: int, count: int) -> int | str:
    """As `Worth` has it; empty while there is none."""
    rial = Worth(spent, count).each
    return "" if rial is None else rial

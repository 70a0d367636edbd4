"""Rows of several models in one statement: what a page needs a little of each of.

Every part gives the same columns, so that the database can be asked once, however many
kinds of things a page names.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import models
from django.db.models import Case, Count, F, QuerySet, Value, When, Window
from django.db.models.functions import Cast, Coalesce, RowNumber


class Row(NamedTuple):
    """What is known of a row of `model`; what its part did not ask for is None.

    `name` is that of a thing the row belongs to. The other columns mean what the part
    says that they mean.
    """

    model: type[models.Model]
    pk: int
    title_fa: str | None
    title_en: str | None
    name_fa: str | None
    name_en: str | None
    day: datetime.date | None
    other_day: datetime.date | None
    moment: datetime.datetime | None
    note: str | None
    number: int | None
    other_number: int | None
    foreign_amount: Decimal | None
    rate: Decimal | None
    owner_id: int | None
    is_illustrative: bool | None
    #: Where only the first of a pile are read, see `Part.first`: which one of it this
    #: is; and one, and for the last of them also how many are left out.
    nth: int | None
    stands_for: int | None

    @property
    def _meta(self) -> Any:
        return self.model._meta


_AMOUNT = models.DecimalField(max_digits=20, decimal_places=2)
_TYPES: dict[str, models.Field] = {
    "pk": models.BigIntegerField(),
    **dict.fromkeys(("title_fa", "title_en", "name_fa", "name_en"), models.TextField()),
    **dict.fromkeys(("day", "other_day"), models.DateField()),
    "moment": models.DateTimeField(),
    "note": models.TextField(),
    **dict.fromkeys(("number", "other_number"), models.BigIntegerField()),
    **dict.fromkeys(("foreign_amount", "rate"), _AMOUNT),
    "owner_id": models.BigIntegerField(),
    "is_illustrative": models.BooleanField(),
    **dict.fromkeys(("nth", "stands_for"), models.BigIntegerField()),
}


class Part(NamedTuple):
    """Rows of one model, and which of its columns (or expressions) mean what."""

    queryset: QuerySet[Any]
    columns: dict[str, Any]

    def numbered(self, number: int) -> QuerySet[Any]:
        columns = [
            _column(self.columns.get(name), field) for name, field in _TYPES.items()
        ]
        return self.queryset.order_by().values_list(
            Value(number, output_field=models.IntegerField()), *columns
        )

    def first(self, count: int, since: datetime.date) -> Part:
        """Only the `count` first rows by `day`, or by `other_day` where they have none,
        of each pile: an owner's, with or without a day; each day from `since` on is a
        pile of its own."""
        day, owner = self.columns["day"], self.columns.get("owner_id")
        other_day = self.columns.get("other_day", Value(None, models.DateField()))
        rows = self.queryset.alias(dated=_expression(day), undated=other_day)
        rows = rows.alias(by_day=Coalesce("dated", "undated"))
        piles = [
            Case(When(by_day__gte=since, then="by_day")),
            Case(When(dated=None, then=Value(1))),
            *([owner] if owner else []),
        ]
        in_order = [F("by_day").asc(nulls_last=True), Cast("pk", models.TextField())]
        rows = rows.annotate(
            nth=Window(RowNumber(), partition_by=piles, order_by=in_order),
            pile=Window(Count("*"), partition_by=piles),
            stands_for=Case(When(nth=count, then=F("pile") - (count - 1)), default=1),
        )
        columns = self.columns | {"nth": "nth", "stands_for": "stands_for"}
        return Part(rows.filter(nth__lte=count), columns)


def part(queryset: QuerySet[Any], *, title: str = "", name: str = "", **columns: Any):
    """`title` and `name` are what stands in Persian and in English as `…_fa`, `…_en`.

    A value is a column of `Row` by the name of a field, or by an expression.
    """
    given = {"pk": "pk"}
    if hasattr(queryset.model, "is_illustrative"):
        given["is_illustrative"] = "is_illustrative"
    for column, source in (("title", title), ("name", name)):
        if source:
            given |= {f"{column}_{code}": f"{source}_{code}" for code in ("fa", "en")}
    return Part(queryset, given | columns)


def read(parts: Iterable[Part]) -> list[list[Row]]:
    """The rows of each part, in no order; one query for all of them."""
    parts = list(parts)
    if not parts:
        return []
    found: list[list[Row]] = [[] for _part in parts]
    first, *others = (part.numbered(number) for number, part in enumerate(parts))
    for number, *values in first.union(*others, all=True) if others else first:
        found[number].append(Row(parts[number].queryset.model, *values))
    return found


def _column(given, field):
    return Cast(Value(None), field) if given is None else _expression(given)


def _expression(given):
    return F(given) if isinstance(given, str) else given

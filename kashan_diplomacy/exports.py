"""Lists as CSV for auditors: streamed, complete, safe to open in a spreadsheet.

RFC 4180 with CRLF, UTF-8 with a byte order mark (without it Excel misreads Persian),
ASCII headers that are the model's field names, rows in a fixed order. Every value is
given the way a program reads it: dates ISO 8601, once Gregorian and once Jalali
(`signed_on`, `signed_on_jalali`); amounts in rial and in toman, ASCII digits without
grouping (`amount_rial`, `amount_toman`); instants in UTC; true and false; a foreign
key as its id and the name of what it points to (`city_id`, `city`).

A text cell that a spreadsheet would take for a formula is given a leading apostrophe.
So is one that already has apostrophes before such a character, so that removing one
apostrophe from a cell that matches `'+[=+-@…]` always gives the stored text back.
"""

import csv
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache
from io import StringIO
from operator import attrgetter
from typing import Any

from django.db import connection, transaction
from django.db.models import Model, QuerySet
from django.http import StreamingHttpResponse
from django.utils import timezone, translation

from . import jalali, money

BOM = "\ufeff"
ROWS_AT_A_TIME = 500
_FORMULA = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")


@dataclass(frozen=True)
class Column:
    """One CSV column: its header and the cell of a row.

    `related` and `prefetched` are what the cell needs loaded along with the rows, as
    for select_related() and prefetch_related(), or a function that gives the latter
    where it depends on the day. `type` is Table Schema's name for what
    stands in the cell; empty: what the model's field of this name holds.
    """

    header: str
    value: Callable[[Any], object]
    related: tuple[str, ...] = ()
    prefetched: tuple[Any, ...] = ()
    type: str = ""


@dataclass(frozen=True)
class Export:
    """A list that can be downloaded. `name` names the file; `order` is total.

    `deferred` are large fields that no column needs.
    """

    name: str
    model: type[Model]
    description: Any  # a lazy translation
    columns: list[Column]
    order: tuple[str, ...] = ("pk",)
    deferred: tuple[str, ...] = ()

    def queryset(self) -> QuerySet[Any]:
        return self.model._default_manager.all()

    @property
    def title(self) -> Any:
        return self.model._meta.verbose_name_plural

    @property
    def permission(self) -> str:
        """What a user must hold to download it: the right to view the model."""
        meta = self.model._meta
        return f"{meta.app_label}.view_{meta.model_name}"

    def rows(self, queryset: QuerySet[Any]) -> Iterator[list[str]]:
        """The cells of each row, read a batch at a time."""
        for row in self.loaded(queryset):
            with translation.override(None):  # the same file in every language
                cells = [cell(column.value(row)) for column in self.columns]
            yield cells

    def loaded(self, queryset: QuerySet[Any]) -> Iterator[Any]:
        """The rows in their order, with all that the columns need."""
        related = [path for column in self.columns for path in column.related]
        prefetched = [
            path() if callable(path) else path
            for column in self.columns
            for path in column.prefetched
        ]
        if related:
            queryset = queryset.select_related(*related)
        queryset = queryset.defer(*self.deferred).prefetch_related(*prefetched)
        ordered = queryset.order_by(*self.order)
        return ordered.iterator(chunk_size=ROWS_AT_A_TIME)


def fields(*names: str) -> list[Column]:
    """Text, numbers and yes/no just as they are stored."""
    return [Column(name, attrgetter(name)) for name in names]


def day(name: str) -> list[Column]:
    """A date, Gregorian and Jalali."""
    read = attrgetter(name)
    return [
        Column(name, read, type="date"),
        Column(f"{name}_jalali", lambda row: _jalali(read(row)), type="string"),
    ]


def instant(name: str) -> list[Column]:
    """A moment in UTC, and its Jalali day in Tehran."""
    read = attrgetter(name)
    return [
        Column(name, read, type="datetime"),
        Column(
            f"{name}_jalali",
            lambda row: _jalali(_local_day(read(row))),
            type="string",
        ),
    ]


def amount(name: str) -> list[Column]:
    """An amount in rial, and the same in toman; both empty for none."""
    read = attrgetter(name)

    def in_toman(row: Any) -> str:
        rial = read(row)
        return "" if rial is None else money.toman(rial).replace(",", "")

    return [
        Column(f"{name}_rial", read, type="integer"),
        Column(f"{name}_toman", in_toman, type="number"),
    ]


def reference(name: str, *related: str) -> list[Column]:
    """A foreign key: the id, and the name of what it points to.

    `related` are further relations that this name is made of.
    """
    return [
        Column(f"{name}_id", attrgetter(f"{name}_id"), type="integer"),
        Column(name, attrgetter(name), (name, *related), type="string"),
    ]


def many(name: str, key: str) -> list[Column]:
    """What is on the other side of a many-to-many: each one's `key`, semicolons
    between, ascending."""
    read = attrgetter(key)

    def joined(row: Any) -> str:
        keys = sorted(read(other) for other in getattr(row, name).all())
        return ";".join(map(str, keys))

    return [Column(name, joined, prefetched=(name,), type="string")]


def cell(value: object) -> str:
    """How a value stands in the file; only text can need an apostrophe."""
    if type(value) is str:  # most are, or the next
        return _harmless(value)
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, int | float | Decimal):
        return str(value)
    return _harmless(str(value))


def _harmless(text: str) -> str:
    return f"'{text}" if _FORMULA.match(text) else text


@lru_cache(maxsize=4096)
def _jalali(value: date | None) -> str:
    return jalali.iso(value) if value else ""


def _local_day(moment: datetime | None) -> date | None:
    return timezone.localdate(moment) if moment else None


def csv_response(export: Export, queryset: QuerySet[Any]) -> StreamingHttpResponse:
    """`queryset` of the export's model as a file to download, sent while it is read."""
    today = jalali.iso(timezone.localdate())
    return StreamingHttpResponse(
        _chunks(export, queryset),
        content_type="text/csv; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="{export.name}-{today}.csv"',
            "Cache-Control": "private, no-store",
        },
    )


def csv_bytes(export: Export, queryset: QuerySet[Any]) -> bytes:
    """The same file as a whole, for a list known to be short."""
    return "".join(_chunks(export, queryset)).encode()


def plain_csv(export: Export, queryset: QuerySet[Any]) -> Iterator[bytes]:
    """The same file, piece by piece, without the mark that only Excel needs."""
    for chunk in _chunks(export, queryset):
        yield chunk.removeprefix(BOM).encode()


def _chunks(export: Export, queryset: QuerySet[Any]) -> Iterator[str]:
    buffer = StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(column.header for column in export.columns)
    yield BOM + buffer.getvalue()
    with _reading():
        for batch in _batches(export.rows(queryset)):
            buffer.seek(0)
            buffer.truncate()
            writer.writerows(batch)
            yield buffer.getvalue()


def _batches(rows: Iterable[list[str]]) -> Iterator[list[list[str]]]:
    batch: list[list[str]] = []
    for row in rows:
        batch.append(row)
        if len(batch) == ROWS_AT_A_TIME:
            yield batch
            batch = []
    if batch:
        yield batch


def _reading() -> AbstractContextManager[Any]:
    """A transaction, on PostgreSQL: without one it works the whole list out before the
    first row. Not on SQLite, where it would keep every writer waiting.
    """
    return transaction.atomic() if connection.vendor == "postgresql" else nullcontext()

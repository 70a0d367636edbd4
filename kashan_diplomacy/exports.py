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
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from functools import cached_property
from io import StringIO
from itertools import islice
from operator import attrgetter
from typing import Any, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import connection, transaction
from django.db.models import Func, Model, QuerySet, TextField
from django.db.models.expressions import Expression
from django.http import StreamingHttpResponse
from django.utils import timezone, translation

from . import jalali
from .cells import Writer, Written, cell, cells_of, jalali_cell, toman_cell

BOM = "\ufeff"
ROWS_AT_A_TIME = 500
Row = TypeVar("Row")


@dataclass(frozen=True)
class Column:
    """One CSV column: its header and the cell of a row.

    `related` and `prefetched` are what the cell needs loaded along with the rows, as
    for select_related() and prefetch_related(), or a function that gives the latter
    where it depends on the day. `type` is Table Schema's name for what stands in the
    cell; empty: what the model's field of this name holds. `stored` is the field or
    expression that the database has the value in, where it has it, and `writer` makes
    the cell of it.
    """

    header: str
    value: Callable[[Any], object]
    related: tuple[str, ...] = ()
    prefetched: tuple[Any, ...] = ()
    type: str = ""
    stored: str | Expression = ""
    writer: Writer = cell


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

    @cached_property
    def is_stored(self) -> bool:
        """Whether the database has every cell, so that no object need be made."""
        names = {field.attname for field in self.model._meta.concrete_fields}
        return all(
            column.stored
            and (
                not isinstance(column.stored, str)
                or "__" in column.stored
                or column.stored in names
            )
            for column in self.columns
        )

    def rows(self, queryset: QuerySet[Any]) -> Iterator[Sequence[object]]:
        """The cells of each row as texts, or as numbers and None, which a CSV writer
        takes as well; read a batch at a time."""
        if self.is_stored:
            yield from self._stored_rows(queryset)
            return
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

    def _stored_rows(self, queryset: QuerySet[Any]) -> Iterator[Sequence[object]]:
        stored = list(dict.fromkeys(column.stored for column in self.columns))
        places = [(stored.index(c.stored), c.writer) for c in self.columns]
        rows = queryset.order_by(*self.order).values_list(*stored)
        for batch in _batches(rows.iterator(chunk_size=ROWS_AT_A_TIME)):
            columns = list(zip(*batch, strict=True))
            cells = (cells_of(columns[place], writer) for place, writer in places)
            yield from zip(*cells, strict=True)

    def copied(self, queryset: QuerySet[Any]) -> Iterator[bytes]:
        """The lines of the file as PostgreSQL writes them, without their ends."""
        try:
            sql, params = self.written(queryset).query.sql_with_params()
        except EmptyResultSet:  # such as of none()
            return
        command = f"COPY ({sql}) TO STDOUT (FORMAT csv)"
        with connection.cursor() as cursor, cursor.copy(command, params) as lines:
            for line in lines:
                yield bytes(line[:-1])

    def written(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """The rows with every cell as it stands in the file, by PostgreSQL."""
        cells = [Written(column.stored, column.writer) for column in self.columns]
        return queryset.order_by(*self.order).values_list(*cells)


def fields(*names: str) -> list[Column]:
    """Text, numbers and yes/no just as they are stored."""
    return [Column(name, attrgetter(name), stored=name) for name in names]


def day(name: str) -> list[Column]:
    """A date, Gregorian and Jalali."""
    return _in_two_ways(name, ("", "date", cell), ("_jalali", "string", jalali_cell))


def instant(name: str) -> list[Column]:
    """A moment in UTC, and its Jalali day in Tehran."""
    return _in_two_ways(
        name, ("", "datetime", cell), ("_jalali", "string", jalali_cell)
    )


def amount(name: str) -> list[Column]:
    """An amount in rial, and the same in toman; both empty for none."""
    return _in_two_ways(
        name, ("_rial", "integer", cell), ("_toman", "number", toman_cell)
    )


def _in_two_ways(name: str, *ways: tuple[str, str, Writer]) -> list[Column]:
    read = attrgetter(name)

    def column(ending: str, kind: str, writer: Writer) -> Column:
        def value(row: Any) -> str:
            return writer(read(row))

        return Column(f"{name}{ending}", value, type=kind, stored=name, writer=writer)

    return [column(*way) for way in ways]


def reference(name: str, *related: str, label: str | Expression = "") -> list[Column]:
    """A foreign key: the id, and the name of what it points to.

    `related` are further relations that this name is made of; `label` is the name
    where the database can give it.
    """
    key = f"{name}_id"
    return [
        Column(key, attrgetter(key), type="integer", stored=key),
        Column(name, attrgetter(name), (name, *related), type="string", stored=label),
    ]


def of_reference(name: str, **types: str) -> list[Column]:
    """Fields of what a foreign key points to, and Table Schema's types of them."""

    def column(field: str, kind: str) -> Column:
        def value(row: Any) -> object:
            return getattr(getattr(row, name), field, None)

        header, stored = f"{name}_{field}", f"{name}__{field}"
        return Column(header, value, (name,), type=kind, stored=stored)

    return [column(*named) for named in types.items()]


class Joined(Func):
    """Texts and numbers one after another; nothing where one of them is missing."""

    template = "(%(expressions)s)"
    arg_joiner = " || "
    output_field = TextField()


def many(name: str, key: str) -> list[Column]:
    """What is on the other side of a many-to-many: each one's `key`, semicolons
    between, ascending."""
    read = attrgetter(key)

    def joined(row: Any) -> str:
        keys = sorted(read(other) for other in getattr(row, name).all())
        return ";".join(map(str, keys))

    return [Column(name, joined, prefetched=(name,), type="string")]


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
    return b"".join(_chunks(export, queryset))


def plain_csv(export: Export, queryset: QuerySet[Any]) -> Iterator[bytes]:
    """The same file, piece by piece, without the mark that only Excel needs."""
    for chunk in _chunks(export, queryset):
        yield chunk.removeprefix(BOM.encode())


def _chunks(export: Export, queryset: QuerySet[Any]) -> Iterator[bytes]:
    yield f"{BOM}{_lines([[column.header for column in export.columns]])}".encode()
    if export.is_stored and connection.vendor == "postgresql":
        for copied in _batches(export.copied(queryset)):
            yield b"\r\n".join([*copied, b""])
        return
    with _reading():
        for batch in _batches(export.rows(queryset)):
            yield _lines(batch).encode()


def _lines(rows: Iterable[Iterable[object]]) -> str:
    buffer = StringIO()
    csv.writer(buffer, lineterminator="\r\n").writerows(rows)
    return buffer.getvalue()


def _batches(rows: Iterator[Row]) -> Iterator[list[Row]]:
    while batch := list(islice(rows, ROWS_AT_A_TIME)):
        yield batch


def _reading() -> AbstractContextManager[Any]:
    """A transaction, on PostgreSQL: without one it works the whole list out before the
    first row. Not on SQLite, where it would keep every writer waiting.
    """
    return transaction.atomic() if connection.vendor == "postgresql" else nullcontext()

"""How a value stands in a CSV file: in Python's words, and in PostgreSQL's.

PostgreSQL can write a list itself, several times faster than Python reads it. So that
the file is the same to the byte, each rule stands here twice, side by side: `cell`,
`jalali_cell` and `toman_cell` say it in Python, `Written` in SQL.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache
from types import NoneType
from typing import Any

from django.conf import settings
from django.db.models import (
    BooleanField,
    CharField,
    DateTimeField,
    FileField,
    Func,
    TextField,
)
from django.utils import timezone

from . import jalali

#: What a spreadsheet may take for the beginning of a formula.
_SIGNS = "=+@\t\r\n＝＋－＠-"
_FORMULA = re.compile(f"'*[{re.escape(_SIGNS)}]")
_SUSPECT = frozenset(f"'{_SIGNS}")

Writer = Callable[[Any], str]


def cell(value: object) -> str:
    """How a value stands in the file; only text can need an apostrophe."""
    if type(value) is str:  # most are, or the next
        return _harmless(value)
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return f"{value.astimezone(UTC).isoformat()[:19]}Z"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        return str(value).removesuffix(".0")
    if isinstance(value, int | Decimal):
        return str(value)
    return _harmless(str(value))


def jalali_cell(value: date | None) -> str:
    """A day, or a moment's day in Tehran, as 1401-04-31."""
    if isinstance(value, datetime):
        value = value.astimezone(timezone.get_default_timezone()).date()
    return _iso(value) if value else ""


def toman_cell(rial: int | None) -> str:
    """An amount in rial, which no export has below zero, as toman: 1250000.5"""
    if rial is None:
        return ""
    toman, tenth = divmod(rial, 10)
    return f"{toman}.{tenth}" if tenth else str(toman)


def cells_of(values: Sequence[Any], writer: Writer) -> Iterable[object]:
    """`writer` for a whole column at once; numbers are left to who writes the CSV."""
    if writer is cell:
        kinds = set(map(type, values))
        if kinds <= {int, NoneType}:
            return values
        if kinds == {str}:
            return map(_harmless, values)
    return map(writer, values)


_iso = lru_cache(maxsize=4096)(jalali.iso)


def _harmless(text: str) -> str:
    if text[:1] in _SUSPECT and _FORMULA.match(text):
        return f"'{text}"
    return text


class Written(Func):
    """What `writer` makes of an expression, worked out by PostgreSQL."""

    output_field = TextField()

    def __init__(self, expression: Any, writer: Writer) -> None:
        super().__init__(expression)
        self.writer = writer

    def as_postgresql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        [source] = self.get_source_expressions()
        sql, params = compiler.compile(source)
        template = in_sql(self.writer, source.output_field)
        return template.replace("{}", sql), list(params) * template.count("{}")


def in_sql(writer: Writer, field: Any) -> str:
    """`writer` for a column of the kind of `field`; the column stands at each {}."""
    if writer is toman_cell:
        return "CASE WHEN mod({}, 10) = 0 THEN {} / 10 ELSE trunc({} / 10.0, 1) END"
    if writer is jalali_cell:
        day = _DAY_IN_TEHRAN if isinstance(field, DateTimeField) else "{}"
        return _JALALI.replace("{}", day)
    if isinstance(field, DateTimeField):
        return """to_char({} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')"""
    if isinstance(field, CharField | TextField | FileField):
        return _TEXT
    return "{}::text" if isinstance(field, BooleanField) else "{}"


# The first letter is looked at first: most texts need nothing more.
_SIGNS_IN_SQL = f"E'{_SIGNS.encode('unicode_escape').decode()}'"
_TEXT = (
    "CASE WHEN {} = '' THEN NULL"
    f" WHEN position(left({{}}, 1) IN chr(39) || {_SIGNS_IN_SQL}) = 0 THEN {{}}"
    f" WHEN ltrim({{}}, chr(39)) ~ ('^[' || {_SIGNS_IN_SQL} || ']')"
    " THEN chr(39) || {} ELSE {} END"
)
_DAY_IN_TEHRAN = f"({{}} AT TIME ZONE '{settings.TIME_ZONE}')::date"
# Counted from the first of Farvardin of each year.
_STARTS = "'{{{}}}'::date[]".format(
    ",".join(
        jalali.year_start(year).isoformat()
        for year in range(jalali.FIRST_YEAR, jalali.LAST_YEAR + 1)
    )
)
_JALALI = f"""(
    SELECT to_char(
        ({jalali.FIRST_YEAR - 1} + year) * 10000 + CASE
            WHEN day < 186 THEN (day / 31 + 1) * 100 + mod(day, 31) + 1
            ELSE ((day - 186) / 30 + 7) * 100 + mod(day - 186, 30) + 1
        END, 'FM0000"-"00"-"00')
    FROM (SELECT year, gregorian - ({_STARTS})[year] AS day
        FROM (SELECT width_bucket(gregorian, {_STARTS}) AS year, gregorian
            FROM (SELECT {{}} AS gregorian) AS g) AS y) AS d
)"""  # noqa: S608 - of our own constants

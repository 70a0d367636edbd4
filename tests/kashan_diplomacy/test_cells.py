import csv
import io
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.db.models import BigIntegerField, DateField, DateTimeField, TextField
from django.utils import translation

from kashan_diplomacy import jalali
from kashan_diplomacy.cells import cell, in_sql, jalali_cell, toman_cell
from kashan_diplomacy.export_views import EXPORTS
from kashan_diplomacy.exports import csv_bytes
from tests.budget.test_exports import make_rows

pytestmark = pytest.mark.django_db

POSTGRES_ONLY = pytest.mark.skipif(
    "connection.vendor != 'postgresql'", reason="only PostgreSQL writes cells itself"
)
STORED = [name for name, export in EXPORTS.items() if export.is_stored]
TEXTS = [
    *("", "=1+1", "+98 31", "-5", "@SUM(A1)", "\tx", "\rx", "\nx"),
    *(
        "＝1",
        "＋1",
        "－1",
        "＠x",
        "'=1",
        "''-1",
        "'",
        "''",
        "'90s",
        "1=1",
        "]",
        "^",
        "\\",
    ),
    *("کاشان", "\u200cکاشان", 'گل، "عطر"\nو گلاب', "a,b", " x "),
]


def written(values, kind, writer, field):
    """`values` as PostgreSQL writes them with `writer`."""
    cell_in_sql = in_sql(writer, field).replace("{}", "x")
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {cell_in_sql} FROM unnest(%s::{kind}[]) WITH ORDINALITY"
            " AS v(x, number) ORDER BY number",
            [values],
        )
        return ["" if text is None else str(text) for (text,) in cursor.fetchall()]


@POSTGRES_ONLY
def test_every_day_is_the_same_jalali_day_in_the_database():
    days = (jalali.LAST_DAY - jalali.FIRST_DAY).days + 1
    values = [jalali.FIRST_DAY + timedelta(days=n) for n in range(days)]
    expected = [jalali_cell(day) for day in values]
    assert written(values, "date", jalali_cell, DateField()) == expected


@POSTGRES_ONLY
def test_moments_fall_on_the_day_in_tehran():
    midnights = [datetime(year, 7, 22, 20, 29, 59, tzinfo=UTC) for year in (1995, 2025)]
    values = [
        midnight + timedelta(hours=hours) for midnight in midnights for hours in (0, 1)
    ]
    for writer in (cell, jalali_cell):
        expected = [writer(value) for value in values]
        assert written(values, "timestamptz", writer, DateTimeField()) == expected


@POSTGRES_ONLY
def test_texts_are_as_harmless_from_the_database():
    expected = [cell(text) for text in TEXTS]
    assert written(TEXTS, "text", cell, TextField()) == expected


@POSTGRES_ONLY
def test_amounts_are_the_same_toman_from_the_database():
    rials = [0, 1, 9, 10, 99, 100_000_005, 9 * 10**18, None]
    expected = [toman_cell(rial) for rial in rials]
    assert written(rials, "bigint", toman_cell, BigIntegerField()) == expected


@pytest.mark.parametrize("name", STORED)
def test_stored_cells_are_what_the_objects_say(name):
    make_rows()
    export = EXPORTS[name]
    rows = export.queryset().order_by(*export.order)
    with translation.override(None):
        expected = [[cell(c.value(row)) for c in export.columns] for row in rows]
    stored = export.rows(export.queryset())
    cells = [["" if value is None else str(value) for value in row] for row in stored]
    assert cells == expected


@pytest.mark.parametrize("name", STORED)
def test_file_holds_the_stored_cells_as_the_csv_module_writes_them(name):
    make_rows()
    export = EXPORTS[name]
    expected = io.StringIO(newline="")
    writer = csv.writer(expected)
    writer.writerow(column.header for column in export.columns)
    writer.writerows(export.rows(export.queryset()))
    assert csv_bytes(export, export.queryset()).decode("utf-8-sig") == (
        expected.getvalue()
    )


def test_the_lists_that_grow_by_the_year_are_read_without_making_objects():
    assert "ledger" in STORED


def test_file_of_no_rows_has_its_header():
    export = EXPORTS["ledger"]
    [header] = csv_bytes(export, export.queryset().none()).decode().splitlines()
    assert "amount_rial" in header

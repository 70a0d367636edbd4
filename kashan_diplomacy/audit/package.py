"""A fiscal year as one zip file, for whoever does not want to have to trust us.

The same data give the same bytes: names are sorted, times are fixed, texts are in one
language. Lists of money are those of the year; records of the partnerships, and of
who may do what, are there as a whole, so that every reference leads to something.
"""

import datetime
import json
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import IO

from django.db import connection, transaction
from django.utils import timezone, translation

from budget.journal import journal
from budget.models import FiscalYear
from kashan_diplomacy.export_views import EXPORTS
from kashan_diplomacy.exports import plain_csv
from kashan_diplomacy.history_exports import Edits

from . import schema

HERE = Path(__file__).parent
_LONG_AGO = (1980, 1, 1, 0, 0, 0)  # the first that a zip file can name


def package_name(year: FiscalYear) -> str:
    return f"kashan-audit-{year.year}"


def rows_of(name: str, year: FiscalYear):
    """What of a list belongs to the package of `year`, as a queryset."""
    rows = EXPORTS[name].queryset()
    if name == "fiscal_years":
        return rows.filter(pk=year.pk)
    if name in ("budget_lines", "closings", "ledger"):
        return rows.filter(fiscal_year=year)
    if name == "expenses":
        return rows.filter(line__fiscal_year=year)
    if name == "vouchers":
        return rows.filter(expense__line__fiscal_year=year)
    if name == "downloads":
        return rows.filter(started_at__range=_moments(year))
    return rows


def chain_head(year: FiscalYear) -> dict[str, int | str]:
    """The number and the digest of the last entry; 0 and "" for an empty ledger."""
    head = year.entries.order_by("-seq").first()
    return {
        "fiscal_year": year.year,
        "seq": head.seq if head else 0,
        "digest": head.digest if head else "",
    }


def write_package(year: FiscalYear, file: IO[bytes]) -> None:
    """Write the package of `year` as it is at one moment."""
    with (
        one_moment(),
        translation.override("fa"),
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        sums = {}
        resources = []
        models = {e.model: e.name for e in EXPORTS.values() if not isinstance(e, Edits)}
        for name, export in sorted(EXPORTS.items()):
            path = f"data/{name}.csv"
            size, sums[path] = put(
                archive, path, plain_csv(export, rows_of(name, year))
            )
            resources.append(schema.resource(export, models, size, sums[path]))
        for path, chunks in _others(year, resources):
            _size, sums[path] = put(archive, path, chunks)
        lines = [f"{digest}  {path}\n" for path, digest in sorted(sums.items())]
        put(archive, "SHA256SUMS", [line.encode() for line in lines])


def _others(
    year: FiscalYear, resources: list[dict]
) -> Iterator[tuple[str, Iterable[bytes]]]:
    """Every file but the lists and the sums: its path, and its bytes in pieces."""
    for closing in year.closings.order_by("month"):
        path = f"closings/{year.year}-{closing.month:02}"
        yield f"{path}-entries.csv", [bytes(closing.entries_csv)]
        if closing.settlement_csv:
            yield f"{path}-settlement.csv", [bytes(closing.settlement_csv)]
    yield "ledger.journal", (text.encode() for text in journal(year))
    yield "chain_head.json", [as_json(chain_head(year))]
    for name in ("README.md", "verify.py"):
        yield name, [(HERE / name).read_bytes()]
    described = {
        "profile": "tabular-data-package",
        "name": package_name(year),
        "title": f"Kashan city diplomacy, fiscal year {year.year}",
        "title_fa": f"دیپلماسی شهری کاشان، سال مالی {year.year}",
        "resources": resources,
    }
    yield "datapackage.json", [as_json(described)]


def put(
    archive: zipfile.ZipFile, path: str, chunks: Iterable[bytes]
) -> tuple[int, str]:
    """Add a file; returns its size and its SHA-256."""
    entry = zipfile.ZipInfo(path, _LONG_AGO)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.create_system, entry.external_attr = 3, 0o644 << 16  # as on Unix, anywhere
    digest, size = sha256(), 0
    with archive.open(entry, "w", force_zip64=True) as file:
        for chunk in chunks:
            digest.update(chunk)
            size += file.write(chunk)
    return size, digest.hexdigest()


def as_json(value: dict) -> bytes:
    return f"{json.dumps(value, ensure_ascii=False, indent=1)}\n".encode()


def _moments(year: FiscalYear) -> tuple[datetime.datetime, datetime.datetime]:
    """The first and the last moment of the year and its payment period."""
    days = (
        (year.starts_on, datetime.time.min),
        (year.payments_end_on, datetime.time.max),
    )
    first, last = (datetime.datetime.combine(day, hour) for day, hour in days)
    return timezone.make_aware(first), timezone.make_aware(last)


@contextmanager
def one_moment():
    """All reads see one moment's rows, and no writer waits for them."""
    if connection.in_atomic_block:  # the caller's moment
        yield
    elif connection.vendor == "postgresql":
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            yield
    else:
        # Not atomic(), whose BEGIN IMMEDIATE would keep every writer waiting.
        with connection.cursor() as cursor:
            cursor.execute("BEGIN")
            try:
                yield
            finally:
                cursor.execute("ROLLBACK")

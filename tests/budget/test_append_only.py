"""Entries and closings are append-only in the database itself, on both engines."""

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from budget import triggers
from budget.models import Closing, Entry
from tests.factories import make_line, make_user

pytestmark = pytest.mark.django_db

POSTGRES_ONLY = pytest.mark.skipif(
    "connection.vendor != 'postgresql'", reason="SQLite has no TRUNCATE"
)


@pytest.fixture(params=[Entry, Closing], ids=["entry", "closing"])
def table(request):
    """The table's name, with a row in it."""
    line = make_line(approved=100)
    Closing.objects.create(
        fiscal_year=line.fiscal_year,
        month=1,
        last_seq=1,
        digest="0",
        entries_csv=b"",
        entries_sha256="0",
        closed_by=make_user(),
        closed_at=timezone.now(),
    )
    return request.param._meta.db_table


def refused(sql):
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        connection.cursor().execute(sql)


def test_raw_update_is_refused(table):
    refused(f"UPDATE {table} SET digest = 'x'")


def test_raw_delete_is_refused(table):
    refused(f"DELETE FROM {table}")


def test_upsert_is_refused(table):
    columns = ", ".join(_columns(table))
    refused(
        f"INSERT INTO {table} ({columns}) SELECT {columns} FROM {table} WHERE true"
        " ON CONFLICT (id) DO UPDATE SET digest = 'x'"
    )


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="only SQLite has REPLACE")
def test_replace_is_refused(table):
    columns = ", ".join(_columns(table))
    refused(f"REPLACE INTO {table} ({columns}) SELECT {columns} FROM {table}")


@POSTGRES_ONLY
def test_truncate_is_refused(table):
    # Keys still to be checked at the end of the test would forbid it already.
    connection.cursor().execute("SET CONSTRAINTS ALL IMMEDIATE")
    refused(f"TRUNCATE {table} CASCADE")


def test_queryset_and_instance_are_refused_alike():
    entry = make_line(approved=100).entries.get()
    for attempt in (
        lambda: Entry.objects.update(amount=1),
        lambda: Entry.objects.all().delete(),
        lambda: Entry.objects.bulk_update([entry], ["memo"]),
        entry.save,
        entry.delete,
    ):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            attempt()


def test_missing_trigger_is_found_and_migrate_puts_it_back():
    assert triggers.check_triggers(None, databases=["default"]) == []
    with connection.cursor() as cursor:
        on_table = " ON budget_entry" if connection.vendor == "postgresql" else ""
        cursor.execute(f"DROP TRIGGER budget_entry_append_only_update{on_table}")
    (error,) = triggers.check_triggers(None, databases=["default"])
    assert "budget_entry_append_only_update" in error.msg
    call_command("migrate", verbosity=0, skip_checks=False)
    assert triggers.check_triggers(None, databases=["default"]) == []


def _columns(table):
    with connection.cursor() as cursor:
        description = connection.introspection.get_table_description(cursor, table)
    return [column.name for column in description]

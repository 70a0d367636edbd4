"""Django's migrate, one at a time: two deploys at once wait for each other.

Django works out what to run before it runs it, so that two of them would both create
the same table, and one would fail half-way. The lock goes with the process: one that
is killed keeps nobody waiting.
"""

import contextlib
import sqlite3

from django.core.checks.registry import registry
from django.core.management.commands import migrate
from django.db import connections

from kashan_diplomacy.triggers import TAG

LOCK = 1401  # any number, the same for all of this program
LONGEST = 600  # seconds


class Command(migrate.Command):
    def get_check_kwargs(self, options):
        """All checks but whether the triggers are there: they are installed at the
        end, and a database of an earlier release lacks those of this one."""
        kwargs = super().get_check_kwargs(options)
        return {**kwargs, "tags": registry.tags_available() - {TAG}}

    def handle(self, *args, **options):
        with _alone(connections[options["database"]]):
            return super().handle(*args, **options)


def _alone(connection):
    if connection.vendor == "postgresql":
        return _alone_on_server(connection)
    if connection.vendor == "sqlite" and not connection.is_in_memory_db():
        return _alone_on_machine(connection.settings_dict["NAME"])
    return contextlib.nullcontext()


@contextlib.contextmanager
def _alone_on_server(connection):
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
    try:
        yield
    finally:
        if connection.is_usable():  # else the server let go of the lock by itself
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


@contextlib.contextmanager
def _alone_on_machine(name):
    """A file of SQLite's own beside the database, locked as its files are locked."""
    with contextlib.closing(
        sqlite3.connect(f"{name}.migrating", timeout=LONGEST, isolation_level=None)
    ) as lock:
        lock.execute("BEGIN EXCLUSIVE")
        yield

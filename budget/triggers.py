"""Database triggers that make entries and closings append-only on both engines.

They are installed after every `migrate`, because on SQLite a table rebuilt by a later
migration silently loses its triggers, and `manage.py check --database default` says
when one is missing. On PostgreSQL they fire for the program's own user however it
asks; only the owner of the tables can take them away.
"""

from django.apps import apps
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Model

from kashan_diplomacy import triggers

NAME = "append_only"
MESSAGE = "entries and closings are append-only"


def protected_models() -> list[type[Model]]:
    return [apps.get_model("budget", name) for name in ("Entry", "Closing")]


def install(connection: BaseDatabaseWrapper) -> None:
    """Create what is missing; what is there is replaced by the same."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                f"CREATE OR REPLACE FUNCTION {NAME}() RETURNS trigger"
                f" LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION '{MESSAGE}'"
                " USING ERRCODE = 'integrity_constraint_violation'; END $$"
            )
        for statement in _statements(connection.vendor):
            cursor.execute(statement)


def remove(connection: BaseDatabaseWrapper) -> None:
    """Take the triggers away; nothing but the tests' own clean-up has cause to."""
    with connection.cursor() as cursor:
        for table, name in _names(connection.vendor):
            on_table = f" ON {table}" if connection.vendor == "postgresql" else ""
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}{on_table}")


def missing(connection: BaseDatabaseWrapper) -> list[str]:
    """The triggers that should be there and are not, of the tables that exist."""
    return triggers.absent(connection, _names(connection.vendor))


def check_triggers(app_configs, databases=None, **kwargs):
    """System check: without its triggers the ledger could be rewritten."""
    found = (name for alias in databases or [] for name in missing(connections[alias]))
    return triggers.errors(found, "budget.E001")


def _events(vendor: str) -> tuple[str, ...]:
    return ("UPDATE", "DELETE", *(["TRUNCATE"] if vendor == "postgresql" else []))


def _names(vendor: str) -> list[tuple[str, str]]:
    return [
        (model._meta.db_table, f"{model._meta.db_table}_{NAME}_{event.lower()}")
        for model in protected_models()
        for event in _events(vendor)
    ]


def _statements(vendor: str) -> list[str]:
    wanted = zip(_names(vendor), _events(vendor) * 2, strict=True)
    if vendor == "postgresql":
        return [
            f"CREATE OR REPLACE TRIGGER {name} BEFORE {event} ON {table}"
            f" FOR EACH STATEMENT EXECUTE FUNCTION {NAME}()"
            for (table, name), event in wanted
        ]
    return [
        f"CREATE TRIGGER IF NOT EXISTS {name} BEFORE {event} ON {table}"
        f" BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
        for (table, name), event in wanted
    ]

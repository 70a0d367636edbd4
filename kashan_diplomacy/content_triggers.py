"""Database triggers that give the public content a new version with every change.

In the database, because a version that only `save()` would raise misses what commands,
imports and SQL change. Each writes a new random token into the one row of
ContentVersion: a row and not a sequence, because a sequence moves before its writer
commits, and a page rendered in between would be kept under the new number.

The ledger's own tables are left out, and so are the amounts that only the ledger
writes: one row that every poster has to write would make them wait for each other.
The heads of the chains stand for them (`content_version`).

On PostgreSQL the triggers wait for the commit, so that the row is locked for a moment
only, and by a transaction that waits for nothing else any more. Like those of the
ledger they are installed after every `migrate`.
"""

from django.apps import apps
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Model
from simple_history.models import HistoricalChanges

from . import triggers
from .models import ContentVersion

NAME = "new_content_version"
#: No page that is kept reads them. Entries are told by the heads of their chains.
UNSEEN = {
    "agreements": {"Reminder", "CalendarFeed", "FollowUpMove"},
    "budget": {"Entry", "Voucher"},
}
EVENTS = ("INSERT", "UPDATE", "DELETE")
#: Once in a transaction is enough: a row written again and again keeps all its versions
#: until the commit, and each of thousands of writers would walk through them.
_UNLESS_DONE = {
    "postgresql": " WHERE xmin <> pg_current_xact_id()::xid",
    "sqlite": "",
}
_TOKENS = {
    "postgresql": "replace(gen_random_uuid()::text, '-', '')",
    "sqlite": "lower(hex(randomblob(16)))",
}


def watched_models() -> list[type[Model]]:
    """The models that pages which are kept read: the public ones, and the start page
    of staff. Those of many-to-many fields are among them."""
    return [
        model
        for label, unseen in UNSEEN.items()
        for model in apps.get_app_config(label).get_models(include_auto_created=True)
        if model.__name__ not in unseen and not issubclass(model, HistoricalChanges)
    ]


def install(connection: BaseDatabaseWrapper) -> None:
    """Create what is missing, of the tables that exist; and the row they write to."""
    tables = set(connection.introspection.table_names())
    if ContentVersion._meta.db_table not in tables:  # migrated half-way
        return
    renewal = _renewal(connection.vendor)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {ContentVersion._meta.db_table} (id, token)"  # noqa: S608
            f" SELECT 1, {_TOKENS[connection.vendor]} WHERE NOT EXISTS"
            f" (SELECT 1 FROM {ContentVersion._meta.db_table})"
        )
        if connection.vendor == "postgresql":
            cursor.execute(
                f"CREATE OR REPLACE FUNCTION {NAME}() RETURNS trigger"
                f" LANGUAGE plpgsql AS $$ BEGIN {renewal}; RETURN NULL; END $$"
            )
        present = triggers.present(connection)
        for model in watched_models():
            for event in EVENTS:
                name = _name(model, event)
                if model._meta.db_table not in tables:
                    continue
                if name in present and hasattr(model, "HELD"):  # its columns change
                    cursor.execute(_removal(connection, model, name))
                    present.remove(name)
                if name not in present:
                    cursor.execute(_statement(connection, model, event, renewal))


def missing(connection: BaseDatabaseWrapper) -> list[str]:
    """The triggers that should be there and are not, of the tables that exist."""
    wanted = (
        (model._meta.db_table, _name(model, event))
        for model in watched_models()
        for event in EVENTS
    )
    return triggers.absent(connection, wanted)


def check_triggers(app_configs, databases=None, **kwargs):
    """System check: without its triggers a page could stay as it was."""
    found = (name for alias in databases or [] for name in missing(connections[alias]))
    return triggers.errors(found, "kashan_diplomacy.E001")


def _renewal(vendor: str) -> str:
    table = ContentVersion._meta.db_table
    renewal = f"UPDATE {table} SET token = {_TOKENS[vendor]}"  # noqa: S608
    return f"{renewal}{_UNLESS_DONE[vendor]}"


def _name(model: type[Model], event: str) -> str:
    return f"{model._meta.db_table}_seen_{event.lower()}"


def _removal(connection, model: type[Model], name: str) -> str:
    table = connection.ops.quote_name(model._meta.db_table)
    on_table = f" ON {table}" if connection.vendor == "postgresql" else ""
    return f"DROP TRIGGER {name}{on_table}"


def _statement(connection, model: type[Model], event: str, renewal: str) -> str:
    table = connection.ops.quote_name(model._meta.db_table)
    held = getattr(model, "HELD", ())
    if event == "UPDATE" and held:
        columns = (
            field.column
            for field in model._meta.concrete_fields
            if field.name not in held
        )
        event_of = f"UPDATE OF {', '.join(map(connection.ops.quote_name, columns))}"
    else:
        event_of = event
    name = _name(model, event)
    if connection.vendor == "postgresql":
        return (
            f"CREATE CONSTRAINT TRIGGER {name} AFTER {event_of} ON {table}"
            " DEFERRABLE INITIALLY DEFERRED"
            f" FOR EACH ROW EXECUTE FUNCTION {NAME}()"
        )
    return f"CREATE TRIGGER {name} AFTER {event_of} ON {table} BEGIN {renewal}; END"

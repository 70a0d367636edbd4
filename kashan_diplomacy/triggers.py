"""What the database's triggers of both kinds share: being there, and being missed."""

from collections.abc import Iterable

from django.core.checks import Error
from django.db.backends.base.base import BaseDatabaseWrapper

#: Of the checks that `manage.py migrate` leaves out: it puts right what they find.
TAG = "triggers"
_CATALOGUE = {
    "postgresql": "SELECT tgname FROM pg_trigger WHERE tgenabled <> 'D'",
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
}


def present(connection: BaseDatabaseWrapper) -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(_CATALOGUE[connection.vendor])
        return {name for (name,) in cursor.fetchall()}


def absent(
    connection: BaseDatabaseWrapper, wanted: Iterable[tuple[str, str]]
) -> list[str]:
    """Of (table, trigger), the triggers that are not there though their table is."""
    tables = connection.introspection.table_names()
    there = present(connection)
    return [name for table, name in wanted if table in tables and name not in there]


def errors(names: Iterable[str], error_id: str) -> list[Error]:
    """What a system check says of missing triggers."""
    return [
        Error(
            f"The trigger {name} is missing.",
            hint="Run manage.py migrate: it installs the triggers.",
            id=error_id,
        )
        for name in names
    ]

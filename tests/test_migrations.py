"""While migrations run, and until the last machine is updated, the old one serves.

It knows nothing of a new column and goes on writing rows without it, and goes on
reading what the new one no longer needs. So a release may add, and only the release
after the next, when nobody asks for it any more, may take away (README of deploy/).
"""

import pytest
from django.db import migrations, models
from django.db.migrations.loader import MigrationLoader
from django.db.models import NOT_PROVIDED

OURS = ("kashan_diplomacy", "agreements", "budget")
#: Migrations that need the program to be stopped while they run, and why; the release
#: notes must say so.
STOPPING: dict[tuple[str, str], str] = {}

BREAKS_READERS = (
    migrations.DeleteModel,
    migrations.RemoveField,
    migrations.RenameField,
    migrations.RenameModel,
    migrations.AlterModelTable,
)


def later_migrations():
    loader = MigrationLoader(None)
    return {
        key: migration
        for key, migration in loader.disk_migrations.items()
        if key[0] in OURS and not migration.initial and key not in STOPPING
    }


def trouble(operation):
    """Why the old program would fail beside this operation; "" if it would not."""
    if isinstance(operation, migrations.SeparateDatabaseAndState):
        found = map(trouble, operation.database_operations)
        return next(filter(None, found), "")
    if isinstance(operation, migrations.RunSQL):
        adds = str(operation.sql).split()[:2] == ["INSERT", "INTO"]
        return "" if adds else "it may change what the old program reads"
    if isinstance(operation, BREAKS_READERS):
        return "the old program still uses it"
    if isinstance(operation, migrations.AddField):
        return column_trouble(operation.field)
    return ""


def column_trouble(field):
    is_column = not isinstance(field, models.ManyToManyField)
    has_default = field.null or field.db_default is not NOT_PROVIDED
    if is_column and not has_default:
        return "the old program writes rows without it: null=True or db_default="
    return ""


def test_old_program_can_serve_while_migrations_run():
    found = {
        f"{'.'.join(key)}: {operation.describe()}": reason
        for key, migration in later_migrations().items()
        for operation in migration.operations
        if (reason := trouble(operation))
    }
    assert found == {}


def test_migration_excused_is_there_and_says_why():
    assert STOPPING.keys() <= MigrationLoader(None).disk_migrations.keys()
    assert all(STOPPING.values())


@pytest.mark.parametrize(
    ("operation", "is_safe"),
    [
        (migrations.AddField("city", "x", models.TextField()), False),
        (migrations.AddField("city", "x", models.TextField(default="")), False),
        (migrations.AddField("city", "x", models.TextField(db_default="")), True),
        (migrations.AddField("city", "x", models.DateField(null=True)), True),
        (migrations.AddField("city", "x", models.ManyToManyField("self")), True),
        (migrations.RemoveField("city", "slug"), False),
        (migrations.RenameField("city", "slug", "key"), False),
        (migrations.RunPython(migrations.RunPython.noop), True),
        (migrations.CreateModel("Ship", []), True),
    ],
    ids=lambda value: value.describe() if hasattr(value, "describe") else "",
)
def test_rule_tells_what_the_old_program_survives(operation, is_safe):
    assert (trouble(operation) == "") is is_safe

"""The table of full-text search, which is of another kind on each engine."""

from django.db import migrations

from kashan_diplomacy import search_words


def create(apps, schema_editor):
    search_words.create(schema_editor.connection)


def drop(apps, schema_editor):
    search_words.drop(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [
        ("kashan_diplomacy", "0005_public_content"),
    ]

    operations = [migrations.RunPython(create, drop)]

"""On PostgreSQL the vocabulary, by which beginnings of words are looked up."""

from django.db import migrations

from kashan_diplomacy import search_words


def create(apps, schema_editor):
    search_words.create_vocabulary(schema_editor.connection)


def sort_at_once(apps, schema_editor):
    search_words.sort_at_once(schema_editor.connection)


def drop(apps, schema_editor):
    search_words.drop_vocabulary(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [
        ("kashan_diplomacy", "0006_search_words"),
    ]

    operations = [
        migrations.RunPython(create, drop),
        migrations.RunPython(sort_at_once, migrations.RunPython.noop),
    ]

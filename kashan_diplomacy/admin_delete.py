"""What a deletion takes along, told in the names of records only.

A row that merely joins two records, such as an engagement and a city, has no name: the
stock page lists it as an "object" with its number.
"""

from django.apps import apps
from django.utils.text import capfirst


def without_joins(deleted, counts):
    """`deleted`, a nested list of texts, and `counts` by name, without such rows."""
    joins = [
        model._meta
        for model in apps.get_models(include_auto_created=True)
        if model._meta.auto_created
    ]
    prefixes = tuple(f"{capfirst(meta.verbose_name)}: " for meta in joins)
    names = {meta.verbose_name_plural for meta in joins}
    kept = {name: count for name, count in counts.items() if name not in names}
    return _kept(deleted, prefixes), kept


def _kept(deleted, prefixes):
    kept = []
    for entry in deleted:
        if isinstance(entry, list):
            if inner := _kept(entry, prefixes):
                kept.append(inner)
        elif not str(entry).startswith(prefixes):
            kept.append(entry)
    return kept

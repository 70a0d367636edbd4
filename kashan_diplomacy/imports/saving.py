"""Rows of a sheet saved many at a time, with all that saving one of them does."""

from django.db.models import prefetch_related_objects

from kashan_diplomacy.history import keep_versions
from kashan_diplomacy.records import Published
from kashan_diplomacy.search_index import Searched, index


def save_all(forms, reason, by):
    """Save the rows of valid forms: with what they refer to, a version of each in the
    history of edits, if it has one, and what each is found by.

    First what changes: a new row may take the place of one that makes way.
    """
    for is_new in (False, True):
        if some := [form for form in forms if form.is_new is is_new]:
            _save(some, is_new, reason, by)


def _save(forms, is_new, reason, by):
    rows = [form.instance for form in forms]
    model = type(rows[0])
    for row in rows:
        if isinstance(row, Published):
            row.stamp()
    model._default_manager.bulk_create(rows, **({} if is_new else _over(model)))
    links = {
        relation: _link(relation, forms, is_new)
        for relation in model._meta.many_to_many
    }
    if hasattr(model, "history"):
        keep_versions(rows, links, is_new=is_new, by=by, reason=reason)
    if issubclass(model, Searched):
        prefetch_related_objects(rows, *model.searched_parts)
        index(*rows)


def _over(model):
    """What makes bulk_create() write over the rows that are there: unlike
    bulk_update(), it asks each field what is to be stored."""
    fields = [field.name for field in model._meta.concrete_fields]
    fields.remove("id")
    return {"update_conflicts": True, "unique_fields": ["id"], "update_fields": fields}


def _link(relation, forms, is_new):
    """Each row with those that it refers to by a many-to-many field; the links."""
    through = relation.remote_field.through
    of_row, of_other = relation.m2m_field_name(), relation.m2m_reverse_field_name()
    if not is_new:
        rows = [form.instance for form in forms]
        old = through._default_manager.filter(**{f"{of_row}__in": rows})
        if relation.name not in forms[0].fields:
            return list(old)
        old.delete()
    return through._default_manager.bulk_create(
        through(**{of_row: form.instance, of_other: other})
        for form in forms
        for other in dict.fromkeys(form.cleaned_data.get(relation.name) or ())
    )

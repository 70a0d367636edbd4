"""New rows of a sheet saved many at a time, with all that saving one of them does."""

from simple_history.utils import bulk_create_with_history

from kashan_diplomacy.records import Published
from kashan_diplomacy.search_index import Searched, index_new


def add_all(forms, reason, by):
    """Save the new rows of valid forms: with what they refer to, the first version of
    each in the history of edits, and what each is found by."""
    if not forms:
        return
    rows = [form.instance for form in forms]
    model = type(rows[0])
    for row in rows:
        if isinstance(row, Published):
            row.stamp()
    bulk_create_with_history(
        rows, model, len(rows), default_user=by, default_change_reason=reason
    )
    for relation in model._meta.many_to_many:
        _join(relation, forms)
    if issubclass(model, Searched):
        index_new(rows)


def _join(relation, forms):
    """Each row with those that it refers to by a many-to-many field."""
    through = relation.remote_field.through
    of_row, of_other = relation.m2m_field_name(), relation.m2m_reverse_field_name()
    through._default_manager.bulk_create(
        through(**{of_row: form.instance, of_other: other})
        for form in forms
        for other in dict.fromkeys(form.cleaned_data.get(relation.name) or ())
    )

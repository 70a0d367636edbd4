"""A row compared with what is stored of it."""

from collections.abc import Iterable

from django.db import models


def is_changed(row: models.Model, names: Iterable[str]) -> bool:
    """Whether saving the row would change one of these fields; not of a new row."""
    if row._state.adding:
        return False
    columns = [row._meta.get_field(name).attname for name in names]
    values = {column: getattr(row, column) for column in columns}
    return not type(row)._base_manager.filter(pk=row.pk, **values).exists()

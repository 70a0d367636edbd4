"""The history of edits as CSV, a row for each field that an edit changed."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Model, QuerySet
from django.utils.translation import gettext_lazy as _

from .admin_history import COMPUTED
from .exports import (
    ROWS_AT_A_TIME,
    Column,
    Export,
    cell,
    fields,
    instant,
    reference,
)

#: In words: a spreadsheet takes the signs that are stored for formulas.
_TYPES = {"+": "added", "~": "changed", "-": "deleted"}
_COLUMNS = [
    *fields("id", "history_id"),
    Column("history_type", lambda edit: _TYPES[edit.history_type], type="string"),
    *instant("history_date"),
    *reference("history_user"),
    *(
        Column(name, lambda edit, name=name: getattr(edit, name), type="string")
        for name in ("field", "old", "new")
    ),
    *fields("history_change_reason"),
]


@dataclass(frozen=True)
class Edits(Export):
    """The versions of `model`, each told as what it changed in the one before.

    What was added tells every field that is not empty, as new; what was deleted, as
    old. `id` is the row that was edited.
    """

    def rows(self, queryset: QuerySet[Any]) -> Iterator[list[str]]:
        versions = queryset.select_related("history_user").order_by(*self.order)
        older = None
        for version in versions.iterator(chunk_size=ROWS_AT_A_TIME):
            before = _values(older) if older and older.id == version.id else {}
            after = {} if version.history_type == "-" else _values(version)
            for field in version.tracked_fields:
                name = field.attname
                if before.get(name) != after.get(name):
                    version.field = name
                    version.old, version.new = before.get(name), after.get(name)
                    yield [cell(column.value(version)) for column in self.columns]
            older = version


def _values(version: Any) -> dict[str, Any]:
    """What stands in the fields of a version that people fill in; no empty ones."""
    stored = {
        field.attname: getattr(version, field.attname)
        for field in version.tracked_fields
        if field.name not in COMPUTED and not field.primary_key
    }
    return {name: value for name, value in stored.items() if value not in (None, "")}


def edits(model: type[Model]) -> Edits:
    """The export of all edits of a tracked model: `agreement_edits`."""
    return Edits(
        f"{model._meta.model_name}_edits",
        model.history.model,  # type: ignore[attr-defined]
        _("Every edit: who, when, which field, from what, to what, and why"),
        _COLUMNS,
        order=("id", "history_id"),
    )

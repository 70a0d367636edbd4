"""The history of edits as CSV, a row for each field that an edit changed."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, Model, OuterRef, QuerySet, Value
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
from .history import links, with_links

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
        older = None
        for version in self._with_older(queryset).iterator(chunk_size=ROWS_AT_A_TIME):
            if not version.is_asked:
                older = version
                continue
            before = _values(older) if older and older.id == version.id else {}
            after = {} if version.history_type == "-" else _values(version)
            for name in _names(version):
                if before.get(name) != after.get(name):
                    version.field = name
                    version.old, version.new = before.get(name), after.get(name)
                    yield [cell(column.value(version)) for column in self.columns]
            older = version

    def _with_older(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """The versions of `queryset`, marked as asked for, and all others of their
        rows: what an edit changed shows in the version before it."""
        versions = with_links(self.queryset().select_related("history_user"))
        versions = versions.order_by(*self.order)
        if not queryset.query.where:  # all of them
            return versions.annotate(is_asked=Value(True))
        is_asked = Exists(queryset.filter(pk=OuterRef("pk")))
        edited = versions.filter(id__in=queryset.values("id"))
        return edited.annotate(is_asked=is_asked)


def _names(version: Any) -> list[str]:
    """The fields of a version, by the names of their columns in the other files."""
    tracked = [field.attname for field in version.tracked_fields]
    return tracked + [field.name for field in version._history_m2m_fields]


def _values(version: Any) -> dict[str, Any]:
    """What stands in the fields of a version that people fill in; no empty ones."""
    stored = {
        field.attname: getattr(version, field.attname)
        for field in version.tracked_fields
        if field.name not in COMPUTED and not field.primary_key
    }
    for field, rows in links(version):
        stored[field.name] = ";".join(sorted(row.name_fa for row in rows))
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

"""What the lists of a package hold, as Frictionless Table Schema says it.

https://specs.frictionlessdata.io/table-schema/ - descriptions are English where the
standard looks for them, and Persian beside them, in `title_fa` and `description_fa`.
"""

from django.core.exceptions import FieldDoesNotExist
from django.utils import translation
from django.utils.functional import Promise

from kashan_diplomacy.exports import Export
from kashan_diplomacy.history_exports import Edits

_TYPES = {
    "BooleanField": "boolean",
    "DateField": "date",
    "DateTimeField": "datetime",
    "DecimalField": "number",
    "FloatField": "number",
    "ForeignKey": "integer",
    "OneToOneField": "integer",
}
_PARTS = ("_jalali", "_rial", "_toman", "_id")


def resource(export: Export, names: dict[type, str], size: int, digest: str) -> dict:
    """The description of one list; `names` are the packaged lists by model."""
    return {
        "name": export.name,
        "path": f"data/{export.name}.csv",
        "profile": "tabular-data-resource",
        **both("title", export.title),
        **both("description", export.description),
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": size,
        "hash": f"sha256:{digest}",
        "schema": {
            "fields": [_field(export, column) for column in export.columns],
            "primaryKey": primary_key(export),
            "foreignKeys": list(_foreign_keys(export, names)),
            "missingValues": [""],
        },
    }


def primary_key(export: Export) -> list[str]:
    key = export.model._meta.pk.attname
    return [key, "field"] if isinstance(export, Edits) else [key]


def _field(export, column):
    field = _model_field(export, column.header)
    described = {"name": column.header, "type": column.type or _type(field)}
    for part in _PARTS:
        field = field or _model_field(export, column.header.removesuffix(part))
    return described | (both("title", field.verbose_name) if field else {})


def _model_field(export, name):
    try:
        return export.model._meta.get_field(name)
    except FieldDoesNotExist:
        return None


def _type(field):
    kind = field.get_internal_type()
    if kind.endswith(("IntegerField", "AutoField")):
        return "integer"
    return _TYPES.get(kind, "string")


def _foreign_keys(export, names):
    """Keys to packaged lists; versions keep keys to what may since be deleted."""
    is_history = hasattr(export.model, "history_object")
    for column in export.columns:
        field = _model_field(export, column.header)
        if not column.header.endswith("_id") or not (field and field.is_relation):
            continue
        target = names.get(field.related_model)
        if target and (not is_history or column.header == "history_user_id"):
            yield {
                "fields": [column.header],
                "reference": {"resource": target, "fields": ["id"]},
            }


def both(name: str, text: str | Promise) -> dict[str, str]:
    """A property `name` in English, and its Persian beside it."""
    with translation.override("en"):
        english = str(text)
    with translation.override("fa"):
        return {name: english, f"{name}_fa": str(text)}

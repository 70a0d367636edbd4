"""The data dictionary: what each column of each public list holds.

It is what `datapackage.json` says of the columns, told to people in their language.
"""

from typing import Any, NamedTuple

from .audit import schema
from .opendata.columns import PublicList
from .opendata.lists import LISTS
from .templatetags.persian import in_persian


class Field(NamedTuple):
    """`type` is Table Schema's word for what stands in the column."""

    name: str
    type: str
    meaning: str


class Table(NamedTuple):
    name: str
    title: str
    description: str
    fields: list[Field]


def tables() -> list[Table]:
    return [
        Table(name, str(each.title), str(each.description), _fields(each))
        for name, each in LISTS.items()
    ]


def _fields(public_list: PublicList) -> list[Field]:
    described = schema.resource(public_list, {}, size=0, digest="")
    return [
        Field(each["name"], each["type"], _meaning(each, public_list.notes))
        for each in described["schema"]["fields"]
    ]


def _meaning(field: dict[str, str], notes: dict[str, Any]) -> str:
    note = notes.get(field["name"].removesuffix("_jalali"))
    return str(note or field.get("title_fa" if in_persian() else "title", ""))

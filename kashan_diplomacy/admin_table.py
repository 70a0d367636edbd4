"""The rows of the admin's lists, as HTML.

The stock admin finds out for each cell anew which column it stands in, how that is
shown and whether it leads anywhere, which was most of what a list cost. Here a column
knows it once for all rows.
"""

import datetime
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from django.contrib.admin.views.main import ChangeList
from django.db import models
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString

from .admin_display import display_for_field, display_for_value

#: Shown in one line.
UNBROKEN = (models.DateField, models.TimeField, models.ForeignKey)


@dataclass(frozen=True)
class Column:
    """A field, a method of the admin, or something else that a row has."""

    read: Callable[[models.Model], Any]
    css: str
    empty: str
    field: models.Field | None = None
    is_boolean: bool = False

    @classmethod
    def of(cls, name: str, changelist: ChangeList) -> "Column":
        admin, model = changelist.model_admin, changelist.model
        empty, css = admin.get_empty_value_display(), f"field-{name}"
        for field in model._meta.concrete_fields:
            if field.name == name:
                css += " nowrap" if isinstance(field, UNBROKEN) else ""
                return cls(attrgetter(name), css, empty, field)
        asked = getattr(admin, name, None)
        is_boolean = getattr(asked or getattr(model, name), "boolean", False)
        css = "action-checkbox" if name == "action_checkbox" else css
        return cls(asked or _of_row(name), css, empty, is_boolean=is_boolean)

    def cell(self, row: models.Model, tag: str = "td", link: str = "{}") -> str:
        """The cell of `row`, with its text put into `link`."""
        value, css = self.read(row), self.css
        if isinstance(value, str) and not value.strip():
            value = ""
        if self.field is None:
            shown = display_for_value(value, self.empty, self.is_boolean)
            if isinstance(value, datetime.date | datetime.time):
                css += " nowrap"
        elif isinstance(self.field, models.ForeignKey):
            shown = self.empty if value is None else value
        else:
            shown = display_for_field(value, self.field, self.empty)
        text = link.replace("{}", conditional_escape(shown), 1)
        return f'<{tag} class="{css}">{text}</{tag}>'


def _of_row(name):
    def read(row):
        value = getattr(row, name)
        return value() if callable(value) else value

    return read


def table_rows(changelist: ChangeList) -> Iterator[SafeString]:
    """The cells of each row on the page. The first that leads to the row heads it."""
    columns = [Column.of(name, changelist) for name in changelist.list_display]
    links = _links(changelist)
    for row in changelist.result_list:
        link = _link(changelist, row)
        yield SafeString(
            "".join(
                column.cell(row, tag, link) if tag else column.cell(row)
                for column, tag in zip(columns, links, strict=True)
            )
        )


def _links(changelist):
    """For each column the tag of its cells where they lead to their row, else None."""
    names = changelist.list_display_links or ()
    leading = [name for name in changelist.list_display if name in names]
    return [
        ("th" if name == leading[0] else "td") if name in leading else None
        for name in changelist.list_display
    ]


def _link(changelist, row):
    address = conditional_escape(changelist.url_for_result(row))
    if not changelist.is_popup:
        return f'<a href="{address}">{{}}</a>'
    key = row.serializable_value(changelist.to_field or changelist.pk_attname)
    return f'<a href="{address}" data-popup-opener="{conditional_escape(key)}">{{}}</a>'

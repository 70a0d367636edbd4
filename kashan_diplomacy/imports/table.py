"""The rows of a spreadsheet under the columns of a sheet."""

from collections import Counter
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from kashan_diplomacy.names import listed
from kashan_diplomacy.templatetags.persian import digits

from .reading import too_long

ID = "id"


@dataclass
class Table:
    """`rows` are (number in the spreadsheet, {field: cells}), the id under "id"."""

    present: set[str]
    unread: list[str]
    rows: list[tuple[int, dict]]


def table(sheet, rows):
    """`rows` of cells as a Table; a ValidationError where the header will not do."""
    numbered = [(n, row) for n, row in enumerate(rows, 1) if any(map(str.strip, row))]
    if not numbered:
        raise ValidationError(_("The sheet is empty."), code="empty")
    header = [cell.strip().lower() for cell in numbered[0][1]]
    columns = sheet.columns
    read = {name for column in columns for name in column.headers} | {ID}
    _check_header(header, read | {each.header for each in sheet.export.columns})
    if len(numbered) == 1:
        raise ValidationError(_("There are no rows below the header."), code="empty")
    if len(numbered) > sheet.most_rows + 1:
        raise too_long(sheet.most_rows)
    places = {name: place for place, name in enumerate(header) if name}
    for number, row in numbered[1:]:
        _check_under_header(number, row, header)
    return Table(
        present={c.name for c in columns if places.keys() & set(c.headers)},
        unread=[name for name in header if name and name not in read],
        rows=[(n, _fields(row, columns, places)) for n, row in numbered[1:]],
    )


def _check_header(header, known):
    if strange := [name for name in header if name and name not in known]:
        text = _("Unknown columns: %(names)s. Use the names in the template.")
        params = {"names": listed(*(name[:40] for name in strange[:10]))}
        raise ValidationError(text, params=params, code="columns")
    counts = Counter(filter(None, header))
    if twice := [name for name, count in counts.items() if count > 1]:
        text = _("These columns are there twice: %(names)s.")
        raise ValidationError(text, params={"names": listed(*twice)}, code="twice")
    if not counts:
        raise ValidationError(_("The first row must name the columns."), code="header")


def _check_under_header(number, row, header):
    names = header + [""] * (len(row) - len(header))
    if any(cell.strip() for cell, name in zip(row, names, strict=False) if not name):
        text = _("Row %(number)s has a cell under a column without a name.")
        raise ValidationError(text, params={"number": digits(number)}, code="nameless")


def _fields(row, columns, places):
    def cell(header):
        place = places.get(header, len(row))
        return row[place].strip() if place < len(row) else ""

    read = {ID: cell(ID)}
    for column in columns:
        if any(header in places for header in column.headers):
            found = tuple(map(cell, column.headers))
            read[column.name] = found if len(found) > 1 else found[0]
    return read

"""The empty XLSX file of a sheet: its header, and a second sheet that explains it.

An XLSX file is a zip of a few XML files (ECMA-376); these are the ones that every
spreadsheet program asks for.
"""

import io
import zipfile

from django.template.loader import render_to_string
from django.utils.html import strip_tags
from django.utils.translation import get_language_bidi, ngettext
from django.utils.translation import gettext as _
from django_countries import countries

from kashan_diplomacy.names import listed

from . import cells

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_LONG_AGO = (1980, 1, 1, 0, 0, 0)  # the first that a zip file can name
_PARTS = {
    "[Content_Types].xml": "content_types.xml",
    "_rels/.rels": "rels.xml",
    "xl/workbook.xml": "workbook.xml",
    "xl/_rels/workbook.xml.rels": "workbook_rels.xml",
}


def explained(sheet):
    """Each column of a sheet: its header, its name, whether needed, what goes in."""
    return [
        {
            "header": column.header,
            "label": column.field.label,
            "is_required": column.is_required,
            "expects": " ".join(filter(None, [_expects(column), _help(column)])),
        }
        for column in sheet.columns
    ]


def _help(column):
    return strip_tags(str(column.field.help_text or ""))


def _expects(column):
    each = column.field
    if isinstance(each, cells.ChoiceField) and each.choices is not countries:
        return listed(*(f"{label} ({code})" for code, label in each.choices)) + "."
    for kind, text in (
        (cells.CountryField, _("The country's name or its two-letter code.")),
        (cells.ReferencesField, _("Names, semicolons between.")),
        (cells.ReferenceField, _("Its name, as it is recorded.")),
        (cells.DayField, _("A date, year first: Jalali or Gregorian.")),
        (cells.AmountField, _("An amount in toman.")),
        (cells.NumberField, _("A number.")),
        (cells.YesNoField, _("Yes or no; empty: no.")),
    ):
        if isinstance(each, kind):
            return text
    longest = getattr(each, "max_length", None)
    if not longest:
        return _("Text.")
    text = ngettext("At most %(n)s letter.", "At most %(n)s letters.", longest)
    return text % {"n": longest}


def template_file(sheet):
    """The bytes of the empty file."""
    columns = explained(sheet)
    head = [_("Column"), _("Name"), _("Needed"), _("What goes in")]
    guide = [
        [
            each["header"],
            str(each["label"]),
            _("yes") if each["is_required"] else "",
            each["expects"],
        ]
        for each in columns
    ]
    sheets = [[[each["header"] for each in columns]], [head, *guide]]
    context = {"names": [sheet.name, _("Explanation")], "rtl": get_language_bidi()}
    parts = {
        path: render_to_string(f"admin/imports/xlsx/{name}", context)
        for path, name in _PARTS.items()
    }
    for number, rows in enumerate(sheets, 1):
        parts[f"xl/worksheets/sheet{number}.xml"] = render_to_string(
            "admin/imports/xlsx/sheet.xml", {"rows": rows, "rtl": context["rtl"]}
        )
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, text in parts.items():
            archive.writestr(zipfile.ZipInfo(path, _LONG_AGO), text.strip())
    return content.getvalue()

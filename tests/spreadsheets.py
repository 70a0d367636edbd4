"""Small spreadsheets, and a person's way through the pages that bring them in."""

import csv
import io
import zipfile
from xml.sax.saxutils import escape

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from kashan_diplomacy.models import Import

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OPENXML = "application/vnd.openxmlformats"
_TYPE = f"{_OPENXML}-officedocument.spreadsheetml"


def csv_bytes(*rows, encoding="utf-8-sig"):
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode(encoding)


def xlsx_bytes(*rows, sheet=None):
    """`rows` of text and numbers; or `sheet`, the XML between <sheetData> tags."""
    if sheet is None:
        sheet = "".join(f"<row>{''.join(map(_cell, row))}</row>" for row in rows)
    parts = {
        "[Content_Types].xml": (
            f'<Types xmlns="{_PACKAGE}/content-types">'
            f'<Default Extension="rels" ContentType="{_OPENXML}-package.'
            'relationships+xml"/>'
            '<Override PartName="/xl/workbook.xml"'
            f' ContentType="{_TYPE}.sheet.main+xml"/>'
            '<Override PartName="/xl/worksheets/sheet1.xml"'
            f' ContentType="{_TYPE}.worksheet+xml"/>'
            "</Types>"
        ),
        "_rels/.rels": _relationship("officeDocument", "xl/workbook.xml"),
        "xl/workbook.xml": (
            f'<workbook xmlns="{_MAIN}" xmlns:r="{_REL}"><sheets>'
            '<sheet name="list" sheetId="1" r:id="rId1"/></sheets></workbook>'
        ),
        "xl/_rels/workbook.xml.rels": _relationship(
            "worksheet", "worksheets/sheet1.xml"
        ),
        "xl/worksheets/sheet1.xml": (
            f'<worksheet xmlns="{_MAIN}"><sheetData>{sheet}</sheetData></worksheet>'
        ),
    }
    return zipped(parts)


def zipped(parts):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, text in parts.items():
            archive.writestr(path, text)
    return content.getvalue()


def _cell(value):
    if isinstance(value, int | float):
        return f"<c><v>{value}</v></c>"
    return f'<c t="inlineStr"><is><t>{escape(value)}</t></is></c>'


def _relationship(kind, target):
    return (
        f'<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{_REL}/{kind}" Target="{target}"/>'
        "</Relationships>"
    )


def upload(client, kind, content, name="list.csv"):
    """What comes back of the upload's page."""
    url = reverse("admin:import_list", args=[kind])
    return client.post(url, {"file": SimpleUploadedFile(name, content)})


def looked_at(client, kind, content, name="list.csv"):
    """The page that shows what would come of the file."""
    response = upload(client, kind, content, name)
    assert response.status_code == 302, response.context["form"].errors
    return client.get(response["Location"])


def carry_out(client, page):
    """What comes back of the button on a page of `looked_at()`."""
    kept = page.context["kept"]
    url = reverse("admin:import_file", args=[kept.pk])
    return client.post(url, {"carry_out": "1", "seen": page.context["seen"]})


def bring_in(client, kind, content, name="list.csv"):
    """Both; the import as it then stands."""
    page = looked_at(client, kind, content, name)
    assert not page.context["counts"]["refused"], problems(page)
    carry_out(client, page)
    return Import.objects.get(pk=page.context["kept"].pk)


def problems(page):
    """(row number, header, message) of all that is refused."""
    return [
        (row.number, problem.header, str(problem.message))
        for row in page.context["groups"]["refused"]
        for problem in row.problems
    ]

"""Files as they come: honest ones in every format, and those that mean harm."""

import io
import zipfile

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.template.loader import render_to_string

from kashan_diplomacy.imports import reading
from kashan_diplomacy.imports.template_file import template_file
from kashan_diplomacy.imports.views import IMPORTS
from kashan_diplomacy.uploads import ODS_TYPE, validate_spreadsheet
from tests.spreadsheets import csv_bytes, xlsx_bytes, zipped

OFFICE = "urn:oasis:names:tc:opendocument:xmlns:office:1.0"
TABLE = "urn:oasis:names:tc:opendocument:xmlns:table:1.0"
TEXT = "urn:oasis:names:tc:opendocument:xmlns:text:1.0"


def read(content, name):
    file = SimpleUploadedFile(name, content)
    validate_spreadsheet(file)
    return reading.read(file)


def ods_bytes(cells, repeated=1):
    content = io.BytesIO()
    manifest = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("mimetype", ODS_TYPE)
        archive.writestr(
            "META-INF/manifest.xml", f'<manifest:manifest xmlns:manifest="{manifest}"/>'
        )
        archive.writestr(
            "content.xml",
            f'<office:document-content xmlns:office="{OFFICE}" xmlns:table="{TABLE}"'
            f' xmlns:text="{TEXT}"><office:body><office:spreadsheet>'
            f'<table:table table:name="list">'
            f'<table:table-row table:number-rows-repeated="{repeated}">{cells}'
            f"</table:table-row></table:table></office:spreadsheet></office:body>"
            f"</office:document-content>",
        )
    return content.getvalue()


def refused(content, name="list.xlsx"):
    with pytest.raises(ValidationError) as caught:
        read(content, name)
    return caught.value.code or caught.value.error_list[0].code


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_csv_in_the_encodings_that_spreadsheets_write(encoding):
    content = csv_bytes(["name_fa"], ["کازانلاک"], encoding=encoding)
    assert read(content, "list.csv") == [["name_fa"], ["کازانلاک"]]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_with_any_usual_delimiter(delimiter):
    content = f"name_fa{delimiter}country\nکازانلاک{delimiter}BG\n".encode()
    assert read(content, "list.csv")[1] == ["کازانلاک", "BG"]


def test_csv_in_an_old_encoding_is_told_what_to_do():
    assert refused("name_fa\nپارس\n".encode("cp1256"), "list.csv") == "encoding"


def test_xlsx_with_text_and_numbers():
    assert read(xlsx_bytes(["a", "b"], ["۱", 12], [1.5, "x"]), "list.xlsx") == [
        ["a", "b"],
        ["۱", "12"],
        ["1.5", "x"],
    ]


def test_day_in_a_spreadsheet_cell_comes_out_in_iso_form():
    """Also one of 1401, which LibreOffice takes for a Gregorian year."""
    cells = "".join(
        f'<table:table-cell office:value-type="date" office:date-value="{day}"/>'
        for day in ("2022-07-22", "1401-04-15")
    )
    assert read(ods_bytes(cells), "list.ods") == [["2022-07-22", "1401-04-15"]]


@pytest.mark.parametrize("name", IMPORTS)
def test_template_can_be_read_back(name):
    sheet = IMPORTS[name]
    header = read(template_file(sheet), "list.xlsx")[0]
    assert header == [column.header for column in sheet.columns]
    assert set(header) <= {header for c in sheet.columns for header in c.headers}


def test_markup_in_a_template_stays_text():
    shown = render_to_string("admin/imports/xlsx/sheet.xml", {"rows": [["<&>"]]})
    assert "&lt;&amp;&gt;" in shown


def test_apostrophe_of_our_own_downloads_is_taken_off():
    content = csv_bytes(["name_fa"], ["'=1+1"], ["''-x"], ["'tis"])
    assert [row[0] for row in read(content, "list.csv")][1:] == ["=1+1", "'-x", "'tis"]


def test_cell_at_the_end_of_the_world_is_refused():
    far = '<row r="1"><c r="A1"><v>1</v></c></row>'
    far += '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    assert refused(xlsx_bytes(sheet=far)) in {"unreadable", "columns", "rows"}


def test_cell_repeated_millions_of_times_is_refused():
    cell = (
        '<table:table-cell table:number-columns-repeated="16384"'
        ' office:value-type="float" office:value="1"/>'
    )
    content = ods_bytes(cell, repeated=1_048_576)
    assert refused(content, "list.ods") in {"unreadable", "columns", "rows"}


def test_archive_that_unpacks_to_too_much_is_refused():
    parts = {"[Content_Types].xml": "", "xl/workbook.xml": " " * 101 * 1024 * 1024}
    assert refused(zipped(parts)) == "unpacked"


def test_entities_that_multiply_are_refused():
    bomb = '<!DOCTYPE w [<!ENTITY a "aaaaaaaaaa">' + "".join(
        f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(8)
    )
    parts = {
        "[Content_Types].xml": "",
        "xl/workbook.xml": f"{bomb}]><workbook>&i;</workbook>",
    }
    assert refused(zipped(parts)) == "unreadable"


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("list.xlsx", b"name_fa\n", "signature"),
        ("list.xlsx", b"PK\x03\x04 and nothing else", "signature"),
        ("list.xls", b"\xd0\xcf\x11\xe0", "extension"),
        ("list.xlsm", xlsx_bytes(["a"]), "extension"),
        ("list.csv", b"", "empty"),
        ("list.csv", b"a\n" * (reading.MOST_ROWS + 2), "rows"),
        ("list.csv", b"a," * reading.MOST_COLUMNS + b"a\n", "columns"),
        ("list.csv", b'"' + b"a" * 200_000, "unreadable"),
        ("list.csv", b"\x89PNG\r\n\x1a\n", "encoding"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_spreadsheet_is_refused(name, content, code):
    assert refused(content, name) == code

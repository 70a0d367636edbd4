"""Hostile and honest files, made here byte by byte."""

import io
import zipfile

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile

from kashan_diplomacy import uploads
from kashan_diplomacy.uploads import sha256_of, validate_document, validate_upload

pytestmark = pytest.mark.once

PDF = b"%PDF-1.7\n1 0 obj\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 30 + uploads.PNG_END
JPEG = b"\xff\xd8\xff\xe0" + b"\0" * 30 + b"\xff\xd9"
HTML = b"<html><script>alert(1)</script></html>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'


def archive(members, **options):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in members.items():
            file.writestr(name, content, **options)
    return buffer.getvalue()


def docx(**more):
    members = {"[Content_Types].xml": "<Types/>", "word/document.xml": "<document/>"}
    return archive(members | more)


def xlsx():
    return archive({"[Content_Types].xml": "<Types/>", "xl/workbook.xml": "<book/>"})


def odt(mimetype=uploads.ODT_TYPE, compression=zipfile.ZIP_STORED):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        file.writestr("mimetype", mimetype, compress_type=compression)
        file.writestr("content.xml", "<content/>")
    return buffer.getvalue()


def refusal(name, content, validate=validate_document):
    file = ContentFile(content)
    file.name = name  # as no browser would send it
    with pytest.raises(ValidationError) as raised:
        validate(file)
    return raised.value.code


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("متن پیمان.pdf", PDF),
        ("photo.PNG", PNG),
        ("photo.jpg", JPEG),
        ("photo.jpeg", JPEG),
        ("text.docx", docx()),
        ("list.xlsx", xlsx()),
        ("text.odt", odt()),
        ("پیمان نسخه 1.2.pdf", PDF),
        ("1401.04.31.pdf", PDF),
        ("نیم‌فاصله.pdf", PDF),
    ],
)
def test_honest_file_is_taken(name, content):
    file = ContentFile(content, name=name)
    validate_document(file)
    assert file.read() == content  # read from its start by whoever comes next


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("page.html", HTML, "extension"),
        ("picture.svg", SVG, "extension"),
        ("treaty.pdf.exe", PDF, "extension"),
        ("treaty", PDF, "extension"),
        (".pdf", PDF, "extension"),
        ("", PDF, "extension"),
        ("macros.docm", docx(), "extension"),
        ("treaty.exe.pdf", PDF, "double_extension"),
        ("treaty.html5.pdf", PDF, "double_extension"),
        ("treaty.PHP.png", PNG, "double_extension"),
        ("../../etc/cron.pdf", PDF, "name"),
        ("..\\..\\boot.pdf", PDF, "name"),
        ("\u202egnp.pdf", PDF, "name"),
        ("a\x00b.pdf", PDF, "name"),
        ("empty.pdf", b"", "empty"),
        ("large.pdf", PDF + b"\0" * uploads.LARGEST, "size"),
        ("page.png", HTML, "signature"),
        ("page.pdf", HTML, "signature"),
        ("picture.png", SVG, "signature"),
        ("picture.jpg", SVG, "signature"),
        ("picture.png", JPEG, "signature"),
        ("text.docx", PDF, "signature"),
        ("text.docx", xlsx(), "signature"),
        ("text.odt", docx(), "signature"),
        ("text.docx", archive({"word/document.xml": ""}), "signature"),
        ("text.odt", odt(b"application/x-java-archive"), "signature"),
        ("text.odt", odt(compression=zipfile.ZIP_DEFLATED), "signature"),
        ("text.docx", b"PK\x03\x04 and then nothing", "signature"),
        ("late.pdf", b"\n" * 9 + PDF, "signature"),
    ],
)
def test_what_is_no_such_file_is_refused(name, content, code):
    assert refusal(name, content) == code


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("zip.pdf", PDF + docx()),
        ("zip.png", PNG[: -len(uploads.PNG_END)] + docx() + uploads.PNG_END),
        ("zip.jpg", JPEG + docx()),
        ("page.pdf", b"%PDF-1.7\n" + HTML + PDF),
        ("page.jpg", JPEG + HTML),
        ("page.png", PNG[:20] + SVG + uploads.PNG_END),
        ("tail.png", PNG + b"anything"),
        ("pdf.jpg", JPEG[:4] + PDF),
        ("script.jpg", JPEG[:20] + b"<?php system($_GET[0]);" + JPEG[20:]),
    ],
)
def test_file_that_is_two_files_at_once_is_refused(name, content):
    assert refusal(name, content) == "polyglot"


def test_archive_is_judged_by_what_it_declares_and_is_never_unpacked(monkeypatch):
    bomb = docx(**{"word/media/zeros.bin": b"\0" * (uploads.LARGEST_UNPACKED + 1)})
    many = docx(**{f"word/{n}": "" for n in range(uploads.MOST_MEMBERS)})
    honest = ContentFile(docx(), name="honest.docx")
    assert len(bomb) < uploads.LARGEST
    monkeypatch.setattr(zipfile.ZipFile, "open", None)
    assert refusal("bomb.docx", bomb) == "unpacked"
    assert refusal("many.docx", many) == "unpacked"
    validate_document(honest)


def test_archive_with_parts_that_no_document_has_is_refused():
    for part in "../../etc/passwd", "/etc/passwd", "..\\x", "word/vbaProject.bin":
        assert refusal("text.docx", docx(**{part: "x"})) == "parts", part
    locked = bytearray(docx())
    locked[locked.index(b"PK\x01\x02") + 8] |= 1  # says it is encrypted
    assert refusal("text.docx", bytes(locked)) == "parts"
    with pytest.warns(UserWarning, match="Duplicate"):
        buffer = io.BytesIO(docx())
        with zipfile.ZipFile(buffer, "a") as file:
            file.writestr("word/document.xml", "another")
    assert refusal("text.docx", buffer.getvalue()) == "parts"


def test_vouchers_are_scans_only():
    assert refusal("bill.docx", docx(), validate_upload) == "extension"
    validate_upload(ContentFile(PDF, name="bill.pdf"))
    assert refusal("bill.pdf", PDF + docx(), validate_upload) == "polyglot"


def test_sha256_is_that_of_the_whole_file():
    file = ContentFile(b"abc", name="a.pdf")
    file.read(1)
    assert sha256_of(file).startswith("ba7816bf8f01cfea414140de5dae2223")
    assert file.read() == b"abc"

"""What may be uploaded: by extension *and* content, and not too large.

A file is judged by what each program that may later open it would take it for. Nothing
is unpacked or executed here, and the uploader's name is shown but never used as a path.
"""

import hashlib
import re
import zipfile
from pathlib import PurePath

from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext_lazy as _

LARGEST = 10 * 1024 * 1024  # bytes
LARGEST_UNPACKED = 100 * 1024 * 1024  # bytes, as the archive declares them
MOST_MEMBERS = 2_000

SIGNATURES = {
    ".pdf": b"%PDF-",
    ".png": b"\x89PNG\r\n\x1a\n",
    ".jpg": b"\xff\xd8\xff",
    ".jpeg": b"\xff\xd8\xff",
}
#: Office files are archives; each is known by a member that no other has.
OFFICE_MEMBERS = {
    ".docx": "word/document.xml",
    ".xlsx": "xl/workbook.xml",
    ".odt": "content.xml",
    ".ods": "content.xml",
}
ODT_TYPE = b"application/vnd.oasis.opendocument.text"
ODS_TYPE = b"application/vnd.oasis.opendocument.spreadsheet"
#: What `mimetype` holds in an OpenDocument file.
OPEN_DOCUMENTS = {".odt": ODT_TYPE, ".ods": ODS_TYPE}
_OPENXML = "application/vnd.openxmlformats-officedocument"
CONTENT_TYPES = {
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".docx": f"{_OPENXML}.wordprocessingml.document",
    ".xlsx": f"{_OPENXML}.spreadsheetml.sheet",
    ".odt": ODT_TYPE.decode(),
}
SPREADSHEETS = {".xlsx", ".ods", ".csv"}
#: What a browser may show in place; everything else is only ever downloaded.
IMAGES = {".png", ".jpg", ".jpeg"}

PNG_END = b"IEND\xae\x42\x60\x82"
SNIFFED = 1024  # bytes: as far as browsers and PDF readers look for what a file is
_ARCHIVE = b"PK\x03\x04"
_MARKUP = re.compile(rb"<(?:!doctype|html|head|body|script|iframe|svg|\?php)", re.I)
#: Long enough never to stand in the noise of an honest photograph by chance.
_MARKUP_ANYWHERE = re.compile(
    rb"<(?:!doctype\s|(?:html|script|iframe)[\s>]|\?php)", re.I
)
_SECOND_ENDING = re.compile(r"\.(?=[0-9]*[a-z])[a-z0-9]{1,5}(?=\.)", re.I)
#: Controls, and the marks that let a name read "gnp.exe" for "exe.png".
_DISGUISE = re.compile("[\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069]")


def validate_upload(file: File) -> None:
    """Refuse what is not a PDF, PNG or JPEG by name and by content."""
    message = _("Upload a PDF, PNG or JPEG file.")
    _validate(file, SIGNATURES, message)


def validate_document(file: File) -> None:
    """As validate_upload(), and office files too: DOCX, ODT, XLSX."""
    message = _("Upload a PDF, JPEG, PNG, DOCX, ODT or XLSX file.")
    _validate(file, CONTENT_TYPES, message)


def validate_spreadsheet(file: File) -> None:
    """Refuse what is not an XLSX or ODS file; a CSV is judged when it is decoded."""
    message = _("Upload an XLSX, ODS or CSV file.")
    _validate(file, SPREADSHEETS, message)


def download_name(name: str, ending: str) -> str:
    """A name that people see, with the ending of what the file is: once, also where
    the name has it already, in small letters or in capitals."""
    has_it = name.lower().endswith(ending.lower())
    return f"{name[: len(name) - len(ending)] if has_it else name}{ending}"


def sha256_of(file: File) -> str:
    """The SHA-256 of the whole file, in hexadecimal."""
    file.seek(0)
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    file.seek(0)
    return digest.hexdigest()


def _ending(file: File) -> str:
    return PurePath(file.name or "").suffix.lower()


def _validate(file: File, endings, message) -> None:
    if getattr(file, "_committed", False):
        return  # stored under our own name, and judged when it arrived
    if _ending(file) not in endings:
        raise ValidationError(message, code="extension")
    _check_name(file.name)
    if not file.size:
        raise ValidationError(_("The file is empty."), code="empty")
    if file.size > LARGEST:
        raise ValidationError(
            _("The file is larger than %(largest)s."),
            code="size",
            params={"largest": filesizeformat(LARGEST)},
        )
    ending = _ending(file)
    try:
        if ending in OFFICE_MEMBERS:
            _check_archive(file, ending)
        elif ending in SIGNATURES:
            _check_content(file, ending)
    finally:
        file.seek(0)


def _check_name(name: str) -> None:
    if "/" in name or "\\" in name or _DISGUISE.search(name):
        raise ValidationError(
            _("The name of the file may hold no slash and no invisible mark."),
            code="name",
        )
    if _SECOND_ENDING.search(name):
        raise ValidationError(
            _("The name of the file has two endings. Rename it so that it has one."),
            code="double_extension",
        )


def _check_content(file: File, ending: str) -> None:
    """The right first bytes, and nothing inside that another program would open."""
    file.seek(0)
    content = file.read()
    if not content.startswith(SIGNATURES[ending]):
        raise _not_what_it_says()
    is_image = ending in IMAGES
    is_other = (
        _MARKUP.search(content[:SNIFFED])
        or (is_image and _MARKUP_ANYWHERE.search(content))
        or (is_image and b"%PDF-" in content[:SNIFFED])
        or (ending == ".png" and not content.endswith(PNG_END))
        or zipfile.is_zipfile(file)  # archives are read from their end
    )
    if is_other:
        raise ValidationError(
            _("The file holds a second file of another kind. Save it anew."),
            code="polyglot",
        )


def _check_archive(file: File, ending: str) -> None:
    """Read the archive's list of contents; of the contents only the
    short type of an OpenDocument file."""
    file.seek(0)
    if file.read(len(_ARCHIVE)) != _ARCHIVE:
        raise _not_what_it_says()
    try:
        with zipfile.ZipFile(file) as archive:
            members = archive.infolist()
            _check_members(members)
            names = {member.filename for member in members}
            if OFFICE_MEMBERS[ending] not in names:
                raise _not_what_it_says()
            if kind := OPEN_DOCUMENTS.get(ending):
                if not _is_open_document(archive, members[0], kind):
                    raise _not_what_it_says()
            elif "[Content_Types].xml" not in names:
                raise _not_what_it_says()
    except (zipfile.BadZipFile, NotImplementedError, ValueError) as error:
        raise _not_what_it_says() from error


def _check_members(members: list[zipfile.ZipInfo]) -> None:
    names = [member.filename for member in members]
    unpacked = sum(member.file_size for member in members)
    if len(names) > MOST_MEMBERS or unpacked > LARGEST_UNPACKED:
        raise ValidationError(
            _("Unpacked, the file would be larger than %(largest)s."),
            code="unpacked",
            params={"largest": filesizeformat(LARGEST_UNPACKED)},
        )
    if len(set(names)) < len(names) or any(map(_is_unsafe, members)):
        raise ValidationError(
            _("The file holds parts that no document has: macros, locks or paths."),
            code="parts",
        )


def _is_unsafe(member: zipfile.ZipInfo) -> bool:
    is_encrypted = bool(member.flag_bits & 0x1)
    path = PurePath(member.filename.replace("\\", "/"))
    leads_out = path.is_absolute() or ".." in path.parts
    return is_encrypted or leads_out or path.name.lower() == "vbaproject.bin"


def _is_open_document(
    archive: zipfile.ZipFile, first: zipfile.ZipInfo, kind: bytes
) -> bool:
    """OpenDocument 1.2, part 3, 3.3: `mimetype` comes first, stored as it is."""
    is_stored = first.compress_type == zipfile.ZIP_STORED
    is_type = first.filename == "mimetype" and first.file_size == len(kind)
    return is_type and is_stored and archive.read(first) == kind


def _not_what_it_says() -> ValidationError:
    return ValidationError(_("The file is not what its name says."), code="signature")

"""An uploaded spreadsheet as rows of text; what cannot be read is a ValidationError."""

import csv
import io
import json
import re
import subprocess
import sys
from pathlib import Path, PurePath

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from kashan_diplomacy.templatetags.pages import grouped
from kashan_diplomacy.templatetags.persian import digits

MOST_ROWS = 20_000  # besides the header
MOST_COLUMNS = 100
_UNPACK = Path(__file__).parent / "unpack.py"
_SECONDS = 30
_DELIMITERS = ",;\t"
#: What `exports` puts before text that a spreadsheet would take for a formula.
_APOSTROPHE = re.compile(r"'+[=+\-@\t\r\n＝＋－＠]")


def read(file):
    """The cells of the first sheet; `file` has passed validate_spreadsheet()."""
    file.seek(0)
    content = file.read()
    is_csv = PurePath(file.name).suffix.lower() == ".csv"
    rows = _from_csv(content) if is_csv else _from_workbook(content)
    return [[_plain(cell) for cell in row] for row in rows]


def _plain(cell):
    return cell[1:] if _APOSTROPHE.match(cell) else cell


def _from_csv(content):
    try:
        encoding = (
            "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
        )
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        message = _("The file is not UTF-8 text. Save it as “CSV UTF-8” or as XLSX.")
        raise ValidationError(message, code="encoding") from error
    header = text.lstrip().partition("\n")[0]
    delimiter = max(_DELIMITERS, key=header.count)
    rows = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            rows.append(row)
            if len(rows) > MOST_ROWS + 1 or len(row) > MOST_COLUMNS:
                raise _too_large(len(rows), len(row))
    except csv.Error as error:
        raise _unreadable() from error
    return rows


def _from_workbook(content):
    """Read in another process, which may die of the file and harm nobody."""
    limits = [str(MOST_ROWS + 1), str(MOST_COLUMNS)]
    try:
        done = subprocess.run(  # noqa: S603 - our own program, the file on its input
            [sys.executable, "-I", _UNPACK, *limits],
            input=content,
            capture_output=True,
            timeout=_SECONDS,
            check=True,
        )
    except subprocess.SubprocessError as error:
        raise _unreadable() from error
    found = json.loads(done.stdout)
    if "cells" not in found:
        raise _too_large(found["rows"], found["columns"])
    return found["cells"]


def _too_large(rows, columns):
    if columns > MOST_COLUMNS:
        text = _("The sheet has more than %(most)s columns.")
        return ValidationError(text % {"most": digits(MOST_COLUMNS)}, code="columns")
    return too_long(MOST_ROWS)


def too_long(most):
    text = _("The sheet has more than %(most)s rows. Import it in parts.")
    return ValidationError(text % {"most": grouped(most)}, code="rows")


def _unreadable():
    message = _("The file cannot be read as a spreadsheet. Save it anew as XLSX.")
    return ValidationError(message, code="unreadable")

"""Reads the first sheet of an XLSX or ODS file on standard input; writes JSON.

Run as a process of its own with little memory and time: a file of a few bytes can ask
for terabytes of cells, and what is read by it is not ours to trust. Every cell comes
out as text: a date as ISO 8601, a whole number without a point, yes as true.
"""

import datetime
import io
import json
import resource
import sys

from python_calamine import CalamineWorkbook

MEMORY = 1024**3  # bytes
SECONDS = 25  # of work


def text(value):
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime.datetime):
        is_midnight = value.time() == datetime.time()
        return (value.date() if is_midnight else value).isoformat()
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def main(most_rows, most_columns):
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    workbook = CalamineWorkbook.from_filelike(io.BytesIO(sys.stdin.buffer.read()))
    sheet = workbook.get_sheet_by_index(0)
    rows, columns = (place + 1 for place in sheet.end or (-1, -1))
    if rows > most_rows or columns > most_columns:
        return {"rows": rows, "columns": columns}
    cells = sheet.to_python(skip_empty_area=False)
    return {"cells": [[text(cell) for cell in row] for row in cells]}


if __name__ == "__main__":
    json.dump(main(int(sys.argv[1]), int(sys.argv[2])), sys.stdout)

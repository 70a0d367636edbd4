"""What grows with the ledger and what does not.

python -m benchmarks.growth postgresql|sqlite [--sizes 10000 100000 1000000]

The books hold ever more entries of a past year. Measured at each size are a post into
that year and into the current, small one; the current year's report; and, for an entry
of the past year, verifying it and writing it as CSV. All as ratios to the first size:
1 is no growth, and for the last two it means that the whole grows as the books do.
"""

import argparse

from .databases import ENGINES, books, database, fill, seconds


def post(line, by):
    from budget import ledger

    def hundred_posts():
        for _ in range(100):
            dated_on = line.fiscal_year.starts_on
            ledger.approve(line=line, amount=1, by=by, dated_on=dated_on)

    return seconds(hundred_posts, repeat=3)


def report(year):
    from budget.pace import pace
    from budget.reports import by_month, by_purpose, line_figures

    def dashboard():
        pace(year, year.ends_on)
        line_figures(year, year.ends_on)
        by_month(year, year.ends_on)
        by_purpose(year, year.ends_on)

    return seconds(dashboard, repeat=5)


def verification(year):
    from django.db import transaction

    from budget.verification import verify

    def verified():
        with transaction.atomic():
            assert verify(year) == []  # noqa: S101

    return seconds(verified)


def export(year):
    from budget.exports import EXPORTS
    from kashan_diplomacy.exports import csv_response

    def streamed():
        for _chunk in csv_response(EXPORTS["ledger"], year.entries.all()):
            pass

    return seconds(streamed)


def measured(past, line, by):
    """Name → seconds; of what reads the whole past year, for one entry."""
    year, count = past.fiscal_year, past.fiscal_year.entries.count()
    return {
        "post, same year": post(past, by),
        "post, other year": post(line, by),
        "year's report": report(line.fiscal_year),
        "verify, an entry": verification(year) / count,
        "export, an entry": export(year) / count,
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("engine", choices=ENGINES)
    sizes = [10_000, 100_000, 1_000_000]
    parser.add_argument("--sizes", type=int, nargs="+", default=sizes)
    given = parser.parse_args()
    with database(given.engine):
        past, by = books(1400)
        line, _by = books(1401)
        fill(line, by, 2_000)
        held, runs = 0, []
        for size in given.sizes:
            fill(past, by, size - held)
            held = size
            runs.append(measured(past, line, by))
        heads = "".join(f"{size:12,}" for size in given.sizes)
        print(f"{given.engine:17}{heads}")
        for name, first in runs[0].items():
            cells = "".join(f"{run[name] / first:10.2f} x" for run in runs)
            print(f"{name:17}{cells}")


if __name__ == "__main__":
    main()

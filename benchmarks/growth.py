"""What grows with the ledger and what does not: one post, and a year's report.

python -m benchmarks.growth postgresql|sqlite [--small 10000] [--large 1000000]

The books first hold `small` entries in past years, then `large`; each time the same
post and the same report of the current, small year are measured.
"""

from .databases import arguments, books, database, fill, seconds


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


def main():
    given = arguments(__doc__, small=10_000, large=1_000_000)
    with database(given.engine):
        past, by = books(1400)
        line, _by = books(1401)
        fill(line, by, 2_000)
        fill(past, by, given.small)
        small = post(past, by), post(line, by), report(line.fiscal_year)
        fill(past, by, given.large - given.small)
        large = post(past, by), post(line, by), report(line.fiscal_year)
        names = ("post, same year", "post, other year", "year's report")
        for name, before, after in zip(names, small, large, strict=True):
            print(
                f"{name:17} {given.large:,} / {given.small:,}:"
                f" {after / before:5.2f} x ({given.engine})"
            )


if __name__ == "__main__":
    main()

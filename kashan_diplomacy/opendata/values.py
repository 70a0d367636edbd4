"""Every figure we publish, as it stands, with the rows that add up to it.

The keys and what they mean are in `kashan_diplomacy.figures`. `about` says of what a
figure is told: a side, a partner's slug, a membership's id, a year (1401), or a part
of a year (1401/protocol, 1401/04, 1401/kazanlak; 1401/- for no single partner).
`recompute.py` derives each again from the lists alone.
"""

import datetime
from collections.abc import Iterable, Iterator

from django.utils import timezone
from django.utils.translation import override

from budget.models import FiscalYear
from kashan_diplomacy import jalali
from kashan_diplomacy.figures import BY_KEY

from .partnership_values import partnership_values
from .value import Value
from .year_values import year_values

HEADER = (
    "key",
    "about",
    "value",
    "unit",
    "as_of",
    "as_of_jalali",
    "title",
    "title_fa",
    "definition",
    "rows",
)


def all_values(on: datetime.date | None = None) -> Iterator[Value]:
    """As of today, and of the day each year's books end; or all as of the end of `on`,
    as the pages show them."""
    yield from partnership_values(on or timezone.localdate())
    for year in FiscalYear.objects.published().order_by("year"):
        yield from year_values(year, on or year.books_end_on())


def told(values: Iterable[Value]) -> Iterator[tuple[str, ...]]:
    """Each as a row of figures.csv; addresses are those below our own."""
    for value in values:
        figure = BY_KEY[value.key]
        titles = []
        for language in ("en", "fa"):
            with override(language):
                titles.append(str(figure.title))
        yield (
            value.key,
            value.about,
            str(value.value),
            figure.unit.value,
            value.on.isoformat(),
            jalali.iso(value.on),
            *titles,
            f"/figures/#{value.key}",
            rows_path(value),
        )


def rows_path(value: Value) -> str:
    """Where the rows that add up to it are: /data/rows/spent/1401.csv."""
    about = f"/{value.about}" if value.about else ""
    return f"/data/rows/{value.key}{about}.csv"

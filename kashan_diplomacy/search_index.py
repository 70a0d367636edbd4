"""What can be searched for, letter by letter: an index that is the same on each engine.

A text is kept by its tails: the search key of what follows its start, each of its words
and each letter inside its longer words. Spaces and half-spaces are not part of a key,
so that «خواهرخواندگی» finds «خواهر خواندگی» and the other way round.

Rows keep their own tails when they are saved; `rebuild()` is for what was loaded past
`save()`.
"""

from collections.abc import Iterable, Iterator

from django.apps import apps
from django.db import connection, models, transaction

from .fields import SearchTextField
from .models import SearchTail
from .persian import HALF_SPACE, search_key

#: A part of a word is found by no less than this many letters of it.
SHORTEST_PART = 3


class Searched(models.Model):
    """A row that is found by its texts: those of its `search_text`, unless told."""

    searched_in: tuple[str, ...] = ()

    class Meta:
        abstract = True

    @transaction.atomic
    def save(self, *args, **kwargs):
        super().save(*args, **kwargs)
        index(self)


def index(row: Searched) -> None:
    """Make the stored tails of the row those of its texts."""
    stored = SearchTail.objects.filter(model=row._meta.label_lower, row_id=row.pk)
    found = tails_of(row)
    # Unordered: SQLite would rather walk through the whole model than sort a few rows.
    if set(stored.order_by().values_list("place", "tail")) != found:
        stored.delete()
        _store(_rows(row, found))


def index_new(rows: Iterable[Searched]) -> None:
    """Index rows that were not there before."""
    _store([tail for row in rows for tail in _rows(row, tails_of(row))])


def rebuild(batch: int = 2_000) -> int:
    """Index every row anew; the number of rows."""
    count = 0
    for model in searched_models():
        with transaction.atomic():
            SearchTail.objects.filter(model=model._meta.label_lower).delete()
            pending = []
            for row in model._default_manager.order_by("pk").iterator(batch):
                pending += _rows(row, tails_of(row))
                count += 1
                if len(pending) > batch:
                    _store(pending)
                    pending = []
            _store(pending)
    return count


def searched_models() -> list[type[Searched]]:
    return [model for model in apps.get_models() if issubclass(model, Searched)]


def tails_of(row: Searched) -> set[tuple[int, str]]:
    """(place, tail) of each of the row's texts."""
    found: dict[str, int] = {}
    for name in row.searched_in or _sources(type(row)):
        for place, tail in tails(str(getattr(row, name))):
            found[tail] = min(place, found.get(tail, place))
    return {(place, tail) for tail, place in found.items()}


def tails(text: str) -> Iterator[tuple[int, str]]:
    """(place, tail) of one text; of several lines, each is a text of its own."""
    place, length = SearchTail.Place, SearchTail.LENGTH
    for line in text.splitlines():
        words = list(filter(None, map(search_key, _words(line))))
        for number in range(len(words)):
            tail = "".join(words[number:])
            yield (place.WORD if number else place.START), tail[:length]
            for cut in range(1, len(words[number]) - SHORTEST_PART + 1):
                yield place.PART, tail[cut : cut + length]


def _words(line: str) -> list[str]:
    return line.replace(HALF_SPACE, " ").split()


def _sources(model: type[Searched]) -> tuple[str, ...]:
    field = model._meta.get_field("search_text")
    return field.sources if isinstance(field, SearchTextField) else ()


def _rows(row, found):
    label = row._meta.label_lower
    return [(label, row.pk, place, tail) for place, tail in sorted(found)]


def _store(rows):
    """Past the models: a list of 20,000 rows has some 400,000 tails."""
    if rows:
        table = connection.ops.quote_name(SearchTail._meta.db_table)
        with connection.cursor() as cursor:
            cursor.executemany(
                f"INSERT INTO {table} (model, row_id, place, tail)"  # noqa: S608
                " VALUES (%s, %s, %s, %s)",
                rows,
            )

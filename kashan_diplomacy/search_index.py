"""What can be searched for, letter by letter: an index that is the same on each engine.

A text is kept by its tails: the search key of what follows its start, each of its words
and each letter inside its longer words. Spaces and half-spaces are not part of a key,
so that «خواهرخواندگی» finds «خواهر خواندگی» and the other way round. Where several
words are typed they are looked up in `search_words`.

What hangs on a row and has no page of its own, such as who took part, is found through
that row, by its words.

Rows keep their own tails when they are saved; `rebuild()` is for what was loaded past
`save()`.
"""

from collections.abc import Iterator
from functools import lru_cache
from itertools import chain, islice, pairwise

from django.apps import apps
from django.db import connection, transaction

from . import search_words
from .fields import SearchTextField
from .models import SearchTail
from .persian import HALF_SPACE, search_key
from .records import Labelled

#: A part of a word is found by no less than this many letters of it.
SHORTEST_PART = 3

_TABLE = SearchTail._meta.db_table
# The names are constants of ours. Past the ORM: a long list has a million tails.
_INSERT = f"INSERT INTO {_TABLE} (model, row_id, place, tail) VALUES (%s, %s, %s, %s)"  # noqa: S608
_COPY = f"COPY {_TABLE} (model, row_id, place, tail) FROM STDIN"


class Searched(Labelled):
    """A row that is found by its texts: those of its `search_text`, unless told, and
    those of its `searched_parts`, relations to `SearchedPart`s."""

    searched_in: tuple[str, ...] = ()
    searched_parts: tuple[str, ...] = ()

    class Meta:
        abstract = True

    @transaction.atomic
    def save(self, *args, **kwargs):
        super().save(*args, **kwargs)
        index(self)


class SearchedPart(Labelled):
    """A part of the row named `searched_with`, which is found by its texts as well."""

    searched_in: tuple[str, ...] = ()
    searched_with = ""

    class Meta:
        abstract = True

    @transaction.atomic
    def save(self, *args, **kwargs):
        super().save(*args, **kwargs)
        index(getattr(self, self.searched_with))

    @transaction.atomic
    def delete(self, *args, **kwargs):
        whole = getattr(self, self.searched_with)
        deleted = super().delete(*args, **kwargs)
        index(whole)
        return deleted


def index(*rows: Searched) -> None:
    """Make the stored tails and words of rows of one model those of their texts."""
    label = rows[0]._meta.label_lower
    found = {row.pk: tails_of(row) for row in rows}
    # Unordered: SQLite would rather walk through the whole model than sort a few rows.
    tails = SearchTail.objects.filter(model=label).order_by()
    stored: dict[int, set[tuple[int, str]]] = {pk: set() for pk in found}
    of_rows = tails.filter(row_id__in=stored)
    for pk, *each in of_rows.values_list("row_id", "place", "tail"):
        stored[pk].add(tuple(each))
    if changed := {pk for pk in found if stored[pk] != found[pk]}:
        if stale := [pk for pk in changed if stored[pk]]:
            tails.filter(row_id__in=stale).delete()
        _write(label, [(pk, *each) for pk in changed for each in found[pk]])
        # A row without tails may have its empty list of words.
        search_words.forget(label, changed)
        words = {row.pk: words_of(row) for row in rows if row.pk in changed}
        search_words.write(label, words)


def rebuild(batch: int = 2_000) -> int:
    """Index every row anew; the number of rows."""
    count = 0
    for model in searched_models():
        label, rows = model._meta.label_lower, model._default_manager.order_by("pk")
        with transaction.atomic():
            SearchTail.objects.filter(model=label).delete()
            search_words.forget_all(label)
            whole = rows.prefetch_related(*model.searched_parts).iterator(batch)
            while some := list(islice(whole, batch)):
                index(*some)
                count += len(some)
    return count


def searched_models() -> list[type[Searched]]:
    return [model for model in apps.get_models() if issubclass(model, Searched)]


def tails_of(row: Searched) -> set[tuple[int, str]]:
    """(place, tail) of each of the row's texts."""
    found: dict[str, int] = {}
    for text in _texts(row):
        for place, tail in tails(text):
            found[tail] = min(place, found.get(tail, place))
    for text in _texts_of_parts(row):
        for place, tail in tails(text):
            if place != SearchTail.Place.PART:
                found.setdefault(tail, SearchTail.Place.WORD)
    return {(place, tail) for tail, place in found.items()}


def words_of(row: Searched) -> set[str]:
    """The keys of the row's words, of each two neighbours as one, and of the ends of
    words, since a part of one may be typed."""
    found = set()
    for words in chain(*map(_keys, _texts(row))):
        found.update(words, map("".join, pairwise(words)))
        for word in words:
            found.update(word[cut:] for cut in _cuts(word))
    for words in chain(*map(_keys, _texts_of_parts(row))):
        found.update(words, map("".join, pairwise(words)))
    return {word[: SearchTail.LENGTH] for word in found}


def _texts(row: Searched) -> Iterator[str]:
    for name in row.searched_in or _sources(type(row)):
        yield str(getattr(row, name))


def _texts_of_parts(row: Searched) -> Iterator[str]:
    """Of these the insides of words are not kept: they are long, and there are many."""
    for relation in row.searched_parts:
        for part in getattr(row, relation).all():
            for name in part.searched_in:
                yield getattr(part, name)


def tails(text: str) -> Iterator[tuple[int, str]]:
    """(place, tail) of one text; of several lines, each is a text of its own."""
    place, length = SearchTail.Place, SearchTail.LENGTH
    for words in _keys(text):
        for number in range(len(words)):
            tail = "".join(words[number:])
            yield (place.WORD if number else place.START), tail[:length]
            for cut in _cuts(words[number]):
                yield place.PART, tail[cut : cut + length]


def _keys(text: str) -> Iterator[list[str]]:
    """The keys of the words of each line."""
    for line in text.splitlines():
        yield [key for key in map(_key, line.replace(HALF_SPACE, " ").split()) if key]


def _cuts(word: str) -> range:
    """Where the parts of a word begin by which it is found."""
    return range(1, len(word) - SHORTEST_PART + 1)


#: Words come again and again, and folding them is half of the work.
_key = lru_cache(maxsize=20_000)(search_key)


def _sources(model: type[Searched]) -> tuple[str, ...]:
    field = model._meta.get_field("search_text")
    return field.sources if isinstance(field, SearchTextField) else ()


def _write(label, found):
    """Store tails of rows of a model: (row's id, place, tail) of each."""
    rows = ((label, *each) for each in sorted(found))
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.executemany(_INSERT, rows)
        else:
            with cursor.copy(_COPY) as copy:
                for row in rows:
                    copy.write_row(row)

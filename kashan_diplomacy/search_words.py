"""Which rows hold several words: asked of the database's own full-text index.

The tails of `search_index` find one word at once, but rows that hold two common words
only by looking at each row of one of them. FTS5 of SQLite and GIN of PostgreSQL keep
the rows of a word together and walk through two such lists side by side.

One table serves every model. A row's number in it is made of its model and its id.
"""

from collections.abc import Iterable, Mapping
from zlib import crc32

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper

TABLE = "kashan_diplomacy_searchwords"
_ROW_BITS, _MODEL_BITS = 40, 22
_ROW = 2**_ROW_BITS - 1
#: The id of a row, from its number.
ROW_ID = f"(rowid & {_ROW})"
#: For beginnings by what PostgreSQL has no index of: it takes them for common and would
#: look at all rows from the newest on. So it does of whole words that are common and
#: never stand together, which is rarer than finding enough at once.
NEWEST_FIRST = "rowid DESC"
NEWEST_FIRST_OF_BEGINNINGS = {"sqlite": NEWEST_FIRST, "postgresql": f"{ROW_ID} DESC"}

_TOKENS = "'unicode61 remove_diacritics 0'"  # as they come: they are keys already

# The names are constants of ours.
_CREATE = {
    "sqlite": [
        f"CREATE VIRTUAL TABLE {TABLE} USING fts5(words, tokenize = {_TOKENS})",
    ],
    "postgresql": [
        f"CREATE TABLE {TABLE} (rowid bigint PRIMARY KEY, words tsvector NOT NULL)",
        f"CREATE INDEX {TABLE}_by_word ON {TABLE} USING gin (words)",
    ],
}
_DELETE = f"DELETE FROM {TABLE} WHERE rowid BETWEEN %s AND %s"  # noqa: S608
_INSERT = {
    "sqlite": f"INSERT INTO {TABLE} (rowid, words) VALUES (%s, %s)",  # noqa: S608
    "postgresql": f"INSERT INTO {TABLE} (rowid, words)"  # noqa: S608
    " VALUES (%s, array_to_tsvector(%s))",
}
_HOLDS = {"sqlite": f"{TABLE} MATCH %s", "postgresql": "words @@ %s::tsquery"}


def create(connection: BaseDatabaseWrapper) -> None:
    with connection.cursor() as cursor:
        for statement in _CREATE[connection.vendor]:
            cursor.execute(statement)


def drop(connection: BaseDatabaseWrapper) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE {TABLE}")


def number(label: str, row_id: int) -> int:
    """The number of a row of the model `label`."""
    return crc32(label.encode()) % 2**_MODEL_BITS << _ROW_BITS | row_id


def write(label: str, words: Mapping[int, Iterable[str]]) -> None:
    """Store the words of rows of a model, by their ids; none of them is stored yet."""
    joined = " ".join if connection.vendor == "sqlite" else list
    rows = [(number(label, row_id), joined(words[row_id])) for row_id in words]
    with connection.cursor() as cursor:
        cursor.executemany(_INSERT[connection.vendor], rows)


def forget(label: str, row_ids: Iterable[int]) -> None:
    """Remove the words of rows of the model."""
    numbers = [number(label, row_id) for row_id in row_ids]
    with connection.cursor() as cursor:
        cursor.executemany(_DELETE, [(each, each) for each in numbers])


def forget_all(label: str) -> None:
    """Remove the words of all rows of the model."""
    with connection.cursor() as cursor:
        cursor.execute(_DELETE, [number(label, 0), number(label, _ROW)])


def holding(label: str, keys: list[str], *, beginnings: bool) -> tuple[str, list]:
    """The condition of TABLE, and its parameters, that a row is of the model and holds
    all of the keys: as words, or as `beginnings` of words."""
    if connection.vendor == "sqlite":
        sought = " AND ".join(f'"{key}"{"*" * beginnings}' for key in keys)
    else:
        sought = " & ".join(f"'{key}'{':*' * beginnings}" for key in keys)
    holds = f"{_HOLDS[connection.vendor]} AND rowid BETWEEN %s AND %s"
    return holds, [sought, number(label, 0), number(label, _ROW)]

"""Which rows hold several words: asked of the database's own full-text index.

The tails of `search_index` find one word at once, but rows that hold two common words
only by looking at each row of one of them. FTS5 of SQLite and GIN of PostgreSQL keep
the rows of a word together and walk through two such lists side by side.

One table serves every model. A row's number in it is made of its model and its id.

Where only the beginnings of words are known, PostgreSQL gathers all rows of one before
it looks at the next. So it has the vocabulary on its own as well: a few words that
begin alike are looked up as themselves. One that no row holds any more does no harm.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from zlib import crc32

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper

TABLE = "kashan_diplomacy_searchwords"
_VOCABULARY = "kashan_diplomacy_searchvocabulary"
_ROW_BITS, _MODEL_BITS = 40, 22
_ROW = 2**_ROW_BITS - 1
#: The id of a row, from its number; every table has a `rowid` on SQLite.
ROW_ID = f"({TABLE}.rowid & {_ROW})"
#: After every word that begins alike, in the order of bytes.
LAST = "\U0010ffff"
#: PostgreSQL looks at so many of the newest rows first: all words may be common.
_LATEST = 1_000
#: More words that begin alike than these cost more than gathering their rows.
_ALIKE = 100

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
# Not unique: who saves a new word would wait for everybody else that does.
_CREATE_VOCABULARY = [
    f'CREATE TABLE {_VOCABULARY} (word text COLLATE "C" NOT NULL)',
    (
        f"INSERT INTO {_VOCABULARY} SELECT DISTINCT unnest(tsvector_to_array(words))"  # noqa: S608
        f" FROM {TABLE}"
    ),
    f"CREATE INDEX {_VOCABULARY}_by_word ON {_VOCABULARY} (word)",
]
# Else PostgreSQL looks through whatever was written of late, word by word, as well.
_SORT_AT_ONCE = [
    f"ALTER INDEX {TABLE}_by_word SET (fastupdate = off)",
    f"SELECT gin_clean_pending_list('{TABLE}_by_word')",
]
_INSERT_VOCABULARY = (
    f"INSERT INTO {_VOCABULARY} SELECT each FROM unnest(%s::text[]) AS each"  # noqa: S608
    f" WHERE NOT EXISTS (SELECT 1 FROM {_VOCABULARY} WHERE word = each)"
)
_BEGINS = (
    f"(SELECT CASE WHEN count(*) > {_ALIKE} THEN %s::tsquery"  # noqa: S608
    " ELSE string_agg(quote_literal(word), '|')::tsquery END FROM (SELECT word"
    f" FROM {_VOCABULARY} WHERE word >= %s AND word < %s LIMIT {_ALIKE} + 1) AS alike)"
)
#: In a query of its own: where PostgreSQL knows that a word is common it would rather
#: look at all rows, with help, and sends for help even when nobody has to look.
_IS = "(SELECT %s::tsquery)"
_NEWEST_SQLITE = (
    f"SELECT {ROW_ID} AS row_id FROM {TABLE} WHERE {TABLE} MATCH %s"  # noqa: S608
    " AND rowid BETWEEN %s AND %s {is_allowed} ORDER BY rowid DESC LIMIT %s"
)
# All rows are ordered by what has no index: along that of the numbers PostgreSQL would
# look at each of them where common words never stand together.
_NEWEST_POSTGRESQL = (
    f"WITH newest AS MATERIALIZED (SELECT {ROW_ID} AS row_id FROM"  # noqa: S608
    f" (SELECT rowid, words FROM {TABLE} WHERE rowid BETWEEN %s AND %s"
    f" ORDER BY rowid DESC LIMIT {_LATEST}) AS {TABLE}"
    " WHERE words @@ %s::tsquery {is_allowed} ORDER BY rowid DESC LIMIT %s)"
    f" SELECT row_id FROM newest UNION ALL (SELECT {ROW_ID} FROM {TABLE}"
    " WHERE (SELECT count(*) FROM newest) < %s AND words @@ ({holds})"
    f" AND rowid BETWEEN %s AND %s {{is_allowed}} ORDER BY {ROW_ID} DESC LIMIT %s)"
)


def create(connection: BaseDatabaseWrapper) -> None:
    with connection.cursor() as cursor:
        for statement in _CREATE[connection.vendor]:
            cursor.execute(statement)


def drop(connection: BaseDatabaseWrapper) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE {TABLE}")


def create_vocabulary(connection: BaseDatabaseWrapper) -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            for statement in _CREATE_VOCABULARY:
                cursor.execute(statement)


def sort_at_once(connection: BaseDatabaseWrapper) -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            for statement in _SORT_AT_ONCE:
                cursor.execute(statement)


def drop_vocabulary(connection: BaseDatabaseWrapper) -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"DROP TABLE {_VOCABULARY}")


def number(label: str, row_id: int) -> int:
    """The number of a row of the model `label`."""
    return crc32(label.encode()) % 2**_MODEL_BITS << _ROW_BITS | row_id


def write(label: str, words: Mapping[int, Iterable[str]]) -> None:
    """Store the words of rows of a model, by their ids; none of them is stored yet."""
    joined = " ".join if connection.vendor == "sqlite" else list
    rows = [(number(label, row_id), joined(words[row_id])) for row_id in words]
    with connection.cursor() as cursor:
        cursor.executemany(_INSERT[connection.vendor], rows)
        if connection.vendor == "postgresql":
            each = set(chain.from_iterable(words.values()))
            cursor.execute(_INSERT_VOCABULARY, [list(each)])


def forget(label: str, row_ids: Iterable[int]) -> None:
    """Remove the words of rows of the model."""
    numbers = [number(label, row_id) for row_id in row_ids]
    with connection.cursor() as cursor:
        cursor.executemany(_DELETE, [(each, each) for each in numbers])


def forget_all(label: str) -> None:
    """Remove the words of all rows of the model."""
    with connection.cursor() as cursor:
        cursor.execute(_DELETE, [number(label, 0), number(label, _ROW)])


def newest_holding(
    label: str,
    keys: list[str],
    limit: int,
    allowed: tuple[str, Sequence],
    *,
    beginnings: bool,
) -> tuple[str, list]:
    """The statement, and its parameters, of the newest rows of the model that hold all
    of the keys: as words, or as `beginnings` of words. It gives each `row_id`.

    `allowed` is a further condition, with its parameters.
    """
    is_allowed, params = allowed
    numbers = [number(label, 0), number(label, _ROW)]
    if connection.vendor == "sqlite":
        sought = " AND ".join(f'"{key}"{"*" * beginnings}' for key in keys)
        statement = _NEWEST_SQLITE.format(is_allowed=is_allowed)
        return statement, [sought, *numbers, *params, limit]
    sought = " & ".join(_lexeme(key, beginnings) for key in keys)
    holds, held = _holds(keys) if beginnings else (_IS, [sought])
    return _NEWEST_POSTGRESQL.format(is_allowed=is_allowed, holds=holds), [
        *(*numbers, sought, *params, limit, limit),
        *(*held, *numbers, *params, limit),
    ]


def _lexeme(key, is_beginning):
    return f"'{key}'{':*' * is_beginning}"


def _holds(beginnings):
    """What PostgreSQL looks for, and its parameters, by these beginnings of words."""
    params = [(_lexeme(key, True), key, key + LAST) for key in beginnings]
    return " && ".join([_BEGINS] * len(beginnings)), list(chain.from_iterable(params))

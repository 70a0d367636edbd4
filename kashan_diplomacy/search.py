"""Finding rows of any model by what somebody typed: one look-up, however many rows.

The tails of `search_index` answer in the order of their places: the whole text, its
start, the start of a word, the inside of a word. One statement asks for the best few
of every model at once, so that no model crowds out another; and each of its parts is
bounded, so that a common word costs no more than a rare one. Of several words a rare
one leads; where all are common, `search_words` answers.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce
from itertools import chain
from operator import and_

from django.db import connection
from django.db.models import Exists, Model, OuterRef, Q, QuerySet

from . import search_words
from .models import SearchTail
from .persian import search_key

_TABLE = SearchTail._meta.db_table
#: How many tails of a word are looked at in each place of a text: first a few, and
#: all of them where the querysets hold too little of those few. Of several words one
#: is rare if it has no more than these few in any place.
_FEW, _ALL = 300, 2**31
#: So many words are looked for, those with the most letters.
_WORDS = 4

# The names are constants of ours; whatever was typed is a parameter.
_BEGIN = f"FROM {_TABLE} WHERE model = %s AND place = %s AND tail >= %s AND tail < %s"
_BEST = f"SELECT model, row_id, place, tail {_BEGIN} ORDER BY tail LIMIT %s"
#: Both engines call the columns of VALUES so. Answered by the index alone.
_COUNT = (
    f"SELECT w.column1, (SELECT count(*) FROM (SELECT 1 FROM {_TABLE}"  # noqa: S608
    " WHERE model = m.column1 AND place = p.column1"
    f" AND tail >= w.column1 AND tail < w.column2 LIMIT {_FEW}) AS t)"
    " FROM (VALUES {words}) AS w, (VALUES {models}) AS m, (VALUES {places}) AS p"
)
_HAS = (
    f"AND EXISTS (SELECT 1 FROM {_TABLE} AS o WHERE o.model = t.model"  # noqa: S608
    " AND o.row_id = t.row_id AND o.tail >= %s AND o.tail < %s)"
)
_IS_ALLOWED = "AND EXISTS (SELECT 1 FROM ({rows}) AS a WHERE a.id = {row_id})"
_PART = (
    f"SELECT * FROM (SELECT * FROM ({_BEST}) AS t"  # noqa: S608
    " WHERE 1 = 1 {has} {is_allowed} ORDER BY tail LIMIT %s) AS part"
)
_HOLDING = (
    f"SELECT %s AS model, row_id, {SearchTail.Place.WORD} AS place, '' AS tail"  # noqa: S608
    " FROM ({newest}) AS holding"
)
#: A row may be found by several of its tails.
_SPARE = 3


@dataclass(frozen=True)
class Found:
    """The best rows of one model, the best one first; `is_more` if there are others.

    `rank` is how good the best one is, 0 being best: the whole text is what was typed.
    """

    model: type[Model]
    rows: list[Model]
    is_more: bool
    rank: int


def search(typed: str, querysets: Iterable[QuerySet], limit: int = 5) -> list[Found]:
    """What is found in each of the `querysets`, the best model first.

    Their models are `Searched`; a row is found only if its queryset holds it, so that
    the public's search passes `Model.objects.published()` and staff's what they may
    see. Words may be typed in any spelling, order and spacing; each has to be found.
    At most three queries, and one more for each model with a find.
    """
    querysets = {each.model._meta.label_lower: each for each in querysets}
    by_model: dict[str, dict[int, int]] = {}
    for parts in _looks(typed, querysets, limit):
        by_model = _ranked(typed, _rows(parts))
        if sum(map(len, by_model.values())) >= limit:
            break
    found = [
        _found(querysets[label], ranks, limit) for label, ranks in by_model.items()
    ]
    return sorted(found, key=lambda each: each.rank)


def matching(
    typed: str, model: type[Model], path: str = "pk", also=lambda key: Q()
) -> Q:
    """The condition that `search` would find the row of `model` at `path`, for lists
    with an order of their own. `also` says what else a word may be found by.

    As rows of `model` are found by what hangs on them, the public may use it only
    where all of that is public.
    """
    keys = _keys(typed)
    if not keys:
        return Q()
    tails = SearchTail.objects.filter(
        model=model._meta.label_lower, row_id=OuterRef(path)
    )

    def begins_with(key, **place):
        first, last = _range(key)
        return Exists(tails.filter(tail__gte=first, tail__lt=last, **place))

    by_words = reduce(and_, (begins_with(key) | also(key) for key in keys))
    if len(keys) == 1:
        return by_words
    whole = search_key(typed)[: SearchTail.LENGTH]
    return by_words | begins_with(whole, place=SearchTail.Place.START)


def _ranked(typed, tails):
    """The rank of each row found: {model's label: {row's id: rank}}."""
    whole, ranks = search_key(typed), defaultdict(dict)
    for label, row_id, place, tail in tails:
        rank = 0 if place == SearchTail.Place.START and tail == whole else place + 1
        ranks[label][row_id] = min(rank, ranks[label].get(row_id, rank))
    return ranks


def _looks(typed, querysets, limit):
    """The statements' parts, one look after the other until enough is found."""
    words, place = _keys(typed), SearchTail.Place
    if not words or not querysets:
        return
    whole = [(place.START, search_key(typed)[: SearchTail.LENGTH], [])]
    if len(words) == 1:
        probes = [(where, words[0], []) for where in place]
        yield _tails(probes, querysets, limit, _FEW)
        yield _tails(probes, querysets, limit, _ALL)
    elif rare := _rare(words, querysets):
        others = [word for word in words if word != rare]
        probes = whole + [(where, rare, others) for where in place]
        yield _tails(probes, querysets, limit, _FEW)
    else:
        tails = _tails(whole, querysets, limit, _FEW)
        yield tails + _holding(words, querysets, limit, beginnings=False)
        yield tails + _holding(words, querysets, limit, beginnings=True)


def _keys(typed):
    """The keys of the words looked for."""
    keys = {key[: SearchTail.LENGTH] for key in map(search_key, typed.split()) if key}
    return sorted(keys, key=lambda key: (-len(key), key))[:_WORDS]


def _rare(words, labels):
    """The word with the fewest tails, if all of these may be looked at; else None."""
    statement = _COUNT.format(
        words=", ".join(["(%s, %s)"] * len(words)),
        models=", ".join(["(%s)"] * len(labels)),
        places=", ".join(f"({place})" for place in SearchTail.Place),
    )
    params = [*chain.from_iterable(map(_range, words)), *labels]
    most, all_of = Counter(), Counter()
    for word, count in _rows([(statement, params)]):
        most[word] = max(most[word], count)
        all_of[word] += count
    rarest = min(words, key=all_of.get)
    return rarest if most[rarest] < _FEW else None


def _tails(probes, querysets, limit, looked_at):
    """A part of a statement for the best tails of each probe, which is (place, key of
    a word, keys of the other words): model's label, row's id, place, tail."""
    parts = []
    for label, queryset in querysets.items():
        is_allowed, allowed_params = _allowed(queryset, "t.row_id")
        for place, key, others in probes:
            has = " ".join([_HAS] * len(others))
            others_bounds = [bound for word in others for bound in _range(word)]
            parts.append(
                (
                    _PART.format(is_allowed=is_allowed, has=has),
                    [
                        *(label, place, *_range(key), looked_at, *others_bounds),
                        *(*allowed_params, (limit + 1) * _SPARE),
                    ],
                )
            )
    return parts


def _holding(words, querysets, limit, *, beginnings):
    """A part of a statement for the newest rows of each model that hold the words, in
    the columns of `_tails`."""
    parts = []
    for label, queryset in querysets.items():
        newest, params = search_words.newest_holding(
            label,
            words,
            limit + 1,
            _allowed(queryset, search_words.ROW_ID),
            beginnings=beginnings,
        )
        parts.append((_HOLDING.format(newest=newest), [label, *params]))
    return parts


def _allowed(queryset, row_id):
    """The condition that the queryset holds the row; none where it holds all of them:
    what is found of a row that is gone is seen to when the rows are read."""
    if not queryset.query.where:
        return "", ()
    rows, params = queryset.order_by().values("id").query.sql_with_params()
    return _IS_ALLOWED.format(rows=rows, row_id=row_id), params


def _rows(parts):
    with connection.cursor() as cursor:
        cursor.execute(
            " UNION ALL ".join(statement for statement, _params in parts),
            [param for _statement, params in parts for param in params],
        )
        return cursor.fetchall()


def _range(key):
    return key, key + search_words.LAST


def _found(queryset, ranks, limit):
    best = sorted(ranks, key=ranks.get)  # stable: in the order of the tails
    rows = queryset.in_bulk(best[:limit])
    return Found(
        queryset.model,
        [rows[pk] for pk in best[:limit] if pk in rows],
        len(best) > limit,
        ranks[best[0]],
    )

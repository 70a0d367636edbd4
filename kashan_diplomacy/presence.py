"""To read of a row's relations only those that hold anything.

A page about one row shows a dozen kinds of others, and most rows have few of them. To
ask along with the row whether there are any takes a tenth of asking for them.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cache

from django.db.models import (
    BooleanField,
    F,
    Field,
    ForeignKey,
    Func,
    Model,
    Prefetch,
    QuerySet,
    prefetch_related_objects,
)

#: What is shown of each relation, by its name. A page finds it there where the relation
#: leads to one row, and as the list `<name>_read` where it leads to many.
Shown = Mapping[str, Callable[[], QuerySet]]


@cache
def with_presence(model: type[Model], *names: str) -> QuerySet:
    """The rows of `model`, each with a `has_<name>` by relation to many: whether there
    is any row, shown or not. Made once: that takes longer than the query."""
    relations = {name: model._meta.get_field(name) for name in names}
    return model._default_manager.annotate(
        **{
            f"has_{name}": _has_any(relation)
            for name, relation in relations.items()
            if not isinstance(relation, ForeignKey)
        }
    )


def _has_any(relation: Field) -> Func:
    """As `Exists`, which compiles a whole query each time it is asked."""
    if relation.many_to_many:
        table, column = relation.m2m_db_table(), relation.m2m_column_name()
    else:
        table, column = relation.related_model._meta.db_table, relation.field.column
    return Func(
        F("pk"),
        template=f'EXISTS(SELECT 1 FROM "{table}" U0'  # noqa: S608 - names of our own
        f' WHERE U0."{column}" = %(expressions)s)',
        output_field=BooleanField(),
    )


def prefetches(model: type[Model], shown: Shown) -> list[Prefetch]:
    """What is shown of the relations of all rows, for `prefetch_related`."""
    return [_prefetch(model._meta.get_field(name), shown[name]()) for name in shown]


def read_present(rows: Sequence[Model], shown: Shown) -> None:
    """What is shown of the relations of these rows of `with_presence`, each read only
    for the rows that have any."""
    for name in shown if rows else ():
        relation, having = rows[0]._meta.get_field(name), []
        is_single = isinstance(relation, ForeignKey)
        for row in rows:
            if getattr(row, relation.attname if is_single else f"has_{name}"):
                having.append(row)
            elif not is_single:
                setattr(row, f"{name}_read", [])
        if having:
            prefetch_related_objects(having, _prefetch(relation, shown[name]()))


def _prefetch(relation: Field, rows: QuerySet) -> Prefetch:
    if isinstance(relation, ForeignKey):
        return Prefetch(relation.name, rows)
    return Prefetch(relation.name, rows, to_attr=f"{relation.name}_read")

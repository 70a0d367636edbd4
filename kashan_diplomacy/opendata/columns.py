"""Columns of public lists: what points to something unpublished points to nothing."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model, Prefetch, QuerySet

from kashan_diplomacy.exports import Column, Export


@dataclass(frozen=True)
class PublicList(Export):
    """A list that anybody may download; `public` gives the rows the public may see.

    `notes` say what stands in columns that are no field of the model.
    """

    public: Callable[[], QuerySet[Any]] = field(kw_only=True)
    notes: dict[str, Any] = field(default_factory=dict, kw_only=True)

    def queryset(self) -> QuerySet[Any]:
        return self.public()


def seen(name: str, model: type[Model]) -> list[Column]:
    """A foreign key to a row of a `Published` model: its id and its name."""

    def key(row: Any) -> int | None:
        target = getattr(row, name)
        return target.pk if target else None

    return [
        Column(f"{name}_id", key, prefetched=(_published(name, model),)),
        Column(name, lambda row: getattr(row, name), type="string"),
    ]


def seen_many(name: str, model: type[Model], key: str) -> list[Column]:
    """The published rows on the other side of a many-to-many: each one's `key`,
    semicolons between, ascending."""

    def joined(row: Any) -> str:
        keys = (getattr(other, key) for other in getattr(row, name).all())
        return ";".join(sorted(keys))

    prefetched = (_published(name, model),)
    return [Column(name, joined, prefetched=prefetched, type="string")]


def _published(name: str, model: type[Model]) -> Callable[[], Prefetch]:
    manager: Any = model._default_manager
    return lambda: Prefetch(name, manager.published())

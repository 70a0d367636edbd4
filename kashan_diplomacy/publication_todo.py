"""To-do: what was edited after it was published, and is seen so."""

from collections.abc import Iterable, Iterator

from django.db.models import OuterRef, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from .records import Published
from .templatetags.persian import local
from .todo import Item, Stage, about

_NAMES = ("title", "name", "description")


def changed_since_published(
    models: Iterable[type[Published]], role: str
) -> Iterator[Item]:
    """A query for each model."""
    for model in models:
        subject = f"published {model._meta.model_name}"
        versions = model.history.filter(id=OuterRef("pk")).order_by("-history_id")
        rows = model.objects.changed_since_published().annotate(
            changed_at=Subquery(versions.values("history_date")[:1])
        )
        for row in rows:
            since = timezone.localdate(row.changed_at)
            yield Item(
                kind=_("publication"),
                what=_called(row),
                why=_(
                    "Changed since it was published: read it as the public does, and"
                    " publish it as it is or put it right."
                ),
                since=since,
                role=role,
                **about(row, since, Stage.WAITING, subject=subject),
            )


def _called(row) -> str:
    for name in _NAMES:
        if hasattr(row, f"{name}_fa"):
            return local(row, name)
    return str(row)

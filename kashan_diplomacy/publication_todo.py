"""To-do: what was edited after it was published, and is seen so."""

from collections.abc import Iterator

from django.db.models import CharField, F, OuterRef, Subquery
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.translation import gettext as _

from .records import Published
from .templatetags.persian import digits, local
from .todo import Item, Stage, about
from .union_rows import Part, Row, part

_NAMES = ("title", "name", "description")


def changed_rows(model: type[Published], title: str = "") -> Part:
    """Rows of `model` that the public sees otherwise than they were published.

    `title` is how they are called, where they have no name of their own.
    """
    versions = model.history.filter(id=OuterRef("pk")).order_by("-history_id")
    return part(
        model.objects.changed_since_published(),
        title=title or next(name for name in _NAMES if hasattr(model, f"{name}_fa")),
        moment=Subquery(versions.values("history_date")[:1]),
    )


def changed_numbers(model: type[Published], number: str) -> Part:
    """The same of what is called by a number."""
    called = Cast(F(number), CharField())
    rows = changed_rows(model, title=number)
    return Part(rows.queryset, rows.columns | {"title_fa": called, "title_en": called})


def changed_since_published(rows: list[Row], role: str) -> Iterator[Item]:
    for row in rows:
        since = timezone.localdate(row.moment)
        title = local(row, "title")
        yield Item(
            kind=_("publication"),
            what=digits(title) if title.isdigit() else title,
            why=_(
                "Changed since it was published: read it as the public does, and"
                " publish it as it is or put it right."
            ),
            since=since,
            role=role,
            **about(
                row,
                since,
                Stage.WAITING,
                subject=f"published {row._meta.model_name}",
            ),
        )

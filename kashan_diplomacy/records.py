"""Abstract models for what is true of rows in both apps: a source, a publication."""

import datetime
from collections.abc import Iterable
from functools import cache

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Expression, F, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from kashan_diplomacy.fields import CanonicalCharField, DateField


def hold_as_read(row: models.Model, names: Iterable[str]) -> None:
    """Lock the row until the transaction ends, and read it anew; ValidationError where
    one of these fields is not what was read before."""
    read = [getattr(row, name) for name in names]
    row.refresh_from_db(from_queryset=type(row)._default_manager.select_for_update())
    if read != [getattr(row, name) for name in names]:
        text = _("What it rests on was changed meanwhile: look at it again.")
        raise ValidationError(text)


def is_changed(row: models.Model, names: Iterable[str]) -> bool:
    """Whether saving the row would change one of these fields; not of a new row."""
    if row._state.adding:
        return False
    columns = [row._meta.get_field(name).attname for name in names]
    values = {column: getattr(row, column) for column in columns}
    return not type(row)._base_manager.filter(pk=row.pk, **values).exists()


class Labelled(models.Model):
    """A row whose `get_…_display()` looks the label up, of choices that never change;
    Django makes a dictionary of them all for it each time."""

    class Meta:
        abstract = True

    def _get_FIELD_display(self, field):  # noqa: N802 - Django's own name
        value = getattr(self, field.attname)
        return labels_of(field).get(value, value)


def labels_of(field: models.Field) -> dict[object, str]:
    """The labels of its choices in the active language; none for other fields."""
    return _labels(field, get_language())


@cache
def _labels(field: models.Field, _language: str | None) -> dict[object, str]:
    return {value: str(label) for value, label in field.flatchoices}


class Sourced(Labelled):
    """A row that says where it is known from, and whether it is only an example."""

    source = CanonicalCharField(
        _("source"),
        max_length=300,
        blank=True,
        help_text=_("Where this is known from: a letter, a record, an interview."),
    )
    is_illustrative = models.BooleanField(
        _("illustrative"),
        default=False,
        help_text=_("An example and not a fact; marked so wherever it is shown."),
    )

    class Meta:
        abstract = True


class PublishedQuerySet(models.QuerySet):
    def published(self, on: datetime.date | None = None):
        """Rows the public may see on day `on` (today when not given)."""
        return self.filter(published_on__lte=on or timezone.localdate())

    def with_changes(self):
        """Annotates `is_changed`: whether what the public sees is still what somebody
        published, by the history of edits."""
        return self.annotate(is_changed=_is_changed(self.model))

    def changed_since_published(self):
        return self.published().with_changes().filter(is_changed=True)


@cache
def _is_changed(model):
    """Whether a row differs from the first version with its `published_at`."""
    versions = model.history.filter(
        id=OuterRef("pk"), published_at=OuterRef("published_at")
    )
    differs = Differs(model, version=F("history_id"), row=OuterRef("pk"))
    first = versions.order_by("history_id").values_list(differs)[:1]
    return Coalesce(Subquery(first), False)


class Differs(Expression):
    """Whether a version holds other than its row in what the public sees.

    Put together from the names of the columns: to compare each field by an expression
    of its own took the ORM longer than the database needs for a whole list.
    """

    output_field = models.BooleanField()

    def __init__(self, model, version, row):
        """`version` and `row` are a column of each."""
        super().__init__()
        self.columns = [model._meta.get_field(name).column for name in model.shown()]
        self.version, self.row = version, row

    def get_source_expressions(self):
        return [self.version, self.row]

    def set_source_expressions(self, expressions):
        self.version, self.row = expressions

    def as_sql(self, compiler, connection, is_other="IS DISTINCT FROM"):
        version, row = (
            compiler.quote_name_unless_alias(column.alias)
            for column in (self.version, self.row)
        )
        names = map(connection.ops.quote_name, self.columns)
        differing = (f"{version}.{n} {is_other} {row}.{n}" for n in names)
        return f"({' OR '.join(differing)})", []

    def as_sqlite(self, compiler, connection):
        return self.as_sql(compiler, connection, "IS NOT")


class Published(models.Model):
    """A row the public sees from `published_on` on; never, while that is empty.

    Its model keeps a `history`, whose first version with the row's `published_at` is
    the one that was published. `UNSHOWN` are the fields the public never sees.
    """

    UNSHOWN: tuple[str, ...] = ()

    published_on = DateField(
        _("published on"),
        null=True,
        blank=True,
        help_text=_("Shown on the public pages from this day on; empty: not shown."),
    )
    published_at = models.DateTimeField(
        _("published as it was at"),
        null=True,
        blank=True,
        editable=False,
        help_text=_("When somebody last said that it may be seen as it is."),
    )

    class Meta:
        abstract = True

    def save(self, *args, **kwargs):
        self.stamp()
        names = kwargs.get("update_fields")
        if names is not None and "published_on" in names:
            kwargs["update_fields"] = {*names, "published_at"}
        super().save(*args, **kwargs)

    def stamp(self):
        """Note when it was published, before it is saved."""
        if not self.published_on:
            self.published_at = None
        elif not self.published_at:
            self.published_at = timezone.now()

    def publish(self):
        """Show it as it is, from today on unless it is shown already."""
        today = timezone.localdate()
        self.published_on = min(self.published_on or today, today)
        self.published_at = timezone.now()
        self.save()

    def unpublish(self):
        self.published_on = None
        self.save()

    @classmethod
    def shown(cls) -> list[str]:
        """The fields that the public sees."""
        unshown = {"id", "published_on", "published_at", "search_text", "name_sort"}
        fields = (field.name for field in cls._meta.concrete_fields)
        return [name for name in fields if name not in unshown.union(cls.UNSHOWN)]

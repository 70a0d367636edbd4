"""The history of edits: every version of a row, who saved it, when and why.

Written by each `save()`; `update()` and `bulk_*()` slip past it and are never used on
tracked models, except with `keep_versions()`. The reason is `row.change_reason`, set
before saving.
"""

from django.db import models
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from .persian import canonical


class History(HistoricalRecords):
    def __init__(self, excluded_fields=(), m2m_fields=()):
        """`excluded_fields` are written by the program alone: no edit of anybody's.
        `m2m_fields` are the relations that people fill in along with the row.
        """
        super().__init__(
            history_change_reason_field=models.TextField(blank=True, default=""),
            excluded_fields=list(excluded_fields),
            m2m_fields=list(m2m_fields),
        )

    def get_meta_options(self, model):
        """Nobody writes history by hand, so there is no right to."""
        names = {
            name: format_lazy(_("versions of {}"), getattr(model._meta, name))
            for name in ("verbose_name", "verbose_name_plural")
        }
        only_seen = {"default_permissions": ("view",)}
        return super().get_meta_options(model) | names | only_seen

    def get_meta_options_m2m(self, through_model):
        """They are seen with the version they belong to, by nobody apart."""
        options = super().get_meta_options_m2m(through_model)
        return options | {"default_permissions": ()}

    def get_change_reason_for_object(self, instance, history_type, using):
        return canonical(getattr(instance, "change_reason", ""))


def keep_versions(rows, links, *, is_new, by, reason=""):
    """Write a version of each of the rows of one model that were saved past `save()`.

    `links` are the rows of each many-to-many relation's own table, by its field.
    """
    history = type(rows[0]).history
    versions = history.bulk_history_create(
        rows,
        update=not is_new,
        default_user=by,
        default_change_reason=canonical(reason),
    )
    version_of = {version.id: version for version in versions}
    for field in history.model._history_m2m_fields:
        kept = getattr(history.model, field.name).model
        row_id = f"{field.m2m_field_name()}_id"
        kept.objects.bulk_create(
            kept(history=version_of[getattr(link, row_id)], **_columns(link))
            for link in links[field]
        )


def _columns(row):
    return {field.attname: getattr(row, field.attname) for field in row._meta.fields}


def with_links(versions):
    """The versions, loaded with the rows that each was linked to."""
    return versions.prefetch_related(
        *(
            f"{_links_of(versions.model, field)}__{field.m2m_reverse_field_name()}"
            for field in versions.model._history_m2m_fields
        )
    )


def links(version):
    """(field, rows linked) of each many-to-many relation that the version keeps.

    What was linked and has been deleted since is left out.
    """
    for field in version._history_m2m_fields:
        kept = getattr(version, _links_of(type(version), field)).all()
        name = field.m2m_reverse_field_name()
        yield field, [row for each in kept if (row := getattr(each, name))]


def _links_of(model, field):
    kept = getattr(model, field.name).model
    return kept._meta.get_field("history").remote_field.get_accessor_name()


def current_user():
    """Who is logged in behind the request being answered; None outside of one."""
    request = getattr(History.context, "request", None)
    user = getattr(request, "user", None)
    return user if user and user.is_authenticated else None

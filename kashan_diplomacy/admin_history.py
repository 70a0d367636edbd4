"""The admin's history page of what is tracked: who changed what, from what, and why."""

from itertools import pairwise

from django.contrib.admin.utils import unquote
from django.contrib.auth.models import User
from django.core.exceptions import ObjectDoesNotExist
from django.db.models import BooleanField, ForeignKey
from django.template.defaultfilters import yesno
from django.utils.translation import gettext_lazy as _

from . import admin_display
from .history import links, with_links
from .names import listed, person
from .persian import sort_key
from .templatetags.persian import local

#: Written by the program after other fields: no edit of anybody's.
COMPUTED = {"search_text", "name_sort"}
TYPES = {"+": _("added"), "~": _("changed"), "-": _("deleted")}


class Tracked:
    """Mixed into the admin of a model with `history`.

    `history_children` names the relations whose rows belong to the page as well.
    """

    object_history_template = "admin/versions.html"
    history_children = ()

    def history_view(self, request, object_id, extra_context=None):
        row = self.get_object(request, unquote(object_id))
        versions = _versions(row, self.history_children) if row else []
        context = {"versions": versions, **(extra_context or {})}
        return super().history_view(request, object_id, context)


def _versions(row, children):
    """The versions of the row and of its children, the newest first."""
    found = _told(row.history.all())
    for name in children:
        relation = row._meta.get_field(name)
        history = relation.related_model.history
        found += _told(history.filter(**{relation.field.attname: row.pk}))
    return sorted(found, key=lambda each: each["at"], reverse=True)


def _told(history):
    by_row = {}
    versions = with_links(history.select_related("history_user"))
    for version in versions.order_by("history_id"):
        by_row.setdefault(version.id, []).append(version)
    return [
        {
            "at": version.history_date,
            "by": version.history_user,
            "type": TYPES[version.history_type],
            "model": version.instance_type._meta.verbose_name,
            "reason": version.history_change_reason,
            "changes": _changes(older, version) if older else [],
        }
        for versions in by_row.values()
        for older, version in pairwise([None, *versions])
    ]


def _changes(older, newer):
    fields = [
        (field.verbose_name, _shown(older, field), _shown(newer, field))
        for field in newer.tracked_fields
        if field.name not in COMPUTED
        and getattr(older, field.attname) != getattr(newer, field.attname)
    ]
    linked = (
        (field.verbose_name, _named(before), _named(after))
        for (field, before), (_field, after) in zip(
            links(older), links(newer), strict=True
        )
    )
    return fields + [change for change in linked if change[1] != change[2]]


def _named(rows):
    return listed(*sorted((local(row, "name") for row in rows), key=sort_key))


def _shown(version, field):
    value = getattr(version, field.attname)
    if isinstance(field, ForeignKey) and value is not None:
        try:
            row = getattr(version, field.name)
            return person(row) if isinstance(row, User) else row
        except ObjectDoesNotExist:
            return value
    if isinstance(field, BooleanField):
        return yesno(value)
    return admin_display.display_for_field(value, field, "—")

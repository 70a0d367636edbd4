"""The admin's page of downloads, and the downloads."""

from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from agreements.exports import EXPORTS as AGREEMENTS
from budget.exports import EXPORTS as BUDGET

from .access_exports import EXPORTS as ACCESS
from .downloads import send

EXPORTS = AGREEMENTS | BUDGET | ACCESS


def export_urls(site):
    """The URL patterns of `site`'s downloads; only its staff get in."""
    return [
        path("exports/", site.admin_view(exports), {"site": site}, name="exports"),
        path("exports/<slug:name>.csv", site.admin_view(export_csv), name="export_csv"),
    ]


@require_safe
def exports(request, site):
    """Every list that the user may see, app by app."""
    allowed = [e for e in EXPORTS.values() if request.user.has_perm(e.permission)]
    labels = dict.fromkeys(export.model._meta.app_label for export in allowed)
    groups = [
        {
            "title": apps.get_app_config(label).verbose_name,
            "exports": [e for e in allowed if e.model._meta.app_label == label],
        }
        for label in labels
    ]
    context = {"title": _("Downloads"), "groups": groups, **site.each_context(request)}
    return render(request, "admin/exports.html", context)


@require_safe
def export_csv(request, name):
    if name not in EXPORTS:
        raise Http404(_("There is no such list."))
    export = EXPORTS[name]
    if not request.user.has_perm(export.permission):
        raise PermissionDenied
    return send(request, export, export.queryset())

"""Where auditors start: a fiscal year, what is in its package, and the package."""

import tempfile

from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from budget.models import FiscalYear
from kashan_diplomacy.downloads import recorded, send
from kashan_diplomacy.export_views import EXPORTS

from .package import chain_head, package_name, rows_of, write_package


def audit_urls(site):
    """The URL patterns of `site`'s audit pages."""
    return [
        path("audit/", site.admin_view(audit), {"site": site}, name="audit"),
        path(
            "audit/<int:year>.zip",
            site.admin_view(audit_package),
            name="audit_package",
        ),
        path(
            "audit/<int:year>/<slug:name>.csv",
            site.admin_view(audit_csv),
            name="audit_csv",
        ),
    ]


def may_audit(user):
    """Whether `user` may see every list that a package holds: auditors and the head."""
    return user.has_perms({export.permission for export in EXPORTS.values()})


def _year(request, number):
    """The fiscal year asked for, if the user may have its package."""
    if not may_audit(request.user):
        raise PermissionDenied
    return get_object_or_404(FiscalYear, year=number)


@require_safe
def audit(request, site):
    """What is in the package of a year, `?year=1401`; of the newest when none."""
    if not may_audit(request.user):
        raise PermissionDenied
    years = list(FiscalYear.objects.order_by("-year"))
    asked = request.GET.get("year", str(years[0].year) if years else "")
    year = next((year for year in years if str(year.year) == asked), None)
    if years and year is None:
        raise Http404(_("There is no such fiscal year."))
    context = {"title": _("Audit"), "years": years, "year": year}
    if year:
        context |= {
            "head": chain_head(year),
            "closings": year.closings.count(),
            "lists": [
                (export, rows_of(name, year).count())
                for name, export in sorted(EXPORTS.items())
            ],
        }
    return render(request, "admin/audit.html", context | site.each_context(request))


@require_safe
def audit_package(request, year):
    fiscal_year = _year(request, year)
    name = f"{package_name(fiscal_year)}.zip"
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    write_package(fiscal_year, file)
    file.seek(0)
    response = FileResponse(file, as_attachment=True, filename=name)
    response["Cache-Control"] = "private, no-store"
    return recorded(request, response, name)


@require_safe
def audit_csv(request, year, name):
    """A single list, of the rows that the package has of it."""
    fiscal_year = _year(request, year)
    if name not in EXPORTS:
        raise Http404(_("There is no such list."))
    return send(request, EXPORTS[name], rows_of(name, fiscal_year), f"year={year}")

"""Where auditors start: a fiscal year or a range of days, what is in it, and the files.

A year comes as the package that can be recomputed, a range of days as lists alone.
"""

import tempfile

from django.core.exceptions import BadRequest, PermissionDenied
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from budget.models import FiscalYear
from kashan_diplomacy.downloads import recorded, send
from kashan_diplomacy.export_views import EXPORTS

from .days import DaysForm, cut_by
from .package import chain_head, package_name, rows_of, write_lists, write_package


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
        path("audit/days.zip", site.admin_view(audit_days), name="audit_days"),
        path(
            "audit/days/<slug:name>.csv",
            site.admin_view(audit_days_csv),
            name="audit_days_csv",
        ),
    ]


def may_audit(user):
    """Whether `user` may see every list that a package holds: auditors and the head."""
    return user.has_perms({export.permission for export in EXPORTS.values()})


def _check(request):
    if not may_audit(request.user):
        raise PermissionDenied


def _year(request, number):
    """The fiscal year asked for, if the user may have its package."""
    _check(request)
    return get_object_or_404(FiscalYear, year=number)


def _days(request):
    """The range asked for, `?first=1401-01-01&last=1401-04-31`, if the user may."""
    _check(request)
    form = DaysForm(request.GET)
    if not form.is_valid():
        raise BadRequest(form.errors.as_text())
    return form.days


def _export(name):
    if name not in EXPORTS:
        raise Http404(_("There is no such list."))
    return EXPORTS[name]


@require_safe
def audit(request, site):
    """What is in a range of days, or in the package of a year, `?year=1401`; of the
    newest when none is asked for."""
    _check(request)
    years = list(FiscalYear.objects.order_by("-year"))
    context = {"title": _("Audit"), "years": years}
    if request.GET.keys() & {"first", "last"}:
        form = DaysForm(request.GET)
        if form.is_valid():
            context |= _shown_days(form.days)
            form = DaysForm(initial=vars(form.days))  # in the digits of the page
    else:
        year = _asked_year(request, years)
        known = {"first": year.starts_on, "last": year.ends_on} if year else {}
        form = DaysForm(initial=known)
        context |= _shown_year(year) if year else {}
    context |= {"form": form, **site.each_context(request)}
    return render(request, "admin/audit.html", context)


def _asked_year(request, years):
    asked = request.GET.get("year", str(years[0].year) if years else "")
    year = next((year for year in years if str(year.year) == asked), None)
    if years and year is None:
        raise Http404(_("There is no such fiscal year."))
    return year


def _shown_year(year):
    return {
        "year": year,
        "head": chain_head(year),
        "closings": year.closings.count(),
        "lists": [
            {
                "export": export,
                "count": rows_of(name, year).count(),
                "url": reverse("admin:audit_csv", args=[year.year, name]),
            }
            for name, export in sorted(EXPORTS.items())
        ],
    }


def _shown_days(days):
    return {
        "days": days,
        "lists": [
            {
                "export": export,
                "cut_by": cut_by(name),
                "count": days.rows_of(name).count(),
                "url": f"{reverse('admin:audit_days_csv', args=[name])}?{days.query}",
            }
            for name, export in sorted(EXPORTS.items())
        ],
    }


@require_safe
def audit_package(request, year):
    fiscal_year = _year(request, year)
    return _zip(request, package_name(fiscal_year), write_package, fiscal_year)


@require_safe
def audit_days(request):
    days = _days(request)
    return _zip(request, days.name, write_lists, days)


def _zip(request, name, write, part):
    """The file that `write` makes of a year, or of a range of days."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    write(part, file)
    file.seek(0)
    response = FileResponse(file, as_attachment=True, filename=f"{name}.zip")
    response["Cache-Control"] = "private, no-store"
    return recorded(request, response, f"{name}.zip")


@require_safe
def audit_csv(request, year, name):
    """A single list, of the rows that the package has of it."""
    fiscal_year, export = _year(request, year), _export(name)
    return send(request, export, rows_of(name, fiscal_year), f"year={year}")


@require_safe
def audit_days_csv(request, name):
    days, export = _days(request), _export(name)
    return send(request, export, days.rows_of(name), days.query)

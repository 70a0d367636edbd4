"""Whether the partnerships are alive and what they cost, for staff, as of any day.

One page with the figures; behind each figure, one click away, the rows it is made of.
"""

from dataclasses import dataclass, field

from django.core.exceptions import PermissionDenied
from django.db.models import Case, F, When
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from agreements.models import City, Membership, Milestone
from agreements.templatetags.standing import standing
from agreements.vitality import (
    Vitality,
    deeds_of,
    last_deeds,
    vitality,
    with_deeds,
)
from budget import value
from budget.models import FiscalYear, Place
from budget.pace import pace
from budget.reports import of_city

from .as_of import AsOf
from .templatetags.persian import digits, jalali, local, toman


def alive_urls(site):
    """The URL patterns of `site`'s pages; only its staff get in."""
    pages = [
        ("alive/", alive, "alive"),
        ("alive/cities/<int:pk>/", alive_city, "alive_city"),
        ("alive/years/<int:year>/", alive_year, "alive_year"),
        ("alive/memberships/<int:pk>/", alive_membership, "alive_membership"),
    ]
    return [
        path(route, site.admin_view(view), {"site": site}, name=name)
        for route, view, name in pages
    ]


@require_safe
def alive(request, site):
    _allow(request)
    as_of = AsOf(request)
    context = {
        **site.each_context(request),
        "title": pgettext("page", "Vitality"),
        "as_of": as_of,
        **_year_figures(as_of),
        "memberships": _memberships(as_of.on),
    }
    context["cities"] = _cities(as_of.on, context.get("worth", {}))
    return render(request, "admin/alive.html", context)


def _cities(on, worth):
    """Each partner with its figures, the most alive first."""
    cities = with_deeds(City.objects.all(), on)
    deeds, promises = last_deeds(cities, on), Milestone.objects.promises_by_city(on)
    rows = [
        {
            "city": city,
            "vitality": vitality(city, on),
            "deed": deeds.get(city.pk),
            "days": (on - deeds[city.pk].day).days if city.pk in deeds else None,
            "promises": promises.get(city.pk),
            "worth": worth.get(city, value.Worth()),
        }
        for city in cities
    ]
    order = list(Vitality)
    return sorted(rows, key=lambda row: order.index(row["vitality"]))


def _year_figures(as_of):
    year = FiscalYear.objects.newest(as_of.on)
    if year is None:
        return {}
    figures = pace(year, as_of.chosen)
    engagements = value.engagements_of_year(year, figures.on)
    worth = value.cost_per_kept_promise(year, figures.on)
    return {
        "year": year,
        "pace": figures,
        "ceremony_of_money": value.ceremony_of_money(year, figures.on),
        "ceremony_of_engagements": engagements.ceremony(),
        "worth": worth,
        "unnamed": worth.get(None),
    }


def _memberships(on):
    worth = value.cost_per_used_right(on)
    rows = Membership.objects.select_related("organisation")
    return [
        {"membership": membership, "worth": worth[membership.pk]} for membership in rows
    ]


# --- The rows behind the figures -----------------------------------------------------


@dataclass
class Table:
    """Rows of cells, each a text or a (text, link); the first cell heads its row."""

    caption: str
    headers: list[str]
    rows: list[list] = field(default_factory=list)
    total: str = ""


@require_safe
def alive_city(request, site, pk):
    city = get_object_or_404(City, pk=pk)
    on = AsOf(request).on
    deeds = [
        [jalali(deed.day), capfirst(deed.kind), (deed.title, deed.admin_url)]
        for deed in deeds_of(city, on)
    ]
    tables = [
        Table(_("Deeds"), [_("Day"), _("Kind"), _("What")], deeds),
        _promises(Milestone.objects.filter(obligation__agreement__city=city), on),
    ]
    for year in FiscalYear.objects.order_by("-year"):
        entries = of_city(year.entries.up_to(on), city)
        tables.append(_spending(digits(year), entries))
    return _rows(request, site, local(city, "name"), tables)


@require_safe
def alive_year(request, site, year):
    fiscal_year = FiscalYear.objects.filter(year=year).first()
    if fiscal_year is None:
        raise Http404
    on = AsOf(request).chosen or fiscal_year.books_end_on()
    engagements = [
        [
            jalali(each.starts_on),
            each.get_purpose_display(),
            (local(each, "title"), _link(each)),
        ]
        for each in value.engagements_of_year(fiscal_year, on)
    ]
    tables = [
        Table(_("Engagements"), [_("Day"), _("Purpose"), _("What")], engagements),
        _spending(_("Spending"), fiscal_year.entries.up_to(on)),
        _promises(value.promises_of_year(fiscal_year), on),
    ]
    return _rows(request, site, digits(fiscal_year), tables)


@require_safe
def alive_membership(request, site, pk):
    rows = Membership.objects.select_related("organisation")
    membership = get_object_or_404(rows, pk=pk)
    on = AsOf(request).on
    used = [
        [
            jalali(each.used_on),
            each.get_kind_display(),
            (local(each, "description"), _link(each)),
        ]
        for each in value.rights_used(on).filter(membership=membership)
    ]
    fees = value.fee_entries(on).filter(expense__membership_fee__membership=membership)
    tables = [
        Table(_("Rights used"), [_("Day"), _("Right"), _("What")], used),
        _spending(_("Fees paid"), fees),
    ]
    return _rows(request, site, local(membership.organisation, "name"), tables)


def _promises(milestones, on):
    rows = milestones.due(on).with_standing()
    cells = [
        [
            jalali(each.due_on),
            each.obligation.get_side_display(),
            standing(each, on).label,
            (local(each.obligation, "title"), _link(each)),
        ]
        for each in rows
    ]
    headers = [_("Due on"), _("Side"), _("Verdict"), _("What")]
    return Table(_("Promises due"), headers, cells)


def _spending(caption, entries):
    """What these entries paid, and took back, for expenses."""
    paid = entries.filter(expense__isnull=False).annotate(
        moved=Case(
            When(to_place=Place.SPENT, then=F("amount")),
            When(from_place=Place.SPENT, then=-F("amount")),
        )
    )
    paid = paid.filter(moved__isnull=False).order_by("dated_on", "seq")
    rows = list(paid.select_related("expense"))
    cells = [
        [
            jalali(each.dated_on),
            each.expense.get_purpose_display(),
            toman(each.moved),
            (each.expense.title, _link(each)),
        ]
        for each in rows
    ]
    headers = [_("Day"), _("Purpose"), _("Amount"), _("What")]
    total = toman(sum(each.moved for each in rows)) if rows else ""
    return Table(caption, headers, cells, total)


def _link(row):
    meta = row._meta
    return reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[row.pk])


def _rows(request, site, title, tables):
    _allow(request)
    context = {
        **site.each_context(request),
        "title": title,
        "as_of": AsOf(request),
        "tables": tables,
    }
    return render(request, "admin/alive_rows.html", context)


def _allow(request):
    needed = ("agreements.view_city", "agreements.view_milestone", "budget.view_entry")
    if not request.user.has_perms(needed):
        raise PermissionDenied

"""The search box of the admin: what staff may see, of every model, on one page."""

import re
from dataclasses import dataclass
from datetime import date
from functools import reduce
from urllib.parse import urlencode

from django.db.models import Model
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from agreements.models import Membership, Milestone
from budget.models import Entry, FiscalYear, MembershipFee

from .persian import ascii_digits, canonical
from .search import search
from .search_index import Searched
from .templatetags.persian import digits, jalali_numeric, local

SHOWN = 5
ENTRY_NUMBER = re.compile(r"\s*(\d{4})\s*[/\-]\s*(\d{1,9})\s*")
YEAR = re.compile(r"\s*(\d{4})\s*")
#: Rows without a text of their own, by the row that lends them one.
BY_PARENT = {
    Milestone: "obligation",
    Membership: "organisation",
    MembershipFee: "membership__organisation",
}


@dataclass
class Group:
    """What is found in one model: rows to link to, and where all of them stand."""

    model: type[Model]
    rows: list[Model]
    all_url: str = ""

    @property
    def label(self):
        return self.model._meta.verbose_name_plural

    @property
    def links(self):
        meta = self.model._meta
        name = f"admin:{meta.app_label}_{meta.model_name}_change"
        return [
            (reverse(name, args=[row.pk]), _title(row), _detail(row), row)
            for row in self.rows
        ]


def search_urls(site):
    """The URL pattern of `site`'s search page; only its staff get in."""
    view = site.admin_view(search_page)
    return [path("search/", view, {"site": site}, name="search")]


@require_safe
def search_page(request, site):
    typed = request.GET.get("q", "").strip()[:200]
    groups = groups_found(request, site, typed) if typed else []
    context = {
        **site.each_context(request),
        "title": _("Search"),
        "typed": typed,
        "groups": groups,
        "count": sum(len(group.rows) for group in groups),
    }
    return render(request, "admin/search.html", context)


def groups_found(request, site, typed):
    """Numbers first, then every model by its best find, then what hangs on those."""
    seen = {
        model
        for model, admin in site._registry.items()
        if admin.has_view_or_change_permission(request)
    }
    searched = [model for model in site._registry if issubclass(model, Searched)]
    querysets = [model._default_manager.all() for model in searched if model in seen]
    found = search(typed, querysets, SHOWN)
    groups = [
        *_by_number(typed, seen),
        *(Group(each.model, each.rows) for each in found),
        *_by_parent(found, seen),
    ]
    for group in groups:
        group.all_url = group.all_url or _list_url(group.model, typed)
    return groups


def _by_number(typed, seen):
    """Entries by «1401/12» or their document's number; a fiscal year by its own."""
    number = ascii_digits(typed)
    if Entry in seen:
        entries = Entry.objects.select_related("fiscal_year").order_by("-pk")
        if match := ENTRY_NUMBER.fullmatch(number):
            year, seq = map(int, match.groups())
            rows = entries.filter(fiscal_year__year=year, seq=seq)
        else:
            rows = entries.filter(document_number=canonical(typed))
        if rows := list(rows[:SHOWN]):
            yield Group(Entry, rows)
    if FiscalYear in seen and (match := YEAR.fullmatch(number)):
        years = list(FiscalYear.objects.filter(year=int(match[1])))
        yield from [Group(FiscalYear, years)] if years else []


def _by_parent(found, seen):
    by_model = {each.model: each.rows for each in found}
    for model, lookup in BY_PARENT.items():
        parent = model
        for name in lookup.split("__"):
            parent = parent._meta.get_field(name).related_model
        if model in seen and (rows := by_model.get(parent)):
            children = model._default_manager.filter(**{f"{lookup}__in": rows})
            if children := list(children.select_related(lookup)[:SHOWN]):
                yield Group(model, children)


def _list_url(model, typed):
    meta = model._meta
    url = reverse(f"admin:{meta.app_label}_{meta.model_name}_changelist")
    return f"{url}?{urlencode({'q': typed})}"


def _title(row):
    """As people call it, in the language of the page."""
    for name in ("title", "name", "description"):
        if hasattr(row, f"{name}_fa"):
            return local(row, name)
    if type(row) not in BY_PARENT:
        return digits(row)
    parent = reduce(getattr, BY_PARENT[type(row)].split("__"), row)
    which = {Milestone: "due_on", MembershipFee: "period"}.get(type(row))
    return " · ".join([_title(parent), *([_shown(row, which)] if which else [])])


def _shown(row, name):
    value = getattr(row, name)
    return jalali_numeric(value) if isinstance(value, date) else digits(value)


def _detail(row):
    """What tells it from others of the same name: its kind, where it has one."""
    shown = getattr(row, "get_kind_display", None)
    return shown() if shown else ""

"""What the lists of the admin are made of, where the stock tags take too long."""

from collections.abc import Iterable
from typing import Any

from django import template
from django.contrib.admin.templatetags import admin_list
from django.contrib.admin.views.main import ALL_VAR, PAGE_VAR, ChangeList
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from kashan_diplomacy.admin_table import table_rows
from kashan_diplomacy.names import listed

from .persian import digits

register = template.Library()

#: Items of lists that are long, each without a template of its own.
CHOICE = '<li><a href="{}">{}</a></li>'
CHOSEN = '<li class="selected"><a href="{}" aria-current="true">{}</a></li>'


@register.inclusion_tag("admin/_table.html")
def table(cl: ChangeList) -> dict[str, Any]:
    """The rows of a page of the list, below the heads of its columns."""
    headers = list(admin_list.result_headers(cl))
    return {
        "headers": headers,
        "rows": list(table_rows(cl)),
        "is_sorted_by_many": sum(each.get("sorted", False) for each in headers) > 1,
    }


@register.inclusion_tag("admin/pagination.html")
def pages(cl: ChangeList) -> dict[str, Any]:
    """Links to the pages of the list, and how many rows these have together."""
    is_divided = cl.multi_page and not (cl.show_all and cl.can_show_all)
    may_show_all = cl.multi_page and cl.can_show_all and not cl.show_all
    numbers = cl.paginator.get_elided_page_range(cl.page_num) if is_divided else []
    return {
        "cl": cl,
        "pages": [(number, _page_address(cl, number)) for number in numbers],
        "show_all_url": may_show_all and cl.get_query_string({ALL_VAR: ""}),
    }


def _page_address(cl, number):
    """None for the page shown and where pages are left out."""
    is_other_page = isinstance(number, int) and number != cl.page_num
    return cl.get_query_string({PAGE_VAR: number}) if is_other_page else None


@register.inclusion_tag("admin/_periods.html")
def jalali_periods(cl: ChangeList) -> dict[str, Any]:
    """What a list with `date_hierarchy` can be narrowed to: years, months or days."""
    periods = cl.periods()
    links = ((link, label) for label, link in periods["parts"]) if periods else ()
    return {"periods": periods, "parts": format_html_join("", CHOICE, links)}


@register.inclusion_tag("admin/_filters.html")
def filters(cl: ChangeList) -> dict[str, Any]:
    """What the list can be filtered by, filter by filter, and what it is now."""
    offered = [_filter(cl, spec) for spec in cl.filter_specs]
    in_use = [each["title"] for each in offered if each["is_in_use"]]
    return {
        "cl": cl,
        "filters": offered,
        "in_use": listed(*in_use),
        "count": digits(len(in_use)),
        "has_errors": any(each["has_errors"] for each in offered),
    }


def _filter(cl, spec):
    """The first choice of each is to narrow nothing."""
    title, choices = str(spec.title), list(spec.choices(cl))
    form = getattr(spec, "form", None)
    return {
        "title": title,
        "heading": gettext(" By %(filter_title)s ") % {"filter_title": title},
        "choices": _choices(choices),
        "is_in_use": not choices[0]["selected"],
        "has_errors": bool(form and form.is_bound and form.errors),
        "spec": spec,
    }


def _choices(choices: Iterable[dict[str, Any]]) -> str:
    return SafeString(
        "".join(
            format_html(
                CHOSEN if choice["selected"] else CHOICE,
                choice["query_string"],
                digits(choice["display"]),
            )
            for choice in choices
        )
    )

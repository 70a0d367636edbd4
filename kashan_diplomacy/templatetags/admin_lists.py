"""What the lists of the admin are made of, where the stock tags take too long."""

from typing import Any

from django import template
from django.contrib.admin.templatetags import admin_list
from django.contrib.admin.views.main import ChangeList

from kashan_diplomacy.admin_table import table_rows

register = template.Library()


@register.inclusion_tag("admin/_table.html")
def table(cl: ChangeList) -> dict[str, Any]:
    """The rows of a page of the list, below the heads of its columns."""
    headers = list(admin_list.result_headers(cl))
    return {
        "headers": headers,
        "rows": list(table_rows(cl)),
        "is_sorted_by_many": sum(each.get("sorted", False) for each in headers) > 1,
    }

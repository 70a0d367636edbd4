"""The filters above the public lists: GET forms that work without a script.

What cannot be read (somebody edited the address) filters nothing, and is told so.
"""

from typing import Any

from django import forms
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from .persian import search_key

ROWS_ON_A_PAGE = 50


class ListFilter(forms.Form):
    """`chosen` gives what was asked for by field; fields left empty are not in it."""

    use_required_attribute = False
    #: Filled in by those lists that can be searched.
    q = forms.CharField(
        label=_("Search"),
        required=False,
        max_length=100,
        widget=forms.SearchInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, request: HttpRequest, **kwargs: Any) -> None:
        super().__init__(request.GET, auto_id="filter-%s", **kwargs)

    @property
    def chosen(self) -> dict[str, Any]:
        self.is_valid()  # computes cleaned_data
        return {name: value for name, value in self.cleaned_data.items() if value}

    def is_used(self) -> bool:
        return bool(self.chosen or self.errors)

    def search(self, rows: QuerySet, path: str = "search_text") -> QuerySet:
        """`rows` that hold each word asked for, however it is spelt."""
        for word in self.chosen.get("q", "").split():
            if key := search_key(word):
                rows = rows.filter(**{f"{path}__contains": key})
        return rows


def choices(members: Any, every: Any) -> list[tuple[str, Any]]:
    """A select's choices, headed by the one that filters nothing."""
    return [("", every), *getattr(members, "choices", members)]


def page_of(request: HttpRequest, rows: Any) -> Page:
    """The page asked for; the nearest one there is, when there is no such page."""
    return Paginator(rows, ROWS_ON_A_PAGE).get_page(request.GET.get("page"))

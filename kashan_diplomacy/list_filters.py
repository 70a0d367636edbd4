"""The filters above the public lists: GET forms that work without a script.

What cannot be read (somebody edited the address) filters nothing, and is told so.
"""

from typing import Any

from django import forms
from django.core.paginator import Page, Paginator
from django.db.models import Model, Q
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from .search import matching

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

    def search(self, model: type[Model], path: str = "pk", **kwargs: Any) -> Q:
        """The condition that what is asked for finds the row of `model` at `path`."""
        return matching(self.chosen.get("q", ""), model, path, **kwargs)


def choices(members: Any, every: Any) -> list[tuple[str, Any]]:
    """A select's choices, headed by the one that filters nothing."""
    return [("", every), *getattr(members, "choices", members)]


def page_of(request: HttpRequest, rows: Any) -> Page:
    """The page asked for; the nearest one there is, when there is no such page."""
    return Paginator(rows, ROWS_ON_A_PAGE).get_page(request.GET.get("page"))

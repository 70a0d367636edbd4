"""The menu of the admin, made once for all who may do the same.

It stands on every page: listing and rendering it anew took a third of a list's time.
"""

from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language


class Menu(list):
    """What `AdminSite.get_app_list` gives, and how it looks from each page."""

    def __init__(self, app_list: list[dict[str, Any]]) -> None:
        super().__init__(app_list)
        self._rendered: dict[tuple[str, str], SafeString] = {}

    def rendered(self, template: str, path: str) -> SafeString:
        """By `template`, with a mark on the app and the list that `path` belongs to."""
        key = template, self._section(path)
        if key not in self._rendered:
            context = {"available_apps": self, "request": {"path": key[1]}}
            self._rendered[key] = render_to_string(template, context)
        return self._rendered[key]

    def _section(self, path: str) -> str:
        addresses = [app["app_url"] for app in self]
        addresses += [model["admin_url"] for app in self for model in app["models"]]
        return max(filter(path.startswith, addresses), key=len, default="")


def seen_by(user: Any) -> tuple[Any, ...]:
    """What decides on a menu. Rights come from roles alone, so that few differ."""
    rights = user.is_superuser or frozenset(user.get_all_permissions())
    return get_language(), rights

"""What the admin says of an amount while it is being typed."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, JsonResponse
from django.urls import path
from django.views.decorators.http import require_safe

from .forms import TomanField
from .templatetags.persian import toman_words


def amount_urls(site: Any) -> list[Any]:
    """The URL patterns that js/amounts.js asks, of any amount; only staff get in."""
    return [path("amount/", site.admin_view(amount_in_words), name="amount")]


@require_safe
def amount_in_words(request: HttpRequest) -> JsonResponse:
    return said(typed_rial(request))


def typed_rial(request: HttpRequest) -> int | None:
    """The rials of what is typed so far; None while it is no amount."""
    try:
        rial: int | None = TomanField(required=False).clean(
            request.GET.get("typed", "")
        )
    except ValidationError:
        return None
    return rial


def said(rial: int | None, warnings: Iterable[str] = ()) -> JsonResponse:
    answer = {"words": toman_words(rial), "warnings": list(warnings)}
    return JsonResponse(answer, headers={"Cache-Control": "private, no-store"})

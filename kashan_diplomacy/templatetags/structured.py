"""What a page is about, for machines: JSON-LD in the words of schema.org.

It is a block of data that no browser runs, so the content security policy lets it be.
"""

import json
from typing import Any

from django import template
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kashan_diplomacy.addresses import address

from .persian import local

register = template.Library()

#: As `django.utils.html.json_script` does, so that no text can end the block.
ESCAPES = {ord(">"): "\\u003E", ord("<"): "\\u003C", ord("&"): "\\u0026"}


def _block(data: dict[str, Any]) -> SafeString:
    known = {name: value for name, value in data.items() if value}
    text = json.dumps(
        {"@context": "https://schema.org", **known}, ensure_ascii=False
    ).translate(ESCAPES)
    return mark_safe(f'<script type="application/ld+json">{text}</script>')  # noqa: S308


def _office(request) -> dict[str, Any]:
    return {
        "@type": "GovernmentOrganization",
        "name": _(
            "Kashan Municipality, Communications and International Affairs Centre"
        ),
        "url": request.build_absolute_uri(address("home")),
        "address": {
            "@type": "PostalAddress",
            "addressLocality": _("Kashan"),
            "addressCountry": "IR",
        },
    }


@register.simple_tag(takes_context=True)
def organization_data(context) -> str:
    request = context["request"]
    return _block(
        _office(request) | {"areaServed": {"@type": "City", "name": _("Kashan")}}
    )


@register.simple_tag(takes_context=True)
def event_data(context, engagement) -> str:
    """Nothing for an engagement of unknown date: an event without a day is none."""
    if not engagement.starts_on:
        return ""
    request = context["request"]
    status = "EventCancelled" if engagement.cancelled_on else "EventScheduled"
    is_online = engagement.kind == engagement.Kind.ONLINE_MEETING
    mode = "OnlineEventAttendanceMode" if is_online else "OfflineEventAttendanceMode"
    place = {"@type": "Place", "name": engagement.place, "address": engagement.place}
    online = {"@type": "VirtualLocation", "url": request.build_absolute_uri()}
    return _block(
        {
            "@type": "Event",
            "name": local(engagement, "title"),
            "description": local(engagement, "summary"),
            "startDate": engagement.starts_on.isoformat(),
            "endDate": (engagement.ends_on or engagement.starts_on).isoformat(),
            "eventStatus": f"https://schema.org/{status}",
            "eventAttendanceMode": f"https://schema.org/{mode}",
            "location": online if is_online else engagement.place and place,
            "organizer": _office(request),
            "url": request.build_absolute_uri(request.path),
        }
    )


@register.simple_tag(takes_context=True)
def dataset_data(context, name: str, description: str) -> str:
    """This page as a set of data that anybody may take."""
    request = context["request"]
    return _block(
        {
            "@type": "Dataset",
            "name": name,
            "description": description,
            "inLanguage": get_language(),
            "isAccessibleForFree": True,
            "creator": _office(request),
            "url": request.build_absolute_uri(request.path),
        }
    )

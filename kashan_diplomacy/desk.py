"""What needs each person: the to-do list of both apps, on a page and in a calendar."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from agreements import todo as partnerships
from agreements.models import CalendarFeed
from agreements.sleeping import sleeping
from budget import todo as money

from .icalendar_file import CONTENT_TYPE, Event, calendar_file
from .shortlist import Share
from .todo import Item, Staff, by_urgency, items_of

#: What is read of both apps together, in one query.
ROW_KINDS = (*partnerships.ROW_KINDS, *money.KINDS)


def all_items(on: datetime.date | None = None) -> list[Item]:
    """The whole list of day `on`, the most urgent first."""
    on = on or timezone.localdate()
    return by_urgency([*items_of(ROW_KINDS, on), *sleeping(on)])


#: What the list is made of: its items, or the shares they make.
Piece = TypeVar("Piece", Item, Share)


@dataclass(frozen=True)
class Desk(Generic[Piece]):
    """The part of the list that a person may see: `mine` and what others see to."""

    mine: list[Piece]
    others: list[Piece]


def desk_of(user, items: Iterable[Piece] | None = None) -> Desk[Piece]:
    """`items` is the whole list, or the shares it is made of; by default today's."""
    staff, mine, others = Staff(), [], []
    for item in all_items() if items is None else items:
        if user.has_perm(item.permission):
            (mine if user in staff.of(item) else others).append(item)
    return Desk(mine, others)


def desk_urls(site):
    """The URL patterns of `site`'s to-do list; only its staff get in."""
    return [path("todo/", site.admin_view(todo), {"site": site}, name="todo")]


@require_http_methods(["GET", "HEAD", "POST"])
def todo(request, site):
    """The list; and the buttons that make and revoke the calendar's address."""
    if request.method == "POST":
        return _change_feed(request)
    desk = desk_of(request.user)
    context = {
        **site.each_context(request),
        "title": _("To do"),
        "desk": desk,
        "parts": [(_("For you"), desk.mine), (_("For others"), desk.others)],
        "has_feed": CalendarFeed.objects.filter(user=request.user).exists(),
    }
    return render(request, "admin/todo.html", context)


def _change_feed(request):
    if "revoke" in request.POST:
        CalendarFeed.objects.filter(user=request.user).delete()
        messages.success(request, _("The calendar's address opens nothing any more."))
    elif "make" in request.POST:
        token = CalendarFeed.make(request.user)
        address = request.build_absolute_uri(reverse("calendar_feed", args=[token]))
        text = _("Shown only this once. Give it to your calendar, and to nobody:")
        messages.success(
            request, format_html('{} <code dir="ltr">{}</code>', text, address)
        )
    return HttpResponseRedirect(reverse("admin:todo"))


@require_safe
def calendar_feed(request, token):
    """A person's own items that have a day, for whoever knows the secret address."""
    feed = CalendarFeed.objects.of_token(token)
    if feed is None:
        raise Http404
    events = [
        Event(
            uid=f"{item.key}@kashan-diplomacy",
            day=item.day,
            summary=f"{item.kind}: {item.what}",
            description=f"{item.stage.label}. {item.why}",
            url=request.build_absolute_uri(item.link),
        )
        for item in desk_of(feed.user).mine
        if item.day
    ]
    return HttpResponse(
        calendar_file(_("Kashan city diplomacy"), events, timezone.now()),
        content_type=CONTENT_TYPE,
        headers={
            "Cache-Control": "private, no-store",
            "X-Robots-Tag": "noindex",
            "Content-Disposition": 'inline; filename="kashan.ics"',
        },
    )

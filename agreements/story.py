"""What happened with a partner, in order, and what people did on both sides.

Both are told from what its page has read anyway, so they cost no query and can say
nothing that the page does not show.
"""

import datetime
from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from kashan_diplomacy.templatetags.persian import local

from .models import Engagement, Outcome
from .templatetags.standing import standing

#: How many engagements and events the page tells; what is older stands in its lists.
LATEST = 20

#: The engagements at which people meet, and the outcomes that count people.
MET = (
    Engagement.Kind.INCOMING_VISIT,
    Engagement.Kind.OUTGOING_VISIT,
    Engagement.Kind.MEETING,
    Engagement.Kind.ONLINE_MEETING,
    Engagement.Kind.FESTIVAL,
)
COUNTED = (Outcome.Kind.TRAINED, Outcome.Kind.VISITORS)


class Event(NamedTuple):
    """`tone` is the name of a verdict or a kind, for the mark in front."""

    day: datetime.date
    what: str
    title: str
    link: str
    tone: str
    is_illustrative: bool


def timeline(context: dict) -> list[Event]:
    """The latest dated by the chosen day, the newest first.

    It goes back no further than the engagements that were read.
    """
    on, past = context["as_of"].on, context["engagements"]["past"]
    since = past[-1].starts_on if len(past) == LATEST else None
    events = [
        *_signings(context["agreements"]),
        *_held(past),
        *_verdicts(context["milestones"], on),
        *_realised(context["outcomes"]),
    ]
    first = since or datetime.date.min
    events = [event for event in events if event.day and first <= event.day <= on]
    return sorted(events, key=lambda event: event.day, reverse=True)[:LATEST]


def _signings(agreements):
    for each in agreements:
        title, link = local(each, "title"), each.get_absolute_url()
        row = (title, link, "signed", each.is_illustrative)
        yield Event(each.signed_on, _("Signed"), *row)
        yield Event(each.terminated_on, _("Terminated"), *row)


def _held(engagements):
    for each in engagements:
        if not each.cancelled_on:
            yield Event(
                each.starts_on,
                capfirst(each.get_kind_display()),
                local(each, "title"),
                each.get_absolute_url(),
                "held",
                each.is_illustrative,
            )


def _verdicts(milestones, on):
    """Each promise on the day of its verdict; an overdue one on the day it was due."""
    for milestone in milestones:
        is_decided = milestone.is_decided(on)
        if is_decided or milestone.is_overdue(on):
            verdict, obligation = standing(milestone, on), milestone.obligation
            decided_on = milestone.met_on or milestone.reviewed_on
            yield Event(
                decided_on if is_decided else milestone.due_on,
                capfirst(str(verdict.label)),
                local(obligation, "title"),
                f"{obligation.agreement.get_absolute_url()}#promise-{milestone.pk}",
                verdict.value,
                milestone.is_illustrative,
            )


def _realised(outcomes):
    for each in outcomes:
        yield Event(
            each.realised_on,
            capfirst(each.get_kind_display()),
            local(each, "description"),
            each.get_absolute_url(),
            "outcome",
            each.is_illustrative,
        )


def people_to_people(
    outcomes: Iterable[Outcome], held: dict[str, int]
) -> list[tuple[str, str, int]]:
    """How often people of the two cities met, and how many learnt and visited: kind,
    name and number of each. `held` is how many engagements there were of each kind."""
    numbers = Counter(held)
    for outcome in outcomes:
        if outcome.kind in COUNTED:
            numbers[outcome.kind] += outcome.people or 0
    names = {
        Engagement.Kind.INCOMING_VISIT: _("visits to Kashan"),
        Engagement.Kind.OUTGOING_VISIT: _("visits of Kashan"),
        Engagement.Kind.MEETING: _("meetings"),
        Engagement.Kind.ONLINE_MEETING: _("online meetings"),
        Engagement.Kind.FESTIVAL: _("festivals and cultural weeks"),
        Outcome.Kind.TRAINED: _("people trained"),
        Outcome.Kind.VISITORS: _("visitors"),
    }
    return [
        (kind.value, names[kind], numbers[kind])
        for kind in (*MET, *COUNTED)
        if numbers[kind]
    ]

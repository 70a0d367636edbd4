"""Template filters: how a promise, a follow-up or an agreement stands on a day."""

import datetime

from django import template
from django.db.models import TextChoices
from django.utils.safestring import mark_safe
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from agreements import vitality as life
from agreements.models import (
    Agreement,
    City,
    Clearance,
    FollowUp,
    Milestone,
    Outcome,
    Promises,
)
from agreements.models.terms import Term
from kashan_diplomacy.templatetags.pages import day
from kashan_diplomacy.templatetags.persian import digits

register = template.Library()


class Undecided(TextChoices):
    OVERDUE = "overdue", _("overdue")
    PENDING = "pending", _("not yet due")
    UNBOUND = "unbound", _("not binding yet")
    RELEASED = "released", _("no longer binding")
    LOOKED_AT = "looked_at", _("overdue, looked into")
    UNCONFIRMED = "unconfirmed", _("met, not yet confirmed")


class Clearing(TextChoices):
    WAITING = "waiting", _("no answer yet")
    RUN_OUT = "run_out", _("cleared, but run out")
    OTHER_TEXT = "other_text", _("cleared another text")


class Progress(TextChoices):
    DONE = "done", _("done")
    OVERDUE = "overdue", _("overdue")
    OPEN = "open", _("open")


#: What came of those that were due, by the field of `Promises`.
_PARTS = {
    "met": _("%(number)s met"),
    "unconfirmed": _("%(number)s met, not yet confirmed"),
    "partly": _("%(number)s partly met"),
    "not_met": _("%(number)s not met"),
    "overdue": _("%(number)s overdue"),
    "waived": _("%(number)s waived"),
}


@register.filter
def parts(tally: Promises) -> list[tuple[str, str]]:
    """What a tally is made of, in words, but for what there is none of."""
    numbers = {name: getattr(tally, name) for name in _PARTS}
    return [
        (name, str(_PARTS[name]) % {"number": digits(number)})
        for name, number in numbers.items()
        if number
    ]


@register.filter
def standing(milestone: Milestone, on: datetime.date) -> TextChoices:
    """The verdict known by the end of day `on`; without one, whether it is late.

    Late and looked into differs from late and forgotten.
    """
    if milestone.is_unconfirmed(on):
        return Undecided.UNCONFIRMED
    if milestone.is_decided(on):
        return Milestone.Verdict(milestone.verdict)
    agreement = milestone.obligation.agreement
    if not agreement.is_signed(on):
        return Undecided.UNBOUND
    if agreement.is_over_before(milestone.due_on, on):
        return Undecided.RELEASED
    if not milestone.is_overdue(on):
        return Undecided.PENDING
    return Undecided.LOOKED_AT if milestone.is_looked_at(on) else Undecided.OVERDUE


@register.filter
def progress(follow_up: FollowUp, on: datetime.date) -> Progress:
    if follow_up.is_done(on):
        return Progress.DONE
    return Progress.OVERDUE if follow_up.is_overdue(on) else Progress.OPEN


@register.filter
def state(agreement: Agreement, on: datetime.date) -> Agreement.State:
    return agreement.state(on)


@register.filter
def term(agreement: Agreement, on: datetime.date) -> Term | None:
    return agreement.term(on)


@register.filter
def asked(agreement: Agreement, on: datetime.date) -> list[Clearance]:
    """The clearances asked for by day `on`."""
    return [each for each in agreement.parts("clearances") if each.requested_on <= on]


@register.filter
def clearing(clearance: Clearance, on: datetime.date) -> TextChoices:
    """What was decided by day `on`, as far as it still counts for the text named."""
    if not clearance.is_decided(on):
        return Clearing.WAITING
    if clearance.decision != Clearance.Decision.REFUSED:
        if clearance.has_run_out(on):
            return Clearing.RUN_OUT
        if not clearance.is_about(clearance.agreement.text):
            return Clearing.OTHER_TEXT
    return Clearance.Decision(clearance.decision)


@register.filter
def days_waited(clearance: Clearance, on: datetime.date) -> int:
    return clearance.days_waited(on)


@register.filter
def vitality(city: City, on: datetime.date) -> life.Vitality:
    """Of a row of `agreements.vitality.with_deeds`."""
    return life.vitality(city, on)


@register.filter
def kept_by_both(promises: dict[str, Promises]) -> str:
    """In words: a list says it of every city, and a tag would be translated anew."""
    kashan, partner = promises["kashan"], promises["partner"]
    told = gettext(
        "Kashan kept %(kept)s of %(due)s promises, the partner %(their)s of"
        " %(their_due)s"
    )
    return told % {
        "kept": digits(kashan.kept),
        "due": digits(kashan.due),
        "their": digits(partner.kept),
        "their_due": digits(partner.due),
    }


@register.filter
def engagements_in_words(number: int) -> str:
    told = ngettext("%(number)s engagement", "%(number)s engagements", number)
    return told % {"number": digits(number)}


@register.filter
def done_on(date: datetime.date) -> str:
    return mark_safe(gettext("Done on %(day)s.") % {"day": day(date)})  # noqa: S308


@register.filter
def partly_done_on(date: datetime.date) -> str:
    return mark_safe(gettext("Partly done on %(day)s.") % {"day": day(date)})  # noqa: S308


@register.filter
def reviewed_on(date: datetime.date) -> str:
    return mark_safe(gettext("Reviewed on %(day)s.") % {"day": day(date)})  # noqa: S308


@register.filter
def is_verified(outcome: Outcome, on: datetime.date) -> bool:
    return outcome.is_verified(on)

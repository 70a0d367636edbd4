"""Template filters: how a promise, a follow-up or an agreement stands on a day."""

import datetime

from django import template
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from agreements.models import Agreement, FollowUp, Milestone

register = template.Library()


class Undecided(TextChoices):
    OVERDUE = "overdue", _("overdue")
    PENDING = "pending", _("not yet due")
    UNBOUND = "unbound", _("not binding yet")


class Progress(TextChoices):
    DONE = "done", _("done")
    OVERDUE = "overdue", _("overdue")
    OPEN = "open", _("open")


@register.filter
def standing(milestone: Milestone, on: datetime.date) -> TextChoices:
    """The verdict known by the end of day `on`; without one, whether it is late."""
    if milestone.is_decided(on):
        return Milestone.Verdict(milestone.verdict)
    if not milestone.obligation.agreement.is_signed(on):
        return Undecided.UNBOUND
    return Undecided.OVERDUE if milestone.is_overdue(on) else Undecided.PENDING


@register.filter
def progress(follow_up: FollowUp, on: datetime.date) -> Progress:
    if follow_up.done_on and follow_up.done_on <= on:
        return Progress.DONE
    is_overdue = follow_up.due_on and follow_up.due_on < on
    return Progress.OVERDUE if is_overdue else Progress.OPEN


@register.filter
def state(agreement: Agreement, on: datetime.date) -> Agreement.State:
    return agreement.state(on)


@register.filter
def term_end(agreement: Agreement, on: datetime.date) -> datetime.date | None:
    return agreement.term_end(on)

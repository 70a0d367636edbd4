"""What happened to an agreement, step by step, as its public page tells it."""

import datetime
from itertools import pairwise
from typing import NamedTuple

from django.utils import timezone
from django.utils.translation import gettext as _

from kashan_diplomacy.templatetags.persian import jalali, local

from .models import Agreement
from .models.signing import is_correction

DAY = datetime.timedelta(days=1)


class Step(NamedTuple):
    """`on` is None where the day is not recorded; `agreement` is what to link to."""

    on: datetime.date | None
    what: str
    why: str = ""
    agreement: Agreement | None = None


def steps(agreement: Agreement, on: datetime.date) -> list[Step]:
    """All up to day `on`, the first one first; of amendments, those read with it."""
    if not agreement.is_signed(on):
        return []
    taken = [
        Step(agreement.signed_on, _("Signed")),
        *_dated(agreement.effective_on, _("Took effect"), on),
        *_amended(agreement, on),
        *_renewed(agreement, on),
        *_corrected(agreement, on),
        *_dated(
            agreement.terminated_on,
            _("Terminated"),
            on,
            agreement.termination_reason,
        ),
    ]
    return sorted(taken, key=lambda step: step.on or datetime.date.min)


def _dated(day, what, on, why=""):
    return [Step(day, what, why)] if day and day <= on else []


def _amended(agreement, on):
    for amendment in agreement.steps(on):
        end = amendment.expires_on
        what = (
            _("Renewed until %(day)s") % {"day": jalali(end)} if end else _("Amended")
        )
        title = local(amendment, "title")
        yield Step(amendment.signed_on, what, title, amendment)


def _renewed(agreement, on):
    """Each tacit renewal on the first day of its term, and the day after the last."""
    if agreement.amends_id or not agreement.expires_on:
        return
    over_on = agreement.expires_on + DAY
    ended_on = min(filter(None, [on + DAY, agreement.terminated_on]))
    while over_on < ended_on:
        term = agreement.term(over_on)
        if term.ends_on < over_on:
            yield Step(over_on, _("Lapsed"))
            return
        if term.renewals:
            day = jalali(term.ends_on)
            yield Step(over_on, _("Renewed itself until %(day)s") % {"day": day})
        over_on = term.ends_on + DAY


def _corrected(agreement, on):
    """Each change of what was signed already; an import gives its reason to all rows,
    new and changed, and tells nothing by that."""
    for before, after in pairwise(agreement.history.order_by("history_id")):
        day = timezone.localdate(after.history_date)
        if day <= on and is_correction(before, after):
            yield Step(day, _("Corrected"), after.history_change_reason)

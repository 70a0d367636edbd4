"""What of the partnerships somebody has to see to, computed from gaps and dates.

Each function gives the items of one kind on a day, in the active language. A further
kind is a further function in `KINDS`.
"""

import datetime
from collections.abc import Iterator

from django.utils import timezone
from django.utils.translation import gettext as _

from kashan_diplomacy.publication_todo import changed_since_published
from kashan_diplomacy.templatetags.persian import digits, in_persian, jalali, local
from kashan_diplomacy.todo import COMING, FAR, HEAD, Item, Stage, about, stage_of

from .models import (
    Agreement,
    City,
    Engagement,
    FollowUp,
    Gift,
    Membership,
    MembershipDecision,
    Milestone,
    Organisation,
    Outcome,
    Side,
)
from .vitality import Vitality, last_deed_on, last_deeds, vitality, with_deeds

OFFICER = "diplomacy_officer"


def items(on: datetime.date | None = None) -> Iterator[Item]:
    """Everything to be done on day `on`, in no order; a fixed number of queries."""
    on = on or timezone.localdate()
    for kind in KINDS:
        yield from kind(on)


def milestones(on: datetime.date) -> Iterator[Item]:
    """Promises overdue, or due within a month."""
    bound = Milestone.objects.binding(on).undecided(on).filter(due_on__lte=on + COMING)
    whys = {
        Side.KASHAN: _("Kashan promised it; a missed promise is public."),
        Side.PARTNER: _("The partner promised it: remind them, and record the answer."),
        Side.BOTH: _("Both sides promised it; a missed promise is public."),
    }
    for milestone in bound.select_related("obligation__agreement__city"):
        obligation = milestone.obligation
        city = local(obligation.agreement.city, "name")
        yield Item(
            kind=_("promise"),
            what=f"{local(obligation, 'title')} ({city})",
            why=whys[Side(obligation.side)],
            since=_came_up(milestone.due_on, on),
            role=OFFICER,
            **about(milestone, milestone.due_on, stage_of(milestone.due_on, on)),
        )


def follow_ups(on: datetime.date) -> Iterator[Item]:
    """Open ones: overdue, due within a month, or without a day to be done by."""
    rows = FollowUp.objects.open(on).exclude(due_on__gt=on + COMING)
    for follow_up in rows.select_related(
        "engagement", "obligation__agreement", "membership__organisation"
    ):
        if day := follow_up.due_on:
            since, stage = _came_up(day, on), stage_of(day, on)
            why = _("It was promised in person, and people remember.")
        else:
            since = _promised_on(follow_up)
            stage = Stage.WAITING
            why = _("It was promised, but no day is set for it: set one.")
        yield Item(
            kind=_("follow-up"),
            what=follow_up.action,
            why=why,
            since=since,
            owner_id=follow_up.owner_id,
            **about(follow_up, day or since, stage),
        )


def notices(on: datetime.date) -> Iterator[Item]:
    """Agreements whose notice date, or end without renewal, is within two months.

    An amendment has no term of its own: it is seen to with what it amends.
    """
    rows = Agreement.objects.in_force(on).filter(amends=None)
    for agreement in rows.with_standing():
        term = agreement.term(on)
        if term is None:
            continue
        notice_on = term.notice_on or term.ends_on
        if term.renews and notice_on >= on:
            day = notice_on
            why = _("After this day it renews itself: decide whether it should.")
        elif not term.renews:
            day = notice_on if notice_on >= on else term.ends_on
            why = _("It ends on %(day)s: renew it or let it end, on purpose.")
            why %= {"day": jalali(term.ends_on)}
        else:
            continue
        if day <= on + FAR:
            yield Item(
                kind=_("agreement"),
                what=local(agreement, "title"),
                why=why,
                since=day - FAR,
                role=HEAD,
                **about(agreement, day, stage_of(day, on)),
            )


def papers(on: datetime.date) -> Iterator[Item]:
    """Drafts that may not be signed yet: no text is named, or a clearance is missing.

    One with a written exemption may; those signed with one keep it as their reason.
    """
    clearing = list(Organisation.objects.clearing_any())
    for agreement in Agreement.objects.drafts(on).unexempted().with_standing():
        city = agreement.city
        since, missing = None, [each for each in clearing if each.clears(city)]
        if agreement.text is None:
            why = _("No text is named yet: upload it and name the one to sign.")
        elif not missing:
            why = _("No authority is marked as clearing such agreements.")
        elif missing := agreement.missing_clearances(on, missing):
            names = "، " if in_persian() else ", "
            names = names.join(local(each, "name") for each in missing)
            why = _("Not cleared for this text yet: %(names)s.") % {"names": names}
            since = _first_asked_on(agreement, on)
        else:
            continue
        yield Item(
            kind=_("text or clearance"),
            what=f"{local(agreement, 'title')} ({local(city, 'name')})",
            why=why,
            since=since,
            role=OFFICER,
            **about(agreement, since, Stage.WAITING, subject="papers"),
        )


def reports(on: datetime.date) -> Iterator[Item]:
    """Engagements that are over and not reported."""
    for engagement in Engagement.objects.owing_report(on):
        since = engagement.ends_on or engagement.starts_on
        since += datetime.timedelta(days=1)
        yield Item(
            kind=_("report"),
            what=local(engagement, "title"),
            why=_(
                "What is not written down now is forgotten: what happened, what"
                " came of it, what comes next."
            ),
            since=since,
            role=OFFICER,
            **about(engagement, since, Stage.WAITING),
        )


def decisions(on: datetime.date) -> Iterator[Item]:
    """Memberships to keep or leave before the notice date of their current term."""
    decided = {
        (decision.membership_id, decision.notice_on): decision.decision
        for decision in MembershipDecision.objects.filter(decided_on__lte=on)
    }
    rows = Membership.objects.current(on).filter(notice_on__isnull=False)
    for membership in rows.select_related("organisation"):
        past, coming = membership.notice_dates(on)
        is_leaving = (
            decided.get((membership.pk, past)) == MembershipDecision.Decision.LEAVE
        )
        if is_leaving or (membership.pk, coming) in decided:
            continue
        if coming and coming <= on + FAR:
            day = coming
        elif past and (membership.pk, past) not in decided:
            day = past
        else:
            continue
        yield Item(
            kind=_("membership"),
            what=local(membership.organisation, "name"),
            why=_(
                "Keep it or leave: without a notice by this day it goes on, and costs."
            ),
            since=day - FAR,
            role=HEAD,
            **about(membership, day, stage_of(day, on)),
        )


def sleeping(on: datetime.date) -> Iterator[Item]:
    """Cities with an agreement in force and no deed for two years."""
    bound = Agreement.objects.in_force(on).values("city")
    partners = with_deeds(City.objects.filter(pk__in=bound), on)
    dormant = [city for city in partners if vitality(city, on) == Vitality.DORMANT]
    deeds = last_deeds(dormant)
    for city in dormant:
        if deed := deeds.get(city.pk):
            days = digits((on - deed.day).days)
            why = _("Nothing has come of it for %(days)s days; the last was: %(deed)s.")
            why %= {"days": days, "deed": deed.title}
        else:
            why = _("The agreement is in force, but nothing has ever come of it.")
        since = last_deed_on(city) or city.first_signed_on
        yield Item(
            kind=_("sleeping partnership"),
            what=local(city, "name"),
            why=why,
            since=since,
            role=HEAD,
            **about(city, since, Stage.WAITING),
        )


def claims(on: datetime.date) -> Iterator[Item]:
    """Outcomes that nobody but the claimant has checked."""
    for outcome in Outcome.objects.realised(on).claimed(on):
        yield Item(
            kind=_("outcome"),
            what=local(outcome, "description"),
            why=_("Claimed, but not verified by another person."),
            since=outcome.realised_on,
            role=HEAD,
            **about(outcome, outcome.realised_on, Stage.WAITING),
        )


def changes(on: datetime.date) -> Iterator[Item]:
    """What was edited after it was published."""
    models = (City, Agreement, Engagement, Membership, Gift, Outcome)
    yield from changed_since_published(models, OFFICER)


KINDS = (
    milestones,
    follow_ups,
    notices,
    papers,
    reports,
    decisions,
    sleeping,
    claims,
    changes,
)


def _came_up(due_on: datetime.date, on: datetime.date) -> datetime.date:
    """Since when it stands on the list: overdue since its day, else since a month
    before it."""
    return due_on if due_on < on else due_on - COMING


def _first_asked_on(agreement: Agreement, on: datetime.date) -> datetime.date | None:
    """When the first authority was asked about the text to sign."""
    asked = (
        each.requested_on
        for each in agreement.clearances.all()
        if each.is_about(agreement.text) and each.requested_on <= on
    )
    return min(asked, default=None)


def _promised_on(follow_up: FollowUp) -> datetime.date | None:
    """The day of what it arises from, where that is known."""
    if engagement := follow_up.engagement:
        return engagement.ends_on or engagement.starts_on
    return follow_up.obligation and follow_up.obligation.agreement.signed_on

"""What of the partnerships somebody has to see to, computed from gaps and dates.

Each kind gives its items on a day, in the active language. A further kind is a further
one in `ROW_KINDS`, whose rows are read all at once, or in `KINDS`.
"""

import datetime
from collections import defaultdict
from collections.abc import Iterator

from django.db.models import FilteredRelation, Prefetch, Q, Value
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from kashan_diplomacy.names import listed
from kashan_diplomacy.persian import sort_key
from kashan_diplomacy.publication_todo import changed_rows, changed_since_published
from kashan_diplomacy.templatetags.persian import jalali, local
from kashan_diplomacy.todo import (
    COMING,
    FAR,
    HEAD,
    Item,
    Stage,
    about,
    items_of,
    kind,
    stage_of,
)
from kashan_diplomacy.union_rows import Part, Row, part

from .models import (
    Agreement,
    City,
    Clearance,
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
from .models.terms import running_term
from .sleeping import sleeping

OFFICER = "diplomacy_officer"
_LEAVE = MembershipDecision.Decision.LEAVE


def items(on: datetime.date | None = None) -> Iterator[Item]:
    """Everything to be done on day `on`, in no order; a fixed number of queries."""
    on = on or timezone.localdate()
    yield from items_of(ROW_KINDS, on)
    yield from sleeping(on)


def _promises(rows, day: str) -> Part:
    """`note` is the side that owes it."""
    return part(
        rows,
        title="obligation__title",
        name="obligation__agreement__city__name",
        day=day,
        note="obligation__side",
    )


def _due(on: datetime.date) -> list[Part]:
    bound = Milestone.objects.binding(on).undecided(on).filter(due_on__lte=on + COMING)
    return [_promises(bound, "due_on")]


@kind(_due, is_item=True)
def milestones(rows: list[Row], on: datetime.date) -> Iterator[Item]:
    """Promises overdue, or due within a month."""
    whys = {
        Side.KASHAN: _("Kashan promised it; a missed promise is public."),
        Side.PARTNER: _("The partner promised it: remind them, and record the answer."),
        Side.BOTH: _("Both sides promised it; a missed promise is public."),
    }
    called = _("promise")
    for row in rows:
        yield Item(
            kind=called,
            what=_with_name(row),
            why=whys[Side(row.note)],
            since=_came_up(row.day, on),
            role=OFFICER,
            **about(row, row.day, stage_of(row.day, on)),
        )


def _unconfirmed(on: datetime.date) -> list[Part]:
    return [_promises(Milestone.objects.unconfirmed(on), "met_on")]


@kind(_unconfirmed, is_item=True)
def confirmations(rows: list[Row], on: datetime.date) -> Iterator[Item]:
    """Promises of high priority that are met, but confirmed by no second person."""
    for row in rows:
        yield Item(
            kind=_("confirmation"),
            what=_with_name(row),
            why=_("Met, but it counts as kept once a second person confirms it."),
            since=row.day,
            role=HEAD,
            **about(row, row.day, Stage.WAITING, subject="confirmation"),
        )


def _open_follow_ups(on: datetime.date) -> list[Part]:
    """`other_day` is that of what it arises from, where that is known."""
    arose_on = Coalesce(
        "engagement__ends_on",
        "engagement__starts_on",
        "obligation__agreement__signed_on",
    )
    return [
        part(
            FollowUp.objects.open(on).exclude(due_on__gt=on + COMING),
            title_fa="action",
            title_en="action",
            day="due_on",
            other_day=arose_on,
            owner_id="owner_id",
        )
    ]


@kind(_open_follow_ups, is_item=True)
def follow_ups(rows: list[Row], on: datetime.date) -> Iterator[Item]:
    """Open ones: overdue, due within a month, or without a day to be done by."""
    called = _("follow-up")
    dated = _("It was promised in person, and people remember.")
    undated = _("It was promised, but no day is set for it: set one.")
    for row in rows:
        if day := row.day:
            since, stage, why = _came_up(day, on), stage_of(day, on), dated
        else:
            since, stage, why = row.other_day, Stage.WAITING, undated
        yield Item(
            kind=called,
            what=row.title_fa,
            why=why,
            since=since,
            owner_id=row.owner_id,
            **about(row, day or since, stage),
        )


def _with_terms(on: datetime.date) -> list[Part]:
    """`day` is the first end of the term given last, `number` the months it renews for
    and `other_number` the days of notice."""
    return [
        part(
            Agreement.objects.in_force(on).filter(amends=None).with_last_term(on),
            title="title",
            day="term_end",
            number="term_months",
            other_number="term_notice_days",
        )
    ]


@kind(_with_terms)
def notices(rows: list[Row], on: datetime.date) -> Iterator[Item]:
    """Agreements whose notice date, or end without renewal, is within two months.

    An amendment has no term of its own: it is seen to with what it amends.
    """
    for row in rows:
        if row.day is None:
            continue
        term = running_term(row.day, row.number, row.other_number, on)
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
                what=local(row, "title"),
                why=why,
                since=day - FAR,
                role=HEAD,
                **about(row, day, stage_of(day, on)),
            )


def _authorities(on: datetime.date) -> list[Part]:
    """`note` is whether they clear agreements with domestic or with foreign cities."""
    return [
        part(Organisation.objects.filter(**{flag: True}), name="name", note=Value(flag))
        for flag in ("clears_domestic", "clears_foreign")
    ]


@kind(_authorities)
def papers(rows: list[Row], on: datetime.date) -> Iterator[Item]:
    """Drafts that may not be signed yet: no text is named, or a clearance is missing.

    One with a written exemption may; those signed with one keep it as their reason.
    """
    drafts = Agreement.objects.drafts(on).unexempted().select_related("city", "text")
    for agreement in drafts.prefetch_related(
        Prefetch("clearances", Clearance.objects.select_related("authority"))
    ):
        city = agreement.city
        flag = "clears_domestic" if city.is_domestic else "clears_foreign"
        since, asked = None, [row for row in rows if row.note == flag]
        if agreement.text is None:
            why = _("No text is named yet: upload it and name the one to sign.")
        elif not asked:
            why = _("No authority is marked as clearing such agreements.")
        elif missing := agreement.missing_clearances(on, asked):
            names = (local(each, "name") for each in missing)
            names = listed(*sorted(names, key=sort_key))
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


def _owing_report(on: datetime.date) -> list[Part]:
    over_on = Coalesce("ends_on", "starts_on")
    return [part(Engagement.objects.owing_report(on), title="title", day=over_on)]


@kind(_owing_report, is_item=True)
def reports(rows: list[Row], on: datetime.date) -> Iterator[Item]:
    """Engagements that are over and not reported."""
    called = _("report")
    why = _(
        "What is not written down now is forgotten: what happened, what came of it,"
        " what comes next."
    )
    for row in rows:
        since = row.day + datetime.timedelta(days=1)
        yield Item(
            kind=called,
            what=local(row, "title"),
            why=why,
            since=since,
            role=OFFICER,
            **about(row, since, Stage.WAITING),
        )


def _terms_and_decisions(on: datetime.date) -> list[Part]:
    """A row for each decision on a membership, or one without; no row where the day of
    leaving is known. `day` is the recorded notice date, `number` the months of a term;
    `other_day` is the notice date that was decided on, and `note` the decision."""
    rows = Membership.objects.current(on).filter(notice_on__isnull=False, left_on=None)
    decided = FilteredRelation("decisions", condition=Q(decisions__decided_on__lte=on))
    return [
        part(
            rows.annotate(decided=decided),
            name="organisation__name",
            day="notice_on",
            number="term_months",
            other_day="decided__notice_on",
            note="decided__decision",
        )
    ]


@kind(_terms_and_decisions)
def decisions(rows: list[Row], on: datetime.date) -> Iterator[Item]:
    """Memberships to keep or leave before the notice date of their current term."""
    by_membership = defaultdict(list)
    for row in rows:
        by_membership[row.pk].append(row)
    for row, *others in by_membership.values():
        past, coming, decided = _decided_terms([row, *others], on)
        if decided.get(past) == _LEAVE or coming in decided:
            continue
        if coming and coming <= on + FAR:
            day = coming
        elif past and past not in decided:
            day = past
        else:
            continue
        yield Item(
            kind=_("membership"),
            what=local(row, "name"),
            why=_(
                "Keep it or leave: without a notice by this day it goes on, and costs."
            ),
            since=day - FAR,
            role=HEAD,
            **about(row, day, stage_of(day, on)),
        )


def _decided_terms(rows, on):
    """Of a membership's rows: its notice dates around day `on`, and what was decided
    for each of the two."""
    terms = Membership(notice_on=rows[0].day, term_months=rows[0].number)
    past, coming = terms.notice_dates(on)
    decided = {
        term: row.note
        for term in (past, coming)
        for row in rows
        if term and row.other_day and terms.is_one_term(row.other_day, term)
    }
    return past, coming, decided


def _claimed(on: datetime.date) -> list[Part]:
    claimed = Outcome.objects.realised(on).claimed(on)
    return [part(claimed, title="description", day="realised_on")]


@kind(_claimed, is_item=True)
def claims(rows: list[Row], on: datetime.date) -> Iterator[Item]:
    """Outcomes that nobody but the claimant has checked."""
    for row in rows:
        yield Item(
            kind=_("outcome"),
            what=local(row, "title"),
            why=_("Claimed, but not verified by another person."),
            since=row.day,
            role=HEAD,
            **about(row, row.day, Stage.WAITING),
        )


def _changed(on: datetime.date) -> list[Part]:
    named = (City, Agreement, Engagement, Gift, Outcome)
    membership = changed_rows(Membership, title="organisation__name")
    return [membership, *(changed_rows(model) for model in named)]


@kind(_changed)
def changes(rows: list[Row], on: datetime.date) -> Iterator[Item]:
    """What was edited after it was published."""
    yield from changed_since_published(rows, OFFICER)


#: Read together, in one query.
ROW_KINDS = (
    milestones,
    confirmations,
    follow_ups,
    notices,
    papers,
    reports,
    decisions,
    claims,
    changes,
)
KINDS = (*ROW_KINDS, sleeping)


def _with_name(row: Row) -> str:
    return f"{local(row, 'title')} ({local(row, 'name')})"


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

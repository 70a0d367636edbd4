"""Everything public, list by list and column by column.

Rows are those the public pages show, and columns are what these pages say of them:
reports, decisions, people of the staff, payees and letters are not among them.
"""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from agreements.models import (
    Agreement,
    Article,
    City,
    Document,
    Engagement,
    FollowUp,
    Gift,
    Membership,
    MembershipRight,
    Milestone,
    MilestoneMove,
    Obligation,
    Organisation,
    Outcome,
    Participant,
    RightUsed,
    Signatory,
    Theme,
)
from kashan_diplomacy.exports import Column, amount, day, fields, many, reference

from .columns import PublicList, seen, seen_many
from .money import MONEY

_SOURCED = fields("source", "is_illustrative")


def _organisations():
    """Those that something published names."""
    named = (
        Q(pk__in=Membership.objects.published().values("organisation"))
        | Q(pk__in=Engagement.objects.published().values("organisations"))
        | Q(pk__in=_obligations().values("responsible_organisation"))
        | Q(pk__in=_follow_ups().values("responsible_organisation"))
    )
    return Organisation.objects.filter(named)


def _of_agreements(model):
    return model.objects.filter(agreement__in=Agreement.objects.published())


def _obligations():
    return _of_agreements(Obligation)


def _follow_ups():
    return FollowUp.objects.filter(engagement__in=Engagement.objects.published())


def _of_memberships(model):
    return model.objects.filter(membership__in=Membership.objects.published())


_PARTNERSHIPS = [
    PublicList(
        "cities",
        City,
        _("Partner cities and what they share with Kashan"),
        [
            *fields("id", "name_fa", "name_en", "name_local", "slug", "country"),
            *fields("latitude", "longitude", "shares_fa", "shares_en", "website"),
            *day("published_on"),
            *_SOURCED,
        ],
        public=lambda: City.objects.published(),
    ),
    PublicList(
        "organisations",
        Organisation,
        _("Organisations that take part in what is published"),
        [*fields("id", "name_fa", "name_en", "kind", "country", "website"), *_SOURCED],
        public=_organisations,
    ),
    PublicList(
        "themes",
        Theme,
        _("Fields of cooperation"),
        [*fields("id", "name_fa", "name_en", "slug"), *_SOURCED],
        public=lambda: Theme.objects.all(),
    ),
    PublicList(
        "agreements",
        Agreement,
        _("Agreements with partner cities, with the dates that decide their state"),
        [
            *fields("id"),
            *reference("city"),
            *fields("kind", "title_fa", "title_en"),
            Column(
                "is_amendment", lambda row: row.amends_id is not None, type="boolean"
            ),
            *seen("amends", Agreement),
            *day("signed_on"),
            *fields("is_signing_date_unknown"),
            *day("effective_on"),
            *day("expires_on"),
            *fields("notice_days", "renews_for_months"),
            *day("terminated_on"),
            *fields("termination_reason", "summary_fa", "summary_en"),
            *day("published_on"),
            *_SOURCED,
        ],
        public=lambda: Agreement.objects.published(),
        notes={"is_amendment": _("Whether it amends an earlier agreement.")},
    ),
    PublicList(
        "signatories",
        Signatory,
        _("Who signed the agreements"),
        [
            *fields("id"),
            *reference("agreement"),
            *fields("side", "name", "post"),
            *day("signed_on"),
        ],
        public=lambda: _of_agreements(Signatory),
    ),
    PublicList(
        "articles",
        Article,
        _("The articles of the agreements' texts"),
        [
            *fields("id"),
            *reference("agreement"),
            *fields("number", "heading_fa", "heading_en", "text_fa", "text_en"),
        ],
        public=lambda: _of_agreements(Article),
    ),
    PublicList(
        "obligations",
        Obligation,
        _("What each side took upon itself in the agreements"),
        [
            *fields("id"),
            *reference("agreement"),
            *fields("article", "side", "category", "title_fa", "title_en"),
            *many("themes", "slug"),
            *reference("responsible_organisation"),
            *fields("priority", "repeats_every_months"),
            *_SOURCED,
        ],
        public=_obligations,
    ),
    PublicList(
        "milestones",
        Milestone,
        _("Dated promises, kept and not kept, on both sides"),
        [
            *fields("id"),
            *reference("obligation"),
            *day("due_on"),
            *day("original_due_on"),
            *fields("verdict", "verdict_reason"),
            *day("met_on"),
            *day("reviewed_on"),
            *day("confirmed_on"),
            *fields("evidence"),
            *seen("evidence_document", Document),
            *seen("engagement", Engagement),
            *_SOURCED,
        ],
        public=lambda: Milestone.objects.published(),
    ),
    PublicList(
        "milestone_moves",
        MilestoneMove,
        _("Each move of a due date: from which day, to which, and why"),
        [
            *fields("id", "milestone_id"),
            *day("moved_from"),
            *day("moved_to"),
            *fields("reason"),
        ],
        public=lambda: MilestoneMove.objects.filter(
            milestone__in=Milestone.objects.published()
        ),
    ),
    PublicList(
        "documents",
        Document,
        _("Public texts and evidence, each with its fingerprint and its address"),
        [
            *fields("id", "agreement_id", "milestone_id", "engagement_id"),
            *fields("membership_id", "outcome_id", "name", "kind", "language"),
            *fields("version", "size", "sha256"),
            Column("path", lambda row: f"/documents/{row.pk}/", type="string"),
        ],
        public=lambda: Document.objects.published(),
        notes={"path": _("Where the file is on this site.")},
    ),
    PublicList(
        "engagements",
        Engagement,
        _("Visits, meetings, events and letters"),
        [
            *fields("id", "kind", "purpose", "title_fa", "title_en"),
            *day("starts_on"),
            *day("ends_on"),
            *fields("is_date_unknown", "place"),
            *seen_many("cities", City, "slug"),
            *many("organisations", "id"),
            *seen("agreement", Agreement),
            *many("themes", "slug"),
            *fields("summary_fa", "summary_en"),
            *day("cancelled_on"),
            *fields("cancellation_reason"),
            *day("published_on"),
            *_SOURCED,
        ],
        public=lambda: Engagement.objects.published(),
    ),
    PublicList(
        "participants",
        Participant,
        _("Who took part in the visits and meetings"),
        [
            *fields("id"),
            *reference("engagement"),
            *fields("side", "name", "post", "country"),
        ],
        public=lambda: Participant.objects.filter(
            engagement__in=Engagement.objects.published()
        ),
    ),
    PublicList(
        "follow_ups",
        FollowUp,
        _("What was promised orally, and whether it was done"),
        [
            *fields("id"),
            *reference("engagement"),
            *fields("action"),
            *reference("responsible_organisation"),
            *day("due_on"),
            *day("done_on"),
            *fields("what_was_done"),
            *_SOURCED,
        ],
        public=_follow_ups,
    ),
    PublicList(
        "memberships",
        Membership,
        _("Kashan's memberships in international bodies"),
        [
            *fields("id"),
            *reference("organisation"),
            *day("joined_on"),
            *day("left_on"),
            *fields("summary_fa", "summary_en"),
            *day("published_on"),
            *_SOURCED,
        ],
        public=lambda: Membership.objects.published(),
    ),
    PublicList(
        "membership_rights",
        MembershipRight,
        _("What the memberships entitle to"),
        [
            *fields("id"),
            *reference("membership", "membership__organisation"),
            *fields("kind"),
            *_SOURCED,
        ],
        public=lambda: _of_memberships(MembershipRight),
    ),
    PublicList(
        "rights_used",
        RightUsed,
        _("Rights of membership that were used"),
        [
            *fields("id"),
            *reference("membership", "membership__organisation"),
            *fields("kind"),
            *day("used_on"),
            *fields("description_fa", "description_en"),
            *seen("engagement", Engagement),
            *_SOURCED,
        ],
        public=lambda: _of_memberships(RightUsed),
    ),
    PublicList(
        "gifts",
        Gift,
        _("Gifts given and received"),
        [
            *fields("id", "direction", "description_fa", "description_en"),
            *day("given_on"),
            *seen("engagement", Engagement),
            *fields("giver", "receiver"),
            *amount("estimated_value"),
            *fields("disposition"),
            *day("published_on"),
            *_SOURCED,
        ],
        public=lambda: Gift.objects.published(),
    ),
    PublicList(
        "outcomes",
        Outcome,
        _("What the partnerships brought, claimed and verified"),
        [
            *fields("id", "kind", "description_fa", "description_en"),
            *day("realised_on"),
            *fields("amount", "currency", "people"),
            *seen("city", City),
            *seen("agreement", Agreement),
            *seen("engagement", Engagement),
            *many("themes", "slug"),
            *fields("evidence"),
            *day("verified_on"),
            *day("published_on"),
            *_SOURCED,
        ],
        public=lambda: Outcome.objects.published(),
    ),
]
LISTS = {each.name: each for each in (*_PARTNERSHIPS, *MONEY)}

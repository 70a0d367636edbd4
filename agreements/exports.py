"""What of the partnerships can be downloaded as CSV, column by column."""

from django.utils.translation import gettext_lazy as _

from kashan_diplomacy.exports import Column, Export, day, fields, many, reference

from .models import (
    Agreement,
    City,
    Engagement,
    FollowUp,
    Membership,
    Milestone,
    Obligation,
    Organisation,
    Participant,
    Signatory,
    Theme,
)


def _sourced() -> list[Column]:
    return fields("source", "is_illustrative")


_EXPORTS = [
    Export(
        "cities",
        City,
        _("Partner cities and what they share with Kashan"),
        [
            *fields("id", "name_fa", "name_en", "name_local", "slug", "country"),
            *fields("latitude", "longitude", "shares_fa", "shares_en", "website"),
            *day("published_on"),
            *_sourced(),
        ],
    ),
    Export(
        "organisations",
        Organisation,
        _("International bodies, ministries, embassies and local institutions"),
        [
            *fields("id", "name_fa", "name_en", "kind", "country", "website"),
            *_sourced(),
        ],
    ),
    Export(
        "themes",
        Theme,
        _("Fields of cooperation"),
        [*fields("id", "name_fa", "name_en", "slug"), *_sourced()],
    ),
    Export(
        "agreements",
        Agreement,
        _("Agreements with partner cities, with the dates that decide their state"),
        [
            *fields("id"),
            *reference("city"),
            *fields("kind", "title_fa", "title_en"),
            *reference("amends"),
            *day("signed_on"),
            *fields("is_signing_date_unknown"),
            *day("effective_on"),
            *day("expires_on"),
            *fields("notice_days", "renews_for_months"),
            *day("terminated_on"),
            *fields("termination_reason", "summary_fa", "summary_en"),
            *day("published_on"),
            *_sourced(),
        ],
    ),
    Export(
        "signatories",
        Signatory,
        _("Who signed the agreements"),
        [
            *fields("id"),
            *reference("agreement"),
            *fields("side", "name", "post"),
            *day("signed_on"),
        ],
    ),
    Export(
        "obligations",
        Obligation,
        _("What each side took upon itself in the agreements"),
        [
            *fields("id"),
            *reference("agreement"),
            *fields("article", "side", "category", "title_fa", "title_en"),
            *many("themes", "slug"),
            *reference("responsible_organisation"),
            *fields("priority"),
            *_sourced(),
        ],
    ),
    Export(
        "milestones",
        Milestone,
        _("Dated promises, kept and not kept, on both sides"),
        [
            *fields("id"),
            *reference("obligation"),
            *day("due_on"),
            *day("original_due_on"),
            *fields("moved_reason", "verdict", "verdict_reason"),
            *day("met_on"),
            *fields("evidence"),
            *day("reviewed_on"),
            *reference("engagement"),
            *_sourced(),
        ],
    ),
    Export(
        "engagements",
        Engagement,
        _("Visits, meetings, events and letters"),
        [
            *fields("id", "kind", "purpose", "title_fa", "title_en"),
            *day("starts_on"),
            *day("ends_on"),
            *fields("is_date_unknown", "place"),
            *many("cities", "slug"),
            *many("organisations", "id"),
            *reference("agreement"),
            *many("themes", "slug"),
            *fields("summary_fa", "summary_en", "report"),
            *day("cancelled_on"),
            *fields("cancellation_reason"),
            *day("published_on"),
            *_sourced(),
        ],
    ),
    Export(
        "participants",
        Participant,
        _("Who took part in the visits and meetings"),
        [
            *fields("id"),
            *reference("engagement"),
            *fields("side", "name", "post", "country"),
        ],
    ),
    Export(
        "follow_ups",
        FollowUp,
        _("What was promised in the meetings, and whether it was done"),
        [
            *fields("id"),
            *reference("engagement"),
            *fields("action"),
            *reference("responsible_organisation"),
            *fields("responsible_person"),
            *day("due_on"),
            *day("done_on"),
            *fields("what_was_done"),
            *_sourced(),
        ],
    ),
    Export(
        "memberships",
        Membership,
        _("Kashan's memberships in international bodies"),
        [
            *fields("id"),
            *reference("organisation"),
            *day("joined_on"),
            *day("notice_on"),
            *day("left_on"),
            *fields("summary_fa", "summary_en"),
            *day("published_on"),
            *_sourced(),
        ],
    ),
]
EXPORTS = {export.name: export for export in _EXPORTS}

"""What of the partnerships can be brought in from a spreadsheet, and how it is known.

The columns are those of `agreements.exports`. Files are imported in the order of
IMPORTS: an agreement needs its city, an obligation its agreement.
"""

from collections import defaultdict
from copy import copy

from django.db.models import prefetch_related_objects
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from kashan_diplomacy.history import keep_versions
from kashan_diplomacy.imports.sheets import RowForm, Sheet

from .exports import EXPORTS
from .models import (
    Agreement,
    City,
    Engagement,
    Membership,
    Milestone,
    Obligation,
    Organisation,
    Theme,
)

_SOURCED = ["source", "is_illustrative"]
_PUBLISHED = ["published_on", *_SOURCED]


class CityRow(RowForm):
    derived = ("slug",)

    class Meta(RowForm.Meta):
        model = City
        fields = [
            *("name_fa", "name_en", "name_local", "slug", "country"),
            *("latitude", "longitude", "shares_fa", "shares_en", "website"),
            *_PUBLISHED,
        ]
        help_texts = {"slug": _("For its address; else made of the English name.")}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.is_new:
            self.fields["slug"] = copy(self.fields["slug"])
            self.fields["slug"].required = False

    @classmethod
    def gather(cls):
        """The slugs that are taken."""
        return set(City.objects.order_by().values_list("slug", flat=True))

    def clean(self):
        """A new city without a slug gets one, of its English name."""
        cleaned = super().clean()
        if self.is_new and cleaned.get("slug") == "" and cleaned.get("name_en"):
            cleaned["slug"] = self._free_slug(cleaned)
            if not cleaned["slug"]:
                self.add_error("slug", _("The English name has no Latin letters."))
        return cleaned

    def _free_slug(self, cleaned):
        slug = slugify(cleaned["name_en"])[:50]
        if slug in self.shared:
            slug = f"{slug}-{cleaned.get('country', '').lower()}"
        self.shared.add(slug)
        return slug


class OrganisationRow(RowForm):
    class Meta(RowForm.Meta):
        model = Organisation
        fields = [
            *("name_fa", "name_en", "kind", "country", "website"),
            *("clears_foreign", "clears_domestic"),
            *_SOURCED,
        ]


class AgreementRow(RowForm):
    class Meta(RowForm.Meta):
        model = Agreement
        fields = [
            *("city", "kind", "title_fa", "title_en", "amends"),
            *("clearance_exemption", "signed_on", "is_signing_date_unknown"),
            *("effective_on", "expires_on", "notice_days", "renews_for_months"),
            *("summary_fa", "summary_en"),
            *_PUBLISHED,
        ]


class ObligationRow(RowForm):
    class Meta(RowForm.Meta):
        model = Obligation
        fields = [
            *("agreement", "article", "side", "category", "title_fa", "title_en"),
            *("themes", "responsible_organisation", "priority"),
            *("repeats_every_months", "first_due_on"),
            *_SOURCED,
        ]

    @classmethod
    def follow(cls, forms, by):
        """Plan what repeats."""
        obligations = [form.instance for form in forms]
        prefetch_related_objects(obligations, "agreement__amendments")
        planned = [each for row in obligations for each in row.unsaved_plan()]
        if planned:
            Milestone.objects.bulk_create(planned)
            keep_versions(planned, {}, is_new=True, by=by)


class EngagementRow(RowForm):
    class Meta(RowForm.Meta):
        model = Engagement
        fields = [
            *("kind", "purpose", "title_fa", "title_en", "starts_on", "ends_on"),
            *("is_date_unknown", "place", "cities", "organisations", "agreement"),
            *("themes", "summary_fa", "summary_en", "report", "result", "next_steps"),
            *("cancelled_on", "cancellation_reason"),
            *_PUBLISHED,
        ]


class MembershipRow(RowForm):
    class Meta(RowForm.Meta):
        model = Membership
        fields = [
            *("organisation", "joined_on", "notice_on", "term_months", "left_on"),
            *("summary_fa", "summary_en"),
            *_PUBLISHED,
        ]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.instance.clean = self._clean_among_rows

    @classmethod
    def gather(cls):
        """The memberships of each organisation."""
        found = defaultdict(list)
        for membership in Membership.objects.order_by():
            found[membership.organisation_id].append(membership)
        return found

    def _clean_among_rows(self):
        """As the model's, of the rows so far and without a query for each."""
        if self.errors:
            return
        row, of_body = self.instance, self.shared[self.instance.organisation_id]
        others = [each for each in of_body if each != row]
        row.refuse_overlap(others)
        of_body[:] = [*others, row]


def _names(row):
    return [row.name_fa, row.name_en]


def _titles(row):
    return [row.title_fa, row.title_en]


NAMES = {
    City: lambda city: [*_names(city), city.slug],
    Organisation: _names,
    Theme: lambda theme: [*_names(theme), theme.slug],
    Agreement: _titles,
    Obligation: _titles,
    Engagement: _titles,
}

_SHEETS = [
    Sheet(
        EXPORTS["cities"],
        CityRow,
        (("country", "name_fa"), ("country", "name_en"), ("slug",)),
        NAMES,
    ),
    Sheet(
        EXPORTS["organisations"],
        OrganisationRow,
        (("country", "name_fa"), ("country", "name_en")),
        NAMES,
    ),
    Sheet(EXPORTS["agreements"], AgreementRow, (("city", "title_fa"),), NAMES),
    Sheet(EXPORTS["obligations"], ObligationRow, (("agreement", "title_fa"),), NAMES),
    Sheet(
        EXPORTS["engagements"],
        EngagementRow,
        (("title_fa", "starts_on"),),
        NAMES,
    ),
    Sheet(
        EXPORTS["memberships"], MembershipRow, (("organisation", "joined_on"),), NAMES
    ),
]
IMPORTS = {sheet.name: sheet for sheet in _SHEETS}

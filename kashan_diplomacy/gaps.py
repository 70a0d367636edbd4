"""What our own public records lack, found by asking them.

A gap is named even when nothing lacks it: the page then says that there is none, and
whoever reads it knows that it was looked for.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from agreements.models import (
    Agreement,
    City,
    Engagement,
    Gift,
    Membership,
    Milestone,
    Outcome,
    Signatory,
)
from budget.models import MembershipFee

from .as_of import AsOf
from .templatetags.persian import local


@dataclass(frozen=True)
class Gap:
    """`rows` gives those that lack something; `name` and `link` tell of each."""

    key: str
    title: str | Promise
    meaning: str | Promise
    rows: Callable[[AsOf], Iterable[Any]]
    name: Callable[[Any], str]
    link: Callable[[Any], str]


@dataclass(frozen=True)
class Missing:
    name: str
    link: str
    is_illustrative: bool


@dataclass(frozen=True)
class Found:
    gap: Gap
    missing: list[Missing]


def known_gaps(as_of: AsOf) -> list[Found]:
    """One query for each gap, and what lacks it by the name it has on the page."""
    return [
        Found(
            gap,
            [
                Missing(gap.name(row), gap.link(row), row.is_illustrative)
                for row in gap.rows(as_of)
            ],
        )
        for gap in GAPS
    ]


def _titled(row) -> str:
    return local(row, "title")


def _described(row) -> str:
    return local(row, "description")


def _own_page(row) -> str:
    return row.get_absolute_url()


def _cities(**lacking):
    return lambda as_of: City.objects.published().filter(**lacking)


def _unfiled(as_of):
    return Agreement.objects.published().signed(as_of.on).filter(text=None)


def _unsigned(as_of):
    """Signed, but nobody is named who signed."""
    signatory = Signatory.objects.filter(agreement=OuterRef("pk"))
    return Agreement.objects.published().signed(as_of.on).filter(~Exists(signatory))


def _unpromised(as_of):
    """Signed, but not one promise is recorded."""
    signed = Agreement.objects.published().signed(as_of.on)
    return signed.filter(amends=None, obligations=None)


#: There may be thousands: no more of each is read than is told.
_TITLES = ("obligation__title_fa", "obligation__title_en")


def _unreviewed(as_of):
    forgotten = Milestone.objects.published().forgotten(as_of.on)
    told = ("is_illustrative", "obligation__agreement_id", *_TITLES)
    return forgotten.select_related("obligation").only(*told)


def _feeless(as_of):
    fee = MembershipFee.objects.filter(membership=OuterRef("pk"))
    current = Membership.objects.published().current(as_of.on)
    return current.filter(~Exists(fee)).select_related("organisation")


def _undated(as_of):
    current = Membership.objects.published().current(as_of.on)
    return current.filter(joined_on=None).select_related("organisation")


def _membership(row) -> str:
    return local(row.organisation, "name")


def _membership_page(row) -> str:
    return f"{reverse('membership_list')}#membership-{row.pk}"


def _gift_page(row) -> str:
    return f"{reverse('gift_list')}#gift-{row.pk}"


def _promise_page(row) -> str:
    page = reverse("agreement_detail", args=[row.obligation.agreement_id])
    return f"{page}#promise-{row.pk}"


GAPS = (
    Gap(
        "signing-day",
        _("Agreements whose signing day is not known"),
        _("Nobody can tell how old the partnership is, or when its term ends."),
        lambda as_of: Agreement.objects.published().filter(
            is_signing_date_unknown=True
        ),
        _titled,
        _own_page,
    ),
    Gap(
        "agreement-text",
        _("Signed agreements whose text is not on file"),
        _("What both sides bound themselves to cannot be read here."),
        _unfiled,
        _titled,
        _own_page,
    ),
    Gap(
        "clearances",
        _("Agreements signed without all clearances on file"),
        _("They are older than these records; the reason stands beside each."),
        lambda as_of: Agreement.objects.published().signed(as_of.on).exempted(),
        _titled,
        _own_page,
    ),
    Gap(
        "signatories",
        _("Signed agreements without the names of who signed"),
        _("Nobody can be asked what was meant."),
        _unsigned,
        _titled,
        _own_page,
    ),
    Gap(
        "no-promises",
        _("Signed agreements without a recorded promise"),
        _("What was promised, and whether it was kept, cannot be told."),
        _unpromised,
        _titled,
        _own_page,
    ),
    Gap(
        "unreviewed-promises",
        _("Overdue promises that nobody has looked into"),
        _("They may have been kept: no verdict is recorded either way."),
        _unreviewed,
        lambda row: local(row.obligation, "title"),
        _promise_page,
    ),
    Gap(
        "engagement-day",
        _("Engagements whose date is not known"),
        _("They cannot count as a sign of life, nor for any one year."),
        lambda as_of: Engagement.objects.published().filter(is_date_unknown=True),
        _titled,
        _own_page,
    ),
    Gap(
        "engagement-summary",
        _("Engagements without a public summary"),
        _("That it took place is known, what it was about is not said."),
        lambda as_of: (
            Engagement.objects.published()
            .begun(as_of.on)
            .filter(summary_fa="", summary_en="")
        ),
        _titled,
        _own_page,
    ),
    Gap(
        "what-cities-share",
        _("Partners of whom it is not said what they share with Kashan"),
        _("Why the two cities work together cannot be read here."),
        _cities(shares_fa="", shares_en=""),
        lambda row: local(row, "name"),
        _own_page,
    ),
    Gap(
        "position",
        _("Partners without a position"),
        _("They are in the list and missing on the map."),
        _cities(latitude=None),
        lambda row: local(row, "name"),
        _own_page,
    ),
    Gap(
        "joining-day",
        _("Memberships whose joining day is not known"),
        _("For how long fees have been paid cannot be told."),
        _undated,
        _membership,
        _membership_page,
    ),
    Gap(
        "fees",
        _("Memberships without a recorded fee"),
        _("What they cost cannot be told; it need not be nothing."),
        _feeless,
        _membership,
        _membership_page,
    ),
    Gap(
        "unverified-outcomes",
        _("Outcomes claimed and not verified"),
        _("Nobody but who claims them has checked the evidence."),
        lambda as_of: Outcome.objects.published().realised(as_of.on).claimed(as_of.on),
        _described,
        _own_page,
    ),
    Gap(
        "gifts",
        _("Gifts without an estimated value or a place where they are kept"),
        _("The register says that they exist and not enough of what became of them."),
        lambda as_of: Gift.objects.published().filter(
            Q(estimated_value=None) | Q(disposition="", direction="received")
        ),
        _described,
        _gift_page,
    ),
)

import datetime
from functools import cache

from django.db import models
from django.db.models import Case, Count, F, OuterRef, Prefetch, Q, Subquery, When
from django.db.models.functions import Coalesce, NullIf
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kashan_diplomacy.addresses import address
from kashan_diplomacy.fields import (
    CanonicalCharField,
    CanonicalTextField,
    DateField,
    SearchTextField,
)
from kashan_diplomacy.history import History
from kashan_diplomacy.names import called, listed
from kashan_diplomacy.records import Published, PublishedQuerySet, Sourced
from kashan_diplomacy.search_index import Searched, SearchedPart

from . import signing
from .cities import City
from .organisations import Organisation
from .standing import Standing, State


class Side(models.TextChoices):
    """Who signs or takes part; an obligation may also be owed by both sides."""

    KASHAN = "kashan", _("Kashan")
    PARTNER = "partner", _("partner")
    BOTH = "both", _("both sides")


ONE_SIDE = [choice for choice in Side.choices if choice[0] != Side.BOTH]


def signed_by(on: datetime.date, path: str = "") -> Q:
    """That the agreement at the end of `path` is signed by day `on`, or on a day
    unknown."""
    is_undated = Q(**{f"{path}is_signing_date_unknown": True})
    return Q(**{f"{path}signed_on__lte": on}) | is_undated


def public_by(on: datetime.date, path: str = "") -> Q:
    """That the public may see the agreement at the end of `path` on day `on`: it is
    published, and so are its partner and the agreement that it amends, if any."""
    shown = {f"{path}published_on__lte": on, f"{path}city__published_on__lte": on}
    is_original = Q(**{f"{path}amends": None})
    return (is_original | Q(**{f"{path}amends__published_on__lte": on})) & Q(**shown)


def not_ended_before(day: str, on: datetime.date, path: str = "") -> Q:
    """That the agreement at the end of `path`, or the one that it amends, had not been
    terminated before the day in the field `day`, as known on day `on`."""
    lasted = Q()
    for ended_on in f"{path}terminated_on", f"{path}amends__terminated_on":
        lasted &= (
            Q(**{ended_on: None})
            | Q(**{f"{ended_on}__gt": on})
            | Q(**{f"{ended_on}__gte": F(day)})
        )
    return lasted


class AgreementQuerySet(PublishedQuerySet):
    def published(self, on: datetime.date | None = None):
        """Those that the public may see on day `on`."""
        return self.filter(public_by(on or timezone.localdate()))

    def signed(self, on: datetime.date | None = None):
        """Signed on or before `on`, including those whose signing day is unknown."""
        return self.filter(signed_by(on or timezone.localdate()))

    def drafts(self, on: datetime.date | None = None):
        """Not signed by day `on`, and not given up by then."""
        on = on or timezone.localdate()
        return (
            self.filter(is_signing_date_unknown=False)
            .exclude(signed_on__lte=on)
            .exclude(terminated_on__lte=on)
            .exclude(amends__terminated_on__lte=on)
        )

    def exempted(self):
        """Signed without all clearances: gaps in the file, however well explained."""
        return self.exclude(clearance_exemption="")

    def unexempted(self):
        """To be signed with all clearances, as every agreement should be."""
        return self.filter(clearance_exemption="")

    def in_force(self, on: datetime.date | None = None, *, is_public: bool = False):
        """Signed, in effect, not terminated and not lapsed on day `on`.

        One that renews tacitly does not lapse: it ends by termination only. An
        amendment lives as long as the agreement it amends. `is_public` knows of no
        original and no amendment but those that the public may see today.
        """
        on = on or timezone.localdate()
        amendments = self.model.objects.signed(on)
        originals = self.model.objects.filter(amends=None)
        if is_public:
            amendments, originals = amendments.published(), originals.published()
        running = originals._running(on, amendments).values("pk")
        return (
            self.signed(on)
            .alias(starts_on=Coalesce("effective_on", "signed_on"))
            .filter(Q(starts_on__lte=on) | Q(starts_on=None))
            .filter(Q(terminated_on=None) | Q(terminated_on__gt=on))
            .filter(Q(amends=None, pk__in=running) | Q(amends__in=running))
        )

    def _running(self, on, amendments):
        """Originals not ended by `on`, with the term that the last of these gave."""
        extension = amendments.filter(
            amends=OuterRef("pk"), expires_on__isnull=False
        ).order_by(F("signed_on").desc(nulls_last=True), "-pk")
        own = Q(new_end=None)
        return (
            self.alias(
                new_end=Subquery(extension.values("expires_on")[:1]),
                new_months=Subquery(extension.values("renews_for_months")[:1]),
            )
            .filter(Q(terminated_on=None) | Q(terminated_on__gt=on))
            .filter(
                Q(new_end__gte=on)
                | Q(new_months__isnull=False)
                | own & (Q(expires_on=None) | Q(expires_on__gte=on))
                | own & Q(renews_for_months__isnull=False)
            )
        )

    def with_last_term(self, on: datetime.date | None = None):
        """Annotates the term of each original that its last amendment by `on` gave, or
        that it has of itself: `term_end` (the first; None for one without end),
        `term_months` that it renews for and `term_notice_days`. `term()`'s twin."""
        extension = (
            self.model.objects.signed(on)
            .filter(amends=OuterRef("pk"), expires_on__isnull=False)
            .order_by(F("signed_on").desc(nulls_last=True), "-pk")
        )
        given = {
            name: Subquery(extension.values(name)[:1])
            for name in ("expires_on", "renews_for_months", "notice_days")
        }
        is_own = Q(extended_to=None)
        return self.alias(extended_to=given["expires_on"]).annotate(
            term_end=Coalesce("extended_to", "expires_on"),
            term_months=Case(
                When(is_own, then=F("renews_for_months")),
                default=given["renews_for_months"],
            ),
            # No days and none given are the same to `term()`.
            term_notice_days=Coalesce(NullIf(given["notice_days"], 0), "notice_days"),
        )

    def with_standing(self, *, is_public: bool = False):
        """Loaded with all that `state()` looks at; of the amendments, for the public,
        with those that it may see."""
        # By the index of what they amend: SQLite would walk along that of the day.
        amendments = self.model.objects.order_by("amends_id", "signed_on", "pk")
        if is_public:
            amendments = amendments.published()
        return (
            self.select_related("city", "amends", "text")
            .prefetch_related(
                Prefetch("amendments", amendments, to_attr="amendments_read"),
                Prefetch("amends__amendments", amendments, to_attr="amendments_read"),
                Prefetch("clearances", to_attr="clearances_read"),
                "clearances_read__authority",
            )
            .annotate(authorities_count=_authorities_count())
        )


@cache
def _authorities_count():
    return Case(
        When(city__country="IR", then=_count("clears_domestic")),
        default=_count("clears_foreign"),
    )


def _count(flag):
    marked = Organisation.objects.order_by().filter(**{flag: True}).values(flag)
    counted = marked.annotate(count=Count("pk")).values("count")
    return Coalesce(Subquery(counted), 0)


class Agreement(Standing, Searched, Sourced, Published):
    """What Kashan and a partner city have bound themselves to."""

    class Kind(models.TextChoices):
        SISTER_CITY = "sister_city", _("sister-city agreement")
        FRIENDSHIP = "friendship", _("friendship agreement")
        MEMORANDUM = "memorandum", _("memorandum")
        EXECUTIVE_PROGRAMME = "executive_programme", _("executive programme")

    State = State
    UNSHOWN = ("text", "termination_document")

    city = models.ForeignKey(
        City,
        on_delete=models.PROTECT,
        related_name="agreements",
        verbose_name=_("partner city"),
    )
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    title_fa = CanonicalCharField(_("title in Persian"), max_length=200)
    title_en = CanonicalCharField(_("title in English"), max_length=200)
    amends = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="amendments",
        verbose_name=_("amends"),
        help_text=_("The original agreement that this one amends or renews."),
    )
    text = models.ForeignKey(
        "Document",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="signed_as",
        verbose_name=_("text to sign"),
        help_text=_("Which of the agreement's documents will be, or was, signed."),
    )
    clearance_exemption = CanonicalTextField(
        _("exemption from clearance"),
        blank=True,
        help_text=_(
            "Why it may be signed although clearances are missing. Shown to everybody,"
            " and counted as a gap."
        ),
    )
    signed_on = DateField(_("signed on"), null=True, blank=True)
    is_signing_date_unknown = models.BooleanField(
        _("signed, date not recorded"),
        default=False,
        help_text=_("The agreement is signed, but our records do not say when."),
    )
    effective_on = DateField(
        _("effective on"),
        null=True,
        blank=True,
        help_text=_("Empty: in effect from the day of signing."),
    )
    expires_on = DateField(
        _("expires on"),
        null=True,
        blank=True,
        help_text=_(
            "Last day of the first term; empty: without end, or, in an amendment, as"
            " before."
        ),
    )
    notice_days = models.PositiveSmallIntegerField(
        _("notice, days"),
        null=True,
        blank=True,
        help_text=_("How long before the end of a term notice has to be given."),
    )
    renews_for_months = models.PositiveSmallIntegerField(
        _("renews for, months"),
        null=True,
        blank=True,
        help_text=_("Length of each tacit renewal; empty: it does not renew itself."),
    )
    terminated_on = DateField(_("terminated on"), null=True, blank=True)
    termination_reason = CanonicalTextField(_("reason for termination"), blank=True)
    termination_document = models.ForeignKey(
        "Document",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("document of termination"),
        help_text=_("The letter or decision that ended it."),
    )
    summary_fa = CanonicalTextField(_("public summary in Persian"), blank=True)
    summary_en = CanonicalTextField(_("public summary in English"), blank=True)
    search_text = SearchTextField(sources=("title_fa", "title_en"))
    searched_parts = ("signatories", "articles")

    objects = AgreementQuerySet.as_manager()
    history = History()
    #: Why something signed is put right; needed for that and kept in the history.
    change_reason = ""

    class Meta:
        verbose_name = _("agreement")
        verbose_name_plural = _("agreements")
        ordering = [F("signed_on").desc(nulls_last=True), "-pk"]
        # The lists of agreements and of promises begin with the newest.
        indexes = [models.Index(fields=["signed_on"], name="agreement_day")]
        constraints = [
            models.CheckConstraint(
                condition=Q(is_signing_date_unknown=False) | Q(signed_on=None),
                name="agreement_signing_date_known_or_not",
                violation_error_code="signed_on",
                violation_error_message=_(
                    "Give the signing date or say that it is not recorded, not both."
                ),
            ),
            models.CheckConstraint(
                condition=Q(effective_on=None)
                | Q(signed_on=None)
                | Q(effective_on__gte=F("signed_on")),
                name="agreement_effective_after_signing",
                violation_error_code="effective_on",
                violation_error_message=_(
                    "An agreement cannot take effect before it is signed."
                ),
            ),
            models.CheckConstraint(
                condition=Q(expires_on=None)
                | Q(signed_on=None)
                | Q(expires_on__gt=F("signed_on")),
                name="agreement_expires_after_signing",
                violation_error_code="expires_on",
                violation_error_message=_("The expiry must come after the signing."),
            ),
            models.CheckConstraint(
                condition=Q(terminated_on=None)
                | Q(signed_on=None)
                | Q(terminated_on__gte=F("signed_on")),
                name="agreement_terminated_after_signing",
                violation_error_code="terminated_on",
                violation_error_message=_(
                    "An agreement cannot be terminated before it is signed."
                ),
            ),
            models.CheckConstraint(
                condition=Q(terminated_on=None) | ~Q(termination_reason=""),
                name="agreement_termination_has_reason",
                violation_error_code="termination_reason",
                violation_error_message=_("Say why the agreement was terminated."),
            ),
            models.CheckConstraint(
                condition=Q(terminated_on=None) | Q(termination_document__isnull=False),
                name="agreement_termination_has_document",
                violation_error_code="termination_document",
                violation_error_message=_("Name the document that terminated it."),
            ),
            models.CheckConstraint(
                condition=Q(renews_for_months=None)
                | Q(renews_for_months__gt=0, expires_on__isnull=False),
                name="agreement_renewal_needs_expiry",
                violation_error_code="renews_for_months",
                violation_error_message=_(
                    "A tacit renewal needs a term that ends, and at least one month."
                ),
            ),
        ]

    def __str__(self):
        return called(self, "title")

    def get_absolute_url(self):
        return address("agreement_detail", self.pk)

    def clean(self):
        signing.check(self)

    def save(self, *args, **kwargs):
        signing.check(self)
        super().save(*args, **kwargs)
        self.change_reason = ""


class Signatory(SearchedPart):
    """Who signed, with the name and post as they were on that day."""

    agreement = models.ForeignKey(
        Agreement,
        on_delete=models.CASCADE,
        related_name="signatories",
        verbose_name=_("agreement"),
    )
    side = models.CharField(_("side"), max_length=10, choices=ONE_SIDE)
    name = CanonicalCharField(_("name"), max_length=120)
    post = CanonicalCharField(_("post"), max_length=150)
    signed_on = DateField(_("signed on"), null=True, blank=True)

    history = History()
    searched_in = ("name", "post")
    searched_with = "agreement"

    class Meta:
        verbose_name = _("signatory")
        verbose_name_plural = _("signatories")
        ordering = ["agreement", "side", "pk"]

    def __str__(self):
        return listed(self.name, self.post)

import datetime

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kashan_diplomacy.fields import (
    CanonicalCharField,
    CanonicalTextField,
    DateField,
    SearchTextField,
)
from kashan_diplomacy.jalali import add_months
from kashan_diplomacy.records import Published, PublishedQuerySet, Sourced

from .cities import City


class Side(models.TextChoices):
    """Who signs or takes part; an obligation may also be owed by both sides."""

    KASHAN = "kashan", _("Kashan")
    PARTNER = "partner", _("partner")
    BOTH = "both", _("both sides")


ONE_SIDE = [choice for choice in Side.choices if choice[0] != Side.BOTH]


class AgreementQuerySet(PublishedQuerySet):
    def published(self, on: datetime.date | None = None):
        """Published, with a published partner, on day `on`."""
        on = on or timezone.localdate()
        return super().published(on).filter(city__published_on__lte=on)

    def signed(self, on: datetime.date | None = None):
        """Signed on or before `on`, including those whose signing day is unknown."""
        on = on or timezone.localdate()
        return self.filter(Q(signed_on__lte=on) | Q(is_signing_date_unknown=True))

    def in_force(self, on: datetime.date | None = None):
        """Signed, in effect, not terminated and not lapsed on day `on`.

        One that renews tacitly does not lapse: it ends by termination only.
        """
        on = on or timezone.localdate()
        return (
            self.signed(on)
            .alias(starts_on=Coalesce("effective_on", "signed_on"))
            .filter(Q(starts_on__lte=on) | Q(starts_on=None))
            .filter(Q(terminated_on=None) | Q(terminated_on__gt=on))
            .filter(
                Q(expires_on=None)
                | Q(expires_on__gte=on)
                | Q(renews_for_months__isnull=False)
            )
        )


class Agreement(Sourced, Published):
    """What Kashan and a partner city have bound themselves to."""

    class Kind(models.TextChoices):
        SISTER_CITY = "sister_city", _("sister-city agreement")
        FRIENDSHIP = "friendship", _("friendship agreement")
        MEMORANDUM = "memorandum", _("memorandum")
        EXECUTIVE_PROGRAMME = "executive_programme", _("executive programme")

    class State(models.TextChoices):
        """Derived from the dates by `state()`; stored nowhere."""

        IN_PREPARATION = "in_preparation", _("in preparation")
        SIGNED = "signed", _("signed, not yet in effect")
        IN_FORCE = "in_force", _("in force")
        LAPSED = "lapsed", _("lapsed")
        TERMINATED = "terminated", _("terminated")

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
        help_text=_("The agreement this one amends or renews."),
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
        help_text=_("Last day of the first term; empty: without end."),
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
    summary_fa = CanonicalTextField(_("public summary in Persian"), blank=True)
    summary_en = CanonicalTextField(_("public summary in English"), blank=True)
    search_text = SearchTextField(sources=("title_fa", "title_en"))

    objects = AgreementQuerySet.as_manager()

    class Meta:
        verbose_name = _("agreement")
        verbose_name_plural = _("agreements")
        ordering = [F("signed_on").desc(nulls_last=True), "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(is_signing_date_unknown=False) | Q(signed_on=None),
                name="agreement_signing_date_known_or_not",
                violation_error_message=_(
                    "Give the signing date or say that it is not recorded, not both."
                ),
            ),
            models.CheckConstraint(
                condition=Q(effective_on=None)
                | Q(signed_on=None)
                | Q(effective_on__gte=F("signed_on")),
                name="agreement_effective_after_signing",
                violation_error_message=_(
                    "An agreement cannot take effect before it is signed."
                ),
            ),
            models.CheckConstraint(
                condition=Q(expires_on=None)
                | Q(signed_on=None)
                | Q(expires_on__gt=F("signed_on")),
                name="agreement_expires_after_signing",
                violation_error_message=_("The expiry must come after the signing."),
            ),
            models.CheckConstraint(
                condition=Q(terminated_on=None)
                | Q(signed_on=None)
                | Q(terminated_on__gte=F("signed_on")),
                name="agreement_terminated_after_signing",
                violation_error_message=_(
                    "An agreement cannot be terminated before it is signed."
                ),
            ),
            models.CheckConstraint(
                condition=Q(terminated_on=None) | ~Q(termination_reason=""),
                name="agreement_termination_has_reason",
                violation_error_message=_("Say why the agreement was terminated."),
            ),
            models.CheckConstraint(
                condition=Q(renews_for_months=None)
                | Q(renews_for_months__gt=0, expires_on__isnull=False),
                name="agreement_renewal_needs_expiry",
                violation_error_message=_(
                    "A tacit renewal needs a term that ends, and at least one month."
                ),
            ),
        ]

    def __str__(self):
        return self.title_fa

    def get_absolute_url(self):
        return reverse("agreement_detail", args=[self.pk])

    def is_signed(self, on: datetime.date) -> bool:
        return self.is_signing_date_unknown or bool(
            self.signed_on and self.signed_on <= on
        )

    def state(self, on: datetime.date | None = None) -> "Agreement.State":
        """The state on day `on` (today when not given)."""
        on = on or timezone.localdate()
        if not self.is_signed(on):
            return self.State.IN_PREPARATION
        if self.terminated_on and self.terminated_on <= on:
            return self.State.TERMINATED
        if self.effective_on and self.effective_on > on:
            return self.State.SIGNED
        term_end = self.term_end(on)
        if term_end and term_end < on:
            return self.State.LAPSED
        return self.State.IN_FORCE

    def term_end(self, on: datetime.date | None = None) -> datetime.date | None:
        """Last day of the term running on `on`; None for one without end.

        Every renewal counts from the first term's end, so that a day clamped to a
        short month does not drift.
        """
        on = on or timezone.localdate()
        end, renewals = self.expires_on, 0
        if not end or not self.renews_for_months:
            return end
        while end < on:
            renewals += 1
            end = add_months(self.expires_on, renewals * self.renews_for_months)
        return end


class Signatory(models.Model):
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

    class Meta:
        verbose_name = _("signatory")
        verbose_name_plural = _("signatories")
        ordering = ["agreement", "side", "pk"]

    def __str__(self):
        return f"{self.name}، {self.post}"

"""What memberships entitle to, and what was made of it."""

import datetime

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kashan_diplomacy.fields import CanonicalCharField, CanonicalTextField, DateField
from kashan_diplomacy.history import History
from kashan_diplomacy.names import called, listed
from kashan_diplomacy.records import Sourced

from .engagements import Engagement
from .memberships import Membership


class Right(models.TextChoices):
    """What membership in a body entitles to."""

    VOTE = "vote", _("vote")
    LISTING = "listing", _("listing")
    CALL = "call", _("call for projects")
    TRAINING = "training", _("training")
    EVENT = "event", _("event")


class MembershipRight(Sourced):
    """A right the membership gives, used or not."""

    membership = models.ForeignKey(
        Membership,
        on_delete=models.CASCADE,
        related_name="rights",
        verbose_name=_("membership"),
    )
    kind = models.CharField(_("right"), max_length=10, choices=Right.choices)
    note = CanonicalCharField(_("note"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("right of a membership")
        verbose_name_plural = _("rights of memberships")
        ordering = ["membership", "kind"]
        constraints = [
            models.UniqueConstraint(
                fields=["membership", "kind"],
                name="membership_right_once",
                violation_error_message=_("This right is already listed."),
            ),
        ]

    def __str__(self):
        return self.get_kind_display()


class RightUsedQuerySet(models.QuerySet):
    def by_day(self, on: datetime.date | None = None):
        """Used on or before day `on`."""
        return self.filter(used_on__lte=on or timezone.localdate())


class RightUsed(Sourced):
    """One use of a right of membership, with what shows it."""

    membership = models.ForeignKey(
        Membership,
        on_delete=models.PROTECT,
        related_name="rights_used",
        verbose_name=_("membership"),
    )
    kind = models.CharField(_("right"), max_length=10, choices=Right.choices)
    used_on = DateField(_("used on"))
    used_by = CanonicalCharField(
        _("used by"), max_length=200, help_text=_("Name and post on that day.")
    )
    description_fa = CanonicalCharField(_("description in Persian"), max_length=250)
    description_en = CanonicalCharField(
        _("description in English"), max_length=250, blank=True
    )
    evidence = CanonicalTextField(
        _("evidence"),
        help_text=_("What shows it: a record, a certificate, a link."),
    )
    engagement = models.ForeignKey(
        Engagement,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="rights_used",
        verbose_name=_("engagement"),
    )

    objects = RightUsedQuerySet.as_manager()
    history = History()

    class Meta:
        verbose_name = _("right used")
        verbose_name_plural = _("rights used")
        ordering = ["-used_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(evidence=""),
                name="right_used_has_evidence",
                violation_error_code="evidence",
                violation_error_message=_("A right counts as used with evidence only."),
            ),
        ]

    def __str__(self):
        return listed(self.get_kind_display(), called(self, "description"))

    def clean(self):
        if self.used_on and self.used_on > timezone.localdate():
            raise ValidationError({"used_on": _("The date is in the future.")})
        if membership := getattr(self, "membership", None):  # none chosen
            self._stay_within(membership)

    def _stay_within(self, membership):
        joined_on, left_on = membership.joined_on, membership.left_on
        is_early = self.used_on and joined_on and self.used_on < joined_on
        if is_early or (self.used_on and left_on and self.used_on > left_on):
            raise ValidationError({"used_on": _("Kashan was no member on this day.")})
        listed = membership.listed_rights
        if listed and self.kind and self.kind not in listed:
            message = _("The membership does not list this right: list it first.")
            raise ValidationError({"kind": message})

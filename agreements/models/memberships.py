import datetime

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kashan_diplomacy.fields import CanonicalTextField, DateField
from kashan_diplomacy.records import Published, PublishedQuerySet, Sourced

from .organisations import Organisation


class MembershipQuerySet(PublishedQuerySet):
    def current(self, on: datetime.date | None = None):
        """Joined (or of unknown joining date) and not left on day `on`."""
        on = on or timezone.localdate()
        return self.filter(Q(joined_on=None) | Q(joined_on__lte=on)).filter(
            Q(left_on=None) | Q(left_on__gt=on)
        )


class Membership(Sourced, Published):
    """Kashan's membership in an international body."""

    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        related_name="memberships",
        verbose_name=_("organisation"),
    )
    joined_on = DateField(
        _("joined on"),
        null=True,
        blank=True,
        help_text=_("Empty: our records do not say when."),
    )
    notice_on = DateField(
        _("notice by"),
        null=True,
        blank=True,
        help_text=_(
            "Last day on which leaving at the end of the term can be notified."
        ),
    )
    left_on = DateField(_("left on"), null=True, blank=True)
    summary_fa = CanonicalTextField(_("public summary in Persian"), blank=True)
    summary_en = CanonicalTextField(_("public summary in English"), blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        ordering = ["organisation__name_sort", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation"],
                condition=Q(left_on=None),
                name="membership_once_at_a_time",
                violation_error_message=_(
                    "Kashan is already recorded as a member of this organisation."
                ),
            ),
            models.CheckConstraint(
                condition=Q(left_on=None)
                | Q(joined_on=None)
                | Q(left_on__gt=F("joined_on")),
                name="membership_left_after_joining",
                violation_error_message=_(
                    "Leaving must come after joining the organisation."
                ),
            ),
        ]

    def __str__(self):
        return str(self.organisation)

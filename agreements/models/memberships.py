import calendar
import datetime
from collections.abc import Iterable

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from kashan_diplomacy.fields import CanonicalTextField, DateField
from kashan_diplomacy.history import History
from kashan_diplomacy.names import called_day, listed
from kashan_diplomacy.records import Labelled, Published, PublishedQuerySet, Sourced

from .organisations import Organisation


class MembershipQuerySet(PublishedQuerySet):
    def current(self, on: datetime.date | None = None):
        """Joined (or of unknown joining date) and not left on day `on`."""
        on = on or timezone.localdate()
        return self.filter(Q(joined_on=None) | Q(joined_on__lte=on)).filter(
            Q(left_on=None) | Q(left_on__gt=on)
        )


class Membership(Sourced, Published):
    """Kashan's membership in an international body. What it costs is in `budget`."""

    UNSHOWN = ("notice_on", "term_months")

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
    term_months = models.PositiveSmallIntegerField(
        _("length of a term, months"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("The notice date comes round again after each; empty: once only."),
    )
    left_on = DateField(_("left on"), null=True, blank=True)
    summary_fa = CanonicalTextField(_("public summary in Persian"), blank=True)
    summary_en = CanonicalTextField(_("public summary in English"), blank=True)

    objects = MembershipQuerySet.as_manager()
    history = History()

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
                violation_error_code="left_on",
                violation_error_message=_(
                    "Leaving must come after joining the organisation."
                ),
            ),
            models.CheckConstraint(
                condition=Q(term_months__isnull=True)
                | Q(term_months__gt=0, notice_on__isnull=False),
                name="membership_term_needs_notice",
                violation_error_code="notice_on",
                violation_error_message=_(
                    "Terms that come round need the notice date of one of them."
                ),
            ),
        ]

    def __str__(self):
        return str(self.organisation)

    def clean(self):
        others = Membership.objects.filter(organisation=self.organisation_id)
        others = others.exclude(pk=self.pk)
        if not self.left_on:  # two that go on are refused by the constraint
            others = others.exclude(left_on=None)
        self.refuse_overlap(others)

    def refuse_overlap(self, others: Iterable["Membership"]) -> None:
        """ValidationError if one of `others`, of the same body, runs at the same time.
        A day of joining that is not known is before any other."""
        if any(
            self._begins_before_end(each) and each._begins_before_end(self)
            for each in others
        ):
            message = _(
                "Kashan is already recorded as a member of this organisation in that"
                " time: one membership begins, on a day that is known, once the other"
                " has ended."
            )
            raise ValidationError(message)

    def _begins_before_end(self, of: "Membership") -> bool:
        return not self.joined_on or not of.left_on or self.joined_on < of.left_on

    @cached_property
    def listed_rights(self) -> set[str]:
        """The kinds of right that it lists; set by a page on which they are typed."""
        return set(self.rights.values_list("kind", flat=True)) if self.pk else set()

    def notice_days(self, on: datetime.date) -> list[datetime.date]:
        """The notice date of each term up to the current one, the recorded date first.

        The current term is the one whose notice date is not yet over on day `on`.
        Each counts from the recorded date in months of the Gregorian calendar, which
        these bodies keep, so that a day clamped to a short month does not drift.
        """
        days = [self.notice_on] if self.notice_on else []
        while days and self.term_months and days[-1] < on:
            days.append(_months_later(self.notice_on, len(days) * self.term_months))
        return days

    def notice_dates(
        self, on: datetime.date
    ) -> tuple[datetime.date | None, datetime.date | None]:
        """The notice date last missed before day `on`, and that of the current term."""
        days = self.notice_days(on)
        past = max((day for day in days if day < on), default=None)
        return past, min((day for day in days if day >= on), default=None)

    def is_one_term(self, day: datetime.date, another: datetime.date) -> bool:
        """Whether two notice dates are of one term: the recorded one may have been
        corrected since, by less than half a term."""
        fortnights = self.term_months or 12
        return abs(day - another) < fortnights * datetime.timedelta(days=14)


def _months_later(day: datetime.date, months: int) -> datetime.date:
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    last = calendar.monthrange(year, month + 1)[1]
    return datetime.date(year, month + 1, min(day.day, last))


class MembershipDecision(Labelled):
    """To keep a membership for another term or to leave, and why. Kept for good."""

    class Decision(models.TextChoices):
        KEEP = "keep", _("keep")
        LEAVE = "leave", _("leave")

    membership = models.ForeignKey(
        Membership,
        on_delete=models.PROTECT,
        related_name="decisions",
        verbose_name=_("membership"),
    )
    notice_on = DateField(
        _("for the term with notice by"),
        help_text=_("The notice date before which this had to be decided."),
    )
    decision = models.CharField(_("decision"), max_length=5, choices=Decision.choices)
    reason = CanonicalTextField(_("reason"))
    decided_on = DateField(_("decided on"), default=timezone.localdate)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("recorded by"),
        editable=False,
    )

    class Meta:
        verbose_name = _("decision on a membership")
        verbose_name_plural = _("decisions on memberships")
        ordering = ["-notice_on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["membership", "notice_on"],
                name="membership_decision_once_a_term",
                violation_error_message=_("This term is already decided on."),
            ),
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="membership_decision_has_reason",
                violation_error_code="reason",
                violation_error_message=_("Say why."),
            ),
        ]

    def __str__(self):
        return listed(self.get_decision_display(), called_day(self.notice_on))

    def clean(self):
        membership = getattr(self, "membership", None)  # none chosen
        if not membership or not self.notice_on:
            return
        if self.notice_on not in membership.notice_days(self.notice_on):
            message = _("No term of this membership has its notice date on this day.")
            raise ValidationError({"notice_on": message})
        others = MembershipDecision.objects.filter(membership=membership.pk)
        others = others.exclude(pk=self.pk).exclude(notice_on=self.notice_on)
        days = others.values_list("notice_on", flat=True)
        if any(membership.is_one_term(day, self.notice_on) for day in days):
            message = _("This term is already decided on.")
            raise ValidationError({"notice_on": message})

import datetime

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField

from kashan_diplomacy.fields import (
    CanonicalCharField,
    CanonicalTextField,
    DateField,
    SearchTextField,
)
from kashan_diplomacy.records import Published, PublishedQuerySet, Sourced

from .agreements import ONE_SIDE, Agreement
from .cities import City
from .organisations import Organisation
from .themes import Theme


class Purpose(models.TextChoices):
    """What an engagement, or an expense, serves."""

    OBLIGATION = "obligation", _("an obligation")
    MEMBERSHIP_RIGHT = "membership_right", _("a membership right")
    EXPLORATION = "exploration", _("exploration")
    PROTOCOL = "protocol", _("protocol")


class EngagementQuerySet(PublishedQuerySet):
    def held(self, on: datetime.date | None = None):
        """Begun by day `on` and not cancelled, including those of unknown date."""
        on = on or timezone.localdate()
        return self.filter(cancelled_on=None).filter(
            Q(starts_on__lte=on) | Q(is_date_unknown=True)
        )


class Engagement(Sourced, Published):
    """A visit, a meeting, an event or a letter."""

    class Kind(models.TextChoices):
        INCOMING_VISIT = "incoming_visit", _("incoming visit")
        OUTGOING_VISIT = "outgoing_visit", _("outgoing visit")
        MEETING = "meeting", _("meeting")
        SIGNING = "signing", _("signing")
        FESTIVAL = "festival", _("festival or cultural week")
        ONLINE_MEETING = "online_meeting", _("online meeting")
        LETTER = "letter", _("letter")

    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    purpose = models.CharField(
        _("purpose"), max_length=20, choices=Purpose.choices, help_text=_("It serves…")
    )
    title_fa = CanonicalCharField(_("title in Persian"), max_length=200)
    title_en = CanonicalCharField(_("title in English"), max_length=200)
    starts_on = DateField(_("starts on"), null=True, blank=True)
    ends_on = DateField(
        _("ends on"), null=True, blank=True, help_text=_("Empty: a single day.")
    )
    is_date_unknown = models.BooleanField(
        _("held, date not recorded"),
        default=False,
        help_text=_("It took place, but our records do not say when."),
    )
    place = CanonicalCharField(_("place"), max_length=150, blank=True)
    cities = models.ManyToManyField(
        City, related_name="engagements", blank=True, verbose_name=_("partner cities")
    )
    organisations = models.ManyToManyField(
        Organisation,
        related_name="engagements",
        blank=True,
        verbose_name=_("organisations"),
    )
    agreement = models.ForeignKey(
        Agreement,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="engagements",
        verbose_name=_("agreement"),
    )
    themes = models.ManyToManyField(
        Theme, related_name="engagements", blank=True, verbose_name=_("themes")
    )
    summary_fa = CanonicalTextField(_("public summary in Persian"), blank=True)
    summary_en = CanonicalTextField(_("public summary in English"), blank=True)
    report = CanonicalTextField(
        _("report"),
        blank=True,
        help_text=_("What happened, what came of it, what comes next. Not public."),
    )
    cancelled_on = DateField(_("cancelled on"), null=True, blank=True)
    cancellation_reason = CanonicalTextField(_("reason for cancelling"), blank=True)
    search_text = SearchTextField(sources=("title_fa", "title_en", "place"))

    objects = EngagementQuerySet.as_manager()

    class Meta:
        verbose_name = _("engagement")
        verbose_name_plural = _("engagements")
        ordering = [F("starts_on").desc(nulls_last=True), "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(is_date_unknown=False)
                | Q(starts_on=None, ends_on=None, cancelled_on=None),
                name="engagement_date_known_or_not",
                violation_error_message=_(
                    "Give the dates or say that they are not recorded, not both."
                ),
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None)
                | Q(starts_on__isnull=False, ends_on__gte=F("starts_on")),
                name="engagement_ends_after_start",
                violation_error_message=_("The end cannot come before the start."),
            ),
            models.CheckConstraint(
                condition=Q(cancelled_on=None) | ~Q(cancellation_reason=""),
                name="engagement_cancelled_with_reason",
                violation_error_message=_("Say why it was cancelled."),
            ),
        ]

    def __str__(self):
        return self.title_fa

    def get_absolute_url(self):
        return reverse("engagement_detail", args=[self.pk])


class Participant(models.Model):
    """Who took part, with the name and post as they were on that day."""

    engagement = models.ForeignKey(
        Engagement,
        on_delete=models.CASCADE,
        related_name="participants",
        verbose_name=_("engagement"),
    )
    side = models.CharField(_("side"), max_length=10, choices=ONE_SIDE)
    name = CanonicalCharField(_("name"), max_length=120, blank=True)
    post = CanonicalCharField(_("post"), max_length=150, blank=True)
    country = CountryField(_("country"), blank=True)

    class Meta:
        verbose_name = _("participant")
        verbose_name_plural = _("participants")
        ordering = ["engagement", "side", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(name="") | ~Q(post=""),
                name="participant_has_name_or_post",
                violation_error_message=_("Give the participant's name or post."),
            ),
        ]

    def __str__(self):
        return "، ".join(filter(None, [self.name, self.post]))


class FollowUpQuerySet(models.QuerySet):
    def open(self, on: datetime.date | None = None):
        """Not done by the end of day `on`."""
        return self.exclude(done_on__lte=on or timezone.localdate())

    def overdue(self, on: datetime.date | None = None):
        on = on or timezone.localdate()
        return self.open(on).filter(due_on__lt=on)


class FollowUp(Sourced):
    """What was promised orally in an engagement, and whether it was done."""

    engagement = models.ForeignKey(
        Engagement,
        on_delete=models.PROTECT,
        related_name="follow_ups",
        verbose_name=_("engagement"),
    )
    action = CanonicalCharField(_("action"), max_length=300)
    responsible_organisation = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="follow_ups",
        verbose_name=_("responsible organisation"),
    )
    responsible_person = CanonicalCharField(
        _("responsible person"), max_length=120, blank=True
    )
    due_on = DateField(_("due on"), null=True, blank=True)
    done_on = DateField(_("done on"), null=True, blank=True)
    what_was_done = CanonicalTextField(_("what was done"), blank=True)
    search_text = SearchTextField(sources=("action", "responsible_person"))

    objects = FollowUpQuerySet.as_manager()

    class Meta:
        verbose_name = _("follow-up")
        verbose_name_plural = _("follow-ups")
        ordering = [F("due_on").asc(nulls_last=True), "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(done_on=None) | ~Q(what_was_done=""),
                name="follow_up_done_says_what",
                violation_error_message=_("Say what was done."),
            ),
        ]

    def __str__(self):
        return self.action

import datetime
from dataclasses import dataclass

from django.db import models
from django.db.models import Count, F, Q
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField

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


@dataclass(frozen=True)
class Ceremony:
    """The ceremony share: how much of a whole served protocol alone.

    Counted in engagements here, in rial by `budget.value`.
    """

    protocol: int = 0
    total: int = 0

    @property
    def share(self) -> float | None:
        return self.protocol / self.total if self.total else None


class EngagementQuerySet(PublishedQuerySet):
    def begun(self, on: datetime.date | None = None):
        """Begun by day `on` and not cancelled, including those of unknown date."""
        on = on or timezone.localdate()
        return self.filter(cancelled_on=None).filter(
            Q(starts_on__lte=on) | Q(is_date_unknown=True)
        )

    def held(self, on: datetime.date | None = None):
        """Visits, meetings and events begun by day `on`; nobody meets in a letter."""
        return self.begun(on).exclude(kind=Engagement.Kind.LETTER)

    def begun_within(self, first: datetime.date, last: datetime.date):
        """Begun between these days, both inclusive; not those of unknown date."""
        return self.filter(starts_on__range=(first, last))

    def deeds(self, on: datetime.date | None = None):
        """Held on a known day by `on`, for more than protocol.

        These, and neither a letter nor an edit of a row, show a partnership alive.
        """
        known = self.held(on).filter(is_date_unknown=False)
        return known.exclude(purpose=Purpose.PROTOCOL)

    def owing_report(self, on: datetime.date | None = None):
        """Held, over before day `on` and not (wholly) reported."""
        on = on or timezone.localdate()
        return (
            self.held(on)
            .alias(last_day=Coalesce("ends_on", "starts_on"))
            .filter(last_day__lt=on)
            .filter(Q(report="") | Q(result="") | Q(next_steps=""))
        )

    def ceremony(self) -> Ceremony:
        """The ceremony share of these engagements."""
        is_protocol = Q(purpose=Purpose.PROTOCOL)
        counts = self.order_by().aggregate(
            protocol=Count("pk", filter=is_protocol, distinct=True),
            total=Count("pk", distinct=True),
        )
        return Ceremony(**counts)


class Engagement(Searched, Sourced, Published):
    """A visit, a meeting, an event or a letter."""

    class Kind(models.TextChoices):
        INCOMING_VISIT = "incoming_visit", _("incoming visit")
        OUTGOING_VISIT = "outgoing_visit", _("outgoing visit")
        MEETING = "meeting", _("meeting")
        SIGNING = "signing", _("signing")
        FESTIVAL = "festival", _("festival or cultural week")
        ONLINE_MEETING = "online_meeting", _("online meeting")
        LETTER = "letter", _("letter")

    UNSHOWN = ("report", "result", "next_steps")

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
    report = CanonicalTextField(_("what happened"), blank=True)
    result = CanonicalTextField(
        _("what came of it"),
        blank=True,
        help_text=_("Say so too if nothing came of it."),
    )
    next_steps = CanonicalTextField(
        _("what comes next"),
        blank=True,
        help_text=_("What has a day and a person belongs in the follow-ups below."),
    )
    cancelled_on = DateField(_("cancelled on"), null=True, blank=True)
    cancellation_reason = CanonicalTextField(_("reason for cancelling"), blank=True)
    search_text = SearchTextField(sources=("title_fa", "title_en", "place"))
    searched_parts = ("participants",)

    objects = EngagementQuerySet.as_manager()
    history = History(m2m_fields=("cities", "organisations", "themes"))

    class Meta:
        verbose_name = _("engagement")
        verbose_name_plural = _("engagements")
        ordering = [F("starts_on").desc(nulls_last=True), "-pk"]
        # The list begins with the newest, and is narrowed to periods.
        indexes = [models.Index(fields=["starts_on"], name="engagement_day")]
        constraints = [
            models.CheckConstraint(
                condition=Q(is_date_unknown=False)
                | Q(starts_on=None, ends_on=None, cancelled_on=None),
                name="engagement_date_known_or_not",
                violation_error_code="starts_on",
                violation_error_message=_(
                    "Give the dates or say that they are not recorded, not both."
                ),
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None)
                | Q(starts_on__isnull=False, ends_on__gte=F("starts_on")),
                name="engagement_ends_after_start",
                violation_error_code="ends_on",
                violation_error_message=_("The end cannot come before the start."),
            ),
            models.CheckConstraint(
                condition=Q(cancelled_on=None) | ~Q(cancellation_reason=""),
                name="engagement_cancelled_with_reason",
                violation_error_code="cancellation_reason",
                violation_error_message=_("Say why it was cancelled."),
            ),
        ]

    def __str__(self):
        return called(self, "title")

    def get_absolute_url(self):
        return address("engagement_detail", self.pk)

    @property
    def is_reported(self) -> bool:
        return bool(self.report and self.result and self.next_steps)

    def owes_report(self, on: datetime.date | None = None) -> bool:
        """The row's twin of `owing_report()`."""
        last_day = self.ends_on or self.starts_on
        return bool(
            last_day
            and last_day < (on or timezone.localdate())
            and not self.cancelled_on
            and self.kind != self.Kind.LETTER
            and not self.is_reported
        )


class Participant(SearchedPart):
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

    searched_in = ("name", "post")
    searched_with = "engagement"

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
        return listed(self.name, self.post)

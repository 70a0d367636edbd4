import datetime
from dataclasses import dataclass

from django.db import models
from django.db.models import Count, F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kashan_diplomacy.fields import (
    CanonicalCharField,
    CanonicalTextField,
    DateField,
    SearchTextField,
)
from kashan_diplomacy.jalali import numeric_fa
from kashan_diplomacy.records import Sourced

from .agreements import Agreement, Side
from .engagements import Engagement
from .organisations import Organisation
from .themes import Theme


class Obligation(Sourced):
    """What one or both sides took upon themselves in an article of an agreement."""

    class Category(models.TextChoices):
        FESTIVAL = "festival", _("festival and cultural week")
        ECONOMY = "economy", _("economy and industry")
        EXPERIENCE = "experience", _("exchange of experience")
        TRAINING = "training", _("training")
        TOURISM = "tourism", _("tourism")
        OTHER = "other", _("other")

    class Priority(models.TextChoices):
        NORMAL = "normal", _("normal")
        HIGH = "high", _("high")

    agreement = models.ForeignKey(
        Agreement,
        on_delete=models.PROTECT,
        related_name="obligations",
        verbose_name=_("agreement"),
    )
    article = CanonicalCharField(
        _("article"),
        max_length=40,
        blank=True,
        help_text=_("The clause of the text that lays this obligation down."),
    )
    side = models.CharField(_("side"), max_length=10, choices=Side.choices)
    category = models.CharField(_("category"), max_length=20, choices=Category.choices)
    title_fa = CanonicalCharField(_("title in Persian"), max_length=250)
    title_en = CanonicalCharField(_("title in English"), max_length=250)
    themes = models.ManyToManyField(
        Theme, related_name="obligations", blank=True, verbose_name=_("themes")
    )
    responsible_organisation = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="obligations",
        verbose_name=_("responsible organisation"),
    )
    priority = models.CharField(
        _("priority"),
        max_length=10,
        choices=Priority.choices,
        default=Priority.NORMAL,
    )
    search_text = SearchTextField(sources=("title_fa", "title_en"))

    class Meta:
        verbose_name = _("obligation")
        verbose_name_plural = _("obligations")
        ordering = ["agreement", "article", "pk"]

    def __str__(self):
        return self.title_fa


@dataclass(frozen=True)
class Promises:
    """Milestones of one side that were due up to a day, by what came of them.

    A waived milestone no longer binds, so it is counted apart and is not due.
    """

    met: int = 0
    partly: int = 0
    not_met: int = 0
    waived: int = 0
    overdue: int = 0

    @property
    def due(self) -> int:
        return self.met + self.partly + self.not_met + self.overdue

    @property
    def kept(self) -> int:
        return self.met

    @property
    def missed(self) -> int:
        """Due and not wholly kept."""
        return self.due - self.kept

    @property
    def kept_share(self) -> float | None:
        return self.kept / self.due if self.due else None

    def __add__(self, other: "Promises") -> "Promises":
        return Promises(
            self.met + other.met,
            self.partly + other.partly,
            self.not_met + other.not_met,
            self.waived + other.waived,
            self.overdue + other.overdue,
        )


class MilestoneQuerySet(models.QuerySet):
    def published(self, on: datetime.date | None = None):
        """Those of agreements, with partners, that the public may see on day `on`."""
        on = on or timezone.localdate()
        return self.filter(
            obligation__agreement__published_on__lte=on,
            obligation__agreement__city__published_on__lte=on,
        )

    def binding(self, on: datetime.date | None = None):
        """Those of agreements signed by day `on`: a draft promises nothing."""
        signed = Agreement.objects.signed(on).values("pk")
        return self.filter(obligation__agreement__in=signed)

    def due(self, on: datetime.date | None = None):
        """Binding and due on or before `on`, whatever came of them."""
        return self.binding(on).filter(due_on__lte=on or timezone.localdate())

    def undecided(self, on: datetime.date | None = None):
        """Neither met nor otherwise decided by the end of day `on`."""
        on = on or timezone.localdate()
        return self.filter(
            Q(verdict="") | Q(met_on__gt=on) | Q(met_on=None, reviewed_on__gt=on)
        )

    def overdue(self, on: datetime.date | None = None):
        """Due before day `on` and undecided: on its due day a milestone is not late."""
        on = on or timezone.localdate()
        return self.due(on).undecided(on).filter(due_on__lt=on)

    def promises(self, on: datetime.date | None = None) -> dict[str, Promises]:
        """What came of the milestones due by `on`, for Kashan and for the partner.

        An obligation of both sides counts for each. A verdict reached after `on` is
        not known on that day: the milestone then counts as overdue. One that is due
        on `on` itself and still undecided is left out: its day is not over.
        """
        on = on or timezone.localdate()
        decided = ~Q(verdict="") & (
            Q(met_on__lte=on) | Q(met_on=None, reviewed_on__lte=on)
        )
        rows = (
            self.due(on)
            .order_by()
            .values(owed_by=F("obligation__side"))
            .annotate(
                **{
                    verdict: Count("pk", filter=decided & Q(verdict=verdict))
                    for verdict in Milestone.Verdict.values
                },
                overdue=Count("pk", filter=~decided & Q(due_on__lt=on)),
            )
        )
        by_side = {row.pop("owed_by"): Promises(**row) for row in rows}
        both = by_side.get(Side.BOTH, Promises())
        return {
            side.value: by_side.get(side, Promises()) + both
            for side in (Side.KASHAN, Side.PARTNER)
        }


class Milestone(Sourced):
    """A dated promise: the day by which (part of) an obligation is to be done."""

    class Verdict(models.TextChoices):
        MET = "met", _("met")
        PARTLY = "partly", _("partly met")
        NOT_MET = "not_met", _("not met")
        WAIVED = "waived", _("waived")

    obligation = models.ForeignKey(
        Obligation,
        on_delete=models.PROTECT,
        related_name="milestones",
        verbose_name=_("obligation"),
    )
    due_on = DateField(_("due on"), db_index=True)
    original_due_on = DateField(
        _("first due on"),
        editable=False,
        help_text=_("The day first promised; it never changes."),
    )
    moved_reason = CanonicalTextField(_("reason for moving the date"), blank=True)
    verdict = models.CharField(
        _("verdict"), max_length=10, choices=Verdict.choices, blank=True
    )
    verdict_reason = CanonicalTextField(_("reason for the verdict"), blank=True)
    met_on = DateField(_("met on"), null=True, blank=True)
    evidence = CanonicalTextField(
        _("evidence"),
        blank=True,
        help_text=_("What shows that it was done: a report, a link, a letter number."),
    )
    reviewed_on = DateField(
        _("reviewed on"),
        null=True,
        blank=True,
        help_text=_("When somebody last looked into it and judged it."),
    )
    engagement = models.ForeignKey(
        Engagement,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="milestones",
        verbose_name=_("engagement"),
        help_text=_("The visit or event by which it was met."),
    )

    objects = MilestoneQuerySet.as_manager()

    class Meta:
        verbose_name = _("milestone")
        verbose_name_plural = _("milestones")
        ordering = ["due_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(due_on=F("original_due_on")) | ~Q(moved_reason=""),
                name="milestone_moved_with_reason",
                violation_error_message=_("Say why the due date was moved."),
            ),
            models.CheckConstraint(
                condition=Q(verdict__in=["met", "partly"], met_on__isnull=False)
                | (~Q(verdict__in=["met", "partly"]) & Q(met_on=None)),
                name="milestone_met_has_date",
                violation_error_message=_(
                    "A milestone that was met, or partly met, needs the day it was met;"
                    " no other has one."
                ),
            ),
            models.CheckConstraint(
                condition=~Q(verdict="met") | ~Q(evidence=""),
                name="milestone_met_has_evidence",
                violation_error_message=_("A milestone that was met needs evidence."),
            ),
            models.CheckConstraint(
                condition=Q(verdict__in=["", "met"])
                | (~Q(verdict_reason="") & Q(reviewed_on__isnull=False)),
                name="milestone_verdict_has_reason",
                violation_error_message=_(
                    "A milestone that was not wholly met, or was waived, needs a reason"
                    " and the day it was reviewed."
                ),
            ),
        ]

    def __str__(self):
        return f"{self.obligation}، {numeric_fa(self.due_on)}"

    def save(self, *args, **kwargs):
        if self._state.adding:
            self.original_due_on = self.due_on
        super().save(*args, **kwargs)

    def is_overdue(self, on: datetime.date | None = None) -> bool:
        """Due before day `on` and undecided on it; the row's twin of `overdue()`."""
        on = on or timezone.localdate()
        return self.due_on < on and not self.is_decided(on)

    def is_decided(self, on: datetime.date) -> bool:
        decided_on = self.met_on or self.reviewed_on
        return bool(self.verdict and decided_on and decided_on <= on)

import datetime

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kashan_diplomacy.fields import CanonicalTextField, DateField
from kashan_diplomacy.history import History, current_user
from kashan_diplomacy.names import called_day, listed, moved
from kashan_diplomacy.records import Sourced, hold_as_read

from .engagements import Engagement
from .obligations import Obligation
from .promises import MilestoneQuerySet


class Milestone(Sourced):
    """A dated promise: the day by which (part of) an obligation is to be done."""

    class Verdict(models.TextChoices):
        MET = "met", _("met")
        PARTLY = "partly", _("partly met")
        NOT_MET = "not_met", _("not met")
        WAIVED = "waived", _("waived")

    #: What a second person confirms.
    GROUNDS = ("verdict", "met_on", "evidence", "evidence_document_id")

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
    evidence_document = models.ForeignKey(
        "Document",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="proves",
        verbose_name=_("document as evidence"),
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

    verdict_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("recorded by"),
        editable=False,
    )
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("confirmed by"),
        editable=False,
    )
    confirmed_on = DateField(_("confirmed on"), null=True, blank=True, editable=False)

    objects = MilestoneQuerySet.as_manager()
    history = History()

    class Meta:
        verbose_name = _("milestone")
        verbose_name_plural = _("milestones")
        ordering = ["due_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["obligation", "original_due_on"],
                name="milestone_once_per_day",
                violation_error_message=_(
                    "This obligation already has a milestone on this day."
                ),
            ),
            models.CheckConstraint(
                condition=Q(due_on=F("original_due_on")) | ~Q(moved_reason=""),
                name="milestone_moved_with_reason",
                violation_error_code="moved_reason",
                violation_error_message=_("Say why the due date was moved."),
            ),
            models.CheckConstraint(
                condition=Q(verdict__in=["met", "partly"], met_on__isnull=False)
                | (~Q(verdict__in=["met", "partly"]) & Q(met_on=None)),
                name="milestone_met_has_date",
                violation_error_code="met_on",
                violation_error_message=_(
                    "A milestone that was met, or partly met, needs the day it was met;"
                    " no other has one."
                ),
            ),
            models.CheckConstraint(
                condition=~Q(verdict="met")
                | ~Q(evidence="")
                | Q(evidence_document__isnull=False),
                name="milestone_met_has_evidence",
                violation_error_code="evidence",
                violation_error_message=_("A milestone that was met needs evidence."),
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by=None, confirmed_on=None)
                | Q(
                    confirmed_by__isnull=False,
                    confirmed_on__isnull=False,
                    verdict_by__isnull=False,
                    verdict="met",
                )
                & ~Q(confirmed_by=F("verdict_by")),
                name="milestone_confirmed_by_another",
                violation_error_message=_(
                    "What was met is confirmed by somebody other than who recorded it."
                ),
            ),
            models.CheckConstraint(
                condition=Q(verdict__in=["", "met"])
                | (~Q(verdict_reason="") & Q(reviewed_on__isnull=False)),
                name="milestone_verdict_has_reason",
                violation_error_code="verdict_reason",
                violation_error_message=_(
                    "A milestone that was not wholly met, or was waived, needs a reason"
                    " and the day it was reviewed."
                ),
            ),
        ]

    def __str__(self):
        return listed(str(self.obligation), called_day(self.due_on))

    def clean(self):
        today = timezone.localdate()
        for name in ("met_on", "reviewed_on"):
            if (day := getattr(self, name)) and day > today:
                raise ValidationError({name: _("The date is in the future.")})
        if stored := self._stored():
            self._stay_what_was_promised(stored)
        if self._state.adding and self.obligation_id:
            twins = self.obligation.milestones.filter(original_due_on=self.due_on)
            if twins.exists():
                message = _("This obligation already has a milestone on this day.")
                raise ValidationError({"due_on": message})

    def save(self, *args, **kwargs):
        if stored := self._stored():
            self._stay_what_was_promised(stored)
        if self._state.adding:
            self.original_due_on = self.due_on
        is_moved = stored is not None and self.due_on != stored.due_on
        self._note_who_judged(stored)
        with transaction.atomic():
            super().save(*args, **kwargs)
            if is_moved:
                self.moves.create(
                    moved_from=stored.due_on,
                    moved_to=self.due_on,
                    reason=self.moved_reason,
                    moved_by=current_user(),
                )

    def confirm(self, by, on: datetime.date | None = None):
        """Say, as a second person, that it was met; ValidationError if `by` is not one,
        or if the grounds are no longer those that were read.
        """
        with transaction.atomic():
            hold_as_read(self, self.GROUNDS)
            self.confirmed_by, self.confirmed_on = by, on or timezone.localdate()
            self.full_clean()
            self.save()

    def is_overdue(self, on: datetime.date | None = None) -> bool:
        """Due before day `on` and undecided on it; the row's twin of `overdue()`."""
        on = on or timezone.localdate()
        return self.due_on < on and not self.is_decided(on)

    def is_looked_at(self, on: datetime.date | None = None) -> bool:
        """Looked into since it was due; the row's twin of not being `forgotten()`."""
        on = on or timezone.localdate()
        return bool(self.reviewed_on and self.due_on < self.reviewed_on <= on)

    def is_decided(self, on: datetime.date) -> bool:
        decided_on = self.met_on or self.reviewed_on
        return bool(self.verdict and decided_on and decided_on <= on)

    @property
    def is_moved(self) -> bool:
        """Whether it is due on another day than was promised first."""
        return self.due_on != self.original_due_on

    def is_due(self, on: datetime.date) -> bool:
        """Binding, and due on or before day `on`; the row's twin of `due()`."""
        agreement = self.obligation.agreement
        is_over = agreement.is_over_before(self.due_on, on)
        return self.due_on <= on and agreement.is_signed(on) and not is_over

    def result(self, on: datetime.date) -> str | None:
        """The field of `Promises` that it counts in on day `on`, None while it is not
        due; the row's twin of `due().with_result()`."""
        if not self.is_due(on):
            return None
        if self.is_unconfirmed(on):
            return "unconfirmed"
        if self.is_decided(on):
            return self.verdict
        return "overdue" if self.is_overdue(on) else None

    def is_unconfirmed(self, on: datetime.date | None = None) -> bool:
        """Met, but still to be confirmed; the row's twin of `unconfirmed()`."""
        on = on or timezone.localdate()
        is_confirmed = self.confirmed_on and self.confirmed_on <= on
        is_met = self.verdict == self.Verdict.MET and self.is_decided(on)
        is_high = self.obligation.priority == Obligation.Priority.HIGH
        return is_met and is_high and not is_confirmed

    def _stored(self) -> "Milestone | None":
        if self._state.adding:
            return None
        return Milestone.objects.filter(pk=self.pk).first()

    def _stay_what_was_promised(self, stored):
        """Its verdict and who confirmed it are about this obligation and no other; and
        each move of its day has a reason of its own."""
        if self.obligation_id != stored.obligation_id:
            message = _("A milestone keeps its obligation: record another milestone.")
            raise ValidationError({"obligation": message})
        is_moved = self.due_on != stored.due_on
        if is_moved and self.moved_reason in ("", stored.moved_reason):
            message = _("Say why the due date is moved this time.")
            raise ValidationError({"moved_reason": message})

    def _note_who_judged(self, stored):
        """A new verdict, or new grounds for it, has to be confirmed anew."""
        is_new = stored is None or any(
            getattr(self, name) != getattr(stored, name) for name in self.GROUNDS
        )
        if is_new and stored:
            self.confirmed_by = self.confirmed_on = None
        if not self.verdict:
            self.verdict_by = None
        elif is_new or not self.verdict_by:
            self.verdict_by = current_user() or self.verdict_by


class MilestoneMove(models.Model):
    """One move of a due date: from which day, to which, why and by whom."""

    milestone = models.ForeignKey(
        Milestone,
        on_delete=models.CASCADE,
        related_name="moves",
        verbose_name=_("milestone"),
    )
    moved_from = DateField(_("moved from"))
    moved_to = DateField(_("moved to"))
    reason = CanonicalTextField(_("reason"))
    moved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("moved by"),
    )
    moved_at = models.DateTimeField(_("moved at"), auto_now_add=True)

    class Meta:
        verbose_name = _("move of a milestone")
        verbose_name_plural = _("moves of milestones")
        ordering = ["milestone", "pk"]

    def __str__(self):
        return moved(called_day(self.moved_from), called_day(self.moved_to))

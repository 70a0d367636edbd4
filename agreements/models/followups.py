import datetime
from functools import reduce
from operator import or_

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kashan_diplomacy.fields import (
    CanonicalCharField,
    CanonicalTextField,
    DateField,
    SearchTextField,
)
from kashan_diplomacy.names import called_day, moved
from kashan_diplomacy.persian import canonical
from kashan_diplomacy.records import Sourced
from kashan_diplomacy.search_index import Searched

from .engagements import Engagement
from .memberships import Membership
from .obligations import Obligation
from .organisations import Organisation

ORIGINS = ("engagement", "obligation", "membership")


def _origin_key(model, label):
    return models.ForeignKey(
        model,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="follow_ups",
        verbose_name=label,
    )


def _only_origin(name: str) -> Q:
    return Q(**{f"{origin}__isnull": origin != name for origin in ORIGINS})


class FollowUpQuerySet(models.QuerySet):
    def open(self, on: datetime.date | None = None):
        """Not done by the end of day `on`."""
        return self.exclude(done_on__lte=on or timezone.localdate())

    def overdue(self, on: datetime.date | None = None):
        on = on or timezone.localdate()
        return self.open(on).filter(due_on__lt=on)

    def waiting_for(self, user):
        """Open ones that `user` has taken on."""
        return self.open().filter(owner=user)


class FollowUp(Searched, Sourced):
    """What was promised orally, and whether it was done: one tracker for all of it.

    It arises from exactly one engagement, obligation or membership. A due date once
    set is moved by `move()` alone, which keeps the reason; the admin's form does the
    same by filling in `move_reason` and `moved_by` before it saves.
    """

    engagement = _origin_key(Engagement, _("engagement"))
    obligation = _origin_key(Obligation, _("obligation"))
    membership = _origin_key(Membership, _("membership"))
    action = CanonicalCharField(_("action"), max_length=300)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        limit_choices_to={"is_staff": True},
        related_name="follow_ups",
        verbose_name=_("owner"),
        help_text=_("Who of us sees to it. Without one, the head of the centre does."),
    )
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

    #: Why and by whom the due date is being moved, for the save that moves it.
    move_reason = ""
    moved_by = None

    objects = FollowUpQuerySet.as_manager()

    class Meta:
        verbose_name = _("follow-up")
        verbose_name_plural = _("follow-ups")
        ordering = [F("due_on").asc(nulls_last=True), "pk"]
        # The list begins with what is due first, and is narrowed to periods.
        indexes = [models.Index(fields=["due_on"], name="follow_up_day")]
        constraints = [
            models.CheckConstraint(
                condition=reduce(or_, map(_only_origin, ORIGINS)),
                name="follow_up_has_one_origin",
                violation_error_message=_(
                    "Name one origin: an engagement, an obligation or a membership."
                ),
            ),
            models.CheckConstraint(
                condition=Q(done_on=None) | ~Q(what_was_done=""),
                name="follow_up_done_says_what",
                violation_error_code="what_was_done",
                violation_error_message=_("Say what was done."),
            ),
        ]

    def __str__(self):
        return self.action

    @property
    def origin(self) -> Engagement | Obligation | Membership | None:
        return self.engagement or self.obligation or self.membership

    def is_done(self, on: datetime.date | None = None) -> bool:
        """By the end of day `on`; the row's twin of not being `open()`."""
        return self.done_on is not None and self.done_on <= (on or timezone.localdate())

    def is_overdue(self, on: datetime.date | None = None) -> bool:
        """The row's twin of `overdue()`."""
        on = on or timezone.localdate()
        return self.due_on is not None and self.due_on < on and not self.is_done(on)

    def clean(self) -> None:
        stored = self._stored_due_on()
        if stored and stored != self.due_on and not canonical(self.move_reason):
            raise ValidationError({"due_on": _("Say why the due date is moved.")})

    def move(self, to: datetime.date | None, *, reason: str, by) -> None:
        """Set another due date (None: none at all), saying why; ValidationError if
        the reason is empty."""
        self.due_on, self.move_reason, self.moved_by = to, reason, by
        self.save(update_fields=["due_on"])

    def save(self, *args, **kwargs):
        with transaction.atomic():
            updated = kwargs.get("update_fields")
            stored = None
            if updated is None or "due_on" in updated:
                stored = self._stored_due_on()
            if stored and stored != self.due_on:
                self._record_move(stored)
            super().save(*args, **kwargs)

    def _stored_due_on(self) -> datetime.date | None:
        if self._state.adding:
            return None
        rows = FollowUp.objects.filter(pk=self.pk).order_by()
        return rows.values_list("due_on", flat=True).first()

    def _record_move(self, stored: datetime.date) -> None:
        move = FollowUpMove(
            follow_up=self,
            from_on=stored,
            to_on=self.due_on,
            reason=self.move_reason,
            moved_by=self.moved_by,
        )
        move.full_clean()
        move.save()
        self.move_reason, self.moved_by = "", None


class FollowUpMove(models.Model):
    """A due date moved: from, to, why, by whom, when. Kept for good."""

    follow_up = models.ForeignKey(
        FollowUp,
        on_delete=models.PROTECT,
        related_name="moves",
        verbose_name=_("follow-up"),
    )
    from_on = DateField(_("from"))
    to_on = DateField(_("to"), null=True, blank=True)
    reason = CanonicalTextField(_("reason"))
    moved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("moved by"),
    )
    moved_at = models.DateTimeField(_("moved at"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("move of a follow-up's due date")
        verbose_name_plural = _("moves of follow-ups' due dates")
        ordering = ["follow_up", "moved_at", "pk"]
        default_permissions = ("view",)
        constraints = [
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="follow_up_move_has_reason",
                violation_error_message=_("Say why the due date is moved."),
            ),
            models.CheckConstraint(
                condition=Q(to_on__isnull=True) | ~Q(to_on=F("from_on")),
                name="follow_up_move_goes_elsewhere",
                violation_error_message=_("The due date is moved to another day."),
            ),
        ]

    def __str__(self):
        return moved(
            called_day(self.from_on), called_day(self.to_on) if self.to_on else "—"
        )

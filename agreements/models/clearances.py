import datetime
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kashan_diplomacy.fields import CanonicalCharField, CanonicalTextField, DateField
from kashan_diplomacy.history import History
from kashan_diplomacy.records import Sourced
from kashan_diplomacy.search_index import Searched

from .agreements import Agreement
from .documents import Document
from .organisations import Organisation


class Wait(NamedTuple):
    """How long one authority took, in days."""

    authority: Organisation
    decided: int
    mean_days: int | None
    longest_days: int
    waiting: int
    waiting_days: int


class ClearanceQuerySet(models.QuerySet):
    def asked(self, on: datetime.date | None = None):
        return self.filter(requested_on__lte=on or timezone.localdate())

    def waiting(self, on: datetime.date | None = None):
        """Asked for and not decided by the end of day `on`."""
        on = on or timezone.localdate()
        return self.asked(on).filter(Q(decided_on=None) | Q(decided_on__gt=on))

    def waits(self, on: datetime.date | None = None) -> list[Wait]:
        """Per authority: the days that decisions took, and the longest still open."""
        on = on or timezone.localdate()
        by_authority: dict[Organisation, list[Clearance]] = {}
        clearances = self.asked(on).select_related("authority")
        for clearance in clearances.order_by("authority__name_sort", "authority_id"):
            by_authority.setdefault(clearance.authority, []).append(clearance)
        return [_wait(*row, on) for row in by_authority.items()]


def _wait(authority, clearances, on) -> Wait:
    decided = [each.days_waited(on) for each in clearances if each.is_decided(on)]
    waiting = [each.days_waited(on) for each in clearances if not each.is_decided(on)]
    return Wait(
        authority,
        decided=len(decided),
        mean_days=round(sum(decided) / len(decided)) if decided else None,
        longest_days=max(decided, default=0),
        waiting=len(waiting),
        waiting_days=max(waiting, default=0),
    )


class Clearance(Searched, Sourced):
    """What an authority was asked and said about one text, known by its SHA-256.

    Silence never clears: without a decision there is no clearance, however old the
    request is.
    """

    searched_in = ("letter_number",)

    class Decision(models.TextChoices):
        GRANTED = "granted", _("cleared")
        CONDITIONAL = "conditional", _("cleared on conditions")
        REFUSED = "refused", _("refused")

    agreement = models.ForeignKey(
        Agreement,
        on_delete=models.PROTECT,
        related_name="clearances",
        verbose_name=_("agreement"),
    )
    authority = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        related_name="clearances",
        limit_choices_to=Q(clears_foreign=True) | Q(clears_domestic=True),
        verbose_name=_("authority"),
    )
    document = models.ForeignKey(
        Document,
        on_delete=models.PROTECT,
        related_name="clearances",
        verbose_name=_("text"),
        help_text=_("The exact text that was sent. The clearance covers no other."),
    )
    sha256 = models.CharField(_("SHA-256"), max_length=64, editable=False)
    requested_on = DateField(_("requested on"))
    decided_on = DateField(_("decided on"), null=True, blank=True)
    decision = models.CharField(
        _("decision"), max_length=12, choices=Decision.choices, blank=True
    )
    letter_number = CanonicalCharField(_("letter number"), max_length=60, blank=True)
    scope = CanonicalTextField(_("scope"), blank=True)
    conditions = CanonicalTextField(_("conditions"), blank=True)
    valid_until = DateField(
        _("valid until"),
        null=True,
        blank=True,
        help_text=_("Last day on which it counts; empty: it does not run out."),
    )

    objects = ClearanceQuerySet.as_manager()
    history = History()

    class Meta:
        verbose_name = _("clearance")
        verbose_name_plural = _("clearances")
        ordering = ["requested_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["authority", "document"],
                condition=Q(decision=""),
                name="clearance_asked_once_at_a_time",
                violation_error_message=_(
                    "This authority has already been asked about this text."
                ),
            ),
            models.CheckConstraint(
                condition=Q(decision="", decided_on=None)
                | (~Q(decision="") & Q(decided_on__isnull=False)),
                name="clearance_decision_has_date",
                violation_error_code="decided_on",
                violation_error_message=_(
                    "A decision needs its date, and a date its decision."
                ),
            ),
            models.CheckConstraint(
                condition=Q(decided_on=None) | Q(decided_on__gte=F("requested_on")),
                name="clearance_decided_after_request",
                violation_error_code="decided_on",
                violation_error_message=_(
                    "A clearance cannot be decided before it is requested."
                ),
            ),
            models.CheckConstraint(
                condition=Q(decision__in=["", "refused"]) | ~Q(letter_number=""),
                name="clearance_granted_by_letter",
                violation_error_code="letter_number",
                violation_error_message=_("Give the number of the letter that clears."),
            ),
            models.CheckConstraint(
                condition=~Q(decision="conditional") | ~Q(conditions=""),
                name="clearance_says_its_conditions",
                violation_error_code="conditions",
                violation_error_message=_("Write down the conditions."),
            ),
            models.CheckConstraint(
                condition=Q(valid_until=None)
                | Q(decided_on__isnull=False, valid_until__gte=F("decided_on")),
                name="clearance_valid_after_decision",
                violation_error_code="valid_until",
                violation_error_message=_(
                    "A clearance cannot run out before it is decided."
                ),
            ),
        ]

    def __str__(self):
        return f"{self.authority}: {self.agreement}"

    def clean(self):
        self._refuse_another_text()
        if self.document_id and self.document.agreement_id != self.agreement_id:
            raise ValidationError(
                {"document": _("This is not a text of the agreement.")}
            )

    def save(self, *args, **kwargs):
        stored = self._refuse_another_text()
        if not (stored and stored.decision):
            self.sha256 = self.document.sha256
        super().save(*args, **kwargs)

    def _refuse_another_text(self) -> "Clearance | None":
        """The row as it is stored; a decided one keeps the text it was decided on."""
        stored = Clearance.objects.filter(pk=self.pk).first() if self.pk else None
        if stored and stored.decision and stored.document_id != self.document_id:
            raise ValidationError(
                {
                    "document": _(
                        "It was decided about another text. Request a new clearance."
                    )
                }
            )
        return stored

    def is_decided(self, on: datetime.date) -> bool:
        return bool(self.decided_on and self.decided_on <= on)

    def days_waited(self, on: datetime.date | None = None) -> int:
        """Days from the request to the decision, or to `on` while there is none."""
        on = on or timezone.localdate()
        until = self.decided_on if self.is_decided(on) else on
        return (until - self.requested_on).days

    def covers(self, text: Document | None, on: datetime.date) -> bool:
        """Whether it allows this very text to be signed on day `on`."""
        is_yes = self.is_decided(on) and self.decision != self.Decision.REFUSED
        return is_yes and self.is_about(text) and not self.has_run_out(on)

    def is_about(self, text: Document | None) -> bool:
        return text is not None and self.sha256 == text.sha256

    def has_run_out(self, on: datetime.date) -> bool:
        return bool(self.valid_until and self.valid_until < on)

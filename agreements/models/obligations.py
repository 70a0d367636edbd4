import datetime

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kashan_diplomacy.fields import (
    CanonicalCharField,
    DateField,
    SearchTextField,
)
from kashan_diplomacy.history import History
from kashan_diplomacy.jalali import add_months
from kashan_diplomacy.names import called, listed
from kashan_diplomacy.records import Sourced
from kashan_diplomacy.search_index import Searched
from kashan_diplomacy.templatetags.persian import jalali

from .agreements import Agreement, Side
from .organisations import Organisation
from .themes import Theme


class ObligationQuerySet(models.QuerySet):
    def repeating(self):
        return self.filter(repeats_every_months__isnull=False)

    def plan(self, on: datetime.date | None = None) -> int:
        """Plan what repeats, as each one's `plan()`; the number of new milestones."""
        repeating = self.repeating().select_related("agreement__amends")
        return sum(len(obligation.plan(on)) for obligation in repeating)


class Obligation(Searched, Sourced):
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
    repeats_every_months = models.PositiveSmallIntegerField(
        _("repeats every … months"),
        null=True,
        blank=True,
        help_text=_("Its milestones are planned to the end of the current term."),
    )
    first_due_on = DateField(_("first due on"), null=True, blank=True)
    search_text = SearchTextField(sources=("title_fa", "title_en"))

    objects = ObligationQuerySet.as_manager()
    history = History(m2m_fields=("themes",))

    class Meta:
        verbose_name = _("obligation")
        verbose_name_plural = _("obligations")
        ordering = ["agreement", "article", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(repeats_every_months=None, first_due_on=None)
                | Q(
                    repeats_every_months__isnull=False,
                    repeats_every_months__gt=0,
                    first_due_on__isnull=False,
                ),
                name="obligation_repeats_from_a_day",
                violation_error_message=_(
                    "What repeats needs a first due date and at least one month."
                ),
            ),
        ]

    def __str__(self):
        return called(self, "title")

    def clean(self):
        stored = Obligation.objects.filter(pk=self.pk).first() if self.pk else None
        self._keep_what_is_planned(stored)
        self._await_who_confirms(stored)
        self._start_with_the_agreement(stored)

    def _keep_what_is_planned(self, stored):
        """What is planned stays planned, else a change would double the series."""
        schedule = ("repeats_every_months", "first_due_on")
        changed = [
            name
            for name in schedule
            if stored and getattr(stored, name) not in (None, getattr(self, name))
        ]
        if changed and self.milestones.exists():
            message = _(
                "Its milestones are planned already: move them, or record the new"
                " schedule as an obligation of its own."
            )
            raise ValidationError(dict.fromkeys(changed, message))

    def _await_who_confirms(self, stored):
        """What a second person has still to confirm is not made to count without."""
        if not stored or self.priority == stored.priority:
            return
        days = self.milestones.unconfirmed().values_list("due_on", flat=True)
        if found := listed(*map(jalali, days)):
            message = _(
                "The priority stays high until a second person has confirmed what was"
                " met. Not yet confirmed is what was due on: %(days)s."
            )
            error = ValidationError(message, params={"days": found})
            raise ValidationError({"priority": error})

    def _start_with_the_agreement(self, stored):
        """Checked where the day or the agreement is new: what is planned is past it."""
        promise = (self.agreement_id, self.first_due_on)
        is_new = not stored or promise != (stored.agreement_id, stored.first_due_on)
        starts_on = self.agreement.starts_on if self.agreement_id else None
        if is_new and starts_on and self.first_due_on and self.first_due_on < starts_on:
            message = _(
                "The agreement takes effect on %(day)s: nothing falls due before it."
            )
            raise ValidationError(
                {
                    "first_due_on": ValidationError(
                        message, params={"day": jalali(starts_on)}
                    )
                }
            )

    def plan(self, on: datetime.date | None = None) -> list:
        """Add the milestones still missing up to the end of the term running on `on`.

        Each is known by the day first promised, so that none is planned twice, moved or
        not. A draft promises nothing yet, so nothing is planned for it.
        """
        planned = []
        for day in self._days_due(on or timezone.localdate()):
            milestone, is_new = self.milestones.get_or_create(
                original_due_on=day, defaults=self._due(day)
            )
            if is_new:
                planned.append(milestone)
        return planned

    def unsaved_plan(self) -> list:
        """The milestones that `plan()` would add today to a new obligation."""
        return [
            self.milestones.model(
                obligation=self, original_due_on=day, **self._due(day)
            )
            for day in self._days_due(timezone.localdate())
        ]

    def _due(self, day):
        return {
            "due_on": day,
            "source": self.source,
            "is_illustrative": self.is_illustrative,
        }

    def _days_due(self, on):
        """Counted from the first day, so that a short month makes no drift.

        None before the agreement takes effect, which may be dated after the promise.
        """
        if not (self.repeats_every_months and self.agreement.is_signed(on)):
            return
        start = self.agreement.starts_on or self.first_due_on
        end, day, count = self.agreement.planning_end(on), self.first_due_on, 0
        while day <= end:
            if day >= start:
                yield day
            count += 1
            day = add_months(self.first_due_on, count * self.repeats_every_months)

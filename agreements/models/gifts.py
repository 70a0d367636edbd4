from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kashan_diplomacy.fields import (
    CanonicalCharField,
    DateField,
    RialField,
    SearchTextField,
)
from kashan_diplomacy.history import History
from kashan_diplomacy.names import called
from kashan_diplomacy.records import Published, PublishedQuerySet, Sourced
from kashan_diplomacy.search_index import Searched

from .engagements import Engagement


class Gift(Searched, Sourced, Published):
    """A gift given or received in office, as the register keeps it.

    Names are text, as they were on that day. The value is an estimate in rial; an
    estimate is no movement of money, so the budget knows nothing of it.
    """

    class Direction(models.TextChoices):
        GIVEN = "given", _("given")
        RECEIVED = "received", _("received")

    direction = models.CharField(
        _("direction"), max_length=10, choices=Direction.choices
    )
    description_fa = CanonicalCharField(_("description in Persian"), max_length=250)
    description_en = CanonicalCharField(
        _("description in English"), max_length=250, blank=True
    )
    given_on = DateField(
        _("given on"),
        null=True,
        blank=True,
        help_text=_("Empty: our records do not say when."),
    )
    engagement = models.ForeignKey(
        Engagement,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="gifts",
        verbose_name=_("engagement"),
    )
    giver = CanonicalCharField(
        _("given by"), max_length=200, help_text=_("Name and post on that day.")
    )
    receiver = CanonicalCharField(
        _("received by"), max_length=200, help_text=_("Name and post on that day.")
    )
    estimated_value = RialField(
        _("estimated value"),
        null=True,
        blank=True,
        help_text=_("Empty: not estimated."),
    )
    disposition = CanonicalCharField(
        _("where it is now"),
        max_length=250,
        blank=True,
        help_text=_("On display, in store, handed to a museum, passed on, used up…"),
    )
    search_text = SearchTextField(
        sources=("description_fa", "description_en", "giver", "receiver")
    )

    objects = PublishedQuerySet.as_manager()
    history = History()

    class Meta:
        verbose_name = _("gift")
        verbose_name_plural = _("gifts")
        ordering = [F("given_on").desc(nulls_last=True), "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(estimated_value__isnull=True) | Q(estimated_value__gte=0),
                name="gift_value_not_negative",
                violation_error_message=_("A value cannot be below zero."),
            ),
        ]

    def __str__(self):
        return called(self, "description")

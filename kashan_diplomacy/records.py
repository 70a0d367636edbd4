"""Abstract models for what is true of rows in both apps: a source, a publication."""

import datetime

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kashan_diplomacy.fields import CanonicalCharField, DateField


class Sourced(models.Model):
    """A row that says where it is known from, and whether it is only an example."""

    source = CanonicalCharField(
        _("source"),
        max_length=300,
        blank=True,
        help_text=_("Where this is known from: a letter, a record, an interview."),
    )
    is_illustrative = models.BooleanField(
        _("illustrative"),
        default=False,
        help_text=_("An example and not a fact; marked so wherever it is shown."),
    )

    class Meta:
        abstract = True


class PublishedQuerySet(models.QuerySet):
    def published(self, on: datetime.date | None = None):
        """Rows the public may see on day `on` (today when not given)."""
        return self.filter(published_on__lte=on or timezone.localdate())


class Published(models.Model):
    """A row the public sees from `published_on` on; never, while that is empty."""

    published_on = DateField(
        _("published on"),
        null=True,
        blank=True,
        help_text=_("Shown on the public pages from this day on; empty: not shown."),
    )

    class Meta:
        abstract = True

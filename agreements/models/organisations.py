from django.db import models
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField

from kashan_diplomacy.fields import CanonicalCharField, SearchTextField, SortKeyField
from kashan_diplomacy.records import Sourced


class Organisation(Sourced):
    """A body that is not a city: what Kashan is a member of, hears, asks or hosts."""

    class Kind(models.TextChoices):
        INTERNATIONAL_BODY = "international_body", _("international body")
        MINISTRY = "ministry", _("ministry")
        COUNCIL = "council", _("council")
        EMBASSY = "embassy", _("embassy")
        LOCAL_INSTITUTION = "local_institution", _("local institution")

    name_fa = CanonicalCharField(_("name in Persian"), max_length=150)
    name_en = CanonicalCharField(_("name in English"), max_length=150)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    country = CountryField(
        _("country"), blank=True, help_text=_("Empty for an international body.")
    )
    website = models.URLField(_("website"), blank=True)
    name_sort = SortKeyField(source="name_fa")
    search_text = SearchTextField(sources=("name_fa", "name_en"))

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        ordering = ["name_sort", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["country", "name_fa"],
                name="organisation_once_per_country",
                violation_error_message=_(
                    "An organisation of this name is already recorded."
                ),
            ),
        ]

    def __str__(self):
        return self.name_fa

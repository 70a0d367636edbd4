from django.db import models
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField

from kashan_diplomacy.fields import CanonicalCharField, SearchTextField, SortKeyField
from kashan_diplomacy.history import History
from kashan_diplomacy.names import called
from kashan_diplomacy.records import Sourced
from kashan_diplomacy.search_index import Searched


class OrganisationQuerySet(models.QuerySet):
    def clearing(self, city):
        """Those whose clearance an agreement with this city needs."""
        return self.filter(**{_clears(city.is_domestic): True})


def _clears(domestic: bool) -> str:
    return "clears_domestic" if domestic else "clears_foreign"


class Organisation(Searched, Sourced):
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
    clears_foreign = models.BooleanField(
        _("clears foreign agreements"),
        default=False,
        help_text=_("No agreement with a city abroad is signed without its clearance."),
    )
    clears_domestic = models.BooleanField(
        _("clears domestic agreements"),
        default=False,
        help_text=_(
            "No agreement with another city in Iran is signed without its clearance."
        ),
    )
    name_sort = SortKeyField(source="name_fa")
    search_text = SearchTextField(sources=("name_fa", "name_en"))

    objects = OrganisationQuerySet.as_manager()
    history = History()

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
        return called(self, "name")

    def clears(self, city) -> bool:
        return getattr(self, _clears(city.is_domestic))

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField

from kashan_diplomacy.addresses import address
from kashan_diplomacy.fields import (
    CanonicalCharField,
    CanonicalTextField,
    SearchTextField,
    SortKeyField,
)
from kashan_diplomacy.history import History
from kashan_diplomacy.names import called
from kashan_diplomacy.records import Published, PublishedQuerySet, Sourced
from kashan_diplomacy.search_index import Searched


class City(Searched, Sourced, Published):
    """A partner city. Domestic partners are those in Iran (country IR)."""

    name_fa = CanonicalCharField(_("name in Persian"), max_length=100)
    name_en = CanonicalCharField(_("name in English"), max_length=100)
    name_local = CanonicalCharField(_("local name"), max_length=100, blank=True)
    slug = models.SlugField(_("slug"), max_length=60, unique=True)
    country = CountryField(_("country"))
    latitude = models.FloatField(_("latitude"), null=True, blank=True)
    longitude = models.FloatField(_("longitude"), null=True, blank=True)
    shares_fa = CanonicalTextField(_("what the cities share, in Persian"), blank=True)
    shares_en = CanonicalTextField(_("what the cities share, in English"), blank=True)
    website = models.URLField(_("website"), blank=True)
    name_sort = SortKeyField(source="name_fa")
    search_text = SearchTextField(sources=("name_fa", "name_en", "name_local"))

    objects = PublishedQuerySet.as_manager()
    history = History()

    class Meta:
        verbose_name = _("partner city")
        verbose_name_plural = _("partner cities")
        ordering = ["name_sort", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["country", "name_fa"],
                name="city_once_per_country",
                violation_error_message=_(
                    "A city of this name in this country is already recorded."
                ),
            ),
            models.CheckConstraint(
                condition=Q(
                    latitude__isnull=False,
                    longitude__isnull=False,
                    latitude__range=(-90, 90),
                    longitude__range=(-180, 180),
                )
                | Q(latitude=None, longitude=None),
                name="city_position_is_on_earth",
                violation_error_message=_(
                    "Give latitude (−90 to 90) and longitude (−180 to 180) together,"
                    " in degrees."
                ),
            ),
        ]

    def __str__(self):
        return called(self, "name")

    def get_absolute_url(self):
        return address("city_detail", self.slug)

    @property
    def is_domestic(self) -> bool:
        return self.country == "IR"

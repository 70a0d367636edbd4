from django.db import models
from django.utils.translation import gettext_lazy as _

from kashan_diplomacy.fields import CanonicalCharField, SearchTextField, SortKeyField
from kashan_diplomacy.names import called
from kashan_diplomacy.records import Sourced
from kashan_diplomacy.search_index import Searched


class Theme(Searched, Sourced):
    """A field of cooperation: waste management, land subsidence, tourism …"""

    name_fa = CanonicalCharField(_("name in Persian"), max_length=100, unique=True)
    name_en = CanonicalCharField(_("name in English"), max_length=100, unique=True)
    slug = models.SlugField(_("slug"), max_length=60, unique=True)
    name_sort = SortKeyField(source="name_fa")
    search_text = SearchTextField(sources=("name_fa", "name_en"))

    class Meta:
        verbose_name = _("theme")
        verbose_name_plural = _("themes")
        ordering = ["name_sort", "pk"]

    def __str__(self):
        return called(self, "name")

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from agreements.exports import EXPORTS
from agreements.models import City
from kashan_diplomacy.admin import SOURCE, ModelAdmin
from kashan_diplomacy.admin_filters import CountryFilter, PublishedFilter
from kashan_diplomacy.admin_publication import Publishes


@admin.register(City)
class CityAdmin(Publishes, ModelAdmin):
    export = EXPORTS["cities"]
    list_display = ["name", "country", "name_en", "publication"]
    list_filter = [CountryFilter, PublishedFilter, "is_illustrative"]
    search_fields = ["search_text"]
    prepopulated_fields = {"slug": ["name_en"]}
    fieldsets = [
        (
            None,
            {
                "fields": [
                    "name_fa",
                    "name_en",
                    "name_local",
                    "slug",
                    "country",
                    "website",
                ]
            },
        ),
        (_("What the cities share"), {"fields": ["shares_fa", "shares_en"]}),
        (_("On the map"), {"fields": [("latitude", "longitude")]}),
        SOURCE,
        (_("Publication"), {"fields": ["published_on"]}),
    ]

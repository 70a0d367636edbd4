from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from agreements.exports import EXPORTS
from agreements.models import Organisation
from kashan_diplomacy.admin import SOURCE, ModelAdmin
from kashan_diplomacy.admin_filters import CountryFilter
from kashan_diplomacy.admin_history import Tracked


@admin.register(Organisation)
class OrganisationAdmin(Tracked, ModelAdmin):
    export = EXPORTS["organisations"]
    list_display = ["name", "kind", "country", "name_en"]
    list_filter = [
        "kind",
        CountryFilter,
        "clears_foreign",
        "clears_domestic",
        "is_illustrative",
    ]
    search_fields = ["search_text"]
    fieldsets = [
        (None, {"fields": ["name_fa", "name_en", "kind", "country", "website"]}),
        (_("Clearances"), {"fields": [("clears_foreign", "clears_domestic")]}),
        SOURCE,
    ]

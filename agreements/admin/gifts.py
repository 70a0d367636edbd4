from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from agreements.exports import EXPORTS
from agreements.models import Gift
from kashan_diplomacy.admin import SOURCE, ModelAdmin, marked
from kashan_diplomacy.admin_filters import JalaliDateFilter, PublishedFilter
from kashan_diplomacy.admin_publication import Publishes
from kashan_diplomacy.templatetags.persian import local


@admin.register(Gift)
class GiftAdmin(Publishes, ModelAdmin):
    export = EXPORTS["gifts"]
    list_display = [
        "what",
        "direction",
        "given_on",
        "giver",
        "receiver",
        "estimated_value",
        "disposition",
        "publication",
    ]
    list_filter = [
        "direction",
        ("given_on", JalaliDateFilter),
        PublishedFilter,
        "is_illustrative",
    ]
    search_fields = ["search_text", "engagement__search_text"]
    autocomplete_fields = ["engagement"]
    fieldsets = [
        (None, {"fields": ["direction", "description_fa", "description_en"]}),
        (
            _("When, from whom, to whom"),
            {"fields": ["given_on", "engagement", "giver", "receiver"]},
        ),
        (_("Value and whereabouts"), {"fields": ["estimated_value", "disposition"]}),
        SOURCE,
        (_("Publication"), {"fields": ["published_on"]}),
    ]

    @admin.display(description=_("description"), ordering="description_fa")
    def what(self, gift):
        return marked(local(gift, "description"), gift)

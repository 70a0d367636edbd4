from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from agreements.exports import EXPORTS
from agreements.models import Document
from agreements.models.documents import OWNERS
from kashan_diplomacy.admin import ModelAdmin
from kashan_diplomacy.admin_filters import JalaliDateFilter
from kashan_diplomacy.admin_history import Tracked


@admin.register(Document)
class DocumentAdmin(Tracked, ModelAdmin):
    view_on_site = False  # the file's own link leads there
    export = EXPORTS["documents"]
    date_hierarchy = "uploaded_at"
    list_display = ["name", "kind", "language", "version", "is_public", "belongs_to"]
    list_filter = ["kind", "language", "is_public", ("uploaded_at", JalaliDateFilter)]
    list_select_related = [
        "agreement",
        "milestone__obligation",
        "engagement",
        "membership__organisation",
        "outcome",
    ]
    search_fields = [
        "name",
        "agreement__search_text",
        "engagement__search_text",
        "outcome__search_text",
    ]
    autocomplete_fields = OWNERS
    fieldsets = [
        (
            None,
            {"fields": ["file", "name", "kind", "language", "version", "is_public"]},
        ),
        (_("What it belongs to"), {"fields": OWNERS}),
        (
            _("As it arrived"),
            {"fields": ["sha256", "size", "uploaded_by", "uploaded_at"]},
        ),
    ]

    def get_readonly_fields(self, request, obj=None):
        arrival = ["sha256", "size", "uploaded_by", "uploaded_at"]
        return [*arrival, "file", *OWNERS] if obj else arrival

    @admin.display(description=_("name"), ordering="name")
    def name(self, document):
        return document.name

    @admin.display(description=_("belongs to"))
    def belongs_to(self, document):
        return document.owner

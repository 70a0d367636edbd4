from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from agreements.exports import EXPORTS
from agreements.models import Document
from agreements.models.documents import OWNERS
from kashan_diplomacy.admin import ModelAdmin, TabularInline
from kashan_diplomacy.admin_filters import JalaliDateFilter
from kashan_diplomacy.admin_history import Tracked
from kashan_diplomacy.uploads import sha256_of


class DocumentFormSet(forms.BaseInlineFormSet):
    """One file is one document, also when it is chosen twice at a time."""

    def clean(self):
        super().clean()
        seen = set()
        for form in self.extra_forms:
            file = form.cleaned_data.get("file") if form.is_valid() else None
            if not file:
                continue
            digest = sha256_of(file)
            if digest in seen:
                form.add_error("file", _("This file is already there."))
            seen.add(digest)


class DocumentInline(TabularInline):
    """Documents are added here and opened to change what they are called."""

    model = Document
    formset = DocumentFormSet
    fields = ["file", "name", "kind", "language", "version", "is_public"]
    show_change_link = True
    can_delete = False

    def has_change_permission(self, request, obj=None):
        return False


@admin.register(Document)
class DocumentAdmin(Tracked, ModelAdmin):
    export = EXPORTS["documents"]
    list_display = ["name", "kind", "language", "version", "is_public", "belongs_to"]
    list_filter = ["kind", "language", "is_public", ("uploaded_at", JalaliDateFilter)]
    list_select_related = [
        "agreement",
        "milestone__obligation",
        "engagement",
        "membership__organisation",
    ]
    search_fields = ["name", "agreement__search_text", "engagement__search_text"]
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

    def view_on_site(self, obj):
        return obj.get_absolute_url()

    @admin.display(description=_("name"), ordering="name")
    def name(self, document):
        return document.name

    @admin.display(description=_("belongs to"))
    def belongs_to(self, document):
        return document.owner

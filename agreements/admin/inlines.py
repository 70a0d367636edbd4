"""Parts that stand on more than one page: documents, and what authorities say."""

from django import forms
from django.contrib.admin.widgets import AdminTextareaWidget
from django.utils.translation import gettext_lazy as _

from agreements.models import Clearance, Document
from kashan_diplomacy.admin import StackedInline, TabularInline
from kashan_diplomacy.fields import CanonicalTextField
from kashan_diplomacy.uploads import sha256_of

ANSWER = [
    ("decision", "decided_on", "letter_number"),
    "scope",
    "conditions",
    "valid_until",
]


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
    classes = ["collapse"]
    view_on_site = False  # the file's own link leads there

    def has_change_permission(self, request, obj=None):
        return False


class ClearanceInline(StackedInline):
    model = Clearance
    formfield_overrides = {
        CanonicalTextField: {"widget": AdminTextareaWidget(attrs={"rows": 2})}
    }
    fields = [("authority", "document", "requested_on"), *ANSWER]
    show_change_link = True
    classes = ["collapse"]

    def get_formset(self, request, obj=None, **kwargs):
        self.agreement = obj
        return super().get_formset(request, obj, **kwargs)

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name == "document":
            texts = db_field.related_model.objects.texts()
            kwargs["queryset"] = texts.filter(agreement=self.agreement)
            kwargs["initial"] = self.agreement and self.agreement.text_id
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

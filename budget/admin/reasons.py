"""Why something was edited: asked for on the page, kept in the history of edits."""

from django import forms
from django.contrib.admin.widgets import AdminTextareaWidget
from django.utils.translation import gettext_lazy as _

from kashan_diplomacy.admin import RecordForm
from kashan_diplomacy.admin_history import Tracked

REASON = (_("Why it is changed"), {"fields": ["change_reason"]})


class ReasonForm(RecordForm):
    change_reason = forms.CharField(
        label=_("reason for the change"),
        required=False,
        widget=AdminTextareaWidget(attrs={"rows": 2}),
        help_text=_("Kept in the history, where the auditors read it."),
    )

    def clean(self):
        self.instance.change_reason = self.cleaned_data.get("change_reason", "")
        return super().clean()


class Reasoned(Tracked):
    """Mixed into the admin of a tracked model, which adds `why()` to its fieldsets."""

    form = ReasonForm

    def why(self, request, obj):
        """Asked of whoever changes what is there."""
        is_changed = obj is not None and self.has_change_permission(request, obj)
        return [REASON] if is_changed else []

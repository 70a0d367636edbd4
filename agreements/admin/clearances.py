from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from agreements.exports import EXPORTS
from agreements.models import Clearance
from kashan_diplomacy.admin import SOURCE, ModelAdmin, late
from kashan_diplomacy.admin_filters import JalaliDateFilter, QuerysetFilter
from kashan_diplomacy.admin_history import Tracked
from kashan_diplomacy.templatetags.persian import digits

from .inlines import ANSWER


class ClearanceStateFilter(QuerysetFilter):
    title = _("state")
    parameter_name = "state"
    methods = {"waiting": _("no answer yet")}


@admin.register(Clearance)
class ClearanceAdmin(Tracked, ModelAdmin):
    """With the days that each authority takes, above the list."""

    change_list_template = "admin/agreements/clearances.html"
    export = EXPORTS["clearances"]
    date_hierarchy = "requested_on"
    list_display = ["authority", "agreement", "requested_on", "answer", "waited"]
    list_filter = [
        ClearanceStateFilter,
        "decision",
        ("requested_on", JalaliDateFilter),
        ("decided_on", JalaliDateFilter),
        ("authority", admin.RelatedOnlyFieldListFilter),
    ]
    list_select_related = ["authority", "agreement"]
    search_fields = ["authority__search_text", "agreement__search_text"]
    autocomplete_fields = ["agreement", "document"]
    readonly_fields = ["sha256"]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    "agreement",
                    "authority",
                    "document",
                    "sha256",
                    "requested_on",
                ]
            },
        ),
        (_("Answer"), {"fields": ANSWER}),
        SOURCE,
    ]

    def changelist_view(self, request, extra_context=None):
        context = {"waits": Clearance.objects.waits(), **(extra_context or {})}
        return super().changelist_view(request, context)

    @admin.display(description=_("decision"), ordering="decision")
    def answer(self, clearance):
        if not clearance.decision:
            return late(_("no answer yet"))
        return clearance.get_decision_display()

    @admin.display(description=_("days waited"))
    def waited(self, clearance):
        return digits(clearance.days_waited())

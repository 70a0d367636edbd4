from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from agreements.exports import EXPORTS
from agreements.models import Agreement, Obligation, Signatory
from kashan_diplomacy.admin import SOURCE, ModelAdmin, TabularInline
from kashan_diplomacy.admin_filters import (
    JalaliDateFilter,
    PublishedFilter,
    QuerysetFilter,
)
from kashan_diplomacy.templatetags.persian import jalali


class AgreementStateFilter(QuerysetFilter):
    title = _("state")
    parameter_name = "state"
    methods = {"signed": _("signed"), "in_force": _("in force")}


class SignatoryInline(TabularInline):
    model = Signatory


class ObligationInline(TabularInline):
    """Obligations are added here in short and opened to plan their milestones."""

    model = Obligation
    fields = ["article", "title_fa", "title_en", "side", "category"]
    show_change_link = True
    can_delete = False

    def has_change_permission(self, request, obj=None):
        return False


@admin.register(Agreement)
class AgreementAdmin(ModelAdmin):
    export = EXPORTS["agreements"]
    list_display = ["title", "city", "kind", "current_state", "signed_on", "expires_on"]
    list_filter = [
        AgreementStateFilter,
        "kind",
        ("signed_on", JalaliDateFilter),
        ("expires_on", JalaliDateFilter),
        PublishedFilter,
        "is_illustrative",
    ]
    list_select_related = ["city"]
    search_fields = ["search_text", "city__search_text"]
    autocomplete_fields = ["city", "amends"]
    readonly_fields = ["current_state", "current_term_end"]
    inlines = [SignatoryInline, ObligationInline]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    "city",
                    "kind",
                    "title_fa",
                    "title_en",
                    "amends",
                    "current_state",
                ]
            },
        ),
        (
            _("Signing and term"),
            {
                "fields": [
                    "signed_on",
                    "is_signing_date_unknown",
                    "effective_on",
                    "expires_on",
                    "renews_for_months",
                    "notice_days",
                    "current_term_end",
                ]
            },
        ),
        (_("Termination"), {"fields": ["terminated_on", "termination_reason"]}),
        (_("Public summary"), {"fields": ["summary_fa", "summary_en"]}),
        SOURCE,
        (_("Publication"), {"fields": ["published_on"]}),
    ]

    @admin.display(description=_("state"))
    def current_state(self, agreement):
        return agreement.state().label if agreement.pk else ""

    @admin.display(description=_("end of the term"))
    def current_term_end(self, agreement):
        return jalali(agreement.term_end())

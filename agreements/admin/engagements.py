from django.contrib import admin
from django.db.models import Prefetch
from django.utils.translation import gettext_lazy as _

from agreements.exports import EXPORTS
from agreements.models import City, Engagement, Gift, Organisation, Participant
from kashan_diplomacy.admin import (
    SOURCE,
    ModelAdmin,
    StackedInline,
    TabularInline,
    late,
)
from kashan_diplomacy.admin_filters import (
    JalaliDateFilter,
    PublishedFilter,
    QuerysetFilter,
)
from kashan_diplomacy.admin_publication import Publishes
from kashan_diplomacy.names import listed
from kashan_diplomacy.templatetags.persian import local

from .followups import FollowUpInline, RecordsWho
from .inlines import DocumentInline


class ReportFilter(QuerysetFilter):
    title = _("report")
    parameter_name = "report"
    methods = {"owing_report": _("report owed")}


class ParticipantInline(TabularInline):
    model = Participant


class GiftInline(StackedInline):
    model = Gift
    classes = ["collapse"]
    fields = [
        "direction",
        ("description_fa", "description_en"),
        ("giver", "receiver"),
        ("given_on", "estimated_value"),
        "disposition",
        ("source", "is_illustrative"),
        "published_on",
    ]


@admin.register(Engagement)
class EngagementAdmin(Publishes, RecordsWho, ModelAdmin):
    export = EXPORTS["engagements"]
    date_hierarchy = "starts_on"
    list_display = [
        "title",
        "kind",
        "when",
        "partners",
        "purpose",
        "reported",
        "publication",
    ]
    list_filter = [
        ReportFilter,
        "kind",
        "purpose",
        ("starts_on", JalaliDateFilter),
        "themes",
        PublishedFilter,
        "is_illustrative",
    ]
    list_only = (
        *("title_fa", "title_en", "kind", "purpose", "starts_on", "ends_on"),
        *("cancelled_on", "report", "result", "next_steps"),
        *("is_illustrative", "published_on"),
    )
    search_fields = ["search_text"]
    autocomplete_fields = ["cities", "organisations", "agreement", "themes"]
    inlines = [ParticipantInline, FollowUpInline, GiftInline, DocumentInline]
    fieldsets = [
        (None, {"fields": ["title_fa", "title_en", "kind", "purpose"]}),
        (
            _("When and where"),
            {"fields": [("starts_on", "ends_on"), "is_date_unknown", "place"]},
        ),
        (
            _("With whom, about what"),
            {"fields": ["cities", "organisations", "agreement", "themes"]},
        ),
        (
            _("Report"),
            {
                "fields": ["report", "result", "next_steps"],
                "description": _(
                    "Owed from the day after the engagement, until all three are"
                    " written. Not public."
                ),
            },
        ),
        (
            _("Cancellation"),
            {
                "fields": ["cancelled_on", "cancellation_reason"],
                "classes": ["collapse"],
            },
        ),
        (
            _("Publication"),
            {
                "fields": ["summary_fa", "summary_en", "published_on"],
                "classes": ["collapse"],
            },
        ),
        SOURCE,
    ]

    def get_queryset(self, request):
        """With the names of the partners, as lists: managers take longer than they."""
        named = [
            Prefetch(path, model.objects.only("name_fa", "name_en"), to_attr=to)
            for path, model, to in (
                ("cities", City, "cities_named"),
                ("organisations", Organisation, "organisations_named"),
            )
        ]
        return super().get_queryset(request).prefetch_related(*named)

    @admin.display(description=_("date"), ordering="starts_on")
    def when(self, engagement):
        if engagement.cancelled_on:
            return _("cancelled")
        return engagement.starts_on

    @admin.display(description=_("partners"))
    def partners(self, engagement):
        named = [*engagement.cities_named, *engagement.organisations_named]
        return listed(*(local(partner, "name") for partner in named))

    @admin.display(description=_("report"))
    def reported(self, engagement):
        if engagement.owes_report():
            return late(_("not written"))
        return _("written") if engagement.is_reported else ""

from django.contrib import admin
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from agreements.exports import EXPORTS
from agreements.models import Engagement, FollowUp, Participant
from kashan_diplomacy.admin import (
    SOURCE,
    ModelAdmin,
    StackedInline,
    TabularInline,
    late,
    marked,
)
from kashan_diplomacy.admin_filters import (
    JalaliDateFilter,
    PublishedFilter,
    QuerysetFilter,
)
from kashan_diplomacy.templatetags.persian import jalali, local


class FollowUpStateFilter(QuerysetFilter):
    title = _("state")
    parameter_name = "state"
    methods = {"open": _("open"), "overdue": _("overdue")}


class ParticipantInline(TabularInline):
    model = Participant


class FollowUpInline(StackedInline):
    model = FollowUp
    fields = [
        "action",
        ("responsible_organisation", "responsible_person"),
        ("due_on", "done_on"),
        "what_was_done",
        "source",
        "is_illustrative",
    ]
    autocomplete_fields = ["responsible_organisation"]


@admin.register(Engagement)
class EngagementAdmin(ModelAdmin):
    export = EXPORTS["engagements"]
    list_display = ["title", "kind", "when", "partners", "purpose"]
    list_filter = [
        "kind",
        "purpose",
        ("starts_on", JalaliDateFilter),
        "themes",
        PublishedFilter,
        "is_illustrative",
    ]
    search_fields = ["search_text"]
    autocomplete_fields = ["cities", "organisations", "agreement", "themes"]
    inlines = [ParticipantInline, FollowUpInline]
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
        (_("Public summary"), {"fields": ["summary_fa", "summary_en"]}),
        (_("Report"), {"fields": ["report"]}),
        (_("Cancellation"), {"fields": ["cancelled_on", "cancellation_reason"]}),
        SOURCE,
        (_("Publication"), {"fields": ["published_on"]}),
    ]

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("cities", "organisations")

    @admin.display(description=_("date"), ordering="starts_on")
    def when(self, engagement):
        if engagement.cancelled_on:
            return _("cancelled")
        return engagement.starts_on

    @admin.display(description=_("partners"))
    def partners(self, engagement):
        names = [*engagement.cities.all(), *engagement.organisations.all()]
        return "، ".join(local(partner, "name") for partner in names)


@admin.register(FollowUp)
class FollowUpAdmin(ModelAdmin):
    export = EXPORTS["follow_ups"]
    list_display = ["what", "due", "done_on", "responsible", "engagement"]
    list_filter = [
        FollowUpStateFilter,
        ("due_on", JalaliDateFilter),
        "is_illustrative",
    ]
    list_select_related = ["engagement", "responsible_organisation"]
    search_fields = ["search_text", "engagement__search_text"]
    autocomplete_fields = ["engagement", "responsible_organisation"]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    "engagement",
                    "action",
                    ("responsible_organisation", "responsible_person"),
                    "due_on",
                ]
            },
        ),
        (_("What came of it"), {"fields": ["done_on", "what_was_done"]}),
        SOURCE,
    ]

    @admin.display(description=_("action"), ordering="action")
    def what(self, follow_up):
        return marked(follow_up.action, follow_up)

    @admin.display(description=_("due on"), ordering="due_on")
    def due(self, follow_up):
        today = timezone.localdate()
        is_open = not follow_up.done_on or follow_up.done_on > today
        if is_open and follow_up.due_on and follow_up.due_on < today:
            return late(jalali(follow_up.due_on))
        return follow_up.due_on

    @admin.display(description=_("responsible"))
    def responsible(self, follow_up):
        organisation = local(follow_up.responsible_organisation, "name")
        return "، ".join(filter(None, [organisation, follow_up.responsible_person]))

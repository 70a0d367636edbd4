from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from agreements.exports import EXPORTS
from agreements.models import Milestone, Obligation
from kashan_diplomacy.admin import SOURCE, ModelAdmin, StackedInline, late, marked
from kashan_diplomacy.admin_filters import JalaliDateFilter, QuerysetFilter
from kashan_diplomacy.templatetags.persian import local

WHAT_CAME_OF_IT = [
    "verdict",
    "met_on",
    "evidence",
    "reviewed_on",
    "verdict_reason",
    "engagement",
]


class MilestoneStateFilter(QuerysetFilter):
    title = _("state")
    parameter_name = "state"
    methods = {
        "overdue": _("overdue"),
        "undecided": _("undecided"),
        "due": _("due up to today"),
    }


class MilestoneInline(StackedInline):
    model = Milestone
    fields = [
        ("due_on", "original_due_on"),
        "moved_reason",
        *WHAT_CAME_OF_IT,
        "source",
        "is_illustrative",
    ]
    readonly_fields = ["original_due_on"]
    autocomplete_fields = ["engagement"]
    show_change_link = True

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("obligation")


@admin.register(Obligation)
class ObligationAdmin(ModelAdmin):
    export = EXPORTS["obligations"]
    list_display = ["title", "agreement", "side", "category", "priority"]
    list_filter = ["side", "category", "priority", "themes", "is_illustrative"]
    list_select_related = ["agreement"]
    search_fields = ["search_text", "agreement__search_text"]
    autocomplete_fields = ["agreement", "themes", "responsible_organisation"]
    inlines = [MilestoneInline]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    "agreement",
                    "article",
                    "title_fa",
                    "title_en",
                    "side",
                    "category",
                    "priority",
                    "themes",
                    "responsible_organisation",
                ]
            },
        ),
        SOURCE,
    ]


@admin.register(Milestone)
class MilestoneAdmin(ModelAdmin):
    export = EXPORTS["milestones"]
    list_display = ["promise", "due_on", "side", "outcome", "agreement"]
    list_filter = [
        MilestoneStateFilter,
        "verdict",
        ("due_on", JalaliDateFilter),
        "obligation__side",
        "is_illustrative",
    ]
    list_select_related = ["obligation__agreement"]
    search_fields = ["obligation__search_text", "obligation__agreement__search_text"]
    autocomplete_fields = ["obligation", "engagement"]
    readonly_fields = ["original_due_on"]
    fieldsets = [
        (None, {"fields": ["obligation", ("due_on", "original_due_on")]}),
        (_("Another day than first promised"), {"fields": ["moved_reason"]}),
        (_("What came of it"), {"fields": WHAT_CAME_OF_IT}),
        SOURCE,
    ]

    @admin.display(description=_("obligation"), ordering="obligation__title_fa")
    def promise(self, milestone):
        return marked(local(milestone.obligation, "title"), milestone)

    @admin.display(description=_("side"), ordering="obligation__side")
    def side(self, milestone):
        return milestone.obligation.get_side_display()

    @admin.display(description=_("verdict"), ordering="verdict")
    def outcome(self, milestone):
        if milestone.is_overdue():
            return late(_("overdue"))
        return milestone.get_verdict_display()

    @admin.display(description=_("agreement"), ordering="obligation__agreement")
    def agreement(self, milestone):
        return milestone.obligation.agreement

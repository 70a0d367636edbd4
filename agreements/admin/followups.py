from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from agreements.exports import EXPORTS
from agreements.models import FollowUp, FollowUpMove, MembershipDecision
from kashan_diplomacy.admin import (
    SOURCE,
    ModelAdmin,
    ReadOnlyInline,
    RecordForm,
    StackedInline,
    late,
    marked,
)
from kashan_diplomacy.admin_filters import (
    JalaliDateFilter,
    QuerysetFilter,
    WaitingFilter,
)
from kashan_diplomacy.names import listed, person
from kashan_diplomacy.ordering import in_persian_order
from kashan_diplomacy.templatetags.persian import jalali, local


class RecordsWho:
    """Mixed into the admin of what has children that say who recorded them."""

    def save_formset(self, request, form, formset, change):
        for child in (each.instance for each in formset.forms):
            if isinstance(child, FollowUp):
                child.moved_by = request.user
            elif isinstance(child, MembershipDecision) and not child.decided_by_id:
                child.decided_by = request.user
        super().save_formset(request, form, formset, change)


class FollowUpStateFilter(QuerysetFilter):
    title = _("state")
    parameter_name = "state"
    methods = {"open": _("open"), "overdue": _("overdue")}


class FollowUpForm(RecordForm):
    """Asks for a reason where a due date is moved; the model refuses a move without."""

    move_reason = forms.CharField(
        label=_("reason for moving the due date"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Needed when a due date that was set is changed; kept for good."),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if owner := self.fields.get("owner"):
            owner.label_from_instance = person

    def clean(self):
        cleaned = super().clean()
        self.instance.move_reason = self.cleaned_data.get("move_reason", "")
        return cleaned


class FollowUpInline(StackedInline):
    model = FollowUp
    form = FollowUpForm
    fields = [
        "action",
        ("owner", "responsible_organisation", "responsible_person"),
        ("due_on", "move_reason"),
        ("done_on", "what_was_done"),
        ("source", "is_illustrative"),
    ]
    autocomplete_fields = ["responsible_organisation"]
    show_change_link = True


class FollowUpMoveInline(ReadOnlyInline):
    model = FollowUpMove
    fields = ["from_on", "to_on", "reason", "moved_by", "moved_at"]
    readonly_fields = ["moved_at"]

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("moved_by")


@admin.register(FollowUp)
class FollowUpAdmin(ModelAdmin):
    export = EXPORTS["follow_ups"]
    form = FollowUpForm
    date_hierarchy = "due_on"
    list_display = [
        "what",
        "due",
        "done_on",
        "seen_to_by",
        "responsible",
        "arises_from",
    ]
    list_filter = [
        WaitingFilter,
        FollowUpStateFilter,
        ("due_on", JalaliDateFilter),
        "is_illustrative",
    ]
    list_select_related = [
        "owner",
        "engagement",
        "obligation",
        "membership__organisation",
        "responsible_organisation",
    ]
    list_only = (
        *("action", "due_on", "done_on", "responsible_person", "is_illustrative"),
        *("owner__username", "owner__first_name", "owner__last_name"),
        *("engagement__title_fa", "engagement__title_en"),
        *("obligation__title_fa", "obligation__title_en"),
        *(f"membership__organisation__name_{code}" for code in ("fa", "en")),
        *(f"responsible_organisation__name_{code}" for code in ("fa", "en")),
    )
    search_fields = [
        "search_text",
        "engagement__search_text",
        "obligation__search_text",
        "membership__organisation__search_text",
    ]
    autocomplete_fields = [
        "engagement",
        "obligation",
        "membership",
        "responsible_organisation",
    ]
    inlines = [FollowUpMoveInline]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    "action",
                    "owner",
                    ("responsible_organisation", "responsible_person"),
                ]
            },
        ),
        (
            _("Where it was promised"),
            {
                "fields": ["engagement", "obligation", "membership"],
                "description": _("One of the three."),
            },
        ),
        (_("When"), {"fields": ["due_on", "move_reason"]}),
        (_("How it ended"), {"fields": ["done_on", "what_was_done"]}),
        SOURCE,
    ]

    def save_model(self, request, obj, form, change):
        obj.moved_by = request.user
        super().save_model(request, obj, form, change)

    def get_fieldsets(self, request, obj=None):
        """Who may only see is not asked for a reason, nor who adds one."""
        if obj and self.has_change_permission(request, obj):
            return self.fieldsets
        return [
            (title, {**options, "fields": ["due_on"]})
            if "move_reason" in options["fields"]
            else (title, options)
            for title, options in self.fieldsets
        ]

    @admin.display(description=_("action"), ordering=in_persian_order("action"))
    def what(self, follow_up):
        return marked(follow_up.action, follow_up)

    @admin.display(description=_("due on"), ordering="due_on")
    def due(self, follow_up):
        if follow_up.is_overdue():
            return late(jalali(follow_up.due_on))
        return follow_up.due_on

    @admin.display(description=_("owner"), ordering="owner__username")
    def seen_to_by(self, follow_up):
        return follow_up.owner and person(follow_up.owner)

    @admin.display(description=_("responsible"))
    def responsible(self, follow_up):
        organisation = local(follow_up.responsible_organisation, "name")
        return listed(organisation, follow_up.responsible_person)

    @admin.display(description=_("promised in"))
    def arises_from(self, follow_up):
        if follow_up.membership:
            return local(follow_up.membership.organisation, "name")
        return local(follow_up.origin, "title")

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from agreements.exports import EXPORTS
from agreements.models import Milestone, MilestoneMove, Obligation
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
from kashan_diplomacy.admin_history import Tracked
from kashan_diplomacy.admin_verbs import DoesVerbs
from kashan_diplomacy.ordering import in_persian_order
from kashan_diplomacy.templatetags.persian import digits, local

from .followups import FollowUpInline, RecordsWho
from .inlines import DocumentInline
from .milestone_verbs import MILESTONE_VERBS

WHAT_CAME_OF_IT = [
    "verdict",
    "met_on",
    "evidence",
    "evidence_document",
    "reviewed_on",
    "verdict_reason",
    "engagement",
]


class MilestoneStateFilter(QuerysetFilter):
    title = _("state")
    parameter_name = "state"
    methods = {
        "overdue": _("overdue"),
        "forgotten": _("overdue and not looked into"),
        "unconfirmed": _("met, not yet confirmed"),
        "undecided": _("undecided"),
        "due": _("due up to today"),
    }


class MilestoneForm(RecordForm):
    """Asks for the reason of a new move only; that of the last one stays stored."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if field := self.fields.get("moved_reason"):
            self.initial["moved_reason"] = ""
            field.help_text = _(
                "Only where the date is moved now; the reasons of earlier moves are"
                " kept."
            )

    def clean_moved_reason(self):
        typed = self.cleaned_data["moved_reason"]
        if typed and self.instance.pk and "due_on" not in self.changed_data:
            raise ValidationError(
                _("The date is not moved: give another due date, or no reason.")
            )
        return typed or self.instance.moved_reason


class MilestoneFormSet(forms.BaseInlineFormSet):
    """One milestone a day, also when two are typed at a time."""

    def clean(self):
        super().clean()
        seen = set()
        for form in self.extra_forms:
            day = form.cleaned_data.get("due_on") if form.is_valid() else None
            if day in seen:
                message = _("This obligation already has a milestone on this day.")
                form.add_error("due_on", message)
            if day:
                seen.add(day)


class MilestoneInline(StackedInline):
    model = Milestone
    form = MilestoneForm
    formset = MilestoneFormSet
    template = "admin/agreements/milestones.html"
    fields = [
        ("due_on", "original_due_on"),
        "moved_reason",
        *WHAT_CAME_OF_IT,
        "source",
        "is_illustrative",
    ]
    readonly_fields = ["original_due_on"]
    autocomplete_fields = ["engagement", "evidence_document"]

    def get_queryset(self, request):
        rows = super().get_queryset(request)
        return rows.select_related("obligation", "evidence_document")


@admin.register(Obligation)
class ObligationAdmin(Tracked, RecordsWho, ModelAdmin):
    history_children = ["milestones"]
    export = EXPORTS["obligations"]
    list_display = ["title", "agreement", "side", "category", "priority"]
    list_filter = ["side", "category", "priority", "themes", "is_illustrative"]
    list_select_related = ["agreement"]
    list_only = (
        *("title_fa", "title_en", "side", "category", "priority", "is_illustrative"),
        *("agreement__title_fa", "agreement__title_en"),
    )
    search_fields = ["search_text", "agreement__search_text"]
    autocomplete_fields = ["agreement", "themes", "responsible_organisation"]
    inlines = [MilestoneInline, FollowUpInline]
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
        (
            _("What repeats"),
            {"fields": [("repeats_every_months", "first_due_on")]},
        ),
        SOURCE,
    ]

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        planned = len(form.instance.plan())
        if planned:
            text = ngettext(
                "%(number)s milestone was planned.",
                "%(number)s milestones were planned.",
                planned,
            )
            messages.success(request, text % {"number": digits(planned)})


class MoveInline(ReadOnlyInline):
    model = MilestoneMove
    fields = ["moved_from", "moved_to", "reason", "moved_by", "moved_at"]
    readonly_fields = fields


@admin.register(Milestone)
class MilestoneAdmin(Tracked, DoesVerbs, ModelAdmin):
    verbs = MILESTONE_VERBS
    form = MilestoneForm
    export = EXPORTS["milestones"]
    date_hierarchy = "due_on"
    list_display = ["promise", "due_on", "side", "outcome", "agreement"]
    list_filter = [
        WaitingFilter,
        MilestoneStateFilter,
        "verdict",
        ("due_on", JalaliDateFilter),
        "obligation__side",
        "is_illustrative",
    ]
    list_select_related = ["obligation__agreement__amends"]
    list_only = (
        *("due_on", "verdict", "met_on", "reviewed_on", "confirmed_on"),
        *("is_illustrative", "obligation__title_fa", "obligation__title_en"),
        *("obligation__side", "obligation__priority"),
        *(
            f"obligation__agreement__{name}"
            for name in ("title_fa", "title_en", "signed_on", "is_signing_date_unknown")
        ),
        "obligation__agreement__terminated_on",
        "obligation__agreement__amends__terminated_on",
    )
    search_fields = ["obligation__search_text", "obligation__agreement__search_text"]
    autocomplete_fields = ["obligation", "engagement", "evidence_document"]
    readonly_fields = ["original_due_on", "verdict_by", "confirmed_by", "confirmed_on"]
    inlines = [MoveInline, DocumentInline]
    actions = ["confirm"]
    fieldsets = [
        (None, {"fields": ["obligation", ("due_on", "original_due_on")]}),
        (_("Moving the date"), {"fields": ["moved_reason"]}),
        (
            _("How it ended"),
            {
                "fields": [
                    *WHAT_CAME_OF_IT,
                    ("verdict_by", "confirmed_by", "confirmed_on"),
                ]
            },
        ),
        SOURCE,
    ]

    def get_readonly_fields(self, request, obj=None):
        return [*self.readonly_fields, "obligation"] if obj else self.readonly_fields

    @admin.action(
        description=_("Confirm, as a second person, that it was met"),
        permissions=["change"],
    )
    def confirm(self, request, queryset):
        for milestone in queryset.select_related("obligation"):
            try:
                milestone.confirm(by=request.user)
            except ValidationError as refusal:
                text = f"{milestone}: {' '.join(refusal.messages)}"
                messages.error(request, text)
            else:
                self.log_change(request, milestone, _("Confirmed"))
                text = _("Confirmed: %(milestone)s") % {"milestone": milestone}
                messages.success(request, text)

    @admin.display(
        description=_("obligation"), ordering=in_persian_order("obligation__title_fa")
    )
    def promise(self, milestone):
        return marked(local(milestone.obligation, "title"), milestone)

    @admin.display(description=_("side"), ordering="obligation__side")
    def side(self, milestone):
        return milestone.obligation.get_side_display()

    @admin.display(description=_("verdict"), ordering="verdict")
    def outcome(self, milestone):
        if milestone.is_unconfirmed():
            return _("met, not yet confirmed")
        if milestone.result(timezone.localdate()) == "overdue":
            is_looked_at = milestone.is_looked_at()
            return late(_("overdue, looked into") if is_looked_at else _("overdue"))
        return milestone.get_verdict_display()

    @admin.display(description=_("agreement"), ordering="obligation__agreement")
    def agreement(self, milestone):
        return milestone.obligation.agreement

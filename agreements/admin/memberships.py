import datetime

from django import forms
from django.contrib import admin
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from agreements.exports import EXPORTS
from agreements.models import (
    Membership,
    MembershipDecision,
    MembershipRight,
    RightUsed,
)
from kashan_diplomacy.admin import (
    SOURCE,
    ModelAdmin,
    StackedInline,
    TabularFormSet,
    TabularInline,
    marked,
)
from kashan_diplomacy.admin_filters import (
    JalaliDateFilter,
    PublishedFilter,
    QuerysetFilter,
)
from kashan_diplomacy.admin_history import Tracked
from kashan_diplomacy.admin_publication import Publishes
from kashan_diplomacy.ordering import in_persian_order
from kashan_diplomacy.templatetags.persian import jalali, local

from .followups import FollowUpInline, RecordsWho
from .inlines import DocumentInline


class MembershipStateFilter(QuerysetFilter):
    title = _("state")
    parameter_name = "state"
    methods = {"current": _("member today")}


class RightFormSet(TabularFormSet):
    """Rights that may be used on the same page as they are listed."""

    def clean(self):
        super().clean()
        kept = (form for form in self.forms if not self._should_delete_form(form))
        kinds = {form.cleaned_data.get("kind") for form in kept}
        self.instance.listed_rights = kinds - {None, ""}


class RightInline(TabularInline):
    model = MembershipRight
    formset = RightFormSet
    fields = ["kind", "note", "source", "is_illustrative"]


class RightUsedInline(StackedInline):
    model = RightUsed
    fields = [
        ("kind", "used_on"),
        "used_by",
        ("description_fa", "description_en"),
        "evidence",
        "engagement",
        ("source", "is_illustrative"),
    ]
    autocomplete_fields = ["engagement"]
    show_change_link = True


class DecisionInline(TabularInline):
    """What was decided stays; another term gets another decision."""

    model = MembershipDecision
    fields = ["notice_on", "decision", "reason", "decided_on", "decided_by"]
    readonly_fields = ["decided_by"]
    can_delete = False

    def get_formset(self, request, obj=None, **kwargs):
        self.membership = obj
        return super().get_formset(request, obj, **kwargs)

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        """A term is chosen by its notice date, once one is recorded."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        today, membership = timezone.localdate(), self.membership
        days = membership.notice_days(today) if membership else []
        if db_field.name != "notice_on" or not days:
            return field
        offered = [(day.isoformat(), jalali(day)) for day in reversed(days)]
        return forms.TypedChoiceField(
            choices=[("", "—"), *offered],
            coerce=datetime.date.fromisoformat,
            label=field.label,
            help_text=db_field.help_text,
            widget=forms.Select({"aria-label": field.label}),
        )

    def has_change_permission(self, request, obj=None):
        return False

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("decided_by")


@admin.register(Membership)
class MembershipAdmin(Publishes, RecordsWho, ModelAdmin):
    export = EXPORTS["memberships"]
    list_display = ["body", "joined_on", "notice", "left_on", "publication"]
    list_filter = [MembershipStateFilter, PublishedFilter, "is_illustrative"]
    list_select_related = ["organisation"]
    search_fields = ["organisation__search_text"]
    autocomplete_fields = ["organisation"]
    readonly_fields = ["notice"]
    inlines = [
        RightInline,
        RightUsedInline,
        DecisionInline,
        FollowUpInline,
        DocumentInline,
    ]
    fieldsets = [
        (None, {"fields": ["organisation", "joined_on", "left_on"]}),
        (_("Terms"), {"fields": [("notice_on", "term_months"), "notice"]}),
        (_("Public summary"), {"fields": ["summary_fa", "summary_en"]}),
        SOURCE,
        (_("Publication"), {"fields": ["published_on"]}),
    ]

    @admin.display(description=_("organisation"), ordering="organisation__name_sort")
    def body(self, membership):
        return marked(local(membership.organisation, "name"), membership)

    @admin.display(description=_("notice of the current term"), ordering="notice_on")
    def notice(self, membership):
        past, coming = membership.notice_dates(timezone.localdate())
        return jalali(coming or past)


@admin.register(RightUsed)
class RightUsedAdmin(Tracked, ModelAdmin):
    export = EXPORTS["rights_used"]
    date_hierarchy = "used_on"
    list_display = ["what", "kind", "used_on", "used_by", "body"]
    list_filter = ["kind", ("used_on", JalaliDateFilter), "is_illustrative"]
    list_select_related = ["membership__organisation"]
    search_fields = ["membership__organisation__search_text"]
    autocomplete_fields = ["membership", "engagement"]
    fieldsets = [
        (None, {"fields": ["membership", ("kind", "used_on"), "used_by"]}),
        (_("What for"), {"fields": ["description_fa", "description_en", "engagement"]}),
        (_("What shows it"), {"fields": ["evidence"]}),
        SOURCE,
    ]

    @admin.display(
        description=_("description"), ordering=in_persian_order("description_fa")
    )
    def what(self, used):
        return marked(local(used, "description"), used)

    @admin.display(description=_("membership"))
    def body(self, used):
        return local(used.membership.organisation, "name")

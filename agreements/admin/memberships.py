from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from agreements.exports import EXPORTS
from agreements.models import Membership
from kashan_diplomacy.admin import SOURCE, ModelAdmin, marked
from kashan_diplomacy.admin_filters import PublishedFilter, QuerysetFilter
from kashan_diplomacy.templatetags.persian import local


class MembershipStateFilter(QuerysetFilter):
    title = _("state")
    parameter_name = "state"
    methods = {"current": _("member today")}


@admin.register(Membership)
class MembershipAdmin(ModelAdmin):
    export = EXPORTS["memberships"]
    list_display = ["body", "joined_on", "notice_on", "left_on", "published_on"]
    list_filter = [MembershipStateFilter, PublishedFilter, "is_illustrative"]
    list_select_related = ["organisation"]
    search_fields = ["organisation__search_text"]
    autocomplete_fields = ["organisation"]
    fieldsets = [
        (None, {"fields": ["organisation", "joined_on", "notice_on", "left_on"]}),
        (_("Public summary"), {"fields": ["summary_fa", "summary_en"]}),
        SOURCE,
        (_("Publication"), {"fields": ["published_on"]}),
    ]

    @admin.display(description=_("organisation"), ordering="organisation__name_sort")
    def body(self, membership):
        return marked(local(membership.organisation, "name"), membership)

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from budget.exports import EXPORTS
from budget.models import ExchangeRate, MembershipFee
from kashan_diplomacy.admin import SOURCE, ModelAdmin


class BlockedFilter(admin.SimpleListFilter):
    title = _("transfer")
    parameter_name = "transfer"

    def lookups(self, request, model_admin):
        return [("blocked", _("blocked"))]

    def queryset(self, request, queryset):
        return queryset.blocked() if self.value() == "blocked" else None


@admin.register(MembershipFee)
class MembershipFeeAdmin(ModelAdmin):
    export = EXPORTS["membership_fees"]
    list_display = ["membership", "period", "amount", "currency", "due_on", "blocked"]
    list_filter = [BlockedFilter, "currency"]
    list_select_related = ["membership__organisation"]
    search_fields = ["membership__organisation__search_text"]
    autocomplete_fields = ["membership"]
    fieldsets = [
        (None, {"fields": ["membership", "period", "amount", "currency", "due_on"]}),
        (_("Transfer"), {"fields": ["blocked_reason"]}),
        SOURCE,
    ]

    @admin.display(description=_("blocked"), boolean=True)
    def blocked(self, obj):
        return bool(obj.blocked_reason)


@admin.register(ExchangeRate)
class ExchangeRateAdmin(ModelAdmin):
    export = EXPORTS["exchange_rates"]
    list_display = ["currency", "valid_on", "rial_per_unit", "source"]
    list_filter = ["currency"]
    search_fields = ["currency"]
    fieldsets = [(None, {"fields": ["currency", "valid_on", "rial_per_unit"]}), SOURCE]

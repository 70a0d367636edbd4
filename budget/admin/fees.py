from urllib.parse import urlencode

from django.conf import settings
from django.contrib import admin, messages
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override, pgettext_lazy

from agreements.models import Purpose
from budget.exports import EXPORTS
from budget.models import ExchangeRate, Expense, MembershipFee
from budget.templatetags.books import foreign
from budget.tenfold import rate_warning
from kashan_diplomacy.admin import SOURCE, ModelAdmin, marked
from kashan_diplomacy.admin_filters import JalaliDateFilter
from kashan_diplomacy.templatetags.pages import grouped

from .links import state_mark
from .reasons import Reasoned, ReasonForm


class FeeStateFilter(admin.SimpleListFilter):
    title = _("state")
    parameter_name = "state"

    def lookups(self, request, model_admin):
        return [("overdue", _("overdue")), *MembershipFee.State.choices]

    def queryset(self, request, queryset):
        if self.value() == "overdue":
            return queryset.overdue()
        if self.value() not in MembershipFee.State.values:
            return None
        return queryset.filter(state=self.value())


@admin.register(MembershipFee)
class MembershipFeeAdmin(Reasoned, ModelAdmin):
    export = EXPORTS["membership_fees"]
    date_hierarchy = "due_on"
    list_display = ["organisation", "state", "period", "invoiced", "due_on"]
    list_filter = [FeeStateFilter, ("due_on", JalaliDateFilter), "currency"]
    search_fields = ["membership__organisation__search_text"]
    autocomplete_fields = ["membership"]
    readonly_fields = ["state", "expenses"]
    _invoice = (
        None,
        {"fields": ["membership", "period", "amount", "currency", "due_on"]},
    )
    _transfer = (pgettext_lazy("of a fee", "Transfer"), {"fields": ["blocked_reason"]})
    _standing = (_("How it stands"), {"fields": ["state", "expenses"]})

    class Media:
        css = {"all": ["css/budget_admin.css"]}

    def get_fieldsets(self, request, obj=None):
        if obj is None:
            return [self._invoice, self._transfer, SOURCE]
        why = self.why(request, obj)
        return [self._standing, self._invoice, self._transfer, SOURCE, *why]

    def get_readonly_fields(self, request, obj=None):
        """What was invoiced stays as it was when its payment was requested."""
        fixed = obj.INVOICE if obj and obj.is_requested() else ()
        return [*fixed, *super().get_readonly_fields(request, obj)]

    def get_queryset(self, request):
        fees = super().get_queryset(request).with_state()
        return fees.select_related("membership__organisation")

    def render_change_form(self, request, context, *args, obj=None, **kwargs):
        if obj and not obj.requests and request.user.has_perm("budget.add_expense"):
            context["links"] = [
                {
                    "url": _request_url(obj),
                    "label": _("Request its payment"),
                    "explanation": _("Opens a new expense, filled in with this fee."),
                }
            ]
        return super().render_change_form(request, context, *args, obj=obj, **kwargs)

    @admin.display(description=_("membership"), ordering="membership__organisation")
    def organisation(self, obj):
        return marked(str(obj.membership), obj)

    @admin.display(description=_("amount"), ordering="amount")
    def invoiced(self, obj):
        return foreign(obj.amount, obj.currency)

    @admin.display(description=_("state"), ordering="state")
    def state(self, obj):
        """With the reason, where there is one: it is what is asked first."""
        state = MembershipFee.State(obj.state)
        if state != MembershipFee.State.BLOCKED:
            return state_mark(state)
        return format_html(
            '{}<br><span class="quiet">{}</span>',
            state_mark(state),
            obj.blocked_reason,
        )

    @admin.display(description=_("expenses"))
    def expenses(self, obj):
        made = Expense.objects.filter(membership_fee=obj).order_by("pk")
        rows = [
            (
                reverse("admin:budget_expense_change", args=[expense.pk]),
                expense,
                state_mark(expense.state),
            )
            for expense in made
        ]
        if not rows:
            return "—"
        items = format_html_join("", '<li><a href="{}">{}</a> {}</li>', rows)
        return format_html("<ul>{}</ul>", items)


def _request_url(fee):
    """The form of a new expense, filled in with what the fee says already. What is to
    be stored is in one language, whoever asks for the money."""
    rate = ExchangeRate.objects.newest(fee.currency)
    with override(settings.LANGUAGE_CODE):
        title, payee = _("Membership fee %(fee)s") % {"fee": fee}, str(fee.membership)
    known = {
        "title": title,
        "payee": payee,
        "purpose": Purpose.MEMBERSHIP_RIGHT.value,
        "membership_fee": fee.pk,
        "foreign_amount": grouped(fee.amount),
        "rate": rate.pk if rate else "",
    }
    return f"{reverse('admin:budget_expense_add')}?{urlencode(known)}"


class RateForm(ReasonForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if source := self.fields.get("source"):
            source.required = True


@admin.register(ExchangeRate)
class ExchangeRateAdmin(Reasoned, ModelAdmin):
    export = EXPORTS["exchange_rates"]
    date_hierarchy = "valid_on"
    list_display = ["currency", "valid_on", "rial_per_unit", "source"]
    list_filter = ["currency"]
    search_fields = ["currency"]
    form = RateForm
    fields = ["currency", "valid_on", "rial_per_unit", "source", "is_illustrative"]

    def get_fieldsets(self, request, obj=None):
        return [*super().get_fieldsets(request, obj), *self.why(request, obj)]

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        if "rial_per_unit" in form.changed_data and (warning := rate_warning(obj)):
            messages.warning(request, warning)

    def get_readonly_fields(self, request, obj=None):
        """What money was moved at stays as it was."""
        fixed = ["currency", "valid_on", "rial_per_unit"]
        used = fixed if obj and obj.is_used() else []
        return [*used, *super().get_readonly_fields(request, obj)]

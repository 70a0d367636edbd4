from django.contrib import admin, messages
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from budget.exports import EXPORTS
from budget.models import Entry, ExchangeRate, Expense, FiscalYear
from budget.models.expenses import SOURCES
from budget.templatetags.books import foreign
from budget.tenfold import RULE, measure_of_request
from kashan_diplomacy.admin import (
    SOURCE,
    ModelAdmin,
    ReadOnlyInline,
    marked,
)
from kashan_diplomacy.admin_filters import JalaliDateFilter, WaitingFilter
from kashan_diplomacy.ordering import in_persian_order

from .amounts import AnswersAmounts, asks
from .expense_verbs import EXPENSE_VERBS
from .exposures import compared_in_words, exposure_of
from .forms import RateField
from .links import entry_link, line_code, state_mark
from .plan import LineFilter, YearFilter
from .posting import PostsEntries
from .reasons import Reasoned, ReasonForm
from .vouchers import KeepsVouchers, VoucherInline, VoucherUpload


class StateFilter(admin.SimpleListFilter):
    title = _("state")
    parameter_name = "state"

    def lookups(self, request, model_admin):
        return Expense.State.choices

    def queryset(self, request, queryset):
        if self.value() not in Expense.State.values:
            return None
        return queryset.in_state(self.value())


class ExpenseYearFilter(YearFilter):
    path = "line__fiscal_year"


class EntryInline(ReadOnlyInline):
    model = Entry
    fields = ["number", "kind", "amount", "dated_on", "document_number", "memo"]
    readonly_fields = ["number"]
    ordering = ["fiscal_year__year", "seq"]

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("fiscal_year")

    @admin.display(description=_("number"))
    def number(self, obj):
        return entry_link(obj)


class ExpenseForm(ReasonForm):
    """Compares the requested amount with the line's while it is typed."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if field := self.fields.get("requested"):
            field.widget.attrs |= asks(besides=self.instance.pk) | {"data-with": "line"}
            field.help_text = format_html("{} {}", field.help_text, RULE)


@admin.register(Expense)
class ExpenseAdmin(Reasoned, KeepsVouchers, AnswersAmounts, PostsEntries, ModelAdmin):
    form = ExpenseForm
    verbs = EXPENSE_VERBS
    export = EXPORTS["expenses"]
    date_hierarchy = "requested_on"
    list_display = [
        "marked_title",
        "state",
        "requested",
        "line_code",
        "requested_on",
        "payee",
    ]
    list_filter = [
        WaitingFilter,
        StateFilter,
        ExpenseYearFilter,
        "purpose",
        ("requested_on", JalaliDateFilter),
        LineFilter,
        "is_illustrative",
    ]
    list_select_related = ["line"]
    list_only = (
        *("title", "requested", "requested_on", "payee", "is_illustrative"),
        *("cancelled_on", "committed", "spent"),
        *("line__code", "line__title_fa", "line__title_en"),
    )
    search_fields = ["search_text"]
    autocomplete_fields = ["line", *SOURCES]
    readonly_fields = [
        "requested_by",
        "state",
        "committed",
        "spent",
        "foreign_open",
        "revalued",
        "blocked",
    ]
    inlines = [EntryInline, VoucherInline, VoucherUpload]
    _request = (
        None,
        {"fields": ["line", "title", "payee", "purpose", "requested", "requested_on"]},
    )
    _foreign = (
        _("In foreign currency"),
        {
            "fields": ["foreign_amount", "rate"],
            "description": _(
                "The rate gives the requested amount in rial, which is then what may"
                " be committed."
            ),
        },
    )
    _occasion = (
        _("What it is for"),
        {
            "fields": SOURCES,
            "description": _("One of these at most."),
        },
    )
    _cancelling = (
        _("Cancelling"),
        {"fields": ["cancelled_on", "cancellation_reason"], "classes": ["collapse"]},
    )

    def get_fieldsets(self, request, obj=None):
        if obj is None:
            return [self._request, self._foreign, self._occasion, SOURCE]
        return [
            self._standing(obj),
            self._asked(obj),
            self._foreign,
            self._occasion,
            self._cancelling,
            SOURCE,
            *self.why(request, obj),
        ]

    def _asked(self, obj):
        """While it is a draft, with what comes of changing it."""
        if obj.entries.exists():
            return self._request
        name, shown = self._request
        text = _(
            "Whoever changes the line, the payee, the purpose, the amount or what it is"
            " for is who requested it from then on, and neither commits nor pays it."
        )
        return (name, shown | {"description": text})

    def _standing(self, obj):
        names = ["state", "committed", "spent", "requested_by"]
        if obj.rate_id:
            names[3:3] = ["foreign_open", "revalued"]
        if obj.membership_fee and obj.membership_fee.blocked_reason:
            names.insert(1, "blocked")
        return (_("How it stands"), {"fields": names})

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name == "rate":
            rates = ExchangeRate.objects.order_by("-valid_on", "currency")
            kwargs |= {"form_class": RateField, "queryset": rates}
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def get_inlines(self, request, obj):
        return super().get_inlines(request, obj) if obj else []

    def get_readonly_fields(self, request, obj=None):
        """What the first entry rests on stays as it was; the purpose, which may be put
        right, with the closed year."""
        fixed = []
        if obj and obj.entries.exists():
            purpose = ["purpose"] if obj.line.fiscal_year.is_closed else []
            fixed = [*Expense.FIXED, *purpose]
        return [*fixed, *super().get_readonly_fields(request, obj)]

    def get_object(self, request, object_id, from_field=None):
        """For a POST, the expense as it stands while nothing is posted to its year:
        a first entry made this very moment forbids what the form may still offer.
        """
        expense = super().get_object(request, object_id, from_field)
        if expense is None or request.method != "POST":
            return expense
        FiscalYear.objects.select_for_update().get(pk=expense.line.fiscal_year_id)
        return super().get_object(request, object_id, from_field)

    def save_model(self, request, obj, form, change):
        if not change:
            obj.requested_by = request.user
        super().save_model(request, obj, form, change)
        if {"requested", "line"} & set(form.changed_data):
            for warning in measure_of_request(obj.line, obj.pk).warnings(obj.requested):
                messages.warning(request, warning)

    @admin.display(description=_("title"), ordering=in_persian_order("title"))
    def marked_title(self, obj):
        return marked(obj.title, obj)

    @admin.display(description=_("budget line"), ordering="line__code")
    def line_code(self, obj):
        return line_code(obj.line)

    @admin.display(description=_("state"))
    def state(self, obj):
        return state_mark(obj.state)

    @admin.display(description=_("still to be paid"))
    def foreign_open(self, obj):
        return foreign(obj.foreign_open(), obj.rate.currency)

    @admin.display(description=_("at today's rate"))
    def revalued(self, obj):
        return compared_in_words(exposure_of(obj)) if obj.committed else "—"

    @admin.display(description=_("cannot be transferred"))
    def blocked(self, obj):
        return format_html(
            '<strong class="late">{}</strong>', obj.membership_fee.blocked_reason
        )

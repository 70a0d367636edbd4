from django.contrib import admin
from django.db.models import Q
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from budget.exports import EXPORTS
from budget.models import BudgetLine, Entry, FiscalYear
from budget.models.closings import PAYMENT_PERIOD
from budget.templatetags.books import period_name
from kashan_diplomacy.admin import SOURCE, ModelAdmin, ReadOnlyInline
from kashan_diplomacy.admin_filters import PublishedFilter
from kashan_diplomacy.admin_publication import Publishes
from kashan_diplomacy.templatetags.persian import digits, jalali, percent

from .closing import ClosesPeriods
from .posting import PostsEntries
from .reasons import Reasoned
from .report import ReportsYears
from .verbs import LINE_VERBS


def used_meter(line):
    """Committed and spent, as a share of what is approved; "" when nothing is."""
    if not line.approved:
        return ""
    used = line.committed + line.spent
    return format_html(
        '<span class="used"><meter min="0" max="{}" value="{}"></meter> {}</span>',
        line.approved,
        used,
        percent(used / line.approved),
    )


class YearFilter(admin.SimpleListFilter):
    """Rows of one fiscal year; `path` leads to it."""

    title = _("fiscal year")
    parameter_name = "year"
    path = "fiscal_year"

    def lookups(self, request, model_admin):
        years = FiscalYear.objects.order_by("-year").values_list("year", flat=True)
        return [(str(year), digits(year)) for year in years]

    def queryset(self, request, queryset):
        if self.value() not in dict(self.lookup_choices):
            return None
        return queryset.filter(**{f"{self.path}__year": self.value()})


class LineFilter(admin.SimpleListFilter):
    """Rows of one budget line. Those of one year are offered: of the year asked for,
    of the line chosen, or else the newest. All together are more than the rows."""

    title = _("budget line")
    parameter_name = "line"

    def lookups(self, request, model_admin):
        lines = BudgetLine.objects.only("code", "title_fa", "title_en").order_by("code")
        year, chosen = request.GET.get(YearFilter.parameter_name, ""), self.value()
        if year.isdecimal():
            lines = lines.filter(fiscal_year__year=year)
        elif chosen and chosen.isdecimal():
            lines = lines.filter(fiscal_year__lines__pk=chosen)
        else:
            newest = FiscalYear.objects.order_by("-year").values("pk")[:1]
            lines = lines.filter(fiscal_year__in=newest)
        return [(str(line.pk), str(line)) for line in lines]

    def queryset(self, request, queryset):
        if self.value() not in dict(self.lookup_choices):
            return None
        return queryset.filter(line=self.value())


class LineInline(ReadOnlyInline):
    model = BudgetLine
    fields = readonly_fields = ["page", *BudgetLine.HELD, "used"]
    ordering = ["code"]

    @admin.display(description=_("budget line"))
    def page(self, obj):
        url = reverse("admin:budget_budgetline_change", args=[obj.pk])
        return format_html('<a href="{}">{}</a>', url, obj)

    @admin.display(description=_("committed and spent"))
    def used(self, obj):
        return used_meter(obj)


@admin.register(FiscalYear)
class FiscalYearAdmin(Publishes, Reasoned, ReportsYears, ClosesPeriods, ModelAdmin):
    export = EXPORTS["fiscal_years"]
    list_display = ["year", "first_day", "last_day", "payments_until", "publication"]
    list_filter = [PublishedFilter]
    search_fields = ["year"]
    readonly_fields = ["first_day", "last_day", "payments_until", "closed_up_to"]
    fieldsets = [
        (None, {"fields": ["year", "published_on", "vouchers_above"]}),
        (
            _("Period"),
            {"fields": ["first_day", "last_day", "payments_until", "closed_up_to"]},
        ),
        SOURCE,
    ]
    inlines = [LineInline]

    class Media:
        css = {"all": ["css/budget_admin.css"]}

    def get_inlines(self, request, obj):
        return super().get_inlines(request, obj) if obj else []

    def get_fieldsets(self, request, obj=None):
        return [*super().get_fieldsets(request, obj), *self.why(request, obj)]

    def get_readonly_fields(self, request, obj=None):
        """A year that has lines stays the year it is."""
        fixed = ["year"] if obj and obj.lines.exists() else []
        return [*fixed, *super().get_readonly_fields(request, obj)]

    @admin.display(description=_("first day"))
    def first_day(self, obj):
        return jalali(obj.starts_on) if obj.year else ""

    @admin.display(description=_("last day"))
    def last_day(self, obj):
        return jalali(obj.ends_on) if obj.year else ""

    @admin.display(description=_("payments until"))
    def payments_until(self, obj):
        return jalali(obj.payments_end_on) if obj.year else ""

    @admin.display(description=_("closed up to"))
    def closed_up_to(self, obj):
        closed = obj.closed_month if obj.pk else 0
        return period_name(closed) if closed else ""


def _is_settled(line):
    """Whether the settlement of its year, which is closed, tells of the line."""
    return line.fiscal_year.is_closed


def _is_in_books(line):
    entries = Entry.objects.filter(Q(line=line) | Q(to_line=line))
    return entries.exists() or _is_settled(line)


@admin.register(BudgetLine)
class BudgetLineAdmin(Reasoned, PostsEntries, ModelAdmin):
    verbs = LINE_VERBS
    export = EXPORTS["budget_lines"]
    list_display = ["code", "title", "year", "approved", "available", "used"]
    list_display_links = ["code", "title"]
    list_filter = [YearFilter, "heading", "is_illustrative"]
    list_select_related = ["fiscal_year"]
    search_fields = ["search_text"]
    readonly_fields = ["year", *BudgetLine.HELD, "used"]
    fieldsets = [
        (None, {"fields": ["fiscal_year", "code", "title_fa", "title_en", "heading"]}),
        (_("How it stands"), {"fields": [*BudgetLine.HELD, "used"]}),
        SOURCE,
    ]

    def get_fieldsets(self, request, obj=None):
        """A line that is being added has nothing on it yet; one in the books, whose
        entries are numbered within a year, stays in its year."""
        (_none, shown), standing, source = super().get_fieldsets(request, obj)
        if obj is None:
            return [(None, shown), source]
        names = shown["fields"]
        if _is_in_books(obj):
            names = ["year", *names[1:]]
        why = self.why(request, obj)
        return [(None, {"fields": names}), standing, source, *why]

    def get_readonly_fields(self, request, obj=None):
        """A settlement names a line by its code."""
        fixed = ["code"] if obj and _is_in_books(obj) else []
        return [*fixed, *super().get_readonly_fields(request, obj)]

    def has_delete_permission(self, request, obj=None):
        is_settled = obj is not None and _is_settled(obj)
        return not is_settled and super().has_delete_permission(request, obj)

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        """A closed year, whose settlement tells of each line, takes no other."""
        if db_field.name == "fiscal_year":
            years = FiscalYear.objects.exclude(closings__month=PAYMENT_PERIOD)
            kwargs["queryset"] = years
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if db_field.name == "fiscal_year":
            field.label_from_instance = digits
        return field

    @admin.display(description=_("fiscal year"), ordering="fiscal_year__year")
    def year(self, obj):
        return digits(obj.fiscal_year.year)

    @admin.display(description=_("committed and spent"))
    def used(self, obj):
        return used_meter(obj)

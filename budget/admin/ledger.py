from django.contrib import admin
from django.core.paginator import Paginator
from django.db import connection
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from budget.exports import EXPORTS
from budget.models import Entry
from kashan_diplomacy.admin import ReadOnlyModelAdmin
from kashan_diplomacy.admin_display import code
from kashan_diplomacy.admin_filters import JalaliDateFilter
from kashan_diplomacy.templatetags.persian import digits

from .links import entry_link, line_code
from .plan import LineFilter, YearFilter
from .posting import PostsEntries
from .verbs import ENTRY_VERBS

#: A year's entries are numbered from 1 without a gap.
COUNTED = """
    SELECT SUM((SELECT MAX(seq) FROM budget_entry WHERE fiscal_year_id = year.id))
    FROM budget_fiscalyear AS year
"""


class LedgerPaginator(Paginator):
    """Counts the whole ledger by the last numbers of its years: to count a million rows
    takes SQLite longer than all else about the page."""

    @cached_property
    def count(self):
        if self.object_list.query.where:
            return self.object_list.count()
        with connection.cursor() as cursor:
            cursor.execute(COUNTED)
            return int(cursor.fetchone()[0] or 0)


@admin.register(Entry)
class EntryAdmin(PostsEntries, ReadOnlyModelAdmin):
    """To be read only; a wrong entry is put right by a reversal."""

    verbs = ENTRY_VERBS
    paginator = LedgerPaginator
    export = EXPORTS["ledger"]
    date_hierarchy = "dated_on"
    list_display = [
        "number",
        "dated_on",
        "kind",
        "amount",
        "lines",
        "expense",
        "document_number",
    ]
    list_filter = [
        YearFilter,
        "kind",
        ("dated_on", JalaliDateFilter),
        LineFilter,
    ]
    list_select_related = ["fiscal_year", "line", "to_line", "expense"]
    list_only = (
        *("seq", "kind", "amount", "dated_on", "document_number", "fiscal_year__year"),
        *("line__code", "line__title_fa", "line__title_en"),
        *("to_line__code", "to_line__title_fa", "to_line__title_en"),
        "expense__title",
    )
    search_fields = ["document_number", "memo", "expense__search_text"]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    "number",
                    "kind",
                    "amount",
                    "line",
                    "from_place",
                    "to_place",
                    "to_line",
                    "expense",
                ]
            },
        ),
        (_("Document"), {"fields": ["dated_on", "document_number", "memo"]}),
        (_("Reversal"), {"fields": ["reversed_entry", "reversal"]}),
        (_("Record"), {"fields": ["recorded_by", "recorded_at", "chained"]}),
    ]
    readonly_fields = ["number", "reversed_entry", "reversal", "chained"]

    @admin.display(description=_("number"), ordering="seq")
    def number(self, obj):
        return digits(obj)

    @admin.display(description=_("budget line"), ordering="line__code")
    def lines(self, obj):
        if not obj.to_line:
            return line_code(obj.line)
        return format_html(_("{} to {}"), line_code(obj.line), line_code(obj.to_line))

    @admin.display(description=_("reverses"))
    def reversed_entry(self, obj):
        return entry_link(obj.reverses) if obj.reverses else "—"

    @admin.display(description=_("reversed by"))
    def reversal(self, obj):
        later = Entry.objects.filter(reverses=obj).select_related("fiscal_year").first()
        return entry_link(later) if later else "—"

    @admin.display(description=_("digest"))
    def chained(self, obj):
        return code(obj.digest)

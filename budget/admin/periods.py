"""Closed periods: what was stored on the day of closing, to be read and downloaded."""

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from budget.exports import EXPORTS
from budget.models import Closing
from budget.models.closings import PAYMENT_PERIOD
from kashan_diplomacy.admin import ReadOnlyModelAdmin
from kashan_diplomacy.admin_display import code
from kashan_diplomacy.downloads import recorded

from .closing import in_words
from .plan import YearFilter


@admin.register(Closing)
class ClosingAdmin(ReadOnlyModelAdmin):
    """Closed is closed; a period is closed from the year's page."""

    export = EXPORTS["closings"]
    list_display = ["period", "last_seq", "closed_at", "closed_by"]
    list_filter = [YearFilter]
    list_select_related = ["fiscal_year", "closed_by"]
    search_fields = ["fiscal_year__year", "digest"]
    fieldsets = [
        (None, {"fields": ["period", "closed_by", "closed_at"]}),
        (_("Head of the chain"), {"fields": ["last_seq", "head"]}),
        (_("Stored files"), {"fields": ["entries", "settlement", "is_intact"]}),
    ]
    readonly_fields = ["period", "head", "entries", "settlement", "is_intact"]

    class Media:
        css = {"all": ["css/budget_admin.css"]}

    def get_queryset(self, request):
        return super().get_queryset(request).defer("entries_csv", "settlement_csv")

    def get_urls(self):
        view = self.admin_site.admin_view(closing_file)
        mine = path("<int:pk>/<slug:which>.csv", view, name="budget_closing_file")
        return [mine, *super().get_urls()]

    def change_view(self, request, object_id, form_url="", extra_context=None):
        closing = self.get_object(request, object_id)
        context = {"subtitle": closing and in_words(closing)}
        return super().change_view(request, object_id, form_url, context)

    @admin.display(description=_("period"), ordering="month")
    def period(self, obj):
        return in_words(obj)

    @admin.display(description=_("digest of the last entry"))
    def head(self, obj):
        return code(obj.digest) if obj.digest else "—"

    @admin.display(description=_("entries"))
    def entries(self, obj):
        return _download(obj, "entries", obj.entries_sha256)

    @admin.display(description=_("settlement"))
    def settlement(self, obj):
        if obj.month != PAYMENT_PERIOD:
            return "—"
        return _download(obj, "settlement", obj.settlement_sha256)

    @admin.display(description=_("as stored"), boolean=True)
    def is_intact(self, obj):
        return obj.files_are_intact()


def _download(closing, which, digest):
    return format_html(
        '<a dir="ltr" href="{}">{}</a><br>{}',
        reverse("admin:budget_closing_file", args=[closing.pk, which]),
        _file_name(closing, which),
        code(f"SHA-256 {digest}"),
    )


def _file_name(closing, which):
    return f"{closing.fiscal_year.year}-{closing.month:02}-{which}.csv"


@require_safe
def closing_file(request, pk, which):
    """The bytes as they were stored on the day of closing."""
    if not request.user.has_perm("budget.view_closing"):
        raise PermissionDenied
    closing = get_object_or_404(Closing.objects.select_related("fiscal_year"), pk=pk)
    stored = {"entries": closing.entries_csv, "settlement": closing.settlement_csv}
    if not stored.get(which):
        raise Http404
    name = _file_name(closing, which)
    response = StreamingHttpResponse(
        [bytes(stored[which])],
        content_type="text/csv; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "private, no-store",
        },
    )
    return recorded(request, response, name)

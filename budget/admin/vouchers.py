"""Vouchers on the expense's page: uploaded there, kept, and given out with permission.

They are never served by address alone: MEDIA_ROOT has no URL.
"""

from pathlib import PurePath

from django.contrib import admin
from django.core.exceptions import PermissionDenied, ValidationError
from django.forms import BaseInlineFormSet
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from budget.models import Voucher
from budget.models.closings import sha256
from kashan_diplomacy.admin import ReadOnlyInline, RecordForm, TabularInline
from kashan_diplomacy.admin_display import code
from kashan_diplomacy.uploads import download_name, validate_upload

ALREADY_THERE = gettext_lazy("This file is already there.")


class VoucherForm(RecordForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["name"].required = False
        self.fields["name"].help_text = _("Empty: the name of the file.")

    def clean_file(self):
        """The same bytes are kept once for an expense, under whatever name."""
        file = self.cleaned_data["file"]
        validate_upload(file)
        self.digest = sha256(file.read())
        file.seek(0)
        kept = Voucher.objects.filter(expense=self.instance.expense_id)
        if kept.filter(sha256=self.digest).exists():
            raise ValidationError(ALREADY_THERE, code="unique")
        return file

    def clean(self):
        file = self.cleaned_data.get("file")
        if file and not self.cleaned_data.get("name") and "name" not in self.errors:
            longest = Voucher._meta.get_field("name").max_length
            self.cleaned_data["name"] = PurePath(file.name).name[-longest:]
        return super().clean()


class VoucherFormSet(BaseInlineFormSet):
    def clean(self):
        super().clean()
        seen = set()
        for form in self.forms:
            digest = getattr(form, "digest", None)
            if digest and digest in seen:
                form.add_error("file", ValidationError(ALREADY_THERE, code="unique"))
            seen.add(digest)


class VoucherInline(ReadOnlyInline):
    """What is attached already: to be opened, not changed."""

    model = Voucher
    fields = readonly_fields = ["link", "uploaded_by", "uploaded_at", "digest"]
    ordering = ["pk"]

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("uploaded_by")

    @admin.display(description=gettext_lazy("voucher"))
    def link(self, obj):
        url = reverse("admin:budget_voucher_file", args=[obj.pk])
        return format_html('<a href="{}"><bdi>{}</bdi></a>', url, obj.name)

    @admin.display(description=gettext_lazy("SHA-256"))
    def digest(self, obj):
        return code(obj.sha256)


class VoucherUpload(TabularInline):
    """Room for one more, or several."""

    model = Voucher
    form, formset = VoucherForm, VoucherFormSet
    fields = ["file", "name"]
    extra = 1
    can_delete = False
    verbose_name = gettext_lazy("new voucher")
    verbose_name_plural = gettext_lazy("Attach vouchers: PDF, PNG or JPEG, up to 10 MB")

    def get_queryset(self, request):
        return super().get_queryset(request).none()

    def has_add_permission(self, request, obj):
        """Who keeps vouchers attaches them to any expense; others to their own."""
        is_keeper = request.user.has_perm("budget.change_voucher")
        is_own = obj is not None and obj.requested_by_id == request.user.pk
        return super().has_add_permission(request, obj) and (is_keeper or is_own)

    def has_view_permission(self, request, obj=None):
        return self.has_add_permission(request, obj)

    def has_change_permission(self, request, obj=None):
        return False


class KeepsVouchers:
    """For the expense's ModelAdmin: who uploads, and who may download."""

    def get_urls(self):
        view = self.admin_site.admin_view(voucher_file)
        mine = path("vouchers/<int:pk>/", view, name="budget_voucher_file")
        return [mine, *super().get_urls()]

    def save_formset(self, request, form, formset, change):
        if formset.model is Voucher:
            for voucher_form in formset.forms:
                voucher_form.instance.uploaded_by = request.user
        super().save_formset(request, form, formset, change)


@require_safe
def voucher_file(request, pk):
    """A voucher's file, to be saved and not shown: it came from outside."""
    if not request.user.has_perm("budget.view_voucher"):
        raise PermissionDenied
    voucher = get_object_or_404(Voucher, pk=pk)
    try:
        file = voucher.file.open("rb")
    except FileNotFoundError as error:
        raise Http404(_("The file is not there.")) from error
    suffix = PurePath(voucher.file.name).suffix
    response = FileResponse(
        file,
        as_attachment=True,
        filename=download_name(PurePath(voucher.name).name, suffix),
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-store"
    return response

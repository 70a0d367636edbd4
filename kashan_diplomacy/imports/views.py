"""The admin's pages for bringing files in: choose a list, upload, look, carry out.

Looking changes nothing. What is carried out is what was looked at: if meanwhile
something else would come of the file, it is shown anew instead.
"""

from hashlib import sha256

from django import forms
from django.contrib import messages
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import FileResponse, Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from agreements.imports import IMPORTS as AGREEMENTS
from budget.imports import IMPORTS as BUDGET
from kashan_diplomacy.models import Import
from kashan_diplomacy.templatetags.pages import grouped
from kashan_diplomacy.uploads import sha256_of, validate_spreadsheet

from .reading import read
from .rows import CHANGED, NEW, OUTCOMES, REFUSED, UNCHANGED, Refused, Run
from .table import table
from .template_file import CONTENT_TYPE, explained, template_file

IMPORTS = AGREEMENTS | BUDGET
#: Of each outcome; the counts are of all rows.
MOST_SHOWN = 200


def import_urls(site):
    """The URL patterns of `site`'s imports; only its staff get in."""

    def page(view):
        return site.admin_view(view), {"site": site}

    return [
        path("import/", *page(imports), name="imports"),
        path("import/<slug:name>/", *page(import_list), name="import_list"),
        path("import/<slug:name>/template.xlsx", *page(template), name="import_xlsx"),
        path("import/file/<int:pk>/", *page(import_file), name="import_file"),
        path("import/file/<int:pk>/original/", *page(original), name="import_original"),
    ]


class UploadForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("spreadsheet"),
        validators=[validate_spreadsheet],
        widget=forms.FileInput(attrs={"accept": ".xlsx,.ods,.csv"}),
    )


@require_safe
def imports(request, site):
    """The lists that the user may bring in, and the files that wait for somebody."""
    sheets = [sheet for sheet in IMPORTS.values() if sheet.may_upload(request.user)]
    waiting = Import.objects.waiting().select_related("uploaded_by")
    context = {
        **site.each_context(request),
        "title": _("Bring files in"),
        "sheets": sheets,
        "waiting": [
            (each, IMPORTS[each.kind])
            for each in waiting
            if each.kind in IMPORTS and _may_see(request.user, each)
        ],
    }
    return render(request, "admin/imports/index.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def import_list(request, site, name):
    """What a file of this list must hold; and the upload."""
    sheet = _sheet(name)
    if not sheet.may_upload(request.user):
        raise PermissionDenied
    form = UploadForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            table(sheet, read(file))  # refused at once, before anything is kept
        except ValidationError as error:
            form.add_error("file", error)
        else:
            return HttpResponseRedirect(_kept(sheet, file, request.user))
    context = {
        **site.each_context(request),
        "title": _("Bring in: %(list)s") % {"list": sheet.title},
        "sheet": sheet,
        "form": form,
        "columns": explained(sheet),
        "most_rows": grouped(sheet.most_rows),
    }
    return render(request, "admin/imports/list.html", context)


def _kept(sheet, file, user):
    """The address of the page of an uploaded file."""
    kept = Import(
        kind=sheet.name, name=file.name, sha256=sha256_of(file), uploaded_by=user
    )
    kept.file.save(file.name, file)
    return reverse("admin:import_file", args=[kept.pk])


@require_safe
def template(request, site, name):
    sheet = _sheet(name)
    if not sheet.may_upload(request.user):
        raise PermissionDenied
    headers = {"Content-Disposition": f'attachment; filename="{sheet.name}.xlsx"'}
    return HttpResponse(template_file(sheet), CONTENT_TYPE, headers=headers)


@require_http_methods(["GET", "HEAD", "POST"])
def import_file(request, site, pk):
    """What would come of an uploaded file; and its being carried out or discarded."""
    kept = _import(request, pk)
    if request.method == "POST" and not kept.carried_out_at:
        if "discard" in request.POST:
            return _discard(request, kept)
        rows = _carry_out(request, kept)
        if rows is None:
            return HttpResponseRedirect(request.path)
    else:
        rows = None if kept.carried_out_at else _rehearsed(kept, request.user)
    return render(request, "admin/imports/file.html", _shown(request, site, kept, rows))


def _shown(request, site, kept, rows):
    sheet = IMPORTS[kept.kind]
    counts = _counted(rows or [])
    return {
        **site.each_context(request),
        "title": _("Bring in: %(list)s") % {"list": sheet.title},
        "sheet": sheet,
        "kept": kept,
        "counts": counts,
        "groups": {
            outcome: [row for row in rows or [] if row.outcome == outcome][:MOST_SHOWN]
            for outcome in OUTCOMES
        },
        "most_shown": MOST_SHOWN,
        "seen": _fingerprint(rows or []),
        "hindrance": _hindrance(sheet, kept, request.user, counts),
    }


def _hindrance(sheet, kept, user, counts):
    """Why the user cannot carry it out; empty if nothing is in the way."""
    if counts[REFUSED]:
        return _("All or nothing: put the refused rows right and upload the file anew.")
    if not counts[NEW] + counts[CHANGED]:
        return _("All of this is recorded already: there is nothing to do.")
    if sheet.books and user.pk == kept.uploaded_by_id:
        return _(
            "You uploaded it, so you are who requested these expenses: another person"
            " carries it out, who commits and pays them."
        )
    if not sheet.may_carry_out(user):
        return _("You may not post to the books.")
    return ""


def _table(kept):
    with kept.file.open("rb") as file:
        return table(IMPORTS[kept.kind], read(file))


def _run(kept, by, rows, *, saving):
    reason = _("imported from %(file)s") % {"file": kept.name}
    return Run(
        IMPORTS[kept.kind],
        rows,
        by=by,
        uploaded_by=kept.uploaded_by,
        reason=reason,
        saving=saving,
    )


def _rehearsed(kept, user):
    """The rows as judged. What posts to the ledger is posted and taken back, on behalf
    of somebody who did not upload it."""
    read_rows = _table(kept)
    if not IMPORTS[kept.kind].books:
        return _run(kept, user, read_rows, saving=False).rows
    with transaction.atomic():
        others = get_user_model().objects.exclude(pk=kept.uploaded_by_id)
        by = user if user.pk != kept.uploaded_by_id else others.first()
        try:
            rows = _run(kept, by or user, read_rows, saving=True).rows
        except Refused as refused:
            rows = refused.args[0]
        transaction.set_rollback(True)
    return rows


def _carry_out(request, kept):
    """None when all is saved; else the rows, of which none was."""
    sheet, user = IMPORTS[kept.kind], request.user
    if not sheet.may_carry_out(user):
        raise PermissionDenied
    if sheet.books and user.pk == kept.uploaded_by_id:
        raise PermissionDenied
    rows = _table(kept)  # before the lock: nobody else writes while SQLite holds it
    try:
        with transaction.atomic():
            waiting = Import.objects.select_for_update().waiting()
            kept = get_object_or_404(waiting, pk=kept.pk)
            run = _run(kept, user, rows, saving=True)
            is_as_seen = _fingerprint(run.rows) == request.POST.get("seen")
            if run.counts[REFUSED] or not is_as_seen:
                raise Refused(run.rows)
            run.log()
            _finish(kept, user, run.counts)
    except Refused as refused:
        text = _("Nothing was saved: look again at what would come of this file.")
        messages.error(request, text)
        return refused.args[0]
    messages.success(request, _("The file was brought in."))
    return None


def _finish(kept, user, counts):
    kept.carried_out_by, kept.carried_out_at = user, timezone.now()
    kept.added, kept.changed = counts[NEW], counts[CHANGED]
    kept.unchanged = counts[UNCHANGED]
    kept.save()


def _discard(request, kept):
    """Not what somebody else carries out at this very moment."""
    with transaction.atomic():
        waiting = Import.objects.select_for_update().waiting()
        kept = get_object_or_404(waiting, pk=kept.pk)
        kept.delete()
    kept.file.delete(save=False)
    messages.success(request, _("The file was discarded."))
    return HttpResponseRedirect(reverse("admin:imports"))


@require_safe
def original(request, site, pk):
    """The file as it was uploaded, also for those who only read the log."""
    kept = get_object_or_404(Import, pk=pk)
    may_read = request.user.has_perm("kashan_diplomacy.view_import")
    if not (may_read or _may_see(request.user, kept)):
        raise PermissionDenied
    response = FileResponse(
        kept.file.open("rb"),
        as_attachment=True,
        filename=kept.name,
        content_type="application/octet-stream",
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _sheet(name):
    if name not in IMPORTS:
        raise Http404(_("There is no such list."))
    return IMPORTS[name]


def _import(request, pk):
    kept = get_object_or_404(Import.objects.select_related("uploaded_by"), pk=pk)
    if not _may_see(request.user, kept):
        raise PermissionDenied
    return kept


def _may_see(user, kept):
    sheet = _sheet(kept.kind)
    return sheet.may_upload(user) or sheet.may_carry_out(user)


def _counted(rows):
    return {name: sum(row.outcome == name for row in rows) for name in OUTCOMES}


def _fingerprint(rows):
    """Of all that comes of a file, as it is shown."""
    digest = sha256()
    for row in rows:
        changes = [tuple(map(str, change)) for change in row.changes]
        digest.update(repr((row.number, row.outcome, row.title, changes)).encode())
    return digest.hexdigest()

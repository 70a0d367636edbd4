"""What people do to a record, as buttons on its page: one small form for each verb.

A verb names its permission, says why it cannot be done now and what follows from it,
and is saved through the record's own form and `save()`, as if typed on the whole page.
"""

from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import path, reverse

from .admin import RecordForm
from .templatetags.persian import digits


class VerbForm(RecordForm):
    """The fields that a verb asks for; what is wrong elsewhere is said above them.

    `user` is who does it, `row` the record whose page it was opened from.
    """

    def __init__(self, *args, user, row, **kwargs):
        self.user, self.row = user, row
        super().__init__(*args, label_suffix="", **kwargs)

    def _update_errors(self, errors):
        if hasattr(errors, "error_dict"):
            told = {}
            for name, found in errors.error_dict.items():
                place = name if name in self.fields else NON_FIELD_ERRORS
                told.setdefault(place, []).extend(found)
            errors = ValidationError(told)
        super()._update_errors(errors)


class Verb:
    """`name` is its URL, `form` the VerbForm that does it to a record."""

    name = permission = ""
    label = explanation = done = None
    form: type[VerbForm]

    def suits(self, row) -> bool:
        """Whether it is a matter for this record at all."""
        return True

    def refusal(self, row, user) -> str:
        """Why `user` cannot do it to `row` as it stands; "" when that can be done."""
        return ""

    def instance(self, row):
        """The record that the form fills in: the one it was opened from, or a new."""
        return row

    def initial(self, row) -> dict:
        return {}

    def consequences(self, row, user) -> list[str]:
        """What follows from it, in whole sentences."""
        return []

    def save(self, form):
        """The record saved, the one to lead on to."""
        return form.save()


class HasVerbs:
    """For a ModelAdmin: the buttons of its `verbs`, each leading to its `verb_view`.

    A verb has a `name`, a `permission`, `suits()` and `refusal()`, as `Verb` has them.
    """

    verbs = ()

    def get_urls(self):
        views = [
            path(
                f"<int:pk>/{verb.name}/",
                self.admin_site.admin_view(self.verb_view),
                {"verb": verb},
                name=self._verb_url(verb),
            )
            for verb in self.verbs
        ]
        return views + super().get_urls()

    def _verb_url(self, verb):
        return f"{self.opts.app_label}_{self.opts.model_name}_{verb.name}"

    def render_change_form(self, request, context, *args, obj=None, **kwargs):
        if obj and request.method == "POST":  # refused: as it is stored, not as typed
            obj = self.get_object(request, str(obj.pk))
        context["verbs"] = [
            {
                "verb": verb,
                "url": reverse(f"admin:{self._verb_url(verb)}", args=[obj.pk]),
                "refusal": verb.refusal(obj, request.user),
            }
            for verb in (self.verbs if obj else ())
            if request.user.has_perm(verb.permission) and verb.suits(obj)
        ]
        return super().render_change_form(request, context, *args, obj=obj, **kwargs)


class DoesVerbs(HasVerbs):
    """The forms of verbs that are saved with the record itself."""

    verbs: tuple[Verb, ...] = ()

    @transaction.atomic
    def verb_view(self, request, pk, verb):
        if request.method == "POST":  # as it stands when nobody else is at it
            self.model._default_manager.select_for_update().filter(pk=pk).first()
        row = self.get_object(request, str(pk))
        if row is None or not verb.suits(row):
            raise Http404
        if not request.user.has_perm(verb.permission):
            raise PermissionDenied
        page = f"admin:{self.opts.app_label}_{self.opts.model_name}_change"
        if refusal := verb.refusal(row, request.user):
            messages.warning(request, refusal)
            return redirect(page, pk)
        form = verb.form(
            request.POST if request.method == "POST" else None,
            instance=verb.instance(row),
            initial=verb.initial(row),
            user=request.user,
            row=row,
        )
        if form.is_valid():
            saved = verb.save(form)
            self.log_change(request, saved, str(verb.done))
            messages.success(request, f"{verb.done}: {digits(saved)}")
            return redirect(page, saved.pk)
        context = {
            **self.admin_site.each_context(request),
            "title": f"{verb.label} · {digits(row)}",
            "opts": self.opts,
            "media": self.media + form.media,
            "original": self.get_object(request, str(pk)),
            "verb": verb,
            "form": form,
            "consequences": verb.consequences(row, request.user),
        }
        return render(request, "admin/verb_form.html", context)

"""The forms behind the verbs: shown, checked and posted by one view."""

import uuid
from collections import Counter
from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.contrib.admin.widgets import AdminTextInputWidget
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from budget.ledger import LedgerError
from budget.models import BudgetLine
from kashan_diplomacy.forms import JalaliDateField, TomanField
from kashan_diplomacy.templatetags.persian import digits, toman

#: Beside which field a refusal of the ledger stands; elsewhere above the form.
FIELD_OF_CODE = {
    "insufficient": "amount",
    "amount": "amount",
    "beyond_request": "amount",
    "future": "dated_on",
    "outside_period": "dated_on",
    "transfer": "to_line",
    "reason": "memo",
}


class PostingForm(forms.Form):
    """`verb` done to `held`; posting the same form twice posts once."""

    to_line = forms.ModelChoiceField(None, label=gettext_lazy("to budget line"))
    amount = TomanField(label=gettext_lazy("amount"), min_value=1)
    dated_on = JalaliDateField(label=gettext_lazy("dated on"))
    document_number = forms.CharField(
        label=gettext_lazy("document number"),
        max_length=60,
        required=False,
        widget=AdminTextInputWidget,
    )
    memo = forms.CharField(
        label=gettext_lazy("memo"),
        max_length=300,
        required=False,
        widget=AdminTextInputWidget,
    )
    token = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, verb, held, *args, **kwargs):
        self.verb, self.held = verb, held
        super().__init__(*args, label_suffix="", **kwargs)
        if hasattr(verb, "targets"):
            self.fields["to_line"].queryset = verb.targets(held)
        else:
            del self.fields["to_line"]
        if not verb.has_amount:
            del self.fields["amount"]
            self.fields["memo"].required = True
            self.fields["memo"].help_text = _("Why the entry is reversed.")

    @property
    def amount_asked(self):
        """The amount typed, while it is one; until something is, the one proposed."""
        if not self.is_bound or not self.verb.has_amount:
            return self.verb.initial(self.held)
        return self.cleaned_data.get("amount")

    def post(self, user):
        """The entry posted, or None when the ledger refuses: see the form's errors."""
        try:
            entry = self.verb.post(
                **{self.verb.takes: self.held}, **self.cleaned_data, by=user
            )
            self._check_is_this(entry)
        except (LedgerError, AlreadyPostedError) as error:
            field = FIELD_OF_CODE.get(error.code)
            self.add_error(field if field in self.fields else None, error)
            return None
        return entry

    def _check_is_this(self, entry):
        """A form sent again with another amount is not the one that was posted."""
        verb, held, typed = self.verb, self.held, self.cleaned_data
        line = verb.line(held)
        to_line = typed.get("to_line") or verb.to_line(held)
        asked = (verb.kind, self.amount_asked, typed["dated_on"], line.pk, to_line.pk)
        posted = (
            *(entry.kind, entry.amount, entry.dated_on, entry.line_id),
            entry.to_line_id or entry.line_id,
        )
        if (*asked, verb.expense(held)) != (*posted, entry.expense):
            raise AlreadyPostedError(
                _(
                    "This form was already posted as entry %(entry)s: %(kind)s of"
                    " %(amount)s. To post another, open it anew."
                ),
                code="already_posted",
                params=_entry_in_words(entry),
            )


class AlreadyPostedError(ValidationError):
    """The form's token belongs to an entry that says something else."""


def _entry_in_words(entry):
    return {
        "entry": digits(entry),
        "kind": entry.get_kind_display(),
        "amount": toman(entry.amount),
    }


def _initial(verb, held):
    """Today, while the year runs; otherwise the date is left for the user to give."""
    year, today = verb.fiscal_year(held), timezone.localdate()
    return {
        "amount": verb.initial(held),
        "dated_on": today if year.starts_on <= today <= year.ends_on else None,
        "token": uuid.uuid4(),
    }


@dataclass(frozen=True)
class Change:
    """An amount that a row keeps, in rial, now and after the posting."""

    label: str
    now: int
    after: int


def consequences(verb, held, amount, to_line=None):
    """The expense and the lines that are touched, each with the changes to it."""
    line, expense = verb.line(held), verb.expense(held)
    target = to_line or verb.to_line(held)
    source_place, target_place = verb.places(held)
    shifts = {holder: Counter() for holder in (expense, line, target) if holder}
    for holder in filter(None, (line, expense)):
        shifts[holder][source_place] -= amount
    for holder in filter(None, (target, expense)):
        shifts[holder][target_place] += amount
    return [(holder, _changes(holder, shift)) for holder, shift in shifts.items()]


def _changes(holder, shift):
    shift["approved"] = sum(shift[name] for name in holder.HELD)
    return [
        Change(
            holder._meta.get_field(name).verbose_name,
            getattr(holder, name),
            getattr(holder, name) + shift[name],
        )
        for name in holder.HELD
    ]


class PostsEntries:
    """For a ModelAdmin: the buttons and the forms of its `verbs`."""

    verbs = ()

    class Media:
        css = {"all": ["css/budget_admin.css"]}

    def get_urls(self):
        views = [
            path(
                f"<int:pk>/{verb.name}/",
                self.admin_site.admin_view(self.verb_form),
                {"verb": verb},
                name=self._url_name(verb),
            )
            for verb in self.verbs
        ]
        return views + super().get_urls()

    def _url_name(self, verb):
        return f"{self.opts.app_label}_{self.opts.model_name}_{verb.name}"

    def render_change_form(self, request, context, *args, obj=None, **kwargs):
        context["verbs"] = self._buttons(request, obj) if obj else []
        return super().render_change_form(request, context, *args, obj=obj, **kwargs)

    def _buttons(self, request, held):
        return [
            {
                "verb": verb,
                "url": reverse(f"admin:{self._url_name(verb)}", args=[held.pk]),
                "refusal": verb.refusal(held, request.user),
            }
            for verb in self.verbs
            if request.user.has_perm(verb.permission)
        ]

    @transaction.atomic
    def verb_form(self, request, pk, verb):
        """The form of `verb` for one object; what it posts is the ledger's business."""
        held = self.get_object(request, str(pk))
        if held is None:
            raise Http404
        may_post = request.user.has_perm(verb.permission)
        if not (may_post and self.has_view_permission(request, held)):
            raise PermissionDenied
        page = f"admin:{self.opts.app_label}_{self.opts.model_name}_change"
        if request.method == "POST":
            form = PostingForm(verb, held, request.POST)
            if form.is_valid() and (entry := form.post(request.user)):
                messages.success(request, _posted(entry))
                return redirect(page, held.pk)
        elif refusal := verb.refusal(held, request.user):
            messages.warning(request, refusal)
            return redirect(page, held.pk)
        else:
            form = PostingForm(verb, held, initial=_initial(verb, held))
        return self._render_verb_form(request, form)

    def _render_verb_form(self, request, form):
        verb, held, amount = form.verb, form.held, form.amount_asked
        to_line = form.is_bound and form.cleaned_data.get("to_line")
        context = {
            **self.admin_site.each_context(request),
            "title": f"{verb.label} · {digits(held)}",
            "opts": self.opts,
            "media": self.media + form.media,
            "original": held,
            "verb": verb,
            "form": form,
            "amount": amount,
            "consequences": consequences(verb, held, amount or 0, to_line),
        }
        return render(request, "admin/budget/verb_form.html", context)


def _posted(entry):
    line = BudgetLine.objects.get(pk=entry.line_id)
    return _(
        "Entry %(entry)s is posted: %(kind)s of %(amount)s."
        " Available on %(line)s: %(available)s."
    ) % {
        **_entry_in_words(entry),
        "line": line,
        "available": toman(line.available),
    }

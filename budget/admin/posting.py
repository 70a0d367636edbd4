"""The verbs' buttons on an object's page, and the view that shows and posts them."""

import uuid
from collections import Counter
from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from budget.models import BudgetLine, Entry, Kind
from kashan_diplomacy.access.sessions import asked_again, has_just_proved
from kashan_diplomacy.admin_verbs import HasVerbs
from kashan_diplomacy.templatetags.persian import digits, toman

from .forms import entry_in_words

#: The button that shows what a form would do, and posts nothing.
LOOK = "_look"


def _initial(verb, held):
    """Today, while the year runs; otherwise the date is left for the user to give."""
    year, today = verb.fiscal_year(held), timezone.localdate()
    return {
        **verb.proposed(held),
        "dated_on": today if year.starts_on <= today <= year.ends_on else None,
        "token": uuid.uuid4(),
    }


@dataclass(frozen=True)
class Change:
    """An amount that a row keeps, in rial, now and after the posting."""

    label: str
    now: int
    after: int


def consequences(verb, held, moves, to_line=None):
    """The expense and the lines that `moves` touch, each with the changes to it."""
    line, expense = verb.line(held), verb.expense(held)
    target = to_line or verb.to_line(held)
    shifts = {holder: Counter() for holder in (expense, line, target) if holder}
    for source_place, target_place, amount in moves:
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


class PostsEntries(HasVerbs):
    """The forms of verbs that post to the ledger."""

    class Media:
        css = {"all": ["css/budget_admin.css"]}

    @transaction.atomic
    def verb_view(self, request, pk, verb):
        """The form of `verb` for one object; what it posts is the ledger's business."""
        held = self.get_object(request, str(pk))
        if held is None or not verb.suits(held):
            raise Http404
        may_post = request.user.has_perm(verb.permission)
        if not (may_post and self.has_view_permission(request, held)):
            raise PermissionDenied
        if verb.needs_proof and not has_just_proved(request):
            return asked_again(request)
        page = f"admin:{self.opts.app_label}_{self.opts.model_name}_change"
        if request.method == "POST":
            form = verb.form(verb, held, request.POST)
            posts = form.is_valid() and LOOK not in request.POST
            if posts and (entry := form.post(request.user)):
                messages.success(request, _posted(entry))
                return redirect(page, held.pk)
        elif refusal := verb.refusal(held, request.user):
            messages.warning(request, refusal)
            return redirect(page, held.pk)
        else:
            form = verb.form(verb, held, initial=_initial(verb, held))
        return self._render_verb_form(request, form)

    def _render_verb_form(self, request, form):
        verb, held, amount = form.verb, form.held, form.amount_asked
        to_line = form.is_bound and form.typed.get("to_line")
        moves = verb.moves(held, amount, form.typed) if amount else []
        shown = consequences(verb, held, moves, to_line)
        context = {
            **self.admin_site.each_context(request),
            "title": f"{verb.label} · {digits(held)}",
            "opts": self.opts,
            "media": self.media + form.media,
            "original": held,
            "verb": verb,
            "form": form,
            "amount": amount,
            "notes": verb.notes(held, amount, form.typed),
            "consequences": shown,
            "falls_short": any(row.after < 0 for _, rows in shown for row in rows),
        }
        return render(request, "admin/budget/verb_form.html", context)


def _posted(entry):
    line = BudgetLine.objects.get(pk=entry.line_id)
    said = _(
        "Entry %(entry)s is posted: %(kind)s of %(amount)s."
        " Available on %(line)s: %(available)s."
    ) % {
        **entry_in_words(entry),
        "line": line,
        "available": toman(line.available),
    }
    if settlement := _settlement_of(entry):
        text = _(
            "The difference is settled by entry %(entry)s: %(kind)s of %(amount)s."
        )
        said = f"{said} {text % entry_in_words(settlement)}"
    return said


def _settlement_of(payment):
    """The entry posted beside a payment for its difference; it carries no token."""
    if payment.kind != Kind.PAYMENT:
        return None
    beside = Entry.objects.filter(
        fiscal_year=payment.fiscal_year_id,
        expense=payment.expense_id,
        token=None,
        recorded_at=payment.recorded_at,
    )
    topped_up = beside.filter(seq=payment.seq - 1, kind=Kind.COMMITMENT)
    given_back = beside.filter(seq=payment.seq + 1, kind=Kind.RELEASE)
    return (topped_up | given_back).select_related("fiscal_year").first()

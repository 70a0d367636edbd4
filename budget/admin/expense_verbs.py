"""What can be posted for an expense: committed, paid, released, refunded."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from budget import ledger
from budget.models import ExchangeRate, Kind
from budget.models.ledger import MOVEMENTS
from budget.templatetags.books import foreign, rate_in_words
from budget.tenfold import Measure
from kashan_diplomacy.templatetags.persian import toman

from .forms import ForeignPaymentForm, PaymentForm, RefundForm
from .verbs import Verb


class ExpenseVerb(Verb):
    takes = "expense"
    permission = "budget.post_expense"

    def line(self, held):
        return held.line

    def expense(self, held):
        return held

    def refusal(self, held, user):
        if held.cancelled_on:
            return _("This expense is cancelled.")
        return super().refusal(held, user)


class SpendingVerb(ExpenseVerb):
    """Four eyes: not for the person who requested the expense."""

    def refusal(self, held, user):
        if held.requested_by_id == user.pk:
            return _("You requested this expense; another person commits and pays it.")
        return super().refusal(held, user)


class Commit(SpendingVerb):
    name, kind = "commit", Kind.COMMITMENT
    label = gettext_lazy("Commit")
    explanation = gettext_lazy("Sets money of the line aside for this expense.")
    post = staticmethod(ledger.commit)

    def initial(self, held):
        return held.left_to_commit()

    def measure(self, held):
        return Measure(min(self.initial(held), held.line.available))

    def refusal(self, held, user):
        reason = super().refusal(held, user)
        if not reason and self.initial(held) <= 0:
            reason = _("All that was requested is committed or paid.")
        if not reason and not held.line.available:
            reason = _("Nothing is available on this line.")
        return reason


class Pay(SpendingVerb):
    name, kind = "pay", Kind.PAYMENT
    label = gettext_lazy("Pay")
    explanation = gettext_lazy("Records what was paid out of what is committed.")
    form = PaymentForm
    post = staticmethod(ledger.pay)

    def suits(self, held):
        return not held.rate_id

    def initial(self, held):
        return held.committed

    def measure(self, held):
        return Measure(held.committed + held.line.available)

    def moves(self, held, amount, typed):
        is_last = typed.get("is_last")
        part = held.committed if is_last else min(amount, held.committed)
        return [*_settlement(amount - part), *super().moves(held, amount, typed)]

    def notes(self, held, amount, typed):
        if not held.committed:
            return []
        if (more := (amount or 0) - held.committed) > 0:
            text = _(
                "%(more)s more than committed: as much of what the line has available"
                " is committed first."
            )
            return [text % {"more": toman(more)}]
        text = _(
            "A payment above the %(committed)s committed commits the rest first, from"
            " the %(available)s that the line has available."
        )
        amounts = (held.committed, held.line.available)
        committed, available = map(toman, amounts)
        return [text % {"committed": committed, "available": available}]

    def refusal(self, held, user):
        return super().refusal(held, user) or _unless_committed(held)


class PayForeign(SpendingVerb):
    name, kind = "pay_foreign", Kind.PAYMENT
    label = gettext_lazy("Pay in foreign currency")
    explanation = gettext_lazy(
        "Records what was paid of a foreign amount, at the rate it was paid at; the"
        " difference to the rate it was committed at is settled along with it."
    )
    form = ForeignPaymentForm
    post = staticmethod(ledger.pay_foreign)

    def suits(self, held):
        return bool(held.rate_id)

    def proposed(self, held):
        newest = ExchangeRate.objects.newest(held.rate.currency)
        return {"foreign_amount": held.foreign_open(), "rate": newest or held.rate}

    def refusal(self, held, user):
        return super().refusal(held, user) or _unless_committed(held)

    def moves(self, held, amount, typed):
        difference = amount - held.committed_for(typed["foreign_amount"])
        return [*_settlement(difference), *super().moves(held, amount, typed)]

    def notes(self, held, amount, typed):
        open_amount = foreign(held.foreign_open(), held.rate.currency)
        notes = [
            _("%(open)s is open; it was committed with %(rate)s.")
            % {"open": open_amount, "rate": rate_in_words(held.rate)}
        ]
        if amount and held.committed:
            notes.append(self._compared(held, amount, typed))
        if held.membership_fee and held.membership_fee.blocked_reason:
            reason = held.membership_fee.blocked_reason
            notes.append(_("Cannot be transferred: %(reason)s") % {"reason": reason})
        return notes

    def _compared(self, held, amount, typed):
        more = amount - held.committed_for(typed["foreign_amount"])
        if more > 0:
            text = _("That is %(amount)s, %(difference)s more than committed for it.")
        elif more < 0:
            text = _("That is %(amount)s, %(difference)s less than committed for it.")
        else:
            text = _("That is %(amount)s, as much as committed for it.")
        return text % {"amount": toman(amount), "difference": toman(abs(more))}


def _settlement(difference):
    """The commitment, or below zero the release, that settles a difference."""
    if not difference:
        return []
    kind = Kind.COMMITMENT if difference > 0 else Kind.RELEASE
    return [(*MOVEMENTS[kind], abs(difference))]


class Release(ExpenseVerb):
    name, kind = "release", Kind.RELEASE
    label = gettext_lazy("Release")
    explanation = gettext_lazy("Gives back to the line what is not needed.")
    post = staticmethod(ledger.release)

    def initial(self, held):
        return held.committed

    def refusal(self, held, user):
        return super().refusal(held, user) or _unless_committed(held)


class Refund(ExpenseVerb):
    name, kind = "refund", Kind.REFUND
    label = gettext_lazy("Refund")
    explanation = gettext_lazy("Takes back into the line what the payee returned.")
    form = RefundForm
    post = staticmethod(ledger.refund)

    def notes(self, held, amount, typed):
        if not held.rate_id:
            return []
        paid = foreign(held.foreign_amount - held.foreign_open(), held.rate.currency)
        return [_("%(paid)s is paid.") % {"paid": paid}]

    def refusal(self, held, user):
        reason = super().refusal(held, user)
        if not reason and not held.spent:
            reason = _("Nothing is paid for this expense.")
        return reason


def _unless_committed(expense):
    return "" if expense.committed else _("Nothing is committed for this expense.")


EXPENSE_VERBS = (Commit(), Pay(), PayForeign(), Release(), Refund())

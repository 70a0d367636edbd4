"""What can be posted from an object's page: one verb for each button.

A verb says by which permission and through which function of `budget.ledger` it is
posted, with which amount to begin with, why it cannot be done now, and whose money it
moves. The last word on all of it is the ledger's.
"""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from budget import ledger
from budget.models import Entry, Kind, Place
from budget.models.closings import PAYMENT_PERIOD
from budget.models.ledger import MOVEMENTS
from kashan_diplomacy.templatetags.persian import digits


class Verb:
    """`name` is its URL, `takes` what the ledger's function calls the object."""

    name = takes = permission = ""
    label = explanation = None
    kind: Kind
    has_amount = True

    def post(self, **record) -> Entry:
        raise NotImplementedError

    def initial(self, held) -> int | None:
        """The amount to begin with, in rial."""
        return None

    def refusal(self, held, user) -> str:
        """Why `user` cannot do it to `held` as it stands; "" when that can be done."""
        if self.fiscal_year(held).closed_month == PAYMENT_PERIOD:
            return _("This fiscal year is closed.")
        return ""

    def fiscal_year(self, held):
        return self.line(held).fiscal_year

    def line(self, held):
        """The line that money is moved from."""
        return held

    def to_line(self, held):
        """The line that money is moved to."""
        return self.line(held)

    def expense(self, held):
        return None

    def places(self, held) -> tuple[Place, Place]:
        return MOVEMENTS[self.kind]


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
        return held.requested - held.committed - held.spent

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
    post = staticmethod(ledger.pay)

    def initial(self, held):
        return held.committed

    def refusal(self, held, user):
        return super().refusal(held, user) or _unless_committed(held)


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
    post = staticmethod(ledger.refund)

    def refusal(self, held, user):
        reason = super().refusal(held, user)
        if not reason and not held.spent:
            reason = _("Nothing is paid for this expense.")
        return reason


def _unless_committed(expense):
    return "" if expense.committed else _("Nothing is committed for this expense.")


class LineVerb(Verb):
    takes = "line"
    permission = "budget.approve_budget"


class Approve(LineVerb):
    name, kind = "approve", Kind.BUDGET
    label = gettext_lazy("Approve")
    explanation = gettext_lazy("Records the year's original budget of this line.")

    def post(self, **record):
        return ledger.approve(kind=self.kind, **record)


class Supplement(Approve):
    name, kind = "supplement", Kind.SUPPLEMENT
    label = gettext_lazy("Supplement")
    explanation = gettext_lazy("Adds what was approved during the year.")


class Cut(Approve):
    name, kind = "cut", Kind.CUT
    label = gettext_lazy("Cut")
    explanation = gettext_lazy("Takes what is available out of the budget.")

    def refusal(self, held, user):
        return super().refusal(held, user) or _unless_available(held)


class Transfer(LineVerb):
    name, kind = "transfer", Kind.TRANSFER
    label = gettext_lazy("Transfer")
    explanation = gettext_lazy("Moves what is available to another line of the year.")
    post = staticmethod(ledger.transfer)

    def targets(self, held):
        return held.fiscal_year.lines.exclude(pk=held.pk).order_by("code")

    def refusal(self, held, user):
        reason = super().refusal(held, user) or _unless_available(held)
        if not reason and not self.targets(held).exists():
            reason = _("This year has no other line.")
        return reason


def _unless_available(line):
    return "" if line.available else _("Nothing is available on this line.")


class Reverse(Verb):
    name, kind = "reverse", Kind.REVERSAL
    takes = "entry"
    permission = "budget.reverse_entry"
    has_amount = False
    label = gettext_lazy("Reverse")
    explanation = gettext_lazy("Moves this entry's whole amount back; both stay.")
    post = staticmethod(ledger.reverse)

    def initial(self, held):
        return held.amount

    def refusal(self, held, user):
        if held.reverses_id:
            return _("A reversal is not itself reversed.")
        later = Entry.objects.filter(reverses=held).select_related("fiscal_year")
        if reversal := later.first():
            return _("Entry %(entry)s has reversed it.") % {"entry": digits(reversal)}
        return super().refusal(held, user)

    def fiscal_year(self, held):
        return held.fiscal_year

    def line(self, held):
        return held.to_line or held.line

    def to_line(self, held):
        return held.line

    def expense(self, held):
        return held.expense

    def places(self, held):
        return Place(held.to_place), Place(held.from_place)


EXPENSE_VERBS = (Commit(), Pay(), Release(), Refund())
LINE_VERBS = (Approve(), Supplement(), Cut(), Transfer())
ENTRY_VERBS = (Reverse(),)

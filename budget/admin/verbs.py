"""What can be posted from an object's page: one verb for each button.

A verb says by which permission and through which function of `budget.ledger` it is
posted, with which amount to begin with, why it cannot be done now, and whose money it
moves. The last word on all of it is the ledger's.
"""

from django.db.models import Sum
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from budget import ledger
from budget.models import Entry, Kind, Place
from budget.models.ledger import MOVEMENTS
from budget.tenfold import Measure, measure_of_budget
from kashan_diplomacy.templatetags.persian import digits, toman

from .forms import AmountForm, ReversalForm, TransferForm


class Verb:
    """`name` is its URL, `takes` what the ledger's function calls the object."""

    name = takes = permission = ""
    label = explanation = None
    kind: Kind
    form = AmountForm
    #: Whether password and code are asked for anew when they were given long ago.
    needs_proof = False

    def post(self, **record) -> Entry:
        raise NotImplementedError

    def suits(self, held) -> bool:
        """Whether it is a matter for `held` at all."""
        return True

    def initial(self, held) -> int | None:
        """The amount to begin with, in rial."""
        return None

    def proposed(self, held) -> dict:
        """What the form begins with, field by field."""
        return {"amount": self.initial(held)}

    def refusal(self, held, user) -> str:
        """Why `user` cannot do it to `held` as it stands; "" when that can be done."""
        if self.fiscal_year(held).is_closed:
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

    def moves(self, held, amount, typed) -> list[tuple[Place, Place, int]]:
        """What `amount` rial, and the rest that is `typed`, would move."""
        return [(*self.places(held), amount)]

    def measure(self, held) -> Measure:
        """What its amount is compared with while it is typed."""
        source = self.places(held)[0]
        if source == Place.OUTSIDE:
            return measure_of_budget(self.line(held))
        return Measure(getattr(self.expense(held) or self.line(held), source))

    def notes(self, held, amount, typed) -> list[str]:
        """What is to be known about it beyond the places' figures."""
        return []


class LineVerb(Verb):
    takes = "line"
    permission = "budget.approve_budget"


class Approve(LineVerb):
    name, kind = "approve", Kind.BUDGET
    label = gettext_lazy("Approve")
    explanation = gettext_lazy("Records the year's original budget of this line.")

    def post(self, **record):
        return ledger.approve(kind=self.kind, **record)

    def notes(self, held, amount, typed):
        budgets = held.entries.filter(kind=Kind.BUDGET, reversed_by=None)
        original = budgets.aggregate(sum=Sum("amount"))["sum"]
        if self.kind != Kind.BUDGET or not original:
            return []
        text = _(
            "%(amount)s is recorded already as the original budget of this line: what"
            " is approved during the year is a supplement."
        )
        return [text % {"amount": toman(original)}]


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
    form = TransferForm
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
    needs_proof = True
    form = ReversalForm
    label = gettext_lazy("Reverse")
    explanation = gettext_lazy("Moves this entry's whole amount back; both stay.")
    post = staticmethod(ledger.reverse)

    def proposed(self, held):
        return {}

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


LINE_VERBS = (Approve(), Supplement(), Cut(), Transfer())
ENTRY_VERBS = (Reverse(),)

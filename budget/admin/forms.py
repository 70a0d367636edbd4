"""The forms behind the verbs: what is typed, and how the ledger's answer is shown."""

from dataclasses import asdict

from django import forms
from django.contrib.admin.widgets import AdminTextInputWidget
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from budget.ledger import LedgerError
from budget.models import ExchangeRate
from budget.models.fees import SMALLEST
from budget.templatetags.books import rate_in_words
from kashan_diplomacy.forms import DecimalField, JalaliDateField, TomanField
from kashan_diplomacy.templatetags.persian import digits, toman

from .amounts import asks

#: Beside which field a refusal of the ledger stands; elsewhere above the form.
FIELD_OF_CODE = {
    "insufficient": "amount",
    "amount": "amount",
    "beyond_request": "amount",
    "foreign": "foreign_amount",
    "rate": "rate",
    "future": "dated_on",
    "outside_period": "dated_on",
    "month_closed": "dated_on",
    "early": "dated_on",
    "transfer": "to_line",
    "reason": "memo",
}


class AlreadyPostedError(ValidationError):
    """The form's token belongs to an entry that says something else."""


class RateField(forms.ModelChoiceField):
    def label_from_instance(self, rate):
        return rate_in_words(rate)


class PostingForm(forms.Form):
    """`verb` done to `held`; posting the same form twice posts once."""

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

    @property
    def typed(self):
        """What is typed, as far as it is right; until then, what is proposed."""
        return self.cleaned_data if self.is_bound else self.initial

    @property
    def amount_asked(self):
        """The rial that would move, while they are known."""
        return self.typed.get("amount")

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
        foreign_amount = typed.get("foreign_amount", entry.foreign_amount)
        asked = (
            *(verb.kind, self.amount_asked, foreign_amount, typed["dated_on"]),
            *(line.pk, to_line.pk, verb.expense(held)),
        )
        posted = (
            *(entry.kind, entry.amount, entry.foreign_amount, entry.dated_on),
            *(entry.line_id, entry.to_line_id or entry.line_id, entry.expense),
        )
        if asked != posted:
            raise AlreadyPostedError(
                _(
                    "This form was already posted as entry %(entry)s: %(kind)s of"
                    " %(amount)s. To post another, open it anew."
                ),
                code="already_posted",
                params=entry_in_words(entry),
            )


def entry_in_words(entry):
    return {
        "entry": digits(entry),
        "kind": entry.get_kind_display(),
        "amount": toman(entry.amount),
    }


class AmountForm(PostingForm):
    amount = TomanField(label=gettext_lazy("amount"), min_value=1)

    field_order = ["to_line", "amount", "is_last"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        measure = asdict(self.verb.measure(self.held))
        self.fields["amount"].widget.attrs |= asks(**measure)


class TransferForm(AmountForm):
    to_line = forms.ModelChoiceField(None, label=gettext_lazy("to budget line"))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["to_line"].queryset = self.verb.targets(self.held)


class PaymentForm(AmountForm):
    is_last = forms.BooleanField(
        label=gettext_lazy("last payment: release what is left"), required=False
    )


class ForeignAmountField(DecimalField):
    def __init__(self, **kwargs):
        label = gettext_lazy("amount in foreign currency")
        size = {"min_value": SMALLEST, "max_digits": 12, "decimal_places": 2}
        super().__init__(label=label, **size, **kwargs)


class RefundForm(AmountForm):
    """Of a foreign expense, also what came back in its own currency."""

    foreign_amount = ForeignAmountField(
        help_text=gettext_lazy(
            "What came back of it in its own currency: so much is to be paid anew."
        )
    )

    field_order = ["amount", "foreign_amount"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if not self.held.rate_id:
            del self.fields["foreign_amount"]


class ForeignPaymentForm(PostingForm):
    """Part of a foreign amount at the rate it is really paid at."""

    foreign_amount = ForeignAmountField()
    rate = RateField(None, label=gettext_lazy("exchange rate"), empty_label=None)

    field_order = ["foreign_amount", "rate"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        currency = self.held.rate.currency
        rates = ExchangeRate.objects.filter(currency=currency)
        self.fields["rate"].queryset = rates.order_by("-valid_on")
        self.fields["rate"].help_text = format_html(
            '{} <a href="{}?currency={}" target="_blank" rel="noopener">{}</a>',
            _("The rate it is really paid at; newest first."),
            reverse("admin:budget_exchangerate_add"),
            currency,
            _("Add a rate (in a new tab)"),
        )

    @property
    def amount_asked(self):
        rate, amount = self.typed.get("rate"), self.typed.get("foreign_amount")
        return rate.to_rial(amount) if rate and amount else None


class ReversalForm(PostingForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["memo"].required = True
        self.fields["memo"].help_text = _("Why the entry is reversed.")

    @property
    def amount_asked(self):
        return self.held.amount

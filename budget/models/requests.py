"""What an expense asks for: whose request it is, and what may be requested or put
right of it. Each function is given the expense as it would be saved."""

from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext_lazy as _

from kashan_diplomacy.history import current_user
from kashan_diplomacy.persian import canonical
from kashan_diplomacy.records import is_changed

from .fees import MembershipFee


def note_who_asks(expense) -> None:
    """Whoever changes what a draft asks for is who requested it from then on, and
    neither commits nor pays it."""
    if is_changed(expense, expense.ASKED) and not expense.entries.exists():
        expense.requested_by = current_user() or expense.requested_by


def check(expense) -> None:
    """Raise ValidationError for what may not be requested, or not be changed."""
    _check_currency(expense)
    _check_fee(expense)
    check_purpose(expense)


def _check_currency(expense) -> None:
    fee = expense.membership_fee
    if fee and expense.rate and fee.currency != expense.rate.currency:
        text = _("The fee is in %(currency)s: choose a rate of it.")
        currency = fee.get_currency_display()
        raise ValidationError(text, params={"currency": currency})


@transaction.atomic
def _check_fee(expense) -> None:
    """A fee is not requested beyond what is invoiced: it would be paid twice. Of a
    request in rial nobody can tell how much of the fee it is: it is the only one.
    """
    is_held = expense.committed or expense.spent
    if not expense.membership_fee_id or expense.cancelled_on or is_held:
        return
    # Of two requests at the same moment, one waits here and then sees the other.
    fees = MembershipFee.objects.select_for_update(no_key=True)
    fee = fees.get(pk=expense.membership_fee_id)
    others = type(expense).objects.filter(membership_fee=fee, cancelled_on=None)
    others = others.exclude(pk=expense.pk)
    in_rial = others.filter(foreign_amount=None) if expense.foreign_amount else others
    if other := in_rial.first():
        text = _(
            "“%(other)s” requests this fee already. Only in its own currency may it be"
            " requested in parts."
        )
        raise ValidationError(text, params={"other": other}, code="fee")
    _check_left(expense, fee, others)


def _check_left(expense, fee, others) -> None:
    from budget.templatetags.books import foreign  # which looks at these models

    asked = others.aggregate(sum=Sum("foreign_amount"))["sum"]
    left = fee.amount - (asked or Decimal(0))
    if (expense.foreign_amount or 0) > left:
        text = _("Of this fee of %(amount)s, %(left)s is not requested yet.")
        amounts = {"amount": fee.amount, "left": left}
        params = {name: foreign(each, fee.currency) for name, each in amounts.items()}
        raise ValidationError(text, params=params, code="fee")


def check_purpose(expense) -> None:
    """What is published of spending by purpose is changed for a reason, or no more."""
    if not is_changed(expense, ["purpose"]) or not expense.entries.exists():
        return
    if expense.line.fiscal_year.is_closed:
        text = _("This fiscal year is closed.")
    elif not canonical(expense.change_reason):
        text = _("Money was moved for this purpose: say why it is put right.")
    else:
        return
    raise ValidationError({"purpose": text})

"""The address that amounts of the budget's forms ask while they are typed."""

from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.urls import path, reverse
from django.views.decorators.http import require_safe

from budget.models import BudgetLine
from budget.tenfold import Measure, measure_of_request
from kashan_diplomacy.amounts import said, typed_rial


def asks(**query):
    """The attribute that makes a TomanInput ask here, with what is known already."""
    known = {name: value for name, value in query.items() if value is not None}
    return {"data-ask": f"{reverse('admin:budget_amount')}?{urlencode(known)}"}


class AnswersAmounts:
    """For the expense's ModelAdmin: the view that says an amount and warns of it."""

    def get_urls(self):
        view = self.admin_site.admin_view(amount)
        return [path("amount/", view, name="budget_amount"), *super().get_urls()]


@require_safe
def amount(request):
    """Measured by the line chosen, or by what the form has said of itself."""
    if not request.user.has_perm("budget.view_budgetline"):
        raise PermissionDenied
    rial = typed_rial(request)
    return said(rial, _measure(request.GET).warnings(rial))


def _measure(query):
    line, besides = _number(query, "line"), _number(query, "besides")
    if "line" not in query:
        return Measure(_number(query, "most"), _number(query, "largest"))
    found = BudgetLine.objects.filter(pk=line or 0).first()
    return measure_of_request(found, besides) if found else Measure()


def _number(query, name):
    text = query.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None

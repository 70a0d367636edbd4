"""Fees in the admin: what has become of each, and the way to its payment."""

import datetime
from decimal import Decimal
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext

from budget import ledger
from budget.models import ExchangeRate, Expense, MembershipFee
from kashan_diplomacy.jalali import to_gregorian
from tests.budget.forms import page_of, typed
from tests.factories import (
    IN_1401,
    make_expense,
    make_fee,
    make_foreign_expense,
    make_line,
    make_membership,
    make_organisation,
    make_rate,
    make_user,
)

pytestmark = [
    pytest.mark.once,
    pytest.mark.django_db,
    pytest.mark.usefixtures("in_persian"),
]

LIST = "admin:budget_membershipfee_changelist"
ON = {"dated_on": IN_1401}


@pytest.fixture
def rate():
    return make_rate()


@pytest.fixture
def line():
    return make_line(approved=10**9)


def state(fee):
    return MembershipFee.objects.with_state().get(pk=fee.pk).state


def commit(expense):
    amount = expense.requested
    ledger.commit(expense=expense, amount=amount, by=make_user(), **ON)


def pay(expense, dollars):
    paid = {"foreign_amount": Decimal(dollars), "rate": expense.rate}
    return ledger.pay_foreign(expense=expense, by=make_user(), **paid, **ON)


def test_state_of_a_fee_follows_its_expense(rate, line):
    fee = make_fee()
    assert state(fee) == "owed"
    expense = make_foreign_expense(rate=rate, line=line, membership_fee=fee)
    assert state(fee) == "requested"
    commit(expense)
    assert state(fee) == "committed"
    pay(expense, "40")
    assert state(fee) == "partly_paid"
    payment = pay(expense, "60")
    assert state(fee) == "paid"
    ledger.reverse(entry=payment, memo="برگشت خورد", by=make_user(), **ON)
    assert state(fee) == "partly_paid"


def test_blocked_fee_is_owed_until_it_is_paid(rate, line):
    fee = make_fee(blocked_reason="کانال بانکی بسته است")
    assert state(fee) == "blocked"
    expense = make_foreign_expense(rate=rate, line=line, membership_fee=fee)
    commit(expense)
    assert state(fee) == "blocked"
    pay(expense, "100")
    assert state(fee) == "paid"


def test_cancelled_request_leaves_the_fee_owed(rate, line):
    fee = make_fee()
    cancelled = {"cancelled_on": IN_1401, "cancellation_reason": "اشتباه"}
    make_foreign_expense(rate=rate, line=line, membership_fee=fee, **cancelled)
    assert state(fee) == "owed"


def test_fee_of_several_expenses_is_paid_by_their_sum(rate, line):
    fee = make_fee()
    for part in ("30", "70"):
        assert state(fee) != "paid"
        expense = make_foreign_expense(part, rate=rate, line=line, membership_fee=fee)
        commit(expense)
        pay(expense, part)
    assert state(fee) == "paid"


def test_fee_may_be_paid_in_rial(line):
    fee = make_fee()
    expense = make_expense(line=line, membership_fee=fee)
    commit(expense)
    ledger.pay(expense=expense, amount=10, by=make_user(), **ON)
    assert state(fee) == "partly_paid"
    ledger.release(expense=expense, amount=9_999_990, by=make_user(), **ON)
    assert state(fee) == "paid"
    ledger.refund(expense=expense, amount=10, by=make_user(), **ON)
    assert state(fee) == "requested"


def test_owed_fee_is_not_called_what_an_owed_report_is():
    """The one was not paid, the other not written."""
    assert MembershipFee.State.OWED.label != gettext("owed")


def test_list_shows_and_filters_the_states(officer, rate, line):
    owed, blocked = make_fee(), make_fee(blocked_reason="بسته")
    requested = make_fee()
    make_foreign_expense(rate=rate, line=line, membership_fee=requested)
    page = officer.get(reverse(LIST)).content.decode()
    for name in ("owed", "blocked", "requested"):
        assert f"state-{name}" in page
    assert "بسته" in page
    for name, fee in (("owed", owed), ("blocked", blocked), ("requested", requested)):
        shown = officer.get(reverse(LIST), {"state": name})
        assert list(shown.context["cl"].queryset) == [fee]


def test_list_costs_the_same_queries_for_many_fees(officer, rate, line):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert officer.get(reverse(LIST)).status_code == 200
        return len(captured)

    for _ in range(2):
        make_foreign_expense(rate=rate, line=line, membership_fee=make_fee())
    queries()  # what is looked up once and kept
    few = queries()
    for _ in range(20):
        make_foreign_expense(rate=rate, line=line, membership_fee=make_fee())
    assert queries() == few


def test_payment_of_a_fee_is_requested_from_its_page(officer, line):
    make_rate(valid_on=to_gregorian(1401, 1, 1))
    newest = make_rate(valid_on=IN_1401)
    make_rate("EUR", valid_on=to_gregorian(1401, 5, 1))
    fee = make_fee(amount="1250.50", membership=make_membership())
    [link] = officer.get(page_of(fee)).context["links"]
    asked = dict(parse_qsl(urlsplit(link["url"]).query))
    assert asked["membership_fee"] == str(fee.pk)
    assert (asked["foreign_amount"], asked["rate"]) == ("۱٬۲۵۰٫۵۰", str(newest.pk))
    assert asked["purpose"] == "membership_right"
    form = officer.get(link["url"]).context["adminform"].form
    assert form["rate"].value() == str(newest.pk)
    assert form["foreign_amount"].value() == "۱٬۲۵۰٫۵۰"

    new = Expense(line=line, title="x", payee="y", purpose="protocol")
    officer.post(link["url"], typed(new, **asked) | {"requested": ""})
    expense = Expense.objects.get()
    assert expense.membership_fee == fee
    assert expense.requested == 625_250_000
    assert state(fee) == "requested"


def test_a_request_is_filled_in_in_persian_whoever_asks_for_it(officer):
    body = make_organisation(name_fa="لیگ شهرها", name_en="League of Cities")
    fee = make_fee(membership=make_membership(organisation=body))
    with translation.override("en"):
        [link] = officer.get(page_of(fee)).context["links"]
    asked = dict(parse_qsl(urlsplit(link["url"]).query))
    assert asked["payee"] == "لیگ شهرها"
    assert "لیگ شهرها" in asked["title"]


def test_fee_that_is_requested_leads_to_its_expense_instead(officer, rate, line):
    fee = make_fee()
    expense = make_foreign_expense(rate=rate, line=line, membership_fee=fee)
    response = officer.get(page_of(fee))
    assert "links" not in response.context
    assert page_of(expense) in response.content.decode()


@pytest.mark.parametrize(
    ("role", "links"),
    [("diplomacy_officer", 1), ("budget_officer", 1), ("head", 1), ("auditor", 0)],
)
def test_who_may_add_expenses_is_offered_the_request(client, role, links):
    client.force_login(make_user(role=role))
    response = client.get(page_of(make_fee()))
    assert len(response.context.get("links", [])) == links


def test_fee_without_a_known_rate_is_requested_without_one(officer):
    [link] = officer.get(page_of(make_fee(currency="JPY"))).context["links"]
    assert officer.get(link["url"]).status_code == 200


def test_rate_in_use_is_read_only_and_another_is_not(officer, line):
    used, free = make_rate(), make_rate(valid_on=IN_1401)
    make_foreign_expense(rate=used, line=line)
    sent = {
        "currency": "USD",
        "valid_on": "۱۴۰۱/۰۵/۰۱",
        "rial_per_unit": "۱٬۲۵۰٫۵",
        "source": "بانک مرکزی",
    }
    for rate, expected in ((used, Decimal(500_000)), (free, Decimal("1250.5"))):
        officer.post(page_of(rate), sent)
        assert ExchangeRate.objects.get(pk=rate.pk).rial_per_unit == expected


def test_rate_of_an_entry_alone_is_in_use(rate, line):
    expense = make_foreign_expense(rate=rate, line=line)
    commit(expense)
    actual = make_rate(valid_on=IN_1401)
    assert not actual.is_used()
    paid = {"foreign_amount": Decimal(100), "rate": actual}
    ledger.pay_foreign(expense=expense, by=make_user(), **paid, **ON)
    assert actual.is_used()


def test_what_is_invoiced_stays_while_its_payment_is_requested(officer, rate, line):
    fee = make_fee()
    invoice = set(MembershipFee.INVOICE)

    def editable():
        form = officer.get(page_of(fee)).context["adminform"].form
        return invoice & set(form.fields)

    assert editable() == invoice
    expense = make_foreign_expense(rate=rate, line=line, membership_fee=fee)
    assert editable() == set()
    fee.currency, fee.amount = "EUR", Decimal(50)
    with pytest.raises(ValidationError):
        fee.full_clean()

    expense.cancelled_on, expense.cancellation_reason = IN_1401, "مبلغ اشتباه بود"
    expense.save()
    assert editable() == invoice
    fee.full_clean()


def test_what_is_invoiced_stays_once_money_was_moved_for_it(officer, rate, line):
    fee = make_fee()
    expense = make_foreign_expense(rate=rate, line=line, membership_fee=fee)
    commit(expense)
    ledger.release(expense=expense, amount=50_000_000, by=make_user(), **ON)
    expense.refresh_from_db()
    expense.cancelled_on, expense.cancellation_reason = IN_1401, "لغو"
    expense.save()
    form = officer.get(page_of(fee)).context["adminform"].form
    assert {"due_on", "blocked_reason"} <= set(form.fields)
    assert not set(MembershipFee.INVOICE) & set(form.fields)


@pytest.mark.parametrize("amount", ["12,5", "صد", "-5", "0", "1.234"])
def test_wrong_amount_of_a_fee_is_said_and_kept(officer, amount):
    sent = {
        "membership": make_membership().pk,
        "period": "2022",
        "amount": amount,
        "currency": "USD",
        "due_on": "۱۴۰۱/۰۵/۰۱",
    }
    response = officer.post(reverse("admin:budget_membershipfee_add"), sent)
    assert "amount" in response.context["adminform"].form.errors
    assert f'value="{amount}"' in response.content.decode()
    assert not MembershipFee.objects.exists()


def test_list_offers_the_fees_that_are_overdue(officer, rate, line):
    day = datetime.timedelta(days=1)
    today = timezone.localdate()
    late, _due_today = (make_fee(due_on=today - n * day) for n in (1, 0))
    paid = make_fee(due_on=today - 2 * day, amount="100.00")
    expense = make_foreign_expense(rate=rate, line=line, membership_fee=paid)
    commit(expense)
    pay(expense, "100.00")
    response = officer.get(reverse(LIST), {"state": "overdue"})
    assert list(response.context["cl"].result_list) == [late]

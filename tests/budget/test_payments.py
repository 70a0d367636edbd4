"""Paying: more than committed, for the last time, in foreign currency."""

from decimal import Decimal

import pytest
from django.urls import reverse

from budget import ledger
from budget.models import BudgetLine, Expense
from kashan_diplomacy.jalali import to_gregorian
from tests.budget.forms import (
    committed,
    errors,
    filled_in,
    page_of,
    said,
    typed,
    url,
)
from tests.factories import (
    IN_1401,
    make_expense,
    make_fee,
    make_foreign_expense,
    make_line,
    make_rate,
    make_user,
)

pytestmark = [
    pytest.mark.once,
    pytest.mark.django_db,
    pytest.mark.usefixtures("in_persian"),
]


def places(expense):
    line = BudgetLine.objects.get(pk=expense.line_id)
    return line.available, line.committed, line.spent


def committed_dollars(dollars="100", **fields):
    line = make_line(approved=100_000_000)
    expense = make_foreign_expense(dollars, line=line, **fields)
    record = {"by": make_user(), "dated_on": IN_1401}
    ledger.commit(expense=expense, amount=expense.requested, **record)
    expense.refresh_from_db()
    return expense


def in_dollars(rate, dollars="۱۰۰", **fields):
    sent = filled_in(foreign_amount=dollars, rate=str(rate.pk), **fields)
    del sent["amount"]
    return sent


def changes(response):
    return {
        (change.now, change.after)
        for _holder, changed in response.context["consequences"]
        for change in changed
    }


def test_last_payment_releases_what_is_left(officer):
    expense = committed()
    officer.post(url("pay", expense), filled_in("۶۰۰٬۰۰۰", is_last="on"))
    assert places(expense) == (94_000_000, 0, 6_000_000)


def test_payment_that_is_not_the_last_leaves_the_rest_committed(officer):
    expense = committed()
    officer.post(url("pay", expense), filled_in("۶۰۰٬۰۰۰"))
    assert places(expense) == (90_000_000, 4_000_000, 6_000_000)


def test_payment_above_the_commitment_says_so_before_and_tops_it_up(officer):
    expense = committed()
    before = officer.get(url("pay", expense))
    assert "۹٬۰۰۰٬۰۰۰ تومان" in before.context["notes"][0]  # what it may draw on
    sent = filled_in("۱٬۲۰۰٬۰۰۰")
    look = officer.post(url("pay", expense), sent | {"_look": "1"})
    assert "۲۰۰٬۰۰۰ تومان" in look.context["notes"][0]
    assert (90_000_000, 88_000_000) in changes(look)
    assert expense.entries.count() == 1
    response = officer.post(url("pay", expense), sent)
    assert places(expense) == (88_000_000, 0, 12_000_000)
    *_commitments, topped_up, paid = expense.entries.order_by("seq")
    assert str(paid) in said(response)
    assert str(topped_up) in said(response)


def test_looking_at_what_cannot_be_says_that_it_will_be_refused(officer):
    expense = committed()
    page = url("pay", expense)
    fits = officer.post(page, filled_in("۶۰۰٬۰۰۰", _look="1"))
    too_much = officer.post(page, filled_in("۹۰ میلیارد", _look="1"))
    assert not fits.context["falls_short"]
    assert too_much.context["falls_short"]


def test_looking_shows_what_follows_and_keeps_what_was_typed(officer):
    expense = committed()
    sent = filled_in("۶۰۰٬۰۰۰", memo="قسط آخر", is_last="on", _look="1")
    response = officer.post(url("pay", expense), sent)
    assert response.status_code == 200
    assert (10_000_000, 0) in changes(response)  # committed
    assert (90_000_000, 94_000_000) in changes(response)  # available
    page = response.content.decode()
    assert 'value="قسط آخر"' in page
    assert sent["token"] in page
    assert " checked" in page
    assert expense.entries.count() == 1


def test_each_expense_offers_the_payment_of_its_currency(officer):
    dollars, rials = committed_dollars(), committed()
    for expense, offered, other in (
        (dollars, "pay_foreign", "pay"),
        (rials, "pay", "pay_foreign"),
    ):
        page = officer.get(page_of(expense)).content.decode()
        assert f'href="{url(offered, expense)}"' in page
        assert f'href="{url(other, expense)}"' not in page
        assert officer.get(url(other, expense)).status_code == 404
        assert officer.post(url(other, expense), filled_in()).status_code == 404


@pytest.mark.parametrize(
    ("role", "status"),
    [
        ("diplomacy_officer", 403),
        ("budget_officer", 200),
        ("head", 200),
        ("auditor", 403),
    ],
)
def test_who_posts_expenses_pays_in_foreign_currency(client, role, status):
    client.force_login(make_user(role=role))
    expense = committed_dollars()
    address = url("pay_foreign", expense)
    assert client.get(address).status_code == status
    posted = client.post(address, in_dollars(expense.rate)).status_code
    assert posted == (302 if status == 200 else 403)


def test_foreign_payment_begins_with_what_is_open_at_the_newest_rate(officer):
    expense = committed_dollars(rate=make_rate(valid_on=to_gregorian(1401, 1, 1)))
    newest = make_rate(rial_per_unit="520000", valid_on=to_gregorian(1401, 4, 1))
    euro = make_rate("EUR", valid_on=to_gregorian(1401, 4, 2))
    response = officer.get(url("pay_foreign", expense))
    form = response.context["form"]
    assert form["foreign_amount"].value() == "۱۰۰٫۰۰"
    assert form["rate"].value() == newest.pk
    offered = list(form.fields["rate"].queryset)
    assert offered == [newest, expense.rate]
    assert euro not in offered
    page = response.content.decode()
    assert "۵٬۲۰۰٬۰۰۰ تومان" in page
    assert any("۲۰۰٬۰۰۰ تومان" in note for note in response.context["notes"])
    assert reverse("admin:budget_exchangerate_add") + "?currency=USD" in page


def test_foreign_payment_settles_the_difference_and_is_told(officer):
    expense = committed_dollars(rate=make_rate(valid_on=to_gregorian(1401, 1, 1)))
    dearer = make_rate(rial_per_unit="520000", valid_on=to_gregorian(1401, 4, 1))
    response = officer.post(url("pay_foreign", expense), in_dollars(dearer, "۴۰"))
    assert response["Location"] == page_of(expense)
    assert "۲٬۰۸۰٬۰۰۰ تومان" in said(response)
    assert str(expense.entries.get(kind="commitment", token=None, seq=3)) in said(
        response
    )
    assert places(expense) == (49_200_000, 30_000_000, 20_800_000)
    page = officer.get(page_of(expense)).content.decode()
    assert "۶۰ دلار" in page  # still open


@pytest.mark.parametrize(
    ("rial", "words"),
    [
        ("520000", "200,000 toman more than committed"),
        ("480000", "200,000 toman less than committed"),
        ("500000", "as much as committed"),
    ],
)
def test_foreign_payment_is_compared_before_it_is_posted(officer, rial, words):
    expense = committed_dollars(rate=make_rate(valid_on=to_gregorian(1401, 1, 1)))
    rate = make_rate(rial_per_unit=rial, valid_on=to_gregorian(1401, 4, 1))
    sent = in_dollars(rate, "100", _look="1")
    response = officer.post(f"/en{url('pay_foreign', expense)}", sent)
    assert words in response.content.decode()
    assert expense.entries.count() == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("foreign_amount", "۱۰۰٫۰۱"),
        ("foreign_amount", "۰"),
        ("foreign_amount", "-1"),
        ("foreign_amount", "صد"),
        ("foreign_amount", "1.234"),
        ("foreign_amount", "NaN"),
        ("foreign_amount", "1e30"),
        ("foreign_amount", ""),
        ("dated_on", "2022-07-22"),
        ("dated_on", ""),
    ],
)
def test_wrong_foreign_payment_is_said_and_keeps_what_was_typed(officer, field, value):
    expense = committed_dollars()
    sent = in_dollars(expense.rate, memo="حواله") | {field: value}
    response = officer.post(url("pay_foreign", expense), sent)
    assert field in response.context["form"].errors
    page = response.content.decode()
    assert not value or f'value="{value}"' in page
    assert 'value="حواله"' in page
    assert f'value="{expense.rate_id}" selected' in page
    assert expense.entries.count() == 1


@pytest.mark.parametrize("rate", ["", "999", "x"])
def test_rate_that_is_not_offered_is_refused(officer, rate):
    expense = committed_dollars()
    sent = in_dollars(expense.rate) | {"rate": rate}
    response = officer.post(url("pay_foreign", expense), sent)
    assert "rate" in response.context["form"].errors
    sent["rate"] = make_rate("EUR").pk
    response = officer.post(url("pay_foreign", expense), sent)
    assert "rate" in response.context["form"].errors
    assert expense.entries.count() == 1


def test_refund_of_a_foreign_amount_says_what_came_back_of_it(officer):
    expense = committed_dollars()
    officer.post(url("pay_foreign", expense), in_dollars(expense.rate))
    page = officer.get(url("refund", expense))
    assert "۱۰۰ دلار" in " ".join(page.context["notes"])
    sent = filled_in("۲٬۰۰۰٬۰۰۰", memo="برگشت حواله")
    refused = officer.post(url("refund", expense), sent)
    assert "foreign_amount" in refused.context["form"].errors
    assert 'value="برگشت حواله"' in refused.content.decode()
    too_much = officer.post(url("refund", expense), sent | {"foreign_amount": "۱۰۱"})
    assert "foreign_amount" in too_much.context["form"].errors

    sent["foreign_amount"] = "۴۰"
    officer.post(url("refund", expense), sent)
    assert places(expense) == (70_000_000, 0, 30_000_000)
    assert expense.foreign_open() == 40
    other = officer.post(url("refund", expense), sent | {"foreign_amount": "۳۰"})
    assert errors(other)  # the form was posted already, and said something else
    again = officer.get(url("commit", expense))
    assert again.context["form"].initial["amount"] == 20_000_000


def test_refund_in_rial_asks_for_no_foreign_amount(officer):
    expense = committed()
    officer.post(url("pay", expense), filled_in("۱٬۰۰۰٬۰۰۰"))
    form = officer.get(url("refund", expense)).context["form"]
    assert "foreign_amount" not in form.fields
    officer.post(url("refund", expense), filled_in("۱٬۰۰۰٬۰۰۰"))
    assert places(expense)[2] == 0


def test_rate_of_a_later_day_is_refused_beside_it(officer):
    expense = committed_dollars()
    later = make_rate(rial_per_unit="900000", valid_on=to_gregorian(1401, 5, 1))
    response = officer.post(url("pay_foreign", expense), in_dollars(later))
    assert "rate" in response.context["form"].errors


def test_foreign_payment_sent_twice_posts_once(officer):
    expense = committed_dollars()
    sent = in_dollars(expense.rate)
    first = officer.post(url("pay_foreign", expense), sent)
    second = officer.post(url("pay_foreign", expense), sent)
    assert first["Location"] == second["Location"]
    assert expense.entries.filter(kind="payment").count() == 1
    changed = officer.post(url("pay_foreign", expense), sent | {"foreign_amount": "50"})
    assert errors(changed)


def test_rate_rise_beyond_what_is_available_is_refused_with_its_arithmetic(officer):
    expense = committed_dollars(rate=make_rate(valid_on=to_gregorian(1401, 1, 1)))
    rate = make_rate(rial_per_unit="1100000", valid_on=to_gregorian(1401, 4, 1))
    sent = in_dollars(rate, memo="حواله")
    response = officer.post(url("pay_foreign", expense), sent)
    assert "۱٬۰۰۰٬۰۰۰ تومان" in errors(response)
    assert 'value="حواله"' in response.content.decode()
    assert places(expense) == (50_000_000, 50_000_000, 0)


def test_why_a_fee_is_blocked_is_seen_where_it_would_be_paid(officer):
    fee = make_fee(blocked_reason="کانال بانکی بسته است")
    expense = committed_dollars(membership_fee=fee)
    for address in (page_of(expense), url("pay_foreign", expense)):
        assert "کانال بانکی بسته است" in officer.get(address).content.decode()


def test_request_in_foreign_currency_needs_no_amount_in_rial(officer):
    expense, rate = make_expense(), make_rate(rial_per_unit="510000.50")
    sent = {"requested": "", "foreign_amount": "۱٬۲۵۰٫۵۰", "rate": rate.pk}
    response = officer.post(page_of(expense), typed(expense, **sent))
    assert response.status_code == 302
    expense.refresh_from_db()
    assert expense.foreign_amount == Decimal("1250.50")
    assert expense.requested == 637_755_625


@pytest.mark.parametrize(
    "sent",
    [
        {"requested": ""},
        {"requested": "", "foreign_amount": "100"},
        {"foreign_amount": "100"},
        {"foreign_amount": "0"},
    ],
)
def test_incomplete_request_is_refused_and_keeps_what_was_typed(officer, sent):
    expense = make_expense()
    sent = typed(expense, title="عنوان تازه", **sent)
    response = officer.post(page_of(expense), sent)
    assert response.status_code == 200
    assert response.context["adminform"].form.errors
    assert 'value="عنوان تازه"' in response.content.decode()
    assert Expense.objects.get().foreign_amount is None


def test_fee_is_requested_in_its_own_currency(officer):
    expense, fee = make_expense(), make_fee(currency="EUR")
    sent = {"foreign_amount": "100", "requested": "", "membership_fee": fee.pk}
    response = officer.post(
        page_of(expense), typed(expense, **sent, rate=make_rate().pk)
    )
    assert response.context["adminform"].form.non_field_errors()
    sent["rate"] = make_rate("EUR").pk
    assert officer.post(page_of(expense), typed(expense, **sent)).status_code == 302


def test_currency_of_an_expense_is_fixed_by_its_first_entry(officer):
    expense = committed_dollars()
    fields = officer.get(page_of(expense)).context["adminform"].form.fields
    assert not {"foreign_amount", "rate", "requested"} & set(fields)

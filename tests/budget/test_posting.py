import datetime

import pytest
from django.contrib.messages import get_messages
from django.utils import timezone

from budget import ledger
from budget.models import Entry, Kind
from kashan_diplomacy import jalali
from tests.budget.forms import committed, errors, filled_in, page_of, said, url
from tests.factories import IN_1401, make_expense, make_line, make_user, make_year

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_persian")]


def test_commitment_is_posted_and_said_with_number_and_balance(officer):
    expense = make_expense()
    response = officer.post(url("commit", expense), filled_in("۱۰۰٬۰۰۰"))

    assert response["Location"] == page_of(expense)
    entry = Entry.objects.get(expense=expense)
    assert (entry.kind, entry.amount, entry.dated_on) == (
        Kind.COMMITMENT,
        1_000_000,
        IN_1401,
    )
    assert entry.document_number == "۱۲/الف"
    assert entry.recorded_by == response.wsgi_request.user
    assert "۱۴۰۱/۲" in said(response)
    assert "۱۰۰٬۰۰۰ تومان" in said(response)
    assert "۹٬۹۰۰٬۰۰۰ تومان" in said(response)  # left of 10 million


@pytest.mark.parametrize(
    ("verb", "kind", "places"),
    [
        ("pay", Kind.PAYMENT, (90_000_000, 9_000_000, 1_000_000)),
        ("release", Kind.RELEASE, (91_000_000, 9_000_000, 0)),
    ],
)
def test_what_is_committed_is_paid_or_released(officer, verb, kind, places):
    expense = committed()
    officer.post(url(verb, expense), filled_in("۱۰۰٬۰۰۰"))
    assert expense.entries.latest("seq").kind == kind
    expense.line.refresh_from_db()
    line = expense.line
    assert (line.available, line.committed, line.spent) == places


def test_refund_goes_back_to_the_line(officer):
    expense = committed()
    ledger.pay(expense=expense, amount=10_000_000, by=make_user(), dated_on=IN_1401)
    officer.post(url("refund", expense), filled_in("۱۰۰٬۰۰۰"))
    expense.refresh_from_db()
    assert expense.spent == 9_000_000


@pytest.mark.parametrize(
    ("verb", "approved"),
    [("approve", 11_000_000), ("supplement", 11_000_000), ("cut", 9_000_000)],
)
def test_budget_is_approved_supplemented_and_cut(head, verb, approved):
    line = make_line(approved=10_000_000)
    head.post(url(verb, line), filled_in("۱۰۰٬۰۰۰"))
    line.refresh_from_db()
    assert line.approved == line.available == approved


def test_second_original_budget_of_a_line_is_remarked_on(head):
    line, other = make_line(approved=10_000_000), make_line()
    notes = {
        name: head.get(url(name, row)).context["notes"]
        for name, row in (("approve", line), ("supplement", line), ("cut", line))
    }
    assert "۱٬۰۰۰٬۰۰۰ تومان" in notes.pop("approve")[0]
    assert list(notes.values()) == [[], []]
    assert head.get(url("approve", other)).context["notes"] == []


def test_transfer_moves_money_to_the_other_line_of_the_year(head):
    line, other = make_line(approved=10_000_000), make_line()
    strange = make_line(fiscal_year=make_year(1402))

    refused = head.post(url("transfer", line), filled_in(to_line=strange.pk))
    assert "to_line" in refused.context["form"].errors

    head.post(url("transfer", line), filled_in(to_line=other.pk))
    other.refresh_from_db()
    assert other.available == 1_000_000


def test_reversal_needs_its_reason_and_takes_the_whole_amount_back(head):
    expense = committed()
    entry = expense.entries.get()

    response = head.post(url("reverse", entry), filled_in())
    assert "memo" in response.context["form"].errors

    response = head.post(url("reverse", entry), filled_in(memo="ثبت دوباره بود"))
    assert response["Location"] == page_of(entry)
    expense.refresh_from_db()
    assert expense.committed == 0
    assert entry.reversed_by.memo == "ثبت دوباره بود"


@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("fa", "۱۰٬۰۰۰٬۰۰۰ تومان"),
        ("en", "10,000,000 toman"),
    ],
)
def test_overspending_is_refused_with_its_arithmetic(officer, language, line):
    expense = make_expense(requested=200_000_000)
    address = url("commit", expense)
    sent = filled_in("۱۵٬۰۰۰٬۰۰۰", memo="قسط اول")
    response = officer.post(address if language == "fa" else f"/en{address}", sent)

    message = "".join(response.context["form"].errors["amount"])
    assert line in message
    shown = {
        "fa": ("۱۵٬۰۰۰٬۰۰۰ تومان", "۵٬۰۰۰٬۰۰۰ تومان"),
        "en": ("15,000,000 toman", "5,000,000 toman"),
    }
    for amount in shown[language]:
        assert amount in message
    page = response.content.decode()
    assert 'value="۱۵٬۰۰۰٬۰۰۰"' in page  # what was typed stays
    assert 'value="قسط اول"' in page
    assert sent["token"] in page
    assert not expense.entries.exists()


def test_more_than_was_requested_is_refused(officer):
    expense = make_expense(requested=10_000_000)
    response = officer.post(url("commit", expense), filled_in("۱٬۰۰۰٬۰۰۱"))
    assert "۱٬۰۰۰٬۰۰۰ تومان" in "".join(response.context["form"].errors["amount"])
    assert not expense.entries.exists()


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("amount", ""),
        ("amount", "۰"),
        ("amount", "-5"),
        ("amount", "۱۲٬۵۰"),
        ("dated_on", "2022-07-22"),
        ("dated_on", "۱۴۰۱/۱۲/۳۰"),
        ("dated_on", "۱۴۰۰/۰۱/۰۱"),
        ("dated_on", ""),
    ],
)
def test_wrong_value_is_said_beside_its_field_and_kept(officer, field, typed):
    expense = make_expense()
    response = officer.post(url("commit", expense), filled_in(**{field: typed}))
    assert field in response.context["form"].errors
    assert f'value="{typed}"' in response.content.decode() or not typed
    assert not expense.entries.exists()


def test_future_date_is_refused(officer):
    tomorrow = timezone.localdate() + datetime.timedelta(days=1)
    year = make_year(jalali.from_gregorian(tomorrow).year)
    expense = make_expense(line=make_line(fiscal_year=year))
    sent = filled_in(dated_on=jalali.iso(tomorrow))
    response = officer.post(url("commit", expense), sent)
    assert "dated_on" in response.context["form"].errors


def test_form_sent_twice_posts_once_and_says_the_same(officer):
    expense = make_expense()
    sent = filled_in("۱٬۰۰۰٬۰۰۰")  # all that was requested
    first = officer.post(url("commit", expense), sent)
    second = officer.post(url("commit", expense), sent)
    assert expense.entries.count() == 1
    assert first["Location"] == second["Location"]
    messages = list(map(str, get_messages(second.wsgi_request)))
    assert len(set(messages)) == 1
    assert "۱۴۰۱/۲" in messages[0]


def test_form_sent_again_with_another_amount_is_not_taken_for_posted(officer):
    expense = make_expense()
    sent = filled_in("۱۰۰٬۰۰۰")
    officer.post(url("commit", expense), sent)
    response = officer.post(url("commit", expense), sent | {"amount": "۲۰۰٬۰۰۰"})
    assert "۱۴۰۱/۲" in errors(response)
    assert expense.entries.count() == 1


def test_token_of_another_expense_is_not_taken_for_posted(officer):
    sent = filled_in()
    officer.post(url("commit", make_expense()), sent)
    other = make_expense()
    response = officer.post(url("commit", other), sent)
    assert response.status_code == 200
    assert errors(response)


def test_form_begins_with_what_is_left_and_shows_what_follows(officer):
    expense = make_expense(requested=40_000_000)
    ledger.commit(expense=expense, amount=10_000_000, by=make_user(), dated_on=IN_1401)
    response = officer.get(url("commit", expense))
    assert response.context["form"]["amount"].initial == 30_000_000
    page = response.content.decode()
    assert "۳٬۰۰۰٬۰۰۰ تومان" in page  # proposed
    assert "۶٬۰۰۰٬۰۰۰ تومان" in page  # available after it
    shown = {
        (change.now, change.after)
        for _holder, changes in response.context["consequences"]
        for change in changes
    }
    assert shown == {
        (10_000_000, 40_000_000),  # committed, of the expense and of the line
        (0, 0),  # spent
        (100_000_000, 100_000_000),  # approved
        (90_000_000, 60_000_000),  # available
    }


def test_payment_is_proposed_in_full(officer):
    response = officer.get(url("pay", committed(amount=7_000_000)))
    assert response.context["form"]["amount"].initial == 7_000_000


def test_date_is_today_while_the_year_runs_and_left_open_after_it(officer):
    today = timezone.localdate()
    now = make_year(jalali.from_gregorian(today).year)
    running = make_expense(line=make_line(fiscal_year=now, approved=10**8))
    past = make_expense(line=make_line(fiscal_year=make_year(1401), approved=10**8))
    assert (
        officer.get(url("commit", running)).context["form"]["dated_on"].initial == today
    )
    assert officer.get(url("commit", past)).context["form"]["dated_on"].initial is None

import pytest
from django.urls import reverse

from budget import closing, ledger
from tests.budget.forms import committed, errors, filled_in, page_of, said, url
from tests.factories import IN_1401, make_expense, make_line, make_user

pytestmark = [
    pytest.mark.once,
    pytest.mark.django_db,
    pytest.mark.usefixtures("in_persian"),
]

VERBS = {
    "expense": ("commit", "pay", "release", "refund"),
    "budgetline": ("approve", "supplement", "cut", "transfer"),
    "entry": ("reverse",),
}
MAY = {
    "diplomacy_officer": (),
    "budget_officer": ("expense",),
    "head": ("expense", "budgetline", "entry"),
    "auditor": (),
}


def rows():
    """An expense committed and partly paid, a line beside another, a payment."""
    expense = committed()
    payment = ledger.pay(expense=expense, amount=10, by=make_user(), dated_on=IN_1401)
    make_line(approved=10)
    expense.refresh_from_db()
    expense.requested = 20_000_000
    expense.save()
    return {"expense": expense, "budgetline": expense.line, "entry": payment}


@pytest.mark.parametrize("role", MAY)
def test_roles_see_the_forms_they_may_post(client, role):
    client.force_login(make_user(role=role))
    for model, row in rows().items():
        for verb in VERBS[model]:
            expected = 200 if model in MAY[role] else 403
            assert client.get(url(verb, row)).status_code == expected, verb
            button = f'href="{url(verb, row)}"'
            page = client.get(page_of(row)).content.decode()
            assert (button in page) == (expected == 200)


@pytest.mark.parametrize("role", ["diplomacy_officer", "auditor"])
def test_nothing_is_posted_without_permission(client, role):
    client.force_login(make_user(role=role))
    expense = make_expense()
    response = client.post(url("commit", expense), filled_in())
    assert response.status_code == 403
    assert not expense.entries.exists()


def test_stranger_is_sent_to_the_login(client):
    response = client.get(url("commit", make_expense()))
    assert response["Location"].startswith(reverse("admin:login"))


def test_verb_for_an_unknown_object_is_not_found(officer):
    missing = reverse("admin:budget_expense_commit", args=[999_999])
    assert officer.get(missing).status_code == 404


def test_who_requested_an_expense_cannot_commit_it(officer):
    me = officer.get(reverse("admin:index")).wsgi_request.user
    expense = make_expense(requested_by=me)

    page = officer.get(page_of(expense)).content.decode()
    assert f'href="{url("commit", expense)}"' not in page
    response = officer.get(url("commit", expense))
    assert response["Location"] == page_of(expense)
    assert said(response)

    response = officer.post(url("commit", expense), filled_in())
    assert errors(response)
    assert not expense.entries.exists()


@pytest.mark.parametrize(
    ("verb", "fields"),
    [
        ("pay", {}),
        ("release", {}),
        ("refund", {}),
        ("commit", {"cancelled_on": IN_1401, "cancellation_reason": "لغو سفر"}),
    ],
)
def test_what_cannot_be_done_now_says_why(officer, verb, fields):
    expense = make_expense(**fields)
    buttons = officer.get(page_of(expense)).context["verbs"]
    [button] = [b for b in buttons if b["verb"].name == verb]
    assert button["refusal"]
    assert said(officer.get(url(verb, expense))) == button["refusal"]


def test_nothing_is_left_to_commit_or_available(officer):
    expense = committed()
    assert officer.get(url("commit", expense)).status_code == 302
    poor = make_expense(line=make_line())
    assert officer.get(url("commit", poor)).status_code == 302


def test_closed_year_takes_nothing(head):
    expense = committed()
    year = expense.line.fiscal_year
    for month in range(1, 13):
        closing.close_month(year=year, month=month, by=make_user())
    record = {"by": make_user(), "dated_on": year.payments_end_on}
    ledger.pay(expense=expense, amount=expense.committed, **record)
    closing.close_year(year=year, by=make_user())
    for verb, row in [
        ("pay", expense),
        ("supplement", expense.line),
        ("reverse", expense.entries.first()),
    ]:
        assert head.get(url(verb, row)).status_code == 302


def test_reversal_is_neither_repeated_nor_itself_reversed(head):
    entry = committed().entries.get()
    reversal = ledger.reverse(
        entry=entry, by=make_user(), dated_on=IN_1401, memo="اشتباه"
    )
    assert "۱۴۰۱/۳" in said(head.get(url("reverse", entry)))
    assert head.get(url("reverse", reversal)).status_code == 302


def test_pages_carry_no_inline_style_or_script(head):
    found = rows()
    for row in found.values():
        for address in (page_of(row), url(VERBS[row._meta.model_name][0], row)):
            page = head.get(address).content.decode()
            assert "style=" not in page
            assert "<script>" not in page

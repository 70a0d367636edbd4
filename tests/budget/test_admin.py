import re

import pytest
from django.contrib import admin
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from budget import ledger
from budget.admin.plan import LineFilter
from budget.closing import close_month
from budget.models import Closing, Entry, Expense, FiscalYear
from tests.budget.forms import close_whole, typed
from tests.factories import (
    IN_1401,
    make_agreement,
    make_expense,
    make_fee,
    make_line,
    make_rate,
    make_user,
    make_year,
)

pytestmark = [
    pytest.mark.once,
    pytest.mark.django_db,
    pytest.mark.usefixtures("in_persian"),
]

MODELS = ("fiscalyear", "budgetline", "expense", "entry")
MAY_ADD = {
    "diplomacy_officer": ("expense",),
    "budget_officer": ("fiscalyear", "budgetline", "expense"),
    "head": ("fiscalyear", "budgetline", "expense"),
    "auditor": (),
}


def url(model, page, *args):
    return reverse(f"admin:budget_{model}_{page}", args=args)


@pytest.fixture
def superuser(client):
    client.force_login(make_user(role="head", is_superuser=True))
    return client


def post(expense, verb, amount):
    entry = verb(expense=expense, amount=amount, by=make_user(), dated_on=IN_1401)
    expense.refresh_from_db()
    return entry


def make_rows():
    """One row of each model; by model name."""
    expense = make_expense()
    entry = post(expense, ledger.commit, 10_000_000)
    line = expense.line
    return {
        "fiscalyear": line.fiscal_year,
        "budgetline": line,
        "expense": expense,
        "entry": entry,
    }


@pytest.mark.parametrize("role", MAY_ADD)
def test_every_role_reads_every_page_and_adds_what_is_its_own(client, role):
    client.force_login(make_user(role=role))
    for model, row in make_rows().items():
        for page, args in (
            ("changelist", ()),
            ("change", (row.pk,)),
            ("history", (row.pk,)),
        ):
            assert client.get(url(model, page, *args)).status_code == 200, (model, page)
        expected = 200 if model in MAY_ADD[role] else 403
        assert client.get(url(model, "add")).status_code == expected, model
        assert client.get(url(model, "delete", row.pk)).status_code == 403, model


def test_entry_is_not_added_changed_or_deleted_by_anybody(superuser):
    entry = make_rows()["entry"]
    assert superuser.get(url("entry", "add")).status_code == 403
    assert superuser.post(url("entry", "add"), {"amount": "1"}).status_code == 403
    assert superuser.get(url("entry", "delete", entry.pk)).status_code == 403
    sent = {"post": "yes"}
    assert superuser.post(url("entry", "delete", entry.pk), sent).status_code == 403
    sent = {"amount": "1", "memo": "changed"}
    assert superuser.post(url("entry", "change", entry.pk), sent).status_code == 403
    actions = {"action": "delete_selected", "_selected_action": entry.pk, "post": "yes"}
    superuser.post(url("entry", "changelist"), actions)
    unchanged = Entry.objects.get(pk=entry.pk)
    assert (unchanged.amount, unchanged.memo) == (entry.amount, entry.memo)


@pytest.mark.parametrize("model", MODELS)
def test_queries_of_a_list_do_not_grow_with_rows(officer, model):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert officer.get(url(model, "changelist")).status_code == 200
        return len(captured)

    make_rows()
    queries()  # what is looked up once and kept
    for _ in range(5):
        make_rows()
    few = queries()
    for _ in range(40):
        make_rows()
    assert queries() == few


def test_queries_of_an_expense_do_not_grow_with_its_entries(officer):
    expense = make_expense(requested=10_000_000)

    def queries():
        with CaptureQueriesContext(connection) as captured:
            officer.get(url("expense", "change", expense.pk))
        return len(captured)

    for _ in range(2):
        post(expense, ledger.commit, 1_000)
    queries()
    few = queries()
    for _ in range(10):
        post(expense, ledger.commit, 1_000)
    assert queries() == few


@pytest.mark.parametrize("model", MODELS)
def test_lists_and_pages_speak_persian_of_dates_and_amounts(officer, model):
    row = make_rows()[model]
    for page in (url(model, "changelist"), url(model, "change", row.pk)):
        text = officer.get(page).content.decode()
        assert "2022" not in text
        assert "100,000,000" not in text
        assert "100000000" not in text.replace('max="100000000"', "")


@pytest.mark.parametrize("model", MODELS)
def test_title_of_a_page_has_no_latin_digits(officer, model):
    row = make_rows()[model]
    page = officer.get(url(model, "change", row.pk)).text
    title = re.search("<title>(.*?)</title>", page, re.S)[1]
    assert str(row) in title
    assert not re.search("[0-9]", title)


def test_names_are_written_in_the_digits_of_the_page():
    rate, line = make_rate(rial_per_unit="500000.50"), make_line(code="12")
    close_month(year=make_year(1390), month=1, by=make_user())
    rows = [line.fiscal_year, Closing.objects.get(), rate, make_fee()]
    with translation.override("fa"):
        names = [str(row) for row in rows]
        assert names[:3] == ["۱۴۰۱", "۱۳۹۰/۰۱", "دلار آمریکا ۵۰۰٬۰۰۰٫۵۰"]
        assert names[3].endswith("۲۰۲۲")
        assert str(line).startswith("۱۲ ")
    with translation.override("en"):
        assert [str(row) for row in rows[:3]] == ["1401", "1390/01", "USD 500,000.50"]


def test_year_not_typed_yet_has_no_days():
    year_admin = admin.site.get_model_admin(FiscalYear)
    for name in "first_day", "last_day", "payments_until", "closed_up_to":
        assert getattr(year_admin, name)(FiscalYear()) == ""


def test_requested_by_is_whoever_adds_the_expense(officer):
    new = Expense(line=make_line(), title="سفر", payee="هواپیمایی", purpose="protocol")
    response = officer.post(url("expense", "add"), typed(new))
    expense = Expense.objects.get()
    assert expense.requested_by == response.wsgi_request.user
    assert (expense.requested, expense.requested_on) == (10_000_000, IN_1401)


def test_expense_keeps_who_requested_it_when_another_changes_it(officer):
    expense = make_expense()
    officer.post(
        url("expense", "change", expense.pk), typed(expense, title="عنوان تازه")
    )
    after = Expense.objects.get()
    assert (after.title, after.requested_by) == ("عنوان تازه", expense.requested_by)


def test_expense_has_one_source_at_most(officer):
    expense = make_expense()
    sources = {"agreement": make_agreement().pk, "membership_fee": make_fee().pk}
    response = officer.post(
        url("expense", "change", expense.pk), typed(expense, **sources)
    )
    assert response.context["adminform"].form.non_field_errors()


def test_after_its_first_entry_what_an_expense_rests_on_is_fixed(officer):
    expense, other = make_expense(), make_line()
    address = url("expense", "change", expense.pk)
    before = officer.get(address).context["adminform"].form.fields
    assert {"line", "requested", "agreement"} <= set(before)

    post(expense, ledger.commit, 10_000_000)
    after = officer.get(address).context["adminform"].form.fields
    assert not {"line", "requested", "agreement", "membership_fee"} & set(after)
    officer.post(address, typed(expense, line=other.pk, title="عنوان تازه"))
    expense.refresh_from_db()
    assert (expense.title, expense.line == other) == ("عنوان تازه", False)


def test_expense_is_cancelled_with_a_reason_and_only_free_of_money(officer):
    expense = make_expense()
    address = url("expense", "change", expense.pk)
    cancelled = {"cancelled_on": "۱۴۰۱/۰۴/۳۱", "cancellation_reason": ""}
    response = officer.post(address, typed(expense, **cancelled))
    assert response.context["adminform"].form.errors["cancelled_on"]

    cancelled["cancellation_reason"] = "سفر انجام نشد"
    post(expense, ledger.commit, 10_000_000)
    response = officer.post(address, typed(expense, **cancelled))
    assert response.context["adminform"].form.errors["cancelled_on"]

    post(expense, ledger.release, 10_000_000)
    officer.post(address, typed(expense, **cancelled))
    expense.refresh_from_db()
    assert expense.state == Expense.State.CANCELLED


def test_state_filter_agrees_with_the_state_of_each_expense(officer):
    line = make_line(approved=10**9)
    draft, committed, partly, paid = (make_expense(line=line) for _ in range(4))
    cancelled = make_expense(line=line, cancelled_on=IN_1401, cancellation_reason="لغو")
    for expense in (committed, partly, paid):
        post(expense, ledger.commit, 10_000_000)
    post(partly, ledger.pay, 1_000)
    post(paid, ledger.pay, 10_000_000)
    expected = dict(
        zip(
            ("draft", "committed", "partly_paid", "paid", "cancelled"),
            (draft, committed, partly, paid, cancelled),
            strict=True,
        )
    )
    assert set(expected) == set(Expense.State)
    for state, expense in expected.items():
        assert expense.state == state
        shown = officer.get(url("expense", "changelist"), {"state": state})
        assert list(shown.context["cl"].queryset) == [expense]


def test_ledger_is_filtered_by_year(officer):
    make_line(fiscal_year=make_year(1402), approved=10)
    wanted = make_line(fiscal_year=make_year(1401), approved=10).entries.get()
    shown = officer.get(url("entry", "changelist"), {"year": "1401"})
    assert list(shown.context["cl"].queryset) == [wanted]
    assert "۱۴۰۲" in shown.content.decode()  # offered by the filter


def test_expense_is_found_however_its_title_is_typed(officer):
    wanted = make_expense(title="پذیرایی از هیئت کازانلاک")
    make_expense(title="سفر")
    shown = officer.get(url("expense", "changelist"), {"q": "كازانلاك پذيرايي"})
    assert list(shown.context["cl"].queryset) == [wanted]


def test_line_and_year_stay_what_they_are_once_used(officer):
    rows = make_rows()
    line = officer.get(url("budgetline", "change", rows["budgetline"].pk))
    assert "fiscal_year" not in line.context["adminform"].form.fields
    year = officer.get(url("fiscalyear", "change", rows["fiscalyear"].pk))
    assert "year" not in year.context["adminform"].form.fields


def test_code_of_a_line_is_fixed_by_the_first_entry(officer):
    line, target, unused = make_line(approved=100), make_line(), make_line()
    ledger.transfer(
        line=line, to_line=target, amount=1, by=make_user(), dated_on=IN_1401
    )

    def editable(row):
        page = officer.get(url("budgetline", "change", row.pk))
        return {"code", "fiscal_year"} & set(page.context["adminform"].form.fields)

    assert [editable(row) for row in (line, target)] == [set(), set()]
    assert editable(unused) == {"code", "fiscal_year"}
    close_whole(line.fiscal_year)
    assert editable(unused) == set()


def test_closed_year_has_the_lines_of_its_settlement_for_good(superuser):
    line, open_year = make_line(), make_year(1402)
    address = url("budgetline", "delete", line.pk)
    assert superuser.get(address).status_code == 200
    close_whole(line.fiscal_year)
    assert superuser.get(address).status_code == 403
    form = superuser.get(url("budgetline", "add")).context["adminform"].form
    assert list(form.fields["fiscal_year"].queryset) == [open_year]


def test_places_of_a_line_cannot_be_typed(officer):
    line = make_line(approved=100)
    sent = {
        "fiscal_year": line.fiscal_year_id,
        "code": line.code,
        "title_fa": "عنوان تازه",
        "title_en": "New title",
        "heading": line.heading,
        "available": "5",
        "approved": "5",
    }
    officer.post(url("budgetline", "change", line.pk), sent)
    line.refresh_from_db()
    assert (line.title_fa, line.available, line.approved) == ("عنوان تازه", 100, 100)


def test_lines_of_one_year_are_offered_to_filter_by(client):
    """Those of the year asked for, of the line chosen, or else of the newest year."""
    old = make_line(fiscal_year=make_year(1400), code="1-1")
    new = make_line(fiscal_year=make_year(1401), code="2-2")
    expense = make_expense(line=old)
    make_expense(line=new)
    client.force_login(make_user(role="auditor"))
    path = reverse("admin:budget_expense_changelist")

    def offered(query):
        changelist = client.get(path, query).context["cl"]
        filters = {type(each): each for each in changelist.filter_specs}
        return [line for _pk, line in filters[LineFilter].lookup_choices], changelist

    assert offered({})[0] == [str(new)]
    assert offered({"year": "1400"})[0] == [str(old)]
    labels, changelist = offered({"line": old.pk})
    assert labels == [str(old)]
    assert list(changelist.queryset) == [expense]
    for wrong in "x", "9" * 30:
        assert len(client.get(path, {"line": wrong}).context["cl"].queryset) == 2

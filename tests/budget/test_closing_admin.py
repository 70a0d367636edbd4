"""Closing months and years in the admin, and what of it can be downloaded."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from budget import closing
from budget.models import Closing, FiscalYear
from kashan_diplomacy.models import Download
from tests.budget.forms import committed, errors, page_of, said
from tests.factories import make_expense, make_line, make_user, make_year

pytestmark = [
    pytest.mark.once,
    pytest.mark.django_db,
    pytest.mark.usefixtures("in_persian"),
]

ROLES = ("diplomacy_officer", "budget_officer", "head", "auditor")


def url(page, *args):
    return reverse(f"admin:budget_{page}", args=args)


def close_months(year, last):
    for month in range(year.closed_month + 1, last + 1):
        closing.close_month(year=year, month=month, by=make_user())


def post_month(client, year, month):
    return client.post(url("fiscalyear_close_month", year.pk), {"number": str(month)})


def post_year(client, year, typed):
    return client.post(url("fiscalyear_close_year", year.pk), {"typed": typed})


def closed_year():
    year = make_line(approved=1_000).fiscal_year
    close_months(year, 12)
    closing.close_year(year=year, by=make_user())
    return year


@pytest.mark.parametrize("role", ROLES)
def test_roles_read_every_closing_and_only_the_head_closes(client, role):
    client.force_login(make_user(role=role))
    year = make_line(approved=1_000).fiscal_year
    close_months(year, 1)
    [stored] = Closing.objects.all()
    assert client.get(url("closing_changelist")).status_code == 200
    assert client.get(url("closing_change", stored.pk)).status_code == 200
    assert client.get(url("closing_add")).status_code == 403
    assert client.get(url("closing_delete", stored.pk)).status_code == 403
    assert client.get(url("closing_file", stored.pk, "entries")).status_code == 200
    closes = role == "head"
    page = client.get(page_of(year)).content.decode()
    assert url("closing_change", stored.pk) in page
    for verb in ("close_month", "close_year"):
        address = url(f"fiscalyear_{verb}", year.pk)
        assert (address in page) == closes
        assert client.get(address).status_code == (200 if closes else 403)
    assert post_month(client, year, 2).status_code == (302 if closes else 403)
    assert post_year(client, year, "1401").status_code == (200 if closes else 403)
    assert FiscalYear.objects.get().closed_month == 1 + closes


def test_next_month_is_closed_with_what_follows_said_before(head):
    year = make_line(approved=1_000).fiscal_year
    page = head.get(page_of(year)).content.decode()
    assert "۳۱ فروردین ۱۴۰۱" in page
    response = post_month(head, year, 1)
    assert response["Location"] == page_of(year)
    assert "فروردین ۱۴۰۱" in said(response)
    assert Closing.objects.get().closed_by == response.wsgi_request.user


def test_form_sent_twice_closes_one_month(head):
    year = make_year()
    first, second = (post_month(head, year, 1) for _ in range(2))
    assert first.status_code == second.status_code == 302
    assert Closing.objects.count() == 1


@pytest.mark.parametrize("month", ["2", "0", "13", "", "x"])
def test_another_month_than_the_next_is_refused(head, month):
    year = make_year()
    response = post_month(head, year, month)
    assert response.status_code == 200
    assert errors(response)
    assert not Closing.objects.exists()


def test_month_that_is_not_over_is_refused_in_the_form(head):
    year = make_year(1490)
    response = post_month(head, year, 1)
    assert len(response.context["form"].non_field_errors()) == 1
    assert url("fiscalyear_close_month", year.pk) in response.content.decode()


def test_what_keeps_the_year_from_closing_is_listed(head):
    expense = committed()
    make_expense(line=expense.line)
    year = expense.line.fiscal_year
    close_months(year, 11)
    page = head.get(page_of(year))
    [_month, form] = page.context["close_forms"]
    assert len(form.obstacles) == 3
    for obstacle in form.obstacles:
        assert obstacle in page.content.decode()
    assert 'name="typed"' not in page.content.decode()
    response = post_year(head, year, "1401")
    assert len(response.context["form"].non_field_errors()) == 3
    assert FiscalYear.objects.get().closed_month == 11


@pytest.mark.parametrize("typed", ["", "1400", "بله", "14011"])
def test_year_is_closed_only_when_it_is_typed(head, typed):
    year = make_year()
    close_months(year, 12)
    response = post_year(head, year, typed)
    assert "typed" in response.context["form"].errors
    assert not typed or f'value="{typed}"' in response.content.decode()
    assert FiscalYear.objects.get().closed_month == 12


@pytest.mark.parametrize("typed", ["1401", "۱۴۰۱", " ١٤٠١ "])
def test_year_is_closed_once_and_its_settlement_stored(head, typed):
    year = make_line(approved=1_000).fiscal_year
    close_months(year, 12)
    assert 'name="typed"' in head.get(page_of(year)).content.decode()
    first, second = (post_year(head, year, typed) for _ in range(2))
    assert first["Location"] == second["Location"] == page_of(year)
    [settlement] = Closing.objects.filter(month=13)
    response = head.get(url("closing_file", settlement.pk, "settlement"))
    assert response.getvalue() == bytes(settlement.settlement_csv)
    assert head.get(page_of(year)).context["close_forms"] == []
    for verb in ("close_month", "close_year"):
        assert head.get(url(f"fiscalyear_{verb}", year.pk)).status_code == 302


def test_files_are_served_as_they_were_stored(officer):
    year = make_line(approved=1_000).fiscal_year
    close_months(year, 1)
    [stored] = Closing.objects.all()
    make_line(approved=0)
    response = officer.get(url("closing_file", stored.pk, "entries"))
    sent = response.getvalue()
    assert sent == bytes(stored.entries_csv)
    assert closing.sha256(sent) == stored.entries_sha256
    assert Download.objects.get().sha256 == stored.entries_sha256
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"] == (
        'attachment; filename="1401-01-entries.csv"'
    )
    assert response["X-Content-Type-Options"] == "nosniff"
    for which in ("settlement", "other"):
        missing = url("closing_file", stored.pk, which)
        assert officer.get(missing).status_code == 404
    assert officer.get(url("closing_file", 999, "entries")).status_code == 404


def test_files_need_the_permission_and_a_log_in(client):
    close_months(make_year(), 1)
    address = url("closing_file", Closing.objects.get().pk, "entries")
    assert client.get(address).status_code == 302
    stranger = make_user(role="auditor")
    stranger.groups.clear()
    client.force_login(stranger)
    assert client.get(address).status_code == 403


def test_page_of_a_closing_shows_head_and_hashes(officer):
    year = closed_year()
    stored = Closing.objects.get(month=13)
    page = officer.get(page_of(stored)).content.decode()
    head = year.entries.get()
    for digest in (head.digest, stored.entries_sha256, stored.settlement_sha256):
        assert digest in page
    assert url("closing_file", stored.pk, "settlement") in page
    assert "icon-yes" in page


def test_closing_without_entries_has_a_page(officer):
    close_months(make_year(), 1)
    assert officer.get(page_of(Closing.objects.get())).status_code == 200


def test_stranger_is_sent_to_the_login_and_unknown_years_are_not_found(client):
    address = url("fiscalyear_close_month", make_year().pk)
    assert client.post(address).status_code == 302
    client.force_login(make_user(role="head"))
    assert client.post(url("fiscalyear_close_month", 999)).status_code == 404


def test_pages_cost_the_same_queries_for_many_closings(officer):
    year = make_line(approved=1_000).fiscal_year

    def queries(address):
        with CaptureQueriesContext(connection) as captured:
            assert officer.get(address).status_code == 200
        return len(captured)

    pages = (url("closing_changelist"), page_of(year))
    close_months(year, 2)
    for page in pages:
        queries(page)  # what is looked up once and kept
    few = [queries(page) for page in pages]
    close_months(year, 11)
    assert [queries(page) for page in pages] == few


def test_closed_month_is_said_beside_the_date_of_a_form(officer):
    expense = make_expense()
    close_months(expense.line.fiscal_year, 4)
    sent = {"amount": "۱۰۰٬۰۰۰", "dated_on": "۱۴۰۱/۰۴/۳۱", "memo": "قسط"}
    address = reverse("admin:budget_expense_commit", args=[expense.pk])
    token = "7e8b1d1e-0000-4000-8000-000000000001"
    response = officer.post(address, sent | {"token": token})
    assert "dated_on" in response.context["form"].errors
    assert 'value="قسط"' in response.content.decode()

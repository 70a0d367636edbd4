"""The report of a year: its figures on any day, for everyone who reads the books."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from budget import ledger
from budget.models import Kind
from kashan_diplomacy.jalali import to_gregorian
from tests.budget.forms import page_of
from tests.factories import (
    make_agreement,
    make_city,
    make_expense,
    make_foreign_expense,
    make_line,
    make_milestone,
    make_obligation,
    make_rate,
    make_user,
    make_year,
)

pytestmark = [
    pytest.mark.once,
    pytest.mark.django_db,
    pytest.mark.usefixtures("in_persian"),
]

TOMAN = 10


def at(month, day=1, year=1401):
    return {"by": make_user(), "dated_on": to_gregorian(year, month, day)}


def spend(line, amount, on=None, **fields):
    expense = make_expense(line=line, requested=amount, **fields)
    on = on or at(4, 31)
    ledger.commit(expense=expense, amount=amount, **on)
    ledger.pay(expense=expense, amount=amount, **on)


def address(year, language=""):
    return language + reverse("admin:budget_report", args=[year.pk])


@pytest.fixture
def line():
    return make_line(approved=6_000_000 * TOMAN, code="01", title_fa="دیدارها")


@pytest.mark.parametrize(
    "role", ["diplomacy_officer", "budget_officer", "head", "auditor"]
)
def test_every_role_reads_the_report_and_finds_it(client, role, line):
    client.force_login(make_user(role=role))
    year = line.fiscal_year
    assert client.get(address(year)).status_code == 200
    assert client.post(address(year)).status_code == 405
    newest = reverse("admin:budget_report_newest")
    assert client.get(newest)["Location"] == address(year)
    assert f'href="{newest}"' in client.get(reverse("admin:index")).content.decode()
    assert f'href="{address(year)}"' in client.get(page_of(year)).content.decode()


def test_report_needs_the_permission_and_a_log_in(client, line):
    year = line.fiscal_year
    assert client.get(address(year)).status_code == 302
    stranger = make_user(role="auditor")
    stranger.groups.clear()
    client.force_login(stranger)
    assert client.get(address(year)).status_code == 403
    newest = reverse("admin:budget_report_newest")
    assert newest not in client.get(reverse("admin:index")).content.decode()


def test_unknown_year_is_not_found_and_no_year_leads_to_the_years(officer):
    missing = reverse("admin:budget_report", args=[999])
    assert officer.get(missing).status_code == 404
    response = officer.get(reverse("admin:budget_report_newest"))
    assert response["Location"] == reverse("admin:budget_fiscalyear_changelist")


def test_lines_show_planned_updated_and_executed_of_the_day(officer, line):
    ledger.approve(line=line, amount=500 * TOMAN, kind=Kind.SUPPLEMENT, **at(2))
    spend(line, 1_200 * TOMAN, at(3))
    for on, shown, hidden in (
        ("1401-01-31", ["۶٬۰۰۰٬۰۰۰"], ["۶٬۰۰۰٬۵۰۰", "۱٬۲۰۰"]),
        ("1401-02-31", ["۶٬۰۰۰٬۵۰۰"], ["۱٬۲۰۰"]),
        ("1401-03-31", ["۶٬۰۰۰٬۵۰۰", "۱٬۲۰۰", "۵٬۹۹۹٬۳۰۰"], []),
    ):
        page = officer.get(address(line.fiscal_year), {"on": on}).content.decode()
        page = page[: page.index('class="exposures"')]
        for text in shown:
            assert f">{text}</td>" in page
        for text in hidden:
            assert f">{text}</td>" not in page


def test_day_is_typed_jalali_and_a_wrong_one_is_said_and_kept(officer, line):
    year = line.fiscal_year
    spend(line, 10)
    response = officer.get(address(year))
    assert response.context["report"].on == to_gregorian(1401, 4, 31)
    assert 'value="۱۴۰۱/۰۴/۳۱"' in response.content.decode()
    for typed in ("1401/12/30", "2022-07-22", "فردا", "1499/01/01"):
        response = officer.get(address(year), {"on": typed})
        assert response.context["as_of"].form.errors
        assert f'value="{typed}"' in response.content.decode()
        assert response.context["report"].on == to_gregorian(1401, 4, 31)


def test_spending_stands_by_heading_month_purpose_and_city(officer, line):
    guests = make_line(approved=900 * TOMAN, heading="guests")
    city = make_city(name_fa="کازانلاک")
    spend(line, 300 * TOMAN, purpose="protocol")
    spend(guests, 100 * TOMAN, at(2), agreement=make_agreement(city=city))
    obligation = make_obligation(agreement=make_agreement(city=city))
    spend(line, 600 * TOMAN, purpose="obligation", obligation=obligation)
    report = officer.get(address(line.fiscal_year)).context["report"]
    assert [figures.spent for _name, figures in report.headings] == [9_000, 1_000]
    months = [spent for _month, spent in report.months]
    assert months == [0, 1_000, 0, 9_000, *[0] * 8]
    assert sorted(spent for _name, spent in report.purposes) == [4_000, 6_000]
    assert report.ceremony_share == 0.4
    assert report.cities == [("کازانلاک", 7_000), ("", 3_000)]


def test_payments_after_the_years_end_stand_apart(officer, line):
    expense = make_expense(line=line, requested=10)
    ledger.commit(expense=expense, amount=10, **at(12))
    ledger.pay(expense=expense, amount=10, **at(1, 5, 1402))
    query = {"on": "1402-02-15"}
    report = officer.get(address(line.fiscal_year), query).context["report"]
    assert report.months[12:] == [("", 10)]


@pytest.mark.parametrize(
    ("met", "reading"),
    [(True, "thrift (little spent, promises kept)"), (False, "stalled (little spent")],
)
def test_pace_is_read_in_words(officer, line, met, reading):
    fields = {"verdict": "met", "met_on": to_gregorian(1401, 3, 1), "evidence": "x"}
    make_milestone(due_on=to_gregorian(1401, 3, 2), **(fields if met else {}))
    spend(line, 690_000 * TOMAN)
    page = officer.get(address(line.fiscal_year, "/en")).content.decode()
    assert reading.capitalize() in page
    assert "34%" in page
    assert "11.5%" in page
    assert "2,031,048" in page or "2.03 million" in page


def test_open_foreign_commitments_are_revalued(officer, line):
    rate = make_rate(valid_on=to_gregorian(1401, 1, 1))
    expense = make_foreign_expense("100", rate=rate, line=line)
    ledger.commit(expense=expense, amount=expense.requested, **at(2))
    newest = make_rate(rial_per_unit="518000", valid_on=to_gregorian(1401, 4, 1))
    for place in (address(line.fiscal_year, "/en"), f"/en{page_of(expense)}"):
        page = officer.get(place).content.decode()
        assert "180,000 toman more than committed" in page
        assert "518,000 toman" in page  # ten per cent
    paid = {"foreign_amount": Decimal(100), "rate": newest}
    ledger.pay_foreign(expense=expense, **paid, **at(4, 2))
    assert officer.get(address(line.fiscal_year)).context["report"].exposures == []


def test_years_stand_side_by_side(officer, line):
    other = make_line(fiscal_year=make_year(1400), approved=0)
    approved = {"line": other, "amount": 770 * TOMAN, "by": make_user()}
    ledger.approve(dated_on=other.fiscal_year.starts_on, **approved)
    page = officer.get(address(line.fiscal_year)).content.decode()
    assert f'href="{address(other.fiscal_year)}"' in page
    assert ">۷۷۰</td>" in page


def test_empty_year_has_a_report(officer):
    response = officer.get(address(make_year(1490)))
    assert response.status_code == 200
    assert response.context["report"].ceremony_share is None


def test_page_is_persian_and_has_nothing_inline(officer, line):
    spend(line, 10_000)
    response = officer.get(address(line.fiscal_year))
    page = response.content.decode()
    assert "style=" not in page
    assert "2022" not in page
    assert "<script>" not in page


def test_report_costs_the_same_queries_for_many_rows(officer, line):
    year = line.fiscal_year

    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert officer.get(address(year)).status_code == 200
        return len(captured)

    def more(number):
        for _ in range(number):
            other = make_line(fiscal_year=year, approved=10**9)
            spend(other, 10, agreement=make_agreement(city=make_city()))
            rate = make_rate("EUR", valid_on=next(DAYS))
            expense = make_foreign_expense("1", rate=rate, line=other)
            ledger.commit(expense=expense, amount=expense.requested, **at(4))

    more(2)
    queries()  # what is looked up once and kept
    few = queries()
    more(12)
    assert queries() == few <= 20


DAYS = (to_gregorian(1401, 3, day) for day in range(1, 32))

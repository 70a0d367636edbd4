"""Reports from the entries, as of any day, against sums made by hand."""

import pytest

from budget import ledger
from budget.models import Kind
from budget.reports import (
    Figures,
    by_city,
    by_month,
    by_purpose,
    grouped,
    line_figures,
    years_side_by_side,
)
from kashan_diplomacy.jalali import to_gregorian
from tests.factories import (
    make_agreement,
    make_city,
    make_engagement,
    make_expense,
    make_line,
    make_obligation,
    make_user,
    make_year,
)

pytestmark = pytest.mark.django_db


def at(month, day=1, year=1401):
    return {"by": make_user(), "dated_on": to_gregorian(year, month, day)}


def spend(line, amount, month, **fields):
    expense = make_expense(line=line, requested=amount, **fields)
    ledger.commit(expense=expense, amount=amount, **at(month))
    return ledger.pay(expense=expense, amount=amount, **at(month))


def test_planned_updated_and_executed_as_of_each_day():
    line, other = make_line(approved=1_000), make_line()
    ledger.approve(line=line, amount=300, kind=Kind.SUPPLEMENT, **at(2))
    ledger.approve(line=line, amount=100, kind=Kind.CUT, **at(3))
    transfer = ledger.transfer(line=line, to_line=other, amount=250, **at(4))
    spend(line, 40, 5)
    ledger.reverse(entry=transfer, memo="اشتباه", **at(6))

    def figures(month):
        return line_figures(line.fiscal_year, to_gregorian(1401, month, 1))

    assert figures(1)[line.pk] == Figures(planned=1_000, available=1_000)
    assert figures(3)[line.pk].updated == 1_200
    assert figures(4)[other.pk] == Figures(transferred=250, available=250)
    assert figures(5)[line.pk] == Figures(
        planned=1_000,
        supplemented=300,
        cut=100,
        transferred=-250,
        available=910,
        spent=40,
    )
    assert figures(6)[other.pk] == Figures()
    assert figures(6)[line.pk].updated == 1_200


def test_reversed_approval_counts_against_what_was_planned():
    line = make_line(approved=1_000)
    ledger.reverse(entry=line.entries.get(), memo="اشتباه", **at(2))
    assert (
        line_figures(line.fiscal_year, to_gregorian(1401, 2, 1))[line.pk] == Figures()
    )


def test_headings_add_up_their_lines():
    line, other = make_line(approved=10), make_line(approved=5)
    guest = make_line(approved=7, heading="guests")
    year = line.fiscal_year
    figures = line_figures(year, year.ends_on)
    headings = grouped(figures, year, lambda row: row.heading)
    assert headings["meetings"].planned == 15
    assert headings["guests"].planned == guest.approved
    assert other.heading == line.heading


def test_spending_by_month_and_purpose_takes_reversals_back():
    line = make_line(approved=1_000)
    year = line.fiscal_year
    payment = spend(line, 30, 2, purpose="protocol")
    spend(line, 50, 2, purpose="exploration")
    ledger.reverse(entry=payment, memo="اشتباه", **at(4))
    months = by_month(year, year.ends_on)
    assert (months[1], months[3]) == (80, -30)
    assert by_purpose(year, to_gregorian(1401, 3, 1))["protocol"] == 30
    assert by_purpose(year, year.ends_on) == {"protocol": 0, "exploration": 50}


def test_payment_after_the_years_end_stands_apart():
    line = make_line(approved=1_000)
    expense = make_expense(line=line, requested=9)
    ledger.commit(expense=expense, amount=9, **at(12))
    ledger.pay(expense=expense, amount=9, **at(1, 20, year=1402))
    year = line.fiscal_year
    assert by_month(year, year.payments_end_on)[12] == 9
    assert sum(by_month(year, year.ends_on)) == 0


def test_spending_belongs_to_the_city_its_source_leads_to():
    line = make_line(approved=1_000)
    city, other = make_city(), make_city()
    agreement = make_agreement(city=city)
    spend(line, 1, 2, agreement=agreement)
    spend(line, 2, 2, obligation=make_obligation(agreement=agreement))
    spend(line, 4, 2, engagement=make_engagement(cities=[city]))
    spend(line, 8, 2, engagement=make_engagement(cities=[other]))
    spend(line, 16, 2, engagement=make_engagement(cities=[city, other]))
    spend(line, 32, 2)
    year = line.fiscal_year
    assert by_city(year, year.ends_on) == {city: 7, other: 8, None: 48}


def test_years_stand_side_by_side():
    lines = [make_line(fiscal_year=make_year(year)) for year in (1400, 1401)]
    for line, amount in zip(lines, (10, 20), strict=True):
        dated_on = line.fiscal_year.starts_on
        ledger.approve(line=line, amount=amount, by=make_user(), dated_on=dated_on)
    totals = {year.year: figures.planned for year, figures in years_side_by_side()}
    assert totals == {1400: 10, 1401: 20}


def test_reports_cost_the_same_queries_for_many_rows(django_assert_num_queries):
    line = make_line(approved=100_000)
    year = line.fiscal_year
    for number in range(12):
        city = make_city() if number % 2 else None
        agreement = city and make_agreement(city=city)
        spend(line, 10, 2, agreement=agreement)
    with django_assert_num_queries(6):
        line_figures(year, year.ends_on)
        by_month(year, year.ends_on)
        by_purpose(year, year.ends_on)
        by_city(year, year.ends_on)

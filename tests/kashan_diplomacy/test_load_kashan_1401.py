"""The source's sentences, read off the program after loading its facts."""

import pytest
from django.core.management import call_command

from agreements.models import (
    Agreement,
    City,
    Engagement,
    FollowUp,
    Membership,
    Milestone,
    Obligation,
    Organisation,
    RightUsed,
    Theme,
)
from budget.models import BudgetLine, Entry, Expense, FiscalYear
from budget.pace import pace
from kashan_diplomacy.jalali import to_gregorian

pytestmark = [pytest.mark.once, pytest.mark.django_db]

END_OF_TIR = to_gregorian(1401, 4, 31)
MILLION_TOMAN = 10_000_000  # in rial


@pytest.fixture(autouse=True)
def facts():
    call_command("load_kashan_1401", verbosity=0)


def test_end_of_tir_1401_reads_as_the_source_says():
    year = FiscalYear.objects.get(year=1401)
    figures = pace(year, END_OF_TIR)
    assert figures.total.approved == 600 * MILLION_TOMAN
    assert 65 * MILLION_TOMAN < figures.total.spent < 70 * MILLION_TOMAN
    assert round(figures.elapsed_share, 2) == 0.34
    assert 0.11 < figures.spent_share < 0.12
    assert 195 * MILLION_TOMAN < figures.forecast < 206 * MILLION_TOMAN
    assert year.books_end_on(to_gregorian(1405, 9, 1)) == END_OF_TIR


def test_partners_visits_and_memberships_are_those_of_the_source():
    in_force = Agreement.objects.in_force(END_OF_TIR)
    partners = in_force.values_list("city__slug", flat=True)
    assert set(partners) == {"kazanlak", "xining"}
    embassies = Engagement.objects.filter(organisations__kind="embassy")
    countries = embassies.values_list("organisations__country", flat=True)
    assert set(countries) == {"JP", "BG", "KE", "BR"}
    guests = Engagement.objects.filter(cities__isnull=False)
    assert set(guests.values_list("cities__slug", flat=True)) == {"najaf", "touba"}
    brazil = Engagement.objects.get(title_en__contains="Brazil")
    assert brazil.follow_ups.open().count() == 2
    assert brazil.themes.count() == 4
    assert Membership.objects.current().count() == 4


def test_every_row_says_where_it_comes_from():
    for model in (
        Agreement,
        BudgetLine,
        City,
        Engagement,
        Expense,
        FiscalYear,
        FollowUp,
        Membership,
        Milestone,
        Obligation,
        Organisation,
        Theme,
    ):
        for row in model.objects.all():
            expected = "نمونه" if row.is_illustrative else "۵۸۰۴"
            assert expected in row.source, row


def test_nothing_the_source_does_not_say_passes_for_a_fact():
    for model in (Expense, Milestone, Obligation):
        assert not model.objects.filter(is_illustrative=False).exists()
    assert BudgetLine.objects.get(is_illustrative=False).code == "1401-00"


def test_signed_agreements_are_exempt_and_the_authorities_are_marked():
    """So that the two stay in force although their files are not with us."""
    for agreement in Agreement.objects.all():
        assert "پیش از این برنامه" in agreement.clearance_exemption
        assert not agreement.city.is_domestic
        assert agreement.authorities().count() == 3
    domestic = Organisation.objects.filter(clears_domestic=True)
    assert [each.kind for each in domestic] == ["council"]


def test_loading_again_changes_nothing():
    kazanlak = City.objects.get(slug="kazanlak")
    kazanlak.shares_fa = "نوشته کارشناس"
    kazanlak.save()
    for row in Expense.objects.all():
        row.title += " (ویرایش)"
        row.save()
    used = RightUsed.objects.first()
    used.pk = None
    used.save()
    models = Entry, Expense, Milestone, Engagement, FollowUp
    counts = [model.objects.count() for model in models]
    call_command("load_kashan_1401", verbosity=0)
    kazanlak.refresh_from_db()
    assert kazanlak.shares_fa == "نوشته کارشناس"
    assert counts == [model.objects.count() for model in models]

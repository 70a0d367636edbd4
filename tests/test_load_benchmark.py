"""What the benchmarks measure with is what the program itself would have written."""

import pytest
from django.db import transaction

from agreements.models import Agreement, City, Engagement, Milestone, Obligation
from benchmarks.load_benchmark import load
from budget.models import BudgetLine, Entry, Expense, FiscalYear
from budget.verification import verify

pytestmark = pytest.mark.django_db

SCALE = 0.01


def test_loaded_books_verify_and_have_the_sizes_promised():
    load(SCALE)
    models = (City, Agreement, Obligation, Engagement, Entry)
    counts = [model.objects.count() for model in models]
    assert counts == [2, 5, 50, 100, 1_000]
    assert FiscalYear.objects.count() == 20
    assert [found for year in FiscalYear.objects.all() for found in verify(year)] == []


def test_loaded_rows_satisfy_every_constraint_of_theirs():
    load(SCALE)
    for model in (Agreement, BudgetLine, City, Engagement, Expense, Milestone):
        for row in model.objects.all()[:50]:
            row.validate_constraints()


def test_loading_twice_gives_the_same_rows():
    told = []
    for _ in range(2):
        with transaction.atomic():
            load(SCALE)
            told.append(
                [
                    list(Entry.objects.order_by("pk").values_list("kind", "amount")),
                    list(Engagement.objects.order_by("pk").values_list("title_fa")),
                ]
            )
            transaction.set_rollback(True)
    assert told[0] == told[1]


def test_full_database_is_left_alone():
    load(SCALE)
    with pytest.raises(SystemExit):
        load(SCALE)
    assert City.objects.count() == 2

"""What the benchmarks measure with is what the program itself would have written."""

import pytest
from django.db import transaction

from agreements.models import Agreement, City, Engagement, Milestone, Obligation
from benchmarks.load_benchmark import load
from budget.models import BudgetLine, Entry, Expense, FiscalYear
from budget.verification import verify

pytestmark = pytest.mark.django_db

SCALE = 0.005


def test_loaded_books_verify_and_have_the_sizes_promised():
    load(SCALE)
    models = (City, Agreement, Obligation, Engagement, Entry)
    counts = [model.objects.count() for model in models]
    assert counts == [1, 2, 25, 50, 500]
    assert FiscalYear.objects.count() == 20
    assert [found for year in FiscalYear.objects.all() for found in verify(year)] == []
    for model in (Agreement, BudgetLine, City, Engagement, Expense, Milestone):
        for row in model.objects.all()[:5]:
            row.validate_constraints()
    with pytest.raises(SystemExit):  # it is not empty now
        load(SCALE)


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

"""Many people post at once: no overspending, no loss, no error for anybody."""

import threading

import pytest
from django.db import connection

from budget import ledger
from budget.models import BudgetLine, Entry
from tests.factories import IN_1401, make_expense, make_line, make_user

pytestmark = pytest.mark.django_db(transaction=True)

AMOUNT = 1_000


def test_parallel_commitments_stop_at_the_ceiling_to_the_rial():
    writers = 32 if connection.vendor == "postgresql" else 8
    line = make_line(approved=AMOUNT * writers // 2)
    expenses = [make_expense(line=line, requested=AMOUNT) for _ in range(writers)]
    answers = _at_once(expenses, make_user())

    refused = [answer for answer in answers if answer is not None]
    assert all(isinstance(r, ledger.InsufficientError) for r in refused), refused
    assert len(refused) == writers // 2
    line = BudgetLine.objects.get(pk=line.pk)
    assert (line.available, line.committed) == (0, AMOUNT * writers // 2)
    numbers = Entry.objects.order_by("seq").values_list("seq", flat=True)
    assert list(numbers) == list(range(1, 2 + writers // 2))


def _at_once(expenses, by):
    """Commit for each expense in a thread of its own; None, or what was raised."""
    start = threading.Barrier(len(expenses))
    answers = []

    def post(expense):
        start.wait()
        try:
            ledger.commit(expense=expense, amount=AMOUNT, by=by, dated_on=IN_1401)
        except Exception as error:
            answers.append(error)
        else:
            answers.append(None)
        finally:
            connection.close()

    threads = [threading.Thread(target=post, args=[expense]) for expense in expenses]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers

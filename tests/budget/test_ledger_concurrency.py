"""Many people post at once: no overspending, no loss, no error for anybody."""

import threading
from functools import partial

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction

from budget import ledger
from budget.models import BudgetLine, Entry, Expense
from tests.factories import IN_1401, make_expense, make_fee, make_line, make_user

pytestmark = pytest.mark.django_db(transaction=True)

AMOUNT = 1_000


def test_parallel_commitments_stop_at_the_ceiling_to_the_rial():
    writers = 32 if connection.vendor == "postgresql" else 8
    line = make_line(approved=AMOUNT * writers // 2)
    expenses = [make_expense(line=line, requested=AMOUNT) for _ in range(writers)]
    by = make_user()

    def post(expense):
        ledger.commit(expense=expense, amount=AMOUNT, by=by, dated_on=IN_1401)

    answers = _at_once([partial(post, expense) for expense in expenses])

    refused = [answer for answer in answers if answer is not None]
    assert all(isinstance(r, ledger.InsufficientError) for r in refused), refused
    assert len(refused) == writers // 2
    line = BudgetLine.objects.get(pk=line.pk)
    assert (line.available, line.committed) == (0, AMOUNT * writers // 2)
    numbers = Entry.objects.order_by("seq").values_list("seq", flat=True)
    assert list(numbers) == list(range(1, 2 + writers // 2))


def test_of_parallel_requests_of_a_fee_one_passes():
    fee, by, line = make_fee(), make_user(), make_line(approved=10)

    def request():
        with transaction.atomic():
            expense = Expense(line=line, requested_by=by, membership_fee=fee)
            expense.title, expense.payee, expense.requested = "عضویت", "لیگ", 10
            expense.purpose = "membership_right"
            expense.full_clean()
            expense.save()

    answers = _at_once([request] * 8)
    assert answers.count(None) == Expense.objects.count() == 1
    refused = [answer for answer in answers if answer is not None]
    assert all(isinstance(r, ValidationError) for r in refused), refused


def _at_once(deeds):
    """Do each in a thread of its own; for each None, or what was raised."""
    start = threading.Barrier(len(deeds))
    answers = []

    def do(deed):
        start.wait()
        try:
            deed()
        except Exception as error:
            answers.append(error)
        else:
            answers.append(None)
        finally:
            connection.close()

    threads = [threading.Thread(target=do, args=[deed]) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers

"""Posts to the ledger without end and says aloud what was acknowledged.

Run as a process of its own, to be killed: `python -m tests.faults.poster TOKEN-SEED`.
Each line on standard output is the token of an entry whose transaction is committed.
"""

import sys
import uuid

import django


def main(seed):
    django.setup()
    from django.contrib.auth.models import User

    from budget import ledger
    from budget.models import BudgetLine
    from tests.factories import IN_1401

    line, by = BudgetLine.objects.get(), User.objects.first()
    for number in range(100_000):
        token = uuid.uuid5(uuid.NAMESPACE_OID, f"{seed} {number}")
        ledger.approve(line=line, amount=1, by=by, dated_on=IN_1401, token=token)
        sys.stdout.write(f"{token}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1])

"""The journal, read by hledger where that is installed and parsed where it is not."""

import re
import shutil
import subprocess
from collections import defaultdict
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from budget.models import FiscalYear

pytestmark = pytest.mark.django_db

POSTING = re.compile(r"^    (\S.*?)  (-?\d+) IRR$", re.MULTILINE)


@pytest.fixture
def written():
    call_command("load_kashan_1401", verbosity=0)
    out = StringIO()
    call_command("export_ledger", "1401", stdout=out)
    return out.getvalue()


def expected():
    """Each account's balance as the lines have it, and outside as what they miss."""
    balances = {"outside": 0}
    for line in FiscalYear.objects.get().lines.all():
        for place in ("available", "committed", "spent"):
            balances[f"budget:{line.code}:{place}"] = getattr(line, place)
        balances["outside"] -= line.approved
    return {account: balance for account, balance in balances.items() if balance}


def test_postings_add_up_to_our_balances(written):
    balances = defaultdict(int)
    for account, amount in POSTING.findall(written):
        balances[account] += int(amount)
    assert {a: b for a, b in balances.items() if b} == expected()


@pytest.mark.skipif(shutil.which("hledger") is None, reason="hledger is not installed")
def test_hledger_reads_the_same_balances(written, tmp_path):
    path = tmp_path / "1401.journal"
    path.write_text(written, encoding="utf-8")
    command = ["hledger", "-f", str(path), "balance", "--flat", "-N", "-O", "csv"]
    answer = subprocess.run(command, capture_output=True, text=True, check=True)
    rows = re.findall(r'"([^"]+)","(-?\d+) IRR"', answer.stdout)
    assert {account: int(amount) for account, amount in rows} == expected()


def test_unknown_year_is_said():
    with pytest.raises(CommandError, match="1399"):
        call_command("export_ledger", "1399", stdout=StringIO())

"""Killed amid posting: every acknowledged entry is there, none is doubled."""

import os
import signal
import subprocess
import sys
import time
import uuid
from contextlib import ExitStack

import pytest

from budget.models import Entry
from budget.verification import verify
from tests.factories import make_line
from tests.systems import database_url

pytestmark = pytest.mark.django_db(transaction=True)

WRITERS = 3
ROUNDS = 3


def poster(seed, said):
    environment = os.environ | {"DATABASE_URL": database_url()}
    command = [sys.executable, "-m", "tests.faults.poster", seed]
    return subprocess.Popen(command, stdout=said, env=environment)


def wait_until(holds, seconds=30):
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def acknowledged_before_death(directory):
    """Let posters write for a moment, kill them all; the tokens they said aloud."""
    seeds = [str(uuid.uuid4()) for _ in range(WRITERS)]
    files = [directory / seed for seed in seeds]
    with ExitStack() as stack:
        outputs = [stack.enter_context(path.open("wb")) for path in files]
        posters = [poster(*pair) for pair in zip(seeds, outputs, strict=True)]
        wait_until(lambda: all(path.stat().st_size > 400 for path in files))
        for process in posters:
            process.send_signal(signal.SIGKILL)
            process.wait()
    whole_lines = [line for path in files for line in path.read_text().split("\n")[:-1]]
    return {uuid.UUID(text) for text in whole_lines}


def test_killed_posters_lose_and_double_nothing(tmp_path):
    line = make_line(approved=1)
    rounds = [acknowledged_before_death(tmp_path) for _ in range(ROUNDS)]
    acknowledged = set().union(*rounds)
    stored = list(Entry.objects.exclude(token=None).values_list("token", flat=True))
    assert acknowledged <= set(stored)
    assert len(stored) == len(set(stored))
    assert len(stored) - len(acknowledged) <= WRITERS * ROUNDS
    assert verify(line.fiscal_year) == []

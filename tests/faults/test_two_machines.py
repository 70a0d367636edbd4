"""Two machines behind the proxy, one PostgreSQL: one system, also when one dies."""

import contextlib
import http.client
import shutil
import subprocess
import threading
import time
import uuid
from importlib.util import find_spec

import pytest
from django.db import connection

from tests.faults.nginx import proxy
from tests.faults.serving import (
    POSTING_PAGE,
    Posters,
    Visitor,
    assert_nothing_lost,
    free_port,
    is_open,
    posting,
    prepared,
    serving,
    stored_tokens,
    trusting,
    wait_until,
)
from tests.systems import new_system

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not shutil.which("nginx"), reason="needs nginx"),
]

PEOPLE, READERS = 4, 3
BEHIND_THE_PROXY = {"X-Forwarded-Proto": "https"}


@contextlib.contextmanager
def cache_of_all(system):
    """Redis, where it is installed; the program needs none."""
    if not (shutil.which("redis-server") and find_spec("redis")):
        yield
        return
    port = free_port()
    command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", ""]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        wait_until(lambda: is_open(port))
        system.environment["CACHE_URL"] = f"redis://127.0.0.1:{port}/0"
        yield
    finally:
        server.terminate()
        server.wait()


@pytest.fixture
def machines(tmp_path):
    """The system, the line posted to, and two servers of it behind TLS."""
    if connection.vendor == "sqlite":
        pytest.skip("SQLite is for one machine")
    with new_system(tmp_path) as system:
        line = prepared(system, tmp_path)
        system.environment["HTTPS"] = "True"
        with cache_of_all(system), serving(system, tmp_path, count=2) as servers:
            yield system, line, servers


def test_whoever_signs_in_on_one_machine_is_known_on_the_other(machines):
    _system, _line, (first, second) = machines
    there = Visitor(first.port, headers=BEHIND_THE_PROXY)
    assert there.get("/admin/").status == 302
    there.sign_in("auditor")
    assert "__Host-sessionid" in there.cookies
    here = there.at(second.port)
    assert here.get("/admin/").status == 200
    assert here.post("/admin/logout/", {}).status == 200
    assert there.get("/admin/").status == 302


def test_what_one_machine_caches_the_other_reads(machines):
    system, *_others = machines
    if "CACHE_URL" not in system.environment:
        pytest.skip("needs redis-server and the Python package redis")
    cache = "from django.core.cache import cache; "
    system.python(f"{cache}cache.set('version', 1401)")
    assert system.python(f"{cache}print(cache.get('version'))") == "1401\n"


def test_line_is_not_overdrawn_from_two_machines(machines):
    """The line holds a hundred times what is cut; twice as often it is tried."""
    system, line, servers = machines
    system.python(
        "from budget import ledger\n"
        "from budget.models import BudgetLine, Kind\n"
        "from django.contrib.auth.models import User\n"
        f"line = BudgetLine.objects.get(pk={line})\n"
        "ledger.approve(line=line, amount=line.available - 100_000, kind=Kind.CUT,"
        " by=User.objects.get(username='head'), dated_on=line.fiscal_year.starts_on)"
    )
    heads = Visitor(servers[0].port, headers=BEHIND_THE_PROXY).sign_in("head")
    page = POSTING_PAGE.format(line).replace("supplement", "cut")
    answers = []

    def cut(visitor):
        answers.extend(
            visitor.post(page, posting(uuid.uuid4())).status for _ in range(25)
        )

    people = [heads.at(servers[n % 2].port) for n in range(8)]
    threads = [threading.Thread(target=cut, args=[person]) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    # All that is refused is refused with a page that says why, and nothing is over.
    assert sorted(answers) == [200] * 100 + [302] * 100
    assert len(stored_tokens(system)) == 100
    system.manage("verify_ledger")


class Readers:
    """The public, reading without pause; what they got but pages."""

    def __init__(self, visitors):
        self.read, self.failures, self._over = 0, [], threading.Event()
        self._threads = [
            threading.Thread(target=self._read, args=[visitor]) for visitor in visitors
        ]

    def __enter__(self):
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_error):
        self._over.set()
        for thread in self._threads:
            thread.join()

    def _read(self, visitor):
        while not self._over.is_set():
            for path in "/", "/en/", "/cities/", "/budget/1401/":
                try:
                    status = visitor.get(path).status
                except (OSError, http.client.HTTPException) as error:
                    status = repr(error)
                self.read += 1
                if status != 200:
                    self.failures.append((path, status))


def test_machine_killed_under_load_loses_nothing_and_the_public_sees_nothing(
    machines, tmp_path
):
    system, line, (first, second) = machines
    with proxy(tmp_path / "nginx", [first.port, second.port]) as (port, certificate):
        head = Visitor(port, tls=trusting(certificate)).sign_in("head")
        public = [Visitor(port, tls=head.tls) for _ in range(READERS)]
        with Readers(public) as readers, Posters([head] * PEOPLE, line) as posters:
            posters.wait_for_more()
            for machine in first, second:
                machine.kill()
                posters.wait_for_more()
                machine.start()
                time.sleep(6)  # the proxy comes back to it: fail_timeout
                posters.wait_for_more()
        assert readers.failures == []
        assert readers.read > 50
        # What was under way in a machine that died is not acknowledged, and no more.
        assert sum(answer != 302 for answer in posters.answers) <= 4 * PEOPLE
        assert_nothing_lost(system, posters.acknowledged)


def test_proxy_logs_visits_but_not_the_keys_of_calendars(machines, tmp_path):
    _system, _line, servers = machines
    with proxy(tmp_path / "nginx", [s.port for s in servers]) as (port, certificate):
        visitor = Visitor(port, tls=trusting(certificate))
        for path in "/cities/", "/calendar/KEY.ics", "/en/calendar/KEY.ics":
            visitor.get(path)
    logged = (tmp_path / "nginx" / "access.log").read_text()
    assert "/cities/" in logged
    assert "KEY" not in logged


def test_proxy_says_itself_that_every_machine_is_away(machines, tmp_path):
    _system, _line, (first, second) = machines
    with proxy(tmp_path / "nginx", [first.port, second.port]) as (port, certificate):
        visitor = Visitor(port, tls=trusting(certificate))
        assert visitor.get("/").status == 200
        assert visitor.get("/readyz").status == 200
        for machine in first, second:
            machine.kill()
        away = visitor.get("/")
        assert away.status == 503
        assert away.headers["Retry-After"] == "15"
        assert "charset=utf-8" in away.headers["Content-Type"]
        assert "به‌زودی برمی‌گردیم" in away.text
        assert "sha256-" in away.headers["Content-Security-Policy"]

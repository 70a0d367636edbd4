"""PostgreSQL is killed while people post, stays away for half a minute, comes back."""

import time
import uuid

import pytest
from django.db import connection

from tests.faults.postgres_server import own_server
from tests.faults.serving import (
    POSTING_PAGE,
    Posters,
    Visitor,
    assert_nothing_lost,
    posting,
    prepared,
    serving,
    wait_until,
)
from tests.systems import System

pytestmark = pytest.mark.django_db

PEOPLE, AWAY = 4, 30


@pytest.fixture
def system(tmp_path):
    if connection.vendor == "sqlite":
        pytest.skip("SQLite is no server that could be away")
    with own_server() as server:
        yield System(server.database_url, str(tmp_path / "uploads")), server


def assert_says_so(answer, text):
    assert answer.status == 503
    assert int(answer.headers["Retry-After"]) > 0
    assert text in answer.text
    assert "no-store" in answer.headers["Cache-Control"]


def test_database_killed_and_away_for_half_a_minute(system, tmp_path):
    system, database = system
    line = prepared(system, tmp_path)
    with serving(system, tmp_path) as [server]:
        head = Visitor(server.port).sign_in("head")
        with Posters([head] * PEOPLE, line) as posters:
            posters.wait_for_more()
            database.kill()
            gone_at = time.monotonic()
            time.sleep(1)
            public = Visitor(server.port)
            while time.monotonic() < gone_at + AWAY:
                assert_says_so(public.get("/"), "به‌زودی برمی‌گردیم")
                assert_says_so(public.get("/en/"), "We will be back in a moment")
                assert_says_so(head.get("/admin/"), "به‌زودی برمی‌گردیم")
                refused = head.post(POSTING_PAGE.format(line), posting(uuid.uuid4()))
                assert_says_so(refused, "به‌زودی برمی‌گردیم")
                assert public.get("/healthz").status == 200
                assert public.get("/readyz").status == 503
                time.sleep(2)
            database.start()
            wait_until(lambda: public.get("/readyz").status == 200, seconds=15)
            assert public.get("/").status == 200
            assert head.get("/admin/").status == 200
            posters.wait_for_more()
        assert set(posters.answers) <= {302, 503}
        # A post may have been committed although its acknowledgement never came; sent
        # again, it was recognised by its token.
        assert assert_nothing_lost(system, posters.acknowledged) <= PEOPLE


def test_database_killed_again_and_again_amid_posting(system, tmp_path):
    system, database = system
    line = prepared(system, tmp_path)
    with serving(system, tmp_path) as [server]:
        head = Visitor(server.port).sign_in("head")
        with Posters([head] * PEOPLE, line) as posters:
            for _round in range(4):
                posters.wait_for_more()
                database.kill()
                database.start()
            posters.wait_for_more()
        assert set(posters.answers) <= {302, 503}
        assert assert_nothing_lost(system, posters.acknowledged) <= PEOPLE

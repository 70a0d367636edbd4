"""A tenth of all requests is broken off by the client: others notice nothing."""

import contextlib
import threading
import uuid

import pytest

from tests.faults.serving import (
    POSTING_PAGE,
    Visitor,
    assert_nothing_lost,
    posting,
    prepared,
    serving,
    stored_tokens,
)
from tests.systems import new_system

pytestmark = pytest.mark.django_db

PEOPLE, POSTS = 6, 50


def broken_off(visitor, path, token, *, half):
    """Send a post, or the first half of one, and hang up."""
    filled_in = visitor.filled_in(posting(token))
    method, path, body, headers = visitor.request("POST", path, filled_in)
    with contextlib.closing(visitor.connection()) as connection:
        connection.putrequest(method, path, skip_host=True)
        for name, value in headers.items():
            connection.putheader(name, value)
        connection.putheader("Content-Length", str(len(body)))
        sent = body[: len(body) // 2] if half else body
        connection.endheaders(sent.encode())


def test_requests_broken_off_by_the_client_hurt_nobody(tmp_path):
    with new_system(tmp_path) as system:
        line = prepared(system, tmp_path)
        path = POSTING_PAGE.format(line)
        with serving(system, tmp_path) as [server]:
            head = Visitor(server.port).sign_in("head")
            acknowledged, halves, answers = set(), set(), []

            def work(number):
                visitor = head.at(server.port)
                for turn in range(POSTS):
                    token = uuid.uuid4()
                    if turn % 10 == number % 10:
                        broken_off(visitor, path, token, half=turn % 20 < 10)
                        if turn % 20 < 10:
                            halves.add(token)
                        continue
                    answers.append(visitor.post(path, posting(token)).status)
                    acknowledged.add(token)

            threads = [threading.Thread(target=work, args=[n]) for n in range(PEOPLE)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            assert set(answers) == {302}
            assert len(answers) == PEOPLE * POSTS * 9 // 10
            assert head.get("/").status == 200
        unacknowledged = assert_nothing_lost(system, acknowledged)
        assert unacknowledged <= PEOPLE * POSTS // 10
        assert halves
        assert not halves & set(stored_tokens(system))

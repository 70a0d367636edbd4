"""A database that is away is said so, in the reader's language, and not called ours."""

import errno

import pytest
from django.db import IntegrityError, InterfaceError, OperationalError, connection

from kashan_diplomacy.unavailable import is_passing
from tests.pages import assert_clean, latin_digits

pytestmark = pytest.mark.django_db


@pytest.fixture
def broken(client):
    """Answers a path as if the database raised `error` at every query."""
    client.raise_request_exception = False

    def get(path, error):
        def raising(*_query):
            raise error

        with connection.execute_wrapper(raising):
            return client.get(path)

    return get


@pytest.mark.parametrize("error", [OperationalError("gone"), InterfaceError("closed")])
@pytest.mark.parametrize("is_cached", [False, True])
def test_page_without_database_asks_to_come_back(broken, settings, error, is_cached):
    settings.PAGE_CACHE = is_cached
    for path, text in ("/", "به‌زودی"), ("/en/", "We will be back in a moment"):
        response = broken(path, error)
        assert response.status_code == 503, path
        assert int(response["Retry-After"]) > 0
        assert response["Cache-Control"] == "no-store"
        assert text in response.text
        assert "default-src" in response["Content-Security-Policy"]
        assert_clean(response)
    assert latin_digits(broken("/", error)) == []


def test_sign_in_without_database_asks_to_come_back(broken, client):
    client.cookies["sessionid"] = "x" * 32
    assert broken("/admin/", OperationalError("gone")).status_code == 503


def test_request_for_a_host_that_is_not_ours_is_refused_and_no_error_of_ours(client):
    for path in ("/", "/en/", "/admin/", "/nowhere/"):
        answer = client.get(path, headers={"host": "elsewhere.example"})
        assert answer.status_code == 400, path
        assert "elsewhere" not in answer.text
        assert_clean(answer)


def test_our_own_mistake_stays_an_error(broken):
    for error in IntegrityError("ours"), ValueError("ours"):
        assert broken("/", error).status_code == 500


def test_full_disk_passes_and_a_missing_file_does_not():
    assert is_passing(OSError(errno.ENOSPC, "No space left on device"))
    assert not is_passing(FileNotFoundError(errno.ENOENT, "No such file"))
    assert not is_passing(None)

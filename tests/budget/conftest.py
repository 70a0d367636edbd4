import pytest
from django.utils import translation


@pytest.fixture
def in_persian():
    """A request in English leaves its language to the test after it."""
    with translation.override("fa"):
        yield


@pytest.fixture
def officer(client):
    return logged_in(client, "budget_officer")


@pytest.fixture
def head(client):
    return logged_in(client, "head")


def logged_in(client, role):
    from tests.factories import make_user  # Django is not set up when this file is read

    client.force_login(make_user(role=role))
    return client

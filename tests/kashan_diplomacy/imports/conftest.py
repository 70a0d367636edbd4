import pytest
from django.utils import translation


@pytest.fixture
def officer(client):
    return logged_in(client, "diplomacy_officer")


@pytest.fixture
def in_english():
    with translation.override("en"):
        yield


def logged_in(client, role):
    from tests.factories import make_user  # Django is not set up when this file is read

    client.force_login(make_user(role=role))
    return client

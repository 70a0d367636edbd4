"""What no browser sends is refused in words, not with an error of the server's."""

import pytest
from django.urls import reverse

from tests.factories import make_user

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("sent", ["x", "9" * 5_000, "1 OR 1=1", "۱", "-1", "\x00"])
def test_choice_that_is_no_key_is_refused_in_words(client, sent):
    client.force_login(make_user(role="head"))
    page = client.post(reverse("admin:agreements_milestone_add"), {"obligation": sent})
    assert page.status_code == 200
    assert "obligation" in page.context["adminform"].form.errors


def test_search_of_a_list_that_has_none_finds_all(client):
    client.force_login(make_user(role="auditor"))
    answer = client.get(reverse("admin:auth_group_changelist"), {"q": "x"})
    assert answer.status_code == 200

"""Five failures shut a name out from one address, and nobody else."""

import datetime

import pytest
from axes.models import AccessAttempt
from django.contrib.auth.hashers import MD5PasswordHasher
from django.urls import reverse
from django.utils import timezone

from kashan_diplomacy.models import SignInFailure

from .steps import code_of, give_code, give_password, is_in, make_person

pytestmark = [
    pytest.mark.once,
    pytest.mark.django_db,
    pytest.mark.usefixtures("as_in_production"),
]


class CountingHasher(MD5PasswordHasher):
    count = 0

    def encode(self, password, salt):
        type(self).count += 1
        return super().encode(password, salt)


def fail(client, username="auditor", times=5, **where):
    for _number in range(times):
        answer = give_password(client, username, "نادرست", **where)
    return answer


@pytest.fixture
def auditor():
    return make_person("auditor", username="auditor")


def test_fourth_failure_still_lets_the_owner_in(client, auditor):
    assert fail(client, times=4).status_code == 200
    give_password(client, "auditor")
    assert is_in(client)


def test_fifth_failure_says_how_long_to_wait(client, auditor):
    answer = fail(client)
    assert answer.status_code == 429
    assert 29 * 60 < int(answer["Retry-After"]) <= 30 * 60
    assert not is_in(client)


def test_even_the_right_password_waits(client, auditor):
    fail(client)
    assert give_password(client, "auditor").status_code == 429
    assert not is_in(client)


def test_another_browser_at_the_same_address_waits_too(client, auditor):
    fail(client)
    headers = {"user-agent": "another"}
    assert give_password(client, "auditor", headers=headers).status_code == 429


def test_after_half_an_hour_the_owner_comes_in(client, auditor):
    fail(client)
    AccessAttempt.objects.update(
        attempt_time=timezone.now() - datetime.timedelta(minutes=30, seconds=1)
    )
    give_password(client, "auditor")
    assert is_in(client)


def test_trying_while_shut_out_does_not_make_it_longer(client, auditor):
    fail(client)
    AccessAttempt.objects.update(
        attempt_time=timezone.now() - datetime.timedelta(minutes=20)
    )
    assert int(fail(client, times=3)["Retry-After"]) <= 10 * 60


def test_colleagues_at_the_same_address_are_not_shut_out(client, auditor):
    make_person("auditor", username="colleague")
    fail(client)
    give_password(client, "colleague")
    assert is_in(client)


def test_owner_at_another_address_is_not_shut_out(client, auditor):
    fail(client, REMOTE_ADDR="198.51.100.9")
    give_password(client, "auditor")
    assert is_in(client)


def test_the_addresses_of_one_ipv6_network_count_as_one(client, auditor):
    for number in range(5):
        fail(client, times=1, REMOTE_ADDR=f"2001:db8:0:7::{number:x}")
    neighbour = give_password(client, "auditor", REMOTE_ADDR="2001:db8:0:7:9::1")
    assert neighbour.status_code == 429
    assert 29 * 60 < int(neighbour["Retry-After"]) <= 30 * 60
    give_password(client, "auditor", REMOTE_ADDR="2001:db8:0:8::1")
    assert is_in(client)


def test_ipv4_within_ipv6_is_counted_as_what_it_is(client, auditor):
    fail(client, REMOTE_ADDR="::ffff:192.0.2.1")
    again = give_password(client, "auditor", REMOTE_ADDR="192.0.2.1")
    assert again.status_code == 429
    give_password(client, "auditor", REMOTE_ADDR="::ffff:192.0.2.2")
    assert is_in(client)


def test_a_made_up_forwarded_address_does_not_get_around_it(client, auditor):
    for number in range(5):
        fail(client, times=1, HTTP_X_FORWARDED_FOR=f"198.51.100.{number}")
    assert give_password(client, "auditor").status_code == 429


def test_success_forgets_the_failures_before(client, auditor):
    fail(client, times=4)
    give_password(client, "auditor")
    client.post(reverse("admin:logout"))
    assert fail(client, times=4).status_code == 200


def test_wrong_codes_count_as_wrong_passwords_do(client):
    user = make_person("head", username="head", with_code=True)
    fail(client, "head", times=2)
    give_password(client, "head")
    answers = [give_code(client, "000000").status_code for _ in range(3)]
    assert answers == [200, 200, 429]
    assert give_code(client, code_of(user)).status_code == 429
    assert not is_in(client)


def test_right_password_does_not_forget_wrong_codes(client):
    make_person("head", username="head", with_code=True)
    for _ in range(4):
        give_password(client, "head")
        give_code(client, "000000")
    give_password(client, "head")
    assert give_code(client, "000000").status_code == 429


def test_every_reason_is_refused_alike(client, auditor):
    make_person("auditor", username="gone", is_active=False)
    make_person(None, username="public")
    answers = [
        give_password(client, "auditor", "نادرست"),
        give_password(client, "nobody"),
        give_password(client, "gone"),
        give_password(client, "public"),
    ]
    texts = {answer.context["form"].non_field_errors()[0] for answer in answers}
    assert {answer.status_code for answer in answers} == {200}
    assert len(texts) == 1


def test_an_unknown_name_costs_as_much_as_a_known_one(client, auditor, settings):
    settings.PASSWORD_HASHERS = [f"{__name__}.CountingHasher"]
    auditor.set_password("چیزی")
    auditor.save()
    costs = []
    for name in ("auditor", "nobody"):
        CountingHasher.count = 0
        give_password(client, name, "نادرست")
        costs.append(CountingHasher.count)
    assert costs == [1, 1]


def test_an_unknown_name_is_shut_out_like_a_known_one(client):
    assert fail(client, "nobody").status_code == 429


def test_no_password_and_no_code_is_kept(client, auditor):
    fail(client)
    attempt = AccessAttempt.objects.get()
    assert "نادرست" not in attempt.post_data
    assert SignInFailure.objects.filter(locked_out=True).count() == 1


@pytest.mark.parametrize(
    "typed",
    [
        {"username": "x" * 5000, "password": "y"},
        {"username": "a\0b", "password": "y"},
        {"username": "auditor", "password": "y" * 5000},
        {"username": "auditor", "password": "a\0b"},
        {"username": ["a", "b"]},
        {},
    ],
)
def test_nonsense_is_answered(client, auditor, typed):
    assert client.post(reverse("admin:login"), typed).status_code == 200

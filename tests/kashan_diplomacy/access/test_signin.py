"""Coming in with password and code, and setting up a code."""

import re

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse
from django_otp.plugins.otp_static.models import StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from kashan_diplomacy.access import second_factor

from .steps import (
    PASSWORD,
    code_of,
    come_in,
    give_code,
    give_password,
    is_in,
    let_time_pass,
    make_person,
)

pytestmark = [
    pytest.mark.once,
    pytest.mark.django_db,
    pytest.mark.usefixtures("as_in_production"),
]

INDEX = "/admin/"


def test_who_needs_no_code_comes_in_by_password(client):
    make_person("auditor", username="auditor")
    answer = give_password(client, "auditor")
    assert (answer.status_code, answer["Location"]) == (302, INDEX)
    assert client.get(INDEX).status_code == 200


@pytest.mark.parametrize("role", ["budget_officer", "head"])
def test_who_needs_a_code_is_not_in_by_password_alone(client, role):
    make_person(role, username="person", with_code=True)
    answer = give_password(client, "person")
    assert answer["Location"] == reverse("admin:code")
    assert not is_in(client)
    assert client.get(INDEX).status_code == 302


def test_superuser_needs_a_code(client):
    user = make_person("auditor", username="root", is_superuser=True)
    assert second_factor.is_required(user)
    assert give_password(client, "root")["Location"] == reverse("admin:set_up_code")


def test_nobody_needs_a_code_where_it_is_switched_off(client, settings):
    settings.REQUIRE_OTP = False
    make_person("head", username="head")
    assert give_password(client, "head")["Location"] == INDEX


def test_who_has_set_up_a_code_is_asked_for_it_anywhere(client, settings):
    settings.REQUIRE_OTP = False
    make_person("auditor", username="auditor", with_code=True)
    assert give_password(client, "auditor")["Location"] == reverse("admin:code")


def test_right_code_leads_to_the_page_asked_for(client):
    user = make_person(username="head", with_code=True)
    typed = {"username": "head", "password": PASSWORD, "next": "/admin/todo/"}
    client.post(reverse("admin:login"), typed)
    assert give_code(client, code_of(user))["Location"] == "/admin/todo/"
    assert client.get("/admin/todo/").status_code == 200


def test_nobody_is_led_to_another_site(client):
    make_person("auditor", username="auditor")
    typed = {"username": "auditor", "password": PASSWORD, "next": "https://evil.ir/"}
    assert client.post(reverse("admin:login"), typed)["Location"] == INDEX


def test_code_is_good_once(client):
    user = make_person(username="head", with_code=True)
    code = code_of(user)
    give_password(client, "head")
    give_code(client, code)
    client.post(reverse("admin:logout"))
    give_password(client, "head")
    assert give_code(client, code).status_code == 200
    assert not is_in(client)


def test_code_may_be_typed_in_persian_digits_and_with_spaces(client):
    user = make_person(username="head", with_code=True)
    typed = code_of(user).translate(str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹"))
    give_password(client, "head")
    give_code(client, f" {typed[:3]} {typed[3:]} ")
    assert is_in(client)


def test_backup_code_lets_in_once(client):
    user = make_person(username="head", with_code=True)
    code, *others = second_factor.new_backup_codes(user)
    give_password(client, "head")
    give_code(client, code.upper())
    assert is_in(client)
    assert second_factor.backup_codes_left(user) == len(others) == 9
    client.post(reverse("admin:logout"))
    give_password(client, "head")
    give_code(client, code)
    assert not is_in(client)


def test_code_of_somebody_else_does_not_fit(client):
    make_person(username="head", with_code=True)
    other = make_person(username="other", with_code=True)
    give_password(client, "head")
    give_code(client, code_of(other))
    assert not is_in(client)


def test_password_is_remembered_for_ten_minutes_only(client):
    user = make_person(username="head", with_code=True)
    give_password(client, "head")
    session = client.session
    session["waiting_for_code"] |= {"until": 0}
    session.save()
    answer = give_code(client, code_of(user))
    assert answer["Location"] == reverse("admin:login")
    assert not is_in(client)


def test_code_is_not_asked_of_a_stranger(client):
    for page in ("code", "set_up_code"):
        answer = client.get(reverse(f"admin:{page}"))
        assert answer["Location"].startswith(reverse("admin:login"))


def test_session_key_is_new_at_each_step(client):
    user = make_person(username="head", with_code=True)
    session = client.session
    session["from"] = "before"
    session.save()
    keys = [session.session_key]
    give_password(client, "head")
    keys.append(client.session.session_key)
    give_code(client, code_of(user))
    keys.append(client.session.session_key)
    assert len(set(keys)) == 3


def test_setting_up_shows_the_key_and_ends_with_backup_codes(client):
    user = make_person(username="head")
    give_password(client, "head")
    page = client.get(reverse("admin:set_up_code"))
    assert "<svg" in page.text and "otpauth://totp/" in page.text
    assert not re.search(r"<svg[^>]*style=", page.text)
    done = give_code(client, code_of(user, confirmed=False), page="set_up_code")
    assert is_in(client)
    stored = StaticToken.objects.filter(device__user=user).values_list(
        "token", flat=True
    )
    assert len(stored) == 10
    assert all(code in done.text for code in stored)
    assert client.get(INDEX).status_code == 200


def test_wrong_first_code_sets_nothing_up(client):
    user = make_person(username="head")
    give_password(client, "head")
    client.get(reverse("admin:set_up_code"))
    assert give_code(client, "000000", page="set_up_code").status_code == 200
    assert not is_in(client)
    assert not second_factor.is_set_up(user)


def test_key_is_another_each_time_it_is_shown_but_survives_a_slip(client):
    user = make_person(username="head")
    give_password(client, "head")
    page = reverse("admin:set_up_code")
    keys = [client.get(page).context["key"].letters for _number in range(2)]
    keys.append(give_code(client, "000000", page="set_up_code").context["key"].letters)
    assert keys[0] != keys[1] == keys[2]
    assert TOTPDevice.objects.filter(user=user).count() == 1


def test_who_knows_the_password_is_not_shown_the_key_that_its_owner_sets_up(client):
    user = make_person(username="head")
    give_password(client, "head")
    key = client.get(reverse("admin:set_up_code")).context["key"].letters
    thief = Client()
    give_password(thief, "head")
    shown = give_code(thief, "000000", page="set_up_code").context["key"].letters
    assert shown != key
    assert not is_in(thief)
    code = code_of(user, confirmed=False)  # of the key that the thief was shown
    assert give_code(client, code, page="set_up_code").status_code == 200
    assert not is_in(client)


def test_password_changed_meanwhile_is_asked_for_again(client):
    user = make_person(username="head", with_code=True)
    give_password(client, "head")
    user.set_password("چهار کبوتر روی بام کاهگلی")
    user.save()
    assert give_code(client, code_of(user))["Location"] == reverse("admin:login")
    assert not is_in(client)


def test_password_alone_does_not_replace_a_code(client):
    user = make_person(username="head", with_code=True)
    give_password(client, "head")
    for method in (client.get, client.post):
        assert method(reverse("admin:set_up_code"))["Location"] == reverse("admin:code")
    assert TOTPDevice.objects.filter(user=user).count() == 1


def test_another_telephone_takes_the_place_of_the_old(client):
    user = make_person(username="head", with_code=True)
    come_in(client, user)
    old = TOTPDevice.objects.get(user=user)
    client.get(reverse("admin:set_up_code"))
    give_code(client, code_of(user, confirmed=False), page="set_up_code")
    assert TOTPDevice.objects.get(user=user).key != old.key
    assert client.get(INDEX).status_code == 200


def test_another_telephone_needs_password_and_code_of_late(client):
    user = make_person(username="head", with_code=True)
    come_in(client, user)
    let_time_pass(client, 11 * 60)
    answer = client.get(reverse("admin:set_up_code"))
    assert answer["Location"].startswith(reverse("admin:prove"))


def test_who_is_given_a_role_that_needs_a_code_must_sign_in_anew(client):
    user = make_person("auditor")
    come_in(client, user)
    user.groups.add(Group.objects.get(name="budget_officer"))
    assert client.get(INDEX).status_code == 302
    assert not is_in(client)


def test_form_says_what_each_field_is_for(client):
    page = client.get(reverse("admin:login")).text
    assert 'autocomplete="current-password"' in page
    assert 'name="username"' in page

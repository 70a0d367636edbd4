"""What people do to come in."""

from django.contrib.auth import SESSION_KEY
from django.urls import reverse
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice

from tests.factories import make_user

PASSWORD = "گربهٔ خاکستری زیر انار"


def make_person(role="head", *, with_code=False, **fields):
    """Somebody with PASSWORD, and with the key of a code if asked for."""
    user = make_user(role=role, **fields)
    user.set_password(PASSWORD)
    user.save()
    if with_code:
        TOTPDevice.objects.create(user=user, name="totp")
    return user


def code_of(user, *, confirmed=True):
    """What the app on the telephone shows now; good once, like every code."""
    device = TOTPDevice.objects.get(user=user, confirmed=confirmed)
    return f"{TOTP(device.bin_key).token():06}"


def give_password(client, username, password=PASSWORD, **where):
    typed = {"username": username, "password": password}
    return client.post(reverse("admin:login"), typed, **where)


def give_code(client, code, page="code", **where):
    return client.post(reverse(f"admin:{page}"), {"code": code}, **where)


def come_in(client, user):
    """Password and, from whoever has one, code."""
    answer = give_password(client, user.username)
    if answer["Location"] == reverse("admin:code"):
        answer = give_code(client, code_of(user))
    assert is_in(client)
    return answer


def is_in(client):
    return SESSION_KEY in client.session


def let_time_pass(client, seconds):
    """As if the session of `client` were so much older."""
    session = client.session
    for moment in ("began_at", "used_at", "proved_at"):
        session[moment] -= seconds
    session.save()

import re

import pytest
from django.contrib.auth import authenticate
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command

pytestmark = [pytest.mark.once, pytest.mark.django_db]

ROLES = {
    "diplomacy": "diplomacy_officer",
    "budget": "budget_officer",
    "head": "head",
    "auditor": "auditor",
}


@pytest.fixture(autouse=True)
def debug(settings):
    settings.DEBUG = True
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def passwords(output):
    return dict(re.findall(r"^  (\w+) +\w+ +(\S{16})$", output, re.MULTILINE))


def test_shown_passwords_let_each_user_in_with_its_role(capsys):
    call_command("create_demo_users")
    shown = passwords(capsys.readouterr().out)
    assert shown.keys() == {*ROLES, "admin"}
    assert len(set(shown.values())) == 5
    for name, password in shown.items():
        user = authenticate(username=name, password=password)
        assert user.is_staff
        assert "نمونه" in user.last_name
        assert user.is_superuser == (name == "admin")
        assert [group.name for group in user.groups.all()] == (
            [ROLES[name]] if name in ROLES else []
        )


def test_second_run_changes_nothing_and_shows_no_password(capsys):
    call_command("create_demo_users")
    before = dict(User.objects.values_list("username", "password"))
    capsys.readouterr()
    call_command("create_demo_users")
    output = capsys.readouterr().out
    assert not passwords(output)
    assert "changepassword" in output
    assert dict(User.objects.values_list("username", "password")) == before


def test_only_who_is_missing_is_made(capsys):
    call_command("create_demo_users")
    capsys.readouterr()
    User.objects.get(username="auditor").delete()
    call_command("create_demo_users")
    assert passwords(capsys.readouterr().out).keys() == {"auditor"}


def test_outside_debug_nobody_is_made(settings):
    settings.DEBUG = False
    with pytest.raises(CommandError, match="DEBUG"):
        call_command("create_demo_users")
    assert not User.objects.filter(username__in=[*ROLES, "admin"]).exists()

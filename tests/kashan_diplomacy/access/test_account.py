"""One's own account, resetting the code of somebody who lost it, and the logs."""

import pytest
from django.contrib.auth.models import Group
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from kashan_diplomacy.access import second_factor
from kashan_diplomacy.models import CodeReset, SignIn
from tests.factories import make_user

from .steps import come_in, give_password, is_in, let_time_pass, make_person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("as_in_production")]

ACCOUNT = "/admin/account/"
RESET = "/admin/kashan_diplomacy/codereset/add/"


@pytest.fixture
def head():
    return make_person("head", username="head", with_code=True)


def test_account_shows_the_latest_sign_ins_of_its_owner_only(client, head):
    come_in(client, make_person("auditor", username="auditor"))
    client.logout()
    come_in(client, head)
    shown = client.get(ACCOUNT).context["sign_ins"]
    assert {sign_in.username for sign_in in shown} == {"head"}


def test_new_backup_codes_take_the_place_of_the_old(client, head):
    old = second_factor.new_backup_codes(head)
    come_in(client, head)
    page = client.post(ACCOUNT, {"backup_codes": "1"})
    new = page.context["codes"]
    assert not set(old) & set(new)
    assert second_factor.backup_codes_left(head) == len(new) == 10


def test_new_backup_codes_need_password_and_code_of_late(client, head):
    come_in(client, head)
    let_time_pass(client, 11 * 60)
    answer = client.post(ACCOUNT, {"backup_codes": "1"})
    assert answer["Location"].startswith(reverse("admin:prove"))
    assert second_factor.backup_codes_left(head) == 0


def test_backup_codes_without_a_code_are_not_made(client):
    user = make_person("auditor")
    come_in(client, user)
    client.post(ACCOUNT, {"backup_codes": "1"})
    assert second_factor.backup_codes_left(user) == 0


def reset(client, user, reason="تلفن گم شد"):
    return client.post(RESET, {"user": str(user.pk), "reason": reason})


def test_head_resets_a_lost_code_and_a_trace_stays(client, head):
    officer = make_person("budget_officer", username="budget", with_code=True)
    second_factor.new_backup_codes(officer)
    other = Client()
    come_in(other, officer)
    come_in(client, head)
    assert reset(client, officer).status_code == 302
    trace = CodeReset.objects.get()
    assert (trace.user, trace.reset_by, trace.reason) == (officer, head, "تلفن گم شد")
    assert not second_factor.is_set_up(officer)
    assert second_factor.backup_codes_left(officer) == 0
    assert not is_in(other)
    step = give_password(other, "budget")
    assert step["Location"] == reverse("admin:set_up_code")


def test_reset_without_a_reason_is_refused(client, head):
    officer = make_person("budget_officer", with_code=True)
    come_in(client, head)
    assert reset(client, officer, reason=" ").status_code == 200
    assert second_factor.is_set_up(officer)


def test_nobody_resets_the_own_code(client, head):
    come_in(client, head)
    assert reset(client, head).status_code == 200
    assert second_factor.is_set_up(head)
    with transaction.atomic(), pytest.raises(IntegrityError, match="another_person"):
        CodeReset.objects.create(user=head, reset_by=head, reason="x")


def test_only_a_superuser_resets_a_superusers_code(client, head):
    above, beside = (
        make_person(username=name, is_superuser=True, with_code=True)
        for name in ("above", "beside")
    )
    come_in(client, head)
    assert reset(client, above).status_code == 200
    assert second_factor.is_set_up(above)
    other = Client()
    come_in(other, beside)
    assert reset(other, above).status_code == 302
    assert not second_factor.is_set_up(above)


def test_trace_without_a_reason_is_refused_by_the_database(head):
    with transaction.atomic(), pytest.raises(IntegrityError, match="has_reason"):
        CodeReset.objects.create(user=head, reason="")


@pytest.mark.parametrize("role", ["budget_officer", "diplomacy_officer", "auditor"])
def test_only_the_head_resets(client, head, role):
    client.force_login(make_user(role=role))
    client.get("/")
    assert reset(client, head).status_code in (302, 403)
    assert second_factor.is_set_up(head)


def test_command_resets_where_nobody_can_sign_in(head):
    call_command("reset_code", "head", reason="تلفن گم شد", verbosity=0)
    assert not second_factor.is_set_up(head)
    assert CodeReset.objects.get().reset_by is None
    with pytest.raises(CommandError, match="nobody"):
        call_command("reset_code", "nobody", reason="x")


def test_keys_of_codes_are_in_no_list_and_no_file(client, head):
    come_in(client, head)
    assert "otp" not in client.get("/admin/").text
    assert client.get("/admin/otp_totp/totpdevice/").status_code == 404


def test_change_of_role_ends_the_sessions_of_that_person(client):
    root = make_person(None, is_superuser=True, with_code=True)
    root.is_staff = True
    root.save()
    auditor = make_person("auditor", username="auditor")
    other = Client()
    come_in(other, auditor)
    come_in(client, root)
    page = reverse("admin:auth_user_change", args=[auditor.pk])
    group = Group.objects.get(name="diplomacy_officer")
    typed = {"username": "auditor", "is_active": "on", "is_staff": "on"}
    client.post(page, typed | {"groups": group.pk})
    assert list(auditor.groups.all()) == [group]
    assert not is_in(other)


def test_sign_ins_and_lock_outs_can_be_downloaded(client, head):
    come_in(client, head)
    for name, column in (("sign_ins", "ip_address"), ("lock_outs", "locked_out")):
        file = client.get(reverse("admin:export_csv", args=[name])).getvalue().decode()
        assert column in file.splitlines()[0]
        assert "session_hash" not in file
    assert SignIn.objects.filter(username="head").exists()


def test_traces_read_well(client, head):
    come_in(client, head)
    assert str(SignIn.objects.first()) == "head"
    assert str(CodeReset(user=head)) == "head"

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.core.management import call_command
from django.db import connection

from budget import triggers
from kashan_diplomacy import roles
from tests.factories import make_user

pytestmark = pytest.mark.django_db

SEE_ALL = {"agreements.view_city", "budget.view_entry", "budget.view_expense"}
ALLOWED = {
    "diplomacy_officer": SEE_ALL
    | {"agreements.add_city", "agreements.change_milestone", "budget.add_expense"}
    | {"budget.add_voucher"},
    "budget_officer": SEE_ALL
    | {"budget.add_fiscalyear", "budget.change_budgetline", "budget.post_expense"},
    "head": SEE_ALL
    | {
        "agreements.change_agreement",
        "budget.post_expense",
        "budget.approve_budget",
        "budget.reverse_entry",
        "auth.view_user",
        "admin.view_logentry",
    },
    "auditor": SEE_ALL | {"auth.view_user", "auth.view_group", "admin.view_logentry"},
}
REFUSED = {
    "diplomacy_officer": {
        "budget.post_expense",
        "budget.approve_budget",
        "budget.change_budgetline",
        "budget.change_voucher",
        "auth.view_user",
    },
    "budget_officer": {
        "agreements.change_city",
        "budget.approve_budget",
        "budget.reverse_entry",
        "admin.view_logentry",
    },
    "head": {"auth.change_user", "auth.change_group"},
    "auditor": {"budget.post_expense", "budget.add_expense", "agreements.change_city"},
}


@pytest.mark.parametrize("role", roles.GRANTS)
def test_role_is_granted_its_work_and_nothing_else(role):
    user = make_user(role=role)
    assert {name for name in ALLOWED[role] if not user.has_perm(name)} == set()
    assert {name for name in REFUSED[role] if user.has_perm(name)} == set()


@pytest.mark.parametrize("role", roles.GRANTS)
def test_no_role_deletes_anything(role):
    held = Permission.objects.filter(group__name=role)
    assert not held.filter(codename__startswith="delete_").exists()


def test_auditor_only_ever_sees():
    held = Permission.objects.filter(group__name="auditor")
    assert held.exists()
    assert not held.exclude(codename__startswith="view_").exists()


def test_every_role_has_a_label_and_every_grant_a_verb():
    assert roles.LABELS.keys() == roles.GRANTS.keys()
    for group in Group.objects.all():
        assert roles.described(group)


def test_another_migrate_mends_a_group_and_leaves_members_alone():
    user = make_user(role="auditor")
    group = user.groups.get()
    group.permissions.set(Permission.objects.filter(codename="delete_city"))
    call_command("migrate", verbosity=0)
    user = User.objects.get(pk=user.pk)
    assert user.has_perms(ALLOWED["auditor"])
    assert not user.has_perm("agreements.delete_city")


@pytest.mark.django_db(transaction=True)
def test_roles_survive_a_flush():
    Group.objects.all().delete()
    triggers.remove(connection)  # they refuse to empty the ledger; migrating restores
    call_command("flush", verbosity=0, interactive=False)
    assert set(Group.objects.values_list("name", flat=True)) == set(roles.GRANTS)
    assert not triggers.missing(connection)

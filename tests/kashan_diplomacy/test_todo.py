"""Whose an item is, and how urgent."""

import datetime

import pytest
from django.contrib.auth.models import Permission

from kashan_diplomacy.todo import Item, Staff, Stage, by_urgency, stage_of
from tests.factories import IN_1401, make_user

DAY = datetime.timedelta(days=1)


def item(key="x", stage=Stage.NEAR, day=IN_1401, **fields):
    return Item(
        key=key,
        kind="",
        what="",
        why="",
        day=day,
        since=day,
        stage=stage,
        link="/",
        permission="agreements.view_city",
        **fields,
    )


def test_a_thing_is_late_after_its_day_and_near_for_a_week_before():
    for days, expected in [
        (-1, Stage.OVERDUE),
        (0, Stage.NEAR),
        (7, Stage.NEAR),
        (8, Stage.COMING),
    ]:
        assert stage_of(IN_1401 + days * DAY, IN_1401) == expected


def test_the_overdue_come_first_and_the_undated_last_of_their_stage():
    items = [
        item("e", Stage.COMING),
        item("d", Stage.WAITING, None),
        item("c", Stage.WAITING),
        item("b", Stage.NEAR),
        item("a", Stage.OVERDUE),
    ]
    assert [each.key for each in by_urgency(items)] == list("abcde")


@pytest.mark.django_db
def test_an_item_is_its_owners_its_roles_or_the_heads(django_assert_num_queries):
    head, officer = make_user(role="head"), make_user(role="diplomacy_officer")
    gone = make_user(role="diplomacy_officer", is_active=False)
    citizen = make_user()
    admin = make_user(role="auditor", is_superuser=True)
    with django_assert_num_queries(1):
        staff = Staff()
        assert staff.of(item(owner_id=officer.pk)) == [officer]
        assert staff.of(item(role="diplomacy_officer")) == [officer]
        for vacant in (
            item(),
            item(owner_id=gone.pk),
            item(owner_id=citizen.pk),
            item(role="budget_officer"),
        ):
            assert staff.of(vacant) == [head]
    plain = make_user(role="auditor")
    plain.groups.clear()
    assert Staff().of(item(owner_id=plain.pk)) == [head]
    plain.user_permissions.add(Permission.objects.get(codename="view_city"))
    assert Staff().of(item(owner_id=plain.pk)) == [plain]
    head.groups.clear()
    assert Staff().of(item()) == [admin]
    admin.delete()
    assert Staff().of(item()) == []

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from agreements.models import FollowUp
from tests.factories import (
    IN_1401,
    make_engagement,
    make_follow_up,
    make_membership,
    make_obligation,
    make_user,
)

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)
LATER = IN_1401 + 30 * DAY


def test_follow_up_is_open_until_done_and_late_after_its_day():
    follow_up = make_follow_up(due_on=IN_1401)
    assert not FollowUp.objects.overdue(IN_1401).exists()
    assert FollowUp.objects.overdue(IN_1401 + DAY).exists()
    assert not follow_up.is_overdue(IN_1401)
    assert follow_up.is_overdue(IN_1401 + DAY)
    follow_up.done_on = IN_1401 + 2 * DAY
    with pytest.raises(ValidationError):
        follow_up.full_clean()
    follow_up.what_was_done = "نامه فرستاده شد"
    follow_up.save()
    assert FollowUp.objects.open(IN_1401 + DAY).exists()
    assert not FollowUp.objects.open(IN_1401 + 2 * DAY).exists()
    is_late = [follow_up.is_overdue(IN_1401 + days * DAY) for days in (0, 1, 2)]
    assert is_late == [False, True, False]
    assert not make_follow_up().is_overdue(LATER)


@pytest.mark.parametrize(
    "makers",
    [
        {},
        {"engagement": make_engagement, "obligation": make_obligation},
        {"obligation": make_obligation, "membership": make_membership},
    ],
)
def test_follow_up_of_no_or_two_origins_is_refused(makers):
    follow_up = FollowUp(
        action="نامه", **{name: make() for name, make in makers.items()}
    )
    with pytest.raises(ValidationError):
        follow_up.full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        follow_up.save()


@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("engagement", make_engagement),
        ("obligation", make_obligation),
        ("membership", make_membership),
    ],
)
def test_follow_up_arises_from_any_one_of_three(name, make):
    origin = make()
    follow_up = make_follow_up(**{name: origin})
    follow_up.full_clean()
    assert follow_up.origin == origin
    assert origin.follow_ups.get() == follow_up


def test_a_moved_due_date_keeps_from_to_why_and_by_whom():
    follow_up, officer = make_follow_up(due_on=IN_1401), make_user()
    follow_up.move(LATER, reason="سفیر در سفر بود", by=officer)
    follow_up.move(None, reason="منتظر پاسخ", by=officer)
    follow_up.refresh_from_db()
    assert follow_up.due_on is None
    assert [
        (move.from_on, move.to_on, move.reason, move.moved_by)
        for move in follow_up.moves.all()
    ] == [
        (IN_1401, LATER, "سفیر در سفر بود", officer),
        (LATER, None, "منتظر پاسخ", officer),
    ]


def test_a_due_date_is_not_moved_without_a_reason():
    follow_up = make_follow_up(due_on=IN_1401)
    for reason in ("", "  \n"):
        with pytest.raises(ValidationError):
            follow_up.move(LATER, reason=reason, by=make_user())
    follow_up.due_on = LATER
    with pytest.raises(ValidationError) as refused:
        follow_up.full_clean()
    assert "due_on" in refused.value.message_dict
    with pytest.raises(ValidationError):
        follow_up.save()
    follow_up.refresh_from_db()
    assert follow_up.due_on == IN_1401
    assert not follow_up.moves.exists()


def test_a_reason_given_once_does_not_move_the_date_twice():
    follow_up, officer = make_follow_up(due_on=IN_1401), make_user()
    follow_up.move(LATER, reason="سفر", by=officer)
    follow_up.due_on = LATER + DAY
    with pytest.raises(ValidationError):
        follow_up.save()


def test_setting_a_first_due_date_and_any_other_change_need_no_reason():
    follow_up = make_follow_up()
    follow_up.due_on = IN_1401
    follow_up.full_clean()
    follow_up.save()
    follow_up.action = "نامه دیگر"
    follow_up.full_clean()
    follow_up.save()
    assert not follow_up.moves.exists()


def test_a_save_of_other_fields_leaves_the_due_date_alone():
    follow_up = make_follow_up(due_on=IN_1401)
    follow_up.due_on, follow_up.action = LATER, "نامه"
    follow_up.save(update_fields=["action", "search_text"])
    follow_up.refresh_from_db()
    assert (follow_up.due_on, follow_up.action) == (IN_1401, "نامه")

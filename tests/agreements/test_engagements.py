import datetime

import pytest
from django.core.exceptions import ValidationError

from agreements.models import Engagement, FollowUp, Membership, Participant
from tests.factories import IN_1401, make_engagement, make_membership

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)


def test_engagement_is_held_from_its_first_day_unless_cancelled():
    make_engagement(
        starts_on=IN_1401, cancelled_on=IN_1401, cancellation_reason="بیماری"
    )
    undated = make_engagement(starts_on=None, is_date_unknown=True)
    planned = make_engagement(starts_on=IN_1401)
    assert set(Engagement.objects.held(IN_1401 - DAY)) == {undated}
    assert set(Engagement.objects.held(IN_1401)) == {undated, planned}


@pytest.mark.parametrize(
    "changes",
    [
        {"ends_on": IN_1401 - DAY},
        {"cancelled_on": IN_1401},
        {"is_date_unknown": True},
        {"starts_on": None, "ends_on": IN_1401},
    ],
)
def test_contradicting_engagement_is_refused(changes):
    engagement = make_engagement(starts_on=IN_1401)
    for name, value in changes.items():
        setattr(engagement, name, value)
    with pytest.raises(ValidationError):
        engagement.full_clean()


def test_participant_needs_a_name_or_a_post():
    engagement = make_engagement()
    with pytest.raises(ValidationError):
        Participant(engagement=engagement, side="partner").full_clean()
    Participant(engagement=engagement, side="partner", post="سفیر").full_clean()


def test_follow_up_is_open_until_done_and_late_after_its_day():
    follow_up = FollowUp.objects.create(
        engagement=make_engagement(), action="نامه به سفیر", due_on=IN_1401
    )
    assert not FollowUp.objects.overdue(IN_1401).exists()
    assert FollowUp.objects.overdue(IN_1401 + DAY).exists()
    follow_up.done_on = IN_1401 + 2 * DAY
    with pytest.raises(ValidationError):
        follow_up.full_clean()
    follow_up.what_was_done = "نامه فرستاده شد"
    follow_up.save()
    assert FollowUp.objects.open(IN_1401 + DAY).exists()
    assert not FollowUp.objects.open(IN_1401 + 2 * DAY).exists()


def test_membership_is_current_between_joining_and_leaving():
    membership = make_membership(joined_on=IN_1401, left_on=IN_1401 + 10 * DAY)
    for days, is_current in [(-1, False), (0, True), (9, True), (10, False)]:
        on = IN_1401 + days * DAY
        assert Membership.objects.current(on).exists() == is_current
    again = Membership(organisation=membership.organisation)
    again.full_clean()
    again.save()
    with pytest.raises(ValidationError):
        Membership(organisation=membership.organisation).full_clean()

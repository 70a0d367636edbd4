import datetime

import pytest
from django.core.exceptions import ValidationError

from agreements.models import Ceremony, Engagement, Participant
from tests.factories import IN_1401, make_engagement

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)


def test_engagement_is_held_from_its_first_day_unless_cancelled_or_a_letter():
    make_engagement(
        starts_on=IN_1401, cancelled_on=IN_1401, cancellation_reason="بیماری"
    )
    undated = make_engagement(starts_on=None, is_date_unknown=True)
    planned = make_engagement(starts_on=IN_1401)
    letter = make_engagement(kind="letter", starts_on=IN_1401)
    assert set(Engagement.objects.held(IN_1401 - DAY)) == {undated}
    assert set(Engagement.objects.held(IN_1401)) == {undated, planned}
    assert set(Engagement.objects.begun(IN_1401)) == {undated, planned, letter}


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


def test_report_is_owed_from_the_day_after_until_it_is_whole():
    visit = make_engagement(starts_on=IN_1401, ends_on=IN_1401 + DAY)
    for days, is_owed in [(0, False), (1, False), (2, True)]:
        on = IN_1401 + days * DAY
        assert Engagement.objects.owing_report(on).exists() == is_owed
        assert visit.owes_report(on) == is_owed
    visit.report, visit.result = "گفت‌وگو", "هیچ"
    visit.save()
    assert Engagement.objects.owing_report().get() == visit
    visit.next_steps = "نامه"
    visit.save()
    assert not Engagement.objects.owing_report().exists()
    assert not visit.owes_report()


def test_no_report_is_owed_of_a_letter_a_cancelled_or_an_undated_one():
    make_engagement(kind="letter")
    make_engagement(cancelled_on=IN_1401, cancellation_reason="بیماری")
    make_engagement(starts_on=None, is_date_unknown=True)
    assert not Engagement.objects.owing_report().exists()
    assert not any(each.owes_report() for each in Engagement.objects.all())


def test_ceremony_is_the_share_whose_purpose_is_protocol():
    for purpose in ("protocol", "protocol", "obligation", "exploration"):
        make_engagement(purpose=purpose)
    make_engagement(purpose="protocol", starts_on=IN_1401 + DAY)
    make_engagement(purpose="exploration", kind="letter")
    held = Engagement.objects.held(IN_1401)
    assert held.ceremony() == Ceremony(2, 4)
    assert held.ceremony().share == 0.5
    assert Engagement.objects.none().ceremony().share is None

import datetime

import pytest
from django.core.exceptions import ValidationError

from agreements.models import Milestone, Promises
from kashan_diplomacy.jalali import to_gregorian
from tests.factories import IN_1401, make_agreement, make_milestone, make_obligation

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)
DUE = IN_1401


def test_promises_count_what_came_of_each_milestone_by_side():
    ours, theirs, shared = (
        make_obligation(side=side) for side in ("kashan", "partner", "both")
    )
    met = {"verdict": "met", "met_on": DUE, "evidence": "گزارش"}
    judged = {"verdict_reason": "علت", "reviewed_on": DUE}
    make_milestone(obligation=ours, due_on=DUE, **met)
    make_milestone(obligation=ours, due_on=DUE - DAY)
    make_milestone(obligation=theirs, due_on=DUE, verdict="not_met", **judged)
    make_milestone(obligation=theirs, due_on=DUE - DAY, verdict="waived", **judged)
    make_milestone(
        obligation=shared, due_on=DUE, verdict="partly", met_on=DUE, **judged
    )
    make_milestone(obligation=shared, due_on=DUE + DAY)

    promises = Milestone.objects.promises(DUE)
    assert promises["kashan"] == Promises(met=1, partly=1, overdue=1)
    assert promises["partner"] == Promises(not_met=1, partly=1, waived=1)
    assert (promises["kashan"].kept, promises["kashan"].due) == (1, 3)
    assert (promises["partner"].kept, promises["partner"].due) == (0, 2)
    assert Promises().kept_share is None


def test_milestone_is_late_from_the_day_after_it_is_due():
    milestone = make_milestone(due_on=DUE)
    for on, is_late in [(DUE - DAY, False), (DUE, False), (DUE + DAY, True)]:
        assert milestone.is_overdue(on) == is_late
        assert Milestone.objects.overdue(on).exists() == is_late
        assert Milestone.objects.promises(on)["kashan"].overdue == is_late


def test_verdict_is_not_known_before_it_is_reached():
    met_on = DUE + 10 * DAY
    milestone = make_milestone(
        due_on=DUE, verdict="met", met_on=met_on, evidence="گزارش"
    )
    for on, is_late in [(met_on - DAY, True), (met_on, False)]:
        assert milestone.is_overdue(on) == is_late
        assert Milestone.objects.overdue(on).exists() == is_late
        promises = Milestone.objects.promises(on)["kashan"]
        assert (promises.overdue, promises.met) == (int(is_late), int(not is_late))


def test_draft_agreement_promises_nothing():
    draft = make_agreement(signed_on=None)
    make_milestone(obligation=make_obligation(agreement=draft))
    assert Milestone.objects.promises(DUE + DAY)["kashan"] == Promises()


def test_first_due_date_stays_and_a_move_needs_a_reason():
    milestone = make_milestone(due_on=DUE)
    milestone.due_on = to_gregorian(1401, 6, 31)
    with pytest.raises(ValidationError):
        milestone.full_clean()
    milestone.moved_reason = "درخواست شهر همکار"
    milestone.full_clean()
    milestone.save()
    milestone.refresh_from_db()
    assert milestone.original_due_on == DUE


@pytest.mark.parametrize(
    ("changes", "constraint"),
    [
        ({"verdict": "met"}, "milestone_met_has_date"),
        ({"verdict": "", "met_on": DUE}, "milestone_met_has_date"),
        ({"verdict": "met", "met_on": DUE}, "milestone_met_has_evidence"),
        ({"verdict": "not_met"}, "milestone_verdict_has_reason"),
        ({"verdict": "waived", "reviewed_on": DUE}, "milestone_verdict_has_reason"),
    ],
)
def test_verdict_without_its_grounds_is_refused(changes, constraint):
    milestone = make_milestone()
    for name, value in changes.items():
        setattr(milestone, name, value)
    messages = {c.name: c.violation_error_message for c in Milestone._meta.constraints}
    with pytest.raises(ValidationError) as refusal:
        milestone.full_clean()
    assert str(messages[constraint]) in refusal.value.messages

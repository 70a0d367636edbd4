import datetime
from io import StringIO

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.utils import translation

from agreements.models import Milestone, Obligation
from kashan_diplomacy.jalali import to_gregorian
from tests.factories import (
    make_agreement,
    make_document,
    make_milestone,
    make_obligation,
)

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)
SIGNED = to_gregorian(1400, 1, 10)
END = to_gregorian(1402, 12, 29)
TODAY = to_gregorian(1401, 6, 1)


def make_yearly(agreement=None, **fields):
    agreement = agreement or make_agreement(signed_on=SIGNED, expires_on=END)
    defaults = {"repeats_every_months": 12, "first_due_on": to_gregorian(1400, 3, 31)}
    return make_obligation(agreement=agreement, **(defaults | fields))


def days_of(obligation):
    return list(obligation.milestones.values_list("original_due_on", flat=True))


def test_planned_up_to_the_end_of_the_term_and_not_a_day_beyond():
    obligation = make_yearly(
        repeats_every_months=11, first_due_on=to_gregorian(1400, 1, 29)
    )
    obligation.plan(TODAY)
    assert days_of(obligation) == [
        to_gregorian(1400, 1, 29),
        to_gregorian(1400, 12, 29),
        to_gregorian(1401, 11, 29),
        to_gregorian(1402, 10, 29),
    ]
    on_the_last_day = make_yearly(
        repeats_every_months=6, first_due_on=to_gregorian(1402, 6, 29)
    )
    on_the_last_day.plan(TODAY)
    assert days_of(on_the_last_day)[-1] == END


def test_short_months_make_no_drift():
    long_since = make_agreement(signed_on=to_gregorian(1399, 1, 10), expires_on=END)
    obligation = make_yearly(
        long_since, repeats_every_months=6, first_due_on=to_gregorian(1399, 12, 30)
    )
    obligation.plan(TODAY)
    assert days_of(obligation) == [
        to_gregorian(1399, 12, 30),
        to_gregorian(1400, 6, 30),
        to_gregorian(1400, 12, 29),
        to_gregorian(1401, 6, 30),
        to_gregorian(1401, 12, 29),
        to_gregorian(1402, 6, 30),
        to_gregorian(1402, 12, 29),
    ]


def test_planning_again_adds_nothing_also_after_a_move():
    obligation = make_yearly()
    assert len(obligation.plan(TODAY)) == 3
    assert obligation.plan(TODAY) == []
    milestone = obligation.milestones.first()
    milestone.due_on, milestone.moved_reason = milestone.due_on + 40 * DAY, "درخواست"
    milestone.save()
    assert obligation.plan(TODAY) == []


def test_renewals_tacit_or_agreed_extend_the_plan():
    tacit = make_yearly(
        make_agreement(signed_on=SIGNED, expires_on=END, renews_for_months=12)
    )
    assert len(tacit.plan(END)) == 3
    assert days_of(tacit)[3:] == []
    assert [m.due_on for m in tacit.plan(END + DAY)] == [to_gregorian(1403, 3, 31)]
    agreed = make_yearly()
    agreed.plan(TODAY)
    make_agreement(
        city=agreed.agreement.city,
        amends=agreed.agreement,
        signed_on=TODAY,
        expires_on=to_gregorian(1404, 12, 29),
    )
    agreed = Obligation.objects.get(pk=agreed.pk)
    assert len(agreed.plan(TODAY)) == 2


def test_without_an_end_a_year_ahead_is_planned():
    obligation = make_yearly(make_agreement(signed_on=SIGNED))
    obligation.plan(TODAY)
    assert days_of(obligation)[-1] == to_gregorian(1402, 3, 31)
    obligation.plan(to_gregorian(1402, 3, 31))
    assert days_of(obligation)[-1] == to_gregorian(1403, 3, 31)


def test_nothing_is_planned_for_a_draft_or_past_a_termination():
    draft = make_yearly(make_agreement(signed_on=None, expires_on=END))
    assert draft.plan(TODAY) == []
    ended = make_yearly()
    ended.agreement.terminated_on = to_gregorian(1401, 3, 30)
    ended.agreement.termination_reason = "توافق"
    ended.agreement.termination_document = make_document(ended.agreement)
    ended.agreement.save()
    assert [m.due_on for m in ended.plan(TODAY)] == [to_gregorian(1400, 3, 31)]


def test_nothing_falls_due_before_the_agreement_takes_effect():
    start = to_gregorian(1400, 3, 1)
    agreement = make_agreement(signed_on=SIGNED, effective_on=start, expires_on=END)
    obligation = make_yearly(agreement, first_due_on=start)
    obligation.full_clean()
    obligation.first_due_on = start - DAY
    with translation.override("fa"), pytest.raises(ValidationError) as refusal:
        obligation.full_clean()
    assert "۱ خرداد ۱۴۰۰" in str(refusal.value.message_dict["first_due_on"])
    unknown = make_agreement(signed_on=None, is_signing_date_unknown=True)
    make_yearly(unknown, first_due_on=to_gregorian(1390, 1, 1)).full_clean()


def test_what_was_promised_in_the_draft_is_planned_from_the_first_day_in_effect():
    draft = make_agreement(signed_on=None, expires_on=END, clearance_exemption="سابقه")
    obligation = make_yearly(draft, first_due_on=to_gregorian(1399, 3, 31))
    draft.text = make_document(draft)
    draft.signed_on = SIGNED
    draft.save()
    assert [m.due_on for m in obligation.plan(TODAY)] == [
        to_gregorian(year, 3, 31) for year in (1400, 1401, 1402)
    ]
    obligation = Obligation.objects.get()
    obligation.title_fa = "عنوان دیگر"
    obligation.full_clean()


def test_planned_schedule_stays():
    obligation = make_yearly()
    obligation.repeats_every_months = 6
    obligation.full_clean()
    obligation.repeats_every_months = 12
    obligation.plan(TODAY)
    for name, value in ("repeats_every_months", 6), ("first_due_on", SIGNED):
        changed = Obligation.objects.get()
        setattr(changed, name, value)
        with pytest.raises(ValidationError) as refusal:
            changed.full_clean()
        assert name in refusal.value.message_dict
    changed = Obligation.objects.get()
    changed.title_fa = "عنوان دیگر"
    changed.full_clean()


@pytest.mark.parametrize(
    "changes",
    [
        {"first_due_on": None},
        {"repeats_every_months": None},
        {"repeats_every_months": 0},
    ],
)
def test_what_repeats_needs_a_first_day_and_a_number_of_months(changes):
    obligation = make_yearly()
    for name, value in changes.items():
        setattr(obligation, name, value)
    with pytest.raises(ValidationError):
        obligation.full_clean()


def test_command_plans_everything_once():
    make_yearly()
    make_yearly(is_illustrative=True, source="نمونه")
    make_milestone()
    for count in 6, 0:
        out = StringIO()
        call_command("plan_milestones", stdout=out)
        assert f"Planned {count} new" in out.getvalue()
    examples = Milestone.objects.filter(is_illustrative=True, source="نمونه")
    assert examples.count() == 3

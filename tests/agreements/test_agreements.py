import datetime

import pytest
from django.core.exceptions import ValidationError

from agreements.models import Agreement
from kashan_diplomacy.jalali import to_gregorian
from tests.factories import make_agreement, make_city

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)
State = Agreement.State


def states_around(agreement, day):
    """The state on the day before `day`, on it and on the day after."""
    days = (day - DAY, day, day + DAY)
    for on in days:
        is_in_force = Agreement.objects.in_force(on).contains(agreement)
        assert is_in_force == (agreement.state(on) == State.IN_FORCE), on
    return [agreement.state(on) for on in days]


def test_state_turns_on_the_very_day():
    signed_on, effective_on = to_gregorian(1400, 1, 10), to_gregorian(1400, 2, 1)
    expires_on, terminated_on = to_gregorian(1403, 12, 30), to_gregorian(1402, 5, 5)
    agreement = make_agreement(
        signed_on=signed_on, effective_on=effective_on, expires_on=expires_on
    )
    preparing, signed, in_force = State.IN_PREPARATION, State.SIGNED, State.IN_FORCE
    assert states_around(agreement, signed_on) == [preparing, signed, signed]
    assert states_around(agreement, effective_on) == [signed, in_force, in_force]
    assert states_around(agreement, expires_on) == [in_force, in_force, State.LAPSED]
    agreement.terminated_on, agreement.termination_reason = terminated_on, "توافق"
    agreement.save()
    ended = State.TERMINATED
    assert states_around(agreement, terminated_on) == [in_force, ended, ended]


def test_agreement_signed_on_an_unrecorded_day_is_in_force():
    agreement = make_agreement(signed_on=None, is_signing_date_unknown=True)
    assert states_around(agreement, to_gregorian(1401, 4, 31)) == [State.IN_FORCE] * 3


def test_tacit_renewal_does_not_lapse_and_its_term_moves_on():
    agreement = make_agreement(
        signed_on=to_gregorian(1399, 12, 30),
        expires_on=to_gregorian(1400, 12, 29),
        renews_for_months=12,
    )
    assert agreement.term_end(to_gregorian(1400, 12, 29)) == to_gregorian(1400, 12, 29)
    assert agreement.term_end(to_gregorian(1401, 1, 1)) == to_gregorian(1401, 12, 29)
    assert agreement.term_end(to_gregorian(1402, 6, 1)) == to_gregorian(1402, 12, 29)
    assert states_around(agreement, to_gregorian(1405, 1, 1)) == [State.IN_FORCE] * 3


@pytest.mark.parametrize(
    ("changes", "constraint"),
    [
        ({"expires_on": "2000-01-01"}, "agreement_expires_after_signing"),
        ({"effective_on": "2000-01-01"}, "agreement_effective_after_signing"),
        ({"terminated_on": "2022-01-01"}, "agreement_termination_has_reason"),
        (
            {"terminated_on": "2000-01-01", "termination_reason": "x"},
            "agreement_terminated_after_signing",
        ),
        ({"is_signing_date_unknown": True}, "agreement_signing_date_known_or_not"),
        ({"renews_for_months": 12}, "agreement_renewal_needs_expiry"),
    ],
)
def test_wrong_dates_are_refused_with_the_rules_own_message(changes, constraint):
    agreement = make_agreement()
    for name, value in changes.items():
        is_day = name.endswith("_on")
        setattr(
            agreement, name, datetime.date.fromisoformat(value) if is_day else value
        )
    messages = {c.name: c.violation_error_message for c in Agreement._meta.constraints}
    with pytest.raises(ValidationError) as refusal:
        agreement.full_clean()
    assert str(messages[constraint]) in refusal.value.messages


def test_published_agreement_of_an_unpublished_city_is_not_public():
    make_agreement(city=make_city(published_on=None))
    public = make_agreement()
    assert list(Agreement.objects.published()) == [public]

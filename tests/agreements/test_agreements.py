import datetime

import pytest
from django.core.exceptions import ValidationError

from agreements.models import Agreement, Article
from kashan_diplomacy.jalali import to_gregorian
from tests.factories import (
    make_agreement,
    make_authorities,
    make_city,
    make_clearance,
    make_document,
    make_obligation,
)

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)
State = Agreement.State


def states_around(agreement, day):
    """The state on the day before `day`, on it and on the day after."""
    days = (day - DAY, day, day + DAY)
    for on in days:
        is_in_force = Agreement.objects.in_force(on).contains(agreement)
        assert is_in_force == agreement.state(on).is_in_force, on
        [loaded] = Agreement.objects.with_standing().filter(pk=agreement.pk)
        assert loaded.state(on) == agreement.state(on), on
    return [agreement.state(on) for on in days]


def make_renewing(**fields):
    """From 1399 to the end of Esfand 1400, then a year at a time."""
    defaults = {
        "signed_on": to_gregorian(1399, 12, 30),
        "expires_on": to_gregorian(1400, 12, 29),
        "renews_for_months": 12,
        "notice_days": 60,
    }
    return make_agreement(**(defaults | fields))


def test_state_turns_on_the_very_day():
    signed_on, effective_on = to_gregorian(1400, 1, 10), to_gregorian(1400, 2, 1)
    expires_on, terminated_on = to_gregorian(1403, 12, 30), to_gregorian(1402, 5, 5)
    warned_on = expires_on - 90 * DAY
    agreement = make_agreement(
        signed_on=signed_on, effective_on=effective_on, expires_on=expires_on
    )
    preparing, signed, in_force = State.IN_PREPARATION, State.SIGNED, State.IN_FORCE
    ending = State.EXPIRING
    assert states_around(agreement, signed_on) == [preparing, signed, signed]
    assert states_around(agreement, effective_on) == [signed, in_force, in_force]
    assert states_around(agreement, warned_on) == [in_force, ending, ending]
    assert states_around(agreement, expires_on) == [ending, ending, State.LAPSED]
    agreement.terminated_on, agreement.termination_reason = terminated_on, "توافق"
    agreement.termination_document = make_document(agreement, kind="letter")
    agreement.save()
    ended = State.TERMINATED
    assert states_around(agreement, terminated_on) == [in_force, ended, ended]


def test_what_does_not_renew_is_called_expiring_before_and_after_its_notice_date():
    expires_on = to_gregorian(1401, 12, 29)
    agreement = make_agreement(expires_on=expires_on, notice_days=60)
    notice_on = expires_on - 60 * DAY
    assert agreement.term(notice_on).notice_on == notice_on
    assert states_around(agreement, notice_on - 90 * DAY)[:2] == [
        State.IN_FORCE,
        State.EXPIRING,
    ]
    assert states_around(agreement, notice_on) == [State.EXPIRING] * 3


def test_tacit_renewal_can_be_stopped_until_its_notice_date_and_then_goes_on():
    agreement = make_renewing()
    first_end = to_gregorian(1400, 12, 29)
    notice_on = first_end - 60 * DAY
    ending, renewed = State.EXPIRING, State.RENEWED
    assert states_around(agreement, notice_on) == [ending, ending, State.IN_FORCE]
    assert states_around(agreement, first_end + DAY)[1:] == [renewed, renewed]


def test_second_tacit_renewal_gives_its_own_end_and_notice_date():
    agreement = make_renewing()
    for on, end in (
        (to_gregorian(1400, 12, 29), to_gregorian(1400, 12, 29)),
        (to_gregorian(1401, 1, 1), to_gregorian(1401, 12, 29)),
        (to_gregorian(1401, 12, 29), to_gregorian(1401, 12, 29)),
        (to_gregorian(1402, 1, 1), to_gregorian(1402, 12, 29)),
    ):
        term = agreement.term(on)
        assert (term.ends_on, term.notice_on) == (end, end - 60 * DAY), on
        assert states_around(agreement, on)
    assert agreement.term(to_gregorian(1402, 1, 1)).renewals == 2


def test_term_ending_on_leap_esfand_30_ends_on_29_in_common_years_and_30_in_1403():
    agreement = make_renewing(
        signed_on=to_gregorian(1398, 1, 1), expires_on=to_gregorian(1399, 12, 30)
    )
    for year, day in (1399, 30), (1400, 29), (1402, 29), (1403, 30), (1404, 29):
        end = to_gregorian(year, 12, day)
        assert agreement.term_end(end) == end
        assert agreement.term_end(end + DAY) > end
        assert all(state.is_in_force for state in states_around(agreement, end))


def test_agreement_signed_on_an_unrecorded_day_is_in_force():
    agreement = make_agreement(signed_on=None, is_signing_date_unknown=True)
    assert states_around(agreement, to_gregorian(1401, 4, 31)) == [State.IN_FORCE] * 3


def test_draft_waits_for_its_clearances_and_is_then_cleared():
    authorities = make_authorities()
    agreement = make_agreement(signed_on=None)
    agreement.text = make_document(agreement)
    agreement.save()
    asked_on, decided_on = to_gregorian(1401, 2, 1), to_gregorian(1401, 3, 1)
    for authority in authorities:
        make_clearance(
            agreement, authority, requested_on=asked_on, decided_on=decided_on
        )
    waiting = State.AWAITING_CLEARANCE
    assert states_around(agreement, asked_on) == [
        State.IN_PREPARATION,
        waiting,
        waiting,
    ]
    cleared = State.CLEARED
    assert states_around(agreement, decided_on) == [waiting, cleared, cleared]


# --- Amendments and renewals ----------------------------------------------------------


def make_amendment(original, **fields):
    return make_agreement(city=original.city, amends=original, **fields)


def test_renewal_extends_the_original_from_the_day_it_is_signed():
    original = make_agreement(expires_on=to_gregorian(1401, 12, 29))
    renewed_on, new_end = to_gregorian(1401, 12, 10), to_gregorian(1404, 12, 29)
    renewal = make_amendment(original, signed_on=renewed_on, expires_on=new_end)
    expiring, renewed = State.EXPIRING, State.RENEWED
    assert states_around(original, renewed_on) == [expiring, renewed, renewed]
    assert states_around(original, new_end) == [expiring, expiring, State.LAPSED]
    assert states_around(renewal, new_end) == [expiring, expiring, State.LAPSED]


def test_amendment_ends_with_the_agreement_it_amends():
    original = make_agreement()
    amendment = make_amendment(original, signed_on=to_gregorian(1401, 1, 1))
    ended_on = to_gregorian(1402, 1, 1)
    original.terminated_on, original.termination_reason = ended_on, "توافق"
    original.termination_document = make_document(original, kind="letter")
    original.save()
    for each in (original, amendment):
        assert states_around(each, ended_on)[1:] == [State.TERMINATED] * 2


def test_articles_of_an_amendment_take_the_place_of_the_originals():
    original = make_agreement()
    signed_on = to_gregorian(1401, 1, 1)
    amendment = make_amendment(original, signed_on=signed_on)
    for agreement, numbers in (original, "12"), (amendment, "23"):
        for number in numbers:
            Article.objects.create(
                agreement=agreement, number=number, heading_fa=f"از {agreement.pk}"
            )
    before = original.consolidated_articles(signed_on - DAY)
    assert [each.agreement_id for each in before] == [original.pk] * 2
    after = original.consolidated_articles(signed_on)
    assert [(each.number, each.agreement_id) for each in after] == [
        ("1", original.pk),
        ("2", amendment.pk),
        ("3", amendment.pk),
    ]


def test_amendment_names_the_original_of_the_same_partner():
    original = make_agreement()
    amendment = make_amendment(original)
    for wrong in (
        {"amends": original, "city": make_city()},
        {"amends": amendment, "city": original.city},
    ):
        with pytest.raises(ValidationError) as refusal:
            make_agreement(**wrong)
        assert "amends" in refusal.value.message_dict


def test_amendment_is_not_signed_before_what_it_amends():
    original = make_agreement(signed_on=to_gregorian(1401, 1, 2))
    with pytest.raises(ValidationError) as refusal:
        make_amendment(original, signed_on=to_gregorian(1401, 1, 1))
    assert "signed_on" in refusal.value.message_dict


# --- What was signed ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title_fa", "عنوان دیگر"),
        ("kind", "memorandum"),
        ("signed_on", to_gregorian(1400, 1, 2)),
        ("expires_on", to_gregorian(1405, 1, 1)),
        ("notice_days", 30),
        ("clearance_exemption", "دلیل دیگر"),
    ],
)
def test_what_was_signed_changes_by_a_correction_with_a_reason_only(field, value):
    agreement = make_agreement(expires_on=to_gregorian(1404, 1, 1))
    setattr(agreement, field, value)
    for check in (agreement.full_clean, agreement.save):
        agreement.change_reason = " \u202e"
        with pytest.raises(ValidationError) as refusal:
            check()
        assert field in refusal.value.message_dict
    agreement.change_reason = "اشتباه تایپی"
    agreement.save()
    assert getattr(Agreement.objects.get(), field) == value
    assert agreement.history.first().history_change_reason == "اشتباه تایپی"
    setattr(agreement, field, Agreement.history.last().__dict__[field])
    with pytest.raises(ValidationError):  # a reason serves one correction
        agreement.save()


def test_what_was_not_signed_changes_freely():
    agreement = make_agreement()
    agreement.summary_fa = "خلاصه دیگر"
    agreement.full_clean()
    agreement.save()
    draft = make_agreement(signed_on=None)
    draft.title_fa = "عنوان دیگر"
    draft.full_clean()
    draft.save()


@pytest.mark.parametrize(
    ("changes", "constraint"),
    [
        ({"expires_on": "2000-01-01"}, "agreement_expires_after_signing"),
        ({"effective_on": "2000-01-01"}, "agreement_effective_after_signing"),
        ({"terminated_on": "2022-01-01"}, "agreement_termination_has_reason"),
        (
            {"terminated_on": "2022-01-01", "termination_reason": "x"},
            "agreement_termination_has_document",
        ),
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
    agreement.change_reason = "اشتباه تایپی"
    for name, value in changes.items():
        is_day = name.endswith("_on")
        setattr(
            agreement, name, datetime.date.fromisoformat(value) if is_day else value
        )
    messages = {c.name: c.violation_error_message for c in Agreement._meta.constraints}
    with pytest.raises(ValidationError) as refusal:
        agreement.full_clean()
    assert str(messages[constraint]) in refusal.value.messages


# --- Clause coverage ------------------------------------------------------------------


def test_coverage_tells_articles_without_obligation_and_the_other_way_round():
    agreement = make_agreement()
    for number, lays_obligation in ("۱", False), ("۲", True), ("۳", True):
        Article.objects.create(
            agreement=agreement,
            number=number,
            heading_fa="ماده",
            lays_obligation=lays_obligation,
        )
    for article in "۳", "۹", "":
        make_obligation(agreement=agreement, article=article)
    coverage = Agreement.objects.get().coverage()
    assert [each.number for each in coverage.articles_without_obligation] == ["2"]
    without = {each.article for each in coverage.obligations_without_article}
    assert without == {"9", ""}


def test_published_agreement_of_an_unpublished_city_is_not_public():
    make_agreement(city=make_city(published_on=None))
    public = make_agreement()
    assert list(Agreement.objects.published()) == [public]

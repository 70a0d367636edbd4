import datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from agreements.models import Membership, MembershipDecision, RightUsed
from tests.factories import (
    IN_1401,
    make_membership,
    make_organisation,
    make_right_used,
    make_user,
)

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)
END_OF_2022 = datetime.date(2022, 12, 31)


def test_membership_is_current_between_joining_and_leaving():
    membership = make_membership(joined_on=IN_1401, left_on=IN_1401 + 10 * DAY)
    for days, is_current in [(-1, False), (0, True), (9, True), (10, False)]:
        on = IN_1401 + days * DAY
        assert Membership.objects.current(on).exists() == is_current
    again = Membership(
        organisation=membership.organisation, joined_on=membership.left_on
    )
    again.full_clean()
    again.save()
    with pytest.raises(ValidationError):
        Membership(organisation=membership.organisation).full_clean()


@pytest.mark.parametrize(
    ("joined", "left", "is_apart"),
    [
        (None, None, False),
        (None, 0, True),
        (None, 1, False),
        (-9, 0, True),
        (-9, 99, False),
        (3, 4, False),
        (9, None, False),
        (10, None, True),
        (10, 20, True),
    ],
)
def test_two_memberships_of_one_body_never_run_at_once(joined, left, is_apart):
    first = make_membership(joined_on=IN_1401, left_on=IN_1401 + 10 * DAY)
    days = (day if day is None else IN_1401 + day * DAY for day in (joined, left))
    period = dict(zip(("joined_on", "left_on"), days, strict=True))
    Membership(organisation=make_organisation(), **period).full_clean()
    another = Membership(organisation=first.organisation, **period)
    if is_apart:
        another.full_clean()
    else:
        with pytest.raises(ValidationError) as refusal:
            another.full_clean()
        assert len(refusal.value.messages) == 1
    first.full_clean()


def test_two_memberships_that_both_go_on_are_refused_in_one_sentence():
    first = make_membership(joined_on=IN_1401)
    with pytest.raises(ValidationError) as refusal:
        Membership(organisation=first.organisation).full_clean()
    assert len(refusal.value.messages) == 1


def test_notice_comes_round_with_each_term_and_stays_on_its_day():
    membership = make_membership(notice_on=END_OF_2022, term_months=12)
    for on, past, coming in [
        (END_OF_2022 - DAY, None, END_OF_2022),
        (END_OF_2022, None, END_OF_2022),
        (END_OF_2022 + DAY, END_OF_2022, datetime.date(2023, 12, 31)),
        (datetime.date(2025, 1, 1), datetime.date(2024, 12, 31), None),
    ]:
        coming = coming or datetime.date(2025, 12, 31)
        assert membership.notice_dates(on) == (past, coming)


def test_notice_clamped_to_a_short_month_does_not_drift():
    membership = make_membership(notice_on=datetime.date(2023, 8, 31), term_months=6)
    on = datetime.date(2024, 2, 29)
    assert membership.notice_dates(on) == (datetime.date(2023, 8, 31), on)
    assert membership.notice_dates(on + DAY) == (on, datetime.date(2024, 8, 31))


def test_notice_without_terms_is_missed_once_and_for_all():
    membership = make_membership(notice_on=END_OF_2022)
    assert membership.notice_dates(END_OF_2022 + DAY) == (END_OF_2022, None)
    assert make_membership().notice_dates(END_OF_2022) == (None, None)


def test_terms_without_a_notice_date_are_refused():
    membership = make_membership()
    membership.term_months = 12
    with pytest.raises(ValidationError):
        membership.full_clean()


def test_right_is_used_with_evidence_only_and_counts_from_its_day():
    used = make_right_used()
    assert not RightUsed.objects.by_day(IN_1401 - DAY).exists()
    assert RightUsed.objects.by_day(IN_1401).get() == used
    used.evidence = ""
    with pytest.raises(ValidationError):
        used.full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        used.save()


def test_a_right_is_used_while_it_is_held_and_listed():
    membership = make_membership(joined_on=IN_1401, left_on=IN_1401 + 10 * DAY)
    used = make_right_used(membership=membership, kind="vote")
    today = timezone.localdate()
    for day, is_held in [(-1, False), (0, True), (10, True), (11, False)]:
        used.used_on = IN_1401 + day * DAY
        assert is_refused(used, "used_on") is not is_held
    used.used_on = IN_1401
    membership.rights.create(kind="training")
    assert is_refused(RightUsed.objects.get(), "kind")
    membership.rights.create(kind="vote")
    assert not is_refused(RightUsed.objects.get(), "kind")
    used = make_right_used(used_on=today)
    assert not is_refused(used, "used_on")
    used.used_on = today + DAY
    assert is_refused(used, "used_on")


def is_refused(row, field):
    """Whether it is, on account of that field alone."""
    try:
        row.full_clean()
    except ValidationError as error:
        assert list(error.message_dict) == [field]
        return True
    return False


def decision(membership, notice_on):
    return MembershipDecision(
        membership=membership,
        notice_on=notice_on,
        decision="keep",
        reason="سود دارد",
        decided_by=make_user(),
    )


def test_a_decision_is_on_a_term_of_the_membership():
    membership = make_membership(notice_on=END_OF_2022, term_months=12)
    next_year = datetime.date(2023, 12, 31)
    for day, is_term in [
        (END_OF_2022 - DAY, False),
        (END_OF_2022, True),
        (next_year - DAY, False),
        (next_year, True),
        (datetime.date(2021, 12, 31), False),
    ]:
        assert is_refused(decision(membership, day), "notice_on") is not is_term
    assert is_refused(decision(make_membership(), END_OF_2022), "notice_on")


def test_a_term_stays_decided_when_its_notice_date_is_corrected():
    membership = make_membership(notice_on=END_OF_2022, term_months=12)
    decision(membership, END_OF_2022).save()
    membership.notice_on = END_OF_2022 - 16 * DAY
    membership.save()
    assert is_refused(decision(membership, membership.notice_on), "notice_on")
    next_year = membership.notice_days(IN_1401 + 365 * DAY)[-1]
    assert not is_refused(decision(membership, next_year), "notice_on")


def test_a_term_is_decided_once_and_with_a_reason():
    fields = {
        "membership": make_membership(notice_on=END_OF_2022),
        "notice_on": END_OF_2022,
        "decision": "keep",
        "decided_by": make_user(),
    }
    with pytest.raises(ValidationError):
        MembershipDecision(**fields).full_clean()
    MembershipDecision.objects.create(**fields, reason="سود دارد")
    with pytest.raises(ValidationError):
        MembershipDecision(**fields, reason="دوباره").full_clean()

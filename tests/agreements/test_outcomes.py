import datetime
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import translation

from agreements.models import Outcome
from tests.factories import IN_1401, make_agreement, make_outcome, make_user

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)


@pytest.mark.parametrize(
    "changes",
    [
        {"kind": "investment"},
        {"kind": "trade", "people": 5},
        {"kind": "trained"},
        {"kind": "trained", "people": 0},
        {"amount": Decimal(5)},
        {"currency": "USD"},
        {"amount": Decimal(0), "currency": "USD"},
        {"evidence": ""},
        {"city": None},
    ],
)
def test_outcome_that_says_too_little_is_refused(changes):
    outcome = make_outcome()
    for name, value in changes.items():
        setattr(outcome, name, value)
    with pytest.raises(ValidationError):
        outcome.full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        outcome.save()


@pytest.mark.parametrize(
    "fields",
    [
        {"kind": "investment", "amount": Decimal("1.5"), "currency": "EUR"},
        {"kind": "cost_saved", "amount": Decimal(10**12), "currency": "IRR"},
        {"kind": "visitors", "people": 40},
        {"kind": "know_how"},
    ],
)
def test_outcome_is_told_in_what_its_kind_is_told_in(fields):
    make_outcome(**fields).full_clean()


def test_outcome_may_come_from_an_agreement_alone():
    make_outcome(agreement=make_agreement()).full_clean()


def test_claimant_cannot_verify_and_another_can():
    outcome = make_outcome()
    with pytest.raises(ValidationError):
        outcome.verify(by=outcome.claimed_by)
    assert outcome.verified_by is None
    outcome.verify(by=make_user(), on=IN_1401 + DAY)
    assert [outcome.is_verified(IN_1401 + days * DAY) for days in (0, 1)] == [0, 1]
    assert Outcome.objects.claimed(IN_1401).exists()
    assert not Outcome.objects.claimed(IN_1401 + DAY).exists()
    assert Outcome.objects.verified(IN_1401 + DAY).get() == outcome
    with pytest.raises(IntegrityError), transaction.atomic():
        Outcome.objects.update(verified_by=outcome.claimed_by)


def test_outcome_is_not_verified_before_it_came_about():
    with pytest.raises(ValidationError):
        make_outcome().verify(by=make_user(), on=IN_1401 - DAY)


def test_a_claim_changed_meanwhile_is_not_verified_as_it_was_read():
    outcome = make_outcome()
    read = Outcome.objects.get(pk=outcome.pk)
    outcome.evidence = "گزارش دیگر"
    outcome.save()
    with pytest.raises(ValidationError):
        read.verify(by=make_user())
    stored = Outcome.objects.get(pk=outcome.pk)
    assert (stored.evidence, stored.verified_by) == ("گزارش دیگر", None)


def test_a_claim_changed_after_verification_is_a_mere_claim_again():
    outcome = make_outcome()
    outcome.verify(by=make_user(), on=IN_1401)
    outcome.published_on = None
    outcome.save()
    assert outcome.is_verified(IN_1401)
    outcome.description_en = "Another way"
    outcome.save()
    outcome.refresh_from_db()
    assert outcome.verified_by is None
    assert not outcome.is_verified(IN_1401)


@pytest.mark.parametrize(
    ("fields", "persian", "english"),
    [
        (
            {"kind": "trade", "amount": Decimal("1234.50"), "currency": "USD"},
            "۱٬۲۳۴٫۵۰",
            "1,234.50",
        ),
        (
            {"kind": "trade", "amount": Decimal(25_000_000), "currency": "IRR"},
            "۲٬۵۰۰٬۰۰۰ تومان",
            "2,500,000 toman",
        ),
        ({"kind": "visitors", "people": 40}, "۴۰", "40 people"),
        ({"kind": "know_how"}, "", ""),
    ],
)
def test_measure_reads_in_both_languages(fields, persian, english):
    outcome = make_outcome(**fields)
    with translation.override("fa"):
        assert persian in outcome.measure
    with translation.override("en"):
        assert english in outcome.measure

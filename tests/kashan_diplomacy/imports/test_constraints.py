"""The quick judgement of constraints never passes what the database would refuse."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.db.models import CheckConstraint
from django.utils.translation import override
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from agreements.models import Agreement, City, Obligation
from kashan_diplomacy.imports.constraints import _holds, validate_constraints
from tests.factories import make_city

DAYS = st.none() | st.sampled_from([datetime.date(2022, 7, day) for day in (1, 2, 3)])
COUNTS = st.none() | st.integers(0, 2)
PLACES = st.none() | st.sampled_from([-181.0, -91.0, 0.0, 89.5, 90.5])


def checks(model):
    return [c for c in model._meta.constraints if isinstance(c, CheckConstraint)]


class QuickJudgement(TestCase):
    def agrees(self, row):
        for check in checks(type(row)):
            try:
                check.validate(type(row), row)
                is_valid = True
            except ValidationError:
                is_valid = False
            assert is_valid or not _holds(check.condition, row), check.name

    @settings(deadline=None, max_examples=50)
    @given(DAYS, DAYS, DAYS, COUNTS, st.sampled_from(["", "x"]))
    def test_of_agreements(self, signed, expires, terminated, months, reason):
        self.agrees(
            Agreement(
                signed_on=signed,
                expires_on=expires,
                terminated_on=terminated,
                renews_for_months=months,
                termination_reason=reason,
            )
        )

    @settings(deadline=None, max_examples=50)
    @given(PLACES, PLACES)
    def test_of_cities(self, latitude, longitude):
        self.agrees(City(latitude=latitude, longitude=longitude))

    @settings(deadline=None, max_examples=50)
    @given(DAYS, COUNTS)
    def test_of_obligations(self, first, months):
        self.agrees(Obligation(first_due_on=first, repeats_every_months=months))


def test_what_plainly_holds_is_not_asked_of_the_database():
    city = City(latitude=42.6, longitude=25.4)
    assert all(_holds(check.condition, city) for check in checks(City))


@pytest.mark.django_db
def test_refusal_has_the_message_of_the_constraint():
    city = make_city()
    city.latitude, city.longitude = 91.0, 0.0
    with override("fa"), pytest.raises(ValidationError, match="۹۰"):
        validate_constraints(city)

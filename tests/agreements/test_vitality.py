"""Vitality and reciprocity, by hand on every boundary and by brute force."""

import datetime
import random

import pytest

from agreements.models import City, Engagement, Milestone, Outcome, Promises
from agreements.vitality import (
    Vitality,
    deeds_of,
    last_deed_on,
    last_deeds,
    vitality,
    with_deeds,
)
from tests.factories import (
    IN_1401,
    LONG_AGO,
    make_agreement,
    make_city,
    make_engagement,
    make_milestone,
    make_obligation,
    make_outcome,
    make_user,
)

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)
MET = {"verdict": "met", "met_on": IN_1401, "evidence": "گزارش"}


def state(city, on, **options):
    (row,) = with_deeds(City.objects.filter(pk=city.pk), on, **options)
    return vitality(row, on)


def make_old_partner(**fields):
    """Signed long enough ago not to be new."""
    return make_agreement(signed_on=LONG_AGO - 3000 * DAY, **fields).city


def make_met_milestone(city, **fields):
    agreement = make_agreement(city=city, signed_on=LONG_AGO - 3000 * DAY)
    obligation = make_obligation(agreement=agreement)
    return make_milestone(obligation=obligation, **(MET | fields))


@pytest.mark.parametrize(
    "make_deed",
    [
        make_met_milestone,
        lambda city: make_engagement(cities=[city]),
        lambda city: make_engagement(agreement=city.agreements.get()),
        lambda city: make_outcome(city=city),
        lambda city: make_outcome(agreement=city.agreements.get()),
        lambda city: make_outcome(engagement=make_engagement(cities=[city])),
    ],
)
def test_a_deed_keeps_a_partnership_lively_for_a_year_and_fading_for_another(make_deed):
    city = make_old_partner()
    make_deed(city)
    for days, expected in [
        (-1, Vitality.DORMANT),  # it had not happened yet
        (0, Vitality.LIVELY),
        (365, Vitality.LIVELY),
        (366, Vitality.FADING),
        (730, Vitality.FADING),
        (731, Vitality.DORMANT),
    ]:
        assert state(city, IN_1401 + days * DAY) == expected, days


def test_a_partnership_is_new_for_a_year_after_its_first_signing():
    city = make_agreement(signed_on=IN_1401).city
    for days, expected in [
        (-1, Vitality.NONE),
        (0, Vitality.NEW),
        (365, Vitality.NEW),
        (366, Vitality.DORMANT),
    ]:
        assert state(city, IN_1401 + days * DAY) == expected, days
    make_agreement(city=city, signed_on=IN_1401 + 700 * DAY)
    assert state(city, IN_1401 + 701 * DAY) == Vitality.DORMANT


def test_signed_on_an_unknown_day_is_a_partner_and_not_new():
    agreement = make_agreement(signed_on=None, is_signing_date_unknown=True)
    assert state(agreement.city, IN_1401) == Vitality.DORMANT
    make_agreement(city=agreement.city, signed_on=IN_1401)
    assert state(agreement.city, IN_1401) == Vitality.DORMANT


def test_a_guest_without_agreement_has_no_partnership_until_there_is_a_deed():
    city = make_city()
    make_engagement(cities=[city], purpose="protocol")
    assert state(city, IN_1401) == Vitality.NONE
    make_engagement(cities=[city])
    assert state(city, IN_1401) == Vitality.LIVELY


@pytest.mark.parametrize(
    "fields",
    [
        {"purpose": "protocol"},
        {"kind": "letter"},
        {"cancelled_on": IN_1401, "cancellation_reason": "بیماری"},
        {"starts_on": None, "is_date_unknown": True},
        {"starts_on": IN_1401 + DAY},
    ],
)
def test_protocol_letters_and_what_was_not_held_revive_nothing(fields):
    city = make_old_partner()
    make_engagement(cities=[city], **fields)
    assert state(city, IN_1401) == Vitality.DORMANT


@pytest.mark.parametrize("verdict", ["", "partly", "not_met", "waived"])
def test_only_a_milestone_that_was_met_is_a_deed(verdict):
    city = make_old_partner()
    fields = {"verdict": verdict, "met_on": None, "evidence": ""}
    if verdict:
        fields |= {"verdict_reason": "علت", "reviewed_on": IN_1401}
    if verdict == "partly":
        fields["met_on"] = IN_1401
    make_met_milestone(city, **fields)
    assert state(city, IN_1401) == Vitality.DORMANT


def test_a_promise_of_high_priority_is_a_deed_once_a_second_person_confirms_it():
    city = make_old_partner()
    milestone = make_met_milestone(city, verdict_by=make_user())
    milestone.obligation.priority = "high"
    milestone.obligation.save()
    promises = Milestone.objects.promises_by_city(IN_1401)[city.pk]["kashan"]
    assert (promises.unconfirmed, promises.kept) == (1, 0)
    assert state(city, IN_1401) == Vitality.DORMANT
    milestone.confirm(make_user(), IN_1401 + 5 * DAY)
    assert state(city, IN_1401 + 4 * DAY) == Vitality.DORMANT
    assert state(city, IN_1401 + 5 * DAY) == Vitality.LIVELY
    [deed] = deeds_of(city, IN_1401 + 5 * DAY)
    assert deed.day == IN_1401
    promises = Milestone.objects.promises_by_city(IN_1401 + 5 * DAY)[city.pk]
    assert promises["kashan"].kept == 1


def test_correcting_a_typo_revives_nothing():
    city = make_old_partner()
    engagement = make_engagement(cities=[city])
    milestone, outcome = make_met_milestone(city), make_outcome(city=city)
    on = IN_1401 + 731 * DAY
    before = state(city, on)
    for row in (city, engagement, milestone, outcome, *city.agreements.all()):
        for name in ("title_fa", "name_fa", "evidence", "description_fa"):
            if hasattr(row, name):
                setattr(row, name, f"{getattr(row, name)} (اصلاح)")
        row.change_reason = "اشتباه تایپی"  # an agreement was signed
        row.save()
    assert state(city, on) == before == Vitality.DORMANT


def test_the_deed_it_rests_on_is_named():
    city, other = make_old_partner(), make_old_partner()
    make_engagement(cities=[city, other], title_en="Old", starts_on=IN_1401 - DAY)
    newest = make_outcome(city=city)
    deeds = last_deeds(with_deeds(City.objects.all(), IN_1401), IN_1401)
    assert deeds[city.pk].record == newest
    assert deeds[city.pk].day == IN_1401
    assert deeds[other.pk].record.title_en == "Old"
    assert [deed.day for deed in deeds_of(city, IN_1401)] == [IN_1401, IN_1401 - DAY]


def test_the_public_reads_of_published_deeds_only():
    city = make_old_partner()
    make_outcome(city=city, published_on=None)
    make_engagement(cities=[city], published_on=None)
    hidden = make_agreement(city=city, published_on=None, signed_on=LONG_AGO)
    make_milestone(obligation=make_obligation(agreement=hidden), **MET)
    make_outcome(agreement=hidden)
    assert state(city, IN_1401) == Vitality.LIVELY
    assert state(city, IN_1401, is_public=True) == Vitality.DORMANT
    assert deeds_of(city, IN_1401, is_public=True) == []


def test_a_list_of_cities_takes_six_queries(django_assert_num_queries):
    for number in range(12):
        city = make_old_partner()
        make_engagement(cities=[city], starts_on=IN_1401 + number % 3 * DAY)
        make_outcome(city=city, realised_on=IN_1401 + number % 2 * DAY)
        make_met_milestone(city)
    with django_assert_num_queries(6):
        rows = with_deeds(City.objects.all(), IN_1401 + 9 * DAY)
        assert len(last_deeds(rows, IN_1401 + 9 * DAY)) == 12
    with django_assert_num_queries(1):
        Milestone.objects.promises_by_city(IN_1401)


# --- Recomputed by brute force on generated rows -------------------------------------


def some_day(chance):
    return IN_1401 + chance.randint(-900, 900) * DAY


def make_world():
    chance = random.Random(1401)
    cities = [make_city() for _ in range(6)]
    agreements = []
    for _ in range(9):
        is_unknown = chance.random() < 0.2
        signed_on = None if is_unknown or chance.random() < 0.2 else some_day(chance)
        agreements.append(
            make_agreement(
                city=chance.choice(cities),
                signed_on=signed_on,
                is_signing_date_unknown=is_unknown,
            )
        )
    for _ in range(30):
        make_random_milestone(chance, agreements)
    for _ in range(25):
        make_random_engagement(chance, cities, agreements)
    for _ in range(8):
        source = chance.choice(["city", "agreement", "engagement"])
        rows = {
            "city": cities,
            "agreement": agreements,
            "engagement": list(Engagement.objects.all()),
        }
        make_outcome(
            realised_on=some_day(chance), **{source: chance.choice(rows[source])}
        )
    return chance


def make_random_milestone(chance, agreements):
    verdict = chance.choice(["", "met", "met", "partly", "not_met", "waived"])
    fields = {"verdict": verdict, "due_on": some_day(chance)}
    if verdict in ("met", "partly"):
        fields |= {"met_on": some_day(chance), "evidence": "گزارش"}
    if verdict in ("partly", "not_met", "waived"):
        fields |= {"reviewed_on": some_day(chance), "verdict_reason": "علت"}
    side = chance.choice(["kashan", "partner", "both"])
    priority = chance.choice(["high", "normal"])
    obligation = make_obligation(
        agreement=chance.choice(agreements), side=side, priority=priority
    )
    milestone = make_milestone(obligation=obligation, **fields)
    if verdict == "met" and chance.random() < 0.7:
        milestone.verdict_by = make_user()
        milestone.save()
        milestone.confirm(make_user(), some_day(chance))


def make_random_engagement(chance, cities, agreements):
    is_unknown = chance.random() < 0.2
    fields = {
        "purpose": chance.choice(["protocol", "exploration", "obligation"]),
        "kind": chance.choice(["letter", "meeting", "festival"]),
        "starts_on": None if is_unknown else some_day(chance),
        "is_date_unknown": is_unknown,
        "cities": chance.sample(cities, chance.randint(0, 2)),
        "agreement": chance.choice([None, *agreements]),
    }
    if not is_unknown and chance.random() < 0.2:
        fields |= {"cancelled_on": some_day(chance), "cancellation_reason": "بیماری"}
    make_engagement(**fields)


def days_of_deeds(city, on):
    """Row by row, in plain Python."""
    for milestone in Milestone.objects.all():
        is_met = milestone.verdict == "met" and not milestone.is_unconfirmed(on)
        if milestone.obligation.agreement.city == city and is_met:
            yield milestone.met_on
    for each in Engagement.objects.all():
        belongs = city in each.cities.all() or (
            each.agreement and each.agreement.city == city
        )
        serves = each.purpose != "protocol" and each.kind != "letter"
        if belongs and serves and each.starts_on and not each.cancelled_on:
            yield each.starts_on
    for outcome in Outcome.objects.all():
        sources = {outcome.city, outcome.agreement and outcome.agreement.city}
        if outcome.engagement:
            sources |= set(outcome.engagement.cities.all())
        if city in sources:
            yield outcome.realised_on


def expected_state(city, on):
    pacts = list(city.agreements.all())
    dated = [a.signed_on for a in pacts if a.signed_on and a.signed_on <= on]
    undated = [a for a in pacts if a.is_signing_date_unknown]
    days = [day for day in days_of_deeds(city, on) if day <= on]
    if dated and not undated and on - min(dated) <= datetime.timedelta(days=365):
        return "new"
    if days:
        age = (on - max(days)).days
        return "lively" if age <= 365 else "fading" if age <= 730 else "dormant"
    return "dormant" if dated or undated else "none"


def test_vitality_equals_a_brute_force_recomputation():
    chance = make_world()
    for on in (IN_1401, some_day(chance), some_day(chance)):
        rows = with_deeds(City.objects.all(), on)
        deeds = last_deeds(rows, on)
        for city in rows:
            days = [day for day in days_of_deeds(city, on) if day <= on]
            assert last_deed_on(city) == max(days, default=None)
            assert vitality(city, on).value == expected_state(city, on)
            assert (city.pk in deeds) == bool(days)
            # The full list counts a row once for each city it belongs to.
            assert [deed.day for deed in deeds_of(city, on)] == sorted(
                days, reverse=True
            )


def promises_of(city, on):
    """Row by row, in plain Python."""
    tallies = {"kashan": Promises(), "partner": Promises()}
    for milestone in Milestone.objects.filter(obligation__agreement__city=city):
        signed = milestone.obligation.agreement.is_signed(on)
        if not signed or milestone.due_on > on:
            continue
        if not milestone.is_decided(on):
            result = "overdue" if milestone.due_on < on else ""
        else:
            is_open = milestone.is_unconfirmed(on)
            result = "unconfirmed" if is_open else milestone.verdict
        for side in tallies:
            if result and milestone.obligation.side in (side, "both"):
                tallies[side] += Promises(**{result: 1})
    return tallies


def test_promises_by_city_equal_the_promises_of_each_city():
    chance = make_world()
    for on in (IN_1401, some_day(chance), some_day(chance)):
        by_city = Milestone.objects.promises_by_city(on)
        for city in City.objects.all():
            rows = Milestone.objects.filter(obligation__agreement__city=city)
            nothing = {"kashan": Promises(), "partner": Promises()}
            assert by_city.get(city.pk, nothing) == promises_of(city, on)
            assert by_city.get(city.pk, nothing) == rows.promises(on)


def test_ceremony_equals_a_brute_force_recomputation():
    chance = make_world()
    for on in (IN_1401, *(some_day(chance) for _ in range(3))):
        held = [
            each
            for each in Engagement.objects.all()
            if not each.cancelled_on
            and each.kind != "letter"
            and (each.is_date_unknown or (each.starts_on and each.starts_on <= on))
        ]
        protocol = [each for each in held if each.purpose == "protocol"]
        ceremony = Engagement.objects.held(on).ceremony()
        assert (ceremony.protocol, ceremony.total) == (len(protocol), len(held))

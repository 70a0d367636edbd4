"""What the money brought, by hand and recomputed by brute force."""

import random

import pytest

from agreements.models import Ceremony, Membership
from budget import ledger, value
from budget.models import Entry
from kashan_diplomacy.jalali import to_gregorian
from tests.factories import (
    make_agreement,
    make_city,
    make_engagement,
    make_expense,
    make_fee,
    make_line,
    make_membership,
    make_milestone,
    make_obligation,
    make_right_used,
    make_user,
    make_year,
)

pytestmark = pytest.mark.django_db

TIR_31 = to_gregorian(1401, 4, 31)


def spend(line, amount, month, **fields):
    expense = make_expense(line=line, requested=amount, **fields)
    record = {
        "by": make_user(),
        "dated_on": to_gregorian(line.fiscal_year.year, month, 1),
    }
    ledger.commit(expense=expense, amount=amount, **record)
    return ledger.pay(expense=expense, amount=amount, **record)


def keep(agreement, day, side="kashan"):
    obligation = make_obligation(agreement=agreement, side=side)
    make_milestone(
        obligation=obligation, due_on=day, verdict="met", met_on=day, evidence="گزارش"
    )


def test_cost_of_a_kept_promise_by_hand():
    line = make_line(approved=10_000)
    agreement = make_agreement()
    spend(line, 1_000, 2, agreement=agreement)
    spend(line, 70, 2)  # for no city
    spend(line, 500, 6, agreement=agreement)
    keep(agreement, TIR_31)
    keep(agreement, TIR_31, side="both")
    keep(agreement, to_gregorian(1401, 6, 1), side="partner")
    keep(agreement, to_gregorian(1400, 6, 1))  # another year's
    idle = make_agreement()
    keep(idle, TIR_31)
    worth = value.cost_per_kept_promise(line.fiscal_year, TIR_31)
    city = worth[agreement.city]
    assert (city.spent, city.count, city.each) == (1_000, 3, 333)
    assert (worth[idle.city].spent, worth[idle.city].each) == (0, 0)
    assert (worth[None].spent, worth[None].each) == (70, None)
    later = value.cost_per_kept_promise(line.fiscal_year, to_gregorian(1401, 6, 1))
    city = later[agreement.city]
    assert (city.spent, city.count, city.each) == (1_500, 4, 375)


def test_half_a_rial_is_rounded_up():
    assert value.Worth(3, 2).each == 2
    assert value.Worth(4, 3).each == 1
    assert value.Worth(5, 0).each is None


def test_a_reversed_payment_is_no_ceremony():
    line = make_line(approved=1_000)
    payment = spend(line, 300, 2, purpose="protocol")
    spend(line, 100, 2, purpose="obligation")
    year = line.fiscal_year
    assert value.ceremony_of_money(year, TIR_31) == Ceremony(300, 400)
    assert value.ceremony_of_money(year, TIR_31).share == 0.75
    day = to_gregorian(1401, 5, 1)
    ledger.reverse(entry=payment, memo="اشتباه", by=make_user(), dated_on=day)
    assert value.ceremony_of_money(year, TIR_31) == Ceremony(300, 400)
    assert value.ceremony_of_money(year, day) == Ceremony(0, 100)
    assert value.ceremony_of_money(make_year(1400), day).share is None


def test_engagements_of_a_year_are_those_begun_in_it_by_the_day():
    year = make_year()
    first, last = year.starts_on, year.ends_on
    inside = [make_engagement(starts_on=day) for day in (first, last)]
    make_engagement(starts_on=to_gregorian(1400, 12, 29))
    make_engagement(starts_on=to_gregorian(1402, 1, 1))
    make_engagement(starts_on=None, is_date_unknown=True)
    assert set(value.engagements_of_year(year, first)) == {inside[0]}
    assert set(value.engagements_of_year(year, to_gregorian(1405, 1, 1))) == set(inside)


def test_cost_of_a_used_right_by_hand(django_assert_num_queries):
    line = make_line(approved=10_000)
    used, unused = make_membership(), make_membership()
    for membership, amount in ((used, 900), (unused, 400)):
        fee = make_fee(membership=membership)
        spend(line, amount, 3, membership_fee=fee, purpose="membership_right")
    for day in (TIR_31, to_gregorian(1401, 5, 1), to_gregorian(1400, 1, 1)):
        make_right_used(membership=used, used_on=day)
    with django_assert_num_queries(3):
        worth = value.cost_per_used_right(TIR_31)
    assert (worth[used.pk].spent, worth[used.pk].count, worth[used.pk].each) == (
        900,
        2,
        450,
    )
    assert (worth[unused.pk].spent, worth[unused.pk].each) == (400, None)
    in_year = value.cost_per_used_right(TIR_31, line.fiscal_year)
    assert in_year[used.pk].each == 900
    before = value.cost_per_used_right(to_gregorian(1401, 2, 31))
    assert before[used.pk].spent == 0


# --- Recomputed by brute force on generated rows -------------------------------------


def make_spending(chance):
    line = make_line(approved=10**9)
    cities = [make_city() for _ in range(4)]
    agreements = [make_agreement(city=chance.choice(cities)) for _ in range(5)]
    fees = [make_fee(membership=make_membership()) for _ in range(3)]
    for agreement in agreements:
        for _ in range(chance.randint(0, 4)):
            day = to_gregorian(chance.choice([1400, 1401]), chance.randint(1, 12), 7)
            keep(agreement, day, chance.choice(["kashan", "partner", "both"]))
    for _ in range(30):
        amount, month = chance.randint(1, 10**6), chance.randint(1, 12)
        source = chance.choice(
            [
                {"agreement": chance.choice(agreements)},
                {"obligation": make_obligation(agreement=chance.choice(agreements))},
                {"engagement": make_engagement(cities=chance.sample(cities, 1))},
                {"engagement": make_engagement(cities=chance.sample(cities, 2))},
                {"engagement": make_engagement(agreement=chance.choice(agreements))},
                {"membership_fee": chance.choice(fees)},
                {},
            ]
        )
        purpose = chance.choice(["protocol", "obligation", "exploration"])
        entry = spend(line, amount, month, purpose=purpose, **source)
        if chance.random() < 0.3:
            day = to_gregorian(1401, chance.randint(month, 12), 28)
            ledger.reverse(entry=entry, memo="اشتباه", by=make_user(), dated_on=day)
    for _ in range(8):
        day = to_gregorian(1401, chance.randint(1, 12), 9)
        make_right_used(membership=chance.choice(fees).membership, used_on=day)
    return line.fiscal_year


def paid(on, belongs):
    total = 0
    for entry in Entry.objects.filter(expense__isnull=False):
        if entry.dated_on <= on and belongs(entry.expense):
            total += entry.amount * (entry.to_place == "spent")
            total -= entry.amount * (entry.from_place == "spent")
    return total


def city_of(expense):
    if expense.agreement:
        return expense.agreement.city
    if expense.obligation:
        return expense.obligation.agreement.city
    if not expense.engagement:
        return None
    cities = set(expense.engagement.cities.all())
    if expense.engagement.agreement:
        cities.add(expense.engagement.agreement.city)
    return cities.pop() if len(cities) == 1 else None


def test_figures_equal_a_brute_force_recomputation():
    year = make_spending(random.Random(1401))
    for on in (to_gregorian(1401, month, 15) for month in (1, 5, 12)):
        worth = value.cost_per_kept_promise(year, on)
        for city, row in worth.items():
            assert row.spent == paid(on, lambda e, city=city: city_of(e) == city)
            kept = 0
            for milestone in value.promises_of_year(year):
                obligation = milestone.obligation
                if obligation.agreement.city == city and milestone.due_on <= on:
                    kept += 2 if obligation.side == "both" else 1
            assert row.count == kept
        total = sum(row.spent for row in worth.values())
        assert total == paid(on, lambda e: True)
        ceremony = value.ceremony_of_money(year, on)
        assert ceremony.protocol == paid(on, lambda e: e.purpose == "protocol")
        assert ceremony.total == total
        rights = value.cost_per_used_right(on)
        for membership in Membership.objects.all():
            row = rights[membership.pk]
            assert row.spent == paid(
                on,
                lambda e, m=membership: (
                    e.membership_fee and e.membership_fee.membership == m
                ),
            )
            used = [u for u in membership.rights_used.all() if u.used_on <= on]
            assert row.count == len(used)

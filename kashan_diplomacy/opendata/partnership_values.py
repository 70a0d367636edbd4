"""The figures of the partnerships, as of today."""

import datetime
from collections import Counter, defaultdict
from collections.abc import Iterator

from django.db.models import F, QuerySet
from django.db.models import Value as Constant

from agreements.models import (
    Agreement,
    City,
    Engagement,
    Membership,
    Milestone,
    Outcome,
    RightUsed,
    Side,
)
from agreements.models.promises import SIDES
from agreements.story import COUNTED, MET
from agreements.vitality import last_deeds, paths_to_cities, vitality, with_deeds
from budget.reports import spending

from .money import entries
from .value import Value, each


def partnership_values(on: datetime.date) -> Iterator[Value]:
    yield from _partners(on)
    yield from _promises(on)
    held = Engagement.objects.published().held(on)
    yield _counted("engagements-held", held, on, "engagements")
    realised = Outcome.objects.published().realised(on)
    yield _counted("outcomes", realised, on, "outcomes")
    meetings = held.filter(kind__in=MET).annotate(people=Constant(1))
    yield from _people(meetings, on, "engagements")
    counted = realised.filter(kind__in=COUNTED, people__gt=0)
    yield from _people(counted, on, "outcomes")
    yield from _memberships(on)


def _counted(key: str, rows: QuerySet, on: datetime.date, name: str) -> Value:
    return Value(key, "", rows.count(), on, name, rows)


def _partners(on: datetime.date) -> Iterator[Value]:
    cities = City.objects.published()
    yield _counted("partners", cities, on, "cities")
    in_force = Agreement.objects.published().in_force(on, is_public=True)
    yield _counted("agreements-in-force", in_force, on, "agreements")
    rated = with_deeds(cities.order_by("slug"), on, is_public=True)
    deeds = last_deeds(rated, on, is_public=True)
    for city in rated:
        name, rows = "cities", cities.filter(pk=city.pk)
        if city.pk in deeds:
            record = deeds[city.pk].record
            name = f"{record._meta.model_name}s"
            rows = type(record)._default_manager.filter(pk=record.pk)
        yield Value("vitality", city.slug, vitality(city, on).value, on, name, rows)


def _people(rows: QuerySet, on: datetime.date, name: str) -> Iterator[Value]:
    """How many `people` the rows of each kind count for each city they lead to."""
    slugs = dict(City.objects.published().values_list("pk", "slug"))
    found: dict[str, dict[int, int]] = defaultdict(dict)
    for path, seen in paths_to_cities(rows.model, is_public=True):
        led = rows.filter(seen, **{f"{path}__in": slugs})
        for city, kind, pk, people in led.values_list(path, "kind", "pk", "people"):
            found[f"{slugs[city]}/{kind}"][pk] = people
    for about, people in sorted(found.items()):
        told = sum(people.values())
        counted = rows.filter(pk__in=people)
        yield Value("people-to-people", about, told, on, name, counted)


def _promises(on: datetime.date) -> Iterator[Value]:
    published = Milestone.objects.published()
    promises = published.promises(on)
    for side in SIDES:
        told = promises[side]
        rows = published.due(on).filter(obligation__side__in=(side, Side.BOTH))
        kept = f"{told.kept}/{told.due}"
        yield Value("promises-kept", side.value, kept, on, "milestones", rows)
    yield _counted("promises-overdue", published.overdue(on), on, "milestones")


def _memberships(on: datetime.date) -> Iterator[Value]:
    all_used, all_paid = RightUsed.objects.by_day(on), entries().up_to(on)
    counts = Counter(all_used.order_by().values_list("membership", flat=True))
    sums = dict(spending(all_paid.annotate(grouped_by=F("membership_id"))))
    for membership in Membership.objects.published().order_by("pk"):
        about = str(membership.pk)
        used = all_used.filter(membership=membership)
        paid = all_paid.filter(membership_id=membership.pk)
        spent, count = sums.get(membership.pk, 0), counts[membership.pk]
        yield Value("rights-used", about, count, on, "rights_used", used)
        yield Value("fees-paid", about, spent, on, "ledger", paid)
        yield Value(
            "cost-per-used-right", about, each(spent, count), on, "ledger", paid
        )

"""Whether a partnership is alive: one definition, for every page and every day.

A *deed* is a milestone met (and, of high priority, confirmed), an outcome realised, or
an engagement held for more than protocol that is more than a letter. A city's
partnership is *new* in the first year after its first signing; later it is *lively*
while its last deed is at most 365 days old, *fading* up to 730 and *dormant* beyond, or
when there never was a deed. Neither a letter nor an edit of a row counts, so correcting
a typo revives nothing; a deed of unknown date cannot be counted either.
"""

import datetime
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import models
from django.db.models import Count, Exists, F, Max, OuterRef, Q, Subquery, Value
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kashan_diplomacy.templatetags.persian import local

from .models import Agreement, City, Engagement, Milestone, Outcome
from .models.agreements import public_by

LIVELY_DAYS, FADING_DAYS, NEW_DAYS = 365, 730, 365
#: In the order in which they are named when several fall on one day.
KINDS = {"milestone": Milestone, "outcome": Outcome, "engagement": Engagement}
#: Where `with_deeds` notes the day of the last one of a kind.
_DAY = "last_%s_on"


class Vitality(models.TextChoices):
    """How alive a partnership is; "none" is a city that is no partner (yet)."""

    NEW = "new", _("new")
    LIVELY = "lively", _("lively")
    FADING = "fading", _("fading")
    DORMANT = "dormant", _("dormant")
    NONE = "none", _("no agreement yet")


@dataclass(frozen=True)
class Deed:
    """What a partnership's vitality rests on, and the day of it."""

    day: datetime.date
    record: Milestone | Outcome | Engagement

    @property
    def kind(self) -> str:
        return self.record._meta.verbose_name

    @property
    def title(self) -> str:
        if isinstance(self.record, Milestone):
            return local(self.record.obligation, "title")
        field = "description" if isinstance(self.record, Outcome) else "title"
        return local(self.record, field)

    @property
    def is_illustrative(self) -> bool:
        return self.record.is_illustrative

    def get_absolute_url(self) -> str:
        if isinstance(self.record, Milestone):
            return self.record.obligation.agreement.get_absolute_url()
        return self.record.get_absolute_url()

    @property
    def admin_url(self) -> str:
        meta = self.record._meta
        name = f"admin:{meta.app_label}_{meta.model_name}_change"
        return reverse(name, args=[self.record.pk])


@dataclass(frozen=True)
class _Deeds:
    """One kind of deed: which rows up to `on`, dated by which field."""

    model: type[models.Model]
    day: str
    rows: models.QuerySet


def _kinds(on: datetime.date, is_public: bool) -> dict[str, _Deeds]:
    met, realised = Milestone.objects.met(on), Outcome.objects.realised(on)
    held = Engagement.objects.deeds(on)
    if is_public:
        met, realised, held = (rows.published() for rows in (met, realised, held))
    return {
        "milestone": _Deeds(Milestone, "met_on", met),
        "outcome": _Deeds(Outcome, "realised_on", realised),
        "engagement": _Deeds(Engagement, "starts_on", held),
    }


def ids_of_city(
    rows: models.QuerySet, city: City, is_public: bool = False
) -> models.QuerySet:
    """The ids of those `rows` that belong to a city, themselves or by the agreement or
    engagement they name; for the public only by one that it may see.

    Each way is asked on its own, by the index that leads along it: one OR over all of
    them reads the whole table.
    """
    return _union(
        [led.values("pk") for _path, led in _of_cities(rows, [city.pk], is_public)]
    )


def paths_to_cities(model, is_public: bool) -> list[tuple[str, Q]]:
    """How rows lead to their cities, each way being enough: the path, and of which
    rows."""
    if model is Milestone:
        return [("obligation__agreement__city", Q())]
    agreement = engagement = Q()
    if is_public:
        today = timezone.localdate()
        agreement = public_by(today, "agreement__")
        engagement = Q(engagement__published_on__lte=today)
    if model is Engagement:
        return [("cities", Q()), ("agreement__city", agreement)]
    return [
        ("city", Q()),
        ("agreement__city", agreement),
        ("engagement__cities", engagement),
    ]


def _of_cities(rows: models.QuerySet, keys: Iterable[int], is_public: bool):
    """Those of `rows` that lead to these cities, along each path."""
    for path, seen in paths_to_cities(rows.model, is_public):
        yield path, rows.filter(seen, **{f"{path}__in": keys}).order_by()


def numbers_by_city(engagements: models.QuerySet, keys: Iterable[int]) -> Counter[int]:
    """How many of these the public sees of each city: those that name it, and those
    that lead to it by their agreement alone."""
    (name, naming), (path, led) = _of_cities(engagements, keys, is_public=True)
    led = led.exclude(**{name: F(path)})
    first, second = (
        rows.values_list(city).annotate(number=Count("pk"))
        for city, rows in ((name, naming), (path, led))
    )
    found: Counter[int] = Counter()
    for city, number in first.union(second, all=True):
        found[city] += number
    return found


def with_deeds(
    cities: models.QuerySet,
    on: datetime.date | None = None,
    *,
    is_public: bool = False,
) -> list[City]:
    """`cities` with what `vitality` and `last_deeds` need, as of day `on`, in two
    queries. `is_public` counts only what the public may see today.
    """
    on = on or timezone.localdate()
    found = list(_with_signing(cities, on, is_public))
    keys = [city.pk for city in found]
    parts = [
        rows.annotate(deed=Value(name, models.TextField()))
        .values_list("deed", path)
        .annotate(day=Max(deeds.day))
        for name, deeds in _kinds(on, is_public).items()
        for path, rows in _of_cities(deeds.rows, keys, is_public)
    ]
    newest: dict[tuple[str, int], datetime.date] = {}
    for name, city, day in _union(parts):
        newest[name, city] = max(day, newest.get((name, city), day))
    for city in found:
        for name in KINDS:
            setattr(city, _DAY % name, newest.get((name, city.pk)))
    return found


def _with_signing(cities, on: datetime.date, is_public: bool):
    """With whether anything is signed with each city, and since when."""
    agreements = Agreement.objects.published() if is_public else Agreement.objects.all()
    signed = agreements.signed(on).filter(city=OuterRef("pk"))
    # One signed on an unknown day comes first: who knows how old the partnership is.
    first = signed.order_by(F("signed_on").asc(nulls_first=True))
    return cities.annotate(
        is_partner=Exists(signed),
        first_signed_on=Subquery(first.values("signed_on")[:1]),
    )


def vitality(city: City, on: datetime.date | None = None) -> Vitality:
    """How alive the partnership with `city` is, a row of `with_deeds` of day `on`."""
    on = on or timezone.localdate()
    signed_on, deed_on = city.first_signed_on, last_deed_on(city)
    if signed_on and (on - signed_on).days <= NEW_DAYS:
        return Vitality.NEW
    if deed_on is None:
        return Vitality.DORMANT if city.is_partner else Vitality.NONE
    days = (on - deed_on).days
    if days <= LIVELY_DAYS:
        return Vitality.LIVELY
    return Vitality.FADING if days <= FADING_DAYS else Vitality.DORMANT


def last_deed_on(city: City) -> datetime.date | None:
    """The day of the last deed with `city`, a row of `with_deeds`."""
    days = (getattr(city, _DAY % name) for name in KINDS)
    return max(filter(None, days), default=None)


def last_deeds(
    cities: Iterable[City],
    on: datetime.date | None = None,
    *,
    is_public: bool = False,
) -> dict[int, Deed]:
    """The deed each of these rows of `with_deeds` of that day rests on, by city id.

    A query, and one for each kind of deed, at most four.
    """
    days = {city.pk: last_deed_on(city) for city in cities}
    found = {}
    for name, keys in last_deed_ids(cities, on, is_public=is_public).items():
        records = _loaded(KINDS[name]).in_bulk(set(keys.values()))
        for pk, key in keys.items():
            found[pk] = Deed(days[pk], records[key])
    return found


def last_deed_ids(
    cities: Iterable[City],
    on: datetime.date | None = None,
    *,
    is_public: bool = False,
) -> dict[str, dict[int, int]]:
    """{kind of deed: {city's id: the id of the deed it rests on}} of `with_deeds` of
    that day; of several on one day the one entered last."""
    kinds, last = _kinds(on or timezone.localdate(), is_public), _last_days(cities)
    parts = [
        rows.filter(**{f"{kinds[name].day}__in": set(days.values())})
        .annotate(deed=Value(name, models.TextField()))
        .values_list("deed", path, kinds[name].day, "pk")
        for name, days in last.items()
        for path, rows in _of_cities(kinds[name].rows, days, is_public)
    ]
    named: dict[str, dict[int, int]] = defaultdict(dict)
    for name, city, day, pk in sorted(_union(parts)) if parts else ():
        if day == last[name][city]:
            named[name][city] = pk
    return named


def _union(parts: list[models.QuerySet]) -> models.QuerySet:
    """All these rows; one part alone is no union to the ORM."""
    first, *others = parts
    return first.union(*others) if others else first


def _last_days(cities: Iterable[City]) -> dict[str, dict[int, datetime.date]]:
    """{kind of deed: {city's id: the day}} that rows of `with_deeds` rest on."""
    rests: dict[str, dict[int, datetime.date]] = defaultdict(dict)
    for city in cities:
        if day := last_deed_on(city):
            kind = next(name for name in KINDS if getattr(city, _DAY % name) == day)
            rests[kind][city.pk] = day
    return rests


def deeds_of(
    city: City, on: datetime.date | None = None, *, is_public: bool = False
) -> list[Deed]:
    """Every deed with `city` up to day `on`, the newest first."""
    on = on or timezone.localdate()
    found = []
    for deeds in _kinds(on, is_public).values():
        rows = ids_of_city(deeds.rows, city, is_public)
        for record in _loaded(deeds.model).filter(pk__in=rows):
            found.append(Deed(getattr(record, deeds.day), record))
    return sorted(found, key=lambda deed: deed.day, reverse=True)


def _loaded(model) -> models.QuerySet:
    rows = model.objects.order_by("-pk")
    if model is Milestone:
        return rows.select_related("obligation__agreement")
    return rows

"""To-do: partnerships that have fallen asleep."""

import datetime
from collections.abc import Iterable, Iterator

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from kashan_diplomacy.templatetags.persian import digits, local
from kashan_diplomacy.todo import HEAD, Item, Stage, about
from kashan_diplomacy.union_rows import part, read

from .models import Agreement, City
from .vitality import KINDS as DEEDS
from .vitality import Vitality, last_deed_ids, last_deed_on, vitality, with_deeds


def all_cities(on: datetime.date) -> list[City]:
    """Every city `with_deeds`, and whether an agreement `is_bound` with it."""
    in_force = Agreement.objects.in_force(on).filter(city=OuterRef("pk"))
    return with_deeds(City.objects.annotate(is_bound=Exists(in_force)), on)


def sleeping(on: datetime.date, cities: Iterable[City] | None = None) -> Iterator[Item]:
    """Cities with an agreement in force and no deed for two years.

    `cities` are the `all_cities` of day `on`, where a page has read them.
    """
    dormant = [
        city
        for city in (all_cities(on) if cities is None else cities)
        if city.is_bound and vitality(city, on) == Vitality.DORMANT
    ]
    titles = _last_deed_titles(dormant, on)
    for city in dormant:
        if day := last_deed_on(city):
            days = digits((on - day).days)
            why = _("Nothing has come of it for %(days)s days; the last was: %(deed)s.")
            why %= {"days": days, "deed": titles[city.pk]}
        else:
            why = _("The agreement is in force, but nothing has ever come of it.")
        since = day or city.first_signed_on
        yield Item(
            kind=_("sleeping partnership"),
            what=local(city, "name"),
            why=why,
            since=since,
            role=HEAD,
            **about(city, since, Stage.WAITING),
        )


def _last_deed_titles(cities: list[City], on: datetime.date) -> dict[int, str]:
    """What the last deed with each of these cities is called; two queries at most."""
    called = {
        "milestone": "obligation__title",
        "outcome": "description",
        "engagement": "title",
    }
    named = last_deed_ids(cities, on)
    rows = read(
        part(DEEDS[name].objects.filter(pk__in=ids.values()), title=called[name])
        for name, ids in named.items()
    )
    found = {}
    for ids, deeds in zip(named.values(), rows, strict=True):
        titles = {row.pk: local(row, "title") for row in deeds}
        found |= {city: titles[deed] for city, deed in ids.items()}
    return found

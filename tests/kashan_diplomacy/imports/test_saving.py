"""Many new rows at a time are saved as one is: versions, search, publication, links."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agreements.models import City, Engagement
from kashan_diplomacy.models import SearchTail
from kashan_diplomacy.search_index import tails_of
from tests.factories import make_city
from tests.spreadsheets import bring_in, carry_out, csv_bytes, looked_at

pytestmark = pytest.mark.django_db

CITY = ("name_fa", "name_en", "country", "published_on")


def cities(count, prefix="شهر"):
    rows = [
        (f"{prefix} {n}", f"{prefix}-C{n}", "BG", "1401-04-31") for n in range(count)
    ]
    return csv_bytes(CITY, *rows)


def test_new_rows_have_a_version_that_says_who_and_why(officer):
    kept = bring_in(officer, "cities", cities(3))
    user = kept.carried_out_by
    for city in City.objects.all():
        version = city.history.get()
        assert (version.history_type, version.history_user) == ("+", user)
        assert version.history_change_reason
        assert version.published_at == city.published_at is not None


def test_new_rows_are_found(officer):
    bring_in(officer, "cities", cities(3))
    for city in City.objects.all():
        stored = SearchTail.objects.filter(model="agreements.city", row_id=city.pk)
        assert set(stored.values_list("place", "tail")) == tails_of(city)


def test_city_named_twice_in_a_cell_is_linked_once(officer):
    make_city(name_fa="کازانلاک", name_en="Kazanlak")
    header = ("kind", "purpose", "title_fa", "title_en", "starts_on", "cities")
    row = ("meeting", "protocol", "دیدار", "Visit", "1401-04-31", "کازانلاک؛ Kazanlak")
    bring_in(officer, "engagements", csv_bytes(header, row))
    assert [str(city) for city in Engagement.objects.get().cities.all()] == ["کازانلاک"]


def test_more_rows_do_not_take_more_queries(officer):
    counts = []
    for count, prefix in ((5, "شهر"), (25, "بندر")):
        page = looked_at(officer, "cities", cities(count, prefix))
        with CaptureQueriesContext(connection) as queries:
            carry_out(officer, page)
        counts.append(len(queries))
    few, many = counts
    assert many <= few

"""Many rows at a time are saved as one is: versions, search, publication, links."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agreements.models import City, Engagement, Milestone, Organisation
from kashan_diplomacy.history import links, with_links
from kashan_diplomacy.jalali import to_gregorian
from kashan_diplomacy.models import SearchTail
from kashan_diplomacy.search_index import tails_of
from tests.factories import make_agreement, make_city, make_engagement, make_theme
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
        assert set(tails(city)) == tails_of(city)


def test_city_named_twice_in_a_cell_is_linked_once(officer):
    make_city(name_fa="کازانلاک", name_en="Kazanlak")
    header = ("kind", "purpose", "title_fa", "title_en", "starts_on", "cities")
    row = ("meeting", "protocol", "دیدار", "Visit", "1401-04-31", "کازانلاک؛ Kazanlak")
    bring_in(officer, "engagements", csv_bytes(header, row))
    engagement = Engagement.objects.get()
    assert [str(city) for city in engagement.cities.all()] == ["کازانلاک"]
    assert linked(engagement) == {"کازانلاک"}


def linked(row):
    """What the last version of the row was linked to."""
    version = with_links(row.history.all()).latest()
    return {str(other) for _field, rows in links(version) for other in rows}


def test_changed_rows_are_found_anew_and_have_a_version_with_their_links(officer):
    water, old, new = make_theme(name_fa="آب"), make_city(), make_city(name_fa="نجف")
    one, other = make_engagement(), make_engagement()
    for engagement in (one, other):
        engagement.themes.add(water)
        engagement.cities.add(old)
    header = ("id", "title_fa", "cities")
    rows = ((one.pk, "دیدار شهردار", "نجف"), (other.pk, other.title_fa, old.name_fa))
    done = bring_in(officer, "engagements", csv_bytes(header, *rows))
    assert (done.changed, done.unchanged) == (1, 1)
    one.refresh_from_db()
    assert [new] == list(one.cities.all())
    version = one.history.latest()
    assert (version.history_type, version.title_fa) == ("~", "دیدار شهردار")
    assert version.history_user == done.carried_out_by
    assert linked(one) == {"آب", "نجف"}
    assert one.search_text.startswith("دیدارشهردار")
    assert set(tails(one)) == tails_of(one)


def test_rows_without_a_history_are_saved_and_found(officer):
    header, row = ("name_fa", "name_en", "kind"), ("سفارت ژاپن", "Embassy", "embassy")
    bring_in(officer, "organisations", csv_bytes(header, row))
    organisation = Organisation.objects.get(name_en="Embassy")
    assert set(tails(organisation)) == tails_of(organisation)


def tails(row):
    stored = SearchTail.objects.filter(model=row._meta.label_lower, row_id=row.pk)
    return stored.values_list("place", "tail")


def test_planned_milestones_have_a_version_too(officer):
    make_agreement(title_fa="پیمان", signed_on=to_gregorian(1400, 1, 10))
    header = ("agreement", "side", "category", "title_fa", "title_en")
    header += ("repeats_every_months", "first_due_on")
    row = ("پیمان", "kashan", "training", "دوره", "Course", "12", "1401/04/31")
    done = bring_in(officer, "obligations", csv_bytes(header, row))
    first = Milestone.objects.first()
    assert first.due_on == first.original_due_on == to_gregorian(1401, 4, 31)
    assert first.history.get().history_user == done.carried_out_by


def test_more_rows_do_not_take_more_queries(officer):
    counts = []
    for count, prefix in ((5, "شهر"), (25, "بندر")):
        page = looked_at(officer, "cities", cities(count, prefix))
        with CaptureQueriesContext(connection) as queries:
            carry_out(officer, page)
        counts.append(len(queries))
    few, many = counts
    assert many <= few

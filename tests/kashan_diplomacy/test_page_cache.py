"""Pages are kept for as long as they are true, and for nobody who is signed in."""

import datetime

import pytest
from django.core.cache import cache
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from budget import ledger
from kashan_diplomacy import content_triggers, content_version
from tests.factories import (
    IN_1401,
    make_city,
    make_engagement,
    make_expense,
    make_line,
    make_milestone,
    make_user,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _pages_are_kept(settings, db):
    settings.PAGE_CACHE = True
    cache.clear()
    if connection.vendor == "postgresql":  # these tests never commit
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_unchanged_page_is_answered_with_304(client):
    make_city()
    first = client.get("/cities/")
    assert first.headers["Cache-Control"] == "public, max-age=0, s-maxage=10"
    assert not first.has_header("Vary")
    again = client.get("/cities/", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    assert again.content == b""
    assert again.headers["ETag"] == first.headers["ETag"]


def test_unchanged_page_costs_one_query(client, django_assert_num_queries):
    make_city()
    first = client.get("/cities/")
    with django_assert_num_queries(1):
        again = client.get("/cities/")
    assert again.content == first.content
    assert again.headers["ETag"] == first.headers["ETag"]
    for name in "Content-Security-Policy", "X-Frame-Options", "Content-Language":
        assert again.headers[name] == first.headers[name]


def test_each_address_language_and_query_has_a_page_of_its_own(client):
    city = make_city()
    pages = ["/cities/", "/en/cities/", "/cities/?on=1401-04-31", "/"]
    etags = {client.get(page).headers["ETag"] for page in pages}
    assert len(etags) == len(pages)
    assert city.name_en in client.get("/en/cities/").text


def test_unpublishing_is_seen_with_the_next_request(client):
    city = make_city()
    etag = client.get("/cities/").headers["ETag"]
    city.published_on = None
    city.save()
    answer = client.get("/cities/", headers={"If-None-Match": etag})
    assert answer.status_code == 200
    assert city.name_fa not in answer.text


def test_a_page_of_yesterday_is_not_todays(client, monkeypatch):
    etag = client.get("/").headers["ETag"]
    tomorrow = content_version.timezone.localdate() + datetime.timedelta(days=1)
    monkeypatch.setattr(content_version.timezone, "localdate", lambda: tomorrow)
    assert client.get("/").headers["ETag"] != etag


def test_who_has_a_session_gets_nothing_kept_and_leaves_nothing(client):
    make_city()
    client.force_login(make_user("reader", role="head"))
    signed_in = client.get("/cities/")
    assert signed_in.headers["Cache-Control"] == "private, max-age=0"
    assert not signed_in.has_header("ETag")
    client.logout()
    assert client.get("/cities/").has_header("ETag")


def test_what_is_for_staff_alone_is_never_kept(client):
    for page in "/admin/login/", "/admin/", "/calendar/x.ics", "/nowhere/":
        answer = client.get(page)
        assert "public" not in answer.headers.get("Cache-Control", ""), page
        assert not answer.has_header("ETag"), page


def test_a_public_page_starts_no_session(client):
    answer = client.get("/")
    assert not answer.cookies
    assert "Cookie" not in answer.headers.get("Vary", "")


def test_head_and_long_queries_keep_nothing(client):
    for ask, page in (client.head, "/cities/"), (client.get, "/cities/?x=" + "y" * 300):
        with CaptureQueriesContext(connection) as first:
            ask(page)
        with CaptureQueriesContext(connection) as second:
            client.get(page)
        assert len(second) == len(first) > 1, page


def test_every_change_of_public_rows_makes_a_new_version():
    seen = {content_version.content_version()}

    def renews(change, *args, **kwargs):
        with transaction.atomic():
            changed = change(*args, **kwargs)
        version = content_version.content_version()
        assert version not in seen
        seen.add(version)
        return changed

    city = renews(make_city)
    renews(type(city).objects.filter(pk=city.pk).update, name_en="Kazanlak")
    milestone = renews(make_milestone)
    renews(milestone.delete)
    engagement = renews(make_engagement)
    renews(engagement.cities.add, city)
    guests = engagement.participants
    renews(guests.create, side="partner", name="مهمان")
    line = renews(make_line, approved=100_000_000)
    line.title_en = "Guests"
    renews(line.save)
    expense = renews(make_expense, line=line)
    told = {"amount": 1000, "by": make_user(), "dated_on": IN_1401}
    renews(ledger.commit, expense=expense, **told)
    renews(ledger.pay, expense=expense, **told)


def test_what_is_rolled_back_leaves_the_version_as_it_was():
    before = content_version.content_version()
    with transaction.atomic():
        make_city()
        transaction.set_rollback(True)
    assert content_version.content_version() == before


def test_reading_changes_no_version(client):
    make_city()
    before = content_version.content_version()
    for page in "/", "/cities/", "/budget/":
        client.get(page)
    assert content_version.content_version() == before


def test_posting_writes_no_row_that_all_posters_share():
    expense = make_expense()
    token = content_triggers.ContentVersion.objects.get().token
    ledger.commit(expense=expense, amount=1000, by=make_user(), dated_on=IN_1401)
    assert content_triggers.ContentVersion.objects.get().token == token


def test_a_missing_trigger_is_reported_and_put_back():
    name = "agreements_city_seen_update"
    with connection.cursor() as cursor:
        on_table = " ON agreements_city" if connection.vendor == "postgresql" else ""
        cursor.execute(f"DROP TRIGGER {name}{on_table}")
    errors = content_triggers.check_triggers(None, databases=["default"])
    assert [name in error.msg for error in errors] == [True]
    content_triggers.install(connection)
    assert content_triggers.missing(connection) == []

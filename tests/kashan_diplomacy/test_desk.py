"""The to-do page and the private calendar."""

import icalendar
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from agreements.models import CalendarFeed
from kashan_diplomacy.desk import desk_of
from tests.factories import (
    IN_1401,
    make_engagement,
    make_fee,
    make_follow_up,
    make_line,
    make_milestone,
    make_user,
)
from tests.pages import latin_digits

pytestmark = pytest.mark.django_db


def kinds(items):
    return {item.key.partition(":")[0] for item in items}


def test_each_person_finds_their_own_first():
    head, officer, budget, auditor = (
        make_user(role=role)
        for role in ("head", "diplomacy_officer", "budget_officer", "auditor")
    )
    make_milestone()
    make_fee()
    make_follow_up(owner=auditor)
    make_follow_up()  # nobody's, so the head's, as the sleeping partner is
    engagement = {"engagement"}
    assert kinds(desk_of(officer).mine) == {"milestone"} | engagement
    assert kinds(desk_of(budget).mine) == {"membershipfee"}
    assert kinds(desk_of(auditor).mine) == {"followup"}
    assert kinds(desk_of(head).mine) == {"followup", "city"}
    assert len(desk_of(head).mine) == 2
    for user in (head, officer, budget, auditor):
        desk = desk_of(user)
        everything = {"milestone", "membershipfee", "followup", "city"} | engagement
        assert kinds([*desk.mine, *desk.others]) == everything


def test_nobody_sees_what_they_may_not():
    make_milestone()
    make_fee()
    desk = desk_of(make_user())
    assert (desk.mine, desk.others) == ([], [])


def test_the_page_shows_the_list_in_persian(client):
    make_milestone(due_on=IN_1401)
    client.force_login(make_user(role="diplomacy_officer"))
    response = client.get("/admin/todo/")
    assert "۳۱ تیر ۱۴۰۱" in response.text
    assert 'class="overdue"' in response.text
    assert latin_digits(response) == []
    assert client.get("/en/admin/todo/").status_code == 200


def test_the_page_is_for_staff_only(client):
    assert client.get("/admin/todo/").status_code == 302
    client.force_login(make_user())
    assert client.get("/admin/todo/").status_code == 302


def test_the_start_page_shows_the_list(client):
    follow_up = make_follow_up(action="نامه به سفیر برزیل")
    client.force_login(make_user(role="head"))
    page = client.get("/admin/").text
    assert follow_up.action in page
    assert 'href="/admin/todo/"' in page


@pytest.mark.once
def test_the_page_costs_the_same_for_many_items(client):
    client.force_login(make_user(role="head"))

    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert client.get("/admin/todo/").status_code == 200
        return len(captured)

    def add():
        make_follow_up(owner=make_user(role="diplomacy_officer"))
        make_milestone()
        make_fee()

    make_line(approved=1)
    add()
    client.get("/admin/todo/")
    few = queries()
    for _ in range(9):
        add()
    assert queries() == few <= 12


# --- The calendar --------------------------------------------------------------------


def make_feed(client, user):
    client.force_login(user)
    response = client.post("/admin/todo/", {"make": "1"}, follow=True)
    [message] = response.context["messages"]
    address = str(message).partition("http://testserver")[2]
    client.logout()
    return address.partition("<")[0]


def test_the_secret_address_gives_a_persons_own_items(client):
    user = make_user(role="diplomacy_officer")
    milestone = make_milestone(due_on=IN_1401)
    make_fee()  # another's
    make_follow_up(
        owner=user, engagement=make_engagement(starts_on=None, is_date_unknown=True)
    )  # of no day
    address = make_feed(client, user)
    response = client.get(address)
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert response["Cache-Control"] == "private, no-store"
    [event] = icalendar.Calendar.from_ical(response.content).walk("VEVENT")
    assert event.decoded("DTSTART") == IN_1401
    assert milestone.obligation.title_fa in event["SUMMARY"]
    assert f"/milestone/{milestone.pk}/" in event["URL"]
    assert max(map(len, response.content.split(b"\r\n"))) <= 75


def test_the_token_is_not_kept_and_another_ends_the_first(client):
    user = make_user(role="head")
    first, second = make_feed(client, user), make_feed(client, user)
    token = second.removeprefix("/calendar/").removesuffix(".ics")
    assert len(token) >= 43
    feed = CalendarFeed.objects.get()
    assert token not in (feed.digest, *map(str, vars(feed).values()))
    assert client.get(first).status_code == 404
    assert client.get(second).status_code == 200


def test_a_revoked_or_guessed_address_or_one_of_who_left_opens_nothing(client):
    user = make_user(role="head")
    address = make_feed(client, user)
    digest = CalendarFeed.objects.get().digest
    for guess in ("x", digest, "x" * 43):
        assert client.get(f"/calendar/{guess}.ics").status_code == 404
    user.is_active = False
    user.save()
    assert client.get(address).status_code == 404
    user.is_active = True
    user.save()
    client.force_login(user)
    assert client.get("/admin/todo/").context["has_feed"]
    client.post("/admin/todo/", {"revoke": "1"})
    assert client.get(address).status_code == 404
    assert not CalendarFeed.objects.exists()


def test_who_loses_a_right_loses_it_in_the_calendar_too(client):
    user = make_user(role="diplomacy_officer")
    make_milestone(due_on=timezone.localdate())
    address = make_feed(client, user)
    assert b"VEVENT" in client.get(address).content
    user.groups.clear()
    assert b"VEVENT" not in client.get(address).content


def test_the_calendar_takes_no_post(client):
    address = make_feed(client, make_user(role="head"))
    assert client.post(address).status_code == 405

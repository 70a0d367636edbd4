"""The feed, the public calendar, the sitemap and robots.txt."""

import datetime
from xml.etree import ElementTree

import pytest
from django.utils import timezone

from budget import closing
from tests.factories import (
    IN_1401,
    make_agreement,
    make_city,
    make_engagement,
    make_line,
    make_milestone,
    make_obligation,
    make_theme,
    make_user,
)

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)
ATOM = {"a": "http://www.w3.org/2005/Atom"}
SITEMAP = {
    "s": "http://www.sitemaps.org/schemas/sitemap/0.9",
    "x": "http://www.w3.org/1999/xhtml",
}


def parsed(answer):
    return ElementTree.fromstring(answer.content)  # noqa: S314 - our own


def entries(client, address="/en/feed.atom"):
    tree = parsed(client.get(address))
    return {
        entry.find("a:title", ATOM).text: entry.find("a:id", ATOM).text
        for entry in tree.findall("a:entry", ATOM)
    }


def test_feed_tells_of_engagements_promises_and_closings(client):
    engagement = make_engagement(title_en="Talks about waste")
    agreement = make_agreement(city=make_city(name_en="Kazanlak"))
    obligation = make_obligation(agreement=agreement)
    kept = make_milestone(
        obligation=obligation, verdict="met", met_on=IN_1401, evidence="گزارش"
    )
    late = make_milestone(obligation=obligation)
    year = make_line(approved=1000).fiscal_year
    closing.close_month(year=year, month=1, by=make_user())
    found = entries(client)
    assert found == {
        "Meeting: Talks about waste": (
            f"urn:kashan-diplomacy:engagement:{engagement.pk}"
        ),
        "Met: Hold a cultural week (Kazanlak, Kashan)": (
            f"urn:kashan-diplomacy:milestone:{kept.pk}:met"
        ),
        "Overdue: Hold a cultural week (Kazanlak, Kashan)": (
            f"urn:kashan-diplomacy:milestone:{late.pk}:overdue"
        ),
        "Books closed: Farvardin 1401": (
            f"urn:kashan-diplomacy:closing:{year.closings.get().pk}"
        ),
    }
    assert "دیدار: دیدار" in entries(client, "/feed.atom")


def test_feed_is_short_however_much_there_is(client, django_assert_max_num_queries):
    for _ in range(60):
        make_engagement()
    with django_assert_max_num_queries(4):
        tree = parsed(client.get("/feed.atom"))
    assert len(tree.findall("a:entry", ATOM)) == 50


def test_a_promise_just_judged_is_news_however_long_ago_it_was_due(client):
    agreement, today = make_agreement(), timezone.localdate()
    lately, why = make_obligation(agreement=agreement), {"verdict_reason": "سفر"}
    for days in range(1, 52):
        make_milestone(due_on=today - days * DAY, obligation=lately)
        make_milestone(
            due_on=today - (days + 90) * DAY,
            obligation=lately,
            verdict="waived",
            reviewed_on=today - 90 * DAY,
            **why,
        )
    kept = {"verdict": "met", "met_on": today, "evidence": "گزارش"}
    unkept = {"verdict": "not_met", "reviewed_on": today, **why}
    long_ago = make_obligation(agreement=agreement, title_en="Send a report")
    make_milestone(due_on=today - 900 * DAY, obligation=long_ago, **kept)
    make_milestone(due_on=today - 901 * DAY, obligation=long_ago, **unkept)
    told = {title.partition(" (")[0] for title in entries(client)}
    assert {"Met: Send a report", "Not met: Send a report"} < told


def test_calendar_holds_events_and_promises_to_be_kept(client):
    make_engagement(
        title_en="Cultural week",
        starts_on=IN_1401,
        ends_on=IN_1401 + datetime.timedelta(days=2),
    )
    make_engagement(title_en="Off", cancelled_on=IN_1401, cancellation_reason="سفر")
    make_milestone(due_on=timezone.localdate() + datetime.timedelta(days=9))
    make_milestone(verdict="met", met_on=IN_1401, evidence="گزارش")
    answer = client.get("/en/events.ics")
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    text = answer.text.replace("\r\n ", "")
    assert text.count("BEGIN:VEVENT") == 2
    assert "SUMMARY:Cultural week" in text
    assert "DTSTART;VALUE=DATE:20220722\r\nDTEND;VALUE=DATE:20220725" in text
    assert "SUMMARY:Due: Hold a cultural week" in text
    assert text == client.get("/en/events.ics").text.replace("\r\n ", "")


def test_sitemap_names_every_page_in_both_languages(client):
    city = make_city(slug="kazanlak")
    make_theme()
    tree = parsed(client.get("/sitemap.xml"))
    pages = {
        url.find("s:loc", SITEMAP).text: {
            link.get("hreflang"): link.get("href")
            for link in url.findall("x:link", SITEMAP)
        }
        for url in tree.findall("s:url", SITEMAP)
    }
    host = "http://testserver"
    for path in "/", "/cities/", "/data/", "/themes/waste/", city.get_absolute_url():
        both = {"fa": host + path, "en": f"{host}/en{path}"}
        both["x-default"] = both["fa"]
        for address in both.values():
            assert pages[address] == both
    for address in pages:
        assert client.get(address).status_code == 200, address


def test_robots_are_shown_the_sitemap_and_kept_from_what_is_not_for_them(client):
    answer = client.get("/robots.txt")
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    lines = answer.text.splitlines()
    assert "Sitemap: http://testserver/sitemap.xml" in lines
    assert {"Disallow: /admin/", "Disallow: /en/admin/"} < set(lines)

"""Lists narrowed to Jalali periods, to days typed, and to what waits for somebody."""

import datetime

import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.urls import reverse
from django.utils import translation

from agreements.models import FollowUp
from budget import ledger
from kashan_diplomacy.admin_periods import Period
from tests.factories import (
    IN_1401,
    make_engagement,
    make_expense,
    make_follow_up,
    make_line,
    make_milestone,
    make_obligation,
    make_outcome,
    make_theme,
    make_user,
)

pytestmark = pytest.mark.django_db

ENGAGEMENTS = "admin:agreements_engagement_changelist"
NEW_YEAR_1402 = datetime.date(2023, 3, 21)


@pytest.fixture(autouse=True)
def persian():
    with translation.override("fa"):
        yield


@pytest.fixture
def head(client):
    user = make_user(role="head")
    client.force_login(user)
    return user


def listed(client, name, **query):
    return list(client.get(reverse(name), query).context["cl"].queryset)


@pytest.mark.parametrize("text", ["1401", "1401-04", "1401-04-31", "1403-12-30"])
def test_period_is_written_as_it_is_read(text):
    assert str(Period.read(text)) == text


@pytest.mark.parametrize(
    "text", ["2022", "1401-13", "1401-07-31", "1404-12-30", "x", "1401-0", "1-2-3-4"]
)
def test_what_is_no_period_is_refused(text):
    with pytest.raises(ValueError):
        Period.read(text)


def test_list_is_narrowed_to_a_year_a_month_and_a_day(client, head):
    tir, farvardin = make_engagement(), make_engagement(starts_on=NEW_YEAR_1402)
    for period, expected in {
        "1401": [tir],
        "1401-04": [tir],
        "1401-04-31": [tir],
        "1401-04-30": [],
        "1402-01-01": [farvardin],
        "1400": [],
    }.items():
        assert listed(client, ENGAGEMENTS, period=period) == expected, period


def test_what_has_days_is_offered_and_nothing_else(client, head):
    make_engagement()
    make_engagement(starts_on=NEW_YEAR_1402)
    make_engagement(starts_on=None, is_date_unknown=True)
    cl = client.get(reverse(ENGAGEMENTS)).context["cl"]
    assert [label for label, _link in cl.periods()["parts"]] == ["۱۴۰۱", "۱۴۰۲"]
    cl = client.get(reverse(ENGAGEMENTS), {"period": "1401"}).context["cl"]
    months = [label for label, _link in cl.periods()["parts"]]
    assert (months[0], months[-1]) == ("تیر", "اسفند")
    cl = client.get(reverse(ENGAGEMENTS), {"period": "1401-04"}).context["cl"]
    assert [label for label, _link in cl.periods()["parts"]] == ["۳۱"]
    assert [label for label, _link in cl.periods()["around"]] == ["۱۴۰۱"]


def test_period_keeps_what_else_is_asked_of_the_list(client, head):
    make_engagement()
    query = {"kind__exact": "meeting", "q": "دیدار"}
    cl = client.get(reverse(ENGAGEMENTS), query).context["cl"]
    _label, link = cl.periods()["parts"][0]
    assert all(part in link for part in ("kind__exact=meeting", "q=", "period=1401"))


def test_list_without_dated_rows_offers_no_period(client, head):
    page = client.get(reverse(ENGAGEMENTS))
    assert page.context["cl"].periods() is None
    assert 'class="periods"' not in page.text


def test_period_that_does_not_exist_is_not_answered_with_a_whole_list(client, head):
    page = client.get(reverse(ENGAGEMENTS), {"period": "1401-13"})
    assert page.status_code == 302
    assert page.url.endswith("?e=1")


def test_day_of_an_instant_is_that_of_tehran(client, head):
    entry = LogEntry.objects.create(user=head, action_flag=CHANGE, object_repr="x")
    late = datetime.datetime(2022, 7, 22, 21, 5, tzinfo=datetime.UTC)  # 01:35 there
    LogEntry.objects.filter(pk=entry.pk).update(action_time=late)
    log = "admin:admin_logentry_changelist"
    assert listed(client, log, period="1401-05-01") == [entry]
    assert listed(client, log, period="1401-04-31") == []
    typed = {"action_time__since": "1401/5/1", "action_time__until": "1401/5/1"}
    assert listed(client, log, **typed) == [entry]


def test_list_is_narrowed_to_the_days_typed(client, head):
    tir, farvardin = make_engagement(), make_engagement(starts_on=NEW_YEAR_1402)
    for typed, expected in {
        ("۱۴۰۱/۰۴/۳۱", ""): [farvardin, tir],
        ("۱۴۰۱/۰۵/۰۱", ""): [farvardin],
        ("", "1401-4-31"): [tir],
        ("1401/1/1", "1401/4/30"): [],
    }.items():
        query = dict(zip(("starts_on__since", "starts_on__until"), typed, strict=True))
        assert listed(client, ENGAGEMENTS, **query) == expected, typed


def test_days_that_cannot_be_read_list_nothing_and_say_why(client, head):
    make_engagement()
    page = client.get(reverse(ENGAGEMENTS), {"starts_on__since": "2022-07-22"})
    assert list(page.context["cl"].queryset) == []
    assert 'value="2022-07-22"' in page.text
    assert 'class="errorlist"' in page.text


def test_download_holds_the_days_that_are_on_screen(client, head):
    make_engagement(title_en="In Tir")
    make_engagement(title_en="Later", starts_on=NEW_YEAR_1402)
    address = reverse("admin:agreements_engagement_csv")
    for query in ({"period": "1401"}, {"starts_on__until": "1401/12/29"}):
        rows = b"".join(client.get(address, query).streaming_content).decode()
        assert "In Tir" in rows
        assert "Later" not in rows


def test_season_and_fiscal_year_are_ready_to_be_chosen(client, head):
    cl = client.get(reverse("admin:agreements_milestone_changelist")).context["cl"]
    spec = next(spec for spec in cl.filter_specs if hasattr(spec, "form"))
    labels = [str(choice["display"]) for choice in spec.choices(cl)]
    assert len({*labels}) == len(labels)
    assert len(labels) == 6


def test_milestones_and_outcomes_wait_for_a_second_person(client, head):
    somebody = make_user()
    obligation = make_obligation(priority="high")
    met = {"obligation": obligation, "verdict": "met", "met_on": IN_1401}
    met |= {"evidence": "گزارش", "reviewed_on": IN_1401}
    theirs = make_milestone(**met, verdict_by=somebody)
    make_milestone(**met, verdict_by=head)
    claim = make_outcome(claimed_by=somebody)
    make_outcome(claimed_by=head)
    mine = {"for": "me"}
    milestones = listed(client, "admin:agreements_milestone_changelist", **mine)
    assert milestones == [theirs]
    assert listed(client, "admin:agreements_outcome_changelist", **mine) == [claim]


def test_follow_ups_wait_for_their_owner_while_they_are_open(client, head):
    mine = make_follow_up(owner=head)
    make_follow_up()
    done = make_follow_up(owner=head)
    FollowUp.objects.filter(pk=done.pk).update(done_on=IN_1401, what_was_done="شد")
    found = listed(client, "admin:agreements_followup_changelist", **{"for": "me"})
    assert found == [mine]


def test_expenses_wait_for_who_may_post_and_has_not_requested(client, head):
    draft = make_expense()
    make_expense(line=draft.line, requested_by=head)
    done = make_expense(line=draft.line)
    on = {"by": head, "dated_on": IN_1401}
    ledger.commit(expense=done, amount=done.requested, **on)
    expenses = "admin:budget_expense_changelist"
    assert set(listed(client, expenses, **{"for": "me"})) == {draft, done}
    done.refresh_from_db()
    ledger.pay(expense=done, amount=done.requested, **on)
    assert listed(client, expenses, **{"for": "me"}) == [draft]
    client.force_login(make_user(role="diplomacy_officer"))
    assert listed(client, expenses, **{"for": "me"}) == []


def test_empty_selection_downloads_nothing(client, head):
    make_engagement()
    page = client.post(
        reverse(ENGAGEMENTS), {"action": "download_csv", "_selected_action": []}
    )
    assert page.headers["Content-Type"].startswith("text/html")


def test_english_pages_show_both_calendars(client, head):
    make_engagement()
    theme = make_theme()
    LogEntry.objects.log_actions(head.pk, [theme], CHANGE, "", single_object=True)
    moment = datetime.datetime(2022, 7, 22, 9, 5, tzinfo=datetime.UTC)
    LogEntry.objects.update(action_time=moment)
    history = "admin:agreements_theme_history"
    with translation.override("en"):
        pages = reverse(ENGAGEMENTS), reverse(history, args=[theme.pk])
    for page in pages:
        assert "31 Tir 1401 (22 July 2022)" in client.get(page).text


def test_entries_of_a_period_stand_by_their_days_unless_told_otherwise(client, head):
    line = make_line()
    posted = [
        ledger.approve(line=line, amount=10, by=head, dated_on=day, kind=kind)
        for kind, day in (
            ("budget", IN_1401),
            ("supplement", datetime.date(2022, 3, 22)),
            ("supplement", datetime.date(2022, 5, 1)),
        )
    ]
    entries = "admin:budget_entry_changelist"
    by_number, by_day = posted[::-1], [posted[0], posted[2], posted[1]]
    assert listed(client, entries) == by_number
    assert listed(client, entries, period="1401") == by_day
    assert listed(client, entries, period="1401", o="-1") == by_number

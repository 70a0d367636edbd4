"""Reminders: once per person, item and stage, whatever nights were missed."""

import datetime
import io

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.core.management import CommandError, call_command
from django.utils import timezone

from agreements.models import Reminder
from tests.factories import (
    IN_1401,
    make_engagement,
    make_follow_up,
    make_milestone,
    make_obligation,
    make_user,
)

pytestmark = [pytest.mark.once, pytest.mark.django_db]

DAY = datetime.timedelta(days=1)


@pytest.fixture
def officer():
    return make_user(role="diplomacy_officer", email="officer@example.org")


@pytest.fixture
def send(monkeypatch):
    """Run the command on a day; what was mailed and what was said."""

    def run(on, *arguments):
        monkeypatch.setattr(timezone, "localdate", lambda *_: on)
        mail.outbox.clear()
        out = io.StringIO()
        call_command("send_reminders", *arguments, stdout=out)
        return mail.outbox[:], out.getvalue()

    return run


def test_a_person_is_told_once_in_each_stage(officer, send):
    make_milestone(due_on=IN_1401)
    days_asked = (*range(-32, -28), *range(-9, -5), *range(-1, 4), 11)
    told = [days for days in days_asked if send(IN_1401 + days * DAY)[0]]
    assert told == [-30, -7, 1]
    assert Reminder.objects.filter(user=officer).count() == 3


def test_after_three_missed_days_it_arrives_once(officer, send):
    make_milestone(due_on=IN_1401)
    send(IN_1401 - 8 * DAY)
    [message], _said = send(IN_1401 + 3 * DAY)  # neither "near" nor the first late day
    assert message.to == ["officer@example.org"]
    assert send(IN_1401 + 3 * DAY)[0] == []
    assert send(IN_1401 + 4 * DAY)[0] == []


def test_the_mail_says_what_why_when_and_where(officer, send, settings):
    settings.SITE_URL = "https://diplomacy.example.org"
    milestone = make_milestone(
        due_on=IN_1401,
        is_illustrative=True,
        obligation=make_obligation(title_fa="هفته فرهنگی & جشن"),
    )
    [message], _said = send(IN_1401 + DAY)
    assert "هفته فرهنگی & جشن" in message.body
    assert "۳۱ تیر ۱۴۰۱" in message.body
    address = "https://diplomacy.example.org/admin/agreements/milestone/"
    assert f"{address}{milestone.pk}/change/" in message.body
    assert "۱" in message.subject


def test_several_things_come_in_one_mail_and_each_person_gets_their_own(officer, send):
    head = make_user(role="head", email="head@example.org")
    make_milestone(due_on=IN_1401)
    make_milestone(due_on=IN_1401)
    undated = make_engagement(starts_on=None, is_date_unknown=True)
    make_follow_up(engagement=undated, action="نامه")
    messages, _said = send(IN_1401)
    bodies = {message.to[0]: message.body for message in messages}
    assert bodies.keys() == {officer.email, head.email}
    assert "نامه" in bodies[head.email]
    assert "نامه" not in bodies[officer.email]


def test_a_moved_date_is_told_of_again(officer, send):
    follow_up = make_follow_up(owner=officer, due_on=IN_1401)
    follow_up.engagement.report = follow_up.engagement.result = "ا"
    follow_up.engagement.next_steps = "ا"
    follow_up.engagement.save()
    assert send(IN_1401)[0]
    follow_up.move(IN_1401 + DAY, reason="سفر", by=officer)
    assert send(IN_1401)[0]


def test_what_its_owner_may_not_see_reaches_the_head(officer, send):
    head = make_user(role="head", email="head@example.org")
    undated = make_engagement(starts_on=None, is_date_unknown=True)
    make_follow_up(owner=officer, due_on=IN_1401, engagement=undated)
    officer.groups.clear()
    messages, _said = send(IN_1401)
    assert [message.to for message in messages] == [[head.email]]


def test_a_dry_run_tells_and_remembers_nothing(officer, send):
    make_milestone(due_on=IN_1401)
    messages, said = send(IN_1401, "--dry-run")
    assert messages == []
    assert "would be told of 1" in said
    assert not Reminder.objects.exists()
    assert send(IN_1401)[0]


def test_who_has_no_address_is_named_and_not_taken_for_told(send):
    officer = make_user("kashani", role="diplomacy_officer")
    make_milestone(due_on=IN_1401)
    messages, said = send(IN_1401)
    assert messages == []
    assert "kashani: no e-mail address" in said
    officer.email = "officer@example.org"
    officer.save()
    assert send(IN_1401)[0]


def test_a_mail_that_fails_is_tried_again_and_stops_nobody_elses(
    officer, send, monkeypatch
):
    make_user(role="diplomacy_officer", email="another@example.org")
    make_milestone(due_on=IN_1401)
    deliver = EmailBackend.send_messages

    def refuse(self, messages):
        if messages[0].to == [officer.email]:
            raise OSError("no route")
        return deliver(self, messages)

    monkeypatch.setattr(EmailBackend, "send_messages", refuse)
    with pytest.raises(CommandError, match="no route"):
        send(IN_1401)
    assert [message.to for message in mail.outbox] == [["another@example.org"]]
    assert not Reminder.objects.filter(user=officer).exists()
    monkeypatch.undo()
    monkeypatch.setattr(timezone, "localdate", lambda *_: IN_1401)
    mail.outbox.clear()
    call_command("send_reminders", stdout=io.StringIO())
    assert [message.to for message in mail.outbox] == [[officer.email]]

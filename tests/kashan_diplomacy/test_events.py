"""The log: one JSON object a line, nothing forged, nothing secret."""

import json
import logging

import pytest
from django.contrib.auth.models import Group, User
from django.test import TestCase
from django.urls import reverse

from budget import closing
from kashan_diplomacy.events import JsonFormatter, event
from tests.factories import make_agreement, make_line, make_user, make_year
from tests.kashan_diplomacy.access.steps import PASSWORD, give_password, make_person
from tests.spreadsheets import carry_out, csv_bytes, looked_at

pytestmark = pytest.mark.django_db


class Lines(logging.Handler):
    """What the log would be written as."""

    def __init__(self):
        super().__init__()
        self.setFormatter(JsonFormatter())
        self.written = []

    def emit(self, record):
        self.written.append(self.format(record))

    def events(self, name):
        entries = map(json.loads, self.written)
        return [entry for entry in entries if entry.get("event") == name]


@pytest.fixture
def log():
    logger, lines = logging.getLogger("kashan.events"), Lines()
    before = logger.level
    logger.addHandler(lines)
    logger.setLevel(logging.INFO)
    yield lines
    logger.removeHandler(lines)
    logger.setLevel(before)


@pytest.fixture
def as_in_production(settings):
    settings.AXES_ENABLED = True
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def make_root():
    return User.objects.create(username="root", is_superuser=True, is_staff=True)


@pytest.mark.parametrize(
    "name", ['a\nb {"event": "sign_in"}', "a\r\nb", "a\u2028b", "a\x85b", 'a"}', "شهر"]
)
def test_no_name_begins_a_line_or_an_entry_of_its_own(log, name):
    event("sign_in_failed", user=name)
    (line,) = log.written
    assert line.isascii() and len(line.splitlines()) == 1
    assert json.loads(line)["user"] == name


def test_trouble_is_one_line_with_its_traceback():
    try:
        raise ValueError("a\nb")
    except ValueError as error:
        trouble = (ValueError, error, error.__traceback__)
    record = logging.LogRecord("x", 40, "", 1, "broke %s", ("\n",), trouble)
    line = JsonFormatter().format(record)
    assert len(line.splitlines()) == 1
    assert "ValueError" in json.loads(line)["traceback"]


def test_address_of_a_calendar_is_not_logged():
    record = logging.LogRecord("x", 30, "", 1, "%s", ("/en/calendar/s3cret.ics",), None)
    assert "s3cret" not in JsonFormatter().format(record)


def test_sign_in_failure_and_lock_out_are_told_without_the_password(
    client, log, as_in_production
):
    make_person("auditor", username="auditor")
    for _number in range(5):
        give_password(client, "auditor", "نادرستنادرست")
    give_password(client, "auditor", REMOTE_ADDR="198.51.100.9")
    client.post(reverse("admin:logout"), REMOTE_ADDR="198.51.100.9")
    assert [e["user"] for e in log.events("sign_in_failed")] == ["auditor"] * 5
    (lock_out,) = log.events("lock_out")
    assert (lock_out["user"], lock_out["address"]) == ("auditor", "127.0.0.1")
    (sign_in,) = log.events("sign_in")
    assert (sign_in["address"], sign_in["with_code"]) == ("198.51.100.9", False)
    assert log.events("sign_out")
    written = " ".join(log.written)
    for secret in ("نادرست", PASSWORD):
        assert json.dumps(secret)[1:-1] not in written


def test_refusal_is_told_with_person_and_page(client, log):
    client.force_login(make_user("budget", role="budget_officer"))
    client.get("/admin/auth/user/")
    (refusal,) = log.events("permission_refused")
    assert (refusal["user"], refusal["path"]) == ("budget", "/admin/auth/user/")


def test_posting_and_closing_are_told_once_they_are_stored(log):
    with TestCase.captureOnCommitCallbacks() as callbacks:
        year = make_year(1401)
        line = make_line(fiscal_year=year, approved=1000)
        closing.close_month(year=year, month=1, by=make_user("head"))
    assert not log.written
    for callback in callbacks:
        callback()
    (posted,) = log.events("ledger_post")
    entry = line.fiscal_year.entries.get()
    assert (posted["seq"], posted["rial"], posted["kind"]) == (1, 1000, "budget")
    assert posted["digest"] == entry.digest
    (closed,) = log.events("period_closed")
    assert (closed["user"], closed["month"]) == ("head", 1)


def test_download_is_told(client, log):
    client.force_login(make_user("auditor", role="auditor"))
    client.get(reverse("admin:export_csv", args=["cities"])).getvalue()
    (export,) = log.events("export")
    assert (export["user"], export["list"]) == ("auditor", "cities")


def test_publishing_is_told(client, log):
    client.force_login(make_root())
    city = make_agreement().city
    form = client.get(reverse("admin:agreements_city_change", args=[city.pk]))
    typed = form.context["adminform"].form.initial
    typed = {name: value for name, value in typed.items() if value is not None}
    typed |= {"published_on": "1402-01-01", "country": "BG"}
    client.post(form.wsgi_request.path, typed)
    (published,) = log.events("publish")
    assert (published["model"], published["id"]) == ("agreements.city", city.pk)


def test_publishing_by_the_button_and_taking_back_are_told(client, log):
    client.force_login(make_root())
    city = make_agreement().city
    page = reverse("admin:agreements_city_publication", args=[city.pk])
    for button in ("publish", "unpublish"):
        client.post(page, {button: "1"})
    published, taken_back = log.events("publish")
    assert published["published_on"] and taken_back["published_on"] is None


def test_publishing_by_an_import_is_told_once_it_is_stored(client, log):
    client.force_login(make_root())
    header = ("name_fa", "name_en", "country", "published_on")
    rows = csv_bytes(header, ("شینینگ", "Xining", "CN", "1402-01-01"))
    page = looked_at(client, "cities", rows)
    assert not log.events("publish")
    with TestCase.captureOnCommitCallbacks(execute=True):
        carry_out(client, page)
    (published,) = log.events("publish")
    assert (published["user"], published["model"]) == ("root", "agreements.city")


def test_change_of_role_is_told_with_before_and_after(client, log):
    client.force_login(make_root())
    user = make_user("auditor", role="auditor")
    group = Group.objects.get(name="head")
    page = reverse("admin:auth_user_change", args=[user.pk])
    typed = {"username": "auditor", "is_active": "on", "is_staff": "on"}
    client.post(page, typed | {"groups": group.pk})
    (change,) = log.events("role_change")
    assert (change["user"], change["of"]) == ("root", "auditor")
    assert change["before"]["roles"] == ["auditor"]
    assert change["after"]["roles"] == ["head"]

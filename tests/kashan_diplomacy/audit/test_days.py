"""A range of days: what of each list falls into it, on the page and in the files."""

import datetime
import io
import json
import zipfile
from hashlib import sha256

import pytest
from django.db.models import DateField
from django.urls import reverse
from django.utils import timezone

from budget import ledger
from kashan_diplomacy.audit.days import DATED, Days, cut_by
from kashan_diplomacy.export_views import EXPORTS
from kashan_diplomacy.jalali import to_gregorian
from kashan_diplomacy.models import CodeReset, Download, SignIn
from tests.factories import (
    make_engagement,
    make_expense,
    make_line,
    make_user,
    make_year,
)
from tests.kashan_diplomacy.test_exports import table

pytestmark = pytest.mark.django_db

TIR = Days(to_gregorian(1401, 4, 1), to_gregorian(1401, 4, 31))
MIDDLE_OF_TIR = datetime.datetime(2022, 7, 7, tzinfo=datetime.UTC)
ASKED = {"first": "۱۴۰۱/۰۴/۰۱", "last": "1401-04-31"}
BAD = [
    {"first": "1401-04-31", "last": "1401-04-01"},
    {"first": "1401-04-01"},
    {"first": "2022-07-01", "last": "1401-04-31"},
    {"first": "x", "last": ""},
]


@pytest.fixture
def auditor(client):
    user = make_user(role="auditor")
    client.force_login(user)
    return client


def post_on(line, *days):
    for day in days:
        dated_on = to_gregorian(*day)
        ledger.approve(line=line, amount=10, by=make_user(), dated_on=dated_on)


def csv_of(client, name, **asked):
    url = reverse("admin:audit_days_csv", args=[name])
    return table(client.get(url, asked or ASKED).getvalue().decode())


def test_both_ends_belong_to_the_range(auditor):
    line = make_line(fiscal_year=make_year(1401))
    post_on(line, (1401, 3, 31), (1401, 4, 1), (1401, 4, 31), (1401, 5, 1))
    days = [row["dated_on_jalali"] for row in csv_of(auditor, "ledger")]
    assert days == ["1401-04-01", "1401-04-31"]


def test_moments_are_cut_at_midnight_in_tehran(auditor):
    for hour, is_in in (("2022-06-21T19:29:59", False), ("2022-06-21T19:30:00", True)):
        moment = datetime.datetime.fromisoformat(f"{hour}+00:00")
        Download.objects.create(name=hour, user=make_user(), started_at=moment)
        assert TIR.rows_of("downloads").filter(name=hour).exists() is is_in


def test_list_of_what_there_is_stays_whole(auditor):
    make_expense()
    assert TIR.rows_of("users").count() == EXPORTS["users"].queryset().count() > 1


def test_sign_ins_and_code_resets_outside_the_range_are_left_out():
    where = {"username": "ناشناس", "ip_address": "192.0.2.1", "user_agent": "x"}
    for moment, number in ((timezone.now(), 0), (MIDDLE_OF_TIR, 1)):
        SignIn.objects.create(**where)
        SignIn.objects.filter(pk=SignIn.objects.latest("pk").pk).update(
            attempt_time=moment
        )
        CodeReset.objects.create(user=make_user(), reason="گم شد", reset_at=moment)
        for name in ("sign_ins", "code_resets"):
            assert TIR.rows_of(name).count() == number, name


def test_row_of_unknown_day_is_in_no_range():
    make_engagement(starts_on=None, kind="letter")
    assert not Days(datetime.date(1950, 1, 1), timezone.localdate()).rows_of(
        "engagements"
    )


def test_year_belongs_with_its_payments_of_the_next_spring():
    line = make_line(fiscal_year=make_year(1400))
    for day, is_in in (((1401, 2, 15), True), ((1401, 2, 16), False)):
        days = Days(to_gregorian(*day), to_gregorian(1401, 4, 31))
        for name, row in (("fiscal_years", line.fiscal_year), ("budget_lines", line)):
            assert (row in days.rows_of(name)) is is_in, (name, day)


def test_edit_in_the_range_is_compared_with_the_version_before_it(auditor):
    expense, other = make_expense(title="پذیرایی"), make_expense()
    expense.title = "پذیرایی از سفیر"
    expense.save()
    first = expense.history.earliest("history_id")
    for version in (first, other.history.get()):
        version.history_date = datetime.datetime(2022, 1, 1, tzinfo=datetime.UTC)
        version.save()
    today = timezone.localdate()
    days = Days(today - datetime.timedelta(days=1), today)
    query = dict(part.split("=") for part in days.query.split("&"))
    [row] = csv_of(auditor, "expense_edits", **query)
    assert (row["history_type"], row["field"]) == ("changed", "title")
    assert (row["old"], row["new"]) == ("پذیرایی", "پذیرایی از سفیر")


def test_page_counts_what_the_files_hold(auditor):
    line = make_line(fiscal_year=make_year(1401), approved=10)
    post_on(line, (1401, 4, 1))
    page = auditor.get(reverse("admin:audit"), ASKED)
    assert page.context["days"] == TIR
    counts = {each["export"].name: each["count"] for each in page.context["lists"]}
    assert counts.keys() == EXPORTS.keys()
    assert (counts["ledger"], counts["budget_lines"]) == (1, 1)
    for each in page.context["lists"]:
        assert each["url"].replace("&", "&amp;") in page.text
        assert auditor.get(each["url"]).status_code == 200


def test_zip_has_every_list_of_the_range_and_says_so(auditor):
    line = make_line(fiscal_year=make_year(1401), approved=10)
    post_on(line, (1401, 4, 2))
    sent = auditor.get(reverse("admin:audit_days"), ASKED).getvalue()
    archive = zipfile.ZipFile(io.BytesIO(sent))
    described = json.loads(archive.read("datapackage.json"))
    assert {each["name"] for each in described["resources"]} == EXPORTS.keys()
    assert not any(each["schema"]["foreignKeys"] for each in described["resources"])
    assert [row["seq"] for row in table(archive.read("data/ledger.csv").decode())] == [
        "2"
    ]
    for line in archive.read("SHA256SUMS").decode().splitlines():
        digest, path = line.split("  ")
        assert sha256(archive.read(path)).hexdigest() == digest
    download = Download.objects.get()
    assert download.name == "kashan-lists-1401-04-01-1401-04-31.zip"
    assert download.sha256 == sha256(sent).hexdigest()


def test_download_of_a_list_is_logged_with_its_range(auditor):
    csv_of(auditor, "ledger")
    assert Download.objects.get().asked == "first=1401-04-01&last=1401-04-31"


@pytest.mark.parametrize("asked", BAD)
def test_bad_range_is_explained_on_the_page_and_refused_as_a_file(auditor, asked):
    make_year(1401)
    page = auditor.get(reverse("admin:audit"), asked)
    assert page.status_code == 200
    assert page.context["form"].errors
    assert "lists" not in page.context
    for url in (
        reverse("admin:audit_days"),
        reverse("admin:audit_days_csv", args=["ledger"]),
    ):
        assert auditor.get(url, asked).status_code == 400


def test_others_get_no_range(client):
    client.force_login(make_user(role="budget_officer"))
    for url in (
        reverse("admin:audit"),
        reverse("admin:audit_days"),
        reverse("admin:audit_days_csv", args=["users"]),
    ):
        assert client.get(url, ASKED).status_code == 403


def test_dates_are_known_of_lists_that_there_are():
    assert DATED.keys() <= EXPORTS.keys()


def test_every_list_whose_rows_all_have_a_day_is_cut():
    whole = {
        name
        for name, export in EXPORTS.items()
        if cut_by(name) is None
        and any(
            isinstance(field, DateField) and not field.null
            for field in export.model._meta.fields
        )
    }
    assert whole == {"users"}  # of them, those who are there

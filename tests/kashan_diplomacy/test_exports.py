import csv
import datetime
import io

import pytest
from django.urls import reverse

from agreements.models import City
from kashan_diplomacy.access_exports import EXPORTS as ACCESS
from kashan_diplomacy.cells import cell
from kashan_diplomacy.export_views import EXPORTS
from kashan_diplomacy.exports import BOM, csv_response
from kashan_diplomacy.history_exports import Edits
from tests.factories import make_city, make_user

pytestmark = pytest.mark.once

INSTANT = datetime.datetime(2022, 7, 22, 7, 30, tzinfo=datetime.UTC)
ROLES = ("diplomacy_officer", "budget_officer", "head", "auditor")


def make_staff():
    """Somebody who may log in to the admin and see nothing."""
    user = make_user()
    user.is_staff = True
    user.save()
    return user


def downloaded(client, name):
    response = client.get(reverse("admin:export_csv", args=[name]))
    return response.getvalue().decode()


def table(text):
    """The rows of a file, by header, as any CSV reader sees them."""
    return list(csv.DictReader(io.StringIO(text.removeprefix(BOM), newline="")))


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("=1+1", "'=1+1"),
        ("+98 31", "'+98 31"),
        ("-5", "'-5"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\tx", "'\tx"),
        ("\rx", "'\rx"),
        ("\nx", "'\nx"),
        ("＝1", "'＝1"),
        ("＋1", "'＋1"),
        ("－1", "'－1"),
        ("＠x", "'＠x"),
        ("'=1", "''=1"),
        ("'90s", "'90s"),
        ("1=1", "1=1"),
        ("کاشان", "کاشان"),
        ("", ""),
        (None, ""),
        (True, "true"),
        (False, "false"),
        (-5, "-5"),
        (-33.5, "-33.5"),
        (1.0, "1"),
        (datetime.date(2022, 7, 22), "2022-07-22"),
        (
            datetime.datetime(2022, 7, 22, 7, 30, tzinfo=datetime.UTC),
            "2022-07-22T07:30:00Z",
        ),
    ],
)
def test_cell(value, shown):
    assert cell(value) == shown


@pytest.mark.django_db
def test_file_is_what_the_standard_and_excel_expect(client):
    client.force_login(make_user(role="auditor"))
    make_city(
        name_fa="خواهر‌شهر «کازانلاک»",
        shares_fa='گل، "عطر"\nو گلاب',
        shares_en="=HYPERLINK(1)",
        longitude=-70.5,
        latitude=1.0,
        is_illustrative=True,
    )

    text = downloaded(client, "cities")

    assert text.startswith(f"{BOM}id,name_fa,name_en,")
    assert text.count("\r\n") == 2
    [row] = table(text)
    assert row["name_fa"] == "خواهر‌شهر «کازانلاک»"
    assert row["shares_fa"] == 'گل، "عطر"\nو گلاب'
    assert row["shares_en"] == "'=HYPERLINK(1)"
    assert row["longitude"] == "-70.5"
    assert row["country"] == "BG"
    assert (row["published_on"], row["published_on_jalali"]) == (
        "2021-03-21",
        "1400-01-01",
    )
    assert row["is_illustrative"] == "true"


@pytest.mark.django_db
def test_download_has_a_dated_name_and_is_not_kept_by_browsers(client):
    client.force_login(make_user(role="auditor"))
    response = client.get(reverse("admin:export_csv", args=["cities"]))
    assert response.streaming
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"].startswith('attachment; filename="cities-1')
    assert "no-store" in response["Cache-Control"]


@pytest.mark.django_db
def test_rows_stand_in_order_of_their_number_whatever_the_list_shows():
    first, second = make_city(name_fa="ی"), make_city(name_fa="الف")
    response = csv_response(EXPORTS["cities"], City.objects.order_by("name_sort"))
    rows = table(response.getvalue().decode())
    assert [row["id"] for row in rows] == [str(first.pk), str(second.pk)]


@pytest.mark.django_db
def test_a_list_longer_than_a_batch_is_whole(monkeypatch):
    monkeypatch.setattr("kashan_diplomacy.exports.ROWS_AT_A_TIME", 3)
    for _ in range(8):
        make_city()
    response = csv_response(EXPORTS["cities"], City.objects.all())
    chunks = list(response)
    assert len(chunks) == 4  # the header, 3, 3 and 2 rows
    assert len(table(b"".join(chunks).decode())) == 8


def test_headers_are_ascii_and_name_what_the_model_names():
    parts = ("", "_id", "_jalali", "_rial", "_toman", "_currency", "_rial_per_unit")
    for export in EXPORTS.values():
        headers = [column.header for column in export.columns]
        assert len(headers) == len(set(headers)), export.name
        for header in headers:
            assert header.isascii()
            bare = {header.removesuffix(part) for part in parts}
            is_edit = isinstance(export, Edits) and header in ("field", "old", "new")
            named = any(hasattr(export.model, name) for name in bare)
            assert named or is_edit, header


@pytest.mark.django_db
@pytest.mark.parametrize("name", EXPORTS)
def test_every_list_can_be_downloaded_by_every_role(client, name):
    """Those of access and of downloads by the head and the auditors."""
    for role in ("head", "auditor") if name in ACCESS else ROLES:
        client.force_login(make_user(role=role))
        assert downloaded(client, name).startswith(f"{BOM}id,")


@pytest.mark.django_db
@pytest.mark.parametrize("name", ACCESS)
def test_officers_do_not_see_who_may_do_what(client, name):
    for role in ("diplomacy_officer", "budget_officer"):
        client.force_login(make_user(role=role))
        url = reverse("admin:export_csv", args=[name])
        assert client.get(url).status_code == 403


@pytest.mark.django_db
@pytest.mark.parametrize("name", EXPORTS)
def test_without_permission_there_is_no_file(client, name):
    url = reverse("admin:export_csv", args=[name])
    assert client.get(url).status_code == 302
    assert reverse("admin:login") in client.get(url)["Location"]
    client.force_login(make_staff())
    assert client.get(url).status_code == 403


@pytest.mark.django_db
def test_unknown_list_is_not_found(client):
    client.force_login(make_user(role="auditor"))
    url = reverse("admin:export_csv", args=["secrets"])
    assert client.get(url).status_code == 404


@pytest.mark.django_db
def test_page_of_downloads_lists_what_the_user_may_see(client):
    url = reverse("admin:exports")
    assert client.get(url).status_code == 302

    client.force_login(make_staff())
    assert ".csv" not in client.get(url).content.decode()

    client.force_login(make_user(role="auditor"))
    page = client.get(url).content.decode()
    for name in EXPORTS:
        assert reverse("admin:export_csv", args=[name]) in page


@pytest.mark.django_db
def test_index_of_the_admin_leads_to_the_downloads(client):
    client.force_login(make_user(role="auditor"))
    page = client.get(reverse("admin:index")).content.decode()
    assert f'href="{reverse("admin:exports")}"' in page

import hashlib

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from kashan_diplomacy.models import Download
from tests.budget.test_exports import make_entries
from tests.factories import make_agreement, make_city, make_user
from tests.kashan_diplomacy.test_exports import table

pytestmark = pytest.mark.django_db


@pytest.fixture
def auditor(client):
    user = make_user(role="auditor")
    client.force_login(user)
    return user


def test_download_is_logged_with_the_digest_of_what_was_sent(client, auditor):
    make_city()
    response = client.get(reverse("admin:export_csv", args=["cities"]))
    started = Download.objects.get()
    assert (started.user, started.name, started.asked) == (auditor, "cities", "")
    assert (started.sha256, started.finished_at) == ("", None)

    sent = response.getvalue()

    download = Download.objects.get()
    assert download.sha256 == hashlib.sha256(sent).hexdigest()
    assert download.size == len(sent)
    assert download.finished_at >= download.started_at


def test_filtered_list_is_logged_with_its_filter(client, auditor):
    make_entries()
    url = reverse("admin:budget_entry_csv") + "?kind__exact=payment"
    client.get(url).getvalue()
    download = Download.objects.get()
    assert (download.name, download.asked) == ("ledger", "kind__exact=payment")
    assert download.sha256


def test_selected_rows_are_logged_with_their_numbers(client, auditor):
    first, _other, last = make_city(), make_city(), make_city()
    posted = {"action": "download_csv", "_selected_action": [last.pk, first.pk]}
    response = client.post(reverse("admin:agreements_city_changelist"), posted)
    assert len(table(response.getvalue().decode())) == 2
    assert Download.objects.get().asked == f"id={first.pk},{last.pk}"


def test_digest_comes_with_the_end_and_not_without_it():
    with pytest.raises(IntegrityError, match="download_finished"), transaction.atomic():
        Download.objects.create(user=make_user(), name="x", size=1)


@pytest.mark.parametrize(
    ("role", "status"),
    [("head", 200), ("auditor", 200), ("diplomacy_officer", 403)],
)
def test_log_is_seen_by_the_head_and_the_auditors_alone(client, role, status):
    Download.objects.create(user=make_user("rahimi"), name="ledger")
    client.force_login(make_user(role=role))
    response = client.get(reverse("admin:kashan_diplomacy_download_changelist"))
    assert response.status_code == status
    assert ("rahimi" in response.text) is (status == 200)


def test_log_is_written_by_nobody(client):
    download = Download.objects.create(user=make_user(), name="ledger")
    client.force_login(make_user(role="auditor", is_superuser=True))
    add = reverse("admin:kashan_diplomacy_download_add")
    delete = reverse("admin:kashan_diplomacy_download_delete", args=[download.pk])
    change = reverse("admin:kashan_diplomacy_download_change", args=[download.pk])
    assert client.get(add).status_code == 403
    assert client.post(delete, {"post": "yes"}).status_code == 403
    assert client.post(change, {"name": "x"}).status_code == 403
    assert Download.objects.get().name == "ledger"


def test_same_data_give_the_same_digest(client, auditor):
    make_entries()
    for _ in range(2):
        client.get(reverse("admin:export_csv", args=["ledger"])).getvalue()
    assert len(set(Download.objects.values_list("sha256", flat=True))) == 1


def edits_of(client, name):
    url = reverse("admin:export_csv", args=[name])
    return table(client.get(url).getvalue().decode())


def test_edits_tell_who_when_which_field_from_what_to_what_and_why(client, auditor):
    agreement, other = make_agreement(title_fa="پیمان"), make_agreement()
    agreement.title_fa, agreement.change_reason = "پیمان‌نامه", "نام رسمی"
    agreement.save()
    last = agreement.history.first()
    last.history_user = auditor
    last.save()

    rows = edits_of(client, "agreement_edits")

    [row] = [row for row in rows if row["history_type"] == "changed"]
    assert row["id"] == str(agreement.pk)
    assert (row["field"], row["old"], row["new"]) == ("title_fa", "پیمان", "پیمان‌نامه")
    assert row["history_change_reason"] == "نام رسمی"
    assert row["history_user"] == auditor.username
    assert row["history_date"].endswith("Z")
    added = {row["field"]: row["new"] for row in rows if row["id"] == str(other.pk)}
    assert added["signed_on"] == "2021-03-21"
    assert "search_text" not in added


def test_deleted_row_tells_what_it_held(client, auditor):
    agreement = make_agreement(title_fa="پیمان")
    agreement.delete()
    rows = edits_of(client, "agreement_edits")
    held = [row for row in rows if row["history_type"] == "deleted"]
    assert {row["field"]: row["old"] for row in held}["title_fa"] == "پیمان"
    assert {row["new"] for row in held} == {""}


def test_user_is_listed_with_roles_and_without_secrets(client, auditor):
    [row] = edits_of(client, "users")
    assert row["groups"] == "auditor"
    assert "password" not in row
    roles = {row["name"]: row["permissions"] for row in edits_of(client, "roles")}
    assert "post_expense" in roles["budget_officer"]
    assert "add_" not in roles["auditor"]

"""What a proxy or a watchdog is told."""

import pytest
from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder

from budget import triggers
from kashan_diplomacy import health

pytestmark = pytest.mark.django_db

ALL_WELL = dict.fromkeys(("status", *health.CHECKS), "ok")


def gone(*_query):
    raise OperationalError("could not connect to 10.0.0.7, user kashan")


def test_probe_under_an_address_over_plain_http_is_answered(client, settings):
    settings.ALLOWED_HOSTS, settings.SECURE_SSL_REDIRECT = ["example.org"], True
    for path, answer in ("/healthz", {"status": "ok"}), ("/readyz", ALL_WELL):
        response = client.get(path, headers={"host": "10.0.0.9:8001"})
        assert (response.status_code, response.json()) == (200, answer)
        assert response["Cache-Control"] == "no-store"
        assert not response.cookies


def test_probe_is_only_read(client):
    assert client.post("/readyz").status_code == 405
    assert client.head("/readyz").status_code == 200


def test_without_database_it_is_alive_and_not_ready_and_says_not_why(client):
    with connection.execute_wrapper(gone):
        assert client.get("/healthz").status_code == 200
        response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json()["database"] == "failed"
    assert "10.0.0.7" not in response.text


def test_not_ready_before_its_migrations_have_run(client):
    name = "0001_initial"
    MigrationRecorder(connection).record_unapplied("budget", name)
    assert client.get("/readyz").json() == ALL_WELL | {
        "status": "failed",
        "migrations": "failed",
    }


def test_ready_when_a_newer_version_has_migrated_already(client):
    MigrationRecorder(connection).record_applied("budget", "9999_later")
    assert client.get("/readyz").status_code == 200


def test_not_ready_without_the_triggers_of_the_ledger(client):
    triggers.remove(connection)
    assert client.get("/readyz").json()["triggers"] == "failed"


def test_not_ready_without_a_trigger_of_the_public_content(client):
    of = " ON agreements_city" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER agreements_city_seen_insert{of}")
    assert client.get("/readyz").json()["triggers"] == "failed"


def test_not_ready_when_the_disk_is_full(client, monkeypatch):
    monkeypatch.setattr(health, "LEAST_FREE", 2**80)
    assert client.get("/readyz").json()["disk"] == "failed"


def test_directory_of_uploads_need_not_exist_yet(client, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "not" / "yet"
    assert client.get("/readyz").json() == ALL_WELL

"""The disk is full, really: a small file system in memory, filled to the last byte."""

import contextlib
import os
import subprocess
import uuid
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse

from agreements.models import Document
from tests.factories import make_engagement, make_user
from tests.faults.postgres_server import own_server
from tests.faults.serving import (
    POSTING_PAGE,
    Visitor,
    assert_nothing_lost,
    posting,
    prepared,
    serving,
)
from tests.systems import System

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(os.geteuid() != 0, reason="only root mounts a file system"),
]


@contextlib.contextmanager
def small_disk(directory, megabytes):
    directory.mkdir(mode=0o755)
    size = f"size={megabytes}m,mode=755"
    mount = ["mount", "-t", "tmpfs", "-o", size, "tmpfs", str(directory)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("no file system may be mounted here")
    try:
        yield directory
    finally:
        unmount = ["umount", "--lazy", str(directory)]
        subprocess.run(unmount, check=True)


@contextlib.contextmanager
def filled_to_the_brim(directory):
    ballast = directory / "ballast"
    with ballast.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while True:
            file.write(bytes(1 << 12))
    try:
        yield
    finally:
        ballast.unlink()


def test_upload_to_a_full_disk_is_refused_and_leaves_no_row(client, settings, tmp_path):
    owner = make_engagement()
    client.force_login(make_user(role="head"))
    client.raise_request_exception = False
    address = reverse("admin:agreements_document_add")
    with small_disk(tmp_path / "disk", 2) as disk:
        settings.MEDIA_ROOT = disk

        def upload():
            content = b"%PDF-1.7 " + bytes(100_000)
            file = SimpleUploadedFile("minutes.pdf", content, "application/pdf")
            sent = {"file": file, "kind": "minutes", "language": "fa"}
            return client.post(address, sent | {"engagement": owner.pk})

        with filled_to_the_brim(disk):
            assert upload().status_code == 503
            assert not Document.objects.exists()
        assert upload().status_code == 302
        assert Document.objects.get().is_intact()


@pytest.fixture
def system_on_small_disk(tmp_path):
    uploads = str(tmp_path / "uploads")
    if connection.vendor == "sqlite":
        with small_disk(tmp_path / "disk", 16) as disk:
            yield System(f"sqlite:///{disk}/db.sqlite3", uploads), disk
        return
    # Where the server's own user may go.
    disk = Path(f"/var/tmp/kashan-{uuid.uuid4().hex}")  # noqa: S108
    with small_disk(disk, 128), own_server(disk) as server:
        yield System(server.database_url, uploads), disk
    disk.rmdir()


def post_until_refused(visitor, line, most=3_000):
    """The tokens acknowledged before the disk was full, and the refusal."""
    acknowledged = set()
    for _ in range(most):
        token = uuid.uuid4()
        answer = visitor.post(POSTING_PAGE.format(line), posting(token))
        if answer.status != 302:
            return acknowledged, answer
        acknowledged.add(token)
    raise AssertionError("the disk never was full")


def test_full_disk_refuses_in_words_and_loses_nothing(system_on_small_disk, tmp_path):
    system, disk = system_on_small_disk
    line = prepared(system, tmp_path)
    with serving(system, tmp_path) as [server]:
        head = Visitor(server.port).sign_in("head")
        with filled_to_the_brim(disk):
            acknowledged, refused = post_until_refused(head, line)
            assert refused.status == 503
            assert "به‌زودی برمی‌گردیم" in refused.text
            assert Visitor(server.port).get("/healthz").status == 200
            assert Visitor(server.port).get("/").status in (200, 503)
        after = uuid.uuid4()
        assert head.post(POSTING_PAGE.format(line), posting(after)).status == 302
        assert Visitor(server.port).get("/").status == 200
    unacknowledged = assert_nothing_lost(system, acknowledged | {after})
    assert unacknowledged == 0

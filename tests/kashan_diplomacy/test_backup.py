"""A backup is whole or says what is not, and a restore gives back every byte."""

import io
import json
import zipfile
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command

from agreements.models import City, Document
from budget.models import Entry, Voucher
from kashan_diplomacy import backup
from kashan_diplomacy.models import Import
from tests import filled
from tests.factories import make_city, make_document
from tests.systems import new_system

pytestmark = pytest.mark.django_db

#: Every list that can be downloaded, and the journals: the SHA-256 of each.
DIGESTS = """
import hashlib, json
from budget.journal import journal
from budget.models import FiscalYear
from kashan_diplomacy.export_views import EXPORTS
from kashan_diplomacy.exports import csv_bytes
found = {name: csv_bytes(e, e.queryset()) for name, e in EXPORTS.items()}
for year in FiscalYear.objects.all():
    found[f"journal {year.year}"] = "".join(journal(year)).encode()
print(json.dumps({name: hashlib.sha256(b).hexdigest() for name, b in found.items()}))
"""


def written():
    file = io.BytesIO()
    return backup.write(file), zipfile.ZipFile(file)


def rewritten(archive, name, content):
    """The archive with another `content` of one of its parts; None: without it."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as other:
        for part in archive.namelist():
            kept = archive.read(part) if part != name else content
            if kept is not None:
                other.writestr(part, kept)
    return zipfile.ZipFile(file)


def test_restored_system_exports_the_same_bytes(tmp_path, settings, capsys):
    settings.MEDIA_ROOT = tmp_path / "uploads"
    filled.fill()
    assert filled.empty_tables() == set()
    call_command("backup", tmp_path / "backups")
    (file,) = (tmp_path / "backups").iterdir()
    assert file.stat().st_mode & 0o077 == 0
    capsys.readouterr()
    exec(DIGESTS, {})  # noqa: S102 - the very lines the other process runs
    before = json.loads(capsys.readouterr().out)
    assert len(before) > 30
    with new_system(tmp_path) as system:
        system.manage("restore", file)
        assert json.loads(system.python(DIGESTS)) == before
        again = system.try_manage("restore", file)
        assert again.returncode != 0
        assert "not empty" in again.stderr
        uploads = [*Document.objects.all(), *Voucher.objects.all()]
        for stored in *uploads, *Import.objects.all():
            with stored.file.open() as original:
                copy = Path(system.media) / stored.file.name
                assert copy.read_bytes() == original.read()


def test_backup_says_which_uploads_are_gone_and_keeps_the_rest(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path / "uploads"
    gone, kept = make_document(content=b"%PDF-1.7 gone"), make_document()
    default_storage.delete(gone.file.name)
    with pytest.raises(CommandError, match=gone.file.name):
        call_command("backup", tmp_path / "backups")
    (file,) = (tmp_path / "backups").glob("*.zip")
    with zipfile.ZipFile(file) as archive:
        manifest = backup.checked(archive)
        assert list(manifest["uploads"]) == [f"uploads/{kept.file.name}"]
        assert manifest["missing_uploads"] == [gone.file.name]


def test_nobodys_session_is_in_a_backup(client):
    client.session.save()
    _manifest, archive = written()
    assert not [name for name in archive.namelist() if "session" in name]


def test_part_that_was_changed_added_or_taken_away_is_found():
    make_city()
    manifest, archive = written()
    assert backup.checked(archive) == manifest
    rows = "rows/agreements.city.jsonl"
    for content in archive.read(rows).replace(b"BG", b"IR"), None:
        with pytest.raises(backup.BackupError):
            backup.checked(rewritten(archive, rows, content))
    added = rewritten(archive, None, None)
    added.fp.seek(0, io.SEEK_END)
    with zipfile.ZipFile(added.fp, "a") as other:
        other.writestr("uploads/more.pdf", b"%PDF-")
    with pytest.raises(backup.BackupError, match="other parts"):
        backup.checked(zipfile.ZipFile(added.fp))


def test_what_is_no_backup_or_from_a_later_version_is_refused(tmp_path):
    _manifest, archive = written()
    for content in None, b"{", b"{}", b'{"format": 2}':
        with pytest.raises(backup.BackupError):
            backup.checked(rewritten(archive, backup.MANIFEST, content))
    manifest = json.loads(archive.read(backup.MANIFEST))
    later = {("agreements", "0001_initial"): None, ("agreements", "9999_later"): None}
    assert manifest["format"] == 1
    with pytest.raises(backup.BackupError, match="newer version"):
        backup.make_tables(later)
    broken = tmp_path / "broken.zip"
    broken.write_bytes(b"PK\x03\x04 and no more")
    with pytest.raises(CommandError, match="broken"):
        call_command("restore", broken)


def test_an_upload_that_leads_out_is_refused():
    manifest, archive = written()
    manifest["uploads"]["uploads/../../secret"] = {"size": 0, "sha256": ""}
    wrong = rewritten(archive, backup.MANIFEST, json.dumps(manifest).encode())
    with pytest.raises(backup.BackupError, match="leads out"):
        backup.checked(wrong)


def test_restore_never_overwrites_rows():
    _manifest, archive = written()
    city = make_city()
    with pytest.raises(backup.BackupError, match="not empty"):
        backup.restore(archive)
    assert City.objects.get() == city
    assert not Entry.objects.exists()


def test_restore_never_overwrites_uploads(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path
    document = make_document()
    manifest, archive = written()
    backup.refuse_other_uploads(archive, manifest)
    (tmp_path / document.file.name).write_bytes(b"another")
    with pytest.raises(backup.BackupError, match="Another file"):
        backup.refuse_other_uploads(archive, manifest)

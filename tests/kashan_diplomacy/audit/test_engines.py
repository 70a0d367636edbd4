"""The same rows give the same files on both databases."""

import io
import os
import subprocess
import sys
import zipfile

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import connection
from django.db.models import CharField, TextField

from kashan_diplomacy.export_views import EXPORTS
from kashan_diplomacy.models import Download
from tests.factories import make_city, make_fee, make_follow_up, make_right_used
from tests.kashan_diplomacy.audit.test_package import make_books, package_of

#: As a locale, Persian, SQLite and Python each sort them differently.
NAMES = [
    "آران",
    "ایروان",
    "پکن",
    "کازانلاک",
    "گنجه",
    "یزد",
    "Zürich",
    "nice",
    "_x",
    "۱",
]


def files_of(package):
    archive = zipfile.ZipFile(io.BytesIO(package))
    return {name: archive.read(name) for name in archive.namelist()}


def make_rows():
    for name in reversed(NAMES):
        make_city(name_fa=name, shares_fa=f"{name}\n=1", latitude=1 / 3, longitude=-70)
    make_fee(amount="0.10")
    make_follow_up()
    make_right_used()
    User.objects.create(username="‌نیم‌فاصله", first_name="-")
    Download.objects.create(user=User.objects.latest("pk"), name="ledger")


def test_no_list_is_ordered_by_text():
    """PostgreSQL would sort it as its locale says, SQLite by code point."""
    for name, export in EXPORTS.items():
        for path in export.order:
            model = export.model
            for part in path.split("__"):
                field = model._meta.pk if part == "pk" else model._meta.get_field(part)
                model = field.related_model
            assert not isinstance(field, CharField | TextField), (name, path)


@pytest.mark.django_db
def test_package_of_postgresql_is_that_of_sqlite_byte_for_byte(tmp_path):
    if connection.vendor != "postgresql":
        pytest.skip("compared in the run with --postgres")
    year = make_books()
    make_rows()
    rows, package = tmp_path / "rows.json", tmp_path / "package.zip"
    left_out = ["contenttypes", "auth.permission", "sessions"]
    call_command(
        "dumpdata", exclude=left_out, use_natural_foreign_keys=True, output=rows
    )
    environment = os.environ | {
        "DATABASE_URL": f"sqlite:///{tmp_path}/other.sqlite3",
        "DJANGO_SETTINGS_MODULE": "kashan_diplomacy.settings",
    }
    subprocess.run(
        [sys.executable, "-m", "tests.kashan_diplomacy.audit.on_sqlite", rows, package],
        cwd=settings.BASE_DIR,
        env=environment,
        check=True,
    )
    ours, theirs = package_of(year), package.read_bytes()
    assert files_of(ours) == files_of(theirs)
    assert ours == theirs

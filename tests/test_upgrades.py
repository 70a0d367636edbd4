"""The database of every release so far is taken over by this version, and verifies."""

import json
import zipfile
from pathlib import Path

import pytest

from tests.systems import new_system

RELEASES = sorted(Path(__file__).parent.glob("releases/*.zip"))
COUNTS = """
import json
from django.apps import apps
print(json.dumps({
    model._meta.label_lower: model._base_manager.count()
    for model in apps.get_models(include_auto_created=True) if not model._meta.proxy
}))
"""
#: Written anew by every migrate: what there is to be permitted follows the models.
GROWS = {"auth.permission", "auth.group", "auth.group_permissions"}
GROWS |= {"contenttypes.contenttype"}


def rows_kept(release):
    """How many rows a release's file holds, by model; a line for each, and a head."""
    with zipfile.ZipFile(release) as archive:
        return {
            name.removeprefix("rows/").removesuffix(".jsonl"): (
                archive.read(name).count(b"\n") - 1
            )
            for name in archive.namelist()
            if name.startswith("rows/")
        }


def test_there_is_a_release_to_upgrade_from():
    assert RELEASES


@pytest.mark.django_db
@pytest.mark.parametrize("release", RELEASES, ids=lambda path: path.stem)
def test_filled_database_of_a_release_is_taken_over(release, tmp_path):
    with new_system(tmp_path) as system:
        said = system.manage("restore", release)  # migrates, verifies the ledger
        assert "1400: " in said and "1401: " in said
        counted = json.loads(system.python(COUNTS))
        kept = rows_kept(release)
        assert kept["budget.entry"] > 30
        assert kept["budget.closing"] == 13
        lost = {
            label: (rows, counted.get(label))
            for label, rows in kept.items()
            if label not in GROWS and rows != counted.get(label)
        }
        assert lost == {}
        assert all(counted[label] >= kept[label] for label in GROWS)
        for tracked in ("organisation", "rightused"):  # since 0007 of agreements
            versions = counted[f"agreements.historical{tracked}"]
            assert versions == kept[f"agreements.{tracked}"] > 0

"""The open data: what is in it, that it holds, and that a flipped row is found out."""

import ast
import csv
import datetime
import hashlib
import io
import json
import re
import subprocess
import sys
import zipfile
from pathlib import Path
from resource import RLIMIT_FSIZE, getrlimit, setrlimit

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone

from kashan_diplomacy import figures, jalali
from kashan_diplomacy.opendata import recompute
from kashan_diplomacy.opendata.lists import LISTS
from kashan_diplomacy.opendata.package import open_package, write_package
from tests.factories import (
    IN_1401,
    LONG_AGO,
    make_agreement,
    make_city,
    make_engagement,
    make_milestone,
    make_obligation,
    make_outcome,
    make_year,
)
from tests.pages import assert_clean, latin_digits

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


@pytest.fixture(scope="module")
def facts_package(django_db_setup, django_db_blocker, tmp_path_factory):
    """The package of the facts of 1401, unpacked once."""
    folder = tmp_path_factory.mktemp("facts")
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("load_kashan_1401", verbosity=0, stdout=io.StringIO())
        unpack(folder)
        transaction.set_rollback(True)
    return folder


def unpack(folder):
    file = io.BytesIO()
    write_package(file, "")
    with zipfile.ZipFile(file) as archive:
        archive.extractall(folder)
    return folder


@pytest.fixture
def package(facts_package, tmp_path):
    """One's own copy."""
    for path in facts_package.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    return tmp_path


def unequal(folder):
    return {
        (key, about)
        for key, about, published, derived in recompute.compared(folder)
        if published != derived
    }


def rewrite(path, change):
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        rows = list(reader)
    change(rows)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, reader.fieldnames, lineterminator="\r\n")
        writer.writeheader()
        writer.writerows(rows)


def run(folder):
    return subprocess.run(
        [sys.executable, "-I", folder / "recompute.py", "--en"],
        capture_output=True,
        text=True,
        check=False,
        env={"PYTHONIOENCODING": "utf-8"},
    )


def test_every_published_figure_is_derived_again(package):
    answer = run(package)
    assert answer.returncode == 0, answer.stdout + answer.stderr
    assert answer.stdout.endswith("VERDICT: every figure is equal.\n")
    assert "[+] planned 1401: 6000000000 (equal)" in answer.stdout
    told = {line.split()[1].rstrip(":") for line in answer.stdout.splitlines()[:-1]}
    assert told == set(figures.BY_KEY)


def paid(rows):
    """A payment of these entries."""
    return next(row for row in rows if row["to_place"] == "spent")


FLIPS = {
    "milestones": (
        lambda rows: rows[0].update(verdict="not_met", met_on=""),
        {"promises-kept"},
    ),
    "agreements": (
        lambda rows: rows[0].update(terminated_on="2022-01-01"),
        {"agreements-in-force"},
    ),
    "ledger": (
        lambda rows: paid(rows).update(amount_rial="1"),
        {"spent", "forecast", "spent-by-month"},
    ),
    "cities": (list.pop, {"partners", "vitality"}),
    "engagements": (
        lambda rows: rows[0].update(cancelled_on="2022-01-01"),
        {"engagements-held"},
    ),
    "outcomes": (lambda rows: rows[0].update(realised_on="2100-01-01"), {"outcomes"}),
    "rights_used": (list.pop, {"rights-used", "cost-per-used-right"}),
    "figures": (
        lambda rows: next(r for r in rows if r["key"] == "reading").update(value="on"),
        {"reading"},
    ),
}


@pytest.mark.parametrize("name", FLIPS)
def test_a_flipped_row_is_found_out(package, name):
    change, wrong = FLIPS[name]
    rewrite(package / f"{name}.csv", change)
    assert wrong <= {key for key, _about in unequal(package)}
    assert list(recompute.changed_files(package)) == [f"{name}.csv"]


def test_a_flipped_row_makes_the_program_fail(package):
    rewrite(package / "ledger.csv", lambda rows: paid(rows).update(amount_rial="1"))
    answer = run(package)
    assert answer.returncode == 1
    assert "NOT EQUAL" in answer.stdout
    assert "FILE CHANGED: ledger.csv" in answer.stdout
    assert answer.stdout.endswith("VERDICT: something is not equal.\n")


def test_recompute_needs_nothing_newer_than_python_3_9_nor_anything_of_ours():
    source = Path(recompute.__file__).read_text(encoding="utf-8")
    tree = ast.parse(source, feature_version=(3, 9))
    imported = {
        name
        for node in ast.walk(tree)
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    assert imported <= set(sys.stdlib_module_names)


def test_terms_vitality_and_high_priority_are_derived_alike(tmp_path):
    """What the facts of 1401 have no example of."""
    for published_on in LONG_AGO, None:
        original = make_agreement(expires_on=IN_1401)
        make_agreement(
            city=original.city,
            amends=original,
            signed_on=IN_1401,
            expires_on=IN_1401 + 9999 * DAY,
            published_on=published_on,
        )
    hidden = make_agreement(published_on=None)
    make_agreement(city=hidden.city, amends=hidden, signed_on=IN_1401)
    make_agreement(expires_on=IN_1401, renews_for_months=12)
    make_agreement(expires_on=IN_1401)
    make_agreement(signed_on=None, is_signing_date_unknown=True)
    make_agreement(effective_on=IN_1401 + 9999 * DAY)
    make_agreement(signed_on=timezone.localdate() - 9 * DAY)
    high = make_obligation(priority="high", side="both")
    met = {"verdict": "met", "met_on": IN_1401, "evidence": "گزارش"}
    make_milestone(obligation=high, **met)
    make_milestone(obligation=make_obligation(side="partner"), **met)
    partly = {"verdict": "partly", "verdict_reason": "ی", "reviewed_on": IN_1401}
    make_milestone(met_on=IN_1401, **partly)
    make_milestone(verdict="waived", verdict_reason="ی", reviewed_on=IN_1401)
    make_outcome(agreement=make_agreement())
    recent = timezone.localdate() - 9 * DAY
    make_engagement(cities=[make_city(), make_city()], starts_on=recent)
    make_engagement(agreement=make_agreement(published_on=None))
    make_engagement(kind="letter")
    make_year(jalali.from_gregorian(timezone.localdate()).year + 1)
    assert unequal(unpack(tmp_path)) == set()


def test_figures_csv_knows_only_defined_figures_and_all_of_them(package):
    with (package / "figures.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["key"] for row in rows} == set(figures.BY_KEY)
    for row in rows:
        assert row["definition"] == f"/figures/#{row['key']}"
        assert re.fullmatch(r"14\d\d-\d\d-\d\d", row["as_of_jalali"])


# --- The files ----------------------------------------------------------------------


def test_descriptor_describes_every_file_to_the_byte(package):
    described = json.loads((package / "datapackage.json").read_text("utf-8"))
    paths = {resource["path"] for resource in described["resources"]}
    others = {"README.md", "recompute.py", "datapackage.json"}
    assert paths | others == {path.name for path in package.iterdir()}
    assert described["licenses"][0]["name"] == "CC-BY-4.0"
    names = {resource["name"] for resource in described["resources"]}
    for resource in described["resources"]:
        content = (package / resource["path"]).read_bytes()
        assert resource["bytes"] == len(content)
        assert resource["hash"] == f"sha256:{hashlib.sha256(content).hexdigest()}"
        assert resource["description"] and resource["description_fa"]
        if "schema" in resource:
            header = content.decode().split("\r\n")[0].split(",")
            fields = resource["schema"]["fields"]
            assert [field["name"] for field in fields] == header
            for foreign in resource["schema"].get("foreignKeys", ()):
                assert foreign["reference"]["resource"] in names
            for field in fields:
                told = {"title", "title_fa"} <= field.keys()
                assert told or {"description", "description_fa"} <= field.keys(), field


def test_references_lead_to_rows_of_the_package(package):
    described = json.loads((package / "datapackage.json").read_text("utf-8"))
    keys = {}
    for resource in described["resources"]:
        if "schema" in resource and resource["name"] != "figures":
            keys[resource["name"]] = {
                row["id"] for row in recompute.read(package / resource["path"])
            }
    for resource in described["resources"]:
        for foreign in resource.get("schema", {}).get("foreignKeys", ()):
            [column], target = foreign["fields"], foreign["reference"]["resource"]
            rows = recompute.read(package / resource["path"])
            found = {row[column] for row in rows} - {""}
            assert found <= keys[target], (resource["name"], column)


def test_money_names_its_unit_and_days_are_told_in_both_calendars():
    for public_list in LISTS.values():
        headers = [column.header for column in public_list.columns]
        for header in headers:
            if header.endswith("_rial"):
                assert header.replace("_rial", "_toman") in headers
            if header.endswith(("_on", "_at")):
                assert f"{header}_jalali" in headers


def test_the_same_content_makes_the_same_bytes():
    make_milestone()
    first, second = io.BytesIO(), io.BytesIO()
    write_package(first, "")
    write_package(second, "")
    assert first.getvalue() == second.getvalue()


def test_files_have_stable_addresses_and_may_be_read_by_other_sites(
    client, settings, tmp_path
):
    settings.PAGE_CACHE, settings.MEDIA_ROOT = True, tmp_path
    city = make_city(latitude=42.6, longitude=25.4)
    types = {
        "cities.csv": "text/csv; charset=utf-8",
        "cities.json": "application/json",
        "cities.geojson": "application/geo+json",
        "datapackage.json": "application/json",
        "figures.csv": "text/csv; charset=utf-8",
        "recompute.py": "text/x-python; charset=utf-8",
        "kashan-open-data.zip": "application/zip",
        "rows/partners.csv": "text/csv; charset=utf-8",
        f"rows/vitality/{city.slug}.csv": "text/csv; charset=utf-8",
    }
    for name, content_type in types.items():
        answer = client.get(f"/data/{name}")
        assert answer.status_code == 200, name
        assert answer.headers["Content-Type"] == content_type
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert b"".join(answer.streaming_content)
    for name in "nothing.csv", "nothing.json", "rows/nothing.csv", "../manage.py":
        assert client.get(f"/data/{name}").status_code == 404, name
    for page in "/", "/data/", "/cities/", "/feed.atom":
        assert not client.get(page).has_header("Access-Control-Allow-Origin"), page


def test_json_has_numbers_as_numbers_and_the_map_its_points(client):
    city = make_city(latitude=42.6, longitude=25.4)
    make_city()
    [row, _other] = json.loads(b"".join(client.get("/data/cities.json")))
    assert (row["id"], row["latitude"]) == (city.pk, 42.6)
    assert row["is_illustrative"] is False
    found = json.loads(b"".join(client.get("/data/cities.geojson")))
    first, second = found["features"]
    assert first["geometry"] == {"type": "Point", "coordinates": [25.4, 42.6]}
    assert second["geometry"] is None
    assert json.loads(b"".join(client.get("/data/gifts.json"))) == []


def test_rows_of_a_figure_add_up_to_it(client, package):
    milestone = make_milestone()
    make_milestone(obligation=make_obligation(side="partner"))
    answer = b"".join(client.get("/data/rows/promises-kept/kashan.csv")).decode()
    rows = list(csv.DictReader(io.StringIO(answer)))
    assert [row["id"] for row in rows] == [str(milestone.pk)]


def test_package_is_kept_until_the_content_changes(client, settings, tmp_path):
    settings.PAGE_CACHE, settings.MEDIA_ROOT = True, tmp_path
    cache.clear()
    kept = tmp_path / "open-data"

    def files():
        b"".join(client.get("/data/cities.csv"))
        return {path.name for path in kept.iterdir()}

    city = make_city()
    first = files()
    assert files() == first
    type(city).objects.all().delete()
    with connection.cursor() as cursor:  # as at the commit, which a test never reaches
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    second = files()
    assert len(first) == len(second) == 1
    assert first != second


def test_package_that_could_not_be_written_leaves_nothing(settings, tmp_path):
    settings.PAGE_CACHE, settings.MEDIA_ROOT = True, tmp_path
    soft, hard = getrlimit(RLIMIT_FSIZE)
    setrlimit(RLIMIT_FSIZE, (1_000, hard))  # as if the disk were full
    try:
        with pytest.raises(OSError, match="too large"), open_package():
            pass
    finally:
        setrlimit(RLIMIT_FSIZE, (soft, hard))
    assert list((tmp_path / "open-data").iterdir()) == []


def test_page_lists_every_file(client):
    for page in "/data/", "/en/data/":
        answer = client.get(page)
        assert_clean(answer)
        for name in LISTS:
            assert f'href="/data/{name}.csv"' in answer.text
            assert f'href="/data/{name}.json"' in answer.text
        for name in "kashan-open-data.zip", "datapackage.json", "figures.csv":
            assert f'href="/data/{name}"' in answer.text
    assert latin_digits(client.get("/data/")) == []

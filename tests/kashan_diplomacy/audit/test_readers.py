"""The files as real programs read them; a program that is not installed is skipped."""

import csv
import io
import json
import re
import shutil
import subprocess
import zipfile
from xml.etree import ElementTree

import pytest

from agreements.exports import EXPORTS
from kashan_diplomacy.exports import csv_bytes
from tests.factories import make_city
from tests.kashan_diplomacy.audit.test_package import make_books, package_of

pytestmark = pytest.mark.once

NAME = "خواهر‌شهر «کازانلاک» ۱۴۰۱"
SHARES = 'گل، "عطر"\nو گلاب'
FORMULAS = ["=1+1", "+98 31", "-5+2", "@SUM(A1)", '=HYPERLINK("x")', "＝1", "\t=1"]
UTF_8 = "CSV:44,34,76,1"  # LibreOffice's words for: commas, quotes, UTF-8, from line 1
OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:%s:1.0}%s"


def make_cities():
    make_city(name_fa=NAME, shares_fa=SHARES)
    for text in FORMULAS:
        make_city(name_en=text, shares_en=text)


@pytest.fixture
def folder(db, tmp_path):
    make_cities()
    content = package_of(make_books())
    zipfile.ZipFile(io.BytesIO(content)).extractall(tmp_path)
    return tmp_path


def program(name):
    return shutil.which(name) or pytest.skip(f"{name} is not installed")


def test_csv_module_reads_every_list_whole(folder):
    described = json.loads((folder / "datapackage.json").read_text())
    for resource in described["resources"]:
        with (folder / resource["path"]).open(newline="") as file:
            header, *rows = csv.reader(file, strict=True)
        assert all(len(row) == len(header) for row in rows), resource["name"]
    with (folder / "data/cities.csv").open(newline="") as file:
        cities = list(csv.DictReader(file))
    assert (cities[0]["name_fa"], cities[0]["shares_fa"]) == (NAME, SHARES)


def test_frictionless_finds_the_package_valid(folder):
    command = [program("frictionless"), "validate", "--json", "datapackage.json"]
    told = subprocess.run(command, cwd=folder, capture_output=True, check=False)
    report = json.loads(told.stdout)
    found = {task["name"]: task["errors"] for task in report["tasks"]}
    assert {name: errors for name, errors in found.items() if errors} == {}
    assert report["valid"]
    assert told.returncode == 0


@pytest.mark.django_db
def test_libreoffice_computes_no_cell_and_keeps_persian(tmp_path):
    soffice = program("soffice")
    make_cities()
    export = EXPORTS["cities"]
    (tmp_path / "cities.csv").write_bytes(csv_bytes(export, export.queryset()))
    command = [
        *(soffice, f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"),
        *("--headless", f"--infilter={UTF_8}", "--convert-to", "fods", "cities.csv"),
    ]
    subprocess.run(command, cwd=tmp_path, capture_output=True, check=True)
    sheet = ElementTree.parse(tmp_path / "cities.fods")  # noqa: S314 - of our own making
    cells = list(sheet.iter(OFFICE % ("table", "table-cell")))
    assert not [cell for cell in cells if OFFICE % ("table", "formula") in cell.attrib]
    texts = ["\n".join("".join(p.itertext()) for p in cell) for cell in cells]
    assert {NAME, SHARES} <= set(texts)
    for text in FORMULAS:
        wanted = re.sub(r"\s", "", f"'{text}")
        assert wanted in {re.sub(r"\s", "", each) for each in texts}, text

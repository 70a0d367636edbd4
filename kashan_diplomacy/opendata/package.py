"""Everything public as one zip file, described, with what recomputes its figures.

Made once for each version of the public content, and kept until the next one; every
file of it has an address of its own below /data/ too, with the same bytes.
"""

import csv
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from io import StringIO
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kashan_diplomacy.audit import schema
from kashan_diplomacy.audit.package import as_json, one_moment, put
from kashan_diplomacy.content_version import content_version
from kashan_diplomacy.exports import plain_csv

from .as_json import geojson
from .lists import LISTS
from .values import HEADER, all_values, told

HERE = Path(__file__).parent
ZIP_NAME = "kashan-open-data.zip"
LICENCE = {
    "name": "CC-BY-4.0",
    "title": "Creative Commons Attribution 4.0",
    "path": "https://creativecommons.org/licenses/by/4.0/",
}
#: What stands in each column of figures.csv.
FIGURES: dict[str, tuple[str, str | Promise]] = {
    "key": ("string", _("Key of the figure; its definition is under this name.")),
    "about": (
        "string",
        _("Told of what: a side, a partner, a year or its part."),
    ),
    "value": ("string", _("The value; shares as fractions of one, amounts in rial.")),
    "unit": ("string", _("What it is counted in.")),
    "as_of": ("date", _("The day it speaks of.")),
    "as_of_jalali": ("string", _("The same day in the Jalali calendar.")),
    "title": ("string", _("Name of the figure in English.")),
    "title_fa": ("string", _("Name of the figure in Persian.")),
    "definition": ("string", _("Where its definition is, on this site.")),
    "rows": ("string", _("Where the rows that add up to it are, on this site.")),
}


@contextmanager
def open_package() -> Iterator[IO[bytes]]:
    """The zip file of the public content as it is now, open for reading."""
    if not settings.PAGE_CACHE:
        with tempfile.TemporaryFile() as file:
            write_package(file, "")
            file.seek(0)
            yield file
        return
    with _kept(content_version()) as kept:
        yield kept


def _kept(version: str) -> IO[bytes]:
    """The file of this version, made if it is not there yet. Open, so that it can be
    read though another process clears it away for a newer one."""
    folder = Path(settings.MEDIA_ROOT, "open-data")
    path = folder / f"{version}.zip"
    with suppress(FileNotFoundError):
        return path.open("rb")
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder) as making:
        made = Path(making, path.name)
        with made.open("w+b") as file:
            write_package(file, version)
        older = [each for each in folder.glob("*.zip") if each != path]
        kept = made.open("rb")
        made.replace(path)
    for each in older:
        each.unlink(missing_ok=True)
    return kept


def write_package(file: IO[bytes], version: str) -> None:
    """Write the package as everything is at one moment."""
    models = {each.model: each.name for each in LISTS.values()}
    with (
        one_moment(),
        translation.override("fa"),
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        resources = []
        for name, public_list in sorted(LISTS.items()):
            path = f"{name}.csv"
            rows = plain_csv(public_list, public_list.queryset())
            size, digest = put(archive, path, rows)
            told_by = schema.resource(public_list, models, size, digest)
            resources.append(_with_notes(told_by, public_list) | {"path": path})
        resources += [
            _file(archive, "figures.csv", [_figures_csv()], _figures),
            _file(archive, "cities.geojson", geojson(LISTS["cities"]), _map),
        ]
        for path in ("README.md", "recompute.py"):
            put(archive, path, [(HERE / path).read_bytes()])
        put(archive, "datapackage.json", [as_json(_described(resources, version))])


def _described(resources: list[dict[str, Any]], version: str) -> dict[str, Any]:
    return {
        "profile": "data-package",
        "name": "kashan-city-diplomacy",
        "title": "Kashan city diplomacy: everything public",
        "title_fa": "دیپلماسی شهری کاشان: همه داده‌های عمومی",
        "description": "Partnerships, promises kept and missed, and money.",
        "description_fa": "همکاری‌ها، تعهدهای انجام‌شده و انجام‌نشده، و هزینه‌ها.",
        "homepage": f"{settings.SITE_URL}/data/",
        "version": version,
        "licenses": [LICENCE],
        "contributors": [
            {
                "title": "Kashan Municipality, Communications and International"
                " Affairs Centre",
                "role": "publisher",
            }
        ],
        "resources": resources,
    }


def _with_notes(resource: dict[str, Any], public_list) -> dict[str, Any]:
    """Fields described: by the model's own words, or by the list's notes."""
    for field in resource["schema"]["fields"]:
        if note := public_list.notes.get(field["name"].removesuffix("_jalali")):
            field |= schema.both("description", note)
    return resource


def _figures_csv() -> bytes:
    text = StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(HEADER)
    writer.writerows(told(all_values()))
    return text.getvalue().encode()


def _figures() -> dict[str, Any]:
    return {
        "name": "figures",
        "profile": "tabular-data-resource",
        **schema.both("title", _("Every published figure")),
        **schema.both("description", _("What the program beside it derives again")),
        "format": "csv",
        "mediatype": "text/csv",
        "schema": {
            "fields": [
                {"name": name, "type": kind, **schema.both("description", text)}
                for name, (kind, text) in FIGURES.items()
            ],
            "primaryKey": ["key", "about"],
            "missingValues": [""],
        },
    }


def _map() -> dict[str, Any]:
    return {
        "name": "cities-geojson",
        **schema.both("title", _("Partner cities on the map")),
        **schema.both("description", LISTS["cities"].description),
        "format": "geojson",
        "mediatype": "application/geo+json",
    }


def _file(
    archive: zipfile.ZipFile, path: str, chunks: Iterable[bytes], described
) -> dict[str, Any]:
    size, digest = put(archive, path, chunks)
    told_by = {"path": path, "encoding": "utf-8", "bytes": size}
    return described() | told_by | {"hash": f"sha256:{digest}"}

"""/data/: what anybody may take and use, file by file, and all of it at once.

Only these files may be read by scripts of other sites (CORS).
"""

import zipfile
from collections.abc import Iterator
from contextlib import ExitStack

from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.views.decorators.http import require_safe

from kashan_diplomacy.as_of import AsOf
from kashan_diplomacy.exports import plain_csv
from kashan_diplomacy.figures import FIGURES

from .as_json import json_rows
from .lists import LISTS
from .package import LICENCE, ZIP_NAME, open_package
from .values import all_values

TYPES = {
    "csv": "text/csv; charset=utf-8",
    "geojson": "application/geo+json",
    "json": "application/json",
    "md": "text/markdown; charset=utf-8",
    "py": "text/x-python; charset=utf-8",
    "zip": "application/zip",
}
#: Bytes read at a time.
PIECE = 1 << 16


@require_safe
def open_data(request):
    """The page: every list, its rows, and the addresses of its files."""
    context = {
        "lists": [
            (
                each,
                each.queryset().count(),
                reverse("open_data_file", args=[f"{name}.csv"]),
                reverse("open_data_json", args=[name]),
            )
            for name, each in LISTS.items()
        ],
        "figures": FIGURES,
        "licence": LICENCE,
        "zip_name": ZIP_NAME,
    }
    return render(request, "open_data.html", context)


@require_safe
def open_data_file(request, name):
    """A file of the package, with the very bytes that datapackage.json describes."""
    with ExitStack() as opened:
        package = opened.enter_context(open_package())
        if name == ZIP_NAME:
            file = package
        else:
            archive = opened.enter_context(zipfile.ZipFile(package))
            if name not in archive.namelist():
                raise Http404
            file = opened.enter_context(archive.open(name))
        return _answer(_pieces(file, opened.pop_all()), name)


@require_safe
def open_data_json(request, name):
    if name not in LISTS:
        raise Http404
    return _answer(json_rows(LISTS[name]), f"{name}.json")


@require_safe
def open_data_rows(request, key, about=""):
    """The rows that add up to a figure, as of today or the day in `?on=`."""
    for value in all_values(AsOf(request).chosen):
        if (value.key, value.about) == (key, about):
            return _answer(plain_csv(LISTS[value.list], value.rows), f"{key}.csv")
    raise Http404


def _pieces(file, opened: ExitStack) -> Iterator[bytes]:
    with opened:
        while piece := file.read(PIECE):
            yield piece


def _answer(chunks, name: str) -> HttpResponse:
    response = StreamingHttpResponse(
        chunks, content_type=TYPES[name.rpartition(".")[2]]
    )
    response["Access-Control-Allow-Origin"] = "*"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Disposition"] = f'inline; filename="{name}"'
    return response


#: In no language: their addresses never change.
file_urls = [
    path("data/rows/<slug:key>.csv", open_data_rows, name="open_data_rows"),
    path(
        "data/rows/<slug:key>/<path:about>.csv", open_data_rows, name="open_data_rows"
    ),
    path("data/datapackage.json", open_data_file, {"name": "datapackage.json"}),
    path("data/<slug:name>.json", open_data_json, name="open_data_json"),
    path("data/<str:name>", open_data_file, name="open_data_file"),
]

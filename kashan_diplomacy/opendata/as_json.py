"""The public lists as JSON, and the partners as GeoJSON: the values of the columns,
numbers as numbers, nothing as null."""

import datetime
import json
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from django.db.models import Model
from django.utils import translation

from kashan_diplomacy.exports import cell

from .columns import PublicList

_POSITION = ("latitude", "longitude")


def json_rows(public_list: PublicList) -> Iterator[bytes]:
    """An array of objects, a row a line."""
    yield from _array(_objects(public_list))


def geojson(cities: PublicList) -> Iterator[bytes]:
    """A FeatureCollection (RFC 7946); a city of unknown position has none."""
    yield b'{"type": "FeatureCollection", "features": '
    yield from _array(_feature(each) for each in _objects(cities))
    yield b"}\n"


def _feature(city: dict[str, Any]) -> dict[str, Any]:
    latitude, longitude = (city.pop(name) for name in _POSITION)
    point = {"type": "Point", "coordinates": [longitude, latitude]}
    return {
        "type": "Feature",
        "id": city["id"],
        "geometry": None if latitude is None else point,
        "properties": city,
    }


def _array(rows: Iterable[dict[str, Any]]) -> Iterator[bytes]:
    separator = b"[\n"
    for row in rows:
        yield separator + json.dumps(row, ensure_ascii=False).encode()
        separator = b",\n"
    yield b"\n]\n" if separator == b",\n" else b"[]\n"


def _objects(public_list: PublicList) -> Iterator[dict[str, Any]]:
    for row in public_list.loaded(public_list.queryset()):
        with translation.override(None):  # the same file in every language
            yield {
                column.header: _plain(column.value(row), column.type)
                for column in public_list.columns
            }


def _plain(value: object, kind: str) -> Any:
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, Decimal):
        return float(value)
    if kind == "number":  # an amount in toman, as text
        return None if value == "" else float(str(value))
    if isinstance(value, datetime.date):
        return cell(value)
    text = str(value)
    return None if isinstance(value, Model) and not text else text

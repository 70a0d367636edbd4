"""The world as seen from Kashan, for maps drawn by the server as SVG.

Lambert's azimuthal equal-area projection with Kashan at (0, 0): every way out of the
city is straight, and no country looks larger than it is. A unit is 1/500 of the radius
of the Earth; x grows eastwards and y, as in SVG, southwards.

The outlines are Natural Earth's, from the npm package `world-atlas`. Where npm has not
fetched it, there is no land on the map and everything else is as it would be.
"""

import json
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise
from math import acos, asin, cos, hypot, radians, sin, sqrt

from django.conf import settings

KASHAN = (33.985, 51.41)
EARTH_KM = 6371
SCALE = 500
#: Islets below this area, in square units, would be specks.
SPECK = 5

Point = tuple[float, float]

_SIN, _COS = sin(radians(KASHAN[0])), cos(radians(KASHAN[0]))


def project(latitude: float, longitude: float) -> Point:
    """Where a place given in degrees lies on the map."""
    lat, lon = radians(latitude), radians(longitude - KASHAN[1])
    facing = _SIN * sin(lat) + _COS * cos(lat) * cos(lon)
    # At the antipode, where the map has no one point, any far one will do.
    k = SCALE * sqrt(2 / max(1 + facing, 1e-9))
    x = k * cos(lat) * sin(lon)
    y = -k * (_COS * sin(lat) - _SIN * cos(lat) * cos(lon))
    return x, y


def distance_km(latitude: float, longitude: float) -> float:
    """From Kashan, along the Earth's surface."""
    lat, lon = radians(latitude), radians(longitude - KASHAN[1])
    facing = _SIN * sin(lat) + _COS * cos(lat) * cos(lon)
    return EARTH_KM * acos(min(max(facing, -1), 1))


def ring_radius(km: float) -> float:
    """The radius on the map of all places `km` away from Kashan."""
    return 2 * SCALE * sin(km / EARTH_KM / 2)


def reach_km(radius: float) -> float:
    """The inverse of `ring_radius`, up to the far side of the Earth."""
    return 2 * EARTH_KM * asin(min(radius / (2 * SCALE), 1))


@lru_cache(maxsize=16)
def land(half_width: int, half_height: int) -> str:
    """SVG path of the land that shows in a frame of that size around Kashan."""
    return "".join(
        _path(ring)
        for ring in _rings()
        if _shows(ring, half_width, half_height) and _area(ring) >= SPECK
    )


def _shows(ring: list[Point], half_width: int, half_height: int) -> bool:
    columns, rows = zip(*ring, strict=True)
    return (
        min(columns) < half_width
        and max(columns) > -half_width
        and min(rows) < half_height
        and max(rows) > -half_height
    )


def _area(ring: list[Point]) -> float:
    return abs(sum(x * v - u * y for (x, y), (u, v) in pairwise([*ring, ring[0]]))) / 2


def _path(ring: list[Point]) -> str:
    """In whole units, each point relative to the one before."""
    dots = [(round(x), round(y)) for x, y in ring]
    steps = [(u - x, v - y) for (x, y), (u, v) in pairwise(dots) if (x, y) != (u, v)]
    x, y = dots[0]
    return f"M{x} {y}l" + " ".join(f"{dx} {dy}" for dx, dy in steps) + "z"


@lru_cache(maxsize=1)
def _rings() -> list[list[Point]]:
    try:
        text = settings.LAND_OUTLINES.read_text(encoding="utf-8")
    except FileNotFoundError:
        return []
    topology = json.loads(text)
    arcs = [list(_arc(arc, topology["transform"])) for arc in topology["arcs"]]
    return [
        [point for index in ring for point in _directed(arcs, index)]
        for land in topology["objects"]["land"]["geometries"]
        for polygon in land["arcs"]
        for ring in polygon
    ]


def _arc(arc: list[list[int]], transform: dict[str, Point]) -> Iterator[Point]:
    """TopoJSON: whole numbers, each the difference from the one before."""
    (scale_x, scale_y), (from_x, from_y) = transform["scale"], transform["translate"]
    x = y = 0
    last: Point | None = None
    for dx, dy in arc:
        x, y = x + dx, y + dy
        point = project(y * scale_y + from_y, x * scale_x + from_x)
        # Points nearer to each other than a unit draw the same line.
        if last is None or hypot(point[0] - last[0], point[1] - last[1]) >= 1:
            last = point
            yield point


def _directed(arcs: list[list[Point]], index: int) -> list[Point]:
    """TopoJSON names an arc walked backwards by the complement of its number."""
    return arcs[index] if index >= 0 else arcs[~index][::-1]

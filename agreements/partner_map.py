"""The map of the partner cities around Kashan, ready to be drawn.

Positions are in the units of `world_map`. A label is set where it hides no other one;
where there is no room it is left out, and the list below the map names the city anyway.
"""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import product
from math import ceil, hypot
from typing import NamedTuple

from django.utils.translation import pgettext

from kashan_diplomacy import world_map
from kashan_diplomacy.templatetags.pages import country_name
from kashan_diplomacy.templatetags.persian import local

from .models import City
from .vitality import Vitality, vitality

RING_STEP_KM = 2000
#: Room around the outermost marker, between a label and the edge, and for a label as it
#: is set on a phone.
MARGIN, EDGE, LETTER_WIDTH, LINE_HEIGHT = 100, 30, 19, 40
LEAST_WIDTH, LEAST_HEIGHT = 420, 300
#: How far an arc bends away from the straight way, as a share of its length.
BEND = 0.16
#: The side of the squares in which room is looked for.
SQUARE = 100


class Box(NamedTuple):
    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: "Box") -> bool:
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )


class Taken:
    """Room on the map that is taken, by the squares it lies in: only what is near can
    be in the way of a label."""

    def __init__(self, boxes: Iterable[Box]):
        self.boxes: dict[tuple[int, int], list[Box]] = defaultdict(list)
        for box in boxes:
            self.add(box)

    def add(self, box: Box) -> None:
        for square in self._squares(box):
            self.boxes[square].append(box)

    def meets(self, box: Box, own: Box) -> bool:
        """Whether anything but its `own` marker is in the way of `box`."""
        return any(
            box.meets(other)
            for square in self._squares(box)
            for other in self.boxes[square]
            if other != own
        )

    def _squares(self, box: Box) -> Iterator[tuple[int, int]]:
        columns = range(int(box.left // SQUARE), int(box.right // SQUARE) + 1)
        rows = range(int(box.top // SQUARE), int(box.bottom // SQUARE) + 1)
        return product(columns, rows)


@dataclass(frozen=True)
class Marker:
    """A partner on the map; `anchor` is "start", "end" or, without a label, ""."""

    city: City
    name: str
    state: Vitality
    x: int
    y: int
    km: int
    anchor: str

    @property
    def tone(self) -> str:
        return str(self.state.value)

    @property
    def title(self) -> str:
        comma = pgettext("between places", ",")
        country = country_name(self.city.country)
        return f"{self.name}{comma} {country} · {self.state.label}"

    @property
    def place(self) -> str:
        return f"translate({self.x} {self.y})"

    @property
    def arc(self) -> str:
        """SVG path from Kashan, bent upwards: straight ways would cross the names."""
        side = -1 if self.x > 0 else 1
        middle_x = round(self.x / 2 - side * self.y * BEND)
        middle_y = round(self.y / 2 + side * self.x * BEND)
        return f"M0 0Q{middle_x} {middle_y} {self.x} {self.y}"


class Ring(NamedTuple):
    km: int
    radius: int


class PartnerMap:
    """Of rows of `with_deeds`, as of day `on`; those without a position are left out.

    Kashan is in the middle, and the frame is as large as the farthest partner asks.
    """

    def __init__(self, cities: Iterable[City], on: datetime.date):
        placed = [
            (city, *world_map.project(city.latitude, city.longitude))
            for city in cities
            if city.latitude is not None
        ]
        self.half_width, self.half_height = _frame([(x, y) for _city, x, y in placed])
        self.markers = self._markers(placed, on)
        self.states = [
            state
            for state in Vitality
            if any(marker.state == state for marker in self.markers)
        ]

    @property
    def view_box(self) -> str:
        width, height = self.half_width, self.half_height
        return f"{-width} {-height} {2 * width} {2 * height}"

    @property
    def land(self) -> str:
        return world_map.land(self.half_width, self.half_height)

    @property
    def rings(self) -> list[Ring]:
        reach = world_map.reach_km(hypot(self.half_width, self.half_height))
        return [
            Ring(km, round(world_map.ring_radius(km)))
            for km in range(RING_STEP_KM, ceil(reach), RING_STEP_KM)
        ]

    def _markers(self, placed, on) -> list[Marker]:
        kashan = Box(-56, 14, 56, 60)  # its own name
        taken = Taken([kashan, *(_mark(x, y) for _city, x, y in placed)])
        found = []
        for city, x, y in placed:
            name = local(city, "name")
            anchor = self._anchor(name, x, y, taken)
            km = round(world_map.distance_km(city.latitude, city.longitude), -1)
            state = vitality(city, on)
            found.append(
                Marker(city, name, state, round(x), round(y), round(km), anchor)
            )
        return found

    def _anchor(self, name, x, y, taken) -> str:
        """On the side away from Kashan if there is room, else on the other."""
        outwards, inwards = ("start", "end") if x > 0 else ("end", "start")
        length = len(name) * LETTER_WIDTH
        for anchor in outwards, inwards:
            left = x + 16 if anchor == "start" else x - 16 - length
            box = Box(left, y - LINE_HEIGHT / 2, left + length, y + LINE_HEIGHT / 2)
            is_inside = max(-box.left, box.right) + EDGE < self.half_width
            if is_inside and not taken.meets(box, own=_mark(x, y)):
                taken.add(box)
                return anchor
        return ""


def _mark(x: float, y: float) -> Box:
    return Box(x - 14, y - 14, x + 14, y + 14)


def _frame(points) -> tuple[int, int]:
    """Half the width and the height, in hundreds: then few outlines are computed."""
    wide = max([LEAST_WIDTH, *(abs(x) + MARGIN for x, _y in points)])
    high = max([LEAST_HEIGHT, *(abs(y) + MARGIN for _x, y in points)])
    wide, high = max(wide, 1.75 * high), max(high, wide / 2)
    return ceil(wide / 20) * 20, ceil(high / 20) * 20

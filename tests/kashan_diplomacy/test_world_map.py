"""The projection against what is known of the Earth, and maps without outlines."""

from math import hypot
from pathlib import Path

import pytest

from kashan_diplomacy import world_map

CITIES = {  # place: latitude, longitude, great-circle kilometres from Kashan
    "Kazanlak": (42.62, 25.40, 2452),
    "Xining": (36.62, 101.77, 4527),
    "the south pole": (-90, 0, 13786),
}


@pytest.fixture
def outlines(settings, tmp_path):
    """Call it with the text of an outline file, or without for none at all."""

    def use(text=None):
        settings.LAND_OUTLINES = Path(tmp_path / "land.json")
        if text:
            settings.LAND_OUTLINES.write_text(text)
        world_map._rings.cache_clear()
        world_map.land.cache_clear()

    yield use
    world_map._rings.cache_clear()
    world_map.land.cache_clear()


def test_kashan_is_in_the_middle():
    assert world_map.project(*world_map.KASHAN) == pytest.approx((0, 0))


@pytest.mark.parametrize("name", CITIES)
def test_places_stand_on_the_ring_of_their_distance(name):
    latitude, longitude, km = CITIES[name]
    assert world_map.distance_km(latitude, longitude) == pytest.approx(km, rel=0.01)
    radius = hypot(*world_map.project(latitude, longitude))
    ring = world_map.ring_radius(world_map.distance_km(latitude, longitude))
    assert radius == pytest.approx(ring)
    assert world_map.reach_km(radius) == pytest.approx(km, rel=0.01)


def test_north_is_up_and_east_is_right():
    x, y = world_map.project(60, world_map.KASHAN[1])
    assert abs(x) < 1e-6 and y < 0
    x, y = world_map.project(world_map.KASHAN[0], 60)
    assert x > 0


def test_the_far_side_of_the_earth_is_a_point_like_any_other():
    latitude, longitude = world_map.KASHAN
    x, y = world_map.project(-latitude, longitude - 180)
    assert hypot(x, y) <= 2 * world_map.SCALE * 1.001


def test_land_of_a_topology_is_one_closed_path(outlines):
    """A square of ten degrees around Kashan, its second arc walked backwards."""
    outlines(
        '{"transform": {"scale": [1, 1], "translate": [46, 29]}, "arcs": '
        "[[[0, 0], [10, 0], [0, 10]], [[0, 0], [0, 10], [10, 0]]], "
        '"objects": {"land": {"geometries": [{"arcs": [[[0, -2]]]}]}}}'
    )
    path = world_map.land(500, 300)
    assert path.count("M") == path.count("z") == 1


def test_land_beyond_the_frame_is_left_out(outlines):
    outlines(
        '{"transform": {"scale": [1, 1], "translate": [-100, 29]}, "arcs": '
        "[[[0, 0], [10, 0], [0, 10], [-10, 0], [0, -10]]], "
        '"objects": {"land": {"geometries": [{"arcs": [[[0]]]}]}}}'
    )
    assert world_map.land(500, 300) == ""
    assert world_map.land(1000, 1000) != ""


def test_without_outlines_there_is_no_land(outlines):
    outlines()
    assert world_map.land(500, 300) == ""

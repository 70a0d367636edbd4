import datetime

from django.test import TestCase
from django.utils import translation

from agreements.models import City
from agreements.partner_map import PartnerMap
from agreements.vitality import with_deeds
from tests.factories import IN_1401, make_agreement, make_city

DAY = datetime.timedelta(days=1)


def drawn(on=IN_1401):
    with translation.override("en"):
        return PartnerMap(with_deeds(City.objects.order_by("pk"), on), on)


class PartnerMapTests(TestCase):
    def test_partners_stand_where_they_are_and_as_alive_as_they_are(self):
        city = make_city(latitude=42.62, longitude=25.40, name_en="Kazanlak")
        make_agreement(city=city, signed_on=IN_1401 - DAY)
        (marker,) = drawn().markers
        self.assertLess(marker.x, 0)  # west
        self.assertLess(marker.y, 0)  # north
        told = (marker.name, marker.state, marker.km)
        self.assertEqual(told, ("Kazanlak", "new", 2450))
        self.assertTrue(marker.arc.startswith("M0 0Q"))
        self.assertTrue(marker.arc.endswith(f" {marker.x} {marker.y}"))

    def test_city_without_a_position_is_left_out(self):
        make_city()
        self.assertEqual(drawn().markers, [])
        self.assertEqual(drawn().states, [])

    def test_frame_holds_the_farthest_partner(self):
        near = drawn()
        make_city(latitude=-15.8, longitude=-47.9)  # Brasília
        far = drawn()
        (marker,) = far.markers
        self.assertGreater(far.half_width, near.half_width)
        self.assertGreater(far.half_width, abs(marker.x))
        self.assertGreater(far.half_height, abs(marker.y))
        self.assertGreater(len(far.rings), len(near.rings))

    def test_names_never_hide_each_other(self):
        for _ in range(3):
            make_city(latitude=42.62, longitude=25.40, name_en="Kazanlak")
        names = [marker.anchor for marker in drawn().markers]
        self.assertEqual(names, ["end", "start", ""])

    def test_map_links_to_the_partner_and_says_its_state(self):
        make_city(slug="kazanlak", name_en="Kazanlak", latitude=42.62, longitude=25.40)
        for path in "/en/", "/en/cities/", "/en/cities/kazanlak/":
            with self.subTest(path=path):
                page = self.client.get(path)
                self.assertContains(page, 'href="/en/cities/kazanlak/"')
                self.assertContains(page, "Kazanlak, Bulgaria · no agreement yet")

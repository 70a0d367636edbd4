from django.test import TestCase

from agreements.models import City, Engagement, Outcome, Theme
from kashan_diplomacy.presence import prefetches, read_present, with_presence
from tests.factories import make_city, make_engagement, make_outcome, make_theme

SHOWN = {
    "themes": Theme.objects.all,
    "city": City.objects.published,
    "engagement": Engagement.objects.published,
}


class PresenceTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.theme = make_theme()
        cls.hidden = make_city(published_on=None)
        cls.event = make_engagement()
        cls.bare = make_outcome(engagement=cls.event)
        cls.full = make_outcome(city=cls.hidden)
        cls.full.themes.add(cls.theme)

    def expect_only_what_is_shown(self, bare, full):
        with self.assertNumQueries(0):
            self.assertEqual(bare.themes_read, [])
            self.assertEqual(full.themes_read, [self.theme])
            self.assertEqual((bare.engagement, bare.city), (self.event, None))
            self.assertEqual((full.engagement, full.city), (None, None))

    def test_each_relation_is_read_for_those_that_have_any(self):
        rows = list(with_presence(Outcome, *SHOWN).order_by("pk"))
        with self.assertNumQueries(3):
            read_present(rows, SHOWN)
        self.expect_only_what_is_shown(*rows)

    def test_nothing_is_asked_where_there_is_nothing(self):
        rows = list(with_presence(Outcome, *SHOWN).filter(pk=self.bare.pk))
        with self.assertNumQueries(1):
            read_present(rows, SHOWN)
        with self.assertNumQueries(0):
            read_present([], SHOWN)

    def test_a_queryset_reads_the_same(self):
        rows = Outcome.objects.order_by("pk")
        rows = rows.prefetch_related(*prefetches(Outcome, SHOWN))
        self.expect_only_what_is_shown(*rows)

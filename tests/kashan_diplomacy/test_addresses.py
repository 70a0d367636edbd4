from django.test import SimpleTestCase
from django.urls import NoReverseMatch, set_script_prefix
from django.utils.translation import override

from agreements.models import Engagement, Outcome
from kashan_diplomacy.addresses import address


class AddressTests(SimpleTestCase):
    def test_each_language_has_its_own(self):
        for _ in range(2):
            with override("fa"):
                self.assertEqual(address("city_detail", "varna"), "/cities/varna/")
            with override("en"):
                self.assertEqual(address("city_detail", "varna"), "/en/cities/varna/")

    @override("fa")
    def test_a_site_may_stand_below_another(self):
        self.assertEqual(address("city_list"), "/cities/")
        self.addCleanup(set_script_prefix, "/")
        set_script_prefix("/diplomacy/")
        self.assertEqual(address("city_list"), "/diplomacy/cities/")

    def test_what_was_not_saved_has_none(self):
        with self.assertRaises(NoReverseMatch):
            address("engagement_detail", None)


class LabelTests(SimpleTestCase):
    def test_a_choice_is_told_in_the_language_of_the_page(self):
        row = Engagement(kind=Engagement.Kind.MEETING)
        for _ in range(2):
            with override("fa"):
                self.assertEqual(row.get_kind_display(), "دیدار")
            with override("en"):
                self.assertEqual(row.get_kind_display(), "meeting")

    def test_what_is_no_choice_is_told_as_it_is(self):
        self.assertEqual(Engagement(kind="picnic").get_kind_display(), "picnic")
        self.assertEqual(Outcome(currency="").get_currency_display(), "")
        self.assertIsNone(Engagement(purpose=None).get_purpose_display())

"""What machines are told of a page, and where they are told to find it."""

import json
import re

from django.test import TestCase

from tests.factories import IN_1401, make_engagement, make_year


def told(response):
    [text] = re.findall(
        r'<script type="application/ld\+json">(.*?)</script>', response.text
    )
    return json.loads(text)


class StructuredDataTests(TestCase):
    def test_home_tells_of_the_office(self):
        organisation = told(self.client.get("/en/"))
        self.assertEqual(organisation["@type"], "GovernmentOrganization")
        self.assertEqual(organisation["url"], "http://testserver/en/")

    def test_engagement_is_an_event_on_its_day(self):
        visit = make_engagement(title_en="</script><b>Visit & talk", place="باغ فین")
        response = self.client.get(f"/en/engagements/{visit.pk}/")
        event = told(response)
        self.assertEqual(event["@type"], "Event")
        self.assertEqual(event["name"], visit.title_en)
        self.assertEqual(event["startDate"], IN_1401.isoformat())
        self.assertEqual(event["location"]["name"], "باغ فین")
        self.assertNotContains(response, "<b>Visit")

    def test_engagement_of_unknown_date_is_no_event(self):
        visit = make_engagement(starts_on=None, is_date_unknown=True)
        self.assertNotContains(
            self.client.get(f"/en/engagements/{visit.pk}/"), "ld+json"
        )

    def test_cancelled_engagement_says_so(self):
        visit = make_engagement(cancelled_on=IN_1401, cancellation_reason="storm")
        event = told(self.client.get(f"/en/engagements/{visit.pk}/"))
        self.assertTrue(event["eventStatus"].endswith("EventCancelled"))

    def test_year_is_a_set_of_data(self):
        make_year()
        dataset = told(self.client.get("/en/budget/1401/"))
        self.assertEqual(dataset["@type"], "Dataset")
        self.assertEqual(dataset["name"], "The budget of 1401")


class AddressesTests(TestCase):
    def test_page_names_its_one_address_and_the_same_in_the_other_language(self):
        page = self.client.get("/en/promises/?side=kashan&on=1401-04-31")
        address = "http://testserver/en/promises/"
        self.assertContains(page, f'<link rel="canonical" href="{address}">')
        self.assertContains(page, f'<meta property="og:url" content="{address}">')
        self.assertContains(page, 'content="en_GB"')
        self.assertContains(page, 'hreflang="fa"')
        self.assertContains(page, 'href="/promises/?side=kashan&amp;on=1401-04-31"')

    def test_title_and_description_stand_on_one_line_each(self):
        text = self.client.get("/en/promises/").text
        self.assertIn("<title>Promises · Kashan city diplomacy</title>", text)
        self.assertIn('<meta property="og:title" content="Promises">', text)

    def test_page_that_is_not_there_has_no_address(self):
        for path in "/nowhere/", "/en/nowhere/":
            page = self.client.get(path)
            self.assertNotIn("canonical", page.text)
            self.assertEqual(page.status_code, 404)

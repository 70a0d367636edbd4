import datetime

import pytest
from django.db import connection
from django.test import TestCase
from django.test.utils import CaptureQueriesContext

from agreements.models import Article, FollowUp, Signatory
from tests.factories import (
    IN_1401,
    make_agreement,
    make_city,
    make_clearance,
    make_document,
    make_engagement,
    make_fee,
    make_membership,
    make_milestone,
    make_obligation,
    make_organisation,
    make_outcome,
    make_right_used,
    make_theme,
)

DAY = datetime.timedelta(days=1)
DUE = IN_1401


def text(city):
    return f"%PDF-1.7 {city.pk}".encode()


@pytest.mark.once
class QueryCountTests(TestCase):
    """Thirty rows cost as many queries as three."""

    @classmethod
    def setUpTestData(cls):
        cls.city = make_city(slug="many")
        cls.pact = make_agreement(city=cls.city)
        cls.event = make_engagement(agreement=cls.pact)
        cls.theme = make_theme()

    def add(self, number):
        for _ in range(number):
            city = make_city()
            make_agreement(city=self.city, amends=self.pact)
            visit = make_engagement(cities=[city, self.city], agreement=self.pact)
            organisation = make_organisation()
            visit.organisations.add(organisation)
            obligation = make_obligation(
                agreement=self.pact, responsible_organisation=organisation
            )
            obligation.themes.add(self.theme)
            visit.themes.add(self.theme)
            milestone = make_milestone(obligation=obligation, engagement=visit)
            milestone.evidence_document = make_document(self.pact, content=text(city))
            milestone.due_on, milestone.moved_reason = DUE + DAY, "درخواست"
            milestone.save()
            make_clearance(
                self.pact, organisation, document=milestone.evidence_document
            )
            Article.objects.create(
                agreement=self.pact, number=city.pk, heading_fa="هدف"
            )
            make_milestone(obligation=obligation, engagement=self.event)
            make_right_used(membership=make_membership(organisation=organisation))
            make_fee(membership=make_membership())
            self.event.cities.add(city)
            self.event.organisations.add(organisation)
            make_outcome(city=self.city, engagement=self.event)
            FollowUp.objects.create(
                engagement=self.event,
                action="نامه",
                responsible_organisation=organisation,
            )
            Signatory.objects.create(
                agreement=self.pact, side="kashan", name="نام", post="شهردار"
            )

    def test_pages_cost_the_same_however_many_rows(self):
        pages = {
            "/": 14,
            "/cities/": 13,
            "/cities/many/": 28,
            "/agreements/": 7,
            f"/agreements/{self.pact.pk}/": 17,
            "/engagements/": 7,
            f"/engagements/{self.event.pk}/": 8,
            "/memberships/": 8,
            "/promises/": 9,
            "/themes/": 1,
            "/themes/waste/": 12,
            "/gaps/": 14,
        }
        for number in 3, 27:
            self.add(number)
            for path, queries in pages.items():
                with self.subTest(path=path), self.assertNumQueries(queries):
                    self.client.get(path)

    def test_an_engagement_asks_only_for_what_hangs_on_it(self):
        bare = make_engagement()
        with self.assertNumQueries(1):
            self.client.get(f"/engagements/{bare.pk}/")
        outcome = make_outcome(engagement=bare, city=self.city)
        with self.assertNumQueries(3):  # the outcome and its city
            self.client.get(f"/engagements/{bare.pk}/")
        make_document(outcome=outcome)
        outcome.themes.add(self.theme)
        with self.assertNumQueries(5):
            self.client.get(f"/engagements/{bare.pk}/")

    def test_promises_of_amendments_cost_the_same_however_many(self):
        pages = (
            "/promises/",
            "/themes/waste/",
            f"/engagements/{self.event.pk}/",
            "/feed.atom",
        )
        counts = []
        for number in 2, 6:
            for _ in range(number):
                pact = make_agreement(city=self.city, amends=self.pact)
                promise = make_obligation(agreement=pact)
                promise.themes.add(self.theme)
                make_milestone(obligation=promise, engagement=self.event)
            with CaptureQueriesContext(connection) as queries:
                for path in pages:
                    self.assertEqual(self.client.get(path).status_code, 200)
            counts.append(len(queries))
        self.assertEqual(*counts)

    def test_two_hundred_obligations_cost_the_same_as_ten(self):
        counts = set()
        for number in 10, 190:
            for _ in range(number):
                make_milestone(obligation=make_obligation(agreement=self.pact))
            with CaptureQueriesContext(connection) as queries:
                self.client.get(f"/agreements/{self.pact.pk}/")
                self.client.get("/cities/many/")
            counts.add(len(queries))
        self.assertEqual(len(counts), 1)

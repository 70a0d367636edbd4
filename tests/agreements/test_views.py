import datetime

import pytest
from django.test import TestCase
from django.utils import timezone

from agreements.models import FollowUp, Participant, Signatory
from agreements.story import LATEST
from tests.factories import (
    make_agreement,
    make_city,
    make_engagement,
    make_membership,
    make_milestone,
    make_obligation,
    make_organisation,
    make_outcome,
    make_theme,
)
from tests.pages import assert_clean, latin_digits

pytestmark = pytest.mark.once

DAY = datetime.timedelta(days=1)
DUE = datetime.date(2022, 7, 22)  # 31 Tir 1401


def make_everything():
    """One of each thing these pages show; every text field filled."""
    city, agreement = make_pact()
    engagement = make_festival(city, agreement)
    for side in ("kashan", "partner", "both"):
        obligation = make_obligation(
            agreement=agreement, side=side, article="۳", title_en=f"Promise of {side}"
        )
        make_milestone(obligation=obligation)
    make_milestone(
        obligation=obligation,
        verdict="met",
        met_on=DUE,
        evidence="گزارش ۱۲",
        engagement=engagement,
    )
    make_membership(organisation=engagement.organisations.get())
    theme = make_theme()
    obligation.themes.add(theme)
    engagement.themes.add(theme)
    make_outcome(city=city).themes.add(theme)
    return city, agreement, engagement


def make_pact():
    city = make_city(
        name_fa="کازانلاک",
        name_en="Kazanlak",
        name_local="Казанлък",
        slug="kazanlak",
        shares_fa="گل سرخ",
        shares_en="Roses",
        website="https://example.org/1",
        source="گفت‌وگوی ۱۴۰۱",
    )
    agreement = make_agreement(
        city=city,
        title_fa="پیمان گل",
        title_en="The rose pact",
        summary_fa="دو شهر گل",
        summary_en="Two cities of roses",
        effective_on=datetime.date(2021, 4, 1),
        expires_on=datetime.date(2023, 3, 21),
        renews_for_months=12,
    )
    Signatory.objects.create(
        agreement=agreement, side="kashan", name="نام", post="شهردار"
    )
    return city, agreement


def make_festival(city, agreement):
    engagement = make_engagement(
        cities=[city],
        agreement=agreement,
        ends_on=DUE + DAY,
        summary_fa="درباره گل",
        summary_en="On roses",
        place="باغ فین",
        report="محرمانه",
        title_fa="جشن گل",
        title_en="Rose festival",
    )
    organisation = make_organisation(website="https://example.org/2")
    engagement.organisations.add(organisation)
    Participant.objects.create(engagement=engagement, side="partner", post="سفیر")
    FollowUp.objects.create(
        engagement=engagement, action="نامه", due_on=DUE, responsible_person="کارمند"
    )
    return engagement


class PublicPagesTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.city, cls.agreement, cls.engagement = make_everything()
        cls.pages = [
            "/",
            "/cities/",
            "/cities/kazanlak/",
            "/agreements/",
            f"/agreements/{cls.agreement.pk}/",
            "/engagements/",
            f"/engagements/{cls.engagement.pk}/",
            "/memberships/",
            "/gifts/",
            "/outcomes/",
            "/promises/",
            "/themes/",
            "/themes/waste/",
            "/figures/",
            "/gaps/",
        ]

    def test_every_page_answers_in_both_languages(self):
        for path in self.pages:
            for prefix, language, direction in ("", "fa", "rtl"), ("/en", "en", "ltr"):
                with self.subTest(path=path, language=language):
                    response = self.client.get(prefix + path)
                    self.assertContains(
                        response, f'<html lang="{language}" dir="{direction}">'
                    )
                    assert_clean(response)

    def test_persian_pages_show_no_latin_digits(self):
        for path in self.pages:
            with self.subTest(path=path):
                self.assertEqual(latin_digits(self.client.get(path)), [])

    def test_every_page_links_to_itself_in_the_other_language_on_the_same_day(self):
        for path in self.pages:
            with self.subTest(path=path):
                response = self.client.get(f"{path}?on=1401-04-31")
                self.assertContains(response, f'href="/en{path}?on=1401-04-31"')
                self.assertContains(
                    response, f'href="http://testserver/en{path}?on=1401-04-31"'
                )
                back = self.client.get(f"/en{path}?on=1401-04-31")
                self.assertContains(back, f'href="{path}?on=1401-04-31"')

    def test_chosen_day_is_carried_along(self):
        response = self.client.get("/cities/?on=۱۴۰۱/۴/۳۱")
        self.assertContains(response, 'href="/cities/kazanlak/?on=1401-04-31"')

    def test_city_shows_both_sides_and_its_sources(self):
        response = self.client.get("/en/cities/kazanlak/")
        for text in (
            "Roses",
            "The rose pact",
            "Promise of kashan",
            "Promise of partner",
            "Promise of both",
            "Rose festival",
            "گفت‌وگوی ۱۴۰۱",
        ):
            self.assertContains(response, text)

    def test_what_is_internal_stays_internal(self):
        response = self.client.get(f"/engagements/{self.engagement.pk}/")
        self.assertContains(response, "نامه")
        self.assertNotContains(response, "محرمانه")
        self.assertNotContains(response, "کارمند")

    def test_missed_promises_are_said_on_both_sides(self):
        response = self.client.get(f"/en/agreements/{self.agreement.pk}/")
        for who in "Kashan", "Kazanlak":
            self.assertContains(response, f"<h3>{who}</h3>", html=True)
        self.assertContains(response, "kept <strong>1</strong> of 3 promises due")
        self.assertContains(response, "2 overdue", count=2)
        self.assertContains(
            response, '<strong class="verdict">overdue</strong>', count=3
        )

    def test_verdict_is_not_known_before_it_was_reached(self):
        path = f"/en/agreements/{self.agreement.pk}/"
        for on, overdue, met in (
            ("1401-04-30", 0, 0),  # the day before it is due, and met
            ("1401-04-31", 0, 1),
            ("1401-05-01", 3, 1),
        ):
            with self.subTest(on=on):
                response = self.client.get(path, {"on": on})
                verdict = '<strong class="verdict">{}</strong>'
                self.assertContains(response, verdict.format("overdue"), count=overdue)
                self.assertContains(response, verdict.format("met"), count=met)

    def test_a_draft_binds_nobody(self):
        path = f"/en/agreements/{self.agreement.pk}/"
        for on, count in ("1399-12-30", 4), ("1400-01-01", 0):
            with self.subTest(on=on):
                response = self.client.get(path, {"on": on})
                self.assertContains(response, "not binding yet", count=count)
                city = self.client.get("/en/cities/kazanlak/", {"on": on})
                promised = "Promise of kashan" in city.text
                self.assertEqual(promised, count == 0)

    def test_state_of_an_agreement_is_that_of_the_chosen_day(self):
        for on, state in (
            ("1399-12-30", "in preparation"),  # the day before it was signed
            ("1400-01-01", "signed, not yet in effect"),
            ("1400-01-12", "in force"),
        ):
            with self.subTest(on=on):
                response = self.client.get("/en/agreements/", {"on": on})
                self.assertContains(response, f">{state}</span>")

    def test_examples_say_so(self):
        self.assertNotContains(self.client.get("/en/cities/"), "badge example")
        make_city(is_illustrative=True, source="made up")
        response = self.client.get("/en/cities/")
        self.assertContains(response, '<span class="badge example">example</span>')
        self.assertNotContains(response, "made up")

    def test_markup_in_a_name_is_shown_and_not_obeyed(self):
        make_city(slug="x", name_en='"><script>alert(1)</script>')
        for path in "/en/cities/", "/en/cities/x/":
            assert_clean(self.client.get(path))


class CardTests(TestCase):
    def test_card_counts_an_engagement_that_leads_to_the_city_by_its_agreement(self):
        city = make_city()
        pact = make_agreement(city=city)
        make_engagement(agreement=pact)
        make_engagement(agreement=pact, cities=[city])
        self.assertContains(self.client.get("/en/cities/"), "2 engagements")


class UnpublishedTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.secret = make_city(slug="secret", name_en="Secretville", published_on=None)
        cls.city = make_city(slug="open")
        cls.draft = make_agreement(
            city=cls.city, title_en="Secret draft", kind="memorandum", published_on=None
        )
        cls.hidden = make_agreement(city=cls.secret, title_en="Secret by its city")
        cls.talk = make_engagement(title_en="Secret talk", published_on=None)
        cls.amending = make_agreement(city=cls.city, amends=cls.draft)
        cls.pact = make_agreement(city=cls.city)
        make_agreement(
            city=cls.city,
            title_en="Secret amendment",
            amends=cls.pact,
            published_on=None,
        )
        cls.visit = make_engagement(cities=[cls.city, cls.secret], agreement=cls.draft)
        promise = make_obligation(agreement=cls.pact)
        make_milestone(
            obligation=promise,
            verdict="met",
            met_on=DUE,
            evidence="report",
            engagement=cls.talk,
        )
        draft_promise = make_obligation(agreement=cls.draft, title_en="Secret promise")
        theme = make_theme()
        draft_promise.themes.add(theme)
        cls.talk.themes.add(theme)
        make_milestone(obligation=draft_promise, engagement=cls.visit)
        make_membership(
            organisation=make_organisation(name_en="Secret club"), published_on=None
        )

    def test_unpublished_is_not_found(self):
        for path in (
            "/cities/secret/",
            f"/agreements/{self.draft.pk}/",
            f"/agreements/{self.hidden.pk}/",
            f"/agreements/{self.amending.pk}/",
            f"/engagements/{self.talk.pk}/",
            "/agreements/999999999999999999999999/",
        ):
            with self.subTest(path=path):
                self.assertEqual(self.client.get(path).status_code, 404)

    def test_unpublished_shows_on_no_other_page(self):
        for path in (
            "/en/",
            "/en/cities/",
            "/en/cities/open/",
            "/en/agreements/",
            f"/en/agreements/{self.pact.pk}/",
            "/en/engagements/",
            f"/en/engagements/{self.visit.pk}/",
            "/en/memberships/",
            "/en/promises/",
            "/en/promises/?q=promise",
            "/en/themes/waste/",
            "/en/gaps/",
            "/en/cities/?q=ville",
        ):
            with self.subTest(path=path):
                response = self.client.get(path)
                self.assertNotContains(response, "Secret")
                self.assertNotContains(response, "emorandum")

    def test_unpublished_promises_are_not_counted(self):
        response = self.client.get("/en/cities/open/")
        self.assertContains(response, "kept <strong>1</strong> of 1 promises due")

    def test_published_from_its_day_on_whatever_day_is_asked_for(self):
        today = timezone.localdate()
        make_city(slug="today", published_on=today)
        make_city(slug="tomorrow", published_on=today + DAY)
        for query in "", "?on=1390-01-01":
            with self.subTest(query=query):
                found = self.client.get(f"/cities/today/{query}")
                self.assertEqual(found.status_code, 200)
                missing = self.client.get(f"/cities/tomorrow/{query}")
                self.assertEqual(missing.status_code, 404)


class EngagementTimeTests(TestCase):
    def groups(self, on):
        context = self.client.get("/en/engagements/", {"on": on}).context
        return {
            "coming": [each.title_en for each in context["coming"]],
            "past": [each.title_en for each in context["page"]],
        }

    def test_coming_ones_nearest_first_then_the_past_latest_first(self):
        for title, days in ("before", -1), ("that day", 0), ("soon", 1), ("later", 2):
            make_engagement(title_en=title, starts_on=DUE + days * DAY)
        make_engagement(title_en="some day", starts_on=None)
        make_engagement(title_en="once", starts_on=None, is_date_unknown=True)
        self.assertEqual(
            self.groups("1401-04-31"),
            {
                "coming": ["soon", "later", "some day"],
                "past": ["that day", "before", "once"],
            },
        )

    def test_cancelled_ones_say_so_from_that_day_on(self):
        make_engagement(cancelled_on=DUE, cancellation_reason="storm")
        for on, count in ("1401-04-30", 0), ("1401-04-31", 1):
            with self.subTest(on=on):
                response = self.client.get("/en/engagements/", {"on": on})
                self.assertContains(response, "badge bad", count=count)


class PartnerOfManyEngagementsTests(TestCase):
    def test_page_tells_the_latest_counts_all_and_links_to_the_rest(self):
        city = make_city(slug="xining")
        for days in range(LATEST + 1):
            make_engagement(
                cities=[city],
                kind="meeting",
                title_en=f"Day {days}",
                starts_on=DUE - days * DAY,
            )
        make_agreement(city=city, signed_on=DUE - 400 * DAY, title_en="Old pact")
        page = self.client.get("/en/cities/xining/?on=1401-04-31")
        told = {each.title for each in page.context["timeline"]}
        listed = {each.title_en for each in page.context["engagements"]["past"]}
        newest = {f"Day {days}" for days in range(LATEST)}
        self.assertEqual((told, listed), (newest, newest))
        self.assertEqual(page.context["people"], [("meeting", "meetings", LATEST + 1)])
        more = "/en/engagements/?partner=xining&amp;on=1401-04-31"
        self.assertContains(page, more, count=1)
        found = self.client.get(more.replace("&amp;", "&"))
        self.assertContains(found, f"Day {LATEST}")
        self.assertContains(found, 'href="/en/cities/xining/?on=1401-04-31"')


class OrderTests(TestCase):
    def test_cities_stand_in_the_order_of_the_pages_language(self):
        make_city(name_fa="پکن", name_en="Zurich", slug="first")
        make_city(name_fa="زوریخ", name_en="Beijing", slug="second")
        for path, slugs in (
            ("/cities/", ["first", "second"]),
            ("/en/cities/", ["second", "first"]),
        ):
            with self.subTest(path=path):
                cities = self.client.get(path).context["page"]
                self.assertEqual([city.slug for city in cities], slugs)

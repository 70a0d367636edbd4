"""What the public lists can be narrowed down to."""

import datetime
import html
import re

from django.http import QueryDict
from django.test import TestCase

from agreements.models import Agreement, City, Engagement, Obligation
from kashan_diplomacy.opendata.lists import LISTS
from tests.factories import (
    IN_1401,
    make_agreement,
    make_city,
    make_engagement,
    make_milestone,
    make_obligation,
    make_outcome,
    make_theme,
)
from tests.pages import assert_clean

DAY = datetime.timedelta(days=1)


class PartnerFilterTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.theme = make_theme()
        cls.roses = make_city(slug="roses", name_fa="شهرِ گل‌ها", country="BG")
        cls.waste = make_city(slug="waste", name_fa="شهر ۲", country="CN")
        cls.other = make_city(slug="other", name_fa="شهر ۳", country="CN")
        make_agreement(city=cls.roses, kind="memorandum", signed_on=IN_1401)
        obligation = make_obligation(agreement=make_agreement(city=cls.waste))
        obligation.themes.add(cls.theme)
        talk = make_engagement(cities=[cls.other], published_on=None)
        talk.themes.add(cls.theme)

    def found(self, **query):
        page = self.client.get("/cities/", {"on": "1401-04-31", **query})
        return {city.slug for city in page.context["page"]}

    def test_each_choice_narrows_the_list_and_its_map(self):
        for query, slugs in (
            ({}, {"roses", "waste", "other"}),
            ({"q": "گلها"}, {"roses"}),
            ({"q": "شهر گل ها"}, {"roses"}),
            ({"q": "بلغارستان"}, {"roses"}),
            ({"q": "nowhere"}, set()),
            ({"country": "CN"}, {"waste", "other"}),
            ({"kind": "memorandum"}, {"roses"}),
            ({"theme": "waste"}, {"waste"}),
            ({"vitality": "new"}, {"roses"}),
            ({"vitality": "none"}, {"other"}),
            ({"country": "CN", "vitality": "none"}, {"other"}),
        ):
            with self.subTest(query=query):
                self.assertEqual(self.found(**query), slugs)

    def test_what_cannot_be_read_is_left_out_and_said(self):
        page = self.client.get("/en/cities/", {"country": "XX", "vitality": "new'--"})
        self.assertEqual(len(page.context["page"]), 3)
        self.assertContains(page, "Part of the choice could not be read")
        assert_clean(page)

    def test_choice_survives_another_day_and_another_language(self):
        page = self.client.get("/en/cities/", {"country": "CN", "on": "1401-04-31"})
        self.assertContains(page, '<input type="hidden" name="on" value="1401-04-31">')
        self.assertContains(page, '<input type="hidden" name="country" value="CN">')
        self.assertContains(page, "/cities/?country=CN&amp;on=1401-04-31")


class PromiseFilterTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        pact = make_agreement()
        cls.ours = make_obligation(agreement=pact, title_en="Ours", title_fa="کار ما")
        cls.theirs = make_obligation(agreement=pact, side="partner", title_en="Theirs")
        cls.shared = make_obligation(agreement=pact, side="both", title_en="Shared")
        cls.theirs.themes.add(make_theme())
        make_milestone(
            obligation=cls.ours, verdict="met", met_on=IN_1401, evidence="report"
        )
        make_milestone(obligation=cls.theirs, due_on=IN_1401 - DAY)
        make_milestone(obligation=cls.shared, due_on=IN_1401 + 30 * DAY)

    def found(self, **query):
        page = self.client.get("/en/promises/", {"on": "1401-04-31", **query})
        return {each.obligation.title_en for each in page.context["page"]}

    def test_each_choice_narrows_the_list(self):
        for query, titles in (
            ({}, {"Ours", "Theirs", "Shared"}),
            ({"q": "كار"}, {"Ours"}),
            ({"side": "kashan"}, {"Ours", "Shared"}),
            ({"side": "partner"}, {"Theirs", "Shared"}),
            ({"verdict": "met"}, {"Ours"}),
            ({"verdict": "overdue"}, {"Theirs"}),
            ({"verdict": "pending"}, {"Shared"}),
            ({"verdict": "waived"}, set()),
            ({"theme": "waste"}, {"Theirs"}),
            ({"due": "so_far"}, {"Ours", "Theirs"}),
            ({"due": "soon"}, {"Shared"}),
            ({"due": "later"}, set()),
            ({"verdict": "counted"}, {"Ours", "Theirs"}),
            ({"year": "1401"}, {"Ours", "Theirs", "Shared"}),
            ({"year": "1400"}, set()),
        ):
            with self.subTest(query=query):
                self.assertEqual(self.found(**query), titles)

    def test_tallies_count_what_the_list_is_made_of(self):
        page = self.client.get("/en/promises/?on=1401-04-31&side=kashan")
        self.assertContains(page, "kept <strong>1</strong> of 1 promises due", count=1)

    def test_what_a_count_links_to_is_what_it_counted(self):
        """Also of what does not count: waived, of this very day, or only a draft's."""
        pact = self.ours.agreement
        late = {"obligation": self.theirs, "due_on": IN_1401 - 2 * DAY}
        make_milestone(
            **late, verdict="waived", verdict_reason="سیل", reviewed_on=IN_1401
        )
        make_milestone(obligation=self.theirs, due_on=IN_1401)
        draft = make_agreement(city=pact.city, signed_on=None)
        make_milestone(obligation=make_obligation(agreement=draft), due_on=IN_1401)
        make_milestone(due_on=IN_1401 - DAY)  # of another city
        pages = [pact.city.get_absolute_url(), pact.get_absolute_url()]
        for path in ["/", *pages, "/themes/waste/"]:
            page = self.client.get(path, {"on": "1401-04-31"})
            told = page.context["promises"]
            links = re.findall(r'href="(\S*/promises/\?\S+verdict=[^"]+)"', page.text)
            for address in map(html.unescape, links):
                query = QueryDict(address.partition("?")[2])
                part, side = query["verdict"], told[query["side"]]
                number = side.due if part == "counted" else getattr(side, part)
                with self.subTest(path=path, address=address):
                    listed = self.client.get(address).context["page"].paginator
                    self.assertEqual(listed.count, number)
            self.assertGreaterEqual(len(links), 3)

    def test_long_list_is_told_in_pages_that_keep_the_choice(self):
        for number in range(1, 51):
            make_milestone(obligation=self.ours, due_on=IN_1401 - DAY * number)
        page = self.client.get("/en/promises/?side=kashan&page=2")
        self.assertContains(page, "Page 2 of 2")
        self.assertContains(page, "?side=kashan&amp;page=1")
        far = self.client.get("/en/promises/?page=999")
        self.assertEqual(far.status_code, 200)


class EngagementFilterTests(TestCase):
    def test_each_choice_narrows_the_list(self):
        make_engagement(title_en="Talk", kind="meeting", purpose="protocol")
        visit = make_engagement(title_en="Visit", kind="festival", place="باغ فین")
        visit.themes.add(make_theme())
        visit.cities.add(make_city(slug="xining"))
        for query, titles in (
            ({}, {"Talk", "Visit"}),
            ({"q": "فین"}, {"Visit"}),
            ({"partner": "xining"}, {"Visit"}),
            ({"kind": "meeting"}, {"Talk"}),
            ({"purpose": "protocol"}, {"Talk"}),
            ({"theme": "waste"}, {"Visit"}),
        ):
            with self.subTest(query=query):
                page = self.client.get("/en/engagements/", query)
                found = {each.title_en for each in page.context["page"]}
                self.assertEqual(found, titles)

    def test_ceremony_share_is_told_of_all_and_not_of_a_choice(self):
        make_engagement(purpose="protocol")
        make_engagement(purpose="exploration", is_date_unknown=True, starts_on=None)
        told = "2 were held, 1 of them for protocol alone (50%)."
        self.assertContains(self.client.get("/en/engagements/"), told)
        narrowed = self.client.get("/en/engagements/?purpose=protocol")
        self.assertNotContains(narrowed, "for protocol alone")


class PublicSearchTests(TestCase):
    """What the boxes above the public lists find."""

    def found(self, path, typed):
        page = self.client.get(path, {"q": typed}).context["page"]
        return page.paginator.count

    def test_any_spelling_finds_the_same(self):
        city = make_city(name_fa="شهر کاشی\u200cکاری")
        pact = make_agreement(city=city, title_fa="پیمان کاشی\u200cکاری")
        make_milestone(
            obligation=make_obligation(agreement=pact, title_fa="آموزش کاشی\u200cکاری")
        )
        make_engagement(title_fa="دیدار کاشی\u200cکاری")
        for path in "/cities/", "/agreements/", "/promises/", "/engagements/":
            for typed in "كاشي كاري", "کاشی\u200cکاری", "کاشیکاری", "كاری کاشی":
                with self.subTest(path=path, typed=typed):
                    self.assertEqual(self.found(path, typed), 1)
            with self.subTest(path=path):
                self.assertEqual(self.found(path, "کاشی رنگی"), 0)

    def test_who_took_part_or_signed_is_found_where_that_is_published(self):
        visit, hidden = make_engagement(), make_engagement(published_on=None)
        for each in visit, hidden:
            each.participants.create(side="partner", name="لولا دا سیلوا", post="سفیر")
        self.assertEqual(self.found("/engagements/", "سیلوا"), 1)
        pact, draft = make_agreement(), make_agreement(published_on=None)
        for each in pact, draft:
            each.signatories.create(side="kashan", name="سعید ابریشمی", post="شهردار")
        self.assertEqual(self.found("/agreements/", "ابریشمی"), 1)

    def test_it_looks_in_nothing_but_what_the_open_data_tell(self):
        """Or a visitor could guess, word by word, what was never published."""
        told = {each.model: each.columns for each in LISTS.values()}
        for model in City, Agreement, Obligation, Engagement:
            parts = [
                getattr(model, name).rel.related_model for name in model.searched_parts
            ]
            for searched in model, *parts:
                texts = (
                    searched.searched_in or model._meta.get_field("search_text").sources
                )
                with self.subTest(model=searched):
                    self.assertLessEqual(
                        set(texts), {each.header for each in told[searched]}
                    )


class ThemePagesTests(TestCase):
    def test_theme_names_who_works_on_it_and_what_came_of_it(self):
        theme = make_theme()
        city = make_city(name_en="Xining", slug="xining")
        obligation = make_obligation(
            agreement=make_agreement(city=city), side="partner", title_en="Teach"
        )
        obligation.themes.add(theme)
        make_milestone(
            obligation=obligation, verdict="met", met_on=IN_1401, evidence="report"
        )
        outcome = make_outcome(city=city, description_en="Twelve were trained")
        outcome.themes.add(theme)
        page = self.client.get("/en/themes/waste/")
        for text in "Xining", "Teach", "Promised by Xining", "Twelve were trained":
            self.assertContains(page, text)
        self.assertContains(page, "kept <strong>1</strong> of 1 promises due")
        self.assertContains(self.client.get("/en/themes/"), "1 outcome")
        self.assertEqual(self.client.get("/en/themes/none/").status_code, 404)

"""The frame of the public pages: home, the day they speak of, errors, languages."""

import datetime

from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.test import Client, RequestFactory, SimpleTestCase, TestCase
from django.utils import timezone, translation
from django.views import defaults

from kashan_diplomacy import jalali
from kashan_diplomacy.as_of import AsOf
from kashan_diplomacy.templatetags import pages
from tests.factories import (
    make_agreement,
    make_city,
    make_engagement,
    make_line,
    make_milestone,
    make_obligation,
    make_year,
)
from tests.pages import assert_clean, latin_digits

ON = datetime.date(2022, 7, 22)  # 31 Tir 1401


class AsOfTests(SimpleTestCase):
    def as_of(self, **query):
        return AsOf(RequestFactory().get("/", query))

    def test_today_unless_asked(self):
        for query in {}, {"on": ""}, {"other": "1401-04-31"}:
            with self.subTest(query=query):
                as_of = self.as_of(**query)
                self.assertEqual(as_of.on, timezone.localdate())
                self.assertEqual(as_of.query, "")

    def test_any_way_of_writing_a_jalali_day(self):
        for typed in "1401-04-31", "۱۴۰۱/۴/۳۱", "١٤٠١؍٤؍٣١":
            with self.subTest(typed=typed):
                as_of = self.as_of(on=typed)
                self.assertEqual(as_of.on, ON)
                self.assertEqual(as_of.query, "?on=1401-04-31")

    def test_today_is_the_last_day_that_can_be_asked_for(self):
        today = timezone.localdate()
        self.assertEqual(self.as_of(on=jalali.iso(today)).chosen, today)
        tomorrow = self.as_of(on=jalali.iso(today + datetime.timedelta(days=1)))
        self.assertIsNone(tomorrow.chosen)
        self.assertTrue(tomorrow.form.has_error("on", "future"))

    def test_what_is_no_day_counts_as_today_and_is_explained(self):
        for typed in "1401-12-30", "2022-07-22", "tomorrow", "1401-04-31'--", "9" * 99:
            with self.subTest(typed=typed):
                as_of = self.as_of(on=typed)
                self.assertEqual(as_of.on, timezone.localdate())
                self.assertTrue(as_of.form.has_error("on"))


class HomeTests(TestCase):
    def test_empty_database_is_no_error(self):
        for path in "/", "/en/":
            response = self.client.get(path)
            self.assertEqual(response.status_code, 200)
            assert_clean(response)
        self.assertEqual(latin_digits(self.client.get("/")), [])

    def test_counts_what_was_in_force_and_kept_by_the_chosen_day(self):
        pact = make_agreement(signed_on=ON)
        make_city(published_on=None)
        make_milestone(
            obligation=make_obligation(agreement=pact),
            verdict="met",
            met_on=ON,
            evidence="report",
        )
        for on, in_force, due in ("1401-04-30", 0, 0), ("1401-04-31", 1, 1):
            with self.subTest(on=on):
                context = self.client.get("/", {"on": on}).context
                self.assertEqual(context["partners"]["count"], 1)
                self.assertEqual(context["in_force"]["count"], in_force)
                self.assertEqual(context["promises"]["kashan"].due, due)
                self.assertEqual(context["promises"]["kashan"].kept, due)

    def test_shows_the_chosen_days_year_else_the_newest(self):
        for year in 1400, 1401:
            make_year(year)
        make_year(1402, published_on=None)
        for query, year in (
            ("", 1401),
            ("?on=1400-06-01", 1400),
            ("?on=1402-02-01", 1401),
        ):
            with self.subTest(query=query):
                context = self.client.get(f"/{query}").context
                self.assertEqual(context["fiscal_year"].year, year)

    def test_latest_are_held_and_coming_are_near_and_not_cancelled(self):
        for days in range(-6, 5):
            make_engagement(
                title_en=str(days), starts_on=ON + datetime.timedelta(days=days)
            )
        make_engagement(
            title_en="off",
            starts_on=ON + datetime.timedelta(days=1),
            cancelled_on=ON,
            cancellation_reason="storm",
        )
        context = self.client.get("/", {"on": "1401-04-31"}).context
        titles = {
            part: [each.title_en for each in context[part]]
            for part in ("coming", "latest")
        }
        self.assertEqual(
            titles,
            {"coming": ["1", "2", "3"], "latest": ["0", "-1", "-2", "-3", "-4"]},
        )

    def test_figures_with_examples_say_so(self):
        line = make_line(approved=10)
        self.assertNotContains(self.client.get("/en/"), "with examples")
        line.is_illustrative = True
        line.save()
        make_city(is_illustrative=True)
        self.assertContains(self.client.get("/en/"), "with examples", count=2)

    def test_a_bad_day_keeps_what_was_typed_and_shows_today(self):
        response = self.client.get("/en/", {"on": '2022-07-22"><b>'})
        self.assertContains(response, 'value="2022-07-22&quot;&gt;&lt;b&gt;"')
        self.assertContains(response, "As of today")
        self.assertContains(response, "The day could not be read")
        self.assertContains(response, 'aria-invalid="true"')


class ErrorPageTests(SimpleTestCase):
    """SimpleTestCase refuses queries: no error page needs the database."""

    def test_missing_page_stands_in_the_sites_design_in_both_languages(self):
        for path, language, other in (
            ("/nowhere/?a=1", "fa", "/en/nowhere/?a=1"),
            ("/en/nowhere/", "en", "/nowhere/"),
        ):
            with self.subTest(path=path):
                response = self.client.get(path)
                self.assertContains(
                    response, f'<html lang="{language}"', status_code=404
                )
                self.assertContains(response, f'href="{other}"', status_code=404)
                self.assertContains(response, "css/base.css", status_code=404)
                assert_clean(response)

    def test_no_language_link_leads_to_another_site(self):
        page = self.client.get("/en//evil.example/a")
        self.assertContains(page, 'href="/%2Fevil.example/a"', status_code=404)
        self.assertNotContains(page, 'href="//', status_code=404)

    def test_form_without_its_token_is_refused_in_the_sites_design(self):
        client = Client(enforce_csrf_checks=True)
        for path, language in ("/admin/login/", "fa"), ("/en/admin/login/", "en"):
            with self.subTest(path=path):
                response = client.post(path)
                self.assertContains(
                    response, f'<html lang="{language}"', status_code=403
                )
                self.assertContains(response, "css/base.css", status_code=403)
                assert_clean(response)

    def test_every_error_page_renders_in_both_languages(self):
        request = RequestFactory().get("/")
        for language in "fa", "en":
            answers = [
                (400, defaults.bad_request, SuspiciousOperation()),
                (403, defaults.permission_denied, PermissionDenied()),
                (500, defaults.server_error, None),
            ]
            for status, view, error in answers:
                with (
                    self.subTest(status=status, language=language),
                    translation.override(language),
                ):
                    response = view(request, *([error] if error else []))
                    self.assertEqual(response.status_code, status)
                    self.assertIn(f'<html lang="{language}"', response.text)
                    assert_clean(response)


class PageFilterTests(SimpleTestCase):
    def test_permille_stays_on_the_bar(self):
        for part, whole, expected in (
            (1, 3, 333),
            (2, 1, 1000),
            (-1, 1, 0),
            (None, 1, 0),
            (5, 0, 0),
        ):
            with self.subTest(part=part, whole=whole):
                self.assertEqual(pages.permille(part, whole), expected)

    def test_day_is_read_by_people_and_by_machines(self):
        with translation.override("fa"):
            read = pages.day(ON)
        self.assertEqual(read, '<time datetime="2022-07-22">۳۱ تیر ۱۴۰۱</time>')
        self.assertEqual(pages.day(None), "")

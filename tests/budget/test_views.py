import datetime

from django.test import TestCase
from django.utils import timezone

from agreements.models import Milestone
from budget import closing, ledger
from budget.models import Closing
from kashan_diplomacy import jalali
from tests.factories import (
    make_agreement,
    make_expense,
    make_line,
    make_milestone,
    make_obligation,
    make_user,
    make_year,
)
from tests.pages import assert_clean, latin_digits

MILLION_TOMAN = 10_000_000  # rial
FARVARDIN = datetime.date(2022, 3, 25)
TIR = datetime.date(2022, 7, 22)  # 31 Tir 1401, the 124th day of the year


def spend(line, amount, on):
    """Commit and pay `amount` rial."""
    expense = make_expense(line=line, requested=amount, requested_on=on)
    clerk = make_user()
    ledger.commit(expense=expense, amount=amount, by=clerk, dated_on=on)
    ledger.pay(expense=expense, amount=amount, by=clerk, dated_on=on)


class BudgetYearTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.year = make_year(1401, source="گفت‌وگوی ۱۴۰۱")
        cls.line = make_line(
            fiscal_year=cls.year,
            code="1401-7",
            title_en="Diplomatic meetings",
            approved=600 * MILLION_TOMAN,
        )
        spend(cls.line, 69 * MILLION_TOMAN, TIR)

    def test_answers_in_both_languages_without_anything_unsafe(self):
        for path, language in ("", "fa"), ("/en", "en"):
            with self.subTest(language=language):
                response = self.client.get(f"{path}/budget/1401/?on=1401-04-31")
                self.assertContains(response, f'<html lang="{language}"')
                assert_clean(response)

    def test_budget_leads_to_the_newest_year_that_has_begun(self):
        now = jalali.from_gregorian(timezone.localdate()).year
        make_year(now + 1)
        self.assertRedirects(self.client.get("/budget/"), "/budget/1401/")
        of_1399 = self.client.get("/budget/?on=1399-01-01")
        self.assertRedirects(of_1399, "/budget/1401/?on=1399-01-01")

    def test_year_to_come_reads_as_not_begun(self):
        year = make_year(jalali.from_gregorian(timezone.localdate()).year + 1)
        make_milestone(due_on=year.starts_on)
        response = self.client.get(year.get_absolute_url())
        self.assertEqual(response.context["pace"].elapsed_share, 0)
        self.assertIsNone(response.context["pace"].reading)
        self.assertEqual(response.context["pace"].promises["kashan"].due, 0)

    def test_persian_page_shows_no_latin_digits(self):
        response = self.client.get("/budget/1401/?on=1401-04-31")
        self.assertEqual(latin_digits(response), [])
        self.assertContains(response, "۶۹٬۰۰۰٬۰۰۰")
        self.assertContains(response, 'dir="ltr">۱۴۰۱-۷</bdi>')

    def test_pace_of_1401_reads_as_the_source_says(self):
        response = self.client.get("/en/budget/1401/?on=1401-04-31")
        self.assertIn(
            "34% of the year has passed and less than 12% of the 600 million toman is"
            " spent; at this pace it will be about 200 million toman by the end of the"
            " year.",
            " ".join(response.text.split()),
        )

    def test_whole_percents_are_not_said_to_be_less(self):
        spend(self.line, 3 * MILLION_TOMAN, TIR)
        response = self.client.get("/en/budget/1401/?on=1401-04-31")
        self.assertContains(response, "has passed and 12% of the 600 million toman")

    def test_money_moves_on_the_day_it_is_dated(self):
        for on, spent in ("1401-04-30", "0"), ("1401-04-31", "69,000,000"):
            with self.subTest(on=on):
                response = self.client.get("/en/budget/1401/", {"on": on})
                self.assertContains(response, f'data-label="Paid">{spent}</td>')

    def test_before_after_and_outside_the_year_it_says_so(self):
        for on, sentence in (
            ("1400-12-29", "No budget was approved by this day."),
            ("1401-01-01", "0% of the year has passed"),
            ("1401-12-28", "by the end of the year"),
            ("1401-12-29", "The year is over"),
            ("1402-06-01", "The year is over"),
        ):
            with self.subTest(on=on):
                response = self.client.get("/en/budget/1401/", {"on": on})
                self.assertContains(response, sentence)

    def test_page_of_a_past_year_speaks_of_the_last_day_of_its_books(self):
        page = self.client.get("/en/budget/1401/")
        self.assertNotContains(page, "As of today")
        self.assertContains(page, "As of the end of 31 Tir 1401")

    def test_bars_are_drawn_to_scale(self):
        response = self.client.get("/budget/1401/?on=1401-04-31")
        self.assertContains(response, '<rect class="fill-time" width="340"')
        self.assertContains(response, '<rect class="fill-spent" width="115"')

    def test_source_is_named_and_examples_say_so(self):
        response = self.client.get("/en/budget/1401/")
        self.assertContains(response, "گفت‌وگوی ۱۴۰۱")
        self.assertNotContains(response, "badge example")
        make_expense(line=self.line, is_illustrative=True)
        self.assertContains(self.client.get("/en/budget/1401/"), "with examples")

    def test_unpublished_promises_do_not_count(self):
        hidden = make_obligation(agreement=make_agreement(published_on=None))
        make_milestone(obligation=hidden, due_on=FARVARDIN)
        response = self.client.get("/en/budget/1401/?on=1401-04-31")
        self.assertTrue(Milestone.objects.due(TIR).exists())
        self.assertContains(response, "none due")

    def test_head_of_the_chain_and_of_each_closing_is_published(self):
        closing.close_month(year=self.year, month=1, by=make_user())
        closing.close_month(year=self.year, month=2, by=make_user())
        first, last = self.year.entries.order_by("seq").first(), self.year.entries
        spend(self.line, MILLION_TOMAN, TIR)
        response = self.client.get("/en/budget/1401/")
        self.assertContains(response, first.digest, count=0)
        head = last.order_by("-seq").first()
        self.assertContains(response, f'<code dir="ltr">{head.digest}</code>', count=1)
        self.assertContains(response, f"the last entry, number {head.seq}")
        kept = Closing.objects.values_list("digest", flat=True).distinct().get()
        self.assertContains(response, f'<code dir="ltr">{kept}</code>', count=2)
        self.assertContains(response, "Ordibehesht is closed, up to entry 3")
        self.assertEqual(latin_digits(self.client.get("/budget/1401/")), [])

    def test_year_without_entries_has_no_head(self):
        make_year(1400)
        self.assertNotContains(self.client.get("/budget/1400/"), 'class="heads')

    def test_pace_is_read_in_words_once_a_promise_is_due(self):
        path = "/en/budget/1401/?on=1401-04-31"
        self.assertNotContains(self.client.get(path), "pace-reading")
        make_milestone(due_on=FARVARDIN)
        response = self.client.get(path)
        self.assertContains(response, "stalled (little spent, promises not kept).")

    def test_thirty_lines_cost_as_many_queries_as_three(self):
        for number in 2, 27:
            for _ in range(number):
                make_line(fiscal_year=self.year, approved=MILLION_TOMAN)
            with self.subTest(lines=self.year.lines.count()), self.assertNumQueries(22):
                self.client.get("/budget/1401/")


class YearsTests(TestCase):
    def test_unpublished_year_is_not_found_and_not_listed(self):
        make_year(1401)
        make_year(1402, published_on=None)
        for path in "/budget/1402/", "/budget/1403/", "/budget/99999999999999999999/":
            with self.subTest(path=path):
                self.assertEqual(self.client.get(path).status_code, 404)
        self.assertNotContains(self.client.get("/budget/1401/"), "/budget/1402/")

    def test_published_years_are_listed_when_there_are_several(self):
        make_year(1401)
        self.assertNotContains(self.client.get("/budget/1401/"), 'class="years"')
        make_year(1400)
        response = self.client.get("/budget/1400/")
        self.assertContains(response, 'href="/budget/1401/"')
        self.assertContains(response, 'aria-current="page">۱۴۰۰')

    def test_budget_leads_to_the_newest_published_year(self):
        make_year(1400)
        make_year(1401)
        make_year(1402, published_on=None)
        response = self.client.get("/en/budget/?on=1401-04-31")
        self.assertRedirects(response, "/en/budget/1401/?on=1401-04-31")

    def test_budget_says_when_no_year_is_published(self):
        make_year(1402, published_on=None)
        response = self.client.get("/en/budget/")
        self.assertContains(response, "No fiscal year is published yet.")

"""What partners and memberships cost, as their public pages tell it."""

import csv
import datetime
import io
import re
from decimal import Decimal

from django.test import TestCase
from django.utils import timezone

from budget import ledger, reports
from budget.models import FiscalYear
from budget.templatetags.partner_money import with_money, years_of_partner
from kashan_diplomacy.jalali import to_gregorian
from tests.factories import (
    IN_1401,
    make_agreement,
    make_city,
    make_engagement,
    make_expense,
    make_fee,
    make_foreign_expense,
    make_line,
    make_membership,
    make_milestone,
    make_obligation,
    make_rate,
    make_right_used,
    make_user,
    make_year,
)

MILLION = 10_000_000


def pay(line, amount, **source):
    expense = make_expense(line=line, requested=amount, **source)
    clerk = make_user()
    ledger.commit(expense=expense, amount=amount, by=clerk, dated_on=IN_1401)
    ledger.pay(expense=expense, amount=amount, by=clerk, dated_on=IN_1401)


class PartnerMoneyTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.year = make_year()
        cls.line = make_line(fiscal_year=cls.year, approved=100 * MILLION)
        cls.city = make_city(slug="kazanlak")
        cls.pact = make_agreement(city=cls.city)
        cls.milestone = make_milestone(
            obligation=make_obligation(agreement=cls.pact, side="both"),
            verdict="met",
            met_on=IN_1401,
            evidence="report",
        )
        pay(cls.line, 6 * MILLION, agreement=cls.pact)

    def test_year_tells_what_was_paid_and_for_how_many_promises(self):
        (row,) = years_of_partner(self.city, [self.milestone], IN_1401)
        told = (row.year, row.worth.spent, row.worth.count, row.due, row.worth.each)
        self.assertEqual(told, (self.year, 6 * MILLION, 2, 2, 3 * MILLION))
        page = self.client.get("/en/cities/kazanlak/?on=1401-04-31")
        self.assertContains(page, "6,000,000")

    def test_amounts_link_to_the_entries_that_add_up_to_them(self):
        pay(self.line, 2 * MILLION, purpose="protocol")
        for path in "cities/kazanlak", "budget/1401":
            page = self.client.get(f"/en/{path}/?on=1401-04-31").text
            links = dict(
                re.findall(r'href="(/data/rows/spent-by[^"]+)"[^>]+>([0-9,]+)<', page)
            )
            self.assertTrue(links)
            for address, told in links.items():
                with self.subTest(address=address):
                    file = b"".join(self.client.get(address)).decode("utf-8-sig")
                    paid = [
                        int(row["amount_rial"])
                        for row in csv.DictReader(io.StringIO(file))
                        if row["to_place"] == "spent"
                    ]
                    self.assertEqual(sum(paid), int(told.replace(",", "")) * 10)

    def test_engagement_leads_to_the_cities_it_names_and_that_of_its_agreement(self):
        other = make_city()
        for cities, led_to in [
            ([], self.city),
            ([self.city], self.city),
            ([self.city, other], None),
            ([other], None),
        ]:
            with self.subTest(cities=cities):
                visit = make_engagement(agreement=self.pact, cities=cities)
                before = reports.by_city(self.year, IN_1401)
                pay(self.line, MILLION, engagement=visit)
                paid = reports.by_city(self.year, IN_1401)
                self.assertEqual(paid[led_to], before.get(led_to, 0) + MILLION)
                entries = reports.of_city(self.year.entries.all(), self.city)
                told = sum(amount for _key, amount in reports.spending(entries))
                self.assertEqual(told, paid[self.city])

    def test_nothing_is_told_of_a_year_that_is_not_published(self):
        FiscalYear.objects.update(published_on=None)
        self.assertEqual(years_of_partner(self.city, [], timezone.localdate()), [])

    def test_money_for_an_unpublished_partner_is_not_named(self):
        secret = make_city(name_en="Secretville", published_on=None)
        hidden = make_agreement(city=secret)
        pay(self.line, 2 * MILLION, agreement=hidden)
        page = self.client.get("/en/budget/1401/?on=1401-04-31")
        self.assertNotContains(page, "Secretville")
        rows = page.context["partners"]
        partners = [(city and city.slug, worth.spent) for city, worth in rows]
        self.assertEqual(partners, [("kazanlak", 6 * MILLION), (None, 2 * MILLION)])

    def test_years_side_by_side_agree_with_the_report(self):
        ledger.approve(
            line=make_line(fiscal_year=self.year),
            amount=5 * MILLION,
            kind="supplement",
            by=make_user(),
            dated_on=IN_1401,
            memo="متمم",
        )
        public = reports.figures_by_year(FiscalYear.objects.all(), IN_1401)
        self.assertEqual(public, reports.years_side_by_side())

    def test_years_side_by_side_know_of_nothing_later_than_the_day(self):
        before = IN_1401 - datetime.timedelta(days=1)
        for on in before, IN_1401:
            with self.subTest(on=on):
                ((_year, public),) = reports.figures_by_year(
                    FiscalYear.objects.all(), on
                )
                lines = reports.line_figures(self.year, on).values()
                self.assertEqual(public, sum(lines, reports.Figures()))


class MembershipMoneyTests(TestCase):
    def test_fees_and_what_each_used_right_cost(self):
        membership = make_membership()
        fee = make_fee(membership=membership)
        pay(make_line(approved=100 * MILLION), 4 * MILLION, membership_fee=fee)
        make_right_used(membership=membership)
        make_right_used(membership=membership)
        (row,) = with_money([membership], IN_1401)
        self.assertEqual(row.fees, [fee])
        self.assertEqual((row.worth.spent, row.worth.each), (4 * MILLION, 2 * MILLION))
        page = self.client.get("/en/memberships/?on=1401-04-31")
        self.assertContains(page, "4,000,000 toman paid so far")

    def test_fee_is_told_as_it_stood_on_the_day(self):
        fee, rate = make_fee(due_on=day(0)), make_rate()
        line = make_line(approved=100 * MILLION)
        asked = {"line": line, "rate": rate, "membership_fee": fee}
        cancelled = {"cancelled_on": day(2), "cancellation_reason": "اشتباه"}
        make_foreign_expense("50", requested_on=day(1), **asked, **cancelled)
        expense = make_foreign_expense(requested_on=day(3), **asked)
        by = make_user()
        ledger.commit(expense=expense, amount=expense.requested, by=by, dated_on=day(4))
        for number, dollars in ((5, 40), (6, 60)):
            payment = ledger.pay_foreign(
                expense=expense,
                foreign_amount=Decimal(dollars),
                rate=rate,
                by=by,
                dated_on=day(number),
            )
        ledger.reverse(entry=payment, memo="برگشت خورد", by=by, dated_on=day(7))
        told = [state_on(day(number), fee) for number in range(-1, 8)]
        self.assertEqual(
            told,
            [
                None,
                "owed",
                "requested",
                "owed",
                "requested",
                "committed",
                "partly_paid",
                "paid",
                "partly_paid",
            ],
        )

    def test_what_became_of_a_fee_is_told_by_published_years_alone(self):
        rate, line = make_rate(), make_line(approved=10**10)
        due, booked = (
            make_fee(due_on=IN_1401),
            make_fee(due_on=to_gregorian(1400, 1, 1)),
        )
        make_foreign_expense(rate=rate, line=line, membership_fee=booked)
        on = timezone.localdate()
        told = [state_on(on, fee) for fee in (due, booked)]
        self.assertEqual(told, ["owed", "requested"])
        FiscalYear.objects.update(published_on=None)
        told = [state_on(on, fee) for fee in (due, booked)]
        self.assertEqual(told, [None, None])
        page = self.client.get("/en/memberships/")
        self.assertContains(page, "USD", count=2)
        self.assertNotContains(page, "owed")
        self.assertNotContains(page, "requested")

    def test_page_of_a_day_before_a_fee_was_due_does_not_name_it(self):
        make_fee(due_on=day(0), period="Spring term")
        for on, is_named in (("1401-04-30", False), ("1401-04-31", True)):
            page = self.client.get(f"/en/memberships/?on={on}")
            self.assertEqual("Spring term" in page.text, is_named)
            self.assertEqual("no fee was due by this day" in page.text, not is_named)

    def test_membership_without_a_fee_says_so(self):
        make_membership()
        page = self.client.get("/en/memberships/")
        self.assertContains(page, "no fee was due by this day")


def day(number):
    return IN_1401 + datetime.timedelta(days=number)


def state_on(on, fee):
    """None where the fee is not told of."""
    ((_membership, fees, _worth),) = with_money([fee.membership], on)
    return fees[0].state if fees else None

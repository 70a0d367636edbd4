"""The year's money drawn: what the points and lines of the chart stand for."""

import datetime

from django.test import SimpleTestCase
from django.utils import translation

from budget.models import FiscalYear
from budget.month_chart import HEIGHT, WIDTH, MonthChart

YEAR = FiscalYear(year=1401)
TIR = datetime.date(2022, 7, 22)
MONTHS = [10, 0, 30, 20] + [0] * 9


def chart(on=TIR, months=MONTHS, approved=600, forecast=180, language="en"):
    with translation.override(language):
        return MonthChart(YEAR, on, months, approved, forecast)


class MonthChartTests(SimpleTestCase):
    def test_months_begun_are_told_with_the_sum_so_far(self):
        told = [(m.name, m.spent, m.so_far) for m in chart().months]
        self.assertEqual(
            told,
            [
                ("Farvardin", 10, 10),
                ("Ordibehesht", 0, 10),
                ("Khordad", 30, 40),
                ("Tir", 20, 60),
            ],
        )

    def test_more_money_stands_higher_and_never_above_the_drawing(self):
        months = chart().months
        heights = [month.point_y for month in months]
        self.assertEqual(heights, sorted(heights, reverse=True))
        top = chart(months=[900] + [0] * 12).months[0]
        self.assertTrue(0 <= top.point_y < HEIGHT)
        self.assertEqual(top.bar_y + top.bar_height, chart()._y(0))

    def test_a_month_in_which_more_came_back_than_was_paid_has_no_bar(self):
        months = chart(months=[30, -10] + [0] * 11).months
        self.assertEqual((months[1].spent, months[1].so_far), (-10, 20))
        self.assertEqual(months[1].bar_height, 0)

    def test_time_runs_as_the_page_is_read(self):
        english = [month.x for month in chart().months]
        persian = [month.x for month in chart(language="fa").months]
        self.assertEqual(english, sorted(english))
        self.assertEqual(persian, [WIDTH - x for x in english])

    def test_forecast_is_drawn_while_the_year_runs_only(self):
        self.assertTrue(chart().outlook)
        after = chart(on=datetime.date(2023, 3, 25))
        self.assertEqual(after.outlook, "")
        self.assertEqual(len(after.months), 12)

    def test_payments_after_the_year_come_last(self):
        months = [*MONTHS[:-1], 5]
        last = chart(on=datetime.date(2023, 4, 10), months=months).months[-1]
        self.assertEqual((last.name, last.spent, last.so_far), ("", 5, 65))

    def test_lines_across_are_few_and_round(self):
        for approved in 1, 7, 600, 6_000_000_000:
            with self.subTest(approved=approved):
                lines = chart(approved=approved, forecast=0, months=[0] * 13).grid
                self.assertLessEqual(len(lines), 4)

    def test_year_not_begun_has_no_month(self):
        early = chart(on=datetime.date(2022, 3, 1), months=[0] * 13, approved=0)
        self.assertEqual(early.months, [])

"""The definitions of what is published, and the gaps that are owned up to."""

import re
from pathlib import Path

from django.conf import settings
from django.test import TestCase
from django.utils.html import escape

from kashan_diplomacy.figures import BY_KEY, FIGURES
from kashan_diplomacy.opendata.lists import LISTS
from tests.factories import (
    IN_1401,
    LONG_AGO,
    make_agreement,
    make_city,
    make_engagement,
    make_fee,
    make_gift,
    make_line,
    make_membership,
    make_milestone,
    make_obligation,
    make_outcome,
    make_theme,
    make_user,
    make_year,
)
from tests.pages import assert_clean, blocks, latin_digits

TEMPLATES = Path(settings.BASE_DIR / "templates")
#: The blocks that tell figures, by class, or by that of what they stand in.
HEADLINES = {"figures >", "tally", "pace >", "money"}
IS_MEANING = re.compile("/en/figures/#").match
IS_ROWS = re.compile(r"/data/rows/|/en/promises/\?|/en/budget/\d+/").match


def defined_near(block):
    """The links of the section that the block stands in."""
    section = next(each for each in block.within() if each.tag == "section")
    return section.links


class FiguresTests(TestCase):
    def test_every_figure_has_its_own_anchor_and_leads_to_its_rows(self):
        self.assertEqual(len(BY_KEY), len(FIGURES))
        page = self.client.get("/en/figures/")
        for figure in FIGURES:
            self.assertContains(page, f'id="{figure.key}"', count=1)
            self.assertContains(page, escape(figure.title))
        assert_clean(page)

    def test_dictionary_names_every_column_of_the_open_data(self):
        page = self.client.get("/en/figures/")
        for name, public_list in LISTS.items():
            self.assertContains(page, f"{name}.csv")
            for column in public_list.columns:
                self.assertContains(page, f'<code dir="ltr">{column.header}</code>')

    def test_every_link_to_a_definition_leads_to_one(self):
        used = set()
        for path in TEMPLATES.rglob("*.html"):
            text = path.read_text(encoding="utf-8")
            used |= set(re.findall(r'{% definition "([^"]+)" %}', text))
        self.assertTrue(used)
        self.assertLessEqual(used, set(BY_KEY))

    def test_a_published_figure_links_to_its_definition(self):
        page = self.client.get("/en/")
        self.assertContains(page, 'href="/en/figures/#partners"')
        self.assertContains(page, "What this figure means: Partner cities")

    def test_published_figures_link_to_rows_as_of_the_day_of_the_page(self):
        make_city(slug="kazanlak")
        make_line(fiscal_year=make_year(1401, published_on=LONG_AGO))
        make_membership()
        on = "?on=1401-04-31"
        rows = set()
        for path in "", "cities/kazanlak/", "budget/1401/", "memberships/", "outcomes/":
            page = self.client.get(f"/en/{path}{on}").text
            rows |= set(re.findall(r'class="rows-of[^"]*" href="([^"]+)"', page))
        assert {
            f"/data/rows/{each}.csv{on}" for each in ("partners", "spent/1401")
        } <= rows
        for address in rows:
            with self.subTest(address=address):
                self.assertTrue(address.endswith(on))
                self.assertEqual(self.client.get(address).status_code, 200)

    def test_every_headline_figure_links_to_its_meaning_and_its_rows(self):
        city = make_city(slug="kazanlak")
        pact = make_agreement(city=city)
        obligation = make_obligation(agreement=pact, side="both")
        theme = make_theme()
        obligation.themes.add(theme)
        make_milestone(obligation=obligation)
        make_line(fiscal_year=make_year(1401), approved=100)
        found = set()
        for path in (
            "",
            "cities/kazanlak/",
            f"agreements/{obligation.agreement_id}/",
            f"themes/{theme.slug}/",
            "budget/1401/",
        ):
            for block in blocks(self.client.get(f"/en/{path}?on=1401-12-29")):
                around = block.parent.classes if block.parent else set()
                named = block.classes | {f"{name} >" for name in around}
                if kinds := named & HEADLINES:
                    found |= kinds
                    with self.subTest(path=path, kinds=kinds):
                        self.assertTrue(any(map(IS_ROWS, block.links)))
                        self.assertTrue(any(map(IS_MEANING, defined_near(block))))
        self.assertEqual(found, HEADLINES)

    def test_rows_of_a_figure_are_those_of_the_day_asked_for(self):
        make_outcome(city=make_city(), realised_on=IN_1401, published_on=LONG_AGO)
        before = self.client.get("/data/rows/outcomes.csv?on=1400-01-01")
        after = self.client.get("/data/rows/outcomes.csv?on=1401-12-01")
        counts = [len(each.getvalue().splitlines()) for each in (before, after)]
        self.assertEqual(counts, [1, 2])


class GapsTests(TestCase):
    def missing(self):
        found = self.client.get("/en/gaps/").context["gaps"]
        return {each.gap.key: len(each.missing) for each in found if each.missing}

    def test_records_without_a_fault_have_no_gap(self):
        self.assertEqual(self.missing(), {})
        page = self.client.get("/en/gaps/")
        self.assertContains(page, "every published record has it")

    def test_every_gap_is_found_and_counted(self):
        city = make_city()
        pact = make_agreement(city=city, signed_on=None, is_signing_date_unknown=True)
        make_milestone(obligation=make_obligation(agreement=pact))
        make_engagement(starts_on=None, is_date_unknown=True)
        make_membership()
        make_outcome(city=city)
        make_gift(estimated_value=None)
        make_agreement(city=city)
        self.assertEqual(
            self.missing(),
            {
                "signing-day": 1,
                "agreement-text": 2,
                "clearances": 2,
                "signatories": 2,
                "no-promises": 1,
                "unreviewed-promises": 1,
                "engagement-day": 1,
                "engagement-summary": 1,
                "what-cities-share": 1,
                "position": 1,
                "joining-day": 1,
                "fees": 1,
                "unverified-outcomes": 1,
                "gifts": 1,
            },
        )
        self.assertEqual(latin_digits(self.client.get("/gaps/")), [])

    def test_what_is_there_or_not_published_is_no_gap(self):
        city = make_city(shares_fa="گل", latitude=1, longitude=1, published_on=LONG_AGO)
        make_city(published_on=None)
        make_fee(membership=make_membership(joined_on=LONG_AGO))
        make_gift(estimated_value=0, disposition="در ویترین")
        make_engagement(summary_fa="گفت‌وگو")
        outcome = make_outcome(city=city)
        outcome.verify(by=make_user(), on=IN_1401)
        make_agreement(published_on=None, city=city)
        self.assertEqual(self.missing(), {})

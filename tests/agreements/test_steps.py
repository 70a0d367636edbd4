from django.test import TestCase
from django.utils import timezone

from agreements.models import Article
from agreements.steps import steps
from kashan_diplomacy.jalali import to_gregorian
from tests.factories import (
    IN_1401,
    make_agreement,
    make_authorities,
    make_city,
    make_clearance,
    make_document,
    make_milestone,
    make_obligation,
)
from tests.pages import assert_clean, latin_digits

DUE = IN_1401


class AgreementStoryTests(TestCase):
    """What the page of one agreement tells beyond its promises."""

    @classmethod
    def setUpTestData(cls):
        cls.ministry, cls.council = make_authorities()
        cls.pact = make_agreement(
            city=make_city(slug="story"),
            expires_on=to_gregorian(1401, 12, 29),
            renews_for_months=12,
            notice_days=30,
            clearance_exemption="پیش از برنامه",
        )
        cls.text = make_document(cls.pact, is_public=True, name="متن یکم")
        make_document(cls.pact, content=b"%PDF-1.7 x", name="نامه محرمانه")
        make_clearance(
            cls.pact,
            cls.ministry,
            document=cls.text,
            requested_on=to_gregorian(1401, 1, 10),
            letter_number="محرمانه ۷۷۷",
        )
        Article.objects.create(agreement=cls.pact, number="3", heading_en="Festivals")
        cls.amendment = make_agreement(
            city=cls.pact.city,
            amends=cls.pact,
            title_en="First amendment",
            signed_on=to_gregorian(1402, 6, 1),
        )
        Article.objects.create(
            agreement=cls.amendment, number="3", heading_en="Festivals and fairs"
        )
        cls.pact.title_en, cls.pact.change_reason = "The pact", "letter missing"
        cls.pact.save()

    def page(self, on="", prefix="/en"):
        return self.client.get(f"{prefix}/agreements/{self.pact.pk}/?on={on}")

    def test_clearances_show_dates_and_authority_but_no_letter(self):
        for path in f"/en/agreements/{self.pact.pk}/", "/en/cities/story/":
            response = self.client.get(path)
            self.assertContains(response, self.ministry.name_en)
            self.assertContains(response, "10 Farvardin 1401")
            self.assertContains(response, "31 Tir 1401")
            self.assertNotContains(response, "۷۷۷")
            self.assertNotContains(response, "محرمانه")
        self.assertContains(self.page(), "پیش از برنامه")

    def test_clearance_was_still_awaited_before_it_was_given(self):
        for on, word in ("1401-04-30", "no answer yet"), ("1401-04-31", "cleared"):
            self.assertContains(self.page(on), word)
        self.assertNotContains(self.page("1401-01-09"), self.ministry.name_en)

    def test_public_documents_are_listed_with_their_digest_and_others_are_not(self):
        for path in f"/agreements/{self.pact.pk}/", "/cities/story/":
            response = self.client.get(path)
            self.assertContains(response, self.text.get_absolute_url())
            self.assertContains(response, self.text.sha256)
            self.assertNotContains(response, "نامه محرمانه")

    def test_steps_are_told_up_to_the_chosen_day(self):
        def told(on):
            return [(step.on, step.what) for step in self.page(on).context["steps"]]

        first = to_gregorian(1402, 1, 1)
        second = to_gregorian(1403, 1, 1)
        signed = (self.pact.signed_on, "Signed")
        renewed = (first, "Renewed itself until 29 Esfand 1402 (19 March 2024)")
        amended = (self.amendment.signed_on, "Amended")
        self.assertEqual(told("1401-12-29"), [signed])
        self.assertEqual(told("1402-01-01"), [signed, renewed])
        self.assertEqual(told("1402-12-29"), [signed, renewed, amended])
        again = (second, "Renewed itself until 29 Esfand 1403 (19 March 2025)")
        self.assertEqual(told("1403-01-01"), [signed, renewed, amended, again])
        self.assertContains(self.page(), "letter missing")
        self.assertNotContains(self.page("1403-01-01"), "letter missing")

    def test_only_a_change_of_what_was_signed_is_told_as_a_correction(self):
        """As an import does, which gives its reason to whatever it saves."""
        draft = make_agreement(city=self.pact.city, signed_on=None)
        reason = "imported from list.csv"
        changes = [
            ({"title_en": "Still a draft"}, 0),
            ({"signed_on": DUE, "clearance_exemption": "پیش از برنامه"}, 0),
            ({"summary_en": "What it is for"}, 0),
            ({"title_en": "As it was signed"}, 1),
            ({"expires_on": to_gregorian(1410, 12, 29)}, 2),
        ]
        for change, corrections in changes:
            vars(draft).update(change, change_reason=reason)
            draft.save()
            told = [step.why for step in steps(draft, timezone.localdate())]
            with self.subTest(change=change):
                self.assertEqual(told.count(reason), corrections)

    def test_text_reads_as_amended_from_the_day_of_the_amendment(self):
        self.assertNotContains(self.page("1402-05-31"), "Festivals and fairs")
        response = self.page("1402-06-01")
        self.assertContains(response, "Festivals and fairs")
        self.assertContains(response, 'href="?on=1402-06-01#text"')

    def test_notice_date_is_that_of_the_running_term(self):
        self.assertContains(self.page("1402-06-01"), "29 Bahman 1402")

    def test_length_of_the_renewal_is_that_of_the_running_term(self):
        self.assertContains(self.page("1402-05-31"), "renews itself for 12 months")
        self.amendment.expires_on = to_gregorian(1403, 12, 29)
        self.amendment.renews_for_months = 24
        self.amendment.change_reason = "slip"
        self.amendment.save()
        self.assertContains(self.page("1402-06-01"), "renews itself for 24 months")

    def test_unpublished_amendment_is_not_named(self):
        self.amendment.published_on = None
        self.amendment.save()
        self.assertNotContains(self.page(), "First amendment")

    def test_evidence_that_is_not_public_is_not_linked(self):
        promise = make_obligation(agreement=self.pact)
        for is_public in True, False:
            proof = make_document(
                self.pact,
                content=f"%PDF-1.7 {is_public}".encode(),
                kind="evidence",
                is_public=is_public,
                name=f"Proof {is_public}",
            )
            make_milestone(
                obligation=promise,
                verdict="met",
                met_on=DUE,
                evidence_document=proof,
            )
        self.assertContains(self.page(), "Proof True")
        self.assertNotContains(self.page(), "Proof False")

    def test_persian_page_is_clean_and_shows_no_latin_digits(self):
        make_milestone(
            obligation=make_obligation(agreement=self.pact, priority="high"),
            verdict="met",
            met_on=DUE,
            evidence="گزارش",
        )
        for path in f"/agreements/{self.pact.pk}/", "/cities/story/":
            response = self.client.get(path)
            assert_clean(response)
            self.assertEqual(latin_digits(response), [])

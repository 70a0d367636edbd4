"""Load the facts of 1401, and illustrative rows marked as such, from kashan_1401.toml.

Where there are books of 1401 already, nothing is loaded: the rows may have been edited
since, and would not be known again.
"""

import tomllib
import uuid
from decimal import Decimal
from pathlib import Path

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand
from django.db import transaction

from agreements import models as partnerships
from budget import ledger
from budget.models import (
    BudgetLine,
    ExchangeRate,
    Expense,
    FiscalYear,
    Kind,
    MembershipFee,
)
from kashan_diplomacy import jalali

FACTS = Path(__file__).parent.parent / "kashan_1401.toml"
RIAL_PER_TOMAN = 10
ENTRIES = uuid.UUID("0e9ad3f0-1401-4e0b-9a5c-6f3a5a0f1401")


class Command(BaseCommand):
    help = "Load the facts of 1401, unless there are books of that year already."

    @transaction.atomic
    def handle(self, **options):
        if FiscalYear.objects.filter(year=1401).exists():
            self.stdout.write("There are books of 1401 already: nothing is loaded.")
            return
        self.facts = tomllib.loads(FACTS.read_text(encoding="utf-8"))
        self.fact = {"source": self.facts["source"]}
        self.example = {
            "source": self.facts["example_source"],
            "is_illustrative": True,
        }
        self.published = {"published_on": jalali.parse(self.facts["published_on"])}
        self.load_partners()
        self.load_agreements()
        self.load_engagements()
        self.load_memberships()
        self.load_obligations()
        self.load_rates()
        self.load_budget()
        self.load_expenses()
        self.load_examples_of_use()
        self.stdout.write("The facts of 1401 are loaded.")

    def load_partners(self):
        self.themes = {
            slug: _ensure(
                partnerships.Theme, self.fact, slug=slug, name_fa=fa, name_en=en
            )
            for slug, (fa, en) in self.facts["themes"].items()
        }
        self.organisations = {
            key: _ensure(
                partnerships.Organisation,
                {"name_fa": fa, "kind": kind, **self.clearing(key), **self.fact},
                name_en=en,
                country=country,
            )
            for key, (kind, country, fa, en) in self.facts["organisations"].items()
        }
        self.cities = {
            slug: _ensure(
                partnerships.City,
                {
                    "country": country,
                    "latitude": latitude,
                    "longitude": longitude,
                    "name_fa": fa,
                    "name_en": en,
                    "name_local": local,
                    **self.fact,
                    **self.published,
                },
                slug=slug,
            )
            for slug, (country, latitude, longitude, fa, en, local) in self.facts[
                "cities"
            ].items()
        }

    def clearing(self, key):
        """Which agreements this organisation has to clear."""
        return {
            f"clears_{whose}": key in names
            for whose, names in self.facts["clearing"].items()
        }

    def load_agreements(self):
        """Concluded, says the source, but not when, and their files are not with us."""
        self.agreements = {
            slug: _ensure(
                partnerships.Agreement,
                {
                    "kind": partnerships.Agreement.Kind.SISTER_CITY,
                    "is_signing_date_unknown": True,
                    "clearance_exemption": self.facts["clearance_exemption"],
                    **agreement,
                    **self.fact,
                    **self.published,
                },
                city=self.cities[slug],
                title_en=agreement.pop("title_en"),
            )
            for slug, agreement in self.facts["agreements"].items()
        }

    def load_engagements(self):
        self.engagements = {}
        for key, facts in self.facts["engagements"].items():
            related = {
                "cities": [self.cities[slug] for slug in facts.pop("cities", [])],
                "organisations": [
                    self.organisations[name] for name in facts.pop("organisations", [])
                ],
                "themes": [self.themes[slug] for slug in facts.pop("themes", [])],
            }
            participants, follow_ups = (
                facts.pop(part, []) for part in ("participants", "follow_ups")
            )
            title_en, starts_on = facts.pop("title_en"), facts.pop("starts_on", None)
            engagement, is_new = partnerships.Engagement.objects.get_or_create(
                title_en=title_en,
                defaults={
                    "starts_on": starts_on and jalali.parse(starts_on),
                    "is_date_unknown": not starts_on,
                    **facts,
                    **self.fact,
                    **self.published,
                },
            )
            self.engagements[key] = engagement
            if is_new:
                for name, rows in related.items():
                    getattr(engagement, name).set(rows)
                self.load_talks(engagement, participants, follow_ups)

    def load_talks(self, engagement, participants, follow_ups):
        for side, name, post, country in participants:
            engagement.participants.create(
                side=side, name=name, post=post, country=country
            )
        for organisation, action in follow_ups:
            engagement.follow_ups.create(
                action=action,
                responsible_organisation=self.organisations[organisation],
                **self.fact,
            )

    def load_memberships(self):
        self.memberships = {
            name: _ensure(
                partnerships.Membership,
                self.fact | self.published,
                organisation=self.organisations[name],
            )
            for name in self.facts["memberships"]["organisations"]
        }
        self.fees = {
            name: _ensure(
                MembershipFee,
                {
                    "amount": Decimal(fee["amount"]),
                    "currency": fee["currency"],
                    "due_on": jalali.parse(fee["due_on"]),
                    **self.example,
                },
                membership=self.memberships[name],
                period=fee["period"],
            )
            for name, fee in self.facts["fees"].items()
        }

    def load_rates(self):
        for rate in self.facts["rates"]:
            _ensure(
                ExchangeRate,
                {"rial_per_unit": Decimal(rate["rial_per_unit"]), **self.example},
                currency=rate["currency"],
                valid_on=jalali.parse(rate["valid_on"]),
            )

    def load_obligations(self):
        for facts in self.facts["obligations"]:
            obligation, is_new = partnerships.Obligation.objects.get_or_create(
                agreement=self.agreements[facts["agreement"]],
                title_en=facts["title_en"],
                defaults={
                    "title_fa": facts["title_fa"],
                    "article": facts["article"],
                    "side": facts["side"],
                    "category": facts["category"],
                    "responsible_organisation": self.organisations.get(
                        facts.get("responsible")
                    ),
                    **self.example,
                },
            )
            if not is_new:
                continue
            obligation.themes.set(self.themes[slug] for slug in facts["themes"])
            for milestone in facts["milestones"]:
                days = {
                    name: jalali.parse(text)
                    for name, text in milestone.items()
                    if name.endswith("_on")
                }
                obligation.milestones.create(**milestone | days, **self.example)

    def load_budget(self):
        """The approved total as the fact it is; its division as an illustration."""
        self.requester, self.recorder = (
            User.objects.get_or_create(
                username=f"example_{role}",
                defaults={"last_name": "نمونه", "is_active": False},
            )[0]
            for role in ("requester", "recorder")
        )
        budget = self.facts["budget"]
        year = _ensure(FiscalYear, self.fact | self.published, year=budget["year"])
        approved_on = jalali.parse(budget["approved_on"])
        whole = _ensure(
            BudgetLine,
            {
                "title_fa": budget["title_fa"],
                "title_en": budget["title_en"],
                "heading": BudgetLine.Heading.GENERAL,
                **self.fact,
            },
            fiscal_year=year,
            code=budget["code"],
        )
        ledger.approve(
            line=whole,
            amount=budget["approved"] * RIAL_PER_TOMAN,
            kind=Kind.BUDGET,
            **self.record("budget", approved_on, budget["memo"]),
        )
        self.lines = {}
        for facts in self.facts["lines"]:
            transferred = facts.pop("transferred") * RIAL_PER_TOMAN
            code = facts.pop("code")
            self.lines[code] = line = _ensure(
                BudgetLine, facts | self.example, fiscal_year=year, code=code
            )
            ledger.transfer(
                line=whole,
                to_line=line,
                amount=transferred,
                **self.record(code, approved_on),
            )

    def load_expenses(self):
        for facts in self.facts["expenses"]:
            committed_on = jalali.parse(facts["committed_on"])
            engagement = self.engagements.get(facts.get("engagement"))
            expense = _ensure(
                Expense,
                {
                    "payee": facts["payee"],
                    "purpose": engagement.purpose if engagement else "membership_right",
                    "requested_by": self.requester,
                    "requested_on": committed_on,
                    "engagement": engagement,
                    "membership_fee": self.fees.get(facts.get("fee")),
                    **self.requested(facts),
                    **self.example,
                },
                line=self.lines[facts["line"]],
                title=facts["title"],
            )
            ledger.commit(
                expense=expense,
                amount=expense.requested,
                **self.record(f"commit {expense.title}", committed_on),
            )
            if "paid_on" in facts:
                self.pay(expense, facts)

    def requested(self, facts):
        if "requested" in facts:
            return {"requested": facts["requested"] * RIAL_PER_TOMAN}
        foreign_amount, rate = Decimal(facts["foreign_amount"]), self.rate(facts)
        return {
            "requested": rate.to_rial(foreign_amount),
            "foreign_amount": foreign_amount,
            "rate": rate,
        }

    def rate(self, facts, name="rate_on"):
        currency = self.facts["fees"][facts["fee"]]["currency"]
        return ExchangeRate.objects.newest(currency, jalali.parse(facts[name]))

    def pay(self, expense, facts):
        """In one payment: what is left of the commitment is released."""
        record = self.record(f"pay {expense.title}", jalali.parse(facts["paid_on"]))
        if expense.rate:
            ledger.pay_foreign(
                expense=expense,
                foreign_amount=expense.foreign_amount,
                rate=self.rate(facts, "paid_rate_on"),
                **record,
            )
        else:
            paid = facts["paid"] * RIAL_PER_TOMAN
            ledger.pay(expense=expense, amount=paid, is_last=True, **record)

    def load_examples_of_use(self):
        """Rights of membership, gifts and outcomes: all of them illustrations."""
        for name, kinds in self.facts["rights"].items():
            for kind in kinds:
                key = {"membership": self.memberships[name], "kind": kind}
                _ensure(partnerships.MembershipRight, self.example, **key)
        for facts in self.facts["rights_used"]:
            key = {
                "membership": self.memberships[facts.pop("membership")],
                "used_on": jalali.parse(facts.pop("used_on")),
            }
            _ensure(partnerships.RightUsed, facts | self.example, **key)
        for facts in self.facts["gifts"]:
            key = {
                "engagement": self.engagements[facts.pop("engagement")],
                "description_en": facts.pop("description_en"),
            }
            facts["estimated_value"] = facts.pop("estimated") * RIAL_PER_TOMAN
            _ensure(partnerships.Gift, facts | self.example | self.published, **key)
        for facts in self.facts["outcomes"]:
            key = {
                "agreement": self.agreements[facts.pop("agreement")],
                "realised_on": jalali.parse(facts.pop("realised_on")),
            }
            facts["claimed_by"] = self.requester
            _ensure(partnerships.Outcome, facts | self.example | self.published, **key)

    def record(self, name, dated_on, memo=""):
        """Every entry has a token of its own, so loading again posts nothing twice."""
        return {
            "by": self.recorder,
            "dated_on": dated_on,
            "memo": memo or self.facts["example_source"],
            "token": uuid.uuid5(ENTRIES, name),
        }


def _ensure(model, defaults, **key):
    return model.objects.get_or_create(**key, defaults=defaults)[0]

"""Derive every figure in figures.csv again from the lists beside it.

    python3 recompute.py [folder] [--en]

Needs Python 3.9 or newer and nothing else; it imports nothing of the program whose
figures it checks. Says of each figure whether it is equal; exits with 1 when one is
not, or when a file is not the one that datapackage.json describes.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import json
import sys
from collections import Counter, defaultdict
from datetime import date
from pathlib import Path

SIDES = ("kashan", "partner")
MEETINGS = "incoming_visit", "outgoing_visit", "meeting", "online_meeting", "festival"
COUNT_PEOPLE = "trained", "visitors"
PURPOSES = ("obligation", "membership_right", "exploration", "protocol")
CHANGES = {"budget": "planned", "supplement": "supplemented", "cut": "cut"}
TEXTS = {
    "equal": ("برابر", "equal"),
    "unequal": ("نابرابر", "NOT EQUAL"),
    "file": ("فایل تغییر کرده است", "FILE CHANGED"),
    "published": ("منتشرشده", "published"),
    "derived": ("بازمحاسبه", "recomputed"),
    "holds": ("نتیجه: همه رقم‌ها برابرند.", "VERDICT: every figure is equal."),
    "fails": ("نتیجه: چیزی برابر نیست.", "VERDICT: something is not equal."),
}


def read(path):
    """The rows of a CSV file, each a dict."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, strict=True))


def by_day(day, on):
    """Whether something of that day is past or there on day `on`; no day never is."""
    return bool(day) and day <= on


def share(part, whole):
    return f"{part / whole:.4f}" if whole else ""


def each(spent, count):
    return (2 * spent + count) // (2 * count) if count else ""


def days(first, last):
    """From one day to another, both counted; ISO dates."""
    return (date.fromisoformat(last) - date.fromisoformat(first)).days + 1


def spent(entries):
    """What entries paid, less what was refunded or reversed."""
    paid = sum(int(e["amount_rial"]) for e in entries if e["to_place"] == "spent")
    back = sum(int(e["amount_rial"]) for e in entries if e["from_place"] == "spent")
    return paid - back


class Figures:
    """The lists of a folder, and what follows from them: (key, about) → value."""

    def __init__(self, folder):
        self.folder, self.lists, self.found = folder, {}, {}

    def rows(self, name):
        if name not in self.lists:
            self.lists[name] = read(self.folder / f"{name}.csv")
        return self.lists[name]

    def by_id(self, name):
        return {row["id"]: row for row in self.rows(name)}

    def put(self, key, about, value):
        self.found[key, about] = str(value)

    def derive(self, on, days_of_years):
        """All figures, on the days that figures.csv names."""
        agreements = self.by_id("agreements")
        self.city_of = {key: row["city_id"] for key, row in agreements.items()}
        self.obligations = self.by_id("obligations")
        self.agreement_of = {
            key: row["agreement_id"] for key, row in self.obligations.items()
        }
        self.engagements = self.by_id("engagements")
        self.slugs = {row["id"]: row["slug"] for row in self.rows("cities")}
        self.put("partners", "", len(self.rows("cities")))
        in_force = [row for row in agreements.values() if self.is_in_force(row, on)]
        self.put("agreements-in-force", "", len(in_force))
        self.derive_vitality(on)
        self.derive_promises(on)
        held = [row for row in self.rows("engagements") if self.is_held(row, on)]
        self.put("engagements-held", "", len(held))
        realised = [r for r in self.rows("outcomes") if by_day(r["realised_on"], on)]
        self.put("outcomes", "", len(realised))
        self.derive_people(held, realised)
        self.derive_memberships(on)
        for year in self.rows("fiscal_years"):
            self.derive_year(year, days_of_years.get(year["year"], on))

    # --- Agreements ----------------------------------------------------------

    def is_signed(self, agreement, on):
        is_unknown = agreement["is_signing_date_unknown"] == "true"
        return is_unknown or by_day(agreement["signed_on"], on)

    def is_in_force(self, agreement, on):
        starts_on = agreement["effective_on"] or agreement["signed_on"]
        if not self.is_signed(agreement, on) or starts_on > on:
            return False
        if by_day(agreement["terminated_on"], on):
            return False
        original = agreement
        if agreement["is_amendment"] == "true":
            original = self.by_id("agreements").get(agreement["amends_id"])
        return original is not None and self.is_running(original, on)

    def is_running(self, original, on):
        """Not ended by `on`, with the term that the last amendment gave."""
        if original["is_amendment"] == "true" or by_day(original["terminated_on"], on):
            return False
        amendments = [
            row for row in self.rows("agreements") if row["amends_id"] == original["id"]
        ]
        extensions = [
            row for row in amendments if row["expires_on"] and self.is_signed(row, on)
        ]
        extensions.sort(key=lambda row: (row["signed_on"], int(row["id"])))
        term = extensions[-1] if extensions else original
        ends_on = term["expires_on"]
        return bool(not ends_on or ends_on >= on or term["renews_for_months"])

    # --- Promises ------------------------------------------------------------

    def result(self, milestone, on):
        """What a milestone due by `on` counts as; None on its own, undecided day."""
        decided_on = milestone["met_on"] or milestone["reviewed_on"]
        if not milestone["verdict"] or decided_on > on:
            return "overdue" if milestone["due_on"] < on else None
        if milestone["verdict"] == "met" and not self.is_settled(milestone, on):
            return "unconfirmed"
        return milestone["verdict"]

    def is_settled(self, milestone, on):
        """What is of high priority is confirmed by a second person."""
        obligation = self.obligations[milestone["obligation_id"]]
        is_high = obligation["priority"] == "high"
        return not is_high or by_day(milestone["confirmed_on"], on)

    def due(self, on):
        agreements = self.by_id("agreements")
        for milestone in self.rows("milestones"):
            agreement = agreements[self.agreement_of[milestone["obligation_id"]]]
            due_on, is_signed = milestone["due_on"], self.is_signed(agreement, on)
            if is_signed and due_on <= on and not self.is_over(agreement, due_on, on):
                yield milestone

    def is_over(self, agreement, day, on):
        """Whether it, or what it amends, was by `on` terminated before `day`."""
        original = self.by_id("agreements").get(agreement["amends_id"], agreement)
        ends = agreement["terminated_on"], original["terminated_on"]
        return any(by_day(end, on) and end < day for end in ends)

    def tally(self, milestones, on):
        """(side, result) → number; what both sides promised counts for each."""
        counted = Counter()
        for milestone in milestones:
            told = self.result(milestone, on)
            owed_by = self.obligations[milestone["obligation_id"]]["side"]
            for side in SIDES:
                if told and told != "waived" and owed_by in (side, "both"):
                    counted[side, told] += 1
        return counted

    def derive_promises(self, on):
        due = list(self.due(on))
        counted = self.tally(due, on)
        for side in SIDES:
            total = sum(n for (owed_by, _), n in counted.items() if owed_by == side)
            self.put("promises-kept", side, f"{counted[side, 'met']}/{total}")
        overdue = [each for each in due if self.result(each, on) == "overdue"]
        self.put("promises-overdue", "", len(overdue))

    # --- Deeds ---------------------------------------------------------------

    def is_held(self, engagement, on):
        is_known = engagement["is_date_unknown"] != "true"
        has_begun = not is_known or by_day(engagement["starts_on"], on)
        is_letter = engagement["kind"] == "letter"
        return has_begun and not is_letter and not engagement["cancelled_on"]

    def cities_met(self, engagement):
        """The slugs of the cities that an engagement leads to."""
        by_agreement = self.city_of.get(engagement["agreement_id"])
        return {*engagement["cities"].split(";"), self.slugs.get(by_agreement)}

    def cities_served(self, outcome):
        """The slugs of the cities that an outcome leads to."""
        own = outcome["city_id"], self.city_of.get(outcome["agreement_id"])
        engagement = self.engagements.get(outcome["engagement_id"])
        named = engagement["cities"].split(";") if engagement else ()
        return {*map(self.slugs.get, own), *named}

    def deeds(self, on):
        """A city's slug → the days of its deeds."""
        found = defaultdict(list)
        for row in self.rows("milestones"):
            is_met = row["verdict"] == "met" and by_day(row["met_on"], on)
            if is_met and self.is_settled(row, on):
                city = self.city_of[self.agreement_of[row["obligation_id"]]]
                found[self.slugs.get(city)].append(row["met_on"])
        for row in self.rows("engagements"):
            is_dated = row["is_date_unknown"] != "true" and self.is_held(row, on)
            if is_dated and row["purpose"] != "protocol":
                for city in self.cities_met(row):
                    found[city].append(row["starts_on"])
        for row in self.rows("outcomes"):
            if by_day(row["realised_on"], on):
                for city in self.cities_served(row):
                    found[city].append(row["realised_on"])
        return found

    def derive_vitality(self, on):
        deeds = self.deeds(on)
        for city in self.rows("cities"):
            own = [r for r in self.rows("agreements") if r["city_id"] == city["id"]]
            signed = [row["signed_on"] for row in own if self.is_signed(row, on)]
            last = max(deeds[city["slug"]], default="")
            self.put("vitality", city["slug"], vitality(signed, last, on))

    def derive_people(self, held, realised):
        counted = Counter()
        for row in held:
            if row["kind"] in MEETINGS:
                counted.update((city, row["kind"]) for city in self.cities_met(row))
        for row in realised:
            if row["kind"] in COUNT_PEOPLE and row["people"]:
                for city in self.cities_served(row):
                    counted[city, row["kind"]] += int(row["people"])
        public = set(self.slugs.values())
        for (city, kind), number in counted.items():
            if city in public and number:
                self.put("people-to-people", f"{city}/{kind}", number)

    # --- Money ---------------------------------------------------------------

    def derive_memberships(self, on):
        for membership in self.rows("memberships"):
            key = membership["id"]
            used = sum(
                row["membership_id"] == key and by_day(row["used_on"], on)
                for row in self.rows("rights_used")
            )
            fees = [r for r in self.rows("ledger") if r["membership_id"] == key]
            paid = spent([row for row in fees if by_day(row["dated_on"], on)])
            self.put("rights-used", key, used)
            self.put("fees-paid", key, paid)
            self.put("cost-per-used-right", key, each(paid, used))

    def derive_year(self, year, on):
        about, entries = year["year"], self.rows("ledger")
        booked = [row for row in entries if row["fiscal_year_id"] == year["id"]]
        booked = [row for row in booked if by_day(row["dated_on"], on)]
        places, changes = self.balances(booked)
        committed, paid = places["committed"], places["spent"]
        updated = changes["planned"] + changes["supplemented"] - changes["cut"]
        self.put("planned", about, changes["planned"])
        self.put("updated", about, updated)
        for name in ("available", "committed", "spent"):
            self.put(name, about, places[name])
        self.derive_pace(
            year, on, places["available"] + committed + paid, committed, paid
        )
        self.derive_ceremony(year, on)
        for month in range(1, 14):
            name = f"{about}-{month:02}"
            of_month = [
                row
                for row in booked
                if row["dated_on_jalali"].startswith(name)
                or (month == 13 and row["dated_on"] > year["ends_on"])
            ]
            self.put("spent-by-month", f"{about}/{month:02}", spent(of_month))
        by_purpose = {
            purpose: spent([row for row in booked if row["purpose"] == purpose])
            for purpose in PURPOSES
        }
        for purpose, amount in by_purpose.items():
            self.put("spent-by-purpose", f"{about}/{purpose}", amount)
        total = sum(by_purpose.values())
        self.put("ceremony-share", about, share(by_purpose["protocol"], total))
        self.derive_partners(year, on, booked)

    def balances(self, booked):
        """What entries leave in each place, and what they change of the budget."""
        places, changes = Counter(), Counter()
        kinds = {row["id"]: row["kind"] for row in self.rows("ledger")}
        for row in booked:
            amount = int(row["amount_rial"])
            places[row["from_place"]] -= amount
            places[row["to_place"]] += amount
            sign = -1 if row["reverses_id"] else 1
            kind = kinds[row["reverses_id"] or row["id"]]
            if kind in CHANGES:
                changes[CHANGES[kind]] += sign * amount
        return places, changes

    def derive_pace(self, year, on, approved, committed, paid):
        about = year["year"]
        length = days(year["starts_on"], year["ends_on"])
        elapsed = min(max(days(year["starts_on"], on), 0), length)
        due = [row for row in self.due(on) if is_within(row["due_on"], year)]
        counted = self.tally(due, on)
        kept = sum(n for (_, told), n in counted.items() if told == "met")
        total = sum(counted.values())
        used = committed + paid
        self.put("elapsed-share", about, share(elapsed, length))
        self.put("spent-share", about, share(paid, approved))
        self.put("used-share", about, share(used, approved))
        self.put("kept-share-of-year", about, share(kept, total))
        self.put("forecast", about, paid * length // elapsed if elapsed else 0)
        reading = ""
        if total:
            used_share = used / approved if approved else 0.0
            spends = used_share >= 0.75 * (elapsed / length)
            keeps = kept / total >= 0.75
            names = ("stalled", "ceremony"), ("thrift", "on_track")
            reading = names[keeps][spends]
        self.put("reading", about, reading)

    def derive_ceremony(self, year, on):
        begun = [r for r in self.rows("engagements") if by_day(r["starts_on"], on)]
        held = [r for r in begun if self.is_held(r, on)]
        held = [r for r in held if is_within(r["starts_on"], year)]
        protocol = sum(row["purpose"] == "protocol" for row in held)
        about = year["year"]
        self.put("ceremony-share-of-engagements", about, share(protocol, len(held)))

    def derive_partners(self, year, on, booked):
        about = year["year"]
        kept = Counter()
        for row in self.due(on):
            if is_within(row["due_on"], year):
                city = self.city_of[self.agreement_of[row["obligation_id"]]]
                counted = self.tally([row], on)
                kept[city] += sum(counted[side, "met"] for side in SIDES)
        for city in self.rows("cities"):
            paid = spent([row for row in booked if row["city_id"] == city["id"]])
            name = f"{about}/{city['slug']}"
            self.put("spent-by-partner", name, paid)
            self.put("cost-per-kept-promise", name, each(paid, kept[city["id"]]))
        rest = [row for row in booked if row["purpose"] and not row["city_id"]]
        self.put("spent-by-partner", f"{about}/-", spent(rest))


def is_within(day, year):
    return year["starts_on"] <= day <= year["ends_on"]


def vitality(signed, last, on):
    """`signed` holds the signing days, "" for one unknown; `last` that of a deed."""
    first = min(signed, default="")
    if first and days(first, on) - 1 <= 365:
        return "new"
    if not last:
        return "dormant" if signed else "none"
    past = days(last, on) - 1
    if past <= 365:
        return "lively"
    return "fading" if past <= 730 else "dormant"


def changed_files(folder):
    """Paths of what is not as datapackage.json describes it."""
    described = json.loads((folder / "datapackage.json").read_text("utf-8"))
    for resource in described["resources"]:
        content = (folder / resource["path"]).read_bytes()
        digest = f"sha256:{hashlib.sha256(content).hexdigest()}"
        if digest != resource["hash"] or len(content) != resource["bytes"]:
            yield resource["path"]


def compared(folder):
    """(key, about, published, derived) of every figure, published or derived."""
    rows = read(folder / "figures.csv")
    published = {(row["key"], row["about"]): row["value"] for row in rows}
    of_years = {row["about"]: row["as_of"] for row in rows if row["key"] == "spent"}
    [today] = {row["as_of"] for row in rows if row["key"] == "partners"}
    figures = Figures(folder)
    figures.derive(today, of_years)
    for key in sorted(set(published) | set(figures.found)):
        yield (*key, published.get(key), figures.found.get(key))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    here = Path(__file__).resolve().parent
    parser.add_argument("folder", nargs="?", type=Path, default=here)
    parser.add_argument("--en", action="store_true", help="answer in English")
    given = parser.parse_args()
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(encoding="utf-8")
    said = {key: texts[1 if given.en else 0] for key, texts in TEXTS.items()}
    wrong = 0
    for path in changed_files(given.folder):
        wrong += 1
        print(f"[x] {said['file']}: {path}")
    for key, about, published, derived in compared(given.folder):
        is_equal = published == derived
        wrong += not is_equal
        name = f"{key} {about}".strip()
        if is_equal:
            print(f"[+] {name}: {published or '-'} ({said['equal']})")
        else:
            told = f"{said['published']} {published}, {said['derived']} {derived}"
            print(f"[x] {name}: {said['unequal']}: {told}")
    print(said["fails" if wrong else "holds"])
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())

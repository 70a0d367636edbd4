"""Recompute a fiscal year from the files beside this one, and say what does not hold.

    python3 verify.py [folder] [--en]

Needs Python 3.9 or newer and nothing else; it imports nothing of the program whose
books it judges. Prints a verdict to be attached to a report; exits with 1 when
anything does not hold.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import json
import re
import sys
from collections import Counter, defaultdict
from datetime import date, datetime, timezone
from decimal import Decimal
from itertools import zip_longest
from pathlib import Path

TEXTS = {
    "hashes": ("فایل‌ها با اثر انگشت‌های SHA-256", "files and their SHA-256"),
    "lists": ("نوع‌ها، کلیدها و پیوندها", "types, keys and references"),
    "chain": ("زنجیره اثر انگشت‌های دفتر", "chain of the ledger's digests"),
    "balances": ("مانده‌ها و سقف‌ها، گام به گام", "balances and ceilings, step by step"),
    "four_eyes": ("اصل چهار چشم", "four eyes"),
    "closings": ("دوره‌های بسته", "closed periods"),
    "journal": ("روزنامه hledger", "hledger journal"),
    "package": ("بسته", "package"),
    "entries": ("شمار سندها", "entries"),
    "head": ("سر زنجیره", "head of the chain"),
    "print": ("اثر انگشت بسته (SHA-256 فایل SHA256SUMS)", "SHA-256 of SHA256SUMS"),
    "at": ("زمان بازمحاسبه", "recomputed at"),
    "holds": ("نتیجه: همه چیز درست است.", "VERDICT: everything holds."),
    "fails": ("نتیجه: نادرستی یافت شد:", "VERDICT: something does not hold:"),
}
KEYS = ("hashes", "lists", "chain", "balances", "four_eyes", "closings", "journal")
MOVEMENTS = {
    "budget": ("outside", "available"),
    "supplement": ("outside", "available"),
    "cut": ("available", "outside"),
    "transfer": ("available", "available"),
    "commitment": ("available", "committed"),
    "release": ("committed", "available"),
    "payment": ("committed", "spent"),
    "refund": ("spent", "available"),
}
WITHIN_YEAR = ("budget", "supplement", "cut", "transfer", "commitment")
#: Taking these back takes money anew, under the rules of the other.
TAKEN_ANEW = {
    ("available", "committed"): "commitment",
    ("available", "spent"): "payment",
}
PAYMENT_PERIOD = 13
FORMULA = re.compile(r"'+[=+\-@\t\r\n＝＋－＠]")
PATTERNS = {
    "integer": re.compile(r"-?[0-9]+"),
    "number": re.compile(r"-?[0-9]+(\.[0-9]+)?"),
    "boolean": re.compile(r"true|false"),
    "date": re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}"),
    "datetime": re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z"),
    "string": re.compile(r".*", re.DOTALL),
}
JOURNAL = re.compile(
    r"^([0-9-]{10}) \* \(([0-9]+)\) .*\n    ; kind: (\w+), digest: ([0-9a-f]{64})\n"
    r"    .*  ([0-9]+) IRR\n    .*  -([0-9]+) IRR$",
    re.MULTILINE,
)


def digest_of(path):
    """The SHA-256 of a file, in hexadecimal."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        for chunk in iter(lambda: file.read(1 << 20), b""):
            digest.update(chunk)
    return digest.hexdigest()


def stored_text(cell):
    """A text cell without the apostrophe that keeps spreadsheets from computing it."""
    return cell[1:] if FORMULA.match(cell) else cell


def jalali(day):
    """`day` in the Jalali calendar, as the files write it; right up to 1472."""
    before = (0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334)[day.month - 1]
    leap = day.year + 1 if day.month > 2 else day.year
    days = 355666 + 365 * day.year + (leap + 3) // 4 - (leap + 99) // 100
    days += (leap + 399) // 400 + day.day + before
    year = -1595 + 33 * (days // 12053) + 4 * (days % 12053 // 1461)
    days = days % 12053 % 1461
    if days > 365:
        year, days = year + (days - 1) // 365, (days - 1) % 365
    if days < 186:
        month, rest = divmod(days, 31)
        return f"{year}-{month + 1:02}-{rest + 1:02}"
    month, rest = divmod(days - 186, 30)
    return f"{year}-{month + 7:02}-{rest + 1:02}"


class Package:
    """The files of one year, and what was found wrong with them."""

    def __init__(self, root):
        self.root, self.findings, self.count, self.head = root, [], 0, ""
        self.beyond = None

    def find(self, check, text):
        self.findings.append((check, text))

    def rows(self, path):
        """The rows of a CSV file, each a dict."""
        with (self.root / path).open(encoding="utf-8-sig", newline="") as file:
            yield from csv.DictReader(file, strict=True)

    def listed(self, name):
        return self.rows(f"data/{name}.csv")

    def run(self):
        for check in KEYS:
            try:
                getattr(self, f"check_{check}")()
            except Exception as error:  # what cannot be read does not hold
                self.find(check, f"{type(error).__name__}: {error}")

    def check_hashes(self):
        sums = self.root / "SHA256SUMS"
        lines = sums.read_bytes().decode("utf-8", "replace").splitlines()
        stated = {line[66:]: line[:64] for line in lines}
        actual = {
            path.relative_to(self.root).as_posix(): digest_of(path)
            for path in self.root.rglob("*")
            if path.is_file() and path != sums and "__pycache__" not in path.parts
        }
        for name in sorted(set(actual) | set(stated)):
            if name.startswith("verdict") and name not in stated:
                continue  # the auditor's own
            if stated.get(name) != actual.get(name):
                self.find("hashes", name)
        text = "".join(f"{actual.get(name)}  {name}\n" for name in sorted(stated))
        if sums.read_bytes() != text.encode():
            self.find("hashes", "SHA256SUMS")

    def check_lists(self):
        described = json.loads((self.root / "datapackage.json").read_text("utf-8"))
        keys = {r["name"]: self.check_list(r) for r in described["resources"]}
        for resource in described["resources"]:
            for foreign in resource["schema"].get("foreignKeys", ()):
                name, target = foreign["fields"][0], foreign["reference"]["resource"]
                for row in self.rows(resource["path"]):
                    if row[name] and (row[name],) not in keys[target]:
                        where = f"{resource['name']}.{name} = {row[name]}"
                        self.find("lists", f"{where}: {target}?")

    def check_list(self, resource):
        """Hash, header, types and key of one list; returns its keys."""
        path, keys = self.root / resource["path"], set()
        is_same = f"sha256:{digest_of(path)}" == resource["hash"]
        if not is_same or path.stat().st_size != resource["bytes"]:
            self.find("hashes", resource["path"])
        types = {f["name"]: PATTERNS[f["type"]] for f in resource["schema"]["fields"]}
        with path.open(encoding="utf-8", newline="") as file:
            if next(csv.reader(file)) != list(types):
                self.find("lists", f"{resource['name']}: header")
        for number, row in enumerate(self.rows(resource["path"]), start=2):
            key = tuple(row[name] for name in resource["schema"]["primaryKey"])
            if key in keys or None in row:
                self.find("lists", f"{resource['name']}:{number}: {key}")
            keys.add(key)
            for name, pattern in types.items():
                cell = row[name]
                if cell and not (pattern.fullmatch(cell) and self.agrees(row, name)):
                    self.find("lists", f"{resource['name']}:{number}: {name} = {cell}")
        return keys

    def agrees(self, row, name):
        """Whether rial and toman, and the dates of both calendars, are the same."""
        if name.endswith("_rial"):
            return Decimal(row[name]) == 10 * Decimal(row[name[:-5] + "_toman"])
        written = row.get(f"{name}_jalali")
        is_day = written is not None and "T" not in row[name] and row[name] < "2093"
        return not is_day or jalali(date.fromisoformat(row[name])) == written

    def check_chain(self):
        [year] = self.listed("fiscal_years")
        heads = {c["last_seq"]: "" for c in self.listed("closings")}
        digest, seq = "", 0
        for seq, row in enumerate(self.listed("ledger"), start=1):
            text = f"{digest}\x1f{canonical(row)}"
            digest = hashlib.sha256(text.encode()).hexdigest()
            is_numbered = (row["seq"], row["fiscal_year"]) == (str(seq), year["year"])
            if digest != row["digest"] or not is_numbered:
                self.find("chain", f"{year['year']}/{row['seq']}")
                return
            if row["seq"] in heads:
                heads[row["seq"]] = digest
            last = "ends_on" if verb(row) in WITHIN_YEAR else "payments_end_on"
            if not year["starts_on"] <= row["dated_on"] <= year[last]:
                self.find("chain", f"{year['year']}/{row['seq']}: {row['dated_on']}")
        self.count, self.head = seq, digest
        told = json.loads((self.root / "chain_head.json").read_text("utf-8"))
        if told != {"fiscal_year": int(year["year"]), "seq": seq, "digest": digest}:
            self.find("chain", "chain_head.json")
        for closing in self.listed("closings"):
            if heads[closing["last_seq"]] != closing["digest"]:
                self.find("closings", f"{closing['month']}: {closing['digest']}")

    def check_balances(self):
        lines, expenses = defaultdict(Counter), defaultdict(Counter)
        asked = {r["id"]: int(r["requested_rial"]) for r in self.listed("expenses")}
        wanted = {row["reverses_id"] for row in self.listed("ledger")}
        reversed_rows, places = {}, ("available", "committed", "spent")
        before = {}  # each reversed entry: what of its expense was taken until then
        for row in self.listed("ledger"):
            line, expense = lines[row["line_id"]], expenses[row["expense_id"]]
            if row["id"] in wanted:
                reversed_rows[row["id"]] = row
                before[row["id"]] = taken(expense)
            self.check_movement(row, reversed_rows)
            move(row, line, lines[row["to_line_id"] or row["line_id"]])
            self.check_topped_up(row)
            if row["expense_id"]:
                move(row, expense, expense)
                most = max(asked[row["expense_id"]], before.get(row["reverses_id"], 0))
                if row["from_place"] == "available" and taken(expense) > most:
                    self.beyond = row
            self.check_not_below_zero(row, line, places)
            self.check_not_below_zero(row, expense, places[1:])
        self.check_topped_up({})
        expenses.pop("", None)  # of entries that have none
        self.compare("budget_lines", lines, places)
        self.compare("expenses", expenses, places[1:])

    def check_not_below_zero(self, row, holder, places):
        place = row["from_place"]
        if place in places and holder[place] < 0:
            self.find("balances", f"{row['seq']}: {place} {holder[place]}")

    def check_topped_up(self, row):
        """More than was requested is committed only for the payment that follows; a
        reversal goes back to what was taken before, and no further."""
        beyond, self.beyond = self.beyond, None
        same = ("expense_id", "dated_on", "recorded_by_id")
        is_topped_up = (
            beyond
            and beyond["kind"] == "commitment"
            and row.get("kind") == "payment"
            and all(row[n] == beyond[n] for n in same)
        )
        if beyond and not is_topped_up:
            self.find("balances", f"{beyond['seq']}: {beyond['amount_rial']}")

    def check_movement(self, row, reversed_rows):
        """Whether an entry moves as its kind says, or mirrors what it takes back."""
        moves = (row["from_place"], row["to_place"])
        if row["kind"] != "reversal":
            is_right = MOVEMENTS[row["kind"]] == moves and not row["reverses_id"]
        else:
            taken = reversed_rows.pop(row["reverses_id"], None)  # once
            is_right = (
                taken is not None
                and (taken["to_place"], taken["from_place"]) == moves
                and all(taken[n] == row[n] for n in ("amount_rial", "expense_id"))
                and (taken["to_line_id"] or taken["line_id"]) == row["line_id"]
                and taken["kind"] != "reversal"
            )
        if not is_right or int(row["amount_rial"]) <= 0:
            self.find("balances", f"{row['seq']}: {row['kind']} {moves}")

    def compare(self, name, balances, places):
        """The running amounts of a list with what the entries leave."""
        rows = {row["id"]: row for row in self.listed(name)}
        for key in set(rows) | set(balances):
            left = [balances[key][place] for place in places]
            row = rows.get(key, {})
            told = [int(row.get(f"{place}_rial", -1)) for place in places]
            if told != left or int(row.get("approved_rial", sum(left))) != sum(left):
                self.find("balances", f"{name} {key}: {told} / {left}")

    def check_four_eyes(self):
        asked = {row["id"]: row["requested_by_id"] for row in self.listed("expenses")}
        for row in self.listed("ledger"):
            is_bound = verb(row) in ("commitment", "payment")
            if is_bound and row["recorded_by_id"] == asked[row["expense_id"]]:
                self.find("four_eyes", f"ledger {row['seq']}")
        pairs = (
            ("milestones", "verdict", "confirmed"),
            ("outcomes", "claimed", "verified"),
        )
        for name, first, second in pairs:
            for row in self.listed(name):
                if row[f"{first}_by_id"] == row[f"{second}_by_id"] != "":
                    self.find("four_eyes", f"{name} {row['id']}")

    def check_closings(self):
        [year] = self.listed("fiscal_years")
        for closing in self.listed("closings"):
            month = f"{year['year']}-{int(closing['month']):02}"
            is_last = int(closing["month"]) == PAYMENT_PERIOD
            for which in ("entries", "settlement")[: 1 + is_last]:
                path = f"closings/{month}-{which}.csv"
                if digest_of(self.root / path) != closing[f"{which}_sha256"]:
                    self.find("closings", path)
            path = f"closings/{month}-entries.csv"
            entries = self.entries_of(year, month)
            for told, entry in zip_longest(self.rows(path), entries, fillvalue={}):
                if not (told and is_same(told, entry)):
                    self.find("closings", f"{path}: {(told or entry)['seq']}")
            if is_last:
                self.check_settlement(f"closings/{month}-settlement.csv")

    def entries_of(self, year, month):
        after = f"{year['year']}-{PAYMENT_PERIOD}"
        for row in self.listed("ledger"):
            is_within = row["dated_on"] <= year["ends_on"]
            if month == (row["dated_on_jalali"][:7] if is_within else after):
                yield row

    def check_settlement(self, path):
        """What became of each line's money, worked out once more."""
        ids = {row["code"]: row["id"] for row in self.listed("budget_lines")}
        kinds = {row["id"]: row["kind"] for row in self.listed("ledger")}
        lines = defaultdict(Counter)
        for row in self.listed("ledger"):
            kind, amount = kinds[row["reverses_id"] or row["id"]], row["amount_rial"]
            source = lines[row["line_id"]]
            target = lines[row["to_line_id"] or row["line_id"]]
            move(row, source, target)
            if kind == "transfer":
                source["moved"] -= int(amount)
                target["moved"] += int(amount)
            source[kind] += -int(amount) if row["reverses_id"] else int(amount)
        for row in self.rows(path):
            line = lines[ids.pop(row.pop("code"))]
            left = [line[place] for place in ("available", "committed", "spent")]
            came = [line[name] for name in ("budget", "supplement", "cut", "moved")]
            if list(map(int, row.values())) != [*came, sum(left), *left]:
                self.find("closings", f"{path}: {list(row.values())}")
        if ids:
            self.find("closings", f"{path}: {sorted(ids)}")

    def check_journal(self):
        text = (self.root / "ledger.journal").read_text("utf-8")
        names = ("dated_on", "seq", "kind", "digest", "amount_rial", "amount_rial")
        posted = (match.groups() for match in JOURNAL.finditer(text))
        entries = (tuple(row[n] for n in names) for row in self.listed("ledger"))
        for written, entry in zip_longest(posted, entries):
            if written != entry:
                self.find("journal", f"{written} / {entry}")


def verb(row):
    """Whose rules an entry is under: its kind's, or those of what it takes anew."""
    return TAKEN_ANEW.get((row["from_place"], row["to_place"]), row["kind"])


def taken(expense):
    """What of an expense is committed or paid."""
    return expense["committed"] + expense["spent"]


def move(row, source, target):
    """Do to two counters of places what an entry says."""
    source[row["from_place"]] -= int(row["amount_rial"])
    target[row["to_place"]] += int(row["amount_rial"])


def is_same(written, entry):
    """Whether an entry is as a closing wrote it down. The names of what it points to
    may have been put right since, and columns added."""
    values = {k: v for k, v in written.items() if f"{k}_id" not in written}
    return values.items() <= entry.items()


def canonical(row):
    """An entry as the chain hashes it, from its row in ledger.csv."""
    first = ("fiscal_year", "seq", "kind", "line_id", "from_place", "to_place")
    second = ("to_line_id", "expense_id", "amount_rial", "foreign_amount", "rate_id")
    last = ("reverses_id", "recorded_by_id")
    fields = [row[name] for name in (*first, *second, "dated_on")]
    fields += [stored_text(row[name]) for name in ("document_number", "memo")]
    fields += [row[name] for name in last]
    fields.append(row["recorded_at"].replace("T", " ").replace("Z", ""))
    return "\x1f".join(fields)


def verdict(package, language):
    """The lines to print."""
    said = {key: texts[language] for key, texts in TEXTS.items()}
    now = datetime.now(timezone.utc).strftime("%Y-%m-%d %H:%M:%SZ")
    sums = package.root / "SHA256SUMS"
    yield f"{said['package']}: {package.root.resolve().name}"
    yield f"{said['entries']}: {package.count}"
    yield f"{said['head']}: {package.head or '-'}"
    yield f"{said['print']}: {digest_of(sums) if sums.is_file() else '-'}"
    yield f"{said['at']}: {now}"
    wrong = Counter(check for check, _text in package.findings)
    for key in KEYS:
        yield f"  [{'x' if wrong[key] else '+'}] {said[key]}"
    yield said["fails" if wrong else "holds"]
    for check, text in package.findings[:100]:
        yield f"  - {said[check]}: {text}"
    if len(package.findings) > 100:
        yield f"  … {len(package.findings)}"


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    here = Path(__file__).resolve().parent
    parser.add_argument("folder", nargs="?", type=Path, default=here)
    parser.add_argument("--en", action="store_true", help="the verdict in English")
    given = parser.parse_args()
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(encoding="utf-8")
    package = Package(given.folder)
    package.run()
    print("\n".join(verdict(package, 1 if given.en else 0)))
    return 1 if package.findings else 0


if __name__ == "__main__":
    sys.exit(main())

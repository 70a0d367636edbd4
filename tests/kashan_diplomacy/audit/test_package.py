import ast
import csv
import hashlib
import io
import json
import random
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from budget import closing, ledger
from budget.models import FiscalYear
from kashan_diplomacy.audit import verify
from kashan_diplomacy.audit.package import write_package
from kashan_diplomacy.export_views import EXPORTS
from kashan_diplomacy.jalali import from_gregorian, iso, to_gregorian
from tests.budget.test_exports import make_entries
from tests.factories import (
    IN_1401,
    make_foreign_expense,
    make_line,
    make_milestone,
    make_outcome,
    make_rate,
    make_user,
    make_voucher,
    make_year,
)

VERIFIER = Path(verify.__file__)


def make_books():
    """A year with every kind of movement, a closed month and kept promises."""
    year = make_year(1401)
    line = make_entries()
    expense = make_foreign_expense(line=line, rate=make_rate())
    make_voucher(expense)
    record = {"by": make_user(), "dated_on": IN_1401, "memo": "'=پیوست"}
    ledger.commit(expense=expense, amount=expense.requested, **record)
    make_milestone(verdict="met", met_on=IN_1401, evidence="-گزارش")
    make_outcome().verify(by=make_user())
    for month in (1, 2):
        closing.close_month(year=year, month=month, by=make_user())
    return year


def package_of(year):
    file = io.BytesIO()
    write_package(year, file)
    return file.getvalue()


@pytest.fixture
def folder(db, tmp_path):
    make_line(fiscal_year=make_year(1400), approved=10)
    content = package_of(make_books())
    zipfile.ZipFile(io.BytesIO(content)).extractall(tmp_path)
    return tmp_path


def findings(folder):
    package = verify.Package(folder)
    package.run()
    return package.findings


def files(folder):
    return sorted(path for path in folder.rglob("*") if path.is_file())


def reseal(folder):
    """Make every digest right again, as a forger would."""
    path = folder / "datapackage.json"
    described = json.loads(path.read_text())
    for resource in described["resources"]:
        listed = folder / resource["path"]
        resource["bytes"] = listed.stat().st_size
        resource["hash"] = f"sha256:{verify.digest_of(listed)}"
    path.write_text(json.dumps(described))
    listed = [p for p in files(folder) if p.name != "SHA256SUMS"]
    lines = [f"{verify.digest_of(p)}  {p.relative_to(folder)}\n" for p in listed]
    (folder / "SHA256SUMS").write_text("".join(lines))


def forge(folder, name, forged):
    """Rewrite a list with `forged(row)` done to each row, and reseal."""
    path = folder / f"data/{name}.csv"
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    kept = [row for row in rows if forged(row) is not False]
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys(), lineterminator="\r\n")
        writer.writeheader()
        writer.writerows(kept)
    reseal(folder)


def rechain(folder):
    """Recompute the ledger's chain, as a forger would."""
    digests = [""]

    def chained(row):
        text = f"{digests[-1]}\x1f{verify.canonical(row)}"
        row["digest"] = hashlib.sha256(text.encode()).hexdigest()
        digests.append(row["digest"])

    forge(folder, "ledger", chained)
    head = json.loads((folder / "chain_head.json").read_text())
    head["digest"] = digests[-1]
    (folder / "chain_head.json").write_text(json.dumps(head))
    reseal(folder)


def run(folder, *options):
    return subprocess.run(
        [sys.executable, "-I", folder / "verify.py", *options],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


def test_package_verifies_itself_in_both_languages(folder):
    assert findings(folder) == []
    persian, english = run(folder), run(folder, "--en")
    assert (persian.returncode, english.returncode) == (0, 0)
    assert "همه چیز درست است" in persian.stdout
    assert "everything holds" in english.stdout
    head = json.loads((folder / "chain_head.json").read_text())["digest"]
    assert head in persian.stdout
    assert len(head) == 64


@pytest.mark.django_db
def test_books_without_an_entry_hold(tmp_path):
    content = package_of(make_year(1402))
    zipfile.ZipFile(io.BytesIO(content)).extractall(tmp_path)
    assert findings(tmp_path) == []


def test_verdict_may_lie_beside_the_files_and_nothing_else_may(folder):
    (folder / "verdict.txt").write_text("x")
    assert findings(folder) == []
    (folder / "data/more.csv").write_text("x")
    assert findings(folder) == [("hashes", "data/more.csv")]


@pytest.mark.once
def test_any_changed_byte_is_noticed(folder):
    """In every file: its ends, its digits, and bytes anywhere."""
    chance = random.Random(1401)
    for path in files(folder):
        whole = path.read_bytes()
        digits = [
            i
            for i, byte in enumerate(whole)
            if chr(byte).isascii() and 48 <= byte <= 57
        ]
        places = {0, len(whole) - 1, chance.randrange(len(whole))}
        places |= set(chance.sample(digits, min(2, len(digits))))
        for place in places:
            changed = bytearray(whole)
            is_digit = 48 <= whole[place] <= 57
            changed[place] = (
                48 + (whole[place] - 47) % 10 if is_digit else whole[place] ^ 1
            )
            path.write_bytes(changed)
            assert findings(folder), (path.name, place)
        path.write_bytes(whole[:-1])
        assert findings(folder), path.name
        path.write_bytes(whole)
    assert findings(folder) == []


def test_missing_file_is_noticed(folder):
    for path in files(folder):
        whole = path.read_bytes()
        path.unlink()
        assert findings(folder), path.name
        path.write_bytes(whole)


def test_changed_file_fails_on_the_command_line(folder):
    path = folder / "data/ledger.csv"
    path.write_bytes(path.read_bytes().replace(b"6000000,600000", b"6000001,600000"))
    verdict = run(folder, "--en")
    assert verdict.returncode == 1
    assert "VERDICT: something does not hold" in verdict.stdout


def setting(where, **fields):
    def forged(row):
        if all(row[name] == value for name, value in where.items()):
            row.update(fields)

    return forged


@pytest.mark.parametrize(
    ("name", "where", "fields", "check"),
    [
        ("ledger", {"seq": "2"}, {"memo": "x"}, "chain"),
        ("ledger", {"seq": "2"}, {"recorded_at": "2020-01-01T00:00:00Z"}, "chain"),
        ("ledger", {"seq": "2"}, {"amount_rial": "7"}, "lists"),
        ("ledger", {"seq": "2"}, {"dated_on_jalali": "1401-05-01"}, "lists"),
        ("ledger", {"seq": "2"}, {"expense_id": "999999"}, "lists"),
        ("budget_lines", {}, {"spent_rial": "10", "spent_toman": "1"}, "balances"),
        ("expenses", {}, {"committed_rial": "10", "committed_toman": "1"}, "balances"),
        ("closings", {"month": "2"}, {"digest": "0" * 64}, "closings"),
        ("closings", {"month": "2"}, {"entries_sha256": "0" * 64}, "closings"),
        ("users", {}, {"is_staff": "yes"}, "lists"),
        ("users", {}, {"id": "1"}, "lists"),
    ],
)
def test_forged_row_is_noticed_though_every_digest_of_a_file_fits(
    folder, name, where, fields, check
):
    forge(folder, name, setting(where, **fields))
    assert check in {found for found, _text in findings(folder)}


def test_left_out_entry_is_noticed(folder):
    forge(folder, "ledger", lambda row: row["seq"] != "3")
    assert "chain" in {check for check, _text in findings(folder)}


def test_rewritten_chain_does_not_fit_the_closings_and_balances(folder):
    more = {"amount_rial": "5000000", "amount_toman": "500000"}
    forge(folder, "ledger", setting({"seq": "2"}, **more))
    rechain(folder)
    checks = {check for check, _text in findings(folder)}
    assert {"balances", "closings", "journal"} <= checks
    assert "chain" not in checks


def test_place_below_zero_on_the_way_is_noticed(folder):
    more = {"amount_rial": "900000000", "amount_toman": "90000000"}
    forge(folder, "ledger", setting({"seq": "2"}, **more))
    rechain(folder)
    texts = [text for check, text in findings(folder) if check == "balances"]
    assert any(text.startswith("2: available -") for text in texts)


def test_own_expense_committed_is_noticed(folder):
    requested = {}
    forge(folder, "expenses", lambda row: requested.update({row["id"]: row}))

    def by_who_asked(row):
        if row["kind"] == "commitment":
            row["recorded_by_id"] = requested[row["expense_id"]]["requested_by_id"]

    forge(folder, "ledger", by_who_asked)
    rechain(folder)
    assert "four_eyes" in {check for check, _text in findings(folder)}


def test_own_claim_verified_is_noticed(folder):
    def by_oneself(row):
        row["verified_by_id"] = row["claimed_by_id"]

    forge(folder, "outcomes", by_oneself)
    assert [check for check, _text in findings(folder)] == ["four_eyes"]


def test_same_data_give_the_same_bytes_whoever_reads(db):
    year = make_books()
    with translation.override("en"):
        first = package_of(year)
    with translation.override("fa"):
        assert package_of(year) == first


def test_package_holds_every_list_described(folder):
    described = json.loads((folder / "datapackage.json").read_text())
    resources = {resource["name"]: resource for resource in described["resources"]}
    assert resources.keys() == EXPORTS.keys()
    for name, resource in resources.items():
        content = (folder / resource["path"]).read_bytes()
        assert not content.startswith(b"\xef\xbb\xbf"), name
        assert resource["bytes"] == len(content)
        headers = [field["name"] for field in resource["schema"]["fields"]]
        assert content.decode().split("\r\n")[0] == ",".join(headers)
        assert set(resource["schema"]["primaryKey"]) <= set(headers)
        for field in resource["schema"]["fields"]:
            if field["name"].endswith("_id"):
                assert field["type"] == "integer" or field["name"] == "object_id", field
    schema = resources["ledger"]["schema"]
    keys = {
        key["fields"][0]: key["reference"]["resource"] for key in schema["foreignKeys"]
    }
    assert keys == {
        "fiscal_year_id": "fiscal_years",
        "line_id": "budget_lines",
        "to_line_id": "budget_lines",
        "expense_id": "expenses",
        "rate_id": "exchange_rates",
        "reverses_id": "ledger",
        "recorded_by_id": "users",
    }
    assert resources["ledger"]["description_fa"] != resources["ledger"]["description"]


def test_package_has_the_year_and_no_other(folder):
    with (folder / "data/ledger.csv").open(newline="") as file:
        assert {row["fiscal_year"] for row in csv.DictReader(file)} == {"1401"}
    assert {path.name for path in (folder / "closings").iterdir()} == {
        "1401-01-entries.csv",
        "1401-02-entries.csv",
    }


def test_verifier_needs_nothing_newer_than_python_3_9_nor_anything_of_ours():
    source = VERIFIER.read_text()
    ast.parse(source, feature_version=(3, 9))
    for node in ast.walk(ast.parse(source)):
        names = [node.module] if isinstance(node, ast.ImportFrom) else []
        names += [n.name for n in node.names] if isinstance(node, ast.Import) else []
        assert set(names) <= sys.stdlib_module_names
        if isinstance(node, ast.Call):
            assert "strict" not in {k.arg for k in node.keywords} or (
                getattr(node.func, "attr", "") == "DictReader"
            )


def test_verifier_counts_jalali_days_as_we_do():
    for year in range(1300, 1473):
        for month, day in ((1, 1), (6, 31), (7, 1), (12, 29)):
            gregorian = to_gregorian(year, month, day)
            assert verify.jalali(gregorian) == iso(gregorian), from_gregorian(gregorian)


def test_verifier_knows_what_the_ledger_knows():
    from budget.models.ledger import MOVEMENTS

    known = {str(k): (str(a), str(b)) for k, (a, b) in MOVEMENTS.items()}
    assert known == verify.MOVEMENTS


@pytest.mark.django_db
def test_command_writes_the_package_and_says_its_digest(tmp_path, capsys):
    make_books()
    call_command("export_audit", "1401", out=tmp_path / "new")
    path = tmp_path / "new/kashan-audit-1401.zip"
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    assert capsys.readouterr().out == f"{digest}  {path}\n"
    with pytest.raises(CommandError):
        call_command("export_audit", "1399", out=tmp_path)


@pytest.mark.django_db(transaction=True)
def test_package_is_read_in_a_transaction_of_its_own_and_leaves_none():
    make_line(fiscal_year=make_year(1401), approved=10)
    first = package_of(FiscalYear.objects.get())
    assert package_of(FiscalYear.objects.get()) == first
    make_year(1402)  # can be written

"""A whole year, closed: what its closings wrote down is worked out once more."""

import csv
import io
import zipfile

import pytest

from budget import closing, ledger
from kashan_diplomacy.jalali import to_gregorian
from tests.factories import make_expense, make_line, make_user, make_year
from tests.kashan_diplomacy.audit.test_package import (
    findings,
    forge,
    package_of,
    rechain,
    reseal,
    run,
    setting,
)

SETTLEMENT = "closings/1401-13-settlement.csv"
TIR = "closings/1401-04-entries.csv"


def record(month, day=10, year=1401, **fields):
    return {"by": make_user(), "dated_on": to_gregorian(year, month, day)} | fields


def make_closed_year():
    """Every kind of movement, a payment above its request, and what the next spring
    may still bring: a payment, a refund, and one that is taken back."""
    year = make_year(1401)
    line, other = make_line(approved=90_000_000, code="1"), make_line(code="2")
    ledger.approve(line=other, amount=7_000, kind="supplement", **record(1))
    ledger.approve(line=other, amount=2_000, kind="cut", **record(2))
    moved = ledger.transfer(line=line, to_line=other, amount=5_000, **record(2))
    ledger.reverse(entry=moved, **record(3, memo="اشتباه"))
    ledger.transfer(line=line, to_line=other, amount=3_000, **record(3))
    first, second = (make_expense(line=line, requested=1_000_000) for _ in range(2))
    ledger.commit(expense=first, amount=1_000_000, **record(4))
    ledger.pay(expense=first, amount=1_200_000, **record(4, 11))
    ledger.commit(expense=second, amount=900_000, **record(4, 12))
    released = ledger.release(expense=second, amount=100_000, **record(4, 13))
    ledger.reverse(entry=released, **record(4, 14, memo="اشتباه"))
    ledger.pay(expense=second, amount=800_000, is_last=True, **record(1, year=1402))
    refund = ledger.refund(expense=first, amount=70_000, **record(4, 15))
    ledger.reverse(entry=refund, **record(1, 12, year=1402, memo="اشتباه"))
    ledger.refund(expense=first, amount=50_000, **record(2, 1, year=1402))
    for month in range(1, 13):
        closing.close_month(year=year, month=month, by=make_user())
    closing.close_year(year=year, by=make_user())
    return year


@pytest.fixture(scope="module")
def packed(django_db_setup, django_db_blocker, tmp_path_factory):
    """The package, made once; the database is left as it was."""
    from django.db import transaction

    path = tmp_path_factory.mktemp("closed") / "package.zip"
    with django_db_blocker.unblock(), transaction.atomic():
        path.write_bytes(package_of(make_closed_year()))
        transaction.set_rollback(True)
    return path


@pytest.fixture
def folder(packed, tmp_path):
    with zipfile.ZipFile(packed) as archive:
        archive.extractall(tmp_path)
    return tmp_path


def checks(folder):
    return {check for check, _text in findings(folder)}


def rewrite(folder, path, change):
    """Change the rows of a closing's file, and the digests of it wherever they are."""
    from kashan_diplomacy.audit import verify

    with (folder / path).open(newline="", encoding="utf-8-sig") as file:
        header, *rows = csv.reader(file)
    with (folder / path).open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, lineterminator="\r\n").writerows([header, *change(rows)])
    digest = verify.digest_of(folder / path)
    month, which = path[len("closings/1401-") :].removesuffix(".csv").split("-")
    forge(
        folder,
        "closings",
        setting({"month": str(int(month))}, **{f"{which}_sha256": digest}),
    )


def test_closed_year_holds(folder):
    assert findings(folder) == []
    assert run(folder).returncode == 0


def test_settlement_is_worked_out_again(folder):
    def more_spent(rows):
        rows[0][-1] = str(int(rows[0][-1]) + 1)
        return rows

    rewrite(folder, SETTLEMENT, more_spent)
    assert checks(folder) == {"closings"}


@pytest.mark.parametrize("column", range(1, 9))
def test_any_figure_of_the_settlement_is_noticed(folder, column):
    def one_more(rows):
        rows[1][column] = str(int(rows[1][column]) + 1)
        return rows

    rewrite(folder, SETTLEMENT, one_more)
    assert checks(folder) == {"closings"}


@pytest.mark.parametrize(
    "change", [lambda rows: rows[:-1], lambda rows: [*rows, ["3"] + ["0"] * 8]]
)
def test_line_left_out_of_the_settlement_or_added_is_noticed(folder, change):
    rewrite(folder, SETTLEMENT, change)
    assert "closings" in checks(folder)


@pytest.mark.parametrize(
    "change",
    [
        lambda rows: rows[:-1],
        lambda rows: rows[1:],
        lambda rows: [*rows, rows[0]],
        lambda rows: [[cell.replace("1200000", "1300000") for cell in r] for r in rows],
    ],
    ids=["last", "first", "twice", "changed"],
)
def test_closed_month_is_compared_with_the_ledger(folder, change):
    rewrite(folder, TIR, change)
    assert checks(folder) == {"closings"}


def test_name_put_right_after_the_closing_is_no_finding(folder):
    """`line` is what the line was called on that day; `line_id` says which it is."""
    forge(folder, "ledger", lambda row: row.update(line=f"{row['line']} تازه"))
    assert findings(folder) == []


def test_settlement_that_is_missing_is_noticed(folder):
    (folder / SETTLEMENT).unlink()
    reseal(folder)
    assert checks(folder) == {"closings"}


def test_commitment_beyond_the_request_is_noticed_unless_a_payment_tops_it_up(folder):
    """In the books of `make_closed_year` a top-up of 200,000 rial is no finding."""
    less = {"requested_rial": "899999", "requested_toman": "89999.9"}
    forge(
        folder,
        "expenses",
        lambda row: row.update(less) if row["spent_rial"] == "800000" else None,
    )
    assert checks(folder) == {"balances"}


def test_entry_slipped_into_a_closed_month_is_noticed(folder):
    """Dated into Tir, with the whole chain made anew."""

    def into_tir(row):
        if row["kind"] == "refund":
            row.update(dated_on="2022-07-06", dated_on_jalali="1401-04-15")

    forge(folder, "ledger", into_tir)
    rechain(folder)
    texts = [text for check, text in findings(folder) if check == "closings"]
    assert any(text.startswith(TIR) for text in texts)


def forge_reversal(folder, to_place, change):
    """Change the reversal that takes money anew, with the whole chain made anew."""
    requested = {}
    forge(folder, "expenses", lambda row: requested.update({row["id"]: row}))

    def forged(row):
        if row["kind"] == "reversal" and row["to_place"] == to_place:
            row.update(change(requested[row["expense_id"]]))

    forge(folder, "ledger", forged)
    rechain(folder)


@pytest.mark.parametrize("to_place", ["committed", "spent"])
def test_requester_who_takes_money_anew_by_a_reversal_is_noticed(folder, to_place):
    forge_reversal(
        folder, to_place, lambda asked: {"recorded_by_id": asked["requested_by_id"]}
    )
    assert "four_eyes" in checks(folder)


def test_reversal_that_commits_after_the_years_end_is_noticed(folder):
    """One that takes a refund back, there in spring, is no finding."""
    late = {"dated_on": "2023-04-09", "dated_on_jalali": "1402-01-20"}
    forge_reversal(folder, "committed", lambda _asked: late)
    texts = [text for check, text in findings(folder) if check == "chain"]
    assert [text.endswith(": 2023-04-09") for text in texts] == [True]


@pytest.mark.django_db
def test_reversal_beyond_the_request_is_noticed(tmp_path):
    """What was released is committed again, and its release taken back as well."""
    line = make_line(approved=1_000, fiscal_year=make_year(1401))
    first, other = (make_expense(line=line, requested=100) for _ in range(2))
    ledger.commit(expense=first, amount=100, **record(4))
    released = ledger.release(expense=first, amount=100, **record(4))
    ledger.commit(expense=other, amount=100, **record(4))
    ledger.reverse(entry=released, **record(4, memo="اشتباه"))
    with zipfile.ZipFile(io.BytesIO(package_of(line.fiscal_year))) as archive:
        archive.extractall(tmp_path)
    assert findings(tmp_path) == []

    held = {str(first.pk): "200", str(other.pk): "0"}
    forge(
        tmp_path,
        "expenses",
        lambda row: row.update(
            committed_rial=held[row["id"]], committed_toman=held[row["id"]][:-1] or "0"
        ),
    )
    forge(tmp_path, "ledger", setting({"seq": "4"}, expense_id=str(first.pk)))
    rechain(tmp_path)
    texts = [text for check, text in findings(tmp_path) if check == "balances"]
    assert texts == ["5: 100"]

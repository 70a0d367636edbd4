import datetime
import hashlib
import itertools

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from budget import closing, ledger
from budget.exports import EXPORTS
from budget.models import Entry
from kashan_diplomacy.exports import csv_bytes
from tests.factories import (
    IN_1401,
    make_expense,
    make_fee,
    make_foreign_expense,
    make_line,
    make_rate,
    make_user,
    make_voucher,
    make_year,
)
from tests.kashan_diplomacy.test_exports import downloaded, table

pytestmark = pytest.mark.django_db


@pytest.fixture
def auditor(client):
    client.force_login(make_user(role="auditor"))
    return client


DAYS = (IN_1401 - datetime.timedelta(days=n) for n in itertools.count())
YEARS = iter(range(1340, 1400))


def record(**fields):
    return {"by": make_user(), "dated_on": IN_1401} | fields


def make_entries():
    """A line that saw a commitment, a payment, a transfer and a reversal."""
    line = make_line(approved=100_000_005)
    expense = make_expense(line=line, membership_fee=make_fee())
    ledger.commit(expense=expense, amount=6_000_000, **record(memo="-پیش‌پرداخت"))
    payment = ledger.pay(expense=expense, amount=1_000_005, **record())
    ledger.transfer(line=line, to_line=make_line(), amount=7, **record())
    ledger.reverse(entry=payment, **record(memo="اشتباه"))
    return line


def make_rows():
    """At least one row more of each list."""
    line = make_entries()
    make_voucher(make_foreign_expense(line=line, rate=make_rate(valid_on=next(DAYS))))
    year = make_year(next(YEARS))
    closing.close_month(year=year, month=1, by=make_user())


def digest(previous, row):
    """An entry's digest as a stranger works it out, with nothing but the file."""
    memo = (
        row["memo"].removeprefix("'") if row["memo"].startswith("'-") else row["memo"]
    )
    instant = datetime.datetime.fromisoformat(row["recorded_at"])
    fields = [
        row["fiscal_year"],
        *(row[name] for name in ("seq", "kind", "line_id", "from_place", "to_place")),
        *(row[name] for name in ("to_line_id", "expense_id", "amount_rial")),
        *(row[name] for name in ("foreign_amount", "rate_id")),
        *(row[name] for name in ("dated_on", "document_number")),
        memo,
        *(row[name] for name in ("reverses_id", "recorded_by_id")),
        f"{instant:%Y-%m-%d %H:%M:%S}",
    ]
    return hashlib.sha256("\x1f".join([previous, *fields]).encode()).hexdigest()


def test_chain_of_digests_can_be_recomputed_from_the_file_alone(auditor):
    make_entries()
    rows = table(downloaded(auditor, "ledger"))
    previous = ""
    for row in rows:
        assert row["digest"] == digest(previous, row)
        previous = row["digest"]
    assert len(rows) == Entry.objects.count() == 5


def test_ledger_stands_in_order_and_moves_no_negative_amount(auditor):
    make_entries()
    make_year(1400)
    rows = table(downloaded(auditor, "ledger"))
    assert [row["seq"] for row in rows] == ["1", "2", "3", "4", "5"]
    assert all(int(row["amount_rial"]) > 0 for row in rows)
    moves = [(row["kind"], row["from_place"], row["to_place"]) for row in rows]
    assert moves[2:] == [
        ("payment", "committed", "spent"),
        ("transfer", "available", "available"),
        ("reversal", "spent", "committed"),
    ]
    assert rows[4]["reverses"] == "1401/3"


def test_years_of_the_ledger_follow_each_other(auditor):
    earlier, later = make_year(1401), make_year(1402)
    for year in (later, earlier, later):
        make_line(fiscal_year=year, approved=10)
    rows = table(downloaded(auditor, "ledger"))
    numbered = [(row["fiscal_year"], row["seq"]) for row in rows]
    assert numbered == [("1401", "1"), ("1402", "1"), ("1402", "2")]


def test_amounts_are_given_in_rial_and_in_toman(auditor):
    make_entries()
    rows = table(downloaded(auditor, "ledger"))
    assert (rows[0]["amount_rial"], rows[0]["amount_toman"]) == (
        "100000005",
        "10000000.5",
    )
    assert (rows[1]["amount_rial"], rows[1]["amount_toman"]) == ("6000000", "600000")


def test_lines_in_the_file_add_up_as_the_ledger_says(auditor):
    make_entries()
    places = ("approved", "available", "committed", "spent")
    rows = table(downloaded(auditor, "budget_lines"))
    assert len(rows) == 2
    for row in rows:
        approved, *others = (int(row[f"{place}_rial"]) for place in places)
        assert approved == sum(others)


def test_files_are_the_same_in_every_language():
    make_rows()
    files = {}
    for language in "fa", "en":
        with translation.override(language):
            files[language] = [
                csv_bytes(export, export.queryset()) for export in EXPORTS.values()
            ]
    assert files["fa"] == files["en"]


def test_stored_entries_name_their_year_and_line_in_ascii_digits():
    make_entries()
    with translation.override("fa"):
        stored = csv_bytes(EXPORTS["ledger"], Entry.objects.all())
    [first, *_rest] = table(stored.decode())
    assert first["fiscal_year"] == "1401"
    assert first["line"].split()[0].isascii()


def test_list_of_closings_leaves_the_stored_files_in_the_database():
    make_rows()
    export = EXPORTS["closings"]
    with CaptureQueriesContext(connection) as queries:
        rows = table(csv_bytes(export, export.queryset()).decode())
    assert len(rows) == 1
    for query in queries:
        assert '"entries_csv"' not in query["sql"]
        assert '"settlement_csv"' not in query["sql"]


def test_expense_names_its_source_and_who_asked_for_it(auditor):
    fee = make_fee()
    make_expense(membership_fee=fee, requested_by=make_user("rahimi"))
    [row] = table(downloaded(auditor, "expenses"))
    assert row["membership_fee"] == f"{fee.membership.organisation.name_fa} 2022"
    assert row["requested_by"] == "rahimi"
    assert row["agreement_id"] == ""


def test_fiscal_year_gives_its_period_in_both_calendars(auditor):
    make_year(1401)
    [row] = table(downloaded(auditor, "fiscal_years"))
    assert (row["starts_on_jalali"], row["ends_on_jalali"]) == (
        "1401-01-01",
        "1401-12-29",
    )
    assert row["payments_end_on_jalali"] == "1402-02-15"
    assert row["closed_month"] == "0"


@pytest.mark.once
def test_queries_do_not_grow_with_rows():
    def queries():
        counts = {}
        for name, export in EXPORTS.items():
            with CaptureQueriesContext(connection) as captured:
                assert list(export.rows(export.queryset()))
            counts[name] = len(captured)
        return counts

    make_rows()
    few = queries()
    for _ in range(9):
        make_rows()
    assert queries() == few == dict.fromkeys(EXPORTS, 1) | {"fiscal_years": 2}


def test_list_of_the_admin_downloads_what_it_shows(auditor):
    make_entries()
    url = reverse("admin:budget_entry_csv") + "?kind__exact=payment"
    [row] = table(auditor.get(url).getvalue().decode())
    assert row["kind"] == "payment"

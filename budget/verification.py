"""Recomputing a year's books from its rows alone, trusting no running amount.

Checked are: the digest chain over `Entry.canonical_row`, which the database puts
together so that a million rows stream through; the numbering; the dates; the places
of every line and expense against their running amounts; and the closings against the
chain and their own files. What a consistent rewrite of everything would hide, the
chain's head on paper shows: it stands in each closing and on the public budget page.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256

from django.db import connection
from django.db.models import BinaryField, Count, Max, Q, Sum
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext as _

from kashan_diplomacy import jalali

from .models import Closing, Entry, Expense, FiscalYear, Kind
from .models.closings import PAYMENT_PERIOD
from .models.ledger import Balance, Place

ROWS_AT_A_TIME = 5_000
#: From `Entry.canonical_row`, after the year: what is text on both engines …
_CANONICAL = (
    "seq", "kind", "line_id", "from_place", "to_place", "to_line_id", "expense_id",
    "amount", "foreign_amount", "rate_id", "dated_on", "document_number", "memo",
    "reverses_id", "recorded_by_id", "recorded_at",
)  # fmt: skip
#: … what may be missing …
_WRITTEN_ALIKE = dict.fromkeys(
    ("to_line_id", "expense_id", "foreign_amount", "rate_id", "reverses_id"),
    "COALESCE(CAST({0} AS text), '')",
)
#: … and what each engine has to be told how to write.
_WRITTEN = {
    "sqlite": {
        "foreign_amount": (
            "CASE WHEN {0} IS NULL THEN '' ELSE printf('%%.2f', {0}) END"
        ),
        "recorded_at": "substr({0}, 1, 19)",
    },
    "postgresql": {
        "recorded_at": "CAST(CAST({0} AT TIME ZONE 'UTC' AS timestamp(0)) AS text)",
    },
}
_ESCAPED = re.compile(rb"\\(.)", re.DOTALL)
_SEPARATOR = {"sqlite": "char(31)", "postgresql": "chr(31)"}


@dataclass(frozen=True)
class Finding:
    """Something that does not hold; `seq` is the entry it shows in, if in one."""

    text: str
    seq: int | None = None

    def __str__(self) -> str:
        return f"{self.seq}: {self.text}" if self.seq else self.text


def verify(year: FiscalYear) -> list[Finding]:
    """Everything about the books of `year` that does not hold; empty when all does.

    Of a broken chain only the first bad entry is named: nothing after it can be
    trusted to be where it was.
    """
    closings = {closing.last_seq: closing for closing in year.closings.all()}
    broken, heads = _follow_chain(year, set(closings))
    return [
        *broken,
        *_misdated(year),
        *_unbalanced_lines(year),
        *_unbalanced_expenses(year),
        *_contradicted(year, heads),
    ]


def _follow_chain(
    year: FiscalYear, wanted: set[int]
) -> tuple[list[Finding], dict[int, str]]:
    """What first breaks the chain, and the digests at the `wanted` numbers."""
    digest, heads = b"", {0: ""}
    for number, (stored, row) in enumerate(_streamed(year), start=1):
        digest = sha256(digest + row).hexdigest().encode()
        if digest != stored:
            seq = int(row.split(b"\x1f")[2])
            if seq != number:
                return [Finding(_("An entry is missing before this one."), seq)], heads
            return [Finding(_("The digest does not fit the entry."), seq)], heads
        if number in wanted:
            heads[number] = digest.decode()
    return _unless_numbered(year), heads


def _streamed(year: FiscalYear) -> Iterator[tuple[bytes, bytes]]:
    """The digest of each entry, and what it was made of but for the digest before.

    As bytes all the way: turning a million rows into text and back costs as much as
    hashing them. PostgreSQL copies the next out while one is hashed.
    """
    entries = Entry.objects.filter(fiscal_year=year).order_by("seq")
    rows = entries.values_list(
        _in_bytes(f'"{Entry._meta.db_table}"."digest"'),
        _in_bytes(_canonical_row(), str(year.year)),
    )
    if connection.vendor != "postgresql":
        yield from rows.iterator(chunk_size=ROWS_AT_A_TIME)
        return
    sql, parameters = rows.query.sql_with_params()
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY ({sql}) TO STDOUT", parameters) as copied,
    ):
        for line in copied:
            stored, _tab, row = bytes(line).partition(b"\t")
            yield stored, (_unescaped(row) if b"\\" in row else row)[:-1]


def _unescaped(row: bytes) -> bytes:
    """From COPY's text format; the texts themselves hold no tab."""
    return _ESCAPED.sub(lambda m: {b"n": b"\n", b"r": b"\r"}.get(m[1], m[1]), row)


def _unless_numbered(year: FiscalYear) -> list[Finding]:
    """Of a chain that holds: whether its entries are numbered 1, 2, 3 …"""
    count, last = year.entries.aggregate(n=Count("pk"), last=Max("seq")).values()
    if count == (last or 0):
        return []
    return [Finding(_("The entries are not numbered without gap."), last)]


def _canonical_row() -> str:
    """`Entry.canonical_row` and the separator before it in SQL; the year is given."""
    table, written = Entry._meta.db_table, _WRITTEN[connection.vendor]
    columns = [
        written.get(name, _WRITTEN_ALIKE.get(name, "{0}")).format(f'"{table}"."{name}"')
        for name in _CANONICAL
    ]
    separator = f" || {_SEPARATOR[connection.vendor]} || "
    return separator.join(["''", "%s", *columns])


def _in_bytes(sql: str, *params: str) -> RawSQL:
    """Text as UTF-8, which is how COPY writes it anyway."""
    if connection.vendor == "sqlite":
        sql = f"CAST({sql} AS BLOB)"
    return RawSQL(sql, params, output_field=BinaryField())  # noqa: S611


def _misdated(year: FiscalYear) -> Iterator[Finding]:
    approvals = [Kind.BUDGET, Kind.SUPPLEMENT, Kind.CUT, Kind.TRANSFER]
    commits = Q(from_place=Place.AVAILABLE, to_place=Place.COMMITTED)
    bound_to_year = Q(kind__in=approvals) | commits
    wrong = year.entries.filter(
        Q(dated_on__lt=year.starts_on)
        | Q(dated_on__gt=year.payments_end_on)
        | bound_to_year & Q(dated_on__gt=year.ends_on)
    )
    for seq in wrong.order_by("seq").values_list("seq", flat=True):
        yield Finding(_("The date is outside the period of the year."), seq)


def _unbalanced_lines(year: FiscalYear) -> Iterator[Finding]:
    balances = year.entries.all().balances()
    for line in year.lines.all():
        balance = balances.get(line.pk, Balance())
        running = Balance(line.available, line.committed, line.spent)
        if (running, line.approved) != (balance, balance.approved):
            yield Finding(_("Line %s does not hold what its entries say.") % line.code)


def _unbalanced_expenses(year: FiscalYear) -> Iterator[Finding]:
    moved = (
        year.entries.filter(expense__isnull=False)
        .order_by()
        .values_list("expense_id", "from_place", "to_place")
        .annotate(total=Sum("amount"))
    )
    balances: dict[int, Balance] = defaultdict(Balance)
    for expense_id, from_place, to_place, total in moved:
        balances[expense_id].add(from_place, -total)
        balances[expense_id].add(to_place, total)
    expenses = Expense.objects.filter(line__fiscal_year=year)
    rows = expenses.order_by("pk").values_list("pk", "committed", "spent")
    for expense_id, committed, spent in rows.iterator(chunk_size=ROWS_AT_A_TIME):
        balance = balances[expense_id]
        if (committed, spent) != (balance.committed, balance.spent):
            yield Finding(
                _("Expense %s does not hold what its entries say.") % expense_id
            )


def _contradicted(year: FiscalYear, heads: dict[int, str]) -> Iterator[Finding]:
    """Closings whose files, chain head or period the rows contradict."""
    for closing in Closing.objects.filter(fiscal_year=year).order_by("month"):
        if not closing.files_are_intact():
            yield Finding(_("The stored files of closing %s changed.") % closing)
        if heads.get(closing.last_seq) != closing.digest:
            yield Finding(
                _("The chain does not reach the head of closing %s.") % closing
            )
        later = year.entries.filter(seq__gt=closing.last_seq)
        if closing.month != PAYMENT_PERIOD:
            last_day = jalali.month_bounds(year.year, closing.month)[1]
            later = later.filter(dated_on__lte=last_day)
        for seq in later.order_by("seq").values_list("seq", flat=True):
            yield Finding(_("Entered into a closed period."), seq)

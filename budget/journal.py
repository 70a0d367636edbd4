"""The ledger as a plain-text accounting journal, as hledger and ledger read it.

Each entry is a transaction of two postings in rial (IRR). Accounts are the places:
`budget:<line code>:available`, `…:committed`, `…:spent`, and `outside`. Dates are
Gregorian; comments carry what the journal has no field for.
"""

import re
from collections.abc import Iterator

from .models import Entry, FiscalYear, Place

_SPECIAL = re.compile(r"[;|\s]+")


def journal(year: FiscalYear) -> Iterator[str]:
    """The journal of `year`, an entry at a time, in the order of the ledger."""
    yield f"; {year.year}\n"
    yield "commodity IRR\n"
    entries = year.entries.select_related("line", "to_line", "expense")
    for entry in entries.order_by("seq").iterator(chunk_size=500):
        yield _transaction(entry)


def _transaction(entry: Entry) -> str:
    what = entry.expense.title if entry.expense else entry.memo
    target = entry.to_line or entry.line
    return (
        f"\n{entry.dated_on.isoformat()} * ({entry.seq}) {_text(what)}\n"
        f"    ; kind: {entry.kind}, digest: {entry.digest}\n"
        f"    {_account(target.code, entry.to_place)}  {entry.amount} IRR\n"
        f"    {_account(entry.line.code, entry.from_place)}  -{entry.amount} IRR\n"
    )


def _account(code: str, place: str) -> str:
    return "outside" if place == Place.OUTSIDE else f"budget:{_text(code)}:{place}"


def _text(text: str) -> str:
    """Free text on one line, without what the format gives a meaning to."""
    return _SPECIAL.sub(" ", text).strip() or "-"

"""Verifying the ledger against raw SHA-256 over the same bytes.

python -m benchmarks.verification postgresql|sqlite [--entries 1000000]
"""

from hashlib import sha256

from .databases import arguments, books, database, fill, seconds


def raw_sha256(year):
    """Hash what the chain hashes, entry by entry, with the rows already in memory."""
    digest, messages = "", []
    for entry in year.entries.order_by("seq").iterator(chunk_size=5_000):
        messages.append(f"{digest}\x1f{entry.canonical_row()}".encode())
        digest = entry.digest

    def hash_all():
        for message in messages:
            sha256(message).hexdigest()

    return seconds(hash_all, repeat=3)


def main():
    given = arguments(__doc__, entries=1_000_000)
    with database(given.engine):
        from django.db import transaction

        from budget.verification import verify

        line, by = books()
        fill(line, by, given.entries)
        year = line.fiscal_year

        def verified():
            with transaction.atomic():
                found = verify(year)
            assert found == [], found  # noqa: S101

        floor = raw_sha256(year)
        spent = seconds(verified, repeat=2)
        print(f"raw SHA-256   {floor:7.2f} s for {given.entries:,} entries")
        print(f"verify        {spent:7.2f} s")
        print(f"verify ratio  {spent / floor:7.2f} x ({given.engine})")


if __name__ == "__main__":
    main()

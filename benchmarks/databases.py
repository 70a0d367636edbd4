"""A throwaway database of either engine, migrated, and books to measure with."""

import argparse
import contextlib
import os
import tempfile
import time

ENGINES = ("postgresql", "sqlite")


@contextlib.contextmanager
def database(engine, settings="kashan_diplomacy.settings"):
    """Set Django up on a new, empty, migrated database; gone afterwards.

    Once in a process: Django reads its settings once.
    """
    import django

    from tests.postgres import start_postgres

    with tempfile.TemporaryDirectory(prefix="kashan-bench-") as directory:
        stop = None
        url = f"sqlite:///{directory}/bench.sqlite3"
        if engine == "postgresql":
            url, stop = start_postgres()
        os.environ |= {
            "DJANGO_SETTINGS_MODULE": settings,
            "ENV_FILE": os.devnull,
            "SECRET_KEY": "benchmarks",
            "DATABASE_URL": url,
        }
        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        try:
            yield
        finally:
            from django.db import connections

            connections.close_all()
            if stop:
                stop()


def books(year=1401):
    """A year with one well-filled line, and somebody to post to it."""
    from tests.factories import make_line, make_user, make_year

    line = make_line(fiscal_year=make_year(year), approved=10**15)
    return line, make_user()


def fill(line, by, count, batch=10_000):
    """Append `count` chained supplements of about 1,000 rial to the line.

    Past the verbs, because a million of them would take an hour; the running amounts
    are set to what the entries say, so that the books verify.
    """
    from django.db import connection
    from django.utils import timezone

    from budget.models import BudgetLine, Entry, Kind
    from budget.models.ledger import MOVEMENTS

    line.refresh_from_db()
    head = line.fiscal_year.entries.order_by("-seq").first()
    seq, digest, now = head.seq, head.digest, timezone.now().replace(microsecond=0)
    from_place, to_place = MOVEMENTS[Kind.SUPPLEMENT]
    while count:
        rows = []
        for _ in range(min(batch, count)):
            seq += 1
            entry = Entry(
                fiscal_year=line.fiscal_year,
                seq=seq,
                kind=Kind.SUPPLEMENT.value,
                line=line,
                from_place=from_place.value,
                to_place=to_place.value,
                amount=1_000 + seq % 7,
                dated_on=line.fiscal_year.starts_on,
                document_number=f"{seq}",
                memo="متمم اعتبار ردیف برای سنجش",
                recorded_by=by,
                recorded_at=now,
            )
            digest = entry.digest = entry.chained_digest(digest)
            rows.append(entry)
        Entry.objects.bulk_create(rows)
        count -= len(rows)
    total = line.fiscal_year.entries.all().balances()[line.pk].available
    BudgetLine.objects.filter(pk=line.pk).update(approved=total, available=total)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def seconds(action, repeat=1):
    """The best of `repeat` runs, in seconds; machines are noisy, the best is steady."""
    best = float("inf")
    for _ in range(repeat):
        start = time.perf_counter()
        action()
        best = min(best, time.perf_counter() - start)
    return best


def arguments(description, **extra):
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("engine", choices=ENGINES)
    for name, default in extra.items():
        parser.add_argument(f"--{name}", type=int, default=default)
    return parser.parse_args()

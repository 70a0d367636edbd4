"""Fill an empty database with books and partnerships, the same ones each time.

python -m benchmarks.load_benchmark [--scale 1]

At scale 1 there are 200 cities, 500 agreements, 5,000 obligations, 10,000 engagements
and 100,000 ledger entries in 20 fiscal years; at scale 10 ten times that. It writes to
DATABASE_URL and refuses a database that has a city in it.
"""

import argparse
import os


def load(scale):
    """Fill the database that Django is set up with."""
    from django.contrib.auth.models import User
    from django.db import connection, transaction

    from agreements.models import City

    from .chained import make_books
    from .partnerships import make_partnerships

    if City.objects.exists():
        raise SystemExit("This database is not empty.")
    with transaction.atomic():
        officer, clerk = (
            User.objects.create(username=name, is_staff=True)
            for name in ("benchmark-officer", "benchmark-clerk")
        )
        sources = make_partnerships(round(200 * scale), officer)
        make_books(round(100_000 * scale), officer, clerk, sources)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", type=float, default=1)
    given = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kashan_diplomacy.settings")

    import django

    django.setup()
    load(given.scale)


if __name__ == "__main__":
    main()

"""The search box against a look-up by primary key, over 100,000 Persian rows.

python -m benchmarks.search postgresql|sqlite [--sizes 100000] [--times 200]

Both are measured through the ORM, row in hand. The words searched for are those that
every row holds, rare ones, several at a time, beginnings, insides and misses. Given
several sizes, it measures at each how search grows with the rows.
"""

import argparse
import random
import time

from .databases import ENGINES, database

PLACES = "کازانلاک نجف توبا شی‌آن سمرقند بخارا هرات قونیه فلورانس کیوتو دوشنبه ایروان"
DEEDS = "دیدار نشست نمایشگاه جشنواره بازدید آموزش تفاهم‌نامه پیمان خواهرخواندگی گفت‌وگو"
FIELDS = "گردشگری گلاب‌گیری پسماند آب فرونشست صنایع‌دستی فرش فضای‌سبز مرمت بافت‌تاریخی"
TYPED = (
    *("تفاهم نامه", "تفاهمنامه", "كازانلاك", "دیدار", "دی", "ش"),
    *("هیئت ۷۳۱۲", "نمایشگاه فرش", "پیمان خواهر خواندگی", "خواندگی", "انلاک"),
    *("دیدار پسماند نجف", "هیئت ۹۹۹۹۹", "هیئت دیدار", "زلزله", "qqq"),
)


def fill(held, rows, batch=2_000):
    """Make the `held` engagements `rows` of them, as the search index knows them."""
    from django.db import transaction

    from agreements.models import Engagement
    from kashan_diplomacy.search_index import index

    chosen = random.Random(held)  # noqa: S311 - not a secret
    places, deeds, fields = (each.split() for each in (PLACES, DEEDS, FIELDS))
    start = time.perf_counter()
    for first in range(held, rows, batch):
        engagements = (
            Engagement(
                kind="meeting",
                purpose="exploration",
                title_fa=f"{chosen.choice(deeds)} درباره {chosen.choice(fields)} با"
                f" {chosen.choice(places)}، هیئت {number}",
                title_en=f"Meeting number {number}",
                place=chosen.choice(places),
            )
            for number in range(first, min(first + batch, rows))
        )
        with transaction.atomic():
            index(*Engagement.objects.bulk_create(engagements))
    taken = time.perf_counter() - start
    print(f"made and indexed {rows - held:,} rows in {taken:.0f} s", flush=True)


def p95(actions):
    taken = []
    for action in actions:
        start = time.perf_counter()
        action()
        taken.append(time.perf_counter() - start)
    return sorted(taken)[int(len(taken) * 0.95)]


def measure(engine, rows, times):
    from agreements.models import Engagement
    from kashan_diplomacy.search import search

    keys = list(Engagement.objects.values_list("pk", flat=True)[:times])
    everything = [Engagement.objects.all()]

    def looked_up():
        return p95(lambda pk=pk: Engagement.objects.get(pk=pk) for pk in keys)

    def searched(words):
        return p95(lambda typed=typed: search(typed, everything) for typed in words)

    looked_up()
    floor = min(looked_up() for _ in range(3))
    for typed in TYPED:
        found = sum(len(each.rows) for each in search(typed, everything))
        ratio = searched([typed] * (times // 4)) / floor
        print(f"{ratio:7.1f} x  {found:2} found  {typed}")
    whole = searched(TYPED * (times // 4))
    print(f"look-up by key  {floor * 1000:7.2f} ms at the 95th percentile")
    print(
        f"search ratio    {whole / floor:7.1f} x ({engine}, {rows:,} rows)", flush=True
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("engine", choices=ENGINES)
    parser.add_argument("--sizes", type=int, nargs="+", default=[100_000])
    parser.add_argument("--times", type=int, default=200)
    given = parser.parse_args()
    with database(given.engine):
        from django.db import connection

        held = 0
        for rows in given.sizes:
            fill(held, rows)
            with connection.cursor() as cursor:
                cursor.execute("ANALYZE")
            measure(given.engine, rows, given.times)
            held = rows


if __name__ == "__main__":
    main()

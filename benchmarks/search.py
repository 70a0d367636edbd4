"""The search box against a look-up by primary key, over 100,000 Persian rows.

python -m benchmarks.search postgresql|sqlite [--rows 100000] [--times 200]

Both are measured through the ORM, row in hand. The words searched for are those that
every row holds, rare ones, several at a time, beginnings, insides and misses.
"""

import random
import time

from .databases import arguments, database

PLACES = "کازانلاک نجف توبا شی‌آن سمرقند بخارا هرات قونیه فلورانس کیوتو دوشنبه ایروان"
DEEDS = "دیدار نشست نمایشگاه جشنواره بازدید آموزش تفاهم‌نامه پیمان خواهرخواندگی گفت‌وگو"
FIELDS = "گردشگری گلاب‌گیری پسماند آب فرونشست صنایع‌دستی فرش فضای‌سبز مرمت بافت‌تاریخی"
TYPED = (
    *("تفاهم نامه", "تفاهمنامه", "كازانلاك", "دیدار", "دی", "ش"),
    *("هیئت ۷۳۱۲", "نمایشگاه فرش", "پیمان خواهر خواندگی", "خواندگی", "انلاک"),
    *("دیدار پسماند نجف", "هیئت ۹۹۹۹۹", "هیئت دیدار", "زلزله", "qqq"),
)


def fill(rows):
    from agreements.models import Engagement
    from kashan_diplomacy.search_index import rebuild

    chosen = random.Random(1401)  # noqa: S311 - not a secret
    places, deeds, fields = (each.split() for each in (PLACES, DEEDS, FIELDS))
    engagements = (
        Engagement(
            kind="meeting",
            purpose="exploration",
            title_fa=f"{chosen.choice(deeds)} درباره {chosen.choice(fields)} با"
            f" {chosen.choice(places)}، هیئت {number}",
            title_en=f"Meeting number {number}",
            place=chosen.choice(places),
        )
        for number in range(rows)
    )
    Engagement.objects.bulk_create(engagements, 5_000)
    start = time.perf_counter()
    rebuild()
    print(f"index rebuilt   {time.perf_counter() - start:7.1f} s for {rows:,} rows")


def p95(actions):
    taken = []
    for action in actions:
        start = time.perf_counter()
        action()
        taken.append(time.perf_counter() - start)
    return sorted(taken)[int(len(taken) * 0.95)]


def main():
    given = arguments(__doc__, rows=100_000, times=200)
    with database(given.engine):
        from django.db import connection

        from agreements.models import Engagement
        from kashan_diplomacy.search import search

        fill(given.rows)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        keys = list(Engagement.objects.values_list("pk", flat=True)[: given.times])
        everything = [Engagement.objects.all()]

        def looked_up():
            return p95(lambda pk=pk: Engagement.objects.get(pk=pk) for pk in keys)

        def searched(typed):
            return p95(
                lambda: search(typed, everything) for _ in range(given.times // 4)
            )

        looked_up()
        floor = min(looked_up() for _ in range(3))
        for typed in TYPED:
            found = sum(len(each.rows) for each in search(typed, everything))
            print(f"{searched(typed) / floor:7.1f} x  {found:2} found  {typed}")
        mixed = [typed for _ in range(given.times // 4) for typed in TYPED]
        whole = p95(lambda typed=typed: search(typed, everything) for typed in mixed)
        print(f"look-up by key  {floor * 1000:7.2f} ms at the 95th percentile")
        print(f"search ratio    {whole / floor:7.1f} x ({given.engine})")


if __name__ == "__main__":
    main()

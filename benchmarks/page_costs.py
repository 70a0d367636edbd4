"""What the worker computes for a request of each page, as JSON: see `pages`.

python -m benchmarks.page_costs postgresql|sqlite --scale 1
"""

import argparse
import datetime
import itertools
import json
import os
import tempfile
import time
from pathlib import Path

from .databases import ENGINES, database
from .load_benchmark import load
from .server import Browser, cpu_seconds, serving

ROOT = Path(__file__).resolve().parent.parent
ENOUGH = 0.8  # seconds of computing for one measurement; the kernel counts 0.01
ROUNDS = 2
RECENT = [
    (datetime.date(2026, 9, 22) - datetime.timedelta(days=n)).isoformat()
    for n in range(400)
]


def recent(path):
    """`path` as of one day after the other, so that no cache has seen it."""
    from kashan_diplomacy import jalali

    days = (jalali.iso(datetime.date.fromisoformat(day)) for day in RECENT)
    return itertools.cycle([f"{path}?on={day}" for day in days])


def public_pages():
    """Name → the addresses to ask for in turn."""
    from django.urls import reverse

    from agreements.models import Agreement, City, Engagement

    city = City.objects.published().order_by("pk").first()
    agreement = Agreement.objects.published().order_by("pk").first()
    engagement = Engagement.objects.published().order_by("pk").first()
    return {
        "list of partners, rendered": recent(reverse("city_list")),
        "partner, rendered": recent(city.get_absolute_url()),
        "agreement, rendered": recent(agreement.get_absolute_url()),
        "engagement, rendered": recent(engagement.get_absolute_url()),
        "list of partners, again": itertools.repeat(reverse("city_list")),
        "partner, again": itertools.repeat(city.get_absolute_url()),
    }


def admin_pages():
    from django.urls import reverse

    lists = [
        *("agreements_city", "agreements_agreement", "agreements_obligation"),
        *("agreements_engagement", "agreements_milestone", "agreements_followup"),
        *("budget_expense", "budget_entry"),
    ]
    return {
        "admin start page": itertools.repeat(reverse("admin:index")),
        **{
            f"admin {name}": itertools.repeat(reverse(f"admin:{name}_changelist"))
            for name in lists
        },
    }


def cost(browser, worker, paths, **headers):
    """Seconds computed by the worker for one request: the best of some rounds."""
    for path in itertools.islice(paths, 3):  # warm
        status, _headers = browser.get(path, **headers)
        if status not in (200, 304):
            raise SystemExit(f"{path} answered {status}.")
    best = float("inf")
    for _ in range(ROUNDS):
        start, count = cpu_seconds(worker), 0
        while (spent := cpu_seconds(worker) - start) < ENOUGH:
            browser.get(next(paths), **headers)
            count += 1
        best = min(best, spent / count)
    return best


def unchanged(browser, path):
    """Headers with which a browser asks whether a page changed; none without a 304."""
    _status, headers = browser.get(path)
    asked = {}
    if "ETag" in headers:
        asked["If-None-Match"] = headers["ETag"]
    if "Last-Modified" in headers:
        asked["If-Modified-Since"] = headers["Last-Modified"]
    status, _headers = browser.get(path, **asked)
    return asked if status == 304 else {}


def database_part(client, paths):
    """How many statements a page sends, and what this process computes to have just
    these answered, by the bare driver: without Django, a template or a page."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client.get(next(paths))  # so that what is counted once after a change is counted
    with CaptureQueriesContext(connection) as captured:
        client.get(next(paths))
    asked = [query["sql"] for query in captured.captured_queries]
    statements = [sql for sql in asked if sql.lstrip().startswith("SELECT")]
    cursor, best = connection.connection.cursor(), float("inf")
    for _ in range(10 * ROUNDS):
        start = time.process_time()
        for statement in statements:
            cursor.execute(statement).fetchall()
        best = min(best, time.process_time() - start)
    return {"queries": len(asked), "statements": best}


def signed_in_head():
    """A client of the head of the office, who has given password and code."""
    from django.contrib.auth.models import Group, User
    from django.test import Client
    from django_otp import DEVICE_ID_SESSION_KEY
    from django_otp.plugins.otp_totp.models import TOTPDevice

    head = User.objects.create(username="benchmark-head", is_staff=True)
    head.groups.add(Group.objects.get(name="head"))
    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(head)
    session = client.session
    device = TOTPDevice.objects.create(user=head, name="totp")
    session[DEVICE_ID_SESSION_KEY] = device.persistent_id
    session.save()
    return client


def measured(port, worker):
    from django.test import Client

    client = signed_in_head()
    cookie = "; ".join(f"{name}={m.value}" for name, m in client.cookies.items())
    citizen, staff = Browser(port), Browser(port, cookie)
    found = {"floor": {"cost": cost(citizen, worker, itertools.repeat("/floor/"))}}
    for name, paths in public_pages().items():
        asked = database_part(Client(headers={"host": "127.0.0.1"}), paths)
        found[name] = {"cost": cost(citizen, worker, paths), **asked}
    path = next(public_pages()["list of partners, again"])
    if headers := unchanged(citizen, path):
        again = cost(citizen, worker, itertools.repeat(path), **headers)
        found["list of partners, 304"] = {"cost": again}
    for name, paths in admin_pages().items():
        asked = database_part(client, paths)
        found[name] = {"cost": cost(staff, worker, paths), **asked}
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("engine", choices=ENGINES)
    parser.add_argument("--scale", type=float, default=1)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="kashan-static-") as static:
        os.environ |= {
            "BENCHMARK_STATIC_ROOT": static,
            "ALLOWED_HOSTS": "127.0.0.1",
            "HTTPS": "False",
            "DEBUG": "False",
        }
        with database(given.engine, "benchmarks.settings"):
            from django.core.management import call_command
            from django.db import connection

            call_command("collectstatic", verbosity=0, interactive=False)
            load(given.scale)
            connection.close()
            with serving("kashan_diplomacy.wsgi", ROOT, {}) as (port, worker):
                print(json.dumps(measured(port, worker)))


if __name__ == "__main__":
    main()

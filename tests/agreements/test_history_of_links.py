"""What rows are linked to is part of the history of their edits."""

import csv
import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agreements.models import Theme
from kashan_diplomacy.exports import BOM
from tests.factories import make_city, make_engagement, make_obligation, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def auditor(client):
    client.force_login(make_user("auditor", role="auditor"))
    return client


def make_theme(name):
    return Theme.objects.create(name_fa=name, name_en=name, slug=f"theme-{name}")


def history_page(client, row):
    name = f"admin:agreements_{row._meta.model_name}_history"
    return client.get(reverse(name, args=[row.pk]))


def linked(response):
    """(old, new) of each change of links, the newest first."""
    changes = [each["changes"] for each in response.context["versions"]]
    return [(old, new) for told in changes for _field, old, new in told]


def test_the_history_names_what_was_linked_and_unlinked(auditor):
    obligation, water = make_obligation(), make_theme("آب")
    obligation.themes.set([water])
    obligation.themes.set([make_theme("پسماند")])
    page = history_page(auditor, obligation)
    assert linked(page) == [("", "پسماند"), ("آب", ""), ("", "آب")]
    assert "<del><bdi>آب</bdi></del>" in page.text
    obligation.save()
    assert len(linked(history_page(auditor, obligation))) == 3


def test_an_engagements_cities_are_told_by_the_language_of_the_page(client):
    client.force_login(make_user(role="head"))
    engagement = make_engagement()
    engagement.cities.add(make_city(name_fa="نجف", name_en="Najaf"))
    page = client.get(f"/en/admin/agreements/engagement/{engagement.pk}/history/")
    assert ("", "Najaf") in linked(page)


def test_the_download_of_edits_tells_links_too(auditor):
    obligation = make_obligation()
    obligation.themes.set([make_theme("آب"), make_theme("پسماند")])
    url = reverse("admin:export_csv", args=["obligation_edits"])
    text = auditor.get(url).getvalue().decode().removeprefix(BOM)
    rows = csv.DictReader(io.StringIO(text, newline=""))
    told = [(row["old"], row["new"]) for row in rows if row["field"] == "themes"]
    assert told == [("", "آب;پسماند")]


def test_the_history_costs_the_same_for_many_edits(auditor):
    engagement = make_engagement()

    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert history_page(auditor, engagement).status_code == 200
        return len(captured)

    engagement.cities.add(make_city())
    engagement.themes.add(make_theme("آب"))
    few = queries()
    for number in range(4):
        engagement.themes.add(make_theme(f"محور {number}"))
    assert queries() == few

"""Nothing unpublished is seen, wherever the public looks.

In every test the public looks at the same addresses twice: before and after a whole
unpublished world is added, with published rows pointing into it. It must see the same
to the letter: so neither a name nor a count nor a date has leaked.
"""

import datetime
import io
import zipfile

import pytest
from django.urls import reverse
from django.utils import timezone

from agreements.models import (
    Article,
    MembershipRight,
    Milestone,
    Obligation,
    Participant,
    RightUsed,
    Signatory,
    Theme,
)
from budget import closing
from kashan_diplomacy.sitemap import Pages
from tests.factories import (
    IN_1401,
    make_agreement,
    make_city,
    make_document,
    make_engagement,
    make_expense,
    make_follow_up,
    make_gift,
    make_line,
    make_membership,
    make_milestone,
    make_obligation,
    make_organisation,
    make_outcome,
    make_right_used,
    make_user,
    make_year,
)

pytestmark = [pytest.mark.once, pytest.mark.django_db]

HIDDEN = {"published_on": None}
SECRET = "محرمانه"
NAMED = {"title_fa": SECRET, "title_en": "Secret"}
DESCRIBED = {"description_fa": SECRET, "description_en": "Secret"}
MET = {"verdict": "met", "met_on": IN_1401, "evidence": SECRET}


@pytest.fixture
def seen():
    """A published world, a row of each."""
    city = make_city(latitude=42.6, longitude=25.4)
    agreement = make_agreement(city=city)
    engagement = make_engagement(cities=[city], agreement=agreement)
    milestone = make_milestone(obligation=make_obligation(agreement=agreement))
    make_outcome(city=city)
    make_gift(engagement=engagement)
    right_used = make_right_used()
    make_expense(line=make_line(approved=1000), engagement=engagement)
    Theme.objects.create(name_fa="پسماند", name_en="Waste", slug="waste")
    return {
        "city": city,
        "agreement": agreement,
        "engagement": engagement,
        "milestone": milestone,
        "right_used": right_used,
    }


def hide(seen):
    """Everything unpublished, or below something unpublished, that there can be."""
    body = make_organisation(name_fa=SECRET, name_en="Secret")
    city = make_city(name_fa=SECRET, name_en="Secret", slug="secret", **HIDDEN)
    below_city = make_agreement(city=city, **NAMED)  # published, its partner is not
    agreement = make_agreement(city=seen["city"], **NAMED, **HIDDEN)
    amendment = make_agreement(
        city=seen["city"],
        amends=seen["agreement"],
        signed_on=IN_1401,
        expires_on=IN_1401 + datetime.timedelta(days=9),
        **NAMED,
        **HIDDEN,
    )
    documents = []
    for each in (below_city, agreement, amendment):
        Article.objects.create(agreement=each, number="1", heading_fa=SECRET)
        Signatory.objects.create(agreement=each, side="kashan", name=SECRET, post="ب")
        obligation = make_obligation(agreement=each, **NAMED)
        obligation.responsible_organisation = body
        obligation.save()
        milestone = make_milestone(obligation=obligation, **MET)
        documents += [
            make_document(each, is_public=True, name=SECRET),
            make_document(milestone=milestone, is_public=True, name=SECRET),
        ]
    engagement = make_engagement(cities=[seen["city"]], **NAMED, **HIDDEN)
    engagement.organisations.add(body)
    Participant.objects.create(engagement=engagement, side="partner", name=SECRET)
    make_follow_up(engagement=engagement, action=SECRET)
    membership = make_membership(organisation=body, **HIDDEN)
    MembershipRight.objects.create(membership=membership, kind="vote")
    make_right_used(membership=membership, **DESCRIBED)
    outcome = make_outcome(city=seen["city"], **DESCRIBED, **HIDDEN)
    make_gift(engagement=seen["engagement"], **DESCRIBED, **HIDDEN)
    for owner in ("engagement", "membership", "outcome"):
        row = {"engagement": engagement, "membership": membership, "outcome": outcome}
        documents.append(
            make_document(**{owner: row[owner]}, is_public=True, name=SECRET)
        )
    documents.append(make_document(seen["agreement"], name=SECRET))  # is not public
    _hide_tomorrow_and_money(seen)
    _point_into(seen, city, agreement, engagement)
    return {
        "city_detail": [city.slug],
        "agreement_detail": [below_city.pk, agreement.pk, amendment.pk],
        "engagement_detail": [engagement.pk],
        "document_file": [document.pk for document in documents],
        "budget_year": [1399],
    }


def _hide_tomorrow_and_money(seen):
    tomorrow = timezone.localdate() + datetime.timedelta(days=1)
    make_engagement(cities=[seen["city"]], published_on=tomorrow, **NAMED)
    year = make_year(1399, **HIDDEN)
    make_line(fiscal_year=year, approved=1000, **NAMED)
    closing.close_month(year=year, month=1, by=make_user())


def _point_into(seen, city, agreement, engagement):
    seen["engagement"].cities.add(city)
    Milestone.objects.filter(pk=seen["milestone"].pk).update(engagement=engagement)
    RightUsed.objects.filter(pk=seen["right_used"].pk).update(engagement=engagement)
    assert Obligation.objects.filter(agreement=agreement).exists()


def looked_at(client, addresses):
    return {address: content(client.get(address)) for address in addresses}


def content(answer):
    assert answer.status_code == 200, answer.request["PATH_INFO"]
    return b"".join(answer) if answer.streaming else answer.content


CHANNELS = {
    "every page": [reverse(name) for name in Pages().items()],
    "every page in English": [f"/en{reverse(name)}" for name in Pages().items()],
    "the past": ["/?on=1401-04-31", "/agreements/?on=1401-04-31"],
    "search": [
        f"/{name}/?q={SECRET}"
        for name in ("cities", "agreements", "engagements", "promises", "en/cities")
    ],
    "promises by partner": ["/promises/?partner=secret"],
    "the feed": ["/feed.atom", "/en/feed.atom"],
    "the calendar": ["/events.ics", "/en/events.ics"],
    "the sitemap": ["/sitemap.xml"],
    "the budget": ["/budget/1401/", "/en/budget/1401/"],
    "the map": ["/data/cities.geojson"],
    "JSON": [
        f"/data/{name}.json"
        for name in ("cities", "agreements", "milestones", "engagements", "documents")
    ],
    "what adds up to figures": [
        "/data/rows/agreements-in-force.csv",
        "/data/rows/promises-kept/kashan.csv",
    ],
}


@pytest.mark.parametrize("channel", CHANNELS)
def test_the_public_sees_the_same_in(client, seen, channel):
    before = looked_at(client, CHANNELS[channel])
    hide(seen)
    assert looked_at(client, CHANNELS[channel]) == before


def test_the_public_sees_the_same_on_the_pages_of_what_is_published(client, seen):
    pages = [
        seen[name].get_absolute_url() for name in ("city", "agreement", "engagement")
    ]
    before = looked_at(client, pages)
    hide(seen)
    assert looked_at(client, pages) == before


def test_every_file_of_the_open_data_is_the_same(client, seen):
    def files():
        answer = client.get("/data/kashan-open-data.zip")
        with zipfile.ZipFile(io.BytesIO(b"".join(answer))) as archive:
            return {name: archive.read(name) for name in archive.namelist()}

    before = files()
    hide(seen)
    after = files()
    for name, content in before.items():
        assert after[name] == content, name
    assert after.keys() == before.keys()


def test_guessed_addresses_lead_nowhere(client, seen):
    for name, keys in hide(seen).items():
        for key in keys:
            address = reverse(name, args=[key])
            for guessed in (address, f"/en{address}", f"{address}?on=1401-04-31"):
                assert client.get(guessed).status_code == 404, guessed
    for guessed in "vitality/secret", "planned/1399", "spent-by-partner/1401/secret":
        assert client.get(f"/data/rows/{guessed}.csv").status_code == 404, guessed


def test_what_is_published_does_appear(client, seen):
    """Else the tests above could not fail."""
    before = looked_at(client, ["/", "/cities/", "/feed.atom", "/data/cities.geojson"])
    city = make_city(name_fa=SECRET)
    make_engagement(cities=[city], **NAMED)
    for address, content in looked_at(client, before).items():
        assert content != before[address], address
        assert address == "/" or SECRET in content.decode(), address

"""What the public sees is what was published; staff see when it no longer is."""

import datetime

import pytest
from django.utils import timezone

from agreements import todo
from budget import todo as money
from tests.factories import (
    make_agreement,
    make_city,
    make_document,
    make_engagement,
    make_gift,
    make_membership,
    make_outcome,
    make_user,
    make_year,
)

pytestmark = pytest.mark.django_db

MAKERS = [
    make_city,
    make_agreement,
    make_engagement,
    make_membership,
    make_gift,
    make_outcome,
    make_year,
]


def is_flagged(row):
    return type(row).objects.changed_since_published().filter(pk=row.pk).exists()


@pytest.mark.parametrize("make", MAKERS)
def test_what_was_edited_after_publishing_is_flagged_until_published_again(make):
    row = make()
    assert not is_flagged(row)
    row.save()
    assert not is_flagged(row)
    before, row.source = row.source, "نامه ۱۲"
    row.save()
    assert is_flagged(row)
    row.source = before
    row.save()
    assert not is_flagged(row), "it reads again as it was published"
    row.source = "نامه ۱۳"
    row.save()
    row.publish()
    assert not is_flagged(row)


def test_an_empty_field_is_compared_too():
    gift = make_gift(given_on=None)
    assert not is_flagged(gift)
    gift.given_on = datetime.date(2022, 7, 1)
    gift.save()
    assert is_flagged(gift)
    gift.given_on = None
    gift.save()
    assert not is_flagged(gift)


def test_what_the_public_never_sees_is_no_change():
    engagement = make_engagement()
    engagement.report = "گزارش درونی"
    engagement.save()
    assert not is_flagged(engagement)
    agreement = make_agreement()
    agreement.text, agreement.change_reason = make_document(agreement), "اصلاح"
    agreement.save()
    assert not is_flagged(agreement)
    agreement.clearance_exemption, agreement.change_reason = "دلیل دیگر", "اصلاح"
    agreement.save()
    assert is_flagged(agreement)  # its page tells it


def test_drafts_are_edited_freely():
    city = make_city(published_on=None)
    city.shares_fa = "فرش"
    city.save()
    assert not is_flagged(city)
    assert city.published_at is None


def test_a_day_to_come_stays_unless_it_is_published_now():
    today = timezone.localdate()
    city = make_city(published_on=today + datetime.timedelta(days=3))
    assert not type(city).objects.published().filter(pk=city.pk)
    city.publish()
    assert city.published_on == today


def test_publishing_anew_keeps_the_first_day():
    city = make_city()
    first = city.published_on
    city.publish()
    assert city.published_on == first


@pytest.mark.parametrize("make", MAKERS)
def test_the_to_do_list_names_what_changed(make):
    row = make()
    kinds = (*todo.changes(timezone.localdate()), *money.changes(timezone.localdate()))
    assert not kinds
    row.source = "نامه ۱۲"
    row.save()
    day = timezone.localdate()
    [item] = (*todo.changes(day), *money.changes(day))
    assert item.key.startswith(f"published {row._meta.model_name}:{row.pk}:")
    assert item.since == day
    assert item.what


@pytest.fixture
def officer(client):
    client.force_login(make_user("officer", role="diplomacy_officer"))
    return client


def test_buttons_publish_and_unpublish_at_once(officer):
    city = make_city(published_on=None, shares_fa="گلاب")
    address = f"/admin/agreements/city/{city.pk}/publication/"
    page = officer.get(f"/admin/agreements/city/{city.pk}/change/")
    assert f'action="{address}"' in page.text
    assert 'name="unpublish"' not in page.text
    page = officer.post(address, {"publish": ""}, follow=True)
    assert 'name="unpublish"' in page.text
    assert officer.get(city.get_absolute_url()).status_code == 200
    officer.post(address, {"unpublish": ""})
    assert officer.get(city.get_absolute_url()).status_code == 404


def test_publishing_says_what_is_missing(officer):
    agreement = make_agreement(
        city=make_city(published_on=None), published_on=None, summary_fa="متن"
    )
    address = f"/en/admin/agreements/agreement/{agreement.pk}/publication/"
    page = officer.post(address, {"publish": ""}, follow=True)
    assert "will be seen once its partner" in page.text
    assert "no public text in this language: English" in page.text
    assert "this language: Persian" not in page.text


def test_the_change_is_marked_in_the_list_and_on_the_page(officer):
    city = make_city()
    city.shares_en = "Rose water"
    city.save()
    assert "changed since published" in officer.get("/en/admin/agreements/city/").text
    only = officer.get("/en/admin/agreements/city/?published=changed")
    assert only.context["cl"].result_count == 1
    page = officer.get(f"/en/admin/agreements/city/{city.pk}/change/")
    assert "Publish as it is now" in page.text


def test_rows_are_published_from_the_list(officer):
    cities = [make_city(published_on=None) for _ in range(2)]
    chosen = {"_selected_action": [city.pk for city in cities]}
    officer.post("/admin/agreements/city/", {"action": "publish", **chosen})
    published = type(cities[0]).objects.published()
    assert published.count() == 2
    officer.post("/admin/agreements/city/", {"action": "unpublish", **chosen})
    assert published.count() == 0


def test_who_may_not_change_a_row_does_not_publish_it(client):
    city = make_city(published_on=None)
    client.force_login(make_user("auditor", role="auditor"))
    page = client.get(f"/admin/agreements/city/{city.pk}/change/")
    assert 'name="publish"' not in page.text
    answer = client.post(
        f"/admin/agreements/city/{city.pk}/publication/", {"publish": ""}
    )
    assert answer.status_code == 403
    actions = client.get("/admin/agreements/city/").text
    assert 'value="publish"' not in actions


def test_publishing_is_posted_never_followed(officer):
    city = make_city(published_on=None)
    address = f"/admin/agreements/city/{city.pk}/publication/"
    assert officer.get(address).status_code == 405

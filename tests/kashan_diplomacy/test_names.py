"""What rows are called: in the language of the page, and in Persian where none is."""

import datetime

import pytest
from django.contrib.admin.models import LogEntry
from django.urls import reverse
from django.utils import translation

from agreements.models import Article, Clearance, MilestoneMove, Participant
from budget.imports import _line_names
from kashan_diplomacy.names import moved
from tests.factories import (
    make_agreement,
    make_city,
    make_engagement,
    make_fee,
    make_gift,
    make_line,
    make_membership,
    make_milestone,
    make_obligation,
    make_organisation,
    make_outcome,
    make_theme,
    make_user,
)

pytestmark = pytest.mark.django_db
DAY = datetime.date(2022, 7, 22)
IN_BOTH = {"name_fa": "کازانلاک", "name_en": "Kazanlak"}
TITLED = {"title_fa": "کازانلاک", "title_en": "Kazanlak"}
DESCRIBED = {"description_fa": "کازانلاک", "description_en": "Kazanlak"}


def told(row):
    """What it is called in Persian, in English, and where no language is active."""
    found = []
    for language in ("fa", "en", None):
        with translation.override(language):
            found.append(str(row))
    return found


def test_what_has_two_names_is_called_by_that_of_the_page():
    body = make_organisation(**IN_BOTH)
    for row in (
        *(make_city(**IN_BOTH), make_theme(**IN_BOTH), body),
        *(make_agreement(**TITLED), make_obligation(**TITLED)),
        *(make_engagement(**TITLED), make_membership(organisation=body)),
        *(make_outcome(**DESCRIBED), make_gift(**DESCRIBED)),
    ):
        assert told(row) == ["کازانلاک", "Kazanlak", "کازانلاک"], type(row)


def test_what_has_no_english_name_is_called_by_the_persian_one():
    assert told(make_city(name_fa="لوبک", name_en="")) == ["لوبک"] * 3


def test_numbers_are_those_of_the_page():
    line = make_line(code="1401-02", **TITLED)
    assert told(line) == ["۱۴۰۱-۰۲ کازانلاک", "1401-02 Kazanlak", "1401-02 کازانلاک"]
    article = Article(number=3, heading_fa="جشنواره", heading_en="Festival")
    assert told(article) == ["۳. جشنواره", "3. Festival", "3. جشنواره"]
    fee = make_fee(
        membership=make_membership(organisation=make_organisation(**IN_BOTH))
    )
    assert told(fee)[1].startswith("Kazanlak ")


def test_commas_days_and_arrows_are_those_of_the_page():
    milestone = make_milestone(obligation=make_obligation(**TITLED), due_on=DAY)
    persian = "کازانلاک، ۱۴۰۱/۰۴/۳۱"
    assert told(milestone) == [persian, "Kazanlak, 1401/04/31", persian]
    somebody = Participant(name="Silva", post="ambassador")
    assert told(somebody)[:2] == ["Silva، ambassador", "Silva, ambassador"]
    move = MilestoneMove(moved_from=DAY, moved_to=DAY + datetime.timedelta(1))
    assert told(move)[:2] == ["۱۴۰۱/۰۴/۳۱ ← ۱۴۰۱/۰۵/۰۱", "1401/04/31 → 1401/05/01"]
    with translation.override("en"):
        assert moved("a", "—") == "a → —"


def test_a_clearance_is_called_by_both_of_its_rows():
    council = make_organisation(name_fa="شورا", name_en="Council")
    clearance = Clearance(agreement=make_agreement(**TITLED), authority=council)
    assert told(clearance)[:2] == ["شورا: کازانلاک", "Council: Kazanlak"]


def test_a_line_is_known_in_a_file_by_its_persian_title_whoever_brings_it_in():
    line = make_line(code="1401-02", **TITLED)
    with translation.override("en"):
        assert {"1401-02 کازانلاک", "1401 1401-02 کازانلاک"} <= set(_line_names(line))


@pytest.mark.parametrize("start", ["/admin/", "/en/admin/"])
def test_the_log_calls_a_row_the_same_whoever_changes_it(client, start):
    client.force_login(make_user(role="head", is_superuser=True))
    city = make_city(**IN_BOTH)
    with translation.override("fa" if start == "/admin/" else "en"):
        page = client.get(reverse("admin:agreements_city_change", args=[city.pk]))
        form = page.context["adminform"].form
        typed = {name: form[name].value() or "" for name in form.fields}
        sent = client.post(page.request["PATH_INFO"], typed | {"website": ""})
        delete = reverse("admin:agreements_city_delete", args=[city.pk])
        client.post(delete, {"post": "yes"})
    assert sent.status_code == 302
    called = LogEntry.objects.values_list("object_repr", flat=True)
    assert list(called) == ["کازانلاک"] * 2


def test_english_lists_call_related_rows_by_their_english_names(client):
    client.force_login(make_user(role="head"))
    make_obligation(agreement=make_agreement(**TITLED))
    page = client.get("/en/admin/agreements/obligation/")
    assert ">Kazanlak<" in page.text

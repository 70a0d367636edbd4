"""What a person meets who brings a file in."""

import pytest
from django.contrib.admin.models import LogEntry
from django.urls import reverse

from agreements.exports import EXPORTS
from agreements.models import Agreement, City, Engagement, Membership, Obligation
from kashan_diplomacy.exports import csv_bytes as exported
from kashan_diplomacy.imports.views import IMPORTS
from kashan_diplomacy.jalali import to_gregorian
from kashan_diplomacy.models import Import
from tests.factories import (
    IN_1401,
    make_agreement,
    make_city,
    make_engagement,
    make_membership,
    make_milestone,
    make_obligation,
    make_organisation,
    make_user,
)
from tests.kashan_diplomacy.imports.conftest import logged_in
from tests.pages import latin_digits
from tests.spreadsheets import (
    bring_in,
    carry_out,
    csv_bytes,
    looked_at,
    problems,
    upload,
    xlsx_bytes,
)

pytestmark = [pytest.mark.once, pytest.mark.django_db]

CITY = ("name_fa", "name_en", "country")
KAZANLAK = ("کازانلاک", "Kazanlak", "BG")
XINING = ("شینینگ", "Xining", "چین")


def test_looking_saves_nothing_and_carrying_out_saves_all(officer):
    page = looked_at(officer, "cities", xlsx_bytes(CITY, KAZANLAK, XINING), "a.xlsx")
    assert page.context["counts"]["new"] == 2
    assert not City.objects.exists()
    carry_out(officer, page)
    found = City.objects.order_by("slug").values_list("slug", "country")
    assert list(found) == [("kazanlak", "BG"), ("xining", "CN")]


def test_one_wrong_row_keeps_all_others_out(officer):
    content = csv_bytes(CITY, KAZANLAK, ("شینینگ", "", "آتلانتیس"))
    page = looked_at(officer, "cities", content)
    assert {(number, header) for number, header, _text in problems(page)} == {
        (3, "name_en"),
        (3, "country"),
    }
    assert "نام انگلیسی" in page.text or "نام به انگلیسی" in page.text
    page = carry_out(officer, page)
    assert not City.objects.exists()
    assert page.context["groups"]["refused"]


def test_same_file_again_has_nothing_to_do(officer):
    content = csv_bytes(CITY, KAZANLAK, XINING)
    bring_in(officer, "cities", content)
    page = looked_at(officer, "cities", content)
    assert page.context["counts"]["unchanged"] == 2
    assert page.context["hindrance"]


def test_name_spelt_otherwise_is_the_same_city(officer):
    city = make_city(name_fa="نیک‌شهر", name_en="Nikshahr", country="IR")
    rows = (("نيك شهر", "Nikshahr", "IR", "پسته"),)
    bring_in(officer, "cities", csv_bytes((*CITY, "shares_fa"), *rows))
    city.refresh_from_db()
    assert City.objects.count() == 1
    assert city.shares_fa == "پسته"


def test_same_city_twice_in_a_file_is_refused(officer):
    content = csv_bytes(CITY, KAZANLAK, ("كازانلاك", "Kazanluk", "bg"))
    page = looked_at(officer, "cities", content)
    assert [(number, "۲" in text) for number, _h, text in problems(page)] == [(3, True)]


def test_namesakes_in_two_countries_get_addresses_of_their_own(officer):
    rows = (("بیرمنگام", "Birmingham", "GB"), ("بیرمنگام", "Birmingham", "US"))
    bring_in(officer, "cities", csv_bytes(CITY, *rows))
    slugs = City.objects.order_by("pk").values_list("slug", flat=True)
    assert list(slugs) == ["birmingham", "birmingham-us"]


def test_what_only_the_database_sees_is_refused_with_its_row(officer):
    make_city(slug="birmingham")
    make_city(slug="birmingham-us")
    content = csv_bytes(CITY, KAZANLAK, ("بیرمنگام", "Birmingham", "US"))
    page = carry_out(officer, looked_at(officer, "cities", content))
    assert [number for number, _h, _t in problems(page)] == [3]
    assert City.objects.count() == 2


def test_row_that_could_be_either_of_two_is_refused(officer):
    make_city(name_fa="الف", name_en="One")
    make_city(name_fa="ب", name_en="Two")
    page = looked_at(officer, "cities", csv_bytes(CITY, ("الف", "Two", "BG")))
    assert page.context["counts"]["refused"] == 1


def test_id_names_the_row_and_absent_columns_stay(officer):
    city = make_city(website="https://example.org/")
    content = csv_bytes(("id", "name_local"), (city.pk, "Казанлък"))
    page = looked_at(officer, "cities", content)
    assert page.context["groups"]["changed"][0].changes[0][1:] == ("—", "Казанлък")
    carry_out(officer, page)
    city.refresh_from_db()
    assert (city.name_local, city.website) == ("Казанлък", "https://example.org/")


@pytest.mark.parametrize(
    "number",
    ["999", "x", "1.5", "-1", "9" * 25, "9" * 5_000],
    ids=lambda number: number[:25],
)
def test_id_of_no_row_is_refused(officer, number):
    page = looked_at(officer, "cities", csv_bytes(("id", *CITY), (number, *KAZANLAK)))
    assert page.context["counts"]["refused"] == 1


@pytest.mark.parametrize(
    "make",
    [make_city, make_organisation, make_agreement, make_obligation, make_engagement],
)
def test_our_own_download_comes_back_unchanged(officer, make):
    row = make(source="=1+1")
    name = {"organisation": "organisations"}.get(row._meta.model_name)
    name = name or next(n for n, s in IMPORTS.items() if s.model is type(row))
    export = EXPORTS[name]
    page = looked_at(officer, name, exported(export, export.queryset()))
    assert page.context["counts"]["unchanged"] == 1, problems(page)


@pytest.mark.parametrize(
    "header",
    [
        ("name_fa", "name_en", "land"),
        ("name_fa", "name_fa"),
        ("name_fa",),
        ("", "", ""),
    ],
)
def test_header_that_will_not_do_keeps_no_file(officer, header):
    response = upload(
        officer, "cities", csv_bytes(header, *([KAZANLAK][: len(header)]))
    )
    if len(header) == 1:  # the others lie under no name
        assert response.context["form"].errors["file"]
    assert response.status_code == 200
    assert not Import.objects.exists()


def test_agreement_finds_its_city_by_name_and_keeps_the_rules(officer):
    make_city(name_fa="کازانلاک")
    header = (
        "city",
        "kind",
        "title_fa",
        "title_en",
        "signed_on",
        "clearance_exemption",
    )
    good = ("كازانلاك", "پیمان خواهرخواندگی", "پیمان", "Pact", "۱۳۹۶/۰۷/۱۰", "پیشین")
    bare = ("کازانلاک", "memorandum", "تفاهم‌نامه", "Memorandum", "2018-05-01", "")
    page = looked_at(officer, "agreements", csv_bytes(header, good, bare))
    assert [(number, where) for number, where, _t in problems(page)] == [
        (3, "signed_on")
    ]
    bring_in(officer, "agreements", csv_bytes(header, good))
    agreement = Agreement.objects.get()
    assert agreement.signed_on.isoformat() == "2017-10-02"
    version = agreement.history.get()
    assert "list.csv" in version.history_change_reason
    assert version.history_user is not None


def test_signed_agreement_is_not_rewritten_by_an_import(officer):
    agreement = make_agreement()
    content = csv_bytes(("id", "title_fa"), (agreement.pk, "نام دیگر"))
    page = looked_at(officer, "agreements", content)
    assert page.context["counts"]["refused"] == 1


def test_repeating_obligation_is_planned(officer):
    agreement = make_agreement(title_fa="پیمان")
    header = ("agreement", "side", "category", "title_fa", "title_en")
    header += ("repeats_every_months", "first_due_on")
    row = ("پیمان", "kashan", "training", "دوره", "Course", "۱۲", "1401/04/31")
    bring_in(officer, "obligations", csv_bytes(header, row))
    assert Obligation.objects.get().milestones.exists()
    assert Obligation.objects.get().agreement == agreement


def test_an_import_lowers_no_priority_past_who_has_still_to_confirm(officer):
    obligation = make_obligation(priority="high")
    met = {"verdict": "met", "met_on": IN_1401, "evidence": "گزارش"}
    make_milestone(obligation=obligation, **met)
    rows = csv_bytes(("id", "priority"), (obligation.pk, "normal"))
    [(number, header, _text)] = problems(looked_at(officer, "obligations", rows))
    assert (number, header) == (2, "priority")


def test_engagement_with_several_cities_and_themes(officer):
    cities = [make_city(name_fa=name) for name in ("کازانلاک", "شینینگ")]
    header = ("kind", "purpose", "title_fa", "title_en", "starts_on", "cities")
    row = ("دیدار", "protocol", "دیدار", "Meeting", "1401/04/31", "کازانلاک؛ شینینگ")
    bring_in(officer, "engagements", csv_bytes(header, row))
    assert list(Engagement.objects.get().cities.order_by("pk")) == cities


def test_second_current_membership_is_refused_whole(officer):
    make_organisation(name_fa="لیگ شهرهای تاریخی")
    header = ("organisation", "joined_on")
    rows = (("لیگ شهرهای تاریخی", "1395/01/01"), ("لیگ شهرهای تاریخی", "1396/01/01"))
    page = looked_at(officer, "memberships", csv_bytes(header, *rows))
    assert [number for number, _h, _t in problems(page)] == [3]
    page = carry_out(officer, page)
    assert [number for number, _h, _t in problems(page)] == [3]
    assert not Membership.objects.exists()


def test_membership_follows_one_that_the_file_says_was_left(officer):
    first = make_membership(joined_on=to_gregorian(1390, 1, 1))
    header = ("id", "organisation_id", "joined_on", "left_on")
    body = first.organisation_id
    rows = (("", body, "1396/01/01", ""), (first.pk, body, "1390/01/01", ""))
    page = looked_at(officer, "memberships", csv_bytes(header, *rows))
    assert [number for number, _h, _t in problems(page)] == [2]
    rows = ((first.pk, body, "1390/01/01", "1395/01/01"), ("", body, "1396/01/01", ""))
    bring_in(officer, "memberships", csv_bytes(header, *rows))
    assert Membership.objects.count() == 2


def test_memberships_of_one_body_follow_each_other_in_and_out_of_the_file(officer):
    first = make_membership(
        joined_on=to_gregorian(1380, 1, 1), left_on=to_gregorian(1390, 1, 1)
    )
    header = ("id", "organisation_id", "joined_on", "left_on")
    body = first.organisation_id
    rows = (("", body, "1389/01/01", "1392/01/01"), ("", body, "1395/01/01", ""))
    rows += (("", body, "1394/01/01", "1396/01/01"),)
    page = looked_at(officer, "memberships", csv_bytes(header, *rows))
    assert [number for number, _h, _t in problems(page)] == [2, 4]
    rows = ((first.pk, body, "1380/01/01", "1388/01/01"), rows[0], rows[1])
    bring_in(officer, "memberships", csv_bytes(header, *rows))
    assert Membership.objects.count() == 3


def test_import_keeps_the_file_its_hash_and_who_did_what(officer):
    content = csv_bytes(CITY, KAZANLAK, XINING)
    done = bring_in(officer, "cities", content, "شهرها.csv")
    assert (done.added, done.changed, done.unchanged) == (2, 0, 0)
    assert done.carried_out_by == done.uploaded_by
    assert len(done.sha256) == 64
    with done.file.open() as file:
        assert file.read() == content
    logged = LogEntry.objects.values_list("object_repr", "change_message")
    assert {name for name, _reason in logged} == {"کازانلاک", "شینینگ"}
    assert all("شهرها.csv" in reason for _name, reason in logged)
    original = officer.get(reverse("admin:import_original", args=[done.pk]))
    assert b"".join(original.streaming_content) == content


def test_import_is_carried_out_once(officer):
    page = looked_at(officer, "cities", csv_bytes(CITY, KAZANLAK))
    carry_out(officer, page)
    City.objects.all().delete()
    carry_out(officer, page)
    assert not City.objects.exists()


def test_what_has_changed_since_the_look_is_shown_anew(officer):
    page = looked_at(officer, "cities", csv_bytes(CITY, KAZANLAK, XINING))
    make_city(name_fa="شینینگ", name_en="Xining", country="CN")
    answer = carry_out(officer, page)
    assert answer.status_code == 200
    assert answer.context["counts"]["new"] == 1
    assert City.objects.count() == 1


def test_another_change_of_the_same_row_than_was_seen_is_shown_anew(officer):
    city = make_city(name_fa="شینینگ", name_en="Xining", country="CN", website="")
    row = (*XINING, "https://xining.example/")
    page = looked_at(officer, "cities", csv_bytes((*CITY, "website"), row))
    city.website = "https://other.example/"
    city.save()
    assert carry_out(officer, page).context["counts"]["changed"] == 1
    city.refresh_from_db()
    assert city.website == "https://other.example/"


def test_file_that_was_carried_out_meanwhile_is_not_discarded(officer):
    page = looked_at(officer, "cities", csv_bytes(CITY, KAZANLAK))
    carry_out(officer, page)
    kept = page.context["kept"]
    officer.post(reverse("admin:import_file", args=[kept.pk]), {"discard": "1"})
    assert Import.objects.get().file.storage.exists(kept.file.name)


def test_discarded_file_is_gone(officer):
    page = looked_at(officer, "cities", csv_bytes(CITY, KAZANLAK))
    kept = page.context["kept"]
    officer.post(reverse("admin:import_file", args=[kept.pk]), {"discard": "1"})
    assert not Import.objects.exists()
    assert not kept.file.storage.exists(kept.file.name)


def test_only_who_may_enter_rows_may_bring_them_in(client, officer):
    page = looked_at(officer, "cities", csv_bytes(CITY, KAZANLAK))
    kept = page.context["kept"]
    for role in ("auditor", "budget_officer"):
        other = logged_in(client, role)
        assert upload(other, "cities", csv_bytes(CITY)).status_code == 403
        url = reverse("admin:import_file", args=[kept.pk])
        assert other.get(url).status_code == 403
        assert carry_out(other, page).status_code == 403
    assert not City.objects.exists()


def test_hostile_text_is_shown_as_text(officer):
    row = ("<script>alert(1)</script>", "Kazanlak\x00\x07", "BG")
    page = looked_at(officer, "cities", csv_bytes(CITY, row, XINING))
    assert "<script>alert" not in page.text
    assert page.status_code == 200


def test_wrong_file_is_told_in_persian(officer):
    response = upload(officer, "cities", b"MZ\x90", "list.xlsx")
    message = response.context["form"].errors["file"][0]
    assert not any("a" <= letter <= "z" for letter in message.lower())


@pytest.mark.parametrize("name", IMPORTS)
def test_pages_of_a_list_open(client, name):
    client.force_login(make_user(role="head"))
    page = client.get(reverse("admin:import_list", args=[name]))
    assert page.status_code == 200
    assert [text for text in latin_digits(page) if text.isdecimal()] == []
    file = client.get(reverse("admin:import_xlsx", args=[name]))
    assert file.content.startswith(b"PK")


def test_start_page_leads_to_the_imports(officer):
    assert reverse("admin:imports") in officer.get(reverse("admin:index")).text


def test_log_of_imports_is_for_the_head_and_the_auditor(client, officer):
    done = bring_in(officer, "cities", csv_bytes(CITY, KAZANLAK))
    url = reverse("admin:kashan_diplomacy_import_change", args=[done.pk])
    assert officer.get(url).status_code == 403
    auditor = logged_in(client, "auditor")
    logged, original = (
        auditor.get(url),
        reverse("admin:import_original", args=[done.pk]),
    )
    assert done.sha256 in logged.text
    assert f'href="{original}"' in logged.text

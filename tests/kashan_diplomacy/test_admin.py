import datetime
import re

import pytest
from django.contrib import admin
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import Group, User
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.html import strip_tags

from agreements.models import City
from kashan_diplomacy.admin_display import display_for_field, display_for_value
from kashan_diplomacy.models import CodeReset, SignIn, SignInFailure
from kashan_diplomacy.templatetags.kashan_admin import counted, moment
from tests.factories import IN_1401, make_city, make_theme, make_user

pytestmark = [pytest.mark.once, pytest.mark.django_db]


@pytest.fixture(autouse=True)
def persian():
    with translation.override("fa"):
        yield


MODELS = [model._meta for model in admin.site._registry]
AGREEMENTS = {meta for meta in MODELS if meta.app_label == "agreements"}
BUDGET = {meta for meta in MODELS if meta.app_label == "budget"}
EXPENSE, ENTRY, CLOSING, USER, GROUP, LOG, DOWNLOAD, IMPORT = (
    next(meta for meta in MODELS if meta.model_name == name)
    for name in (
        *("expense", "entry", "closing", "user", "group", "logentry"),
        *("download", "import"),
    )
)
RESET = CodeReset._meta
SIGN_INS = {RESET, SignIn._meta, SignInFailure._meta}
OVERSIGHT = {USER, GROUP, LOG, DOWNLOAD, IMPORT, *SIGN_INS}
SEES = {
    None: set(MODELS),
    "diplomacy_officer": AGREEMENTS | BUDGET,
    "budget_officer": AGREEMENTS | BUDGET,
    "head": AGREEMENTS | BUDGET | OVERSIGHT,
    "auditor": AGREEMENTS | BUDGET | OVERSIGHT,
}
ADDS = {
    None: {*AGREEMENTS, *BUDGET, USER, RESET} - {ENTRY, CLOSING},
    "diplomacy_officer": AGREEMENTS | {EXPENSE},
    "budget_officer": BUDGET - {ENTRY, CLOSING},
    "head": (AGREEMENTS | BUDGET | {RESET}) - {ENTRY, CLOSING},
    "auditor": set(),
}
MOMENT = datetime.datetime(2022, 7, 22, 21, 5, tzinfo=datetime.UTC)  # 1 Mordad, 01:35


def login(client, role=None):
    user = make_user(role=role, is_superuser=role is None)
    User.objects.filter(pk=user.pk).update(is_staff=True)
    client.force_login(user)
    return user


def content(response):
    """What the reader of the page reads between header and footer."""
    html = response.content.decode()
    html = html[html.index('id="content"') :]
    return strip_tags(re.sub(r"<script.*?</script>", "", html, flags=re.DOTALL))


def page(meta, view, *args):
    return reverse(f"admin:{meta.app_label}_{meta.model_name}_{view}", args=args)


@pytest.mark.parametrize("role", SEES)
def test_each_role_opens_the_lists_it_may_see(client, role):
    login(client, role)
    statuses = {
        meta: client.get(page(meta, "changelist")).status_code for meta in MODELS
    }
    assert {meta for meta, status in statuses.items() if status == 200} == SEES[role]
    assert set(statuses.values()) <= {200, 403}


@pytest.mark.parametrize("role", ADDS)
def test_each_role_opens_the_add_pages_of_its_work(client, role):
    login(client, role)
    statuses = {meta: client.get(page(meta, "add")).status_code for meta in MODELS}
    assert {meta for meta, status in statuses.items() if status == 200} == ADDS[role]
    assert set(statuses.values()) <= {200, 403}


def test_public_user_without_staff_status_is_sent_to_log_in(client):
    client.force_login(make_user())
    assert client.get(reverse("admin:index")).status_code == 302


def test_index_lists_partnerships_first_and_what_is_opened_most_on_top(client):
    login(client)
    apps = client.get(reverse("admin:index")).context["app_list"]
    labels = [app["app_label"] for app in apps]
    assert labels == ["agreements", "budget", "auth", "admin", "kashan_diplomacy"]
    assert apps[0]["models"][0]["model"] is City


def test_one_app_is_listed_alone(client):
    login(client)
    response = client.get(reverse("admin:app_list", args=["budget"]))
    assert [app["app_label"] for app in response.context["app_list"]] == ["budget"]


@pytest.mark.parametrize("path", ["/admin/login/", "/en/admin/login/"])
def test_log_in_page_leads_to_itself_in_the_other_language(client, path):
    other = "/admin/login/" if path.startswith("/en") else "/en/admin/login/"
    assert f'<a href="{other}"' in client.get(path).content.decode()


@pytest.mark.parametrize("typed", ["كازانلاك", "کازانلاک", "kazanlak", "كازان لاك"])
def test_search_finds_a_name_however_it_is_typed(client, typed):
    make_city(name_fa="کازانلاک", name_en="Kazanlak")
    make_city(name_fa="شی‌نینگ", name_en="Xining")
    login(client)
    response = client.get(reverse("admin:agreements_city_changelist"), {"q": typed})
    assert [city.name_en for city in response.context["cl"].queryset] == ["Kazanlak"]


def test_search_finds_only_what_holds_every_word(client):
    make_city(name_fa="نجف", name_en="Najaf")
    login(client)
    address = reverse("admin:agreements_city_changelist")
    assert client.get(address, {"q": "نجف najaf"}).context["cl"].result_count == 1
    assert client.get(address, {"q": "نجف touba"}).context["cl"].result_count == 0


def test_csv_holds_what_search_and_filter_leave(client):
    make_city(name_en="Kazanlak", country="BG")
    make_city(name_en="Xining", country="CN")
    login(client, "auditor")
    address = reverse("admin:agreements_city_csv")
    rows = b"".join(client.get(address, {"country": "CN"}).streaming_content).decode()
    assert "Xining" in rows
    assert "Kazanlak" not in rows
    assert client.get(address, {"nonsense": "1"}).status_code == 302


def test_csv_of_a_list_needs_the_right_to_see_it(client):
    login(client, "diplomacy_officer")
    Group.objects.get(name="diplomacy_officer").permissions.clear()
    assert client.get(reverse("admin:agreements_city_csv")).status_code == 403


def test_list_without_an_export_has_no_csv(client, monkeypatch):
    monkeypatch.setattr(admin.site._registry[User], "export", None)
    login(client)
    assert client.get(reverse("admin:auth_user_csv")).status_code == 404
    assert "csvlink" not in client.get(page(USER, "changelist")).content.decode()


def test_selected_rows_are_downloaded_by_who_may_only_see(client):
    city, _other = make_city(name_en="Kazanlak"), make_city(name_en="Xining")
    login(client, "auditor")
    response = client.post(
        reverse("admin:agreements_city_changelist"),
        {"action": "download_csv", "_selected_action": [city.pk]},
    )
    rows = b"".join(response.streaming_content).decode()
    assert "Kazanlak" in rows
    assert "Xining" not in rows


def test_second_city_of_a_name_is_refused_beside_the_form(client):
    make_city(name_fa="نجف", country="IQ")
    login(client)
    response = client.post(
        reverse("admin:agreements_city_add"),
        {"name_fa": "نجف", "name_en": "Najaf", "slug": "najaf-2", "country": "IQ"},
    )
    assert response.status_code == 200
    assert len(response.context["adminform"].form.non_field_errors()) == 1


def test_wrong_date_keeps_what_was_typed_and_says_what_is_expected(client):
    login(client)
    response = client.post(
        reverse("admin:agreements_city_add"),
        {"name_fa": "نجف", "published_on": "2022-07-22"},
    )
    field = response.context["adminform"].form["published_on"]
    assert len(field.errors) == 1
    assert 'value="2022-07-22"' in str(field)
    assert 'value="نجف"' in response.content.decode()


def test_page_on_the_site_is_linked_only_while_it_is_public(client):
    public, hidden = make_city(), make_city(published_on=None)
    login(client)
    for city, expected in ((public, True), (hidden, False)):
        response = client.get(page(City._meta, "change", city.pk))
        assert response.context["has_absolute_url"] is expected


def test_moment_is_that_of_tehran_on_the_jalali_calendar():
    assert moment(MOMENT) == "۱ مرداد ۱۴۰۱، ۰۱:۳۵"
    assert moment(None) == ""


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (IN_1401, "۳۱ تیر ۱۴۰۱"),
        (MOMENT, "۱ مرداد ۱۴۰۱، ۰۱:۳۵"),
        (1401, "۱۴۰۱"),
        ("A-12", "A-12"),
        (None, "—"),
    ],
)
def test_column_shows_values_the_persian_way(value, shown):
    assert display_for_value(value, "—") == shown


def test_read_only_fields_show_dates_moments_and_numbers_the_persian_way():
    city, user = City._meta.get_field, User._meta.get_field
    assert display_for_field(IN_1401, city("published_on"), "—") == "۳۱ تیر ۱۴۰۱"
    assert display_for_field(None, city("published_on"), "—") == "—"
    assert display_for_field(33.98, city("latitude"), "—") == "۳۳.۹۸"
    assert display_for_field(MOMENT, user("last_login"), "—").endswith("۰۱:۳۵")
    assert "icon-yes" in display_for_field(True, user("is_active"), "—")


def test_history_log_and_users_tell_time_the_persian_way(client):
    user = login(client)
    theme = make_theme()
    LogEntry.objects.log_actions(user.pk, [theme], CHANGE, "", single_object=True)
    LogEntry.objects.update(action_time=MOMENT)
    User.objects.update(last_login=MOMENT, username="یک")
    client.force_login(User.objects.get())
    User.objects.update(last_login=MOMENT)
    for address in (
        page(type(theme)._meta, "history", theme.pk),
        page(LOG, "changelist"),
        page(USER, "changelist"),
        reverse("admin:index"),
    ):
        text = content(client.get(address))
        assert "۱ مرداد ۱۴۰۱، ۰۱:۳۵" in text, address
        assert re.findall("[0-9]+", text) == [], address


def test_pages_and_counts_of_a_long_list_have_persian_digits(client):
    login(client)
    City.objects.bulk_create(
        City(name_fa=f"شهر {n}", name_en="City", slug=f"c-{n}", country="BG")
        for n in range(1, 61)
    )
    text = content(client.get(reverse("admin:agreements_city_changelist")))
    assert "۶۰" in text
    assert re.findall("[0-9]+", text) == []
    last = client.get(reverse("admin:agreements_city_changelist"), {"p": 3})
    assert len(last.context["cl"].result_list) == 10


def test_months_and_years_of_the_date_filter_are_jalali(client):
    login(client)
    user = User.objects.get()
    for moment_ in (timezone.now(), MOMENT):
        entry = LogEntry.objects.create(user=user, action_flag=CHANGE, object_repr="x")
        LogEntry.objects.filter(pk=entry.pk).update(action_time=moment_)
    response = client.get(page(LOG, "changelist"))
    spec = response.context["cl"].filter_specs[0]
    month = list(spec.choices(response.context["cl"]))[1]
    found = client.get(page(LOG, "changelist") + month["query_string"])
    assert found.context["cl"].result_count == 1
    assert re.fullmatch(r"\S+ [۰-۹]{4}", str(month["display"]))


def test_head_sees_users_without_a_trace_of_their_passwords(client):
    login(client, "head")
    response = client.get(page(USER, "change", User.objects.get().pk))
    assert response.status_code == 200
    assert "field-password" not in response.content.decode()


def test_group_page_tells_what_the_role_may_do(client):
    login(client, "auditor")
    group = Group.objects.get(name="head")
    response = client.get(page(GROUP, "change", group.pk))
    assert response.status_code == 200
    assert client.post(page(GROUP, "change", group.pk)).status_code == 403


def test_superuser_gives_a_user_a_role(client):
    login(client)
    user = make_user("newcomer")
    group = Group.objects.get(name="auditor")
    response = client.post(
        page(USER, "change", user.pk),
        {"username": "auditor2", "is_active": "on", "groups": [group.pk]},
    )
    assert response.status_code == 302
    assert [g.name for g in User.objects.get(pk=user.pk).groups.all()] == ["auditor"]


@pytest.mark.parametrize("path", ["/admin/", "/admin/login/", "/en/admin/"])
def test_pages_have_no_inline_style_or_script(client, path):
    if "login" not in path:
        login(client)
    html = client.get(path).content.decode()
    assert not re.search(r"<style|<script(?![^>]*src=)|\sstyle=|\son\w+=", html)


@pytest.mark.parametrize(
    ("language", "number", "expected"),
    [
        ("fa", 0, "۰ شهر همکار"),
        ("fa", 8, "۸ شهر همکار"),
        ("en", 0, "0 partner cities"),
        ("en", 1, "1 partner city"),
        ("en", 8, "8 partner cities"),
    ],
)
def test_rows_are_counted_as_the_language_counts(language, number, expected):
    with translation.override(language):
        assert counted(number, City._meta) == expected


def test_list_says_how_many_rows_in_the_singular(client):
    login(client)
    make_city()
    make_city()
    page = client.get(reverse("admin:agreements_city_changelist"))
    paginator = re.search('<p class="paginator">.*?</p>', page.text, re.S)[0]
    assert " ".join(strip_tags(paginator).split()) == "۲ شهر همکار"

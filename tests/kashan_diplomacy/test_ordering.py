import pytest
from django.urls import reverse
from django.utils import translation

from agreements.models import Engagement
from kashan_diplomacy.ordering import in_persian_order
from kashan_diplomacy.persian import sort_key
from tests.factories import make_city, make_engagement, make_user

pytestmark = pytest.mark.django_db

ALPHABET = "آابپتثجچحخدذرزژسشصضطظعغفقکگلمنوهی"


@pytest.fixture(autouse=True)
def persian():
    with translation.override("fa"):
        yield


def test_database_sorts_titles_as_the_sort_key_does():
    titles = [*ALPHABET, *(f"ب{letter}" for letter in ALPHABET), "پاییز", "پا"]
    titles += ["گل‌آرایی", "گلاب", "نیشابور", "هیئت نجف", "هیات", "وین", "هند"]
    for title in titles:
        make_engagement(title_fa=title)
    in_order = Engagement.objects.order_by(in_persian_order("title_fa"), "pk")
    sorted_titles = [engagement.title_fa for engagement in in_order]
    assert sorted_titles == sorted(titles, key=sort_key)


def test_title_column_sorts_in_persian_order_both_ways(client):
    client.force_login(make_user(role="head"))
    for title in ("گلاب", "پاییز", "وین", "هند", "ترکیه"):
        make_engagement(title_fa=title)
    for direction, expected in {
        "1": ["پاییز", "ترکیه", "گلاب", "وین", "هند"],
        "-1": ["هند", "وین", "گلاب", "ترکیه", "پاییز"],
    }.items():
        address = reverse("admin:agreements_engagement_changelist")
        cl = client.get(address, {"o": direction}).context["cl"]
        assert [each.title_fa for each in cl.result_list] == expected


def test_countries_are_chosen_from_in_persian_order(client):
    client.force_login(make_user(role="head"))
    page = client.get(reverse("admin:agreements_engagement_add"))
    participants = page.context["inline_admin_formsets"][0].formset
    for form in (
        participants.empty_form,
        client.get(reverse("admin:agreements_city_add")).context["adminform"].form,
    ):
        choices = [(code, str(name)) for code, name in form.fields["country"].choices]
        assert choices[0][0] == ""
        names = [name for _code, name in choices[1:]]
        assert names == sorted(names, key=sort_key)
        assert names[0].startswith("آ")


def test_countries_are_filtered_by_in_persian_order(client):
    client.force_login(make_user(role="head"))
    for country in ("HU", "TR", "CN", "BG"):  # مجارستان ترکیه چین بلغارستان
        make_city(country=country)
    cl = client.get(reverse("admin:agreements_city_changelist")).context["cl"]
    labels = [str(label) for _code, label in cl.filter_specs[0].lookup_choices]
    assert labels == ["بلغارستان", "ترکیه", "چین", "مجارستان"]

"""Finding rows by what is typed, whoever spells it how."""

import pytest

from agreements.models import Agreement, City, Engagement
from kashan_diplomacy.models import SearchTail
from kashan_diplomacy.search import search
from kashan_diplomacy.search_index import Searched, index, rebuild, searched_models
from tests.factories import make_agreement, make_city, make_engagement

pytestmark = pytest.mark.django_db


def found(typed, *querysets, limit=5):
    querysets = querysets or (City.objects.all(), Engagement.objects.all())
    return [row for each in search(typed, querysets, limit) for row in each.rows]


@pytest.mark.parametrize(
    "typed",
    [
        "خواهرخواندگی",
        "خواهر خواندگی",
        "خواهر\u200cخواندگی",
        "خواهر خواندگي",
        "خواندگی",
        "واندگ",
        "نشست خواهر",
        "خواهر نشست",
        "۱۴۰۱",
        "1401",
        "meeting",
    ],
)
def test_a_text_is_found_however_it_is_typed(typed):
    meeting = make_engagement(
        title_fa="نشست خواهر\u200cخواندگی ۱۴۰۱", title_en="A Meeting"
    )
    assert found(typed) == [meeting]


@pytest.mark.parametrize("typed", ["", " ", "«»", "کیوتو", "نشست کیوتو", "نشستخ ۱۴۰۲"])
def test_what_no_text_holds_is_not_found(typed):
    make_engagement(title_fa="نشست خواهر\u200cخواندگی ۱۴۰۱", title_en="A Meeting")
    assert found(typed) == []


def test_the_better_find_comes_first():
    part, word, start, whole = (
        make_engagement(title_fa=title, title_en="x")
        for title in ("سردنجفی", "نشست نجف", "نجف و کاشان", "نجف")
    )
    assert found("نجف") == [whole, start, word, part]


def test_the_model_of_the_best_find_comes_first():
    make_engagement(title_fa="نشست نجف")
    make_city(name_fa="نجف", name_en="Najaf")
    first, second = search("نجف", [Engagement.objects.all(), City.objects.all()])
    assert (first.model, first.rank) == (City, 0)
    assert (second.model, second.is_more) == (Engagement, False)


def make_many(*titles):
    """Unpublished engagements, more of them than a first look takes in."""
    Engagement.objects.bulk_create(
        Engagement(
            kind="meeting",
            purpose="exploration",
            title_fa=f"{title} {number}",
            title_en="x",
        )
        for title in titles
        for number in range(310)
    )
    rebuild()


def test_common_words_are_found_together_wherever_they_stand():
    make_many("دیدار آب", "نشست یزد")
    meeting = make_engagement(title_fa="دیدار یزد و آب")
    assert found("دیدار یزد") == [meeting]


def test_more_than_is_shown_is_said():
    for number in range(7):
        make_engagement(title_fa=f"دیدار {number}")
    (engagements,) = search("دیدار", [Engagement.objects.all()], limit=5)
    assert len(engagements.rows) == 5
    assert engagements.is_more


def test_only_rows_of_the_queryset_are_found():
    make_many("دیدار")
    public = make_engagement(title_fa="دیدار یزد")
    assert found("دیدار", Engagement.objects.published()) == [public]


def test_of_common_words_only_rows_of_the_queryset_are_found():
    make_many("دیدار یزد", "نشست یزد")
    public = make_engagement(title_fa="دیدار یزد")
    assert found("دیدار یزد", Engagement.objects.published()) == [public]


def test_a_visit_is_found_by_who_took_part():
    visit = make_engagement(title_fa="دیدار سفیر", title_en="x")
    guest = visit.participants.create(side="partner", name="لولا دا سیلوا", post="سفیر")
    assert found("سیلوا") == found("سفير سیلوا") == [visit]
    guest.name = "کلودیو پرویداس"
    guest.save()
    assert (found("سیلوا"), found("پرویداس")) == ([], [visit])
    guest.delete()
    assert found("پرویداس") == []
    assert found("دیدار سفیر") == [visit]


def test_an_agreement_is_found_by_its_articles_and_who_signed_it():
    agreement = make_agreement(title_fa="پیمان خواهرخواندگی")
    agreement.signatories.create(side="kashan", name="سعید ابریشمی", post="شهردار")
    agreement.articles.create(
        number="۲", heading_fa="جشنواره‌ها", text_fa="هر سال\nهفته فرهنگی برگزار می‌شود."
    )
    agreements = Agreement.objects.all()
    for typed in ("ابریشمی", "هفته فرهنگی", "جشنواره", "پیمان شهردار"):
        assert found(typed, agreements) == [agreement], typed
    assert found("رهنگی", agreements) == [], "the inside of a word"


def test_the_row_named_so_comes_before_the_one_where_somebody_is():
    by_guest = make_engagement(title_fa="دیدار", title_en="x")
    by_guest.participants.create(side="partner", name="نجف")
    named = make_engagement(title_fa="نجف و کاشان", title_en="x")
    assert found("نجف") == [named, by_guest]


def test_a_new_text_takes_the_place_of_the_old():
    city = make_city(name_fa="نجف", name_en="Najaf")
    city.name_fa = "توبا"
    city.save()
    assert found("نجف") == []
    assert found("توبا") == [city]


def test_what_is_deleted_is_not_found():
    make_city(name_fa="نجف", name_en="Najaf")
    City.objects.all().delete()
    assert found("نجف") == []


def test_an_index_made_anew_is_that_of_the_saves():
    make_agreement(title_fa="پیمان خواهرخواندگی با کازانلاک")
    visit = make_engagement(title_fa="دیدار سفیر برزیل")
    visit.participants.create(side="partner", name="نجف", post="سفیر")
    rows = SearchTail.objects.values_list("model", "row_id", "place", "tail")
    saved = set(rows)
    SearchTail.objects.all().delete()
    assert found("پیمان", Agreement.objects.all()) == []
    rebuild()
    assert set(rows.all()) == saved


def test_an_unchanged_text_writes_nothing(django_assert_num_queries):
    city = make_city()
    with django_assert_num_queries(1):
        index(city)


def test_every_model_with_a_search_text_is_searched():
    from django.apps import apps

    named = {
        model
        for model in apps.get_models()
        if "search_text" in {field.name for field in model._meta.fields}
        and not hasattr(model, "history_object")
    }
    assert named <= set(searched_models())
    assert all(issubclass(model, Searched) for model in named)


def test_common_words_are_found_by_their_beginnings_and_by_parts_of_them():
    make_many("دیدار آب", "نشست خواهر\u200cخواندگی")
    meeting = make_engagement(title_fa="دیدار نمایشگاه خواهر\u200cخواندگی")
    assert found("دید واندگی") == found("دیدار خواهرخواند") == [meeting]
    assert len(found("نشست خواهر خواندگی")) == 5
    assert found("دیدار نشست") == []


def test_beginnings_of_a_great_many_words_are_found_too():
    make_many("دیدار", "نشست", "بازدید")
    meeting = make_engagement(title_fa="دیدار و نشست ۱۰۵")
    assert found("دیدار نشست ۱") == [meeting]


def test_a_text_is_found_again_after_it_was_emptied():
    city = make_city(name_en="؟", shares_fa="", shares_en="")
    for name, is_found in (
        ("؟؟؟", False),
        ("سلام", True),
        ("؟", False),
        ("سلام", True),
    ):
        city.name_fa = name
        city.save()
        assert found("سلام") == [city] * is_found

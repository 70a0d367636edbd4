import pytest
from django.core.exceptions import ValidationError

from agreements.models import City
from kashan_diplomacy.persian import search_key
from tests.factories import make_city

pytestmark = pytest.mark.django_db


def test_cities_stand_in_persian_alphabetical_order():
    names = [
        "یزد",
        "پاریس",
        "تبریز",
        "گرگان",
        "کازانلاک",
        "آمل",
        "ژنو",
        "زوریخ",
        "چنگدو",
    ]
    for name in names:
        make_city(name_fa=name)
    ordered = list(City.objects.values_list("name_fa", flat=True))
    assert ordered == [
        "آمل", "پاریس", "تبریز", "چنگدو", "زوریخ", "ژنو", "کازانلاک", "گرگان", "یزد",
    ]  # fmt: skip


def test_name_typed_with_arabic_letters_is_stored_and_found_as_persian():
    city = make_city(name_fa="كازانلاك")
    city.refresh_from_db()
    assert city.name_fa == "کازانلاک"
    assert City.objects.get(name_fa="كازانلاك") == city
    for typed in ("كازانلاك", "کازانلاک", "کازان\u200cلاک", "kazan"):
        is_found = City.objects.filter(search_text__contains=search_key(typed)).exists()
        assert is_found == (typed != "kazan")


def test_one_city_however_its_name_is_spelled():
    make_city(name_fa="کازانلاک", country="BG")
    twin = City(name_fa="كازانلاك", name_en="K", slug="k", country="BG")
    with pytest.raises(ValidationError):
        twin.full_clean()


@pytest.mark.parametrize(
    ("latitude", "longitude"), [(91, 0), (0, 181), (42, None), (None, 25)]
)
def test_position_off_the_earth_is_refused(latitude, longitude):
    city = make_city()
    city.latitude, city.longitude = latitude, longitude
    with pytest.raises(ValidationError):
        city.full_clean()

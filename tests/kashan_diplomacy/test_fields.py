from datetime import date

import pytest
from django.contrib.admin import ModelAdmin, site
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.forms import ModelMultipleChoiceField, modelform_factory
from django.test.utils import isolate_apps
from django.utils import translation

from agreements.models import Theme
from kashan_diplomacy import forms
from kashan_diplomacy.fields import (
    CanonicalCharField,
    CanonicalTextField,
    DateField,
    RialField,
    SearchTextField,
    SortKeyField,
)
from tests.factories import make_theme


@pytest.fixture(scope="module")
def place():
    """A model outside the registry, so that no other test meets it."""
    with isolate_apps("agreements"):

        class Place(models.Model):
            name_fa = CanonicalCharField(max_length=20)
            name_en = CanonicalCharField(max_length=20, blank=True)
            note = CanonicalTextField(blank=True)
            visited_on = DateField(null=True, blank=True, help_text="Day of arrival.")
            fee = RialField(default=0)
            deposit = RialField(default=10, validators=[MinValueValidator(1)])
            name_sort = SortKeyField(source="name_fa")
            search_text = SearchTextField(sources=("name_fa", "name_en", "note"))

            class Meta:
                app_label = "agreements"

            def __str__(self):
                return self.name_fa

    return Place


def saved(instance):
    """What save() would store, by column name."""
    return {
        field.attname: field.get_db_prep_save(
            field.pre_save(instance, add=True), connection=None
        )
        for field in instance._meta.concrete_fields
        if isinstance(field, (models.CharField, models.TextField))
    }


def test_text_is_stored_in_one_spelling(place):
    kazanlak = place(name_fa=" كازانلاك ", note="سال 1401\r\nKazanlak")

    assert saved(kazanlak)["name_fa"] == "کازانلاک"
    assert saved(kazanlak)["note"] == "سال ۱۴۰۱\nKazanlak"
    assert kazanlak.name_fa == "کازانلاک"


def test_text_is_compared_in_one_spelling(place):
    query = place.objects.filter(name_fa="كازانلاك").query

    assert query.where.children[0].rhs == "کازانلاک"


def test_empty_text_is_never_null(place):
    assert saved(place(name_fa="کاشان", name_en=None))["name_en"] == ""


def test_expressions_pass_through(place):
    copied = models.F("name_en")

    assert place._meta.get_field("name_fa").pre_save(place(name_fa=copied), False) is (
        copied
    )


def test_length_is_counted_after_spelling(place):
    city = place(name_fa="ش" + "\u0640" * 30 + "هر")

    city.clean_fields(exclude=["name_sort", "search_text"])

    assert city.name_fa == "شهر"


def test_text_of_invisible_characters_is_blank(place):
    with pytest.raises(ValidationError) as error:
        place(name_fa="\u200c\u200f ").clean_fields()

    assert "name_fa" in error.value.message_dict


def test_keys_are_written_on_saving(place):
    columns = saved(place(name_fa="شهر‌ كاشان", name_en="Kashan", note="۱۴۰۱"))

    assert columns["search_text"] == "شهرکاشان\nkashan\n1401"
    assert columns["name_sort"] == saved(place(name_fa="شهر کاشان"))["name_sort"]
    assert columns["name_sort"] < saved(place(name_fa="شهرستان"))["name_sort"]


def test_the_search_text_leaves_out_what_is_empty(place):
    assert saved(place(name_fa="کاشان", note="۱"))["search_text"] == "کاشان\n1"


def test_keys_know_what_they_were_made_of(place):
    for name, source in (
        ("name_sort", {"source": "name_fa"}),
        ("search_text", {"sources": ("name_fa", "name_en", "note")}),
    ):
        field = place._meta.get_field(name)
        _, path, args, kwargs = field.deconstruct()
        again = type(field)(*args, **kwargs)

        assert path.startswith("kashan_diplomacy.fields.")
        assert kwargs.items() >= source.items()
        assert again.deconstruct()[1:] == field.deconstruct()[1:]
        assert not again.editable


def test_a_very_long_name_does_not_outgrow_its_sort_key(place):
    field = place._meta.get_field("name_sort")

    assert len(field.pre_save(place(name_fa="ش" * 500), True)) == field.max_length


@pytest.mark.parametrize("day", [date(1404, 1, 15), date(1921, 3, 20)])
def test_a_day_outside_the_jalali_years_is_refused(place, day):
    with pytest.raises(ValidationError) as error:
        place(name_fa="کاشان", visited_on=day).clean_fields()

    assert set(error.value.message_dict) == {"visited_on"}


def test_a_form_takes_jalali_dates_and_toman(place):
    form_class = modelform_factory(place, fields=["name_fa", "visited_on", "fee"])
    form = form_class(
        {"name_fa": "كاشان", "visited_on": "۱۴۰۱/۴/۳۱", "fee": "۶۰۰ میلیون"}
    )

    assert form.is_valid(), form.errors
    assert form.instance.name_fa == "کاشان"
    assert form.instance.visited_on == date(2022, 7, 22)
    assert form.instance.fee == 6_000_000_000


def test_a_text_typed_in_another_spelling_is_no_change(place):
    form_class = modelform_factory(place, fields=["name_fa", "name_en", "note"])
    row = place(name_fa="کاشان", name_en="3", note="یک\nدو")
    typed = {"name_fa": "كاشان ", "name_en": "۳", "note": "يك\r\nدو"}
    assert form_class(typed, instance=row).changed_data == []
    assert form_class(typed | {"name_en": "۴"}, instance=row).changed_data == [
        "name_en"
    ]


def test_a_number_stands_in_the_digits_of_the_page(place):
    form_class = modelform_factory(place, fields=["name_fa", "name_en", "note"])
    form = form_class(instance=place(name_fa="3-12", name_en="A-12", note="بند ۳"))
    for language, first in (("fa", "۳-۱۲"), ("en", "3-12")):
        with translation.override(language):
            shown = [form[name].value() for name in form.fields]
        assert shown == [first, "A-12", "بند ۳"]


def test_the_admin_does_not_bring_its_own_widgets(place):
    admin = ModelAdmin(place, site)
    fields = {
        name: admin.formfield_for_dbfield(place._meta.get_field(name), request=None)
        for name in ("visited_on", "fee")
    }

    assert isinstance(fields["visited_on"], forms.JalaliDateField)
    assert isinstance(fields["visited_on"].widget, forms.JalaliDateInput)
    assert str(fields["visited_on"].help_text).startswith("Day of arrival. ")
    assert isinstance(fields["fee"], forms.TomanField)
    assert isinstance(fields["fee"].widget, forms.TomanInput)


def test_the_least_amount_of_the_model_holds_in_the_form(place):
    form = modelform_factory(place, fields=["fee", "deposit"])(
        {"fee": 0, "deposit": "0"}
    )

    with translation.override("en"):
        assert form.errors == {"deposit": ["Enter an amount above zero."]}


@pytest.mark.django_db
def test_a_key_that_no_row_can_have_is_no_choice():
    theme = make_theme()
    choices = ModelMultipleChoiceField(Theme.objects.all())
    assert list(choices.clean([str(theme.pk)])) == [theme]
    with pytest.raises(ValidationError, match="99999999999999999999"):
        choices.clean([str(theme.pk), "99999999999999999999"])
    beyond = [theme.pk, 2**63, -(2**63) - 1]
    assert list(Theme.objects.filter(pk__in=beyond)) == [theme]
    assert Theme.objects.filter(pk__in=Theme.objects.values("pk")).exists()

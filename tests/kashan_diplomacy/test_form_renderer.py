import datetime

from django import forms
from django.forms.renderers import TemplatesSetting
from django.test import SimpleTestCase
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from kashan_diplomacy.form_renderer import FormRenderer

FRUIT = [
    ("", "---"),
    (1, '"Sour" <cherry> & co'),
    (True, _("Persian")),
    (_("Dried"), [("fig", format_html("<i>{}</i>", "fig")), (2, 12_345)]),
    ("", [("none", "of no kind")]),
]
ATTRS = {"id": "a<b", "required": True, "disabled": False, "data-n": 3, "title": None}


class FormRendererTests(SimpleTestCase):
    """What is written past the templates is what Django's templates say."""

    def assertSame(self, widget, value):  # noqa: N802 - as Django's assertions
        for language in "fa", "en":
            with self.subTest(widget=widget, value=value), override(language):
                ours, djangos = (
                    widget.render('a "name"', value, attrs=ATTRS, renderer=renderer)
                    for renderer in (FormRenderer(), TemplatesSetting())
                )
                self.assertHTMLEqual(ours, djangos)

    def test_inputs(self):
        inputs = (
            *(forms.TextInput, forms.NumberInput, forms.EmailInput, forms.URLInput),
            *(forms.SearchInput, forms.PasswordInput, forms.HiddenInput),
            *(forms.DateInput, forms.DateTimeInput, forms.TimeInput, forms.FileInput),
            forms.CheckboxInput,
        )
        day = datetime.date(2022, 7, 22)
        for widget in inputs:
            for value in (None, "", 'a "b" <c> & d', "آب", 12_345, day, True):
                self.assertSame(widget(attrs={"class": "x"}), value)

    def test_selects(self):
        for value in (None, "", "1", 1, "fig", ["fig", "2"]):
            self.assertSame(forms.Select(choices=FRUIT), value)
            self.assertSame(forms.SelectMultiple(choices=FRUIT), value)
        self.assertSame(forms.NullBooleanSelect(), True)
        self.assertSame(forms.Select(), None)

    def test_widgets_made_of_others(self):
        self.assertSame(forms.RadioSelect(choices=FRUIT), "fig")
        self.assertSame(forms.CheckboxSelectMultiple(choices=FRUIT), ["fig"])
        self.assertSame(forms.SplitDateTimeWidget(), None)
        self.assertSame(forms.SelectDateWidget(years=[2022]), "2022-07-22")
        self.assertSame(forms.Textarea(), "<b>")

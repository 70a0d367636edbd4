"""How the admin shows a value: Jalali dates, toman, digits of the page's language.

The stock admin decides this in a few functions and offers no hook: they are replaced.
That reaches every list and every read-only field at once, also those of Django's own
models, where overriding templates or columns would leave gaps.
"""

import datetime
import re
from decimal import Decimal

from django.contrib.admin import helpers, utils
from django.contrib.admin.templatetags import admin_list
from django.contrib.auth.models import User
from django.db import models
from django.utils.html import format_html
from django_countries.fields import CountryField

from .fields import RialField
from .names import person
from .records import labels_of
from .templatetags.kashan_admin import moment
from .templatetags.pages import country_name, grouped
from .templatetags.persian import digits, jalali, toman

DIGESTS = ("sha256", "digest")
LETTER = re.compile(r"[^\W\d_]")

stock_field = utils.display_for_field
stock_value = utils.display_for_value
stock_link = helpers.AdminReadonlyField.get_admin_url


def display_for_field(value, field, empty_value_display, *args, **kwargs):
    if isinstance(field, CountryField):
        return country_name(value) if value else empty_value_display
    if labels := labels_of(field):
        return labels.get(value, empty_value_display)
    shown = None if value is None else _field_shown(value, field)
    if shown is None:
        return stock_field(value, field, empty_value_display, *args, **kwargs)
    return shown


def _field_shown(value, field):
    if isinstance(field, RialField):
        return toman(value)
    if isinstance(field, models.FileField):
        return _file_shown(value)
    if isinstance(field, models.DateTimeField):
        return moment(value)
    if isinstance(field, models.DateField):
        return jalali(value)
    if isinstance(field, models.DecimalField):
        return grouped(value)
    if isinstance(field, models.IntegerField | models.FloatField):
        return digits(value)
    if isinstance(field, models.CharField | models.TextField):
        return _text_shown(value, field)
    return None


def _text_shown(text, field):
    """Codes and English from left to right; the digits of the page where it is all
    digits; None for other text, which is shown as it is."""
    if not text:
        return None
    if field.name in DIGESTS:
        return code(text)
    if field.name.endswith("_en"):
        return format_html('<span lang="en" dir="ltr">{}</span>', text)
    return None if LETTER.search(text) else digits(text)


def code(text):
    """A digest or a name in a file system, which may break anywhere."""
    return format_html('<code class="digest" dir="ltr">{}</code>', text)


def _file_shown(file):
    """A link to the view that serves it; a stored file has no address of its own."""
    row = getattr(file, "instance", None)
    if not (file and hasattr(row, "get_absolute_url")):
        return None
    return format_html('<a href="{}">{}</a>', row.get_absolute_url(), row)


def display_for_value(value, empty_value_display, boolean=False):
    if not boolean and not isinstance(value, bool):
        if isinstance(value, datetime.datetime):
            return moment(value)
        if isinstance(value, datetime.date):
            return jalali(value)
        if isinstance(value, Decimal):
            return grouped(value)
        if isinstance(value, int | float):
            return digits(value)
    return stock_value(value, empty_value_display, boolean)


def _link(field, remote_field, row):
    """People by name; few roles may see the page of an account."""
    if isinstance(row, User):
        return person(row)
    return stock_link(field, remote_field, row)


def install():
    helpers.AdminReadonlyField.get_admin_url = _link
    for module in (utils, helpers, admin_list):
        module.display_for_field = display_for_field
    for module in (utils, admin_list):
        module.display_for_value = display_for_value

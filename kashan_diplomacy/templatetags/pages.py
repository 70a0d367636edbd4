"""Template tags of the public pages: their languages, typeface and figures.

Those of their frame are in `frame`.
"""

import datetime
import re
from decimal import Decimal
from functools import cache, lru_cache
from typing import NamedTuple

from django import template
from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.http import escape_leading_slashes
from django.utils.safestring import mark_safe
from django.utils.translation import (
    get_language,
    get_language_from_path,
    get_language_info,
    pgettext,
)
from django.utils.translation import gettext_lazy as _
from django_countries import countries
from django_countries.fields import Country

from kashan_diplomacy import money
from kashan_diplomacy.addresses import address
from kashan_diplomacy.figures import BY_KEY as FIGURES
from kashan_diplomacy.jalali import iso
from kashan_diplomacy.records import Sourced

from .persian import in_persian, jalali, local_number

register = template.Library()
register.simple_tag(address)

TYPEFACE = "vazirmatn/index.css"
FIRST_LETTER = re.compile("[A-Za-z]|(?P<persian>[آ-ی])")


class PageLanguage(NamedTuple):
    code: str
    name: str
    path: str
    address: str
    is_current: bool


@register.simple_tag(takes_context=True)
def page_languages(context) -> list[PageLanguage]:
    """This page in every language, its query kept; nothing without a request."""
    request = context.get("request")
    if request is None:
        return []
    path = request.get_full_path()
    if prefix := get_language_from_path(request.path_info):
        path = path.replace(f"/{prefix}", "", 1) or "/"
        path = escape_leading_slashes(path)  # //name would lead to another site
    languages = []
    for code, _name in settings.LANGUAGES:
        here = path if code == settings.LANGUAGE_CODE else f"/{code}{path}"
        name = _language_name(code)
        address = request.build_absolute_uri(here)
        languages.append(
            PageLanguage(code, name, here, address, code == get_language())
        )
    return languages


@cache
def _language_name(code: str) -> str:
    return get_language_info(code)["name_local"].capitalize()


def query_of(context) -> str:
    """What the links of a page carry along to stay on its day."""
    return getattr(context.get("as_of"), "query", "")


@register.simple_tag
def definition(key: str) -> str:
    """The link from a published figure to what it means."""
    figure = FIGURES[key]
    return format_html(
        '<a class="definition" href="{}#{}"><span aria-hidden="true">{}</span>'
        '<span class="visually-hidden">{}</span></a>',
        address("figures"),
        key,
        _("?"),
        _("What this figure means: %(title)s") % {"title": figure.title},
    )


@register.simple_tag(takes_context=True)
def rows_of(context, key: str, *about: object, text: str = "", on=None) -> str:
    """The link from a published figure to the rows that add up to it, as a file, as of
    the day of the page or of `on`; see `kashan_diplomacy.opendata.values` for `about`.
    With a `text` the figure itself is the link.
    """
    named = [key, "/".join(map(str, about))] if about else [key]
    return format_html(
        '<a class="rows-of{}" href="{}{}" title="{}">{}'
        '<span class="visually-hidden"> ({})</span></a>',
        " is-figure" if text else "",
        address("open_data_rows", *named),
        f"?on={iso(on)}" if on else query_of(context),
        _("The rows that add up to it, as a CSV file"),
        text or pgettext("of a figure", "data"),
        FIGURES[key].title,
    )


@register.simple_block_tag
def line(content: str) -> str:
    """What stands between the tags, without the line breaks of its template."""
    return mark_safe(" ".join(content.split()))  # noqa: S308 - rendered already


@register.simple_tag(takes_context=True)
def lang_of(context, text: str) -> str:
    """The attribute that calls a Persian text Persian, on a page in another language.

    Its first letter decides, as it does for `dir="auto"`. The page then says below,
    once, that some records are kept in Persian only.
    """
    if in_persian():
        return ""
    first = FIRST_LETTER.search(str(text or ""))
    if not (first and first["persian"]):
        return ""
    if request := context.get("request"):
        request.shows_persian = True
    return mark_safe(' lang="fa"')


@register.simple_tag
def typeface_stylesheet() -> str:
    """Address of the stylesheet of Vazirmatn; "" where npm has not fetched it."""
    return static(TYPEFACE) if _has_typeface() else ""


@cache
def _has_typeface() -> bool:
    found = finders.find if settings.DEBUG else staticfiles_storage.exists
    return bool(found(TYPEFACE))


@register.simple_tag
def typeface_letters() -> str:
    """Address of the letters that a page in this language needs first."""
    script = "arabic" if in_persian() else "latin"
    return static(f"vazirmatn/files/vazirmatn-{script}-wght-normal.woff2")


@register.filter
def amount(rial: int) -> str:
    """The exact amount in toman without its unit: ۱۲٬۵۰۰٬۰۰۰ / 12,500,000."""
    return local_number(money.toman(rial))


@register.filter
def grouped(number: int | Decimal) -> str:
    """A number with its thousands apart: ۲٬۰۰۰ / 2,000; ۱٬۲۵۰٫۵۰ / 1,250.50."""
    return local_number(f"{number:,}")


@register.filter
def country_name(country: Country | str) -> str:
    """As `country.name`, which looks through all countries each time it is asked; of
    a country or its code."""
    return _country_name(str(country), get_language())


@lru_cache(maxsize=1000)
def _country_name(code: str, language: str) -> str:
    return str(countries.name(code))


@register.filter
def permille(part: float | None, whole: float = 1) -> int:
    """`part` of `whole` as a whole number up to 1000, the unit of the bars."""
    share = (part or 0) / whole if whole else 0
    return round(min(max(share, 0), 1) * 1000)


@register.filter
def day(date: datetime.date | None) -> str:
    """A date as read by people and, in its attribute, by machines."""
    if date is None:
        return ""
    return format_html('<time datetime="{}">{}</time>', date.isoformat(), jalali(date))


@register.filter
def on_day(date: datetime.date | None) -> str:
    """A day as `?on=` takes it: 1401-04-31."""
    return iso(date) if date else ""


@register.filter
def sources(rows) -> list[str]:
    """Where the facts among these rows (or this row) are known from, each once."""
    rows = [rows] if isinstance(rows, Sourced) else rows
    return list(
        dict.fromkeys(
            row.source for row in rows if row.source and not row.is_illustrative
        )
    )

"""Every page of the admin in Persian: no Latin digit, no Gregorian date, anywhere."""

import re
from html.parser import HTMLParser

import pytest
from django.urls import reverse
from django.utils import translation

from budget.models import Expense
from tests.factories import make_city, make_user
from tests.office import make_office, pages

pytestmark = [pytest.mark.once, pytest.mark.django_db]

#: Where people type, and what is not there to be read.
UNREAD = {"script", "style", "textarea", "template", "svg"}
VOID = {"input", "link", "meta", "img", "br", "hr", "path", "use", "symbol"}
READ_ATTRIBUTES = ("title", "aria-label", "alt", "placeholder", "data-confirm")
GREGORIAN_MONTHS = re.compile(
    "ژانویه|فوریه|آوریل|ژوئن|ژوئیه|سپتامبر|اکتبر|نوامبر|دسامبر"
    "|January|February|April|June|July|August|September|October|November|December"
)
GREGORIAN_YEARS = re.compile(r"(?<![۰-۹٬])(۱۹|۲۰)[۰-۹]{2}[/\-؍.][۰-۹]{1,2}[/\-؍.]")


class PageText(HTMLParser):
    """What is read on a page: texts, values, labels; codes (dir="ltr") left out."""

    def __init__(self):
        super().__init__()
        self.texts, self.open = [], []

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        is_code = attrs.get("dir") == "ltr" or attrs.get("lang") == "en"
        is_hidden = attrs.get("class") in HIDDEN
        if tag not in VOID:
            self.open.append((tag, is_code or is_hidden or tag in UNREAD))
        if is_hidden:
            return
        self.texts += [attrs[name] for name in READ_ATTRIBUTES if attrs.get(name)]
        if tag == "input" and attrs.get("type") == "submit":
            self.texts.append(attrs.get("value") or "")
        is_shown = attrs.get("type", "text") in ("text", "search")
        if tag == "input" and is_shown and attrs.get("class", "") in TYPED_PERSIAN:
            self.texts.append(attrs.get("value") or "")

    def handle_endtag(self, tag):
        if tag not in VOID:
            while self.open and self.open.pop()[0] != tag:
                pass

    def handle_data(self, text):
        if not any(is_unread for _tag, is_unread in self.open):
            self.texts.append(text)


#: Inputs whose value the program writes in the digits of the page.
TYPED_PERSIAN = {"jalali-date", "toman", "integer", "decimal"}


#: Names that Persian readers know in Latin letters, and what the stylesheet hides:
#: the numbers of inline rows and of sorted columns.
KNOWN = re.compile(r"SHA-256|UTF-8|[\w-]+\.csv|^#\d+$")
HIDDEN = {"sortpriority"}


def leaks(html):
    """The texts that a reader of Persian should not have been shown."""
    page = PageText()
    page.feed(html)
    return [
        text
        for text in (KNOWN.sub("", text.strip()) for text in page.texts)
        if re.search("[0-9]", text)
        or GREGORIAN_MONTHS.search(text)
        or GREGORIAN_YEARS.search(text)
    ]


SINGLE = [
    f"admin:{name}"
    for name in ("index", "todo", "alive", "exports", "audit", "password_change")
]


def verb_forms():
    """Of an expense and a line, those that can be done; the newest year's report."""
    expense = Expense.objects.drafts().first()
    yield reverse("admin:budget_expense_commit", args=[expense.pk])
    yield reverse("admin:budget_budgetline_supplement", args=[expense.line_id])
    yield reverse("admin:budget_report", args=[expense.line.fiscal_year_id])
    yield reverse("admin:agreements_engagement_changelist") + "?period=1401-05"


@pytest.mark.parametrize(
    ("html", "found"),
    [
        ("<p>۳۱ تیر ۱۴۰۱</p>", []),
        ("<p>22</p>", ["22"]),
        ("<p>۲۲ ژوئیه</p>", ["۲۲ ژوئیه"]),
        ("<p>۲۰۲۲/۰۷/۲۲</p>", ["۲۰۲۲/۰۷/۲۲"]),
        ('<code dir="ltr">1401-00</code> <b title="3">۳</b>', ["3"]),
        ('<input class="toman" value="1,000">', ["1,000"]),
    ],
)
def test_leaks_are_found(html, found):
    assert leaks(html) == found


def test_no_page_in_persian_shows_a_latin_digit_or_a_gregorian_date(client):
    with translation.override("fa"):
        user = make_office()
        addresses = [*pages(), *map(reverse, SINGLE), *verb_forms()]
    client.force_login(user)
    found = {}
    for address in addresses:
        response = client.get(address)
        assert response.status_code == 200, address
        if leaked := leaks(response.text):
            found[address] = leaked
    assert found == {}
    assert len(addresses) > 100


def test_what_the_admin_says_it_has_done_is_counted_in_persian(client):
    client.force_login(make_user(is_superuser=True, role="head"))
    cities = [make_city(name_fa="نجف"), make_city(name_fa="طوبی")]
    chosen = {"_selected_action": [city.pk for city in cities], "post": "yes"}
    address = reverse("admin:agreements_city_changelist")
    page = client.post(address, {"action": "delete_selected", **chosen}, follow=True)
    (said,) = [str(message) for message in page.context["messages"]]
    assert "۲" in said
    assert leaks(f"<p>{said}</p>") == []


def test_what_is_wrong_with_a_text_is_counted_in_persian(client):
    client.force_login(make_user(is_superuser=True, role="head"))
    typed = {"name_fa": "ش" * 400, "name_en": "x", "slug": "x", "country": "BG"}
    page = client.post(reverse("admin:agreements_city_add"), typed)
    errors = str(page.context["adminform"].form["name_fa"].errors)
    assert "۴۰۰" in errors
    assert leaks(errors) == []

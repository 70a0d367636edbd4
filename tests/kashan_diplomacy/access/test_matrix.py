"""docs/ACCESS.md is true: every address, with every role, by every method."""

import logging

import pytest
from django.conf import settings as django_settings
from django.contrib import admin
from django.contrib.auth.models import User
from django.urls import reverse

from tests.factories import make_user

from .addresses import MODEL_PAGES, address, make_rows, models, named, split

pytestmark = [pytest.mark.once, pytest.mark.django_db]

DOCUMENT = django_settings.BASE_DIR / "docs" / "ACCESS.md"
ROLES = ("diplomacy_officer", "budget_officer", "head", "auditor", "superuser")
VISITORS = ("anonymous", "deactivated", *ROLES)
#: What a page of a list is, in the words of the table.
WORD = {"changelist": "see", "csv": "see", "history": "see"}
REFUSED = (403, 404, 405)


def table(heading):
    """First cell → the other cells, of each row of the table below `heading`."""
    part = DOCUMENT.read_text(encoding="utf-8").split(f"## {heading}\n")[1]
    part = part.split("\n## ")[0]
    rows = [line.split("|")[1:-1] for line in part.splitlines() if line[:3] == "| `"]
    return {
        first.strip().strip("`"): [cell.strip() for cell in cells]
        for first, *cells in rows
    }


LISTS, PAGES = table("Lists of the staff"), table("Other pages")
ADDRESSES = [name for name in named() if name != "admin:logout"]


def sign_in(client, visitor):
    if visitor == "anonymous":
        return
    role = visitor if visitor in ROLES[:-1] else None
    user = make_user(role=role, is_superuser=visitor in ("superuser", "deactivated"))
    User.objects.filter(pk=user.pk).update(is_staff=True)
    client.force_login(user)
    User.objects.filter(pk=user.pk).update(is_active=visitor != "deactivated")


def expected(name, visitor):
    """Whether GET and POST are answered; POST None where either will do."""
    if found := split(name):
        label, page = found
        words = LISTS[label][ROLES.index(visitor)].split() if visitor in ROLES else []
        if page == "change":
            return "see" in words, "change" in words
        may = WORD.get(page, page) in words
        return may, may
    cells = PAGES[name]
    cell = cells[ROLES.index(visitor) + 1 if visitor in ROLES else 0]
    if cell == "see":
        return True, False if "do" in cells else None
    return cell == "do", cell == "do"


def is_answered(response):
    getattr(response, "getvalue", bytes)()
    to_sign_in = response.status_code == 302 and "/login/" in response["Location"]
    return response.status_code not in REFUSED and not to_sign_in


@pytest.fixture
def fast(settings, monkeypatch):
    """Pages without text and menu, and no log of a thousand refusals."""
    engine = settings.TEMPLATES[0]
    loader = "tests.kashan_diplomacy.access.blank_templates.Loader"
    cached = [("django.template.loaders.cached.Loader", [loader])]
    options = engine["OPTIONS"] | {"loaders": cached, "context_processors": []}
    settings.TEMPLATES = [engine | {"APP_DIRS": False, "OPTIONS": options}]
    listed = admin.site.get_app_list
    monkeypatch.setattr(
        admin.site,
        "get_app_list",
        lambda request, app_label=None: listed(request, app_label) if app_label else [],
    )
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


def test_every_address_is_in_the_document_and_every_row_is_an_address():
    rows = set(PAGES) | {
        f"admin:{label}_{page}" for label in LISTS for page in MODEL_PAGES
    }
    missing = set(named()) - rows
    assert not missing, f"give these a row in {DOCUMENT}: {sorted(missing)}"
    assert set(PAGES) <= set(named())
    assert set(LISTS) == set(models())


@pytest.mark.parametrize("visitor", VISITORS)
def test_visitor_gets_what_the_document_says(client, fast, visitor):
    arguments = make_rows()
    sign_in(client, visitor)
    wrong = {}
    for name in ADDRESSES:
        url = address(name, arguments)
        sees, does = expected(name, visitor)
        # What both is seen and posted passes one and the same check: post it.
        if not (sees and does) and is_answered(client.get(url)) != sees:
            wrong[f"GET {name}"] = f"documented: {sees}"
        if does is not None and is_answered(client.post(url)) != does:
            wrong[f"POST {name}"] = f"documented: {does}"
    assert wrong == {}


def test_other_methods_are_refused_to_everybody_everywhere(client, fast):
    arguments = make_rows()
    sign_in(client, "superuser")
    for name in named():
        url = address(name, arguments)
        for method in ("put", "patch", "delete", "trace"):
            assert getattr(client, method)(url).status_code == 405, (method, url)


def test_head_asks_for_what_get_does(client):
    sign_in(client, "budget_officer")
    for name in ("admin:auth_user_changelist", "admin:budget_entry_changelist", "home"):
        assert (
            client.head(reverse(name)).status_code
            == client.get(reverse(name)).status_code
        )


def test_signing_out_needs_a_post_and_ends_the_session(client):
    sign_in(client, "head")
    assert client.get(reverse("admin:logout")).status_code == 405
    client.post(reverse("admin:logout"))
    assert not is_answered(client.get(reverse("admin:index")))

"""The headers of every page; scored as the HTTP Observatory scores them, offline.

Rules: https://developer.mozilla.org/en-US/observatory/docs/tests_and_scoring
"""

import re

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories import make_document, make_user

pytestmark = pytest.mark.django_db

HALF_A_YEAR = 15_768_000
PRIVATE = {"no-referrer", "same-origin", "strict-origin"}


@pytest.fixture
def behind_tls(settings):
    """The settings as they are with HTTPS=True, on a fresh stack of middleware."""
    settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    settings.SESSION_COOKIE_NAME = "__Host-sessionid"
    settings.CSRF_COOKIE_NAME = "__Host-csrftoken"
    return Client()


def policy_of(response):
    parts = response["Content-Security-Policy"].split("; ")
    return {name: set(values) for name, *values in (part.split() for part in parts)}


def csp_score(policy):
    sources = set().union(*policy.values())
    unsafe = {"'unsafe-inline'", "'unsafe-eval'", "data:", "http:", "https:", "*"}
    if sources & unsafe or "script-src" not in policy:
        return -20
    closed = policy["default-src"] == {"'none'"}
    return 10 if closed and policy["form-action"] <= {"'self'", "'none'"} else 5


def cookie_score(cookies):
    if not cookies:
        return 0
    for cookie in cookies.values():
        assert cookie["secure"] and cookie["samesite"] in ("Lax", "Strict")
        assert cookie["path"] == "/" and not cookie["domain"]
        assert cookie.key.startswith("__Host-")
    return 5


def script_score(page):
    """Subresource integrity: nothing is lost by scripts of this very host."""
    sources = re.findall(r'<script[^>]*\bsrc="([^"]*)"', page)
    return 0 if all(re.match("/[^/]", source) for source in sources) else -50


def observatory_score(response, plain):
    policy, headers = policy_of(response), response.headers
    age = re.match(r"max-age=(\d+)", headers["Strict-Transport-Security"])
    return 100 + sum(
        [
            csp_score(policy),
            cookie_score(response.cookies),
            5 if policy["frame-ancestors"] == {"'none'"} else 0,
            5 if headers["Referrer-Policy"] in PRIVATE else 0,
            10 if headers["Cross-Origin-Resource-Policy"] == "same-origin" else 0,
            0 if int(age[1]) >= HALF_A_YEAR else -10,
            0 if headers["X-Content-Type-Options"] == "nosniff" else -5,
            0 if plain["Location"].startswith("https://testserver/") else -20,
            -50 if "Access-Control-Allow-Origin" in headers else 0,
            script_score(response.text),
        ]
    )


@pytest.mark.parametrize("path", ["/", "/en/", "/admin/login/"])
def test_observatory_gives_a_plus(behind_tls, path):
    response = behind_tls.get(path, secure=True)
    assert response.status_code == 200
    assert observatory_score(response, behind_tls.get(path)) >= 125


@pytest.mark.parametrize("path", ["/", "/admin/login/", "/nowhere/"])
def test_every_response_has_the_headers(client, path):
    headers = client.get(path).headers
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["X-Frame-Options"] == "DENY"
    assert "camera=()" in headers["Permissions-Policy"]
    assert "geolocation=()" in headers["Permissions-Policy"]


def test_no_page_has_inline_code_or_style(client):
    client.force_login(make_user(role="head"))
    for name in ("index", "account", "prove", "set_up_code", "login"):
        page = client.get(reverse(f"admin:{name}")).text
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=", page), name
        assert not re.search(r"<script(?![^>]*\bsrc=)(?![^>]*json)", page), name


def test_nothing_that_only_staff_see_is_stored(client):
    document = make_document()
    client.force_login(make_user(role="auditor"))
    for path in (
        reverse("admin:index"),
        reverse("admin:account"),
        reverse("admin:agreements_city_changelist"),
        reverse("admin:export_csv", args=["cities"]),
        reverse("document_file", args=[document.pk]),
    ):
        response = client.get(path)
        b"".join(response.streaming_content) if response.streaming else None
        assert "no-store" in response["Cache-Control"], path


def test_a_public_page_does_not_vary_by_cookie_for_its_readers(client):
    response = client.get("/")
    assert "Cookie" not in response.get("Vary", "")
    assert "no-store" not in response.get("Cache-Control", "")

"""Pages in a real browser: Debian's Chromium, driven by Playwright.

`make browser-test` runs these. Where the browser or Playwright is missing they are
skipped and say so. A page may speak to the test's own server only, and a page that the
console complains about, the content security policy included, fails its test.
"""

import os
import shutil

import pytest
from django.test import Client

SIZES = {
    "desktop": {"width": 1280, "height": 900},
    "phone": {"width": 390, "height": 844},
}
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")


@pytest.fixture(scope="session", autouse=True)
def _queries_beside_playwright():
    """Playwright keeps an event loop in this thread, where Django would ask nothing."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    yield
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture(scope="session")
def live_server(django_db_setup, live_server):
    """Started once the database has its name: each thread then opens its own
    connection. A connection that is shared between threads crashes SQLite."""
    return live_server


@pytest.fixture(scope="session")
def chromium():
    playwright = pytest.importorskip("playwright.sync_api")
    path = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if not path:
        pytest.skip("No Chromium on this machine (Debian: apt install chromium)")
    quiet = ["--no-sandbox", "--disable-background-networking"]
    with playwright.sync_playwright() as running:
        browser = running.chromium.launch(executable_path=path, args=quiet)
        yield browser
        browser.close()


@pytest.fixture
def open_page(chromium, live_server):
    """Call it for a page: `open_page(user=None, size="desktop", scheme="light")`.

    Each has cookies of its own, so that two people can work beside each other. Its
    addresses are relative to the server: `page.goto("/en/admin/")`.
    """
    complaints, contexts = [], []

    def opened(user=None, *, size="desktop", scheme="light", javascript=True):
        context = chromium.new_context(
            base_url=live_server.url,
            viewport=SIZES[size],
            color_scheme=scheme,
            java_script_enabled=javascript,
            reduced_motion="reduce",
        )
        contexts.append(context)
        context.set_default_timeout(10_000)
        if user:
            context.add_cookies([_signed_in(user, live_server.url)])
        context.route(
            lambda url: not url.startswith((live_server.url, "data:", "blob:")),
            lambda route: (
                complaints.append(f"asks {route.request.url}"),
                route.abort(),
            ),
        )
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda message: _listen(message, complaints))
        return page

    yield opened
    for context in contexts:
        context.close()
    assert not complaints, complaints


def _signed_in(user, url):
    client = Client()
    client.force_login(user)
    return {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": url}


def _listen(message, complaints):
    # What axe does inside a page has no address. A picture for the browser's tab is
    # asked for by Chromium alone.
    url = message.location["url"]
    if message.type == "error" and url and not url.endswith("favicon.ico"):
        complaints.append(f"{message.text} ({url})")


@pytest.fixture
def photograph(tmp_path):
    """Call it with a page and a name: the whole page goes to the test's directory."""

    def taken(page, name):
        page.wait_for_load_state("networkidle")
        page.evaluate("document.fonts.ready")
        page.screenshot(path=tmp_path / f"{name}.png", full_page=True)

    return taken

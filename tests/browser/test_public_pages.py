"""The public pages as people meet them: on a phone, by keyboard, without a script."""

import pytest

from tests.browser.axe import violations
from tests.browser.expecting import expect
from tests.factories import (
    IN_1401,
    make_agreement,
    make_city,
    make_engagement,
    make_gift,
    make_line,
    make_membership,
    make_milestone,
    make_obligation,
    make_outcome,
    make_theme,
    make_year,
)

PAGES = [
    "/",
    "/cities/",
    "/cities/kazanlak/",
    "/agreements/",
    "/agreements/{agreement}/",
    "/promises/",
    "/engagements/",
    "/engagements/{engagement}/",
    "/themes/",
    "/themes/waste/",
    "/memberships/",
    "/outcomes/",
    "/gifts/",
    "/budget/1401/",
    "/figures/",
    "/gaps/",
]
MOST_BYTES, MOST_REQUESTS = 150 * 1024, 25


@pytest.fixture
def site(transactional_db):
    """One of everything the pages show; what their addresses need, by name."""
    return fill("x")


def fill(text):
    """`text` stands wherever somebody may have typed something without a space."""
    theme = make_theme(name_fa=text, name_en=text)
    city = make_city(
        slug="kazanlak",
        name_fa=text,
        name_en="Kazanlak",
        name_local=text,
        shares_fa=text,
        latitude=42.62,
        longitude=25.40,
        website=f"https://example.org/{text}",
    )
    agreement = make_agreement(city=city, title_fa=text, title_en=text, summary_fa=text)
    obligation = make_obligation(agreement=agreement, title_fa=text, title_en=text)
    obligation.themes.add(theme)
    make_milestone(obligation=obligation, verdict="met", met_on=IN_1401, evidence=text)
    make_milestone(obligation=obligation)
    engagement = make_engagement(
        cities=[city], title_fa=text, title_en=text, summary_fa=text, place=text
    )
    engagement.themes.add(theme)
    make_membership(summary_fa=text)
    make_outcome(city=city, description_fa=text, description_en="", evidence=text)
    make_gift(description_fa=text, giver=text)
    make_line(fiscal_year=make_year(), approved=6_000_000_000, title_fa=text)
    return {"agreement": agreement.pk, "engagement": engagement.pk}


@pytest.mark.parametrize(
    ("prefix", "size", "scheme"),
    [("", "desktop", "light"), ("", "phone", "dark"), ("/en", "phone", "light")],
)
def test_every_page_is_accessible(open_page, site, prefix, size, scheme):
    page = open_page(size=size, scheme=scheme)
    for path in PAGES:
        page.goto(prefix + path.format(**site))
        assert violations(page) == [], path


def test_no_page_scrolls_sideways_on_the_smallest_phone(open_page, transactional_db):
    site = fill("دراز" * 20 + "LongUnbroken" * 4)
    page = open_page(size="phone")
    page.set_viewport_size({"width": 320, "height": 640})
    for prefix in "", "/en":
        for path in PAGES:
            page.goto(prefix + path.format(**site))
            width = page.evaluate("document.documentElement.scrollWidth")
            assert width <= 320, f"{prefix}{path}: {width}"


def test_letters_of_twice_the_size_stay_on_the_page(open_page, site):
    page = open_page(size="desktop")
    for path in PAGES:
        page.goto(path.format(**site))
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= 1280, f"{path}: {width}"


def test_partner_is_reached_from_the_map_by_keyboard(open_page, site):
    page = open_page()
    page.goto("/en/")
    page.keyboard.press("Tab")
    expect(page.locator(".skip-link")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    marker = page.locator(".map a.partner")
    expect(marker).to_be_focused()
    page.keyboard.press("Enter")
    expect(page).to_have_url("/en/cities/kazanlak/")


def test_list_is_narrowed_and_language_changed_without_a_script(open_page, site):
    page = open_page(javascript=False)
    page.goto("/en/promises/")
    page.get_by_label("Verdict").select_option("met")
    page.get_by_role("button", name="Show", exact=True).last.click()
    expect(page.locator(".promises > li")).to_have_count(1)
    page.get_by_role("link", name="فارسی").click()
    expect(page.locator(".promises > li")).to_have_count(1)
    expect(page.locator("html")).to_have_attribute("lang", "fa")


def test_first_visit_is_light_and_asks_for_little(open_page, site):
    page, answers = open_page(size="phone"), []
    page.on("response", lambda response: answers.append(response))
    page.goto("/")
    page.wait_for_load_state("networkidle")
    bodies = {each.url: each.body() for each in answers if each.ok}
    assert len(answers) <= MOST_REQUESTS
    assert not [url for url in bodies if url.endswith(".js")]
    weight = sum(len(body) for url, body in bodies.items() if "woff2" not in url)
    assert weight <= MOST_BYTES  # even before anything is compressed


def test_printed_amounts_stay_though_their_links_go(open_page, site):
    page = open_page()
    page.goto("/en/cities/kazanlak/?on=1401-12-29")
    page.emulate_media(media="print")
    expect(page.locator(".money td a.rows-of").first).to_be_visible()
    expect(page.locator("p > a.rows-of").first).to_be_hidden()


def test_structured_data_is_read_and_not_run(open_page, site):
    """The console would tell of a block that the content security policy stopped."""
    page = open_page()
    page.goto(f"/en/engagements/{site['engagement']}/")
    text = page.locator("script[type='application/ld+json']").text_content()
    assert page.evaluate("text => JSON.parse(text)['@type']", text) == "Event"

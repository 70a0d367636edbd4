"""Help while typing: the calendar beside a date, the words below an amount."""

import datetime

import pytest

from kashan_diplomacy import jalali
from tests.browser.axe import violations
from tests.browser.expecting import expect
from tests.factories import make_line, make_user

MILLION_TOMAN = 10_000_000
EVERY_DAY = """() => {
  const calendar = new JalaliCalendar(document.getElementById("calendar").dataset);
  return Array.from({ length: calendar.lastDay + 1 }, (_, n) => {
    const { year, month, day } = calendar.date(n);
    const gregorian = calendar.gregorian(n).toISOString().slice(0, 10);
    const isFound = calendar.number(year, month, day) === n;
    return [gregorian, year, month, day, calendar.weekday(n), isFound];
  });
}"""


@pytest.fixture
def officer(db):
    return make_user(role="head", first_name="مریم")


@pytest.fixture
def engagement_form(open_page, officer):
    def opened(path="/admin/", **options):
        page = open_page(officer, **options)
        page.goto(f"{path}agreements/engagement/add/")
        return page

    return opened


def calendar_of(page, name):
    """Opens the calendar of the field; gives the field and the button."""
    field = page.locator(f"#id_{name}")
    button = field.locator("xpath=following-sibling::button")
    button.click()
    return field, button


def press(page, *keys):
    for key in keys:
        page.keyboard.press(key)


def test_every_day_from_1300_to_1500_is_that_of_the_server(engagement_form):
    day = jalali.FIRST_DAY
    for told in engagement_form().evaluate(EVERY_DAY):
        weekday = (day.weekday() + 2) % 7  # Saturday first
        expected = [day.isoformat(), *jalali.from_gregorian(day), weekday, True]
        assert told == expected
        day += datetime.timedelta(days=1)
    assert day == jalali.LAST_DAY + datetime.timedelta(days=1)


@pytest.mark.parametrize(
    ("keys", "day"),
    [
        (["ArrowLeft"], "۱۴۰۱/۰۵/۰۱"),  # forward, in Persian
        (["ArrowRight"], "۱۴۰۱/۰۴/۳۰"),
        (["ArrowUp"], "۱۴۰۱/۰۴/۲۴"),
        (["ArrowDown"], "۱۴۰۱/۰۵/۰۷"),
        (["Home"], "۱۴۰۱/۰۴/۲۵"),  # Saturday
        (["Home", "End"], "۱۴۰۱/۰۴/۳۱"),
        (["PageUp"], "۱۴۰۱/۰۳/۳۱"),
        (["PageDown"] * 3, "۱۴۰۱/۰۷/۳۰"),  # Mehr has thirty days
        (["Shift+PageUp"], "۱۴۰۰/۰۴/۳۱"),
        (["Shift+PageDown"] * 120, "۱۵۰۰/۱۲/۲۹"),  # as far as it goes
    ],
)
def test_keys_move_through_the_calendar(engagement_form, keys, day):
    page = engagement_form()
    page.fill("#id_starts_on", "1401/4/31")
    field, button = calendar_of(page, "starts_on")
    press(page, *keys, "Enter")
    expect(field).to_have_value(day)
    expect(button).to_be_focused()


def test_arrows_point_the_other_way_in_english_which_names_both_calendars(
    engagement_form,
):
    page = engagement_form("/en/admin/")
    page.fill("#id_starts_on", "1401/4/31")
    field, button = calendar_of(page, "starts_on")
    press(page, "ArrowRight", " ")
    expect(field).to_have_value("1401/05/01")
    both = "Saturday 1 Mordad 1401 (23 July 2022)"
    expect(page.locator(".day-words").first).to_have_text(both)
    expect(button).to_have_accessible_name(f"Change the date: {both}")


def test_escape_closes_and_changes_nothing(engagement_form):
    page = engagement_form()
    page.fill("#id_starts_on", "1401/4/31")
    field, button = calendar_of(page, "starts_on")
    expect(page.get_by_role("dialog")).to_be_visible()
    press(page, "ArrowDown", "Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(field).to_have_value("1401/4/31")
    expect(button).to_be_focused()


def test_open_calendar_marks_today_fridays_and_the_day_chosen(engagement_form):
    page = engagement_form()
    today = jalali.numeric_fa(datetime.date.today())
    field, _button = calendar_of(page, "starts_on")
    expect(page.locator("[aria-current='date']")).to_be_focused()
    fridays = page.locator("#calendar td.friday")
    assert 4 <= fridays.count() <= 5
    assert violations(page) == []
    press(page, "Enter")
    expect(field).to_have_value(today)
    calendar_of(page, "starts_on")
    expect(page.locator("[aria-selected='true']")).to_be_focused()


def test_row_added_to_a_page_has_a_calendar_of_its_own(engagement_form):
    page = engagement_form()
    page.locator("#follow_ups-group .add-row a").click()
    page.fill("#id_follow_ups-0-due_on", "1402/1/1")
    field, _button = calendar_of(page, "follow_ups-0-due_on")
    press(page, "End", "Enter")
    expect(field).to_have_value("۱۴۰۲/۰۱/۰۴")


def test_date_is_typed_without_javascript(engagement_form):
    page = engagement_form(javascript=False)
    page.fill("#id_starts_on", "1401/4/31")
    expect(page.locator(".calendar-open")).to_have_count(0)
    expect(page.locator("#calendar")).to_be_hidden()


def test_amount_is_grouped_said_in_words_and_measured_while_it_is_typed(
    open_page, officer
):
    line = make_line(approved=50 * MILLION_TOMAN)
    page = open_page(officer)
    page.goto(f"/admin/budget/expense/add/?line={line.pk}")
    amount = page.locator("#id_requested")
    words = page.locator("output.toman-words")
    amount.press_sequentially("600000000")
    expect(amount).to_have_value("۶۰۰٬۰۰۰٬۰۰۰")
    expect(words).to_contain_text("ششصد میلیون تومان")
    expect(words.locator("strong")).to_have_count(1)
    press(page, "Backspace")
    expect(amount).to_have_value("۶۰٬۰۰۰٬۰۰۰")
    expect(words.locator("strong")).to_have_count(2)
    amount.fill("۵ میلیون")
    expect(words).to_have_text("پنج میلیون تومان")
    expect(amount).to_have_value("۵ میلیون")


def test_digit_typed_into_the_middle_stays_where_it_is_typed(open_page, officer):
    page = open_page(officer)
    page.goto("/en/admin/budget/expense/add/")
    amount = page.locator("#id_requested")
    amount.press_sequentially("123456")
    press(page, *["ArrowLeft"] * 5)
    amount.press_sequentially("99")
    expect(amount).to_have_value("12,993,456")

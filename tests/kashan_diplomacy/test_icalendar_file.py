"""The calendar's files, as an independent library reads them."""

import datetime

import icalendar
from hypothesis import given
from hypothesis import strategies as st

from kashan_diplomacy.icalendar_file import Event, calendar_file, folded

NOW = datetime.datetime(2022, 7, 22, 21, 5, tzinfo=datetime.UTC)
DAY = datetime.date(2022, 7, 22)
#: Everything people may have typed, control characters and line breaks included.
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=300)


def read(content):
    return icalendar.Calendar.from_ical(content)


def lines_of(content):
    assert content.endswith(b"\r\n")
    return content.removesuffix(b"\r\n").split(b"\r\n")


def shown(text):
    """What a calendar can hold of a text: its lines, without control characters."""
    lines = "\n".join(text.splitlines())
    return "".join(c for c in lines if c == "\n" or (c >= " " and c != "\x7f"))


def test_an_event_is_a_whole_day_at_one_address():
    event = Event("followup:7", DAY, "پیگیری: نامه", "چرا؟", "https://example.org/7/")
    calendar = read(calendar_file("دیپلماسی شهری کاشان", [event], NOW))
    assert calendar["X-WR-CALNAME"] == "دیپلماسی شهری کاشان"
    [found] = calendar.walk("VEVENT")
    assert found["UID"] == "followup:7"
    assert found.decoded("DTSTART") == DAY
    assert found.decoded("DTEND") == DAY + datetime.timedelta(days=1)
    assert found.decoded("DTSTAMP") == NOW
    assert found["SUMMARY"] == "پیگیری: نامه"
    assert found["DESCRIPTION"] == "چرا؟"
    assert found["URL"] == "https://example.org/7/"


def test_no_event_is_a_calendar_too():
    assert not read(calendar_file("خالی", [], NOW)).walk("VEVENT")


@given(st.lists(TEXT, min_size=1, max_size=3))
def test_any_text_comes_back_and_no_line_is_too_long(texts):
    events = [Event(str(number), DAY, text, text) for number, text in enumerate(texts)]
    content = calendar_file("نام", events, NOW)
    for line in lines_of(content):
        assert len(line) <= 75
        line.decode()  # no character is cut in two
    found = read(content).walk("VEVENT")
    assert [each["SUMMARY"] for each in found] == [shown(text) for text in texts]


@given(TEXT)
def test_a_line_unfolds_to_itself(text):
    line = text.replace("\r", "").replace("\n", "")
    content = folded(line)
    assert content.replace(b"\r\n ", b"").decode() == line + "\r\n"
    assert max(map(len, content.split(b"\r\n"))) <= 75

"""Calendars as files (iCalendar, RFC 5545): all-day events, nothing else.

Pure. Lines end in CRLF and are folded at 75 octets, never inside a character.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

CONTENT_TYPE = "text/calendar; charset=utf-8"
OCTETS = 75
_SPECIAL = str.maketrans({"\\": r"\\", ";": r"\;", ",": r"\,", "\n": r"\n"})


@dataclass(frozen=True)
class Event:
    """Something of one day, or up to `last_day`. `uid` stays the same from one download
    to the next."""

    uid: str
    day: date
    summary: str
    description: str = ""
    url: str = ""
    last_day: date | None = None


def calendar_file(name: str, events: Iterable[Event], made_at: datetime) -> bytes:
    """The calendar `name`; `made_at` is aware."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Kashan Municipality//City diplomacy//FA",
        "CALSCALE:GREGORIAN",
        f"NAME:{_text(name)}",
        f"X-WR-CALNAME:{_text(name)}",
        "REFRESH-INTERVAL;VALUE=DURATION:PT12H",
    ]
    for event in events:
        lines += _event(event, f"{made_at.astimezone(UTC):%Y%m%dT%H%M%SZ}")
    lines.append("END:VCALENDAR")
    return b"".join(folded(line) for line in lines)


def _event(event: Event, stamp: str) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{_text(event.uid)}"
    yield f"DTSTAMP:{stamp}"
    yield f"DTSTART;VALUE=DATE:{event.day:%Y%m%d}"
    after = (event.last_day or event.day) + timedelta(days=1)
    yield f"DTEND;VALUE=DATE:{after:%Y%m%d}"
    yield f"SUMMARY:{_text(event.summary)}"
    if event.description:
        yield f"DESCRIPTION:{_text(event.description)}"
    if event.url:
        yield f"URL:{event.url}"
    yield "TRANSP:TRANSPARENT"
    yield "END:VEVENT"


def _text(text: str) -> str:
    """Text as a value: its marks escaped, its line breaks spelt out, and no other
    control character, which the format knows no way to hold."""
    lines = "\n".join(text.splitlines())
    shown = (each for each in lines if each == "\n" or (each >= " " and each != "\x7f"))
    return "".join(shown).translate(_SPECIAL)


def folded(line: str) -> bytes:
    """A line of any length as the lines of at most 75 octets that stand for it."""
    pieces, piece, room = [], "", OCTETS
    for character in line:
        size = len(character.encode())
        if size > room:
            pieces.append(piece)
            piece, room = "", OCTETS - 1  # the space that continues a line
        piece += character
        room -= size
    return "\r\n ".join([*pieces, piece]).encode() + b"\r\n"

"""What is asked of every public page, whatever it shows."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

#: A block of JSON-LD is data that no browser runs.
UNSAFE = re.compile(
    r"<script(?! type=.application/ld\+json.>)|<style|\sstyle=|\son[a-z]+=|javascript:",
    re.IGNORECASE,
)


def assert_clean(response):
    """Nothing that the content security policy would stop."""
    found = UNSAFE.search(response.text)
    assert not found, response.text[max(found.start() - 80, 0) : found.end() + 80]


def latin_digits(response) -> list[str]:
    """The texts in <main> with Latin digits, codes (dir="ltr") and names left out."""
    reader = _MainText()
    reader.feed(response.text)
    return [
        text for text in reader.texts if re.search("[0-9]", text.replace("SHA-256", ""))
    ]


@dataclass
class Block:
    """An element, with what its links lead to."""

    tag: str
    classes: set[str]
    parent: "Block | None"
    links: set[str] = field(default_factory=set)

    def within(self):
        """It and what it stands in, from the inside out."""
        return [self, *(self.parent.within() if self.parent else [])]


def blocks(response) -> list[Block]:
    """The elements of the page."""
    reader = _Blocks()
    reader.feed(response.text)
    return reader.found


VOID = {"input", "link", "meta", "img", "br"}


class _Blocks(HTMLParser):
    def __init__(self):
        super().__init__()
        self.found, self.open = [], None

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag not in VOID:
            classes = set((attrs.get("class") or "").split())
            self.open = Block(tag, classes, self.open)
            self.found.append(self.open)
        if tag == "a" and "href" in attrs:
            for block in self.open.within():
                block.links.add(attrs["href"])

    def handle_endtag(self, tag):
        while self.open and self.open.tag != tag:
            self.open = self.open.parent
        self.open = self.open and self.open.parent


class _MainText(HTMLParser):
    def __init__(self):
        super().__init__()
        self.texts, self.open = [], []

    def handle_starttag(self, tag, attrs):
        if tag not in VOID:
            self.open.append((tag, ("dir", "ltr") in attrs))

    def handle_endtag(self, tag):
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data):
        in_main = any(tag == "main" for tag, _ in self.open)
        if in_main and not any(is_ltr for _, is_ltr in self.open):
            self.texts.append(data)

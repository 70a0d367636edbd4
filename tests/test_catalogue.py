"""The Persian catalogue: whole, compiled, and Persian to the last letter."""

import gettext
import re
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.pofile import read_po
from django.conf import settings
from django.utils.translation.template import templatize

pytestmark = pytest.mark.once

ROOT = Path(settings.BASE_DIR)
(LOCALE,) = map(Path, settings.LOCALE_PATHS)
PO = LOCALE / "fa" / "LC_MESSAGES" / "django.po"
PACKAGES = ("kashan_diplomacy", "agreements", "budget")
MODULES = [path for name in PACKAGES for path in (ROOT / name).rglob("*.py")]
TEMPLATES = [
    path for path in (ROOT / "templates").rglob("*") if path.suffix in (".html", ".txt")
]
KEYWORDS = DEFAULT_KEYWORDS | {
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
#: What templatize() makes of a tag; around it, it leaves text that is no Python.
CALL = re.compile(r"""\b(?:_|n?p?gettext)\((?:[^()'"]|'(?:\\.|[^'\\])*'|"[^"]*")*\)""")
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[sd]|\{\w*\}")
TAG = re.compile(r"</?\w+>")
#: The names of formats and systems that Persian readers know in Latin letters only.
LATIN_NAMES = re.compile(
    r"\b(CSV|JSON|Atom|iCalendar|UTF-8|LDAP|SHA-256|PDF|PNG|JPEG|DOCX|ODT|ODS|XLSX"
    r"|USD|Natural Earth|Ctrl\+K)\b"
)


def forms(text):
    """The plural forms of a message; its only form, where it has no plural."""
    return [text] if isinstance(text, str) else list(text)


def key(context, message_id):
    """What a compiled catalogue calls a message."""
    first = forms(message_id)[0]
    return f"{context}\x04{first}" if context else first


def marked(path):
    """The key of each string that a module or a template marks for translation."""
    source = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        source = "\n".join(CALL.findall(templatize(source)))
    found = extract("python", BytesIO(source.encode()), KEYWORDS)
    return {key(context, message_id) for _line, message_id, _notes, context in found}


with PO.open("rb") as file:
    CATALOGUE = read_po(file, locale="fa", abort_invalid=True)
MESSAGES = [message for message in CATALOGUE if message.id]


def pairs():
    """Each English form with the Persian one."""
    for message in MESSAGES:
        yield from zip(forms(message.id), forms(message.string), strict=True)


def test_money_set_aside_is_not_called_a_promise():
    """Its word is «تأمین اعتبار»; «تعهد» is what a side owes by an agreement."""
    for english, persian in pairs():
        if re.search(r"\bcommit(s|ted|ments?)?\b", english, re.IGNORECASE):
            assert "تعهد" not in persian.replace("مانده قابل تعهد", ""), english


def test_compiled_catalogue_is_the_written_one():
    expected = {}
    for message in MESSAGES:
        name = key(message.context, message.id)
        if isinstance(message.id, str):
            expected[name] = message.string
        else:
            expected |= {(name, n): form for n, form in enumerate(message.string)}
    with PO.with_suffix(".mo").open("rb") as file:
        compiled = dict(gettext.GNUTranslations(file)._catalog)
    del compiled[""]
    assert compiled == expected


def test_plurals_are_counted_as_django_does():
    """Catalogues that count otherwise are not merged into one."""
    assert (CATALOGUE.num_plurals, CATALOGUE.plural_expr) == (2, "(n > 1)")


def test_nothing_is_empty_fuzzy_or_obsolete():
    assert not [m.id for m in MESSAGES if not all(forms(m.string))]
    assert not [m.id for m in MESSAGES if m.fuzzy]
    assert not list(CATALOGUE.obsolete)


def test_catalogue_holds_the_marked_strings_and_no_others():
    marks = {path: marked(path) for path in (*MODULES, *TEMPLATES)}
    known = {key(message.context, message.id) for message in MESSAGES}
    for path, names in marks.items():
        assert not names - known, f"{path.relative_to(ROOT)}: run `make messages`"
    assert not known - set().union(*marks.values()), "run `make messages`"


def test_placeholders_and_tags_agree():
    for english, persian in pairs():
        for pattern in (PLACEHOLDER, TAG):
            assert sorted(pattern.findall(english)) == sorted(pattern.findall(persian))


def test_spelling_is_persian():
    for _english, persian in pairs():
        text = LATIN_NAMES.sub("", TAG.sub("", PLACEHOLDER.sub("", persian)))
        assert not re.search("[\u064a\u0643\u0629\u0649]", text), f"Arabic: {persian}"
        assert not re.search(r"[A-Za-z0-9\u0660-\u0669]", text), f"foreign: {persian}"
        assert not re.search(r"[,;?\"']", text), f"punctuation: {persian}"
        assert not re.search(r"\bن?می |\w (ها|های|هایی|تر|ترین)\b", text), (
            f"half-space: {persian}"
        )
        assert not re.search(r"\s\u200c|\u200c\s|\u200c$", text), f"stray: {persian}"

"""Persian text: the one stored spelling, and the keys for searching and sorting.

The same word reaches us with Arabic or Persian letters, three sorts of digits, with
a half-space (U+200C), a space or nothing. ``canonical`` is applied before storing,
``search_key`` to both sides of a search, ``sort_key`` gives alphabetical order.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

HALF_SPACE = "\u200c"
#: Saving a row asks several times for the same few texts.
_RECENT = 256

_PERSIAN_DIGITS = "۰۱۲۳۴۵۶۷۸۹"
_ARABIC_DIGITS = "٠١٢٣٤٥٦٧٨٩"
_ASCII_DIGITS = "0123456789"
_TO_PERSIAN = str.maketrans(_ASCII_DIGITS + _ARABIC_DIGITS, _PERSIAN_DIGITS * 2)
_TO_ASCII = str.maketrans(_PERSIAN_DIGITS + _ARABIC_DIGITS, _ASCII_DIGITS * 2)

_PRESENTATION_FORMS = re.compile(r"[\uFB50-\uFDFF\uFE70-\uFEFE]+")
_LINE_BREAKS = re.compile(r"\r\n?|[\u2028\u2029]")
_SPACES = re.compile(r"[^\S\n]+")
_SPACED_BREAKS = re.compile(r" ?\n ?")
_TOKEN = re.compile(r"\S+")
_ASCII_LETTER = re.compile(r"[A-Za-z]")
_ARABIC_LETTER = re.compile(
    r"[\u0620-\u064A\u066E\u066F\u0671-\u06D3\u06D5\u06EE\u06EF\u06FA-\u06FC\u06FF"
    r"\u0750-\u077F\u0870-\u0887\u0889-\u088E\u08A0-\u08C9]"
)

_CONTROLS = [chr(code) for code in (*range(0x20), *range(0x7F, 0xA0))]
_INVISIBLE = dict.fromkeys(
    map(
        ord,
        "\u0640\u00ad\u061c\u200b\u200e\u200f\u2060\ufeff"
        "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069" + "".join(_CONTROLS),
    )
) | {ord("\n"): "\n", ord("\t"): " "}

_ONE_SPELLING = str.maketrans(
    {"ي": "ی", "ى": "ی", "ك": "ک", "ە": "ه", "ھ": "ه", "ۀ": "ه\u0654"}
)
#: What is left apart once decomposition has taken the marks off the letters.
_ONE_KEY = str.maketrans(
    {
        "ي": "ی",
        "ى": "ی",
        "ك": "ک",
        "ە": "ه",
        "ھ": "ه",
        "ٱ": "ا",
        "ة": "ه",
        "ø": "o",
        "đ": "d",
        "ð": "d",
        "ł": "l",
        "ı": "i",
        "æ": "ae",
        "œ": "oe",
        "þ": "th",
    }
)

_SORT_ORDER = " 0123456789ءآابپتثجچحخدذرزژسشصضطظعغفقکگلمنوهیabcdefghijklmnopqrstuvwxyz"
#: A digit and a letter from a to j for each character. Letters never meet, and none
#: is one that a language moves about (Danish aa, Czech ch, Lithuanian y, Estonian z),
#: so that every collation of every database sorts these keys alike.
_SORT_CODES = {
    char: f"{index // 10}{'abcdefghij'[index % 10]}"
    for index, char in enumerate(_SORT_ORDER)
}
_SORT_LAST = "9j"


def persian_digits(text: str) -> str:
    return text.translate(_TO_PERSIAN)


def ascii_digits(text: str) -> str:
    return text.translate(_TO_ASCII)


@lru_cache(_RECENT)
def canonical(text: str) -> str:
    """The one stored spelling of a text. Idempotent.

    Persian letters, no invisible characters but the half-space, single spaces,
    stripped lines. Digits are Persian where the text is (codes and addresses with
    Latin letters excepted), ASCII in any other text.
    """
    text = _LINE_BREAKS.sub("\n", text)
    text = _PRESENTATION_FORMS.sub(
        lambda match: unicodedata.normalize("NFKC", match[0]), text
    )
    # Invisible characters go first: two characters that meet may compose.
    text = unicodedata.normalize("NFC", text.translate(_INVISIBLE))
    text = unicodedata.normalize("NFC", text.translate(_ONE_SPELLING))
    text = _tidy_half_spaces(text)
    text = _SPACED_BREAKS.sub("\n", _SPACES.sub(" ", text)).strip()
    return _digits_by_script(text)


@lru_cache(_RECENT)
def search_key(text: str) -> str:
    """What a text is searched by: letters and digits alone, one form of each.

    Spaces, half-spaces, marks and punctuation are gone; line breaks stay, so that
    texts joined by them never match across. The key of a text may be empty.
    """
    lines = _bare(canonical(text)).split("\n")
    keys = ("".join(filter(str.isalnum, line)) for line in lines)
    return "\n".join(filter(None, keys))


@lru_cache(_RECENT)
def sort_key(text: str) -> str:
    """ASCII text that any collation sorts as Persian does: two characters for each.

    Space, digits, Persian letters, Latin letters, anything else; half-spaces and
    marks count as nothing, capitals and accents as their plain letter.
    """
    return "".join(
        _SORT_CODES.get(char, _SORT_LAST)
        for char in _sort_characters(canonical(text).replace("\n", " "))
    )


def _sort_characters(text: str) -> Iterator[str]:
    for char in text:
        if char in _SORT_CODES:  # before decomposition makes آ an ا
            yield char
        else:
            yield from _bare(char)


def _bare(text: str) -> str:
    """Decomposed, casefolded, without marks and invisible characters."""
    folded = unicodedata.normalize("NFKD", text).casefold()
    letters = unicodedata.normalize("NFKD", folded).translate(_ONE_KEY)
    return ascii_digits("".join(char for char in letters if not _is_mark(char)))


def _is_mark(char: str) -> bool:
    return char == "ء" or unicodedata.category(char) in {"Mn", "Mc", "Me", "Cf"}


def _tidy_half_spaces(text: str) -> str:
    """Keep a half-space only inside a word, and only one at a time."""
    tidy = ""
    for piece in filter(None, text.split(HALF_SPACE)):
        if tidy and not (_ends_word(tidy[-1]) or _ends_word(piece[0])):
            tidy += HALF_SPACE
        tidy += piece
    return tidy


def _ends_word(char: str) -> bool:
    return char.isspace() or unicodedata.category(char).startswith("P")


def _digits_by_script(text: str) -> str:
    if not _ARABIC_LETTER.search(text):
        return ascii_digits(text)
    return _TOKEN.sub(
        lambda match: (
            ascii_digits(match[0])
            if _ASCII_LETTER.search(match[0])
            else persian_digits(match[0])
        ),
        text,
    )

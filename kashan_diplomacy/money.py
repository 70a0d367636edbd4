"""Amounts of money: kept as integer rials, spoken and typed in toman.

One toman is ten rials. Every function here takes or gives **rials** as ``int``;
toman exists only as text.
"""

import re

from .persian import HALF_SPACE, ascii_digits, canonical, persian_digits

RIALS_PER_TOMAN = 10
#: The largest amount that may be typed, in rial.
CEILING = 9 * 10**15

_THOUSAND = 10**3
_MILLION = 10**6
_BILLION = 10**9
_SCALES = {
    "هزار": _THOUSAND,
    "میلیون": _MILLION,
    "میلیارد": _BILLION,
    "thousand": _THOUSAND,
    "million": _MILLION,
    "billion": _BILLION,
    "trillion": 10**12,
}
#: Largest first. A thousand billion is what Iranian budgets say for 10**12.
_SHORT = (
    (10**12, "هزار میلیارد", "trillion"),
    (_BILLION, "میلیارد", "billion"),
    (_MILLION, "میلیون", "million"),
    (_THOUSAND, "هزار", "thousand"),
)
_AMOUNT = re.compile(
    r"(?P<number>[0-9][0-9.,٬،٫]*) ?"
    r"(?P<thousand>هزار )?"
    r"(?P<scale>هزار|میلیون|میلیارد|thousand|million|billion|trillion)? ?"
    r"(?:تومان|تومن|tomans?|(?P<rial>ریال|rials?))?"
)
_NUMBER = re.compile(
    r"(?P<whole>[0-9]+|[0-9]{1,3}(?P<mark>[,٬،])[0-9]{3}(?:(?P=mark)[0-9]{3})*)"
    r"(?:[.٫](?P<fraction>[0-9]+))?"
)
_NEGATIVE = re.compile(r"[-−–]|منفی|minus\b")
_MOST_DIGITS = 30

_ONES = (
    *("", "یک", "دو", "سه", "چهار", "پنج", "شش", "هفت", "هشت", "نه"),
    *("ده", "یازده", "دوازده", "سیزده", "چهارده"),
    *("پانزده", "شانزده", "هفده", "هجده", "نوزده"),
)
_TENS = (
    *("", "", "بیست", "سی", "چهل", "پنجاه"),
    *("شصت", "هفتاد", "هشتاد", "نود"),
)
_HUNDREDS = (
    *("", "صد", "دویست", "سیصد", "چهارصد", "پانصد"),
    *("ششصد", "هفتصد", "هشتصد", "نهصد"),
)
_PERSIAN_MARKS = str.maketrans({",": "٬", ".": "٫", "%": "٪", "-": "\u200e−"})


class MoneyError(ValueError):
    """Text that is no amount; ``code`` says in which way.

    ``empty``, ``format``, ``negative``, ``grouping`` (1,2,3 or 12,50), ``fraction``
    (less than a rial is left over), ``large`` (above CEILING).
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def parse_toman(text: str) -> int:
    """Rials of an amount typed in toman: 12,500,000, «۶۰۰ میلیون», «۱٫۵ میلیارد تومان».

    With «ریال» or ``rial`` after it the number is rials already. Raises MoneyError.
    """
    typed = ascii_digits(canonical(text)).casefold().replace(HALF_SPACE, " ")
    if not typed:
        raise MoneyError("empty")
    if _NEGATIVE.match(typed):
        raise MoneyError("negative")
    amount = _AMOUNT.fullmatch(typed)
    if amount is None:
        raise MoneyError("format")
    unit = 1 if amount["rial"] else RIALS_PER_TOMAN
    if amount["thousand"]:
        unit *= _THOUSAND
    if amount["scale"]:
        unit *= _SCALES[amount["scale"]]
    return _whole_rials(amount["number"], unit)


def _whole_rials(number: str, unit: int) -> int:
    match = _NUMBER.fullmatch(number)
    if match is None:
        raise MoneyError("grouping")
    whole, fraction = re.sub("[,٬،]", "", match["whole"]), match["fraction"] or ""
    if len(whole) + len(fraction) > _MOST_DIGITS:
        raise MoneyError("large")
    rials, rest = divmod(int(whole + fraction) * unit, int("1" + "0" * len(fraction)))
    if rials > CEILING:
        raise MoneyError("large")
    if rest:
        raise MoneyError("fraction")
    return rials


def toman(rial: int) -> str:
    """Exactly, grouped, in ASCII and without a unit: 12,500,000 or 12.5."""
    sign = "-" if rial < 0 else ""
    whole, rest = divmod(abs(rial), RIALS_PER_TOMAN)
    return f"{sign}{whole:,}.{rest}" if rest else f"{sign}{whole:,}"


def number_fa(number: str) -> str:
    """A formatted number in Persian digits and marks: 12,500.5 → ۱۲٬۵۰۰٫۵."""
    return persian_digits(number).translate(_PERSIAN_MARKS)


def toman_fa(rial: int) -> str:
    """۱۲٬۵۰۰٬۰۰۰ تومان"""
    return f"{number_fa(toman(rial))} تومان"


def toman_en(rial: int) -> str:
    """12,500,000 toman"""
    return f"{toman(rial)} toman"


def rial_fa(rial: int) -> str:
    """۱۲۵٬۰۰۰٬۰۰۰ ریال"""
    return f"{number_fa(f'{rial:,}')} ریال"


def rial_en(rial: int) -> str:
    """125,000,000 rial"""
    return f"{rial:,} rial"


def short_fa(rial: int) -> str:
    """۶۰۰ میلیون تومان; cut after two decimals, see short_en."""
    number, scale, _ = _shortened(rial)
    return " ".join(filter(None, (number_fa(number), scale, "تومان")))


def short_en(rial: int) -> str:
    """600 million toman.

    Cut after two decimals, never rounded up: what is not yet 70 million does not
    read as 70 million.
    """
    number, _, scale = _shortened(rial)
    return " ".join(filter(None, (number, scale, "toman")))


def _shortened(rial: int) -> tuple[str, str, str]:
    sign = "-" if rial < 0 else ""
    for size, scale_fa, scale_en in _SHORT:
        hundredths = abs(rial) * 100 // (size * RIALS_PER_TOMAN)
        if hundredths >= 100:
            number = f"{hundredths // 100:,}.{hundredths % 100:02}"
            return sign + number.rstrip("0").rstrip("."), scale_fa, scale_en
    return toman(rial), "", ""


def words_fa(rial: int) -> str:
    """The exact amount in Persian words: ششصد میلیون تومان."""
    whole, rest = divmod(abs(rial), RIALS_PER_TOMAN)
    parts = [f"{_number_words(whole)} تومان"] if whole else []
    if rest:
        parts.append(f"{_number_words(rest)} ریال")
    sign = "منفی " if rial < 0 else ""
    return sign + (" و ".join(parts) or "صفر تومان")


def _number_words(number: int) -> str:
    """Words of a whole number above zero."""
    parts = []
    for size, name in (
        (_BILLION, "میلیارد"),
        (_MILLION, "میلیون"),
        (_THOUSAND, "هزار"),
    ):
        count, number = divmod(number, size)
        if count:
            parts.append(f"{_number_words(count)} {name}")
    parts.append(_HUNDREDS[number // 100])
    number %= 100
    if number < len(_ONES):
        parts.append(_ONES[number])
    else:
        parts += [_TENS[number // 10], _ONES[number % 10]]
    return " و ".join(filter(None, parts))

"""What rows are called: the words of their `__str__`.

In the language of the page. Where none is active they are Persian: a file is the same
in every language, and so is what Django stores of a change.
"""

from datetime import date
from typing import Any

from django.utils.translation import get_language

from . import jalali
from .templatetags.persian import in_persian, local


def called(row: Any, field: str) -> str:
    """`name_fa` or `name_en` for the field `name`, else the other one."""
    return local(row, field) if get_language() else str(getattr(row, f"{field}_fa"))


def person(user: Any) -> str:
    """The name of somebody who works here; of whoever told none, the user name."""
    return user.get_full_name() or user.get_username()


def listed(*texts: str) -> str:
    """The texts that say something, with commas between."""
    return ("، " if _is_persian() else ", ").join(filter(None, texts))


def called_day(on: date) -> str:
    """۱۴۰۱/۰۴/۳۱ or 1401/04/31."""
    return jalali.numeric_fa(on) if _is_persian() else jalali.numeric_en(on)


def moved(old: str, new: str) -> str:
    """From `old` to `new`, as the eye goes."""
    return f"{old} ← {new}" if _is_persian() else f"{old} → {new}"


def _is_persian() -> bool:
    return not get_language() or in_persian()

"""What a password may not be, and how one and the same is typed on any keyboard."""

import re
import unicodedata

from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from kashan_diplomacy.persian import ascii_digits, search_key

#: Ask for so many letters or digits, and so many different ones, besides such words.
BESIDES, DIFFERENT = 6, 6

#: What whoever knows this office tries first, and what people everywhere choose.
_GUESSED = """
    kashan municipality shahrdari shahrdar mayor diplomacy diplomasi baladiye
    international relations ravabet beinolmelal budget boodje bodje hesabres auditor
    iran tehran isfahan esfahan persia sialk fingarden baghefin golab ghamsar
    admin administrator password passwort passw0rd p@ssw0rd welcome letmein login
    secret changeme qwerty qwertyuiop asdfgh asdfghjkl zxcvbn qazwsx iloveyou
    کاشان شهرداری شهردار دیپلماسی روابط بین‌الملل بودجه حسابرس مدیر کارشناس مرکز
    ایران تهران اصفهان سیلک باغ‌فین گلاب قمصر
    رمز رمزعبور گذرواژه پسورد کلمه‌عبور خوش‌آمدید دوستت‌دارم سلام خدا
    ضصثقفغعهخح شسیبلاتنمک ظطزرذدپو ضصثقفغ شسیبلا
    abcdefghij 1234567890 0123456789 9876543210 123123 112233 1234 4321
"""
_YEAR = re.compile(r"(13|14|19|20)\d\d")


def normalised(password: str) -> str:
    """The password as it is hashed: the same from a Persian and an Arabic keyboard.

    Unicode has several forms of a letter, keyboards two of ی and ک and three of each
    digit, and a half-space is there or is not. Letter case and spaces stay.
    """
    text = unicodedata.normalize("NFKC", password)
    text = text.translate({0x64A: "ی", 0x643: "ک", 0x200C: None, 0x200F: None})
    return ascii_digits(text)


class Hasher(PBKDF2PasswordHasher):
    """Django's own, of the normalised password; ASCII hashes as it always did."""

    def encode(self, password, salt, iterations=None):
        return super().encode(normalised(password), salt, iterations)


class GuessablePasswordValidator:
    """Refuses a password that little is left of without names, years and such words.

    A long phrase may well contain them.
    """

    def validate(self, password, user=None):
        bare = _key(password)
        if len(set(bare)) < DIFFERENT:
            raise ValidationError(
                _("This password repeats too few different characters."),
                code="password_repeats",
            )
        for word in sorted(_WORDS | _names(user), key=len, reverse=True):
            bare = bare.replace(word, "")
        if len(_YEAR.sub("", bare)) < BESIDES:
            raise ValidationError(
                _(
                    "This password is easily guessed: it is made of names, years and"
                    " words that everybody would try here."
                ),
                code="password_guessable",
            )

    def get_help_text(self):
        return _(
            "A sentence that only you would think of is best, in Persian too. Names,"
            " years and the words of this office do not count."
        )


def _key(text):
    """Letters and digits only, small, in the one spelling that searches use."""
    return "".join(filter(str.isalnum, search_key(ascii_digits(text)).casefold()))


def _names(user):
    """What a user is called, each part for itself."""
    parts = []
    for name in ("username", "first_name", "last_name", "email"):
        parts += re.split(r"[\W_]+", str(getattr(user, name, "")))
    return {key for part in parts if len(key := _key(part)) > 2}


_WORDS = {_key(word) for word in _GUESSED.split()}

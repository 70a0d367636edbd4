"""Which passwords are taken, and that keyboards do not matter."""

import pytest
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.contrib.auth.models import User
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from kashan_diplomacy.access.passwords import Hasher, normalised

USER = User(username="faraji", first_name="محمدعلی", last_name="فرجی", email="m@x.ir")


@pytest.mark.parametrize(
    "password",
    [
        "کوتاه",
        "password1234",
        "KashanKashan1401",
        "Kashan-Municipality",
        "shahrdari.kashan.1401",
        "کاشان۱۴۰۱شهرداری",
        "شهرداري كاشان",
        "دیپلماسی‌شهری۱۴۰۲",
        "روابط بین‌الملل کاشان",
        "رمز عبور ۱۲۳۴۵۶",
        "faraji1401faraji",
        "محمدعلی فرجی ۱۴۰۱",
        "ضصثقفغعهخح",
        "شسیبلاتنمک ضصثقفغ",
        "aaaaaaaaaaaa",
        "abababababab",
        "31415926535897",
    ],
)
def test_guessable_password_is_refused(password):
    with pytest.raises(ValidationError):
        validate_password(password, USER)


@pytest.mark.parametrize(
    "password",
    [
        "در باغ فین کاشان بهار که می‌شود گلاب می‌گیرند",
        "سه گربهٔ خاکستری زیر درخت انار خوابیده‌اند",
        "correct horse battery staple",
        "گنبد فیروزه‌ای مدرسه آقابزرگ",
        "x9$Lq!v27Tzm",
        "ب" * 5 + "یک جملهٔ بلند " * 20,
    ],
)
def test_good_password_is_taken(password):
    validate_password(password, USER)


def test_refusal_says_why():
    with pytest.raises(ValidationError) as refused:
        validate_password("Kashan-Municipality", USER)
    assert "password_guessable" in {error.code for error in refused.value.error_list}


@pytest.mark.parametrize(
    ("set_with", "typed"),
    [
        ("گربهٔ خاکستری ۱۲", "گربهٔ خاکستري ١٢"),
        ("کلید می‌ماند 12", "كليد میماند ۱۲"),
        ("café au lait", "cafe\u0301 au lait"),
        ("ﻼ-final form", "لا-final form"),
    ],
)
def test_same_password_from_another_keyboard_fits(set_with, typed):
    assert normalised(typed) == normalised(set_with)


def test_case_and_spaces_still_count():
    assert normalised("Correct Horse") != normalised("correct horse")
    assert normalised("Correct Horse") != normalised("CorrectHorse")


def test_hashes_are_djangos_own_of_the_normalised_password():
    ours, django = Hasher(), PBKDF2PasswordHasher()
    stored = django.encode("کلید ماند 12", "seasoning", iterations=3)
    assert ours.encode("كليد ماند ۱۲", "seasoning", iterations=3) == stored
    assert ours.verify("كليد ماند ١٢", stored)
    assert not ours.verify("كليد ماند ١٣", stored)
    assert (ours.algorithm, ours.iterations) == (django.algorithm, django.iterations)

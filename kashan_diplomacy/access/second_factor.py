"""The code that is asked for besides the password: whose, and whether it is right.

It comes from an app on a telephone (TOTP), or is one of ten backup codes, each good
once. django-otp keeps both as devices of the user; we keep one device of each kind.
"""

import re

from django.conf import settings
from django.db import transaction
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from kashan_diplomacy import roles
from kashan_diplomacy.persian import ascii_digits

BACKUP_CODES = 10
TOTP_DIGITS = 6  # a backup code has eight characters
_SEPARATORS = re.compile(r"[\s\u200c\u200e\u200f-]+")


def is_required(user):
    """Whether the role of `user` may not do without a code."""
    if not settings.REQUIRE_OTP:
        return False
    held = user.groups.filter(name__in=roles.SIGN_IN_WITH_CODE)
    return user.is_superuser or held.exists()


def is_set_up(user):
    return TOTPDevice.objects.filter(user=user, confirmed=True).exists()


def is_missing(user):
    """Whether `user`, who is signed in, ought to have given a code and has not.

    So it is after a role was granted, and after the code was reset.
    """
    return settings.REQUIRE_OTP and not user.is_verified() and is_required(user)


@transaction.atomic
def new_device(user):
    """The device that `user` is about to set up; it counts once a code proves it.

    Its key is new each time it is shown: whoever saw an earlier one has nothing of it.
    """
    TOTPDevice.objects.filter(user=user, confirmed=False).delete()
    return TOTPDevice.objects.create(user=user, confirmed=False, name="totp")


def device_in_setup(user, pk):
    """The device `pk`, which `user` is about to set up; None if another replaced it."""
    return TOTPDevice.objects.filter(user=user, confirmed=False, pk=pk).first()


@transaction.atomic
def set_up(user, pk, code):
    """Let the new device `pk` take the place of the old, if `code` is its code.

    Returns the device, or None when the code is wrong.
    """
    new = TOTPDevice.objects.select_for_update().filter(user=user, confirmed=False)
    device = new.filter(pk=pk).first()
    if device is None or not device.verify_token(_typed(code)):
        return None
    TOTPDevice.objects.filter(user=user, confirmed=True).delete()
    device.confirmed = True
    device.save()
    return device


@transaction.atomic
def verified(user, code):
    """The device of `user` that accepts `code`, or None. A code is good once."""
    typed = _typed(code)
    kind = TOTPDevice if len(typed) == TOTP_DIGITS else StaticDevice
    devices = kind.objects.select_for_update().filter(user=user, confirmed=True)
    return next((device for device in devices if device.verify_token(typed)), None)


@transaction.atomic
def new_backup_codes(user):
    """Ten new codes, the only time they can be read; older ones open nothing now."""
    StaticDevice.objects.filter(user=user).delete()
    device = StaticDevice.objects.create(user=user, name="backup")
    codes = [StaticToken.random_token() for _number in range(BACKUP_CODES)]
    for code in codes:
        device.token_set.create(token=code)
    return codes


def backup_codes_left(user):
    return StaticToken.objects.filter(device__user=user).count()


@transaction.atomic
def remove(user):
    """Forget every device of `user`, who sets one up at the next sign-in."""
    TOTPDevice.objects.filter(user=user).delete()
    StaticDevice.objects.filter(user=user).delete()


def _typed(code):
    return _SEPARATORS.sub("", ascii_digits(code)).lower()

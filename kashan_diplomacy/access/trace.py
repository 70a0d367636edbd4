"""Signing in and out, failing and being locked out or refused: each told to the log.

Django and axes say when it happens by their signals, whichever way it came about.
"""

from axes.signals import user_locked_out
from django.contrib.auth.signals import (
    user_logged_in,
    user_logged_out,
    user_login_failed,
)

from kashan_diplomacy.events import event, said_of

from . import sessions


def connect():
    user_logged_in.connect(_signed_in)
    user_logged_out.connect(_signed_out)
    user_login_failed.connect(_failed)
    user_locked_out.connect(_locked_out)


def refusals_logged(get_response):
    """Middleware that tells of every page somebody was refused."""

    def middleware(request):
        response = get_response(request)
        if response.status_code == 403:
            event("permission_refused", **said_of(request))
        return response

    return middleware


def _signed_in(request, user, **kwargs):
    sessions.begin(request.session)
    is_verified = bool(getattr(user, "otp_device", None))
    event("sign_in", **_who(request, user.get_username()), with_code=is_verified)


def _signed_out(request, user, **kwargs):
    if user:
        event("sign_out", **_who(request, user.get_username()))


def _failed(credentials, request=None, **kwargs):
    event("sign_in_failed", **_who(request, credentials.get("username")))


def _locked_out(request, username, **kwargs):
    event("lock_out", **_who(request, username))


def _who(request, username):
    address = request.META.get("REMOTE_ADDR", "") if request else ""
    return {"user": username or "", "address": address}

"""How long somebody stays signed in, and when the password is asked for once more.

A session keeps two moments, in seconds: when it began and when it was last used. It
ends twelve hours after the one and an hour after the other. What cannot be undone is
asked for again when password and code were last given more than ten minutes ago.
"""

import time
from functools import wraps

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import SESSION_KEY, logout
from django.contrib.sessions.models import Session
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from kashan_diplomacy.events import event, said_of

from . import second_factor

#: How long a use of the session goes unwritten, in seconds: not every page writes.
UNWRITTEN = 60

BEGAN, USED, PROVED = "began_at", "used_at", "proved_at"


def begin(session):
    """Somebody has just signed in."""
    now = int(time.time())
    session[BEGAN] = session[USED] = session[PROVED] = now


def prove(session):
    """Who is signed in has given password and code once more."""
    session[PROVED] = int(time.time())


def limited_sessions(get_response):
    """Middleware that signs out whoever has stayed too long, or lacks a code.

    It looks for the cookie first: a page for everybody then does not vary by it.
    """

    def middleware(request):
        is_known = settings.SESSION_COOKIE_NAME in request.COOKIES
        if is_known and SESSION_KEY in request.session:
            request.is_of_somebody = True
            _check(request)
        return get_response(request)

    return middleware


def _check(request):
    session, now = request.session, int(time.time())
    if now - session.get(BEGAN, 0) > settings.SESSION_COOKIE_AGE:
        _end(request, _("You were signed in for long: please sign in anew."))
    elif now - session.get(USED, 0) > settings.SESSION_IDLE_AGE:
        _end(request, _("You were signed out because nothing happened for an hour."))
    elif second_factor.is_missing(request.user):
        _end(request, _("Please sign in with a code."))
    elif now - session.get(USED, now) > UNWRITTEN:  # none: its password was changed
        session[USED] = now


def _end(request, why):
    event("session_ended", **said_of(request))
    logout(request)
    messages.info(request, why)


def sign_out_everywhere(user, but=None):
    """End the sessions of `user`, save the one with key `but`; how many these were.

    Whose a session is stands inside it. There are as many as people at work.
    """
    others = Session.objects.filter(expire_date__gt=timezone.now()).exclude(pk=but)
    theirs = [
        row.pk for row in others if row.get_decoded().get(SESSION_KEY) == str(user.pk)
    ]
    return Session.objects.filter(pk__in=theirs).delete()[0]


def has_just_proved(request):
    """Whether password and code were given minutes ago: at sign-in, or since."""
    proved = request.session.get(PROVED, 0)
    return int(time.time()) - proved <= settings.PROOF_AGE


def asked_again(request):
    """The way to the page that asks for password and code, and back to this one."""
    back = urlencode({"next": request.get_full_path()})
    return HttpResponseRedirect(f"{reverse('admin:prove')}?{back}")


def needs_proof(view):
    """For a view of who is signed in: only minutes after password and code."""

    @wraps(view)
    def wrapper(request, *args, **kwargs):
        if not has_just_proved(request):
            return asked_again(request)
        return view(request, *args, **kwargs)

    return wrapper

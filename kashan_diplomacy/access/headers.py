"""Headers that every response carries, and which requests are answered at all."""

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.http import HttpResponseNotAllowed

#: What browsers send to pages and forms; OPTIONS asks, and is answered like GET.
METHODS = ("GET", "HEAD", "OPTIONS", "POST")


def security_headers(get_response):
    """Sets what a view has not set itself, and refuses methods that no view takes."""

    def middleware(request):
        if request.method in METHODS:
            response = get_response(request)
        else:
            response = HttpResponseNotAllowed(METHODS)
        for name, value in settings.SECURITY_HEADERS.items():
            response.headers.setdefault(name, value)
        if _is_signed_in(request):
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response

    return middleware


def _is_signed_in(request):
    """Looks for the cookie first: a page for everybody then need not vary by it."""
    return (
        settings.SESSION_COOKIE_NAME in request.COOKIES
        and hasattr(request, "session")
        and SESSION_KEY in request.session
    )

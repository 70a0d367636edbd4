"""Headers that every response carries, and which requests are answered at all."""

from django.conf import settings
from django.http import HttpResponseNotAllowed

#: What browsers send to pages and forms; OPTIONS asks, and is answered like GET.
METHODS = ("GET", "HEAD", "OPTIONS", "POST")


def security_headers(get_response):
    """Sets what a view has not set itself, and refuses methods that no view takes.

    What is answered to somebody signed in (`sessions.limited_sessions`) stays private.
    """

    def middleware(request):
        if request.method in METHODS:
            response = get_response(request)
        else:
            response = HttpResponseNotAllowed(METHODS)
        for name, value in settings.SECURITY_HEADERS.items():
            response.headers.setdefault(name, value)
        if getattr(request, "is_of_somebody", False):
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response

    return middleware

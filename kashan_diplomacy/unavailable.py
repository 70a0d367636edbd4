"""The pages for requests that failed: our mistake (500), a machine away (503), or a
request that makes no sense (400).

Whatever raised it, a middleware or a view, an exception that nobody caught ends here,
and while it is being handled `sys.exc_info()` still names it.
"""

import errno
import sys

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpResponse, HttpResponseBadRequest
from django.template import loader
from django.utils.translation import get_language_from_path, override
from django.views import defaults
from django.views.decorators.csrf import requires_csrf_token

RETRY_AFTER = 15  # seconds
#: A disk, or a user's share of it, that is full; a disk gone read-only.
NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EFBIG, errno.EIO}


def bad_request(request, exception):
    # Without the request: one for a host that is not ours makes no link of this page.
    return HttpResponseBadRequest(_page("400.html", request))


@requires_csrf_token
def server_error(request):
    if not is_passing(sys.exc_info()[1]):
        return defaults.server_error(request)
    # Without the request: nothing of this page may ask the database who is signed in.
    return HttpResponse(
        _page("503.html", request),
        status=503,
        headers={"Retry-After": str(RETRY_AFTER), "Cache-Control": "no-store"},
    )


def _page(template, request):
    """In the language of the address: it may be that nothing has looked at it yet."""
    language = get_language_from_path(request.path_info) or settings.LANGUAGE_CODE
    with override(language):
        return loader.render_to_string(template)


def is_passing(error: BaseException | None) -> bool:
    """Whether the same request may well succeed later, with nobody mending the code."""
    if isinstance(error, OSError):
        return error.errno in NO_ROOM
    return isinstance(error, OperationalError | InterfaceError)

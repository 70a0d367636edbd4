"""Public pages, kept until what they show changes.

A page is named by its address and the version of the public content
(`content_version`); that name is its ETag and its key in the cache. So nothing is ever
thrown out by hand, and a change, an unpublishing above all, is seen with the next
request. Proxies may keep a page for SHARED_SECONDS.

Only for visitors without a session, and only what no view has marked otherwise: a
response that has a Cache-Control of its own, sets a cookie or depends on one is passed
on as it is. The language is part of the address, so pages vary by nothing else.
"""

from hashlib import sha256

from django.conf import settings
from django.core.cache import cache
from django.http import HttpResponse, HttpResponseNotModified
from django.utils.cache import cc_delim_re
from django.utils.http import parse_etags

from .content_version import content_version

SHARED_SECONDS = 10
KEPT_SECONDS = 60 * 60
#: Larger pages are made anew, and so are those with longer queries.
LARGEST, LONGEST_QUERY = 1 << 20, 200
PUBLIC = f"public, max-age=0, s-maxage={SHARED_SECONDS}"


def page_cache(get_response):
    def middleware(request):
        if not settings.PAGE_CACHE or request.method not in ("GET", "HEAD"):
            return get_response(request)
        if settings.SESSION_COOKIE_NAME in request.COOKIES:
            return _private(get_response(request))
        # Before the page is made: a change meanwhile then has another name.
        name = _name(request)
        etag = f'W/"{name}"'
        if etag in parse_etags(request.headers.get("If-None-Match", "")):
            return HttpResponseNotModified(
                headers={"ETag": etag, "Cache-Control": PUBLIC}
            )
        if kept := cache.get(name):
            content, headers = kept
            return HttpResponse(content, headers=headers)
        response = get_response(request)
        if _is_public(response):
            _mark(response, etag)
            if _is_to_be_kept(request, response):
                kept = (response.content, dict(response.headers))
                cache.set(name, kept, KEPT_SECONDS)
        return response

    return middleware


def _name(request) -> str:
    """The address, whole and checked against ALLOWED_HOSTS, and the version."""
    address = f"{request.scheme}://{request.get_host()}{request.get_full_path()}"
    return sha256(f"{content_version()} {address}".encode()).hexdigest()[:40]


def _private(response):
    """What somebody who may be signed in gets is kept by no proxy."""
    response.headers.setdefault("Cache-Control", "private, max-age=0")
    return response


def _is_public(response) -> bool:
    return (
        response.status_code == 200
        and not response.cookies
        and not response.has_header("Cache-Control")
        and "cookie" not in _varied(response)
    )


def _mark(response, etag):
    others = [name for name in _varied(response) if name != "accept-language"]
    if others:
        response.headers["Vary"] = ", ".join(others)
    elif response.has_header("Vary"):
        del response.headers["Vary"]
    response.headers["ETag"] = etag
    response.headers["Cache-Control"] = PUBLIC


def _is_to_be_kept(request, response) -> bool:
    return (
        request.method == "GET"
        and not response.streaming
        and len(response.content) <= LARGEST
        and len(request.META.get("QUERY_STRING", "")) <= LONGEST_QUERY
    )


def _varied(response) -> list[str]:
    named = cc_delim_re.split(response.headers.get("Vary", ""))
    return [name.lower() for name in named if name]

"""A public page that did not change, against an empty view behind the same middleware.

python -m benchmarks.pages postgresql|sqlite [--rounds 400] [--cities 50]

CPU time of this process, so that neighbours on the machine do not count. Asked is the
list of partners: again with its ETag (304), again without (from the cache), and made
anew. The empty view is asked with nothing kept, so it goes all the way.
"""

import time
from io import BytesIO

from .databases import arguments, database

EMPTY = "/empty/"
PAGE = "/cities/"


def environ(path, etag=""):
    asked = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": path,
        "QUERY_STRING": "",
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "443",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.url_scheme": "https",
        "wsgi.input": BytesIO(),
    }
    return asked | ({"HTTP_IF_NONE_MATCH": etag} if etag else {})


def ask(application, path, etag=""):
    """The status and the headers; the body is read to its end."""
    answered = {}

    def start_response(status, headers, exc_info=None):
        answered["status"], answered["headers"] = status, dict(headers)

    response = application(environ(path, etag), start_response)
    b"".join(response)
    response.close()
    return answered["status"], answered["headers"]


def cpu(action, rounds):
    """Microseconds of CPU for each, the best of five."""
    best = float("inf")
    for _ in range(5):
        start = time.process_time()
        for _ in range(rounds):
            action()
        best = min(best, time.process_time() - start)
    return best / rounds * 1e6


def main():
    given = arguments(__doc__, rounds=400, cities=50)
    with database(given.engine):
        from django.conf import settings
        from django.core.wsgi import get_wsgi_application
        from django.http import HttpResponse
        from django.urls import path

        from kashan_diplomacy import urls
        from tests.factories import make_agreement

        settings.ALLOWED_HOSTS = ["localhost"]
        settings.STORAGES["staticfiles"]["BACKEND"] = (
            "django.contrib.staticfiles.storage.StaticFilesStorage"
        )
        urls.urlpatterns.append(path("empty/", lambda request: HttpResponse("")))
        for _ in range(given.cities):
            make_agreement()
        application = get_wsgi_application()

        settings.PAGE_CACHE = False
        assert ask(application, EMPTY)[0].startswith("200")  # noqa: S101
        empty = cpu(lambda: ask(application, EMPTY), given.rounds)
        made = cpu(lambda: ask(application, PAGE), given.rounds // 20)
        settings.PAGE_CACHE = True
        _status, headers = ask(application, PAGE)
        etag = headers["ETag"]
        assert ask(application, PAGE, etag)[0].startswith("304")  # noqa: S101
        unchanged = cpu(lambda: ask(application, PAGE, etag), given.rounds)
        kept = cpu(lambda: ask(application, PAGE), given.rounds)

    print(f"empty view      {empty:8.0f} µs of CPU ({given.engine})")
    print(f"304             {unchanged / empty:8.2f} x")
    print(f"from the cache  {kept / empty:8.2f} x")
    print(f"made anew       {made / empty:8.2f} x ({given.cities} partners)")


if __name__ == "__main__":
    main()

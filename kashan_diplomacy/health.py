"""/healthz and /readyz, for whatever restarts this process or sends it requests.

They are answered before any other middleware: a probe comes over plain HTTP, under
the machine's address instead of our name, and has no session. Neither tells more than
which check failed; the reason is in the log.

Alive means: this process answers. Ready means: it can serve people, so a proxy may
send it requests. Somebody who restarts the program because its database is away makes
nothing better, hence the two.
"""

import logging
import shutil
from functools import cache
from pathlib import Path

from django.conf import settings
from django.core.files.storage import FileSystemStorage, default_storage
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpResponseNotAllowed, JsonResponse

from budget import triggers

from . import content_triggers

logger = logging.getLogger(__name__)

#: Bytes. Less would not hold a day's uploads and a backup being written.
LEAST_FREE = 256 * 1024 * 1024


def health(get_response):
    answers = {"/healthz": alive, "/readyz": ready}

    def middleware(request):
        answer = answers.get(request.path_info)
        if answer is None:
            return get_response(request)
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET", "HEAD"])
        response = answer()
        response.headers["Cache-Control"] = "no-store"
        return response

    return middleware


def alive():
    return JsonResponse({"status": "ok"})


def ready():
    """503 unless all checks hold; each by its name as ok or failed."""
    checks = {name: _holds(check) for name, check in CHECKS.items()}
    held = all(checks.values())
    said = {name: "ok" if holds else "failed" for name, holds in checks.items()}
    return JsonResponse(
        {"status": "ok" if held else "failed"} | said, status=200 if held else 503
    )


def _holds(check):
    try:
        wrong = check()
    except Exception:  # whatever it is, this process is not ready
        logger.exception("Not ready: %s", check.__name__)
        return False
    if wrong:
        logger.error("Not ready: %s: %s", check.__name__, wrong)
    return not wrong


def database():
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def migrations():
    """Those this program knows and the database has not had.

    Ones that the database has had and this program does not know are no fault: a newer
    version is being rolled out beside it.
    """
    applied = MigrationRecorder(connection).applied_migrations()
    return sorted(_known_migrations() - applied.keys())


@cache
def _known_migrations():
    return frozenset(MigrationLoader(None).graph.nodes)


def both_kinds_of_triggers():
    return [*triggers.missing(connection), *content_triggers.missing(connection)]


def disk():
    """The directories with too little room left for what is written to them."""
    return [
        str(path)
        for path in _written_to()
        if shutil.disk_usage(_existing(path)).free < LEAST_FREE
    ]


def _written_to():
    if isinstance(default_storage, FileSystemStorage):
        yield Path(settings.MEDIA_ROOT)
    if connection.vendor == "sqlite" and not connection.is_in_memory_db():
        yield Path(connection.settings_dict["NAME"]).parent


def _existing(path):
    """`path`, or what of it is there: uploads make their directory when they come."""
    return path if path.exists() else _existing(path.parent)


CHECKS = {
    "database": database,
    "migrations": migrations,
    "triggers": both_kinds_of_triggers,
    "disk": disk,
}

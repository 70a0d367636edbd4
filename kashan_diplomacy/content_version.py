"""The version of everything the public sees, in one cheap query.

It is made of the token that triggers renew (`content_triggers`), the head of each
year's chain, today's date, because pages speak of today, and the code itself.

Read it *before* what it is to stand for: what is then shown is as new or newer, and is
read again as soon as the version moves on.
"""

from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection
from django.utils import timezone

_QUERY = """
    SELECT token FROM kashan_diplomacy_contentversion
    UNION ALL
    SELECT (SELECT digest FROM budget_entry
            WHERE fiscal_year_id = budget_fiscalyear.id
            ORDER BY seq DESC LIMIT 1)
    FROM budget_fiscalyear
"""
_CODE = ("kashan_diplomacy", "agreements", "budget", "templates", "static")


def content_version() -> str:
    """Hexadecimal; another one after every change, whoever made it and however."""
    found = sorted(filter(None, _tokens()))
    found += [timezone.localdate().isoformat(), code_version()]
    return sha256("\n".join(found).encode()).hexdigest()[:32]


def _tokens() -> list[str]:
    """The query is its own health check: a connection that was cut is made anew."""
    connection.health_check_done = True
    try:
        return _read()
    except (InterfaceError, OperationalError):
        if connection.in_atomic_block:
            raise
        connection.close()
        return _read()


def _read() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(_QUERY)
        return [token for (token,) in cursor.fetchall()]


def code_version() -> str:
    """Of the files the pages are made by; the same in every process that runs them."""
    if settings.DEBUG:  # templates are edited while the program runs
        _code_version.cache_clear()
    return _code_version()


@lru_cache(maxsize=1)
def _code_version() -> str:
    digest = sha256()
    for name in _CODE:
        for path in sorted(Path(settings.BASE_DIR, name).rglob("*.*")):
            if path.suffix != ".pyc" and path.is_file():
                stat = path.stat()
                digest.update(f"{path}{stat.st_size}{stat.st_mtime_ns}".encode())
    return digest.hexdigest()

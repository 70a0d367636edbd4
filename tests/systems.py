"""Whole systems beside the test's own: a new database, a directory for uploads."""

import contextlib
import os
import subprocess
import sys
import uuid
from dataclasses import dataclass, field

from django.conf import settings
from django.db import connection


@dataclass
class System:
    """Where a program runs: started with its own database, as production would be."""

    database_url: str
    media: str
    environment: dict = field(default_factory=dict)

    @property
    def variables(self):
        return {
            "PATH": os.environ["PATH"],
            "DJANGO_SETTINGS_MODULE": "kashan_diplomacy.settings",
            "ENV_FILE": os.devnull,
            "SECRET_KEY": "a-system-of-a-test-0123456789-abcdefghijklmnopqrstuvwxyz",
            "ALLOWED_HOSTS": "127.0.0.1,localhost",
            "HTTPS": "False",
            "REQUIRE_OTP": "False",  # these tests are about machines, not about people
            "DATABASE_URL": self.database_url,
            "MEDIA_ROOT": self.media,
        } | self.environment

    def manage(self, *arguments):
        """Run manage.py; returns what it said, fails the test if it failed."""
        done = self.try_manage(*arguments)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def try_manage(self, *arguments):
        command = [
            sys.executable,
            settings.BASE_DIR / "manage.py",
            *map(str, arguments),
        ]
        return subprocess.run(
            command, env=self.variables, capture_output=True, text=True, check=False
        )

    def python(self, code):
        """Run Python with Django set up; returns what it printed."""
        return self.manage("shell", "--no-imports", "--command", code)


def database_url(name=None):
    """Of the test's own database, or another of the same server, for a new process."""
    name = name or connection.settings_dict["NAME"]
    if connection.vendor == "sqlite":
        return f"sqlite:///{name}"
    base, _, options = os.environ["DATABASE_URL"].partition("?")
    return f"{base.rpartition('/')[0]}/{name}?{options}"


@contextlib.contextmanager
def new_system(directory):
    """A system with an empty database of the engine under test; gone afterwards."""
    name = f"system_{uuid.uuid4().hex}"
    media = str(directory / f"{name}-uploads")
    if connection.vendor == "sqlite":
        yield System(database_url(directory / f"{name}.sqlite3"), media)
        return
    with _server() as server:
        server.execute(f'CREATE DATABASE "{name}"')
    try:
        yield System(database_url(name), media)
    finally:
        with _server() as server:
            server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def _server():
    import psycopg

    return psycopg.connect(os.environ["DATABASE_URL"], autocommit=True)

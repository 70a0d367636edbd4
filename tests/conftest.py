"""Settings for the tests, and `--postgres` to run them on a real PostgreSQL.

Django is set up here: pytest-django, told the settings module by pyproject.toml, would
read the settings before the database is chosen.
"""

import os
import tempfile

import django
import pytest
from django.conf import settings
from django.utils import translation

from tests.postgres import start_postgres


def pytest_addoption(parser):
    parser.addoption(
        "--postgres", action="store_true", help="run on a throwaway PostgreSQL server"
    )


def is_worker(config):
    """One of the processes that pytest-xdist hands the tests out to."""
    return hasattr(config, "workerinput")


def pytest_configure(config):
    if config.getoption("numprocesses", None) and not is_worker(config):
        return  # it hands the tests out, and its workers would inherit its settings
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "kashan_diplomacy.settings",
        "ENV_FILE": os.devnull,  # nobody's own .env changes a test
        "DEBUG": "True",  # plain HTTP, no collectstatic; pytest-django turns it off
        "DATABASE_URL": "sqlite://:memory:",
    }
    directory = tempfile.TemporaryDirectory(prefix="kashan-")
    config.add_cleanup(directory.cleanup)
    os.environ["MEDIA_ROOT"] = f"{directory.name}/media"
    if config.getoption("postgres"):
        os.environ["DATABASE_URL"], stop = start_postgres()
        config.add_cleanup(stop)
    else:
        # In a file: threads of one test each connect to it, as they would in use.
        name = f"{directory.name}/test.sqlite3"
        settings.DATABASES["default"]["TEST"] = {"NAME": name}
    _do_not_wait_for_the_disk(settings.DATABASES["default"]["OPTIONS"])
    # The tests of the lock-out turn it on; force_login() elsewhere does without.
    settings.AXES_ENABLED = False
    # A page read twice is made twice; the tests of the page cache turn it on.
    settings.PAGE_CACHE = False
    django.setup()


def _do_not_wait_for_the_disk(options):
    """No test of these cuts the power."""
    if "init_command" in options:
        options["init_command"] = options["init_command"].replace("FULL", "OFF")
    else:
        options["options"] = "-c synchronous_commit=off"


@pytest.fixture(autouse=True, scope="session")
def _append_only_tables_can_be_emptied():
    """After a test with real transactions Django empties the tables, which the
    ledger's triggers forbid; post_migrate, part of that, puts them back."""
    from django.db import connection
    from django.test import TransactionTestCase

    from budget import triggers

    empty = TransactionTestCase._fixture_teardown

    def without_triggers(self):
        triggers.remove(connection)
        empty(self)

    TransactionTestCase._fixture_teardown = without_triggers
    yield
    TransactionTestCase._fixture_teardown = empty


def pytest_report_header(config):
    return f"database: {'postgresql' if config.getoption('postgres') else 'sqlite'}"


@pytest.fixture(autouse=True)
def _language_of_the_program():
    """A page in English leaves its language to whatever the thread does next."""
    translation.deactivate()

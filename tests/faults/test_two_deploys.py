"""Two machines are updated at the same moment: both migrate, neither fails."""

import subprocess
import sys

import pytest
from django.conf import settings

from tests.systems import new_system

pytestmark = pytest.mark.django_db

DEPLOYS = 3


def test_migrating_at_once_succeeds_for_all(tmp_path):
    with new_system(tmp_path) as system:
        for _empty_then_migrated in range(2):
            command = [sys.executable, settings.BASE_DIR / "manage.py", "migrate"]
            running = [
                subprocess.Popen(
                    command,
                    env=system.variables,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.STDOUT,
                    text=True,
                )
                for _ in range(DEPLOYS)
            ]
            said = [process.communicate()[0] for process in running]
            assert [p.returncode for p in running] == [0] * DEPLOYS, said
        system.manage("check", "--database", "default", "--fail-level", "WARNING")
        assert "[ ]" not in system.manage("showmigrations")

"""Write a backup: one file, made while everybody goes on working."""

import hashlib
import os
from datetime import UTC, datetime
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from kashan_diplomacy import backup


class Command(BaseCommand):
    help = "Write rows and uploads into one new file, readable by you alone."
    requires_system_checks = []  # a backup is never needed more than when they fail

    def add_arguments(self, parser):
        parser.add_argument("directory", type=Path, help="Where the file is to go.")

    def handle(self, directory, **options):
        directory.mkdir(parents=True, exist_ok=True)
        moment = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
        path = directory / f"kashan-diplomacy-{moment}.zip"
        if path.exists():
            raise CommandError(f"{path} is there already.")
        unfinished = path.with_suffix(".unfinished")
        try:
            manifest = _write(unfinished)
            unfinished.rename(path)
        finally:
            unfinished.unlink(missing_ok=True)
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        self.stdout.write(f"{digest}  {path}")
        if lost := manifest["missing_uploads"]:
            raise CommandError(
                f"The backup is complete but for {len(lost)} uploads that are not"
                f" stored any more: {', '.join(lost)}"
            )


def _write(path):
    """To the disk itself, not just to the machine's memory."""
    opened = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(opened, "wb") as file:
        manifest = backup.write(file)
        file.flush()
        os.fsync(file.fileno())
    return manifest

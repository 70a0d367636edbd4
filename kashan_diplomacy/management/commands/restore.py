"""Put a backup into an empty system and prove that everything came back."""

import zipfile
from pathlib import Path

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from kashan_diplomacy import backup


class Command(BaseCommand):
    help = (
        "Restore a backup into a new database, which it migrates as far as this version"
        " goes; refuses to overwrite anything."
    )
    requires_system_checks = []  # there is no database to check yet

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)

    def handle(self, file, **options):
        try:
            with zipfile.ZipFile(file) as archive:
                manifest = backup.restore(archive)
        except (OSError, zipfile.BadZipFile, backup.BackupError) as error:
            raise CommandError(f"{file}: {error}") from error
        call_command("migrate", skip_checks=True, verbosity=0)
        call_command("rebuild_search", verbosity=0)
        call_command("verify_ledger", stdout=self.stdout)
        self.stdout.write(
            f"Restored what was backed up at {manifest['made_at']}:"
            f" {len(manifest['rows'])} tables, {len(manifest['uploads'])} uploads."
        )
        if lost := manifest["missing_uploads"]:
            raise CommandError(f"Not in the backup were these: {', '.join(lost)}")

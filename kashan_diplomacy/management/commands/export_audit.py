"""Write a fiscal year as a package that an auditor can recompute."""

from hashlib import sha256
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from budget.models import FiscalYear
from kashan_diplomacy.audit.package import package_name, write_package


class Command(BaseCommand):
    help = "Write a year's lists, journal, closings and a verifier as one zip file."

    def add_arguments(self, parser):
        parser.add_argument("year", type=int, help="A Jalali year, such as 1401.")
        parser.add_argument("--out", type=Path, default=Path(), help="A directory.")

    def handle(self, year, out, **options):
        fiscal_year = FiscalYear.objects.filter(year=year).first()
        if fiscal_year is None:
            raise CommandError(_("There is no fiscal year %s.") % year)
        out.mkdir(parents=True, exist_ok=True)
        path = out / f"{package_name(fiscal_year)}.zip"
        with path.open("wb") as file:
            write_package(fiscal_year, file)
        with path.open("rb") as file:
            digest = sha256()
            while chunk := file.read(1 << 20):
                digest.update(chunk)
        self.stdout.write(f"{digest.hexdigest()}  {path}")

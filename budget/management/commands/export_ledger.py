"""Write a year's ledger as a plain-text accounting journal to standard output."""

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from budget.journal import journal
from budget.models import FiscalYear


class Command(BaseCommand):
    help = "Write a year's ledger as a journal that hledger and ledger read."

    def add_arguments(self, parser):
        parser.add_argument("year", type=int, help="A Jalali year, such as 1401.")
        parser.add_argument("--format", choices=["journal"], default="journal")

    def handle(self, year, **options):
        fiscal_year = FiscalYear.objects.filter(year=year).first()
        if fiscal_year is None:
            raise CommandError(_("There is no fiscal year %s.") % year)
        for text in journal(fiscal_year):
            self.stdout.write(text, ending="")

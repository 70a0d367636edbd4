"""Recompute the ledger and say what does not hold; exits with 1 if anything."""

from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from budget.models import FiscalYear
from budget.triggers import missing
from budget.verification import verify


class Command(BaseCommand):
    help = "Recompute chain, balances, numbers, dates and closings from the rows."

    def add_arguments(self, parser):
        parser.add_argument(
            "years", nargs="*", type=int, help="Jalali years; all of them when none."
        )

    def handle(self, years, **options):
        chosen = FiscalYear.objects.order_by("year")
        if years:
            chosen = chosen.filter(year__in=years)
            unknown = set(years) - set(chosen.values_list("year", flat=True))
            if unknown:
                raise CommandError(_("There is no fiscal year %s.") % min(unknown))
        findings = [_("The trigger %s is missing.") % n for n in missing(connection)]
        with transaction.atomic():
            # Locked, so that the rows are those of one moment while others post.
            for year in chosen.select_for_update():
                findings += self.verified(year)
        if findings:
            raise CommandError("\n".join(findings))

    def verified(self, year):
        """Print what can be compared with paper; return what is wrong, as text."""
        head = year.entries.order_by("-seq").first()
        count = head.seq if head else 0
        self.stdout.write(
            ngettext(
                "%(year)s: %(count)s entry, head %(head)s",
                "%(year)s: %(count)s entries, head %(head)s",
                count,
            )
            % {"year": year.year, "count": count, "head": head.digest if head else "-"}
        )
        return [f"{year.year}/{finding}" for finding in verify(year)]

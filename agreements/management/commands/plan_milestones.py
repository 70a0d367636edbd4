from django.core.management.base import BaseCommand
from django.db import transaction

from agreements.models import Obligation


class Command(BaseCommand):
    help = (
        "Plans the milestones of promises that repeat, to the end of each agreement's"
        " current term. Run it daily: it extends what was renewed and doubles nothing."
    )

    @transaction.atomic
    def handle(self, **options):
        planned = Obligation.objects.plan()
        self.stdout.write(f"Planned {planned} new milestones.")

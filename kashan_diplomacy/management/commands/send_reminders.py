"""Mail everybody what newly needs them. Meant to run once a day.

Each person is told of an item once in each of its stages. What was due while the
command did not run is told when it runs again, since it asks "not yet told", not "due
today". Telling and remembering stand or fall together: a mail that could not be handed
over is tried again the next day.
"""

from smtplib import SMTPException

from django.conf import settings
from django.contrib.auth.models import User
from django.core.mail import send_mail
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import ngettext

from agreements.models import Reminder
from kashan_diplomacy.desk import all_items
from kashan_diplomacy.templatetags.persian import digits
from kashan_diplomacy.todo import Staff


class Command(BaseCommand):
    help = "Mail everybody what newly needs them, once per item and stage."

    def add_arguments(self, parser):
        parser.add_argument(
            "--dry-run",
            action="store_true",
            help="Say who would be told of what; mail and remember nothing.",
        )

    def handle(self, dry_run, **options):
        self.on = timezone.localdate()
        failed = []
        with translation.override(settings.LANGUAGE_CODE):
            for user, items in self.per_person():
                if not user.email:
                    self.stdout.write(f"{user}: no e-mail address, not told.")
                    continue
                try:
                    told = self.tell(user, items, dry_run)
                except (SMTPException, OSError) as error:
                    failed.append(f"{user}: {error}")
                else:
                    if told:
                        self.say(user, told, dry_run)
        if failed:
            raise CommandError("Not told, to be tried again:\n" + "\n".join(failed))

    def per_person(self):
        staff, found = Staff(), {}
        for item in all_items(self.on):
            for user in staff.of(item):
                if user.has_perm(item.permission):
                    found.setdefault(user, []).append(item)
        return found.items()

    @transaction.atomic
    def tell(self, user, items, dry_run):
        """Those of `items` that the user was not told of yet, told now."""
        # Locked, so that two runs at once do not both tell.
        User.objects.select_for_update().get(pk=user.pk)
        known = set(
            Reminder.objects.filter(user=user).values_list("item", "stage").order_by()
        )
        new = [item for item in items if (item.key, item.stage) not in known]
        if new and not dry_run:
            Reminder.objects.bulk_create(
                Reminder(user=user, item=item.key, stage=item.stage, told_on=self.on)
                for item in new
            )
            self.mail(user, new)
        return new

    def mail(self, user, items):
        subject = ngettext(
            "%(number)s thing needs you", "%(number)s things need you", len(items)
        )
        context = {"user": user, "items": items, "site": settings.SITE_URL}
        send_mail(
            subject % {"number": digits(len(items))},
            render_to_string("mail/reminder.txt", context),
            None,
            [user.email],
        )

    def say(self, user, items, dry_run):
        verb = "would be told of" if dry_run else "told of"
        self.stdout.write(f"{user} {verb} {len(items)}:")
        for item in items:
            self.stdout.write(f"  {item.key} ({item.stage.value}) {item.what}")

import secrets

from django.conf import settings
from django.contrib.auth.models import Group, User
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.urls import reverse

#: User name → role (none: superuser), first name, last name.
USERS = {
    "diplomacy": ("diplomacy_officer", "کارشناس", "روابط بین‌الملل (نمونه)"),
    "budget": ("budget_officer", "کارشناس", "مالی (نمونه)"),
    "head": ("head", "مدیر", "مرکز (نمونه)"),
    "auditor": ("auditor", "حسابرس", "(نمونه)"),
    "admin": (None, "مدیر", "سامانه (نمونه)"),
}


class Command(BaseCommand):
    help = (
        "Makes one user for each role, and a superuser, to try the program with. Shows"
        " the generated passwords once; run again, it changes nothing."
    )

    def handle(self, *args, **options):
        if not settings.DEBUG:
            raise CommandError("Demo users are for trials only: DEBUG is off.")
        with transaction.atomic():
            rows = [
                (name, role or "superuser", _create(name, role, *names))
                for name, (role, *names) in USERS.items()
                if not User.objects.filter(username=name).exists()
            ]
        if rows:
            self._show(rows)
        if len(rows) < len(USERS):
            made = [name for name, *_rest in rows]
            known = ", ".join(name for name in USERS if name not in made)
            self.stdout.write(
                f"Demo users that exist already: {known}. New password for one of them:"
                " manage.py changepassword <name>"
            )

    def _show(self, rows):
        self.stdout.write(f"Log in at {reverse('admin:index')} (shown only this once):")
        for row in [("name", "role", "password"), *rows]:
            self.stdout.write("  {:<10} {:<18} {}".format(*row))


def _create(username, role, first_name, last_name):
    password = secrets.token_urlsafe(12)
    user = User.objects.create_user(
        username,
        password=password,
        first_name=first_name,
        last_name=last_name,
        is_staff=True,
        is_superuser=role is None,
    )
    if role:
        user.groups.add(Group.objects.get(name=role))
    return password

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError

from kashan_diplomacy.admin_sign_ins import take_away
from kashan_diplomacy.models import CodeReset


class Command(BaseCommand):
    help = (
        "Takes away the sign-in code of a user, such as the only superuser, who lost"
        " telephone and backup codes. Leaves a trace among the code resets."
    )

    def add_arguments(self, parser):
        parser.add_argument("username")
        parser.add_argument("--reason", required=True)

    def handle(self, *args, username, reason, **options):
        user = User.objects.filter(username=username).first()
        if user is None:
            raise CommandError(f"There is no user {username}.")
        take_away(CodeReset.objects.create(user=user, reason=reason))
        self.stdout.write(f"{username} sets up a new code at the next sign-in.")

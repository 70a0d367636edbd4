from django.apps import AppConfig
from django.core.checks import register
from django.db import connections
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _

from kashan_diplomacy.triggers import TAG

from . import triggers


class BudgetConfig(AppConfig):
    name = "budget"
    verbose_name = _("Budget")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        post_migrate.connect(_install_triggers, sender=self)
        register(triggers.check_triggers, TAG)


def _install_triggers(using, **kwargs):
    triggers.install(connections[using])

from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps
from django.contrib.auth import apps as auth_apps
from django.core.checks import register
from django.db import connections
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class KashanDiplomacyConfig(AppConfig):
    name = "kashan_diplomacy"
    verbose_name = _("Kashan city diplomacy")

    def ready(self):
        from . import content_triggers
        from .access import trace
        from .roles import apply_roles
        from .triggers import TAG

        trace.connect()
        register(content_triggers.check_triggers, TAG)
        post_migrate.connect(_install_content_triggers, sender=self)
        # Once a migrate, when "auth" reports: by then there are groups.
        post_migrate.connect(apply_roles, sender=self.apps.get_app_config("auth"))


def _install_content_triggers(using, **kwargs):
    from . import content_triggers

    content_triggers.install(connections[using])


class KashanAdminConfig(admin_apps.AdminConfig):
    """Takes the place of django.contrib.admin, so `admin.site` is ours."""

    default = False  # "kashan_diplomacy" alone names the configuration above
    verbose_name = _("Log")
    default_site = "kashan_diplomacy.admin.KashanAdminSite"

    def ready(self):
        from . import admin_display

        admin_display.install()
        super().ready()
        # After Django's own admin of users and groups, which it replaces.
        from . import admin_access, admin_sign_ins  # noqa: F401


class AccessConfig(auth_apps.AuthConfig):
    """Takes the place of django.contrib.auth, for a name that staff understand."""

    default = False
    verbose_name = _("Access")

from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps
from django.utils.translation import gettext_lazy as _


class KashanDiplomacyConfig(AppConfig):
    name = "kashan_diplomacy"
    verbose_name = _("Kashan city diplomacy")


class KashanAdminConfig(admin_apps.AdminConfig):
    """Takes the place of django.contrib.admin, so `admin.site` is ours."""

    default = False  # "kashan_diplomacy" alone names the configuration above
    default_site = "kashan_diplomacy.admin.KashanAdminSite"

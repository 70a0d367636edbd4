from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig
from django.utils.translation import gettext_lazy as _


class KashanDiplomacyConfig(AppConfig):
    name = "kashan_diplomacy"
    verbose_name = _("Kashan city diplomacy")


class KashanAdminConfig(AdminConfig):
    """Takes the place of django.contrib.admin, so `admin.site` is ours."""

    default_site = "kashan_diplomacy.admin.KashanAdminSite"

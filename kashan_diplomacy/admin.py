from django.contrib import admin
from django.utils.translation import gettext_lazy as _


class KashanAdminSite(admin.AdminSite):
    site_title = _("Kashan city diplomacy")
    site_header = _("Kashan city diplomacy")
    index_title = _("Partnerships and what they cost")

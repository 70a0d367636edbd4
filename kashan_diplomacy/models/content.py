"""What the public sees, as a whole."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ContentVersion(models.Model):
    """The one row that names the state of all that the public sees.

    Triggers write a new random `token` with every change (`content_triggers`): never
    twice the same, not even when an older copy of the database is put back.
    """

    token = models.CharField(_("token"), max_length=32)

    class Meta:
        verbose_name = _("version of the public content")
        verbose_name_plural = _("versions of the public content")
        ordering = ["pk"]
        default_permissions = ()

    def __str__(self):
        return self.token

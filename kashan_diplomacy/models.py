"""Who took what out of the program.

A table of this package, not of an app: whoever keeps the records of an app sees all
of that app, and this log is for the head and the auditors alone (`roles.OVERSIGHT`).
"""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Download(models.Model):
    """A file that somebody asked for, written by `downloads` alone.

    The row is there before the first byte leaves; the digest of what was sent comes
    with the last one. A download that was broken off has none.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("user"),
    )
    name = models.CharField(_("list"), max_length=60)
    asked = models.TextField(
        _("asked for"),
        blank=True,
        help_text=_("The filter, or the numbers of the rows; empty: everything."),
    )
    started_at = models.DateTimeField(_("started at"), default=timezone.now)
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)
    size = models.PositiveBigIntegerField(_("size in bytes"), null=True, blank=True)
    sha256 = models.CharField(_("SHA-256"), max_length=64, blank=True)

    class Meta:
        verbose_name = _("download")
        verbose_name_plural = _("log of downloads")
        ordering = ["-pk"]
        default_permissions = ("view",)
        constraints = [
            models.CheckConstraint(
                condition=Q(finished_at=None, size=None, sha256="")
                | Q(finished_at__isnull=False, size__isnull=False) & ~Q(sha256=""),
                name="download_finished_has_digest",
                violation_error_message=_(
                    "A download that was finished has its size and its digest."
                ),
            ),
        ]

    def __str__(self):
        return self.name


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

"""Who took what out of the program, and who brought what in.

Tables of this package, not of an app: whoever keeps the records of an app sees all
of that app, and these logs are for the head and the auditors alone (`roles.OVERSIGHT`).
"""

from pathlib import PurePath

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .fields import CanonicalCharField

_COUNTED = ("added", "changed", "unchanged")


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


def import_path(row, name):
    return f"imports/{row.sha256}{PurePath(name).suffix.lower()}"


class ImportQuerySet(models.QuerySet):
    def waiting(self):
        """Uploaded, and neither carried out nor discarded."""
        return self.filter(carried_out_at=None)


class Import(models.Model):
    """A spreadsheet that somebody uploaded, and what was made of it.

    The file is kept: it is what the records rest on. One that was never carried out
    may be discarded.
    """

    kind = models.CharField(_("list"), max_length=60)
    name = CanonicalCharField(_("file name"), max_length=255)
    file = models.FileField(_("file"), upload_to=import_path, max_length=255)
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("uploaded by"),
    )
    uploaded_at = models.DateTimeField(_("uploaded at"), default=timezone.now)
    carried_out_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("carried out by"),
    )
    carried_out_at = models.DateTimeField(_("carried out at"), null=True, blank=True)
    added = models.PositiveIntegerField(_("added"), null=True, blank=True)
    changed = models.PositiveIntegerField(_("changed"), null=True, blank=True)
    unchanged = models.PositiveIntegerField(_("unchanged"), null=True, blank=True)

    objects = ImportQuerySet.as_manager()

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("log of imports")
        ordering = ["-pk"]
        default_permissions = ("view",)
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    carried_out_at=None,
                    carried_out_by=None,
                    **dict.fromkeys(_COUNTED),
                )
                | Q(
                    carried_out_at__isnull=False,
                    carried_out_by__isnull=False,
                    **{f"{name}__isnull": False for name in _COUNTED},
                ),
                name="import_carried_out_is_counted",
                violation_error_message=_(
                    "An import that was carried out says by whom, when and how many"
                    " rows."
                ),
            ),
        ]

    def __str__(self):
        return self.name

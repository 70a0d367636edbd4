"""Who brought what into the program."""

from pathlib import PurePath

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kashan_diplomacy.fields import CanonicalCharField

_COUNTED = ("added", "changed", "unchanged")


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

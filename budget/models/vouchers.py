import uuid
from pathlib import PurePath

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from kashan_diplomacy.fields import CanonicalCharField
from kashan_diplomacy.uploads import validate_upload

from .closings import sha256
from .expenses import Expense


def voucher_path(voucher: "Voucher", name: str) -> str:
    """A name of our own: the uploader's may hold anything."""
    return f"vouchers/{uuid.uuid4()}{PurePath(name).suffix.lower()}"


class Voucher(models.Model):
    """A bill or receipt that shows what an expense was for."""

    expense = models.ForeignKey(
        Expense,
        on_delete=models.PROTECT,
        related_name="vouchers",
        verbose_name=_("expense"),
    )
    file = models.FileField(
        _("file"), upload_to=voucher_path, validators=[validate_upload]
    )
    name = CanonicalCharField(_("name"), max_length=150)
    sha256 = models.CharField(_("SHA-256"), max_length=64, editable=False)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("uploaded by"),
        editable=False,
    )
    uploaded_at = models.DateTimeField(_("uploaded at"), auto_now_add=True)

    class Meta:
        verbose_name = _("voucher")
        verbose_name_plural = _("vouchers")
        ordering = ["expense", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["expense", "sha256"],
                name="voucher_once_per_expense",
                violation_error_message=_("This file is already there."),
            ),
        ]

    def __str__(self):
        return self.name

    def save(self, *args, **kwargs):
        if self._state.adding:
            self.sha256 = sha256(self.file.read())
            self.file.seek(0)
        super().save(*args, **kwargs)

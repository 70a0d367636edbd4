import hashlib

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kashan_diplomacy.templatetags.persian import digits

from .plan import PAYMENT_PERIOD, FiscalYear


class Closing(models.Model):
    """A month of a year's books, closed for good; written by `budget.closing` alone.

    `month` 1 to 12 are the months of the fiscal year. 13 is the payment period after
    it, up to 15 Ordibehesht: closing that closes the year, with its settlement. The
    files are kept as they were on that day, and served so.
    """

    fiscal_year = models.ForeignKey(
        FiscalYear,
        on_delete=models.PROTECT,
        related_name="closings",
        verbose_name=_("fiscal year"),
    )
    month = models.PositiveSmallIntegerField(_("month"))
    last_seq = models.PositiveIntegerField(_("last entry number"))
    digest = models.CharField(_("digest of the last entry"), max_length=64, blank=True)
    entries_csv = models.BinaryField(_("entries"))
    entries_sha256 = models.CharField(_("SHA-256 of the entries"), max_length=64)
    settlement_csv = models.BinaryField(_("settlement"), default=b"")
    settlement_sha256 = models.CharField(
        _("SHA-256 of the settlement"), max_length=64, blank=True
    )
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="closings",
        verbose_name=_("closed by"),
    )
    closed_at = models.DateTimeField(_("closed at"))

    class Meta:
        verbose_name = _("period close")
        verbose_name_plural = _("period closes")
        ordering = ["-fiscal_year__year", "-month"]
        default_permissions = ("view",)
        permissions = [("close_period", _("Can close months and years"))]
        constraints = [
            models.UniqueConstraint(
                fields=["fiscal_year", "month"],
                name="closing_once_a_month",
                violation_error_message=_("This month is already closed."),
            ),
            models.CheckConstraint(
                condition=Q(month__range=(1, PAYMENT_PERIOD)),
                name="closing_month_of_the_year",
                violation_error_message=_("There is no such month."),
            ),
        ]

    def __str__(self):
        return digits(f"{self.fiscal_year}/{self.month:02}")

    def files_are_intact(self) -> bool:
        """Whether the stored files still have the digests they were stored with."""
        files = [(self.entries_csv, self.entries_sha256)]
        if self.month == PAYMENT_PERIOD:
            files.append((self.settlement_csv, self.settlement_sha256))
        return all(sha256(stored) == digest for stored, digest in files)


def sha256(content: bytes) -> str:
    """The SHA-256 of a file's bytes, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()

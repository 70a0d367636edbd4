"""Who came in, whose code was reset, and who took what out of the program.

Tables of this package, not of an app: whoever keeps the records of an app sees all
of that app, and these logs are for the head and the auditors alone (`roles.OVERSIGHT`).
"""

from axes.models import AccessFailureLog, AccessLog
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .fields import CanonicalCharField


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


class SignIn(AccessLog):
    """A sign-in, as axes records it."""

    class Meta:
        proxy = True
        verbose_name = _("sign-in")
        verbose_name_plural = _("sign-ins")
        ordering = ["-pk"]
        default_permissions = ("view",)

    def __str__(self):
        return self.username or "—"


class SignInFailure(AccessFailureLog):
    """A wrong password or code, as axes records it; the last of five locks out."""

    class Meta:
        proxy = True
        verbose_name = _("failed sign-in")
        verbose_name_plural = _("failed sign-ins and lock-outs")
        ordering = ["-pk"]
        default_permissions = ("view",)

    def __str__(self):
        return self.username or "—"


class CodeReset(models.Model):
    """That somebody's sign-in code was taken away, by whom and why."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("user"),
    )
    reason = CanonicalCharField(
        _("reason"),
        max_length=300,
        help_text=_("Such as: telephone lost, reported in person on that day."),
    )
    reset_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("reset by"),
        help_text=_("Empty: on the server's command line."),
    )
    reset_at = models.DateTimeField(_("reset at"), default=timezone.now)

    class Meta:
        verbose_name = _("code reset")
        verbose_name_plural = _("code resets")
        ordering = ["-pk"]
        default_permissions = ("view", "add")
        constraints = [
            models.CheckConstraint(
                condition=Q(reset_by=None) | ~Q(reset_by=F("user")),
                name="code_reset_by_another_person",
                violation_error_message=_("Another person resets your code."),
            ),
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="code_reset_has_reason",
                violation_error_message=_("Say why the code is reset."),
            ),
        ]

    def __str__(self):
        return str(self.user)


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


class BinaryOrderField(models.CharField):
    """Text compared byte by byte, so that all that begins alike stands together."""

    def db_parameters(self, connection):
        binary = "C" if connection.vendor == "postgresql" else None
        return super().db_parameters(connection) | {"collation": binary}


class SearchTail(models.Model):
    """A text of a row from one of its letters on, as `search_index` writes it.

    What is typed is found by the tails that begin with it, in one look-up of an index.
    A tail whose row is gone finds nothing, since the rows themselves are asked last.
    """

    class Place(models.IntegerChoices):
        """Where in the text the tail begins; in the order of how good a find it is."""

        START = 0
        WORD = 1
        PART = 2

    LENGTH = 40

    model = models.CharField(max_length=60)
    row_id = models.BigIntegerField()
    place = models.PositiveSmallIntegerField(choices=Place.choices)
    tail = BinaryOrderField(max_length=LENGTH)

    class Meta:
        default_permissions = ()
        ordering = ["model", "row_id", "place", "tail"]
        indexes = [
            models.Index(fields=["model", "place", "tail"], name="search_by_tail"),
            models.Index(fields=["model", "row_id", "tail"], name="search_by_row"),
        ]

    def __str__(self):
        return self.tail

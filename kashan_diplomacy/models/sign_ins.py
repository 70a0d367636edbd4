"""Who came in, who failed to, and whose code was reset."""

from axes.models import AccessFailureLog, AccessLog
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kashan_diplomacy.fields import CanonicalCharField


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

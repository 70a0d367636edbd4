"""What a person was told of the to-do list, and the address of their calendar."""

import hashlib
import hmac
import secrets

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kashan_diplomacy.todo import Stage


class Reminder(models.Model):
    """A person was told of an item in a stage: once, however often they are told on.

    The to-do list itself is computed and stored nowhere; `item` is an item's key.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="reminders",
        verbose_name=_("user"),
    )
    item = models.CharField(_("item"), max_length=80)
    stage = models.CharField(_("stage"), max_length=10, choices=Stage.choices)
    told_on = models.DateField(_("told on"))

    class Meta:
        verbose_name = _("reminder")
        verbose_name_plural = _("reminders")
        ordering = ["-told_on", "-pk"]
        default_permissions = ("view",)
        constraints = [
            models.UniqueConstraint(
                fields=["user", "item", "stage"],
                name="reminder_once_per_item_and_stage",
                violation_error_message=_("This person was already told."),
            ),
        ]

    def __str__(self):
        return f"{self.user}: {self.item}"


class CalendarFeedQuerySet(models.QuerySet):
    def of_token(self, token: str):
        """The feed with this token, of a user who may still come in; or None.

        Found by the token's digest, so that neither the time a look-up takes nor a
        stolen database tells a token.
        """
        digest = _digest(token)
        feed = self.filter(digest=digest, user__is_active=True).first()
        return feed if feed and hmac.compare_digest(feed.digest, digest) else None


class CalendarFeed(models.Model):
    """The secret address of a person's calendar; only its digest is kept."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="calendar_feed",
        verbose_name=_("user"),
    )
    digest = models.CharField(_("SHA-256 of the token"), max_length=64, unique=True)
    made_at = models.DateTimeField(_("made at"), default=timezone.now)

    objects = CalendarFeedQuerySet.as_manager()

    class Meta:
        verbose_name = _("calendar feed")
        verbose_name_plural = _("calendar feeds")
        ordering = ["user"]
        default_permissions = ()

    def __str__(self):
        return str(self.user)

    @classmethod
    def make(cls, user) -> str:
        """A new token for `user`; an earlier one opens nothing any more."""
        token = secrets.token_urlsafe(32)
        values = {"digest": _digest(token), "made_at": timezone.now()}
        cls.objects.update_or_create(user=user, defaults=values)
        return token


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()

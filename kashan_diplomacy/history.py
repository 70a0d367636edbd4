"""The history of edits: every version of a row, who saved it, when and why.

Written by each `save()`; `update()` and `bulk_*()` slip past it and are never used on
tracked models. The reason is `row.change_reason`, set before saving.
"""

from django.db import models
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords


class History(HistoricalRecords):
    def __init__(self, excluded_fields=()):
        """`excluded_fields` are written by the program alone: no edit of anybody's."""
        super().__init__(
            history_change_reason_field=models.TextField(blank=True, default=""),
            excluded_fields=list(excluded_fields),
        )

    def get_meta_options(self, model):
        """Nobody writes history by hand, so there is no right to."""
        names = {
            name: format_lazy(_("versions of {}"), getattr(model._meta, name))
            for name in ("verbose_name", "verbose_name_plural")
        }
        only_seen = {"default_permissions": ("view",)}
        return super().get_meta_options(model) | names | only_seen

    def get_change_reason_for_object(self, instance, history_type, using):
        return getattr(instance, "change_reason", "")


def current_user():
    """Who is logged in behind the request being answered; None outside of one."""
    request = getattr(History.context, "request", None)
    user = getattr(request, "user", None)
    return user if user and user.is_authenticated else None

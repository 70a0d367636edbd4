"""What the admin's own log calls a row: the same, whoever did something to it."""

from django.conf import settings
from django.utils.translation import override


def in_language_of_log():
    """Within it rows are called as the log calls them: it is searched and downloaded,
    and one row must not have two names there."""
    return override(settings.LANGUAGE_CODE)


class Logs:
    """Mixed into every admin. Messages stay in the language of who did it."""

    def log_addition(self, request, obj, message):
        message = _settled(message)
        with in_language_of_log():
            return super().log_addition(request, obj, message)

    def log_change(self, request, obj, message):
        message = _settled(message)
        with in_language_of_log():
            return super().log_change(request, obj, message)

    def log_deletions(self, request, queryset):
        with in_language_of_log():
            return super().log_deletions(request, queryset)


def _settled(message):
    return message if isinstance(message, list) else str(message)

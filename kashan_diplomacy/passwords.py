"""Django's rule on the length of passwords, saying its number in the page's digits."""

from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError

from .templatetags.persian import digits


class MinimumLengthValidator(password_validation.MinimumLengthValidator):
    def validate(self, password, user=None):
        try:
            super().validate(password, user)
        except ValidationError as error:
            raise ValidationError(digits(error.message), code=error.code) from error

    def get_help_text(self):
        return digits(super().get_help_text())

"""Model fields: one spelling of text, Gregorian dates, integer rials.

What is stored is plain; Persian stays at the edges, in the form fields that these
model fields bring along.
"""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models.lookups import In
from django.utils.translation import gettext_lazy as _

from . import forms, jalali
from .persian import canonical, search_key, sort_key


class CanonicalMixin:
    """Text in its one spelling however it comes in; empty text is "", never NULL."""

    def to_python(self, value: Any) -> Any:
        return _canonical(super().to_python(value))

    def get_prep_value(self, value: Any) -> Any:
        return _canonical(super().get_prep_value(value))

    def formfield(self, **kwargs: Any) -> Any:
        return super().formfield(**{"form_class": forms.CanonicalCharField, **kwargs})

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        value = _canonical(super().pre_save(model_instance, add))
        setattr(model_instance, self.attname, value)
        return value


def _canonical(value: Any) -> Any:
    if value is None:
        return ""
    return canonical(value) if isinstance(value, str) else value  # an expression


class CanonicalCharField(CanonicalMixin, models.CharField):
    pass


class CanonicalTextField(CanonicalMixin, models.TextField):
    pass


def validate_day(value: date) -> None:
    """Keep out the Gregorian date 1404-01-15, which is a Jalali one misread."""
    if not jalali.FIRST_DAY <= value <= jalali.LAST_DAY:
        raise ValidationError(
            _("The date is outside the Jalali years 1300 to 1500."), code="range"
        )


class DateField(models.DateField):
    """A day, stored Gregorian and typed Jalali."""

    default_validators = [validate_day]

    def formfield(self, **kwargs: Any) -> Any:
        # The stock admin hands over its own widget, a Gregorian calendar.
        kwargs["widget"] = forms.JalaliDateInput
        return super().formfield(**{"form_class": forms.JalaliDateField, **kwargs})


class RialField(models.BigIntegerField):
    """An amount in rial, typed in toman."""

    def formfield(self, **kwargs: Any) -> Any:
        # The stock admin hands over its own widget, a number of rials.
        kwargs["widget"] = forms.TomanInput
        kwargs |= {"form_class": forms.TomanField, "min_value": self._least()}
        # Past BigIntegerField, which adds limits that the form field does not take.
        return super(models.BigIntegerField, self).formfield(**kwargs)

    def _least(self) -> int:
        """0, or what a MinValueValidator of the model asks for."""
        limits = [
            v.limit_value for v in self.validators if type(v) is MinValueValidator
        ]
        return max(0, *limits)


class SortKeyField(models.CharField):
    """The Persian alphabetical order of the text in ``source``, for ORDER BY.

    Written on each save; a save with ``update_fields`` must name it.
    """

    def __init__(self, *args: Any, source: str, **kwargs: Any) -> None:
        self.source = source
        defaults = {
            "verbose_name": _("sort key"),
            "max_length": 400,
            "editable": False,
            "blank": True,
        }
        super().__init__(*args, **(defaults | kwargs))

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, kwargs | {"source": self.source}

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        key = sort_key(getattr(model_instance, self.source))[: self.max_length]
        setattr(model_instance, self.attname, key)
        return key


class SearchTextField(models.TextField):
    """The search keys of the texts in ``sources``, one to a line.

    Filter with ``__contains=search_key(typed)``. Written on each save; a save with
    ``update_fields`` must name it.
    """

    def __init__(self, *args: Any, sources: tuple[str, ...], **kwargs: Any) -> None:
        self.sources = tuple(sources)
        defaults = {
            "verbose_name": _("search text"),
            "editable": False,
            "blank": True,
        }
        super().__init__(*args, **(defaults | kwargs))

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, kwargs | {"sources": self.sources}

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        texts = [getattr(model_instance, source) for source in self.sources]
        key = "\n".join(filter(None, map(search_key, texts)))
        setattr(model_instance, self.attname, key)
        return key


@models.IntegerField.register_lookup
class AmongWithinRange(In):
    """`__in`, as Django's own: a number that no row can hold is not among the rows.

    Django says so of equality; in lists SQLite raises OverflowError of such a number,
    which anybody may send as the key of a choice.
    """

    def get_prep_lookup(self) -> Any:
        sought = super().get_prep_lookup()
        if not isinstance(sought, list):  # a query
            return sought
        return [
            each
            for each in sought
            if not isinstance(each, int) or -(2**63) <= each < 2**63
        ]

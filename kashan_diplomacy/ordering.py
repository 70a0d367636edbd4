"""Persian alphabetical order in lists, on screen and in the database.

Names that are sorted all the time keep a key (`SortKeyField`). For titles, which are
sorted when somebody asks for it, the database makes one as it goes.
"""

from functools import reduce

from django.contrib.admin.options import BaseModelAdmin
from django.db.models import F, Func, Value
from django.db.models.functions import Replace
from django_countries.fields import CountryField

from .persian import HALF_SPACE, sort_key

#: Comes after every letter that can follow the one before it.
_AFTER = "\u06ff"
#: The letters that do not stand in Persian order in Unicode, put where they belong.
_MOVED = (
    *((HALF_SPACE, ""), ("أ", "ا"), ("ؤ", "و"), ("ئ", "ی")),
    *(("پ", f"ب{_AFTER}"), ("چ", f"ج{_AFTER}"), ("ژ", f"ز{_AFTER}")),
    *(("ک", f"ق{_AFTER}"), ("گ", f"ق{_AFTER * 2}"), ("ه", f"و{_AFTER}")),
)


class _ByCodePoint(Func):
    """Compared letter by letter, whatever the language of the database."""

    template = "%(expressions)s"
    arity = 1

    def as_postgresql(self, compiler, connection, **context):
        return self.as_sql(
            compiler, connection, template='(%(expressions)s) COLLATE "C"', **context
        )


def in_persian_order(name):
    """The field's text in an expression to order by."""
    return _ByCodePoint(
        reduce(
            lambda text, pair: Replace(text, Value(pair[0]), Value(pair[1])),
            _MOVED,
            F(name),
        )
    )


class SortsCountries(BaseModelAdmin):
    """Mixed into an admin or an inline: countries are chosen from in Persian order."""

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if isinstance(db_field, CountryField):
            field.choices = sorted(field.choices, key=_blank_first)
        return field


def _blank_first(choice):
    code, name = choice
    return bool(code), sort_key(str(name))

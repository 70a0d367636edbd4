"""What a spreadsheet may hold: its columns, and the form that judges a row."""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models
from django_countries import fields as country_fields

from kashan_diplomacy.exports import Export
from kashan_diplomacy.fields import DateField, RialField

from . import cells
from .constraints import validate_constraints
from .reading import MOST_ROWS

_NUMBERS = (models.IntegerField, models.FloatField, models.DecimalField)


def row_field(db_field, **kwargs):
    """The form field that reads a model field's cells."""
    has_default = bool(db_field.choices) and db_field.has_default()
    common = {
        "required": not db_field.blank and not has_default,
        "label": db_field.verbose_name,
        "help_text": kwargs.get("help_text", db_field.help_text),
    }
    if isinstance(db_field, models.ManyToManyField):
        return cells.ReferencesField(model=db_field.related_model, **common)
    if isinstance(db_field, models.ForeignKey):
        return cells.ReferenceField(model=db_field.related_model, **common)
    if isinstance(db_field, country_fields.CountryField):
        return cells.CountryField(**common)
    if db_field.choices:
        return cells.ChoiceField(choices=db_field.choices, **common)
    if isinstance(db_field, DateField):
        return cells.DayField(**common)
    if isinstance(db_field, RialField):
        return cells.AmountField(**common)
    if isinstance(db_field, models.BooleanField):
        return cells.YesNoField(**common | {"required": False})
    if isinstance(db_field, _NUMBERS):
        is_whole = isinstance(db_field, models.IntegerField)
        return cells.NumberField(is_whole=is_whole, **common)
    return db_field.formfield(**kwargs)


class SharedFields(dict):
    """Fields that the forms of a run share: to copy them for each row, as Django does,
    would take a third of the time. A form changes none of them."""

    def __deepcopy__(self, memo):
        return self.copy()


class RowForm(forms.ModelForm):
    """One row. `fields` are those of `Sheet.fields()`; `present` are the columns there.

    A new row is judged by all its fields; of a recorded one only those that the file
    has a column for are touched. `derived` are required fields that the form fills in
    where the file does not. `shared` is what `gather()` found before the first row.
    """

    derived = ()

    class Meta:
        formfield_callback = row_field

    def __init__(
        self, data, instance, *, fields, present, uploaded_by=None, shared=None
    ):
        self.base_fields = fields
        super().__init__(data, instance=instance)
        instance.validate_constraints = partial(validate_constraints, instance)
        instance.clean_fields = self._clean_fields_of_instance
        self.shared = shared
        self.is_new = instance._state.adding
        self.uploaded_by = uploaded_by
        if not self.is_new:
            for name in self.fields.keys() - present:
                del self.fields[name]

    @classmethod
    def gather(cls):
        """What all rows of a run are judged by, read once."""

    def _clean_fields_of_instance(self, exclude=None):
        """What was found among choices or rows is not looked for there again."""
        found = (cells.ChoiceField, cells.ReferenceField)
        chosen = {name for name, each in self.fields.items() if isinstance(each, found)}
        type(self.instance).clean_fields(self.instance, chosen.union(exclude or ()))

    @classmethod
    def follow(cls, forms, by):
        """What comes of newly saved rows besides themselves, on behalf of `by`."""

    def _save_m2m(self):
        """As ModelForm's, without looking for what a new row cannot have."""
        for relation in self.instance._meta.many_to_many:
            if relation.name in self.fields:
                chosen = self.cleaned_data[relation.name]
                related = getattr(self.instance, relation.name)
                if not self.is_new:
                    related.set(chosen)
                elif chosen:
                    related.add(*chosen)

    def validate_unique(self):
        """Done by the sheet's keys, for all rows at once."""

    def _get_validation_exclusions(self):
        """Also constraints on fields that the form lacks are judged."""
        return super()._get_validation_exclusions() & set(self.fields)

    def _update_errors(self, errors):
        """What the model says of a field without a column is said of the row."""
        if hasattr(errors, "error_dict"):
            told = {}
            for name, each in errors.error_dict.items():
                place = name if name in self.fields else NON_FIELD_ERRORS
                told.setdefault(place, []).extend(each)
            errors = ValidationError(told)
        super()._update_errors(errors)


@dataclass(frozen=True)
class Column:
    """A field of the form, under the headers that it may have in the file."""

    name: str
    field: forms.Field
    headers: tuple[str, ...]
    is_required: bool

    @property
    def header(self) -> str:
        """The one that the template has."""
        is_read_last = (cells.AmountField, cells.ReferenceField)
        return self.headers[-1 if isinstance(self.field, is_read_last) else 0]


def _headers(name, form_field):
    if isinstance(form_field, cells.ReferencesField):
        return (name,)
    if isinstance(form_field, cells.ReferenceField):
        return (f"{name}_id", name)
    if isinstance(form_field, cells.DayField):
        return (name, f"{name}_jalali")
    if isinstance(form_field, cells.AmountField):
        return (f"{name}_rial", f"{name}_toman")
    return (name,)


@dataclass(frozen=True)
class Sheet:
    """A list that can be imported, with the columns of its `export`.

    `keys` are the fields by which a row is known to be the same, however it is spelt;
    each alone suffices. `names` gives the names that a referred row answers to. With
    `books`, rows post to the ledger: what one person uploads another carries out. The
    rows of other sheets are saved many at a time: nothing but the keys and what their
    form `gather()`s sets one against another, and saving one does no more than
    `saving.save_all()` does.
    """

    export: Export
    form: type[RowForm]
    keys: tuple[tuple[str, ...], ...]
    names: dict[type[models.Model], Callable[[Any], list[Any]]] = field(
        default_factory=dict
    )
    books: bool = False

    @property
    def most_rows(self) -> int:
        """Fewer where each row is posted: nobody else can, meanwhile."""
        return 1_000 if self.books else MOST_ROWS

    @property
    def name(self) -> str:
        return self.export.name

    @property
    def model(self) -> type[models.Model]:
        return self.export.model

    @property
    def title(self) -> Any:
        return self.export.title

    @property
    def columns(self) -> list[Column]:
        return [
            Column(
                name,
                each,
                _headers(name, each),
                each.required and name not in self.form.derived,
            )
            for name, each in self.form.base_fields.items()
        ]

    def may_upload(self, user) -> bool:
        meta = self.model._meta
        return user.has_perms(
            f"{meta.app_label}.{verb}_{meta.model_name}" for verb in ("add", "change")
        )

    def may_carry_out(self, user) -> bool:
        return (
            user.has_perm("budget.post_expense")
            if self.books
            else self.may_upload(user)
        )

    def fields(self) -> SharedFields:
        """The form's fields for one run: they find what a row refers to in what is
        recorded now. Another thread may be importing the same list."""
        fields = SharedFields(deepcopy(self.form.base_fields))
        indexes: dict[type[models.Model], cells.Index] = {}
        for each in fields.values():
            if isinstance(each, cells.ReferenceField):
                if each.model not in indexes:
                    names = self.names.get(each.model, lambda row: [row])
                    rows = each.model._default_manager.select_related()
                    indexes[each.model] = cells.Index(rows, names)
                each.index = indexes[each.model]
        return fields

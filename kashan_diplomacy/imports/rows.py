"""The rows of a table judged one by one, and saved: all of them or none."""

from collections import defaultdict
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django.contrib.admin.models import ADDITION, CHANGE, LogEntry
from django.core.exceptions import (
    NON_FIELD_ERRORS,
    FieldDoesNotExist,
    ValidationError,
)
from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext as _
from django_countries.fields import Country

from kashan_diplomacy.admin_display import display_for_field
from kashan_diplomacy.admin_log import in_language_of_log
from kashan_diplomacy.events import tell_published
from kashan_diplomacy.names import listed
from kashan_diplomacy.persian import ascii_digits, search_key
from kashan_diplomacy.templatetags.persian import digits

from .saving import save_all
from .table import ID

NEW, CHANGED, UNCHANGED, REFUSED = OUTCOMES = ("new", "changed", "unchanged", "refused")
_PUBLISHING = "published_on"
LONGEST_ID = 19  # digits of a 64-bit number; Python refuses to read thousands
#: Rows saved at a time.
MANY = 500


@dataclass
class Problem:
    """Why a row is refused; `label` and `header` name the column at fault, if any."""

    message: str
    label: Any = ""
    header: str = ""


@dataclass
class Row:
    number: int
    outcome: str = NEW
    title: str = ""
    problems: list[Problem] = field(default_factory=list)
    changes: list[tuple[Any, Any, Any]] = field(default_factory=list)
    publishes: bool = False  # or takes from the public
    instance: Any = None

    def refuse(self, *problems):
        self.outcome = REFUSED
        self.problems += problems


class Refused(Exception):
    """Nothing was saved; the rows say why."""


class Run:
    """One passage through a table, on behalf of `by`, of what `uploaded_by` brought.

    `saving` says whether rows are saved as they are judged, in the transaction of the
    caller.
    """

    def __init__(self, sheet, table, *, by, uploaded_by, reason, saving):
        self.sheet, self.table = sheet, table
        self.by, self.uploaded_by, self.reason = by, uploaded_by, reason
        self.saving = saving
        self.columns = {column.name: column for column in sheet.columns}
        self.fields = sheet.fields()
        self.key_fields = {name for names in sheet.keys for name in names}
        self.stored, self.by_key = {}, defaultdict(set)
        self.seen = {}
        self._load()
        self.shared = sheet.form.gather()
        self.rows, self.pending = [], []
        for number, read in table.rows:
            self.rows.append(Row(number))
            self._judge(self.rows[-1], read)
        self._save_pending()

    @property
    def counts(self):
        return {
            outcome: sum(row.outcome == outcome for row in self.rows)
            for outcome in OUTCOMES
        }

    def _load(self):
        """What is recorded already, with the keys that it is known by."""
        meta = self.sheet.model._meta
        read = set(self.columns)
        to_one = [f.name for f in meta.fields if f.is_relation and f.name in read]
        to_many = [f.name for f in meta.many_to_many if f.name in read]
        rows = self.sheet.model._default_manager.prefetch_related(*to_many)
        for row in rows.select_related(*to_one) if to_one else rows:
            self.stored[row.pk] = row
            for names in self.sheet.keys:
                values = [_attribute(row, name) for name in names]
                if key := _key(names, values):
                    self.by_key[key].add(row.pk)

    def _judge(self, row, read):
        keys = self._keys(read)
        instance = self._instance(row, read.pop(ID), keys)
        if row.problems:
            return
        form = self._form(read, instance)
        before = {} if form.is_new else _values(form)
        was_published_on = getattr(instance, _PUBLISHING, None)
        if not form.is_valid():
            row.refuse(*self._problems(form))
            return
        row.instance, row.title = form.instance, str(form.instance)
        row.publishes = getattr(instance, _PUBLISHING, None) != was_published_on
        if not form.is_new:
            row.changes = _changes(form, before)
            row.outcome = CHANGED if row.changes else UNCHANGED
            if row.changes and self.sheet.books:
                text = _("This is recorded already, and an import does not change it.")
                row.refuse(Problem(text))
        if self.saving and row.outcome in (NEW, CHANGED):
            if self.sheet.books:
                self._save(row, form)
            else:
                self.pending.append((row, form))
        if len(self.pending) == MANY:
            self._save_pending()

    def _keys(self, read):
        """The keys of the row, of the cells that can be read."""
        cleaned = {}
        for name in self.key_fields:
            try:
                cleaned[name] = self.fields[name].clean(read.get(name))
            except ValidationError:
                cleaned[name] = ""
        keys = (_key(ns, [cleaned[n] for n in ns]) for ns in self.sheet.keys)
        return list(filter(None, keys))

    def _instance(self, row, number, keys):
        """The recorded row that is meant, or a new one; problems where unclear."""
        for key in keys:
            if key in self.seen:
                text = _("The same as row %(number)s of this file.")
                row.refuse(Problem(text % {"number": digits(self.seen[key])}))
                return None
        self.seen |= dict.fromkeys(keys, row.number)
        meant = set().union(*(self.by_key.get(key, ()) for key in keys))
        if number:
            is_id = number.isdecimal() and len(number) <= LONGEST_ID
            pk = int(ascii_digits(number)) if is_id else None
            if pk not in self.stored:
                row.refuse(Problem(_("No row has this id."), header=ID))
                return None
            if meant - {pk}:
                row.refuse(Problem(_("Another row already has this name."), header=ID))
            meant = {pk}
        if len(meant) > 1:
            text = _("It could be several of the recorded rows. Give the id.")
            row.refuse(Problem(text))
        return self.stored[meant.pop()] if meant else self.sheet.model()

    def _form(self, read, instance):
        return self.sheet.form(
            {
                name: cells
                for name, cells in read.items()
                if not _is_default(instance, name, cells)
            },
            instance,
            fields=self.fields,
            present=self.table.present,
            uploaded_by=self.uploaded_by,
            shared=self.shared,
        )

    def _problems(self, form):
        for name, messages in form.errors.items():
            column = self.columns.get(name)
            for message in messages:
                if name == NON_FIELD_ERRORS or not column:
                    yield Problem(message)
                else:
                    yield Problem(message, column.field.label, column.header)

    def _save_pending(self):
        """Many rows at a time; one by one if the database refuses any, to say which."""
        pending, self.pending = self.pending, []
        try:
            with transaction.atomic():
                save_all([form for _row, form in pending], self.reason, self.by)
                new = [form for _row, form in pending if form.is_new]
                self.sheet.form.follow(new, self.by)
        except IntegrityError:
            for row, form in pending:
                if form.is_new:
                    row.instance.pk, row.instance._state.adding = None, True
                self._save(row, form)

    def _save(self, row, form):
        form.instance.change_reason = self.reason
        try:
            with transaction.atomic():
                form.save()
                if form.is_new:
                    form.follow([form], self.by)
        except ValidationError as error:
            row.refuse(*map(Problem, error.messages))
        except IntegrityError as error:
            text = _("The database refuses this row: it contradicts another.")
            row.refuse(Problem(text))
            raise Refused(self.rows) from error

    def log(self):
        """Enter what was added and changed in the admin's own log; tell of what was
        published, once it is stored."""
        for outcome, flag in ((NEW, ADDITION), (CHANGED, CHANGE)):
            made = [row.instance for row in self.rows if row.outcome == outcome]
            if not made:
                continue
            with in_language_of_log():
                LogEntry.objects.log_actions(self.by.pk, made, flag, self.reason)
        for row in self.rows:
            if row.publishes:
                told = partial(tell_published, self.by, row.instance)
                transaction.on_commit(told)


def _attribute(row, name):
    field = row._meta.get_field(name)
    if isinstance(field, models.ForeignKey):
        return getattr(row, field.attname)
    return getattr(row, name)


def _key(names, values):
    """None where a text of it is missing: that alone makes nothing the same."""
    folded = [_folded(value) for value in values]
    return None if "" in folded else (names, *folded)


def _folded(value):
    if isinstance(value, models.Model):
        return value.pk
    if isinstance(value, Country):
        value = value.code
    return search_key(value) if isinstance(value, str) else value


def _is_default(instance, name, cells):
    """An empty cell of a new row leaves the field's default, where it has one."""
    if not instance._state.adding or any(cells):
        return False
    try:
        return instance._meta.get_field(name).has_default()
    except FieldDoesNotExist:
        return False


def _values(form):
    """What the form may change, as it stands."""
    values = {}
    for name in form._meta.fields:
        if name in form.fields:
            value = getattr(form.instance, name)
            is_many = isinstance(value, models.Manager)
            values[name] = list(value.all()) if is_many else value
    return values


def _changes(form, before):
    """(label, before, after) of each field that a valid form changes."""
    changes = []
    for name, old in before.items():
        many = isinstance(old, list)
        new = form.cleaned_data[name] if many else getattr(form.instance, name)
        if (set(old) != set(new)) if many else old != new:
            model_field = form.instance._meta.get_field(name)
            shown = [_shown(value, model_field) for value in (old, new)]
            changes.append((form.fields[name].label, *shown))
    return changes


def _shown(value, model_field):
    if isinstance(value, list):
        return listed(*map(str, value))
    if isinstance(value, models.Model):
        return str(value)
    return display_for_field(value, model_field, "—")

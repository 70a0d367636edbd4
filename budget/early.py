"""That no place falls below zero on any day, whatever the order entries come in.

An entry may be dated back as far as the books are open, but what it takes was there on
its day, and is not missed by what is dated later.
"""

import datetime
from collections import Counter
from collections.abc import Iterator
from itertools import accumulate

from django.db.models import Q, Sum
from django.utils.translation import gettext as _

from kashan_diplomacy.templatetags.persian import jalali, toman

from .models import BudgetLine, Entry, Expense, Place
from .rules import LedgerError, Movement


def check_day(
    steps: list[Movement], expense: Expense | None, day: datetime.date
) -> None:
    """Raise LedgerError "early" where `steps`, posted together and dated `day`, take
    what was not there yet. `expense` is the locked row, if they are of one."""
    line = steps[0].line
    for holder, place, asked in _taken(steps, expense, line):
        changes = _changes_after(day, line, place, expense if holder else None)
        if not changes:
            continue  # what is there now was there that day: it is looked at once
        now = getattr(holder or BudgetLine.objects.get(pk=line.pk), place)
        held = min(accumulate(changes, int.__sub__, initial=now))
        if held < asked <= now:
            raise _too_early(holder or line, place, held, asked, day)


def _taken(steps, expense, line) -> Iterator[tuple[Expense | None, Place, int]]:
    """Of the expense, or where it is None of the line: place and amount in rial."""
    taken: Counter[Place] = Counter()
    for step in steps:
        taken[step.from_place] += step.amount
        if not step.to_line:
            taken[step.to_place] -= step.amount
    for place, amount in taken.items():
        if amount > 0 and place == Place.AVAILABLE:
            yield None, place, amount
        elif amount > 0 and expense and place != Place.OUTSIDE:
            yield expense, place, amount


def _changes_after(day, line, place, expense) -> list[int]:
    """What later days changed in a place, the last day first, in rial."""
    later = Entry.objects.filter(
        Q(line=line) | Q(to_line=line),
        fiscal_year=line.fiscal_year_id,
        dated_on__gt=day,
    )
    if expense:
        later = later.filter(expense=expense)
    changes: Counter[datetime.date] = Counter()
    moved = ("dated_on", "line_id", "to_line_id", "from_place", "to_place")
    rows = later.order_by("-dated_on").values_list(*moved).annotate(Sum("amount"))
    for dated_on, from_line, to_line, source, target, amount in rows:
        if (source, from_line) == (place, line.pk):
            changes[dated_on] -= amount
        if (target, to_line or from_line) == (place, line.pk):
            changes[dated_on] += amount
    return list(changes.values())


def _too_early(holder, place, held, asked, day) -> LedgerError:
    return LedgerError(
        _(
            "%(holder)s: on %(day)s or a later day only %(held)s is %(place)s, asked"
            " %(asked)s. Give the entry a later date."
        ),
        code="early",
        params={
            "holder": holder,
            "place": place.label,
            "held": toman(max(held, 0)),
            "asked": toman(asked),
            "day": jalali(day),
        },
    )

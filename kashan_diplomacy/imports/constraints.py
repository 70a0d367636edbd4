"""A model's constraints, judged quickly for thousands of rows.

Django asks the database about each constraint of each row, which is most of the time
an import takes. What plainly holds is seen here; all else is left to Django, and the
database refuses what contradicts it in any case.
"""

from operator import eq, ge, gt, le, lt

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db.models import F, Q, UniqueConstraint

_COMPARED = {"exact": eq, "gt": gt, "gte": ge, "lt": lt, "lte": le}


def validate_constraints(row, exclude=None):
    """As Model.validate_constraints(), without what sets one row against another: a
    sheet's keys see to that, and what its form gathers."""
    problems = []
    for constraint in row._meta.constraints:
        if isinstance(constraint, UniqueConstraint) or _holds(
            constraint.condition, row
        ):
            continue
        try:
            constraint.validate(type(row), row, exclude=exclude)
        except ValidationError as error:
            problems += error.error_list
    if problems:
        raise ValidationError({NON_FIELD_ERRORS: problems})


def _holds(node, row):
    """Whether a condition certainly holds; False where that cannot be told."""
    try:
        return _truth(node, row) is True
    except (AttributeError, KeyError, TypeError):  # more than is understood here
        return False


def _truth(node, row):
    """True, False, or None for SQL's unknown."""
    if isinstance(node, tuple):
        return _compared(*node, row)
    found = [_truth(child, row) for child in node.children]
    decisive = node.connector == Q.OR
    truth = None if None in found else not decisive
    truth = decisive if decisive in found else truth
    return not truth if node.negated and truth is not None else truth


def _compared(lookup, wanted, row):
    name, _, operator = lookup.partition("__")
    held = getattr(row, name)
    if isinstance(wanted, F):
        wanted = getattr(row, wanted.name)
        if wanted is None:
            return None
    if operator == "isnull" or wanted is None:
        return (held is None) is (wanted is None or wanted)
    if held is None:
        return None
    if operator == "range":
        return wanted[0] <= held <= wanted[1]
    return _COMPARED[operator or "exact"](held, wanted)

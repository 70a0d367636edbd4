"""The repository's own rules, checked on its files and models."""

import ast
import re
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import models
from simple_history.models import HistoricalChanges

pytestmark = pytest.mark.once

ROOT = Path(settings.BASE_DIR)
PACKAGES = ("kashan_diplomacy", "agreements", "budget")
MODULES = [
    path
    for package in (*PACKAGES, "tests")
    for path in sorted((ROOT / package).rglob("*.py"))
    if "migrations" not in path.parts
]
OUR_MODELS = [
    model
    for name in PACKAGES[1:]
    for model in apps.get_app_config(name).get_models()
    if not issubclass(model, HistoricalChanges)  # made by the library, from ours
]


def tree(path):
    return ast.parse(path.read_text(encoding="utf-8"))


def imported(path):
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def test_agreements_never_imports_budget():
    for path in sorted((ROOT / "agreements").rglob("*.py")):
        reached = [name for name in imported(path) if name.split(".")[0] == "budget"]
        assert not reached, f"{path} imports {reached}"


def test_agreements_has_no_key_to_budget():
    for model in apps.get_app_config("agreements").get_models():
        for field in model._meta.get_fields():
            if field.related_model and not field.auto_created:
                assert field.related_model._meta.app_label != "budget", field


def test_only_the_ledger_creates_entries():
    making = re.compile(
        r"\bEntry\(|\bEntry\.objects\.(create|bulk_create|get_or_create|update)|\bentries\.(create|bulk_create|update)\("
    )
    for path in MODULES:
        if path.parts[-2:] == ("budget", "ledger.py") or "tests" in path.parts:
            continue
        source = path.read_text(encoding="utf-8").replace("class Entry(", "")
        assert not making.search(source), path


@pytest.mark.parametrize("model", OUR_MODELS, ids=lambda model: model.__name__)
def test_model_speaks_for_itself(model):
    assert model.__str__ is not models.Model.__str__
    assert model._meta.ordering
    for name in (model._meta.verbose_name, model._meta.verbose_name_plural):
        assert not isinstance(name, str), f"{name} is not translatable"
    for field in model._meta.fields:
        translatable = not isinstance(field.verbose_name, str)
        assert translatable or field.primary_key, f"{field} has no verbose name"


@pytest.mark.parametrize("model", OUR_MODELS, ids=lambda model: model.__name__)
def test_constraint_speaks_to_people(model):
    for constraint in model._meta.constraints:
        default = constraint.default_violation_error_message
        assert constraint.violation_error_message != default, constraint.name


@pytest.mark.django_db
def test_no_migration_is_pending():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


#: They travel alone, in the packages that they check: one file each.
STANDALONE = {"recompute.py", "verify.py"}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_module_stays_small(path):
    most = 500 if path.name in STANDALONE else 400
    assert len(path.read_text(encoding="utf-8").splitlines()) <= most
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.FunctionDef):
            length = node.end_lineno - node.lineno + 1
            assert length <= 50, f"{node.name} has {length} lines"


def test_persian_dates_are_parsed_in_one_place():
    """`persiantools` is known to `jalali.py` alone, and to its own test."""
    for path in MODULES:
        if "persiantools" in {name.split(".")[0] for name in imported(path)}:
            assert path.name in {"jalali.py", "test_jalali.py"}, path

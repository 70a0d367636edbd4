"""An auditor reads everything and changes nothing, at every address of the admin."""

import re

import pytest
from django.apps import apps
from django.contrib import admin
from django.urls import reverse

from agreements.models import Agreement
from budget.models import Entry, Voucher
from kashan_diplomacy.management.commands.load_kashan_1401 import Command
from tests.factories import make_expense, make_user, make_voucher

pytestmark = [pytest.mark.once, pytest.mark.django_db]

OUR_APPS = ("agreements", "budget", "auth", "admin")
#: Everybody's own: one's session and password, and the address of one's calendar.
OWN = {"login", "logout", "password_change", "password_change_done", "todo"}
METHODS = ("get", "post")  # others are refused to everybody: access/test_matrix.py


def patterns(urls, prefix=""):
    for pattern in urls:
        route = prefix + str(pattern.pattern)
        if hasattr(pattern, "url_patterns"):
            yield from patterns(pattern.url_patterns, route)
        elif pattern.name not in OWN and "(?P" not in route:
            yield route


def stored():
    """Every row of every table that holds records or rights."""
    return {
        model: sorted(map(repr, model.objects.values_list()))
        for label in OUR_APPS
        for model in apps.get_app_config(label).get_models(include_auto_created=True)
        if model.__name__ != "User" and hasattr(model, "objects")
    }


@pytest.fixture
def addresses():
    """Each address of the admin, once with a row that is there for each key."""
    Command().handle()
    make_voucher(make_expense())
    ids = {
        f"{model._meta.app_label}/{model._meta.model_name}/": model.objects.first()
        for model in admin.site._registry
    }
    found = []
    for route in patterns(admin.site.get_urls()):
        row = next((r for start, r in ids.items() if route.startswith(start)), None)
        key = str(row.pk) if row else "1"
        filled = re.sub(r"<int:year>", "1401", route)
        filled = re.sub(r"<slug:name>", "ledger", filled)
        filled = re.sub(r"<slug:which>|<str:which>|<which>", "entries", filled)
        found.append(reverse("admin:index") + re.sub(r"<[^>]*>", key, filled))
    return found


def test_auditor_changes_nothing_by_any_method_at_any_address(client, addresses):
    auditor = make_user(role="auditor")
    client.force_login(auditor)
    client.raise_request_exception = True
    before = stored()
    assert len(addresses) > 150
    answers = {}
    for address in addresses:
        for method in METHODS:
            answer = getattr(client, method)(address)
            getattr(answer, "getvalue", bytes)()
            answers[address, method] = answer.status_code
    assert {code for code in answers.values() if code >= 500} == set()
    assert stored() == before
    for (address, method), code in answers.items():
        if address.endswith(("/add/", "/delete/")):
            assert code == 403, (address, method)
        elif address.endswith("/change/") and method == "post":
            assert code in (403, 404, 302), address


def test_auditor_opens_every_list_and_every_row(client, addresses):
    client.force_login(make_user(role="auditor"))
    for model in admin.site._registry:
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        assert client.get(reverse(f"{name}_changelist")).status_code == 200, model
        if row := model.objects.first():
            page = client.get(reverse(f"{name}_change", args=[row.pk]))
            assert page.status_code == 200, model
            assert 'name="_save"' not in page.content.decode(), model


def test_auditor_deletes_nothing_by_an_action(client, addresses):
    client.force_login(make_user(role="auditor"))
    before = stored()
    for model in admin.site._registry:
        meta = model._meta
        url = reverse(f"admin:{meta.app_label}_{meta.model_name}_changelist")
        for action in admin.site._registry[model].actions or ():
            name = action if isinstance(action, str) else action.__name__
            _post(client, url, name, model)
        _post(client, url, "delete_selected", model)
    assert stored() == before
    assert Agreement.objects.exists()
    assert Entry.objects.exists()
    assert Voucher.objects.exists()


def _post(client, url, action, model):
    chosen = [str(pk) for pk in model.objects.values_list("pk", flat=True)[:3]]
    posted = {"action": action, "_selected_action": chosen, "post": "yes"}
    getattr(client.post(url, posted), "getvalue", bytes)()

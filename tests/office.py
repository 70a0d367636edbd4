"""An office at work: the facts of 1401 and a row of everything the admin lists."""

import datetime

from django.contrib import admin
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import User
from django.urls import reverse

from agreements.models import Agreement, Milestone
from budget.closing import close_month
from budget.models import Expense, FiscalYear
from kashan_diplomacy.admin import ReadOnly
from kashan_diplomacy.management.commands.load_kashan_1401 import Command
from kashan_diplomacy.models import Download
from tests.factories import (
    make_authorities,
    make_clearance,
    make_document,
    make_expense,
    make_user,
    make_voucher,
)

VIEWS_OF_A_ROW = ("change", "delete", "history")


def make_office():
    """A superuser who has done something to everything."""
    user = make_user("maryam", role="head", first_name="مریم", is_superuser=True)
    Command().handle()
    close_month(year=FiscalYear.objects.get(), month=1, by=user)
    paid = Expense.objects.first()
    make_voucher(paid)
    make_expense(line=paid.line, requested=1_000_000)
    pact = Agreement.objects.last()
    pact.text = make_document(pact)
    make_clearance(pact, make_authorities()[0])
    milestone = Milestone.objects.filter(met_on=None).first()
    milestone.due_on += datetime.timedelta(days=40)
    milestone.moved_reason = "به درخواست طرف مقابل"
    milestone.save()
    for number, each in enumerate(User.objects.filter(username__startswith="user")):
        each.username = f"کارمند {'abc'[number]}"  # names of the factories hold numbers
        each.save()
    Download.objects.create(user=user, name="ledger-1401.csv", asked="period=1401")
    for row in rows().values():
        LogEntry.objects.log_actions(
            user.pk, [row], CHANGE, [{"changed": {"fields": ["x"]}}], single_object=True
        )
    return user


def rows():
    """One row of each model that the admin lists, where there is one."""
    found = {model: model._default_manager.last() for model in admin.site._registry}
    return {model: row for model, row in found.items() if row}


def pages(views=("changelist", "add", *VIEWS_OF_A_ROW)):
    """The address of each of these pages of each model, where it has them."""
    for model, row in rows().items():
        is_fixed = isinstance(admin.site._registry[model], ReadOnly)
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        for view in views:
            if is_fixed and view in ("add", "delete"):
                continue
            args = [row.pk] if view in VIEWS_OF_A_ROW else []
            yield reverse(f"{name}_{view}", args=args)

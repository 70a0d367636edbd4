"""What a browser sends to the forms of the ledger's verbs, and what comes back."""

import uuid

from django.contrib.messages import get_messages
from django.urls import reverse

from budget import ledger
from budget.closing import close_month, close_year
from tests.factories import IN_1401, make_expense, make_user


def url(verb, row):
    return reverse(f"admin:budget_{row._meta.model_name}_{verb}", args=[row.pk])


def page_of(row):
    return reverse(f"admin:budget_{row._meta.model_name}_change", args=[row.pk])


def filled_in(amount="۱۰۰٬۰۰۰", **fields):
    """What a browser sends: 100,000 toman on 31 Tir 1401, unless told otherwise."""
    defaults = {
        "amount": amount,
        "dated_on": "۱۴۰۱/۰۴/۳۱",
        "document_number": "۱۲/الف",
        "memo": "",
        "token": str(uuid.uuid4()),
    }
    return defaults | fields


def said(response):
    """The messages that wait for the user."""
    return " ".join(map(str, get_messages(response.wsgi_request)))


def errors(response):
    return str(response.context["form"].errors)


def committed(amount=10_000_000, **fields):
    expense = make_expense(**fields)
    ledger.commit(expense=expense, amount=amount, by=make_user(), dated_on=IN_1401)
    expense.refresh_from_db()
    return expense


def close_whole(year):
    """All months, and then the year itself."""
    by = make_user()
    for month in range(1, 13):
        close_month(year=year, month=month, by=by)
    close_year(year=year, by=by)


def typed(expense, **fields):
    """What a browser sends from an expense's page, all fields editable."""
    empty = {"initial": "", "TOTAL_FORMS": "0", "INITIAL_FORMS": "0"}
    inlines = {
        f"{prefix}-{name}": value
        for prefix in ("entries", "vouchers", "vouchers-2")
        for name, value in empty.items()
    }
    shown = {
        "line": expense.line_id,
        "title": expense.title,
        "payee": expense.payee,
        "purpose": expense.purpose,
        "requested": "۱٬۰۰۰٬۰۰۰",
        "requested_on": "۱۴۰۱/۰۴/۳۱",
    }
    return inlines | shown | fields

"""Every address of the program, each filled in with a row that is there."""

from axes.models import AccessFailureLog, AccessLog
from django.contrib import admin
from django.contrib.admin.models import ADDITION, LogEntry
from django.core.files.base import ContentFile
from django.urls import get_resolver, reverse

from agreements.models import Agreement, Obligation, Theme
from budget import closing
from budget.models import Entry
from kashan_diplomacy.models import CodeReset, Download, Import
from tests import factories as make

OPEN_DATA = {
    "open_data_file": ["cities.csv"],
    "open_data_json": ["cities"],
    "open_data_rows": ["partners"],
}
#: The pages that each list of the admin has, with the row that each is about.
LIST_PAGES = {"changelist": False, "add": False, "csv": False}
ROW_PAGES = {"change": True, "history": True, "delete": True}
MODEL_PAGES = LIST_PAGES | ROW_PAGES


def named(patterns=None, namespace=""):
    """The name of every address that has one.

    Nameless in the admin are only redirections from addresses of older versions, and
    what answers "not found" to anything else.
    """
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        if hasattr(pattern, "url_patterns"):
            inner = f"{namespace}{pattern.namespace or ''}"
            inner += ":" if pattern.namespace else ""
            yield from named(pattern.url_patterns, inner)
        elif pattern.name:
            yield f"{namespace}{pattern.name}"


def models():
    """The lists of the admin, as addresses name them."""
    return {
        f"{model._meta.app_label}_{model._meta.model_name}": model
        for model in admin.site._registry
    }


def split(name):
    """List and page of an admin address that every list has; None of another."""
    label, _, page = name.removeprefix("admin:").rpartition("_")
    is_page = name.startswith("admin:") and page in MODEL_PAGES
    return (label, page) if is_page and label in models() else None


def make_logs(user):
    """A row of each list that the program writes by itself."""
    LogEntry.objects.create(user=user, action_flag=ADDITION, object_repr="x")
    Download.objects.create(user=user, name="cities")
    AccessLog.objects.create(username="x", ip_address="192.0.2.1")
    AccessFailureLog.objects.create(username="x", ip_address="192.0.2.1")
    CodeReset.objects.create(user=user, reason="تلفن گم شد")


def make_rows():
    """One row of every list; what each other address is filled in with, by name."""
    for make_one in (make.make_milestone, make.make_follow_up, make.make_gift):
        make_one()
    document = make.make_document()
    agreement, city = document.agreement, document.agreement.city
    ministry, _council = make.make_authorities()
    make.make_clearance(agreement, ministry, document=document)
    make.make_outcome(city=city)
    right = make.make_right_used()
    Theme.objects.create(slug="tourism", name_fa="گردشگری", name_en="Tourism")
    year = make.make_year(1401)
    line = make.make_line(fiscal_year=year, approved=1000)
    expense = make.make_expense(line=line)
    voucher = make.make_voucher(expense)
    make.make_fee(membership=right.membership)
    rate = make.make_rate()
    user = make.make_user()
    closed = closing.close_month(year=year, month=1, by=user)
    make_logs(user)
    foreign = make.make_foreign_expense(line=line, rate=rate)
    arguments = {
        "admin:alive_city": [city.pk],
        "admin:alive_year": [1401],
        "admin:alive_membership": [right.membership.pk],
        "admin:export_csv": ["cities"],
        "admin:audit_package": [1401],
        "admin:audit_csv": [1401, "cities"],
        "admin:audit_days_csv": ["cities"],
        "admin:view_on_site": [0, city.pk],
        "admin:app_list": ["agreements"],
        "admin:budget_report": [year.pk],
        "admin:budget_fiscalyear_close_month": [year.pk],
        "admin:budget_fiscalyear_close_year": [year.pk],
        "admin:budget_voucher_file": [voucher.pk],
        "admin:budget_entry_reverse": [Entry.objects.first().pk],
        "admin:budget_closing_file": [closed.pk, "entries"],
        "admin:auth_user_password_change": [user.pk],
        "calendar_feed": ["unknown"],
        "city_detail": [city.slug],
        "agreement_detail": [agreement.pk],
        "engagement_detail": [make.make_engagement().pk],
        "document_file": [document.pk],
        # Not the year whose form is posted empty, which withdraws it from the public.
        "budget_year": [make.make_year(1400).year],
        "theme_detail": [Theme.objects.first().slug],
        "admin:budget_expense_pay_foreign": [foreign.pk],
    }
    arguments |= OPEN_DATA | of_partnerships() | of_imports(user) | of_publication()
    return arguments | of_money(line, expense)


def of_money(line, expense):
    verbs = {
        f"admin:budget_budgetline_{verb}": [line.pk]
        for verb in ("approve", "supplement", "cut", "transfer")
    }
    for verb in ("commit", "pay", "release", "refund"):
        verbs[f"admin:budget_expense_{verb}"] = [expense.pk]
    return verbs


def of_partnerships():
    """The forms of agreements and milestones, each for a row that is open to it."""
    agreement, draft = Agreement.objects.first(), make.make_agreement(signed_on=None)
    obligation = make.make_obligation(priority=Obligation.Priority.HIGH)
    milestone = make.make_milestone(obligation=obligation)
    forms = {"admin:agreements_agreement_sign": [draft.pk]}
    for verb in ("terminate", "amend", "renew"):
        forms[f"admin:agreements_agreement_{verb}"] = [agreement.pk]
    for verb in ("met", "move", "waive", "confirm"):
        forms[f"admin:agreements_milestone_{verb}"] = [milestone.pk]
    return forms


def of_imports(user):
    file = ContentFile("name_fa\r\nکازانلاک\r\n".encode(), "cities.csv")
    brought = Import.objects.create(
        kind="cities", name="cities.csv", file=file, sha256="0" * 64, uploaded_by=user
    )
    return {
        "admin:import_list": ["cities"],
        "admin:import_xlsx": ["cities"],
        "admin:import_file": [brought.pk],
        "admin:import_original": [brought.pk],
    }


def of_publication():
    lists = {f"admin:{label}_publication": model for label, model in models().items()}
    return {name: [lists[name].objects.first().pk] for name in named() if name in lists}


def address(name, arguments):
    """Where `name` is, about a row that is there."""
    if found := split(name):
        label, page = found
        row = models()[label].objects.first() if MODEL_PAGES[page] else None
        return reverse(name, args=[row.pk] if row else [])
    return reverse(name, args=arguments.get(name, []))

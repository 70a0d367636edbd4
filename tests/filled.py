"""A system with rows in every table: the facts of 1401, and one closed year besides."""

from datetime import date
from decimal import Decimal
from io import StringIO

from django.apps import apps
from django.contrib.admin.models import ADDITION, LogEntry
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command

from agreements.models import (
    Article,
    CalendarFeed,
    FollowUpMove,
    MembershipDecision,
    MilestoneMove,
    Outcome,
    Reminder,
    Signatory,
    Theme,
)
from budget import ledger
from budget.closing import close_month, close_year
from budget.models import Kind
from kashan_diplomacy.models import Download
from tests.factories import (
    make_agreement,
    make_authorities,
    make_clearance,
    make_document,
    make_expense,
    make_follow_up,
    make_foreign_expense,
    make_line,
    make_membership,
    make_milestone,
    make_rate,
    make_user,
    make_voucher,
    make_year,
)

LEFT_EMPTY = {"sessions.session"}


def fill():
    """Rows in every table, in both years' books entries of every kind."""
    call_command("load_kashan_1401", verbosity=0, stdout=StringIO())
    requester, by = make_user(role="diplomacy_officer"), make_user(role="head")
    by.set_password("not a secret: a test's own")
    by.save()
    by.user_permissions.set(Permission.objects.filter(codename="view_city"))
    _fill_partnerships(by)
    _fill_a_closed_year(requester, by)
    _fill_logs(by)


def empty_tables():
    return {
        model._meta.label_lower
        for model in apps.get_models(include_auto_created=True)
        if not model._meta.proxy and not model._base_manager.exists()
    } - LEFT_EMPTY


def _fill_partnerships(by):
    agreement = make_agreement(signed_on=None)
    agreement.text = make_document(agreement, content="%PDF-1.7 متن".encode())
    agreement.save()
    ministry, _council = make_authorities()
    make_clearance(agreement, ministry)
    Signatory.objects.create(
        agreement=agreement, side="kashan", name="شهردار", post="شهردار کاشان"
    )
    Article.objects.create(agreement=agreement, number="۱", heading_fa="هدف")
    days = {"from_on": date(2022, 6, 1), "to_on": date(2022, 7, 1)}
    FollowUpMove.objects.create(
        follow_up=make_follow_up(), reason="به درخواست آن‌ها", moved_by=by, **days
    )
    MilestoneMove.objects.create(
        milestone=make_milestone(),
        moved_from=days["from_on"],
        moved_to=days["to_on"],
        reason="به درخواست آن‌ها",
        moved_by=by,
    )
    MembershipDecision.objects.create(
        membership=make_membership(),
        notice_on=days["to_on"],
        decision="keep",
        reason="کارگاه‌ها سودمند بود",
        decided_on=days["from_on"],
        decided_by=by,
    )
    Outcome.objects.first().themes.set(Theme.objects.all()[:2])


def _fill_a_closed_year(requester, by):
    """1400, with every kind of entry, all its months and the year itself closed."""
    year, day = make_year(1400), date(2021, 6, 1)
    post = {"by": by, "dated_on": day}
    line = make_line(fiscal_year=year, approved=900_000_000)
    other = make_line(fiscal_year=year)
    ledger.approve(line=line, amount=50_000_000, kind=Kind.SUPPLEMENT, **post)
    ledger.approve(line=line, amount=20_000_000, kind=Kind.CUT, **post)
    ledger.transfer(line=line, to_line=other, amount=30_000_000, **post)
    expense = make_expense(line=line, requested_by=requester)
    ledger.commit(expense=expense, amount=9_000_000, memo="برای «هیئت»", **post)
    ledger.release(expense=expense, amount=1_000_000, **post)
    mistaken = ledger.pay(expense=expense, amount=3_000_000, **post)
    ledger.reverse(entry=mistaken, memo="دو بار نوشته شد", **post)
    ledger.pay(expense=expense, amount=8_000_000, document_number="۱۲/الف", **post)
    ledger.refund(expense=expense, amount=500_000, **post)
    fee = make_foreign_expense(
        "250.50",
        make_rate(rial_per_unit="421300.25"),
        line=line,
        requested_by=requester,
    )
    ledger.commit(expense=fee, amount=fee.requested, **post)
    actual = make_rate(rial_per_unit="431300.75", valid_on=day)
    ledger.pay_foreign(
        expense=fee, foreign_amount=Decimal("250.50"), rate=actual, **post
    )
    make_voucher(expense)
    for month in range(1, 13):
        close_month(year=year, month=month, by=by)
    close_year(year=year, by=by)


def _fill_logs(by):
    Reminder.objects.create(
        user=by, item="milestone:1", stage="overdue", told_on=date(2022, 7, 1)
    )
    CalendarFeed.make(by)
    Download.objects.create(user=by, name="ledger")
    LogEntry.objects.create(
        user=by,
        content_type=ContentType.objects.get_for_model(type(by)),
        object_id=str(by.pk),
        object_repr="کاربر",
        action_flag=ADDITION,
        change_message='[{"added": {}}]',
    )

"""A system with rows in every table: the facts of 1401, and one closed year besides."""

from datetime import date
from decimal import Decimal
from hashlib import sha256
from io import StringIO

from axes.models import (
    AccessAttempt,
    AccessAttemptExpiration,
    AccessFailureLog,
    AccessLog,
)
from django.apps import apps
from django.contrib.admin.models import ADDITION, LogEntry
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.utils import timezone
from django_otp.plugins.otp_totp.models import TOTPDevice

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
from kashan_diplomacy.access import second_factor
from kashan_diplomacy.models import CodeReset, Download, Import
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
    _fill_sign_ins(by)
    _fill_imports(requester, by)


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
        membership=make_membership(notice_on=days["to_on"]),
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


def _fill_sign_ins(by):
    """Of somebody who signs in with a code, and of somebody who mistyped."""
    user, now = make_user(role="budget_officer"), timezone.now()
    TOTPDevice.objects.create(user=user, name="totp")
    second_factor.new_backup_codes(user)
    where = {"username": "ناشناس", "ip_address": "192.0.2.1", "user_agent": "x"}
    attempt = AccessAttempt.objects.create(**where, failures_since_start=1)
    AccessAttemptExpiration.objects.create(access_attempt=attempt, expires_at=now)
    AccessFailureLog.objects.create(**where)
    AccessLog.objects.create(**where)
    CodeReset.objects.create(user=user, reason="تلفن گم شد", reset_by=by)


def _fill_imports(uploaded_by, by):
    """A file that waits, and one that was carried out."""
    content = "name_fa,name_en,country\nشینینگ,Xining,CN\n".encode()
    told = {"kind": "cities", "uploaded_by": uploaded_by}
    told["sha256"] = sha256(content).hexdigest()
    Import(name="waiting.csv", **told).file.save("a.csv", ContentFile(content))
    done = Import(name="شهرها.csv", carried_out_by=by, **told)
    done.carried_out_at = timezone.now()
    done.added, done.changed, done.unchanged = 1, 0, 2
    done.file.save("b.csv", ContentFile(content))

"""Bills and receipts: what is taken, what is refused, and who may have it back."""

from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from budget.models import Voucher
from kashan_diplomacy.uploads import LARGEST, PNG_END
from tests.budget.forms import committed, errors, filled_in, page_of, typed, url
from tests.factories import make_expense, make_user, make_voucher

pytestmark = [
    pytest.mark.once,
    pytest.mark.django_db,
    pytest.mark.usefixtures("in_persian"),
]

PDF = b"%PDF-1.7 the bill of the hotel"
PNG = b"\x89PNG\r\n\x1a\n the receipt" + PNG_END


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def upload(client, expense, *files, **fields):
    """`files` attached on the expense's page, each bytes and a name."""
    sent = typed(expense) | {"vouchers-2-TOTAL_FORMS": str(len(files))}
    for number, (content, name) in enumerate(files):
        sent[f"vouchers-2-{number}-file"] = SimpleUploadedFile(name, content)
        sent[f"vouchers-2-{number}-name"] = ""
    return client.post(page_of(expense), sent | fields)


def stored():
    return [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]


def refusals(response):
    formset = response.context["inline_admin_formsets"][2].formset
    return [message for row in formset.errors for message in row.get("file", [])]


def address(voucher):
    return reverse("admin:budget_voucher_file", args=[voucher.pk])


def test_voucher_is_kept_under_the_name_of_its_file_and_its_uploader(officer):
    expense = make_expense()
    response = upload(officer, expense, (PDF, "بليط.pdf"), (PNG, "r.PNG"))
    assert response.status_code == 302
    bill, receipt = expense.vouchers.order_by("pk")
    assert (bill.name, receipt.name) == ("بلیط.pdf", "r.PNG")
    assert bill.uploaded_by == response.wsgi_request.user
    assert len(stored()) == 2
    assert not any("ط" in path.name for path in stored())


def test_voucher_is_given_the_name_typed_for_it(officer):
    expense = make_expense()
    upload(officer, expense, (PDF, "scan.pdf"), **{"vouchers-2-0-name": "بليط"})
    assert expense.vouchers.get().name == "بلیط"


HOSTILE = [
    (b"<script>alert(1)</script>", "bill.png"),
    (b"<html></html>", "bill.html"),
    (PDF, "bill.pdf.html"),
    (b"<script>alert(1)</script>", "bill.html.pdf"),
    (PNG, "bill.pdf"),
    (PDF, "bill"),
    (b"MZ", "bill.exe"),
    (b"", "bill.pdf"),
    (PDF + b" " * LARGEST, "bill.pdf"),
    (b"<svg onload='alert(1)'/>", "bill.svg"),
]


@pytest.mark.parametrize(("content", "name"), HOSTILE, ids=[n for _, n in HOSTILE])
def test_hostile_file_is_refused_by_name_and_nothing_is_stored(officer, content, name):
    expense = make_expense()
    response = upload(officer, expense, (content, name), title="عنوان تازه")
    assert response.status_code == 200
    assert len(refusals(response)) == 1
    assert 'value="عنوان تازه"' in response.content.decode()  # what was typed stays
    assert not Voucher.objects.exists()
    assert stored() == []
    expense.refresh_from_db()
    assert expense.title != "عنوان تازه"


@pytest.mark.parametrize("name", ["../../settings.pdf", "..\\..\\settings.pdf"])
def test_path_in_a_name_leads_nowhere(officer, media, name):
    expense = make_expense()
    upload(officer, expense, (PDF, name))
    assert expense.vouchers.get().name == "settings.pdf"
    [path] = stored()
    assert path.parent == media / "vouchers"


def test_same_bytes_twice_are_refused_also_under_another_name(officer):
    expense = make_expense()
    upload(officer, expense, (PDF, "bill.pdf"))
    response = upload(officer, expense, (PDF, "another.pdf"))
    assert len(refusals(response)) == 1
    response = upload(officer, expense, (PNG, "one.png"), (PNG, "two.png"))
    assert len(refusals(response)) == 1
    assert expense.vouchers.count() == len(stored()) == 1
    upload(officer, make_expense(), (PDF, "bill.pdf"))
    assert Voucher.objects.count() == 2


@pytest.mark.parametrize(
    ("role", "status"),
    [("budget_officer", 302), ("head", 302), ("auditor", 403)],
)
def test_roles_that_keep_vouchers_attach_them(client, role, status):
    client.force_login(make_user(role=role))
    expense = make_expense()
    assert upload(client, expense, (PDF, "bill.pdf")).status_code == status
    assert expense.vouchers.exists() == (status == 302)


def test_who_requests_an_expense_attaches_its_vouchers(client):
    requester = make_user(role="diplomacy_officer")
    client.force_login(requester)
    expense = make_expense(requested_by=requester)
    assert 'type="file"' in client.get(page_of(expense)).text
    assert upload(client, expense, (PDF, "bill.pdf")).status_code == 302
    assert expense.vouchers.get().uploaded_by == requester


def test_who_may_not_attach_is_offered_no_field_and_heard_by_nobody(client):
    client.force_login(make_user(role="diplomacy_officer"))
    expense = make_expense()
    page = client.get(page_of(expense)).content.decode()
    assert 'type="file"' not in page
    upload(client, expense, (PDF, "bill.pdf"))
    assert not expense.vouchers.exists()


def test_kept_voucher_is_neither_changed_nor_deleted_from_the_page(officer):
    expense = make_expense()
    voucher = make_voucher(expense, PDF)
    page = officer.get(page_of(expense)).content.decode()
    assert "-DELETE" not in page
    assert address(voucher) in page
    assert voucher.sha256 in page
    sent = {
        "vouchers-TOTAL_FORMS": "1",
        "vouchers-INITIAL_FORMS": "1",
        "vouchers-0-id": voucher.pk,
        "vouchers-0-expense": expense.pk,
        "vouchers-0-name": "changed",
        "vouchers-0-DELETE": "on",
    }
    officer.post(page_of(expense), typed(expense, **sent))
    assert Voucher.objects.get().name == voucher.name


@pytest.mark.parametrize(
    "role", ["diplomacy_officer", "budget_officer", "head", "auditor"]
)
def test_every_role_downloads_the_bytes_as_they_came(client, role):
    client.force_login(make_user(role=role))
    voucher = make_voucher(make_expense(), PDF, "صورت‌حساب.pdf")
    response = client.get(address(voucher))
    assert response.getvalue() == PDF
    assert response["Content-Disposition"].startswith("attachment;")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Type"] == "application/pdf"
    assert client.post(address(voucher)).status_code == 405


def test_download_needs_the_permission_and_a_log_in(client):
    voucher = make_voucher(make_expense())
    assert client.get(address(voucher)).status_code == 302
    stranger = make_user(role="auditor")
    stranger.groups.clear()
    client.force_login(stranger)
    assert client.get(address(voucher)).status_code == 403


def test_missing_voucher_or_file_is_not_found(officer):
    voucher = make_voucher(make_expense())
    Path(voucher.file.path).unlink()
    assert officer.get(address(voucher)).status_code == 404
    missing = reverse("admin:budget_voucher_file", args=[999])
    assert officer.get(missing).status_code == 404


@pytest.mark.parametrize("name", ["bill.html", "../x", "a\r\nX-Evil: 1", ""])
def test_name_of_a_voucher_is_harmless_in_the_answer(officer, name):
    voucher = make_voucher(make_expense(), PDF)
    Voucher.objects.update(name=name)
    response = officer.get(address(voucher))
    response.close()
    disposition = response["Content-Disposition"]
    assert disposition.rstrip('"').endswith(".pdf")
    assert "/" not in disposition
    assert "X-Evil" not in response.headers


def test_the_ending_of_a_voucher_is_given_once_however_it_was_typed(officer):
    voucher = make_voucher(make_expense(), PDF, "bill.PDF")
    response = officer.get(address(voucher))
    response.close()
    name = response["Content-Disposition"].partition("filename=")[2]
    assert name.strip('"').lower() == "bill.pdf"


def test_payment_above_the_years_limit_waits_for_its_voucher(officer):
    expense = committed()
    year = expense.line.fiscal_year
    year.vouchers_above = 5_000_000
    year.save()
    response = officer.post(url("pay", expense), filled_in("۱٬۰۰۰٬۰۰۰", memo="قسط"))
    assert errors(response)
    assert 'value="قسط"' in response.content.decode()
    upload(officer, expense, (PDF, "bill.pdf"))
    officer.post(url("pay", expense), filled_in("۱٬۰۰۰٬۰۰۰"))
    assert expense.entries.filter(kind="payment").count() == 1


def test_limit_for_vouchers_is_set_on_the_years_page(officer):
    year = make_expense().line.fiscal_year
    inlines = {"lines-TOTAL_FORMS": "0", "lines-INITIAL_FORMS": "0"}
    officer.post(page_of(year), inlines | {"vouchers_above": "۵۰۰٬۰۰۰"})
    year.refresh_from_db()
    assert year.vouchers_above == 5_000_000


def test_double_submit_keeps_one_voucher(officer):
    expense = make_expense()
    for _ in range(2):
        upload(officer, expense, (PDF, "bill.pdf"))
    assert expense.vouchers.count() == 1


def test_row_that_no_page_offered_is_passed_over(officer):
    expense = make_expense()
    sent = {"vouchers-TOTAL_FORMS": "2", "vouchers-0-name": "bill", "title": ""}
    assert upload(officer, expense, **sent).status_code == 200

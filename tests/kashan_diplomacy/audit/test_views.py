import io
import zipfile
from hashlib import sha256

import pytest
from django.urls import reverse

from kashan_diplomacy.audit.package import write_package
from kashan_diplomacy.export_views import EXPORTS
from kashan_diplomacy.models import Download
from tests.factories import make_line, make_user, make_year
from tests.kashan_diplomacy.audit.test_package import make_books
from tests.kashan_diplomacy.test_exports import make_staff, table

pytestmark = pytest.mark.django_db
AUDIT = "admin:audit"


@pytest.fixture
def auditor(client):
    client.force_login(make_user(role="auditor"))
    return client


def addresses():
    return [
        reverse(AUDIT),
        reverse("admin:audit_package", args=[1401]),
        reverse("admin:audit_csv", args=[1401, "ledger"]),
    ]


@pytest.mark.parametrize("role", ["head", "auditor"])
def test_head_and_auditors_get_in(client, role):
    make_year(1401)
    client.force_login(make_user(role=role))
    for address in addresses():
        response = client.get(address)
        response.getvalue()
        assert response.status_code == 200
        assert client.post(address).status_code == 405
    index = client.get(reverse("admin:index")).content.decode()
    assert f'href="{reverse(AUDIT)}"' in index


@pytest.mark.parametrize("role", ["diplomacy_officer", "budget_officer", None])
def test_others_do_not(client, role):
    make_year(1401)
    client.force_login(make_user(role=role) if role else make_staff())
    for address in addresses():
        assert client.get(address).status_code == 403
    assert reverse(AUDIT) not in client.get(reverse("admin:index")).content.decode()


def test_stranger_is_sent_to_log_in(client):
    for address in addresses():
        assert reverse("admin:login") in client.get(address)["Location"]


def test_page_says_what_is_in_the_year(auditor):
    year = make_books()
    make_line(fiscal_year=make_year(1400), approved=10)
    response = auditor.get(reverse(AUDIT), {"year": "1401"})
    page = response.content.decode()
    head = year.entries.order_by("-seq").first().digest
    assert head in page
    assert reverse("admin:audit_package", args=[1401]) in page
    for name in EXPORTS:
        assert reverse("admin:audit_csv", args=[1401, name]) in page
    counts = {each["export"].name: each["count"] for each in response.context["lists"]}
    assert counts["ledger"] == year.entries.count()
    assert counts["closings"] == 2
    assert auditor.get(reverse(AUDIT)).context["year"] == year  # the newest


def test_page_without_any_year(auditor):
    assert auditor.get(reverse(AUDIT)).status_code == 200


@pytest.mark.parametrize("asked", ["1399", "x", ""])
def test_unknown_year_is_not_found(auditor, asked):
    make_year(1401)
    assert auditor.get(reverse(AUDIT), {"year": asked}).status_code == 404
    assert auditor.get(reverse("admin:audit_package", args=[1399])).status_code == 404
    unknown = reverse("admin:audit_csv", args=[1401, "secrets"])
    assert auditor.get(unknown).status_code == 404


def test_package_is_the_commands_and_is_logged(auditor):
    year = make_books()
    response = auditor.get(reverse("admin:audit_package", args=[1401]))
    assert "kashan-audit-1401.zip" in response["Content-Disposition"]
    sent = response.getvalue()
    assert int(response["Content-Length"]) == len(sent)

    file = io.BytesIO()
    write_package(year, file)
    assert sent == file.getvalue()
    assert zipfile.ZipFile(io.BytesIO(sent)).testzip() is None
    download = Download.objects.get()
    assert download.name == "kashan-audit-1401.zip"
    assert download.sha256 == sha256(sent).hexdigest()


def test_single_list_has_the_rows_of_the_year_alone(auditor):
    make_books()
    make_line(fiscal_year=make_year(1400), approved=10)
    response = auditor.get(reverse("admin:audit_csv", args=[1401, "ledger"]))
    rows = table(response.getvalue().decode())
    assert {row["fiscal_year"] for row in rows} == {"1401"}
    download = Download.objects.get()
    assert (download.name, download.asked) == ("ledger", "year=1401")

import hashlib
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import translation

from agreements.models import Document
from agreements.models.documents import OWNERS
from tests.factories import (
    make_agreement,
    make_city,
    make_document,
    make_engagement,
    make_membership,
    make_milestone,
    make_obligation,
    make_outcome,
    make_user,
)

pytestmark = [pytest.mark.once, pytest.mark.django_db]

PDF = b"%PDF-1.7 text\n%%EOF\n"


def stored_files():
    return sorted(Path(settings.MEDIA_ROOT).rglob("*.*"))


def owners(published_on):
    """One of each owner, published on that day or never."""
    agreement = make_agreement(published_on=published_on)
    return {
        "agreement": agreement,
        "milestone": make_milestone(obligation=make_obligation(agreement=agreement)),
        "engagement": make_engagement(published_on=published_on),
        "membership": make_membership(published_on=published_on),
        "outcome": make_outcome(published_on=published_on),
    }


def fetch(client, document):
    """The view's answer, read to its end, which closes the file."""
    response = client.get(document.get_absolute_url())
    response.body = b"".join(response)
    return response


def test_arrival_notes_digest_size_and_name_and_stores_under_a_name_of_its_own():
    document = make_document(content=PDF, file_name="پیمان  كازانلاك.pdf")
    assert document.sha256 == hashlib.sha256(PDF).hexdigest()
    assert (document.size, document.name) == (len(PDF), "پیمان کازانلاک.pdf")
    assert document.file.name.startswith("documents/")
    assert "پیمان" not in document.file.name
    assert not Path(document.file.path).is_relative_to(settings.STATIC_ROOT)
    assert document.is_intact()


def test_document_belongs_to_exactly_one_thing():
    for owned in ({}, owners(None)):
        names = {"milestone": None} | owned
        with pytest.raises(IntegrityError), transaction.atomic():
            make_document(**names)
    for name, owner in owners(None).items():
        assert make_document(**{name: owner}).owner == owner


def test_same_bytes_are_one_document_of_their_owner():
    agreement = make_agreement()
    make_document(agreement, content=PDF)
    twin = Document(
        agreement=agreement, kind="letter", file=SimpleUploadedFile("b.pdf", PDF)
    )
    with pytest.raises(ValidationError) as refused:
        twin.clean()
    assert "file" in refused.value.message_dict
    with pytest.raises(IntegrityError), transaction.atomic():
        make_document(agreement, content=PDF)
    make_document(make_agreement(), content=PDF)


def test_texts_are_numbered_version_by_version_each_in_its_languages():
    agreement = make_agreement()
    versions = [
        make_document(
            agreement, content=b"%PDF-1.7 " + str(number).encode(), language=language
        ).version
        for number, language in enumerate(["fa", "en", "fa", "partner", "fa"])
    ]
    assert versions == [1, 1, 2, 2, 3]
    letter = make_document(agreement, content=PDF, kind="letter")
    assert letter.version is None


def test_owner_of_a_document_stays():
    document = make_document()
    document.agreement = make_agreement()
    with pytest.raises(ValidationError):
        document.save()


# --- Who may see it -------------------------------------------------------------------


@pytest.mark.parametrize("name", OWNERS)
@pytest.mark.parametrize("is_public", [True, False])
@pytest.mark.parametrize("is_published", [True, False])
@pytest.mark.parametrize(
    "role",
    [None, "diplomacy_officer", "budget_officer", "head", "auditor", "plain", "staff"],
)
def test_every_role_and_the_public_see_what_they_may(
    client, role, is_published, is_public, name
):
    owner = owners("2021-03-21" if is_published else None)[name]
    document = make_document(**{name: owner}, is_public=is_public)
    if role:
        is_role = role not in ("plain", "staff")
        user = make_user(role=role if is_role else None)
        user.is_staff = role != "plain"
        user.save()
        client.force_login(user)
    response = fetch(client, document)
    sees_all = role not in (None, "plain", "staff")
    may_see = sees_all or (is_published and is_public)
    assert response.status_code == (200 if may_see else 404)


def test_public_document_of_an_agreement_with_an_unpublished_city_is_not_found(client):
    agreement = make_agreement(city=make_city(published_on=None))
    document = make_document(agreement, is_public=True)
    assert fetch(client, document).status_code == 404


def test_inactive_user_sees_no_more_than_the_public(client):
    user = make_user(role="auditor")
    client.force_login(user)
    user.is_active = False
    user.save()
    assert fetch(client, make_document()).status_code == 404


def test_file_is_downloaded_and_only_an_image_is_shown_in_place(client):
    agreement = make_agreement()
    pdf = make_document(agreement, content=PDF, file_name="متن.pdf", is_public=True)
    png = make_document(
        agreement, content=b"\x89PNG\r\n\x1a\n", file_name="a.png", is_public=True
    )
    for document, disposition, content_type in (
        (pdf, "attachment", "application/pdf"),
        (png, "inline", "image/png"),
    ):
        response = fetch(client, document)
        assert response.headers["Content-Disposition"].startswith(disposition)
        assert response.headers["Content-Type"] == content_type
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert "default-src 'none'" in response.headers["Content-Security-Policy"]
    assert fetch(client, pdf).body == PDF
    assert client.post(pdf.get_absolute_url()).status_code == 405


def test_name_with_a_line_break_or_quotes_stays_one_header(client):
    document = make_document(is_public=True, name='a"\r\nSet-Cookie: x=1')
    response = fetch(client, document)
    assert "Set-Cookie" not in response.headers
    assert "\n" not in response.headers["Content-Disposition"]


def test_the_ending_is_given_once_however_it_was_typed(client):
    for named, ending in {"report.PDF": "report.pdf", "v1.2": "v1.2.pdf"}.items():
        document = make_document(is_public=True, name=named, content=PDF)
        disposition = fetch(client, document).headers["Content-Disposition"]
        assert disposition == f'attachment; filename="{ending}"'


def test_file_that_is_lost_is_not_found(client):
    document = make_document(is_public=True)
    Path(document.file.path).unlink()
    assert fetch(client, document).status_code == 404


def test_stored_files_have_no_address_of_their_own(client):
    document = make_document(is_public=True)
    for path in f"/{document.file.name}", f"/media/{document.file.name}":
        assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    ("name", "page"), [("membership", "/memberships/"), ("outcome", "/outcomes/")]
)
def test_public_documents_of_what_is_published_stand_on_its_page(client, name, page):
    shown, hidden = owners("2021-03-21")[name], owners(None)[name]
    public = make_document(**{name: shown}, name="گواهی", is_public=True)
    make_document(**{name: shown}, content=b"%PDF-1.7 i", name="درونی")
    make_document(**{name: hidden}, name="منتشرنشده", is_public=True)
    text = client.get(page).text
    assert f'href="{public.get_absolute_url()}"' in text
    assert "درونی" not in text and "منتشرنشده" not in text


# --- Uploading in the admin -----------------------------------------------------------


def upload(client, agreement, *files):
    data = {
        "city": agreement.city_id,
        "kind": agreement.kind,
        "title_fa": agreement.title_fa,
        "title_en": agreement.title_en,
        "documents-TOTAL_FORMS": len(files),
        "documents-INITIAL_FORMS": 0,
    }
    for name in "signatories", "clearances", "articles", "obligations":
        data |= {f"{name}-TOTAL_FORMS": 0, f"{name}-INITIAL_FORMS": 0}
    for number, file in enumerate(files):
        data |= {
            f"documents-{number}-file": file,
            f"documents-{number}-kind": "text",
            f"documents-{number}-language": "fa",
        }
    with translation.override("fa"):
        return client.post(
            reverse("admin:agreements_agreement_change", args=[agreement.pk]), data
        )


def pdf(name="text.pdf", content=PDF):
    return SimpleUploadedFile(name, content)


@pytest.fixture
def draft(client):
    client.force_login(make_user("officer", role="diplomacy_officer"))
    return make_agreement(signed_on=None)


def test_officer_uploads_a_text_and_is_noted(client, draft):
    assert upload(client, draft, pdf()).status_code == 302
    document = Document.objects.get()
    assert (document.owner, document.uploaded_by.username) == (draft, "officer")
    page = client.get(reverse("admin:agreements_agreement_change", args=[draft.pk]))
    assert document.get_absolute_url() in page.text


@pytest.mark.parametrize("name", ["engagement", "membership", "outcome"])
def test_documents_stand_on_the_page_of_what_they_belong_to(client, name):
    client.force_login(make_user(role="diplomacy_officer"))
    owner = owners(None)[name]
    document = make_document(**{name: owner}, name="صورت‌جلسه", kind="minutes")
    page = client.get(reverse(f"admin:agreements_{name}_change", args=[owner.pk]))
    assert document.get_absolute_url() in page.text
    assert 'name="documents-__prefix__-file"' in page.text  # a row for another


def test_path_in_the_name_leads_nowhere(client, draft):
    assert upload(client, draft, pdf("../../../etc/passwd.pdf")).status_code == 302
    document = Document.objects.get()
    assert document.name == "passwd.pdf"
    assert Path(document.file.path).parent == Path(settings.MEDIA_ROOT) / "documents"


@pytest.mark.parametrize(
    "file",
    [
        ("page.html", b"<html>"),
        ("page.png", b"<html>"),
        ("picture.png", b"<svg/>"),
        ("treaty.exe.pdf", PDF),
        ("zip.pdf", PDF + b"PK\x05\x06" + b"\0" * 18),
        ("empty.pdf", b""),
        ("large.pdf", PDF + b"\0" * 10 * 1024 * 1024),
    ],
    ids=lambda file: file[0],
)
def test_hostile_file_is_refused_beside_the_form_and_nothing_is_stored(
    client, draft, file
):
    before = stored_files()
    response = upload(client, draft, pdf(*file))
    assert response.status_code == 200
    formset = response.context["inline_admin_formsets"][1].formset
    assert formset.errors[0].keys() == {"file"}
    assert not Document.objects.exists()
    assert stored_files() == before


def test_document_added_by_itself_names_exactly_one_owner(client, draft):
    address = reverse("admin:agreements_document_add")
    other = make_engagement()
    for owned, count in (
        ({}, 0),
        ({"agreement": draft.pk, "engagement": other.pk}, 0),
        ({"engagement": other.pk}, 1),
    ):
        form = {"file": pdf(), "kind": "photo", "language": "fa", **owned}
        client.post(address, form)
        assert Document.objects.count() == count


def test_what_a_document_is_called_changes_and_its_file_does_not(client, draft):
    document = make_document(draft)
    address = reverse("admin:agreements_document_change", args=[document.pk])
    form = {"name": "متن", "kind": "draft", "language": "fa", "file": pdf("b.pdf")}
    assert client.post(address, form).status_code == 302
    changed = Document.objects.get()
    assert (changed.name, changed.file.name) == ("متن", document.file.name)


def test_file_chosen_twice_or_already_there_is_refused(client, draft):
    response = upload(client, draft, pdf("a.pdf"), pdf("b.pdf"))
    assert response.status_code == 200
    assert not Document.objects.exists()
    assert upload(client, draft, pdf()).status_code == 302
    assert upload(client, draft, pdf("again.pdf")).status_code == 200
    assert Document.objects.count() == 1

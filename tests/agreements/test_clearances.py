import datetime
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction

from agreements.models import Agreement, Clearance, Document
from kashan_diplomacy.jalali import to_gregorian
from tests.factories import (
    IN_1401,
    LONG_AGO,
    make_agreement,
    make_authorities,
    make_city,
    make_clearance,
    make_document,
    make_organisation,
)

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)
DECIDED = IN_1401


@pytest.fixture
def agreement():
    """A draft with a foreign city, its text named and cleared by all on `DECIDED`."""
    authorities = make_authorities()
    agreement = make_draft()
    for authority in authorities:
        make_clearance(agreement, authority)
    return agreement


def make_draft(**fields):
    agreement = make_agreement(signed_on=None, **fields)
    agreement.text = make_document(agreement)
    agreement.save()
    return agreement


def sign(agreement, signed_on=DECIDED):
    agreement = Agreement.objects.get(pk=agreement.pk)
    agreement.signed_on = signed_on
    agreement.full_clean()
    agreement.save()


def refusal(agreement, signed_on=DECIDED):
    with pytest.raises(ValidationError) as refused:
        sign(agreement, signed_on)
    [message] = refused.value.message_dict["signed_on"]
    return message


def test_foreign_partner_needs_all_authorities_a_domestic_one_the_council():
    ministry, council = make_authorities()
    make_organisation()
    foreign = make_agreement(city=make_city(country="BG"))
    domestic = make_agreement(city=make_city(country="IR", name_fa="شیراز"))
    assert set(foreign.authorities()) == {ministry, council}
    assert set(domestic.authorities()) == {council}


def test_authority_added_as_data_is_needed_from_then_on(agreement):
    assert agreement.is_cleared(DECIDED)
    another = make_organisation(name_fa="استانداری", clears_foreign=True)
    assert agreement.missing_clearances(DECIDED) == [another]
    assert "استانداری" in refusal(agreement)
    make_clearance(agreement, another)
    sign(agreement)


def test_complete_set_decided_on_the_day_itself_allows_signing(agreement):
    assert refusal(agreement, DECIDED - DAY)
    sign(agreement, DECIDED)


def test_silence_never_clears():
    make_authorities()
    agreement = make_draft()
    for authority in agreement.authorities():
        make_clearance(
            agreement, authority, decided_on=None, decision="", letter_number=""
        )
    assert agreement.state(DECIDED + 5000 * DAY) == Agreement.State.AWAITING_CLEARANCE
    assert refusal(agreement, DECIDED + 5000 * DAY)


def test_no_authority_marked_is_no_clearance():
    assert refusal(make_draft())


def test_without_a_text_nothing_is_signed():
    make_authorities()
    assert refusal(make_agreement(signed_on=None))
    with pytest.raises(ValidationError):
        make_agreement(clearance_exemption="")


def test_written_exemption_allows_signing_and_is_counted_as_a_gap(agreement):
    exempt = make_agreement()
    assert list(Agreement.objects.exempted()) == [exempt]
    unknown = Agreement.objects.get(pk=agreement.pk)
    unknown.is_signing_date_unknown = True
    with pytest.raises(ValidationError) as refused:
        unknown.save()
    assert "is_signing_date_unknown" in refused.value.message_dict


def test_refusal_does_not_clear_and_takes_back_what_was_granted(agreement):
    authority = agreement.authorities().first()
    make_clearance(agreement, authority, decision="refused", decided_on=DECIDED + DAY)
    sign_on_first_day = agreement.missing_clearances(DECIDED)
    assert sign_on_first_day == []
    assert agreement.missing_clearances(DECIDED + DAY) == [authority]
    assert refusal(agreement, DECIDED + DAY)


def test_validity_that_has_run_out_uncovers(agreement):
    clearance = agreement.clearances.first()
    clearance.valid_until = DECIDED + DAY
    clearance.save()
    assert not agreement.missing_clearances(DECIDED + DAY)
    assert refusal(agreement, DECIDED + 2 * DAY)
    sign(agreement, DECIDED + DAY)


def test_organisation_that_is_no_authority_clears_nothing(agreement):
    ministry = agreement.authorities().first()
    ministry.clears_foreign = False
    ministry.save()
    loaded = Agreement.objects.with_standing().get(pk=agreement.pk)
    assert agreement.is_cleared(DECIDED)
    assert loaded.is_cleared(DECIDED)


# --- Each way of changing the text ----------------------------------------------------


def test_naming_another_document_uncovers(agreement):
    agreement.text = make_document(agreement, content=b"%PDF-1.7 another")
    agreement.save()
    assert not agreement.is_cleared(DECIDED)
    assert refusal(agreement)


def test_same_bytes_are_the_same_text(agreement):
    again = ContentFile(b"%PDF-1.7 text", name="again.pdf")
    with pytest.raises(ValidationError):
        Document(agreement=agreement, kind="text", file=again).clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        make_document(agreement)


def test_document_never_takes_another_file(agreement):
    document = agreement.text
    document.file = make_document(content=b"%PDF-1.7 another").file
    for check in (document.clean, document.save):
        with pytest.raises(ValidationError):
            check()


def test_digest_rewritten_behind_the_models_back_uncovers(agreement):
    Document.objects.filter(pk=agreement.text_id).update(sha256="0" * 64)
    assert refusal(agreement)


def test_bytes_rewritten_on_the_disk_uncover(agreement):
    Path(agreement.text.file.path).write_bytes(b"%PDF-1.7 another")
    assert refusal(agreement)
    Path(agreement.text.file.path).unlink()
    assert refusal(agreement)


def test_decided_clearance_keeps_its_text(agreement):
    clearance = agreement.clearances.first()
    clearance.document = make_document(agreement, content=b"%PDF-1.7 another")
    for check in (clearance.clean, clearance.save):
        with pytest.raises(ValidationError):
            check()


def test_request_can_be_moved_to_another_text_until_it_is_decided():
    make_authorities()
    agreement = make_draft()
    authority = agreement.authorities().first()
    clearance = make_clearance(
        agreement, authority, decided_on=None, decision="", letter_number=""
    )
    clearance.document = make_document(agreement, content=b"%PDF-1.7 another")
    clearance.decision, clearance.decided_on = "granted", DECIDED
    clearance.letter_number = "۷"
    clearance.save()
    assert clearance.sha256 == clearance.document.sha256
    assert not clearance.covers(agreement.text, DECIDED)


def test_text_of_another_agreement_is_neither_signed_nor_cleared(agreement):
    foreign_text = make_document()
    agreement.text = foreign_text
    with pytest.raises(ValidationError) as refused:
        agreement.save()
    assert "text" in refused.value.message_dict
    clearance = Clearance(agreement=agreement, document=foreign_text)
    with pytest.raises(ValidationError):
        clearance.clean()


def test_correction_of_the_signing_day_needs_clearances_by_that_day(agreement):
    sign(agreement, DECIDED)
    signed = Agreement.objects.get(pk=agreement.pk)
    signed.signed_on, signed.change_reason = DECIDED - DAY, "اشتباه در روز"
    with pytest.raises(ValidationError) as refused:
        signed.save()
    assert "signed_on" in refused.value.message_dict


# --- What is recorded -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "constraint"),
    [
        ({"decided_on": None}, "clearance_decision_has_date"),
        ({"decision": ""}, "clearance_decision_has_date"),
        ({"decided_on": LONG_AGO - DAY}, "clearance_decided_after_request"),
        ({"letter_number": ""}, "clearance_granted_by_letter"),
        ({"decision": "conditional"}, "clearance_says_its_conditions"),
        ({"valid_until": DECIDED - DAY}, "clearance_valid_after_decision"),
        (
            {"decision": "", "decided_on": None, "valid_until": DECIDED},
            "clearance_valid_after_decision",
        ),
    ],
)
def test_incomplete_clearance_is_refused(agreement, changes, constraint):
    clearance = agreement.clearances.first()
    for name, value in changes.items():
        setattr(clearance, name, value)
    messages = {c.name: c.violation_error_message for c in Clearance._meta.constraints}
    with pytest.raises(ValidationError) as refused:
        clearance.full_clean()
    assert str(messages[constraint]) in refused.value.messages


def test_days_waited_are_reported_per_authority():
    first, second = make_authorities()
    asked = to_gregorian(1401, 1, 1)
    for authority, days in (first, 10), (first, 31), (second, None):
        agreement = make_draft()
        decided = days and asked + days * DAY
        make_clearance(
            agreement,
            authority,
            requested_on=asked,
            decided_on=decided,
            decision="granted" if days else "",
        )
    waits = {
        wait.authority: wait[1:] for wait in Clearance.objects.waits(asked + 40 * DAY)
    }
    assert waits == {first: (2, 20, 31, 0, 0), second: (0, None, 0, 1, 40)}
    before = {
        wait.authority: wait[1:] for wait in Clearance.objects.waits(asked + 20 * DAY)
    }
    assert before == {first: (1, 10, 10, 1, 20), second: (0, None, 0, 1, 20)}
    assert Clearance.objects.waiting(asked + 20 * DAY).count() == 2

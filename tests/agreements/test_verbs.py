"""The verbs of agreements and milestones: small forms that say what follows."""

import datetime

import pytest
from django.contrib.admin.models import LogEntry
from django.urls import reverse
from django.utils import translation

from agreements.models import Agreement, Milestone
from tests.factories import (
    IN_1401,
    LONG_AGO,
    make_agreement,
    make_authorities,
    make_clearance,
    make_document,
    make_milestone,
    make_obligation,
    make_user,
)

pytestmark = [pytest.mark.once, pytest.mark.django_db]

DAY = {"signed_on": "۱۴۰۱/۰۵/۰۱"}


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def officer(client):
    user = make_user("officer", role="diplomacy_officer")
    client.force_login(user)
    return user


def url(row, verb="change"):
    return reverse(f"admin:agreements_{row._meta.model_name}_{verb}", args=[row.pk])


def buttons(client, row):
    """The reason why not, or "", by verb."""
    context = client.get(url(row)).context
    return {each["verb"].name: str(each["refusal"]) for each in context["verbs"]}


def cleared():
    draft = make_agreement(signed_on=None)
    draft.text = make_document(draft)
    draft.save()
    for authority in make_authorities():
        make_clearance(draft, authority)
    return draft


# --- Agreements ----------------------------------------------------------------------


def test_a_draft_that_lacks_clearances_cannot_be_signed_and_says_why(client, officer):
    draft = make_agreement(signed_on=None)
    make_authorities()
    assert "No text is named" in buttons(client, draft)["sign"]
    draft.text = make_document(draft)
    draft.save()
    page = client.get(url(draft)).text
    assert "Not cleared for this text yet" in page
    assert 'aria-disabled="true"' in page
    response = client.post(url(draft, "sign"), DAY | {"text": draft.text_id})
    assert response["Location"] == url(draft)
    draft.refresh_from_db()
    assert draft.signed_on is None


def test_a_cleared_text_is_signed_and_what_repeats_is_planned(client, officer):
    draft = cleared()
    make_obligation(
        agreement=draft,
        repeats_every_months=6,
        first_due_on=datetime.date(2022, 9, 1),
    )
    assert "planned: 1." in client.get(url(draft, "sign")).text
    form = DAY | {"text": draft.text_id, "expires_on": "۱۴۰۲/۰۵/۰۱"}
    response = client.post(url(draft, "sign"), form)
    assert response["Location"] == url(draft)
    draft.refresh_from_db()
    assert draft.signed_on == datetime.date(2022, 7, 23)
    assert Milestone.objects.count() == 2
    assert LogEntry.objects.get().user == officer
    assert "sign" not in buttons(client, draft)


def test_signing_before_the_clearances_is_refused_beside_the_form(client, officer):
    draft = cleared()
    form = {"text": draft.text_id, "signed_on": "۱۳۹۹/۰۱/۱۰"}
    response = client.post(url(draft, "sign"), form)
    assert "signed_on" in response.context["form"].errors
    draft.refresh_from_db()
    assert draft.signed_on is None


def test_a_termination_needs_its_letter_and_its_reason(client, officer):
    agreement = make_agreement()
    make_milestone(obligation=make_obligation(agreement=agreement))
    assert "Upload the letter" in buttons(client, agreement)["terminate"]
    letter = make_document(agreement, kind="letter")
    assert "after that day: 1." in client.get(url(agreement, "terminate")).text
    form = {"terminated_on": "۱۴۰۲/۰۱/۱۵", "termination_document": letter.pk}
    response = client.post(url(agreement, "terminate"), form)
    assert "termination_reason" in response.context["form"].errors
    form["termination_reason"] = "پایان همکاری"
    assert client.post(url(agreement, "terminate"), form).status_code == 302
    agreement.refresh_from_db()
    assert agreement.terminated_on == datetime.date(2023, 4, 4)
    assert agreement.history.first().history_user == officer
    assert "It is terminated" in buttons(client, agreement)["terminate"]


def test_an_amendment_is_a_draft_of_its_own(client, officer):
    agreement = make_agreement()
    form = {"title_fa": "الحاقیه یکم", "title_en": "First amendment"}
    response = client.post(url(agreement, "amend"), form)
    amendment = Agreement.objects.get(amends=agreement)
    assert response["Location"] == url(amendment)
    assert (amendment.city, amendment.kind) == (agreement.city, agreement.kind)
    assert amendment.signed_on is None
    assert not {"amend", "renew"} & buttons(client, amendment).keys()


def test_only_what_ends_is_renewed(client, officer):
    endless = make_agreement()
    assert "no end" in buttons(client, endless)["renew"]
    agreement = make_agreement(expires_on=datetime.date(2030, 1, 1))
    form = {"title_fa": "تمدید", "title_en": "Renewal"}
    response = client.post(url(agreement, "renew"), form)
    assert "expires_on" in response.context["form"].errors
    form["expires_on"] = "۱۴۱۵/۰۱/۰۱"
    assert client.post(url(agreement, "renew"), form).status_code == 302
    assert agreement.amendments.get().expires_on.year == 2036


def test_a_draft_is_not_amended(client, officer):
    assert "not signed yet" in buttons(client, cleared())["amend"]


# --- Milestones ----------------------------------------------------------------------


def test_a_promise_is_recorded_as_met_with_its_evidence(client, officer):
    milestone = make_milestone()
    assert "promise kept (Kashan)" in client.get(url(milestone, "met")).text
    form = {"met_on": "۱۴۰۱/۰۴/۳۱"}
    response = client.post(url(milestone, "met"), form)
    assert "evidence" in response.context["form"].errors
    form["evidence"] = "گزارش شماره ۱۲"
    assert client.post(url(milestone, "met"), form).status_code == 302
    milestone.refresh_from_db()
    assert (milestone.verdict, milestone.met_on) == ("met", IN_1401)
    assert milestone.verdict_by == officer
    refused = buttons(client, milestone)
    assert all("Already decided" in refused[verb] for verb in ("met", "move", "waive"))


def test_moving_needs_another_day_and_a_reason_each_time(client, officer):
    milestone = make_milestone()
    same = {"due_on": "۱۴۰۱/۰۴/۳۱", "moved_reason": "سیل"}
    errors = client.post(url(milestone, "move"), same).context["form"].errors
    assert "due_on" in errors
    errors = client.post(url(milestone, "move"), {"due_on": "۱۴۰۱/۰۶/۳۱"})
    assert "moved_reason" in errors.context["form"].errors
    moved = {"due_on": "۱۴۰۱/۰۶/۳۱", "moved_reason": "سیل"}
    assert client.post(url(milestone, "move"), moved).status_code == 302
    again = moved | {"due_on": "۱۴۰۱/۰۷/۳۰"}
    response = client.post(url(milestone, "move"), again)
    assert "moved_reason" in response.context["form"].errors
    milestone.refresh_from_db()
    assert milestone.original_due_on == IN_1401
    assert milestone.moves.get().moved_by == officer
    assert "moved so far: 1." in client.get(url(milestone, "move")).text


def test_a_waiver_says_why_and_who_looked(client, officer):
    milestone = make_milestone()
    response = client.post(url(milestone, "waive"), {"reviewed_on": "۱۴۰۱/۰۵/۰۱"})
    assert "verdict_reason" in response.context["form"].errors
    form = {"reviewed_on": "۱۴۰۱/۰۵/۰۱", "verdict_reason": "با توافق دو طرف"}
    assert client.post(url(milestone, "waive"), form).status_code == 302
    milestone.refresh_from_db()
    assert milestone.verdict == "waived"


def test_only_a_second_person_confirms(client, officer):
    obligation = make_obligation(priority="high")
    milestone = make_milestone(obligation=obligation)
    assert "not recorded as met" in buttons(client, milestone)["confirm"]
    client.post(
        url(milestone, "met"), {"met_on": "۱۴۰۱/۰۴/۳۱", "evidence": "گزارش شماره ۱۲"}
    )
    assert "yourself" in buttons(client, milestone)["confirm"]
    client.post(url(milestone, "confirm"), {"confirmed": "1"})
    milestone.refresh_from_db()
    assert milestone.confirmed_by is None
    second = make_user(role="head")
    client.force_login(second)
    assert "گزارش شماره ۱۲" in client.get(url(milestone, "confirm")).text
    client.post(url(milestone, "confirm"), {"confirmed": "1"})
    milestone.refresh_from_db()
    assert milestone.confirmed_by == second
    assert "has confirmed it" in buttons(client, milestone)["confirm"]


# --- Permission ----------------------------------------------------------------------


@pytest.mark.parametrize("role", ["auditor", "budget_officer"])
def test_who_may_not_change_finds_no_buttons_and_is_turned_away(client, role):
    agreement = make_agreement(signed_on=LONG_AGO)
    milestone = make_milestone(obligation=make_obligation(agreement=agreement))
    client.force_login(make_user(role=role))
    assert buttons(client, agreement) == buttons(client, milestone) == {}
    for row, verb in ((agreement, "terminate"), (milestone, "met")):
        assert client.get(url(row, verb)).status_code == 403
        assert client.post(url(row, verb), {}).status_code == 403


def test_looking_changes_nothing(client, officer):
    milestone = make_milestone()
    for verb in ("met", "move", "waive"):
        assert client.get(url(milestone, verb)).status_code == 200
    milestone.refresh_from_db()
    assert (milestone.verdict, milestone.history.count()) == ("", 1)

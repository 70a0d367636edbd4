"""The officer's page of an agreement: correcting, clearing, planning, confirming."""

import re

import pytest
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from agreements.models import Agreement, Article, Clearance, Milestone
from tests.agreements.test_admin import empty_inlines, form_of
from tests.factories import (
    IN_1401,
    make_agreement,
    make_authorities,
    make_clearance,
    make_document,
    make_milestone,
    make_obligation,
    make_user,
)

pytestmark = [pytest.mark.once, pytest.mark.django_db]

INLINES = ("signatories", "documents", "clearances", "articles", "obligations")


@pytest.fixture(autouse=True)
def officer(client):
    user = make_user("officer", role="diplomacy_officer", last_name="کارشناس")
    with translation.override("fa"):
        client.force_login(user)
        yield user


def change_url(row):
    return reverse(f"admin:agreements_{row._meta.model_name}_change", args=[row.pk])


def agreement_form(agreement, **changes):
    return {
        "city": agreement.city_id,
        "kind": agreement.kind,
        "title_fa": agreement.title_fa,
        "title_en": agreement.title_en,
        "text": agreement.text_id or "",
        "signed_on": "1400/01/01" if agreement.signed_on else "",
        "clearance_exemption": agreement.clearance_exemption,
        **empty_inlines(*INLINES),
        **changes,
    }


def test_a_slip_in_what_was_signed_is_put_right_with_a_reason(client, officer):
    agreement = make_agreement()
    slip = agreement_form(agreement, title_fa="پیمان دیگر")
    response = client.post(change_url(agreement), slip)
    assert "title_fa" in response.context["adminform"].form.errors
    corrected = slip | {"change_reason": "اشتباه تایپی"}
    assert client.post(change_url(agreement), corrected).status_code == 302
    version = Agreement.objects.get().history.first()
    assert version.history_change_reason == "اشتباه تایپی"
    assert version.history_user == officer


def test_history_page_tells_who_changed_what_from_what_and_why(client):
    agreement = make_agreement()
    corrected = agreement_form(
        agreement, signed_on="1401/04/31", change_reason="روز درست"
    )
    client.post(change_url(agreement), corrected)
    page = client.get(
        reverse("admin:agreements_agreement_history", args=[agreement.pk])
    )
    for text in "۳۱ تیر ۱۴۰۱", "۱ فروردین ۱۴۰۰", "روز درست", "کارشناس":
        assert text in page.text, text
    main = page.text[page.text.index('id="change-history"') :]
    assert not re.search("[0-9]{4}-[0-9]{2}", main)


def test_signing_without_clearances_is_refused_beside_the_date(client):
    ministry, council = make_authorities()
    agreement = make_agreement(signed_on=None)
    agreement.text = make_document(agreement)
    agreement.save()
    make_clearance(agreement, ministry)
    signed = agreement_form(agreement, signed_on="1401/04/31")
    response = client.post(change_url(agreement), signed)
    [message] = response.context["adminform"].form.errors["signed_on"]
    assert str(council) in message
    assert str(ministry) not in message
    make_clearance(agreement, council)
    assert client.post(change_url(agreement), signed).status_code == 302
    assert Agreement.objects.get().signed_on == IN_1401


def test_page_shows_texts_side_by_side_clearances_and_coverage(client):
    ministry, _council = make_authorities()
    agreement = make_agreement(signed_on=None)
    agreement.text = make_document(agreement, name="متن فارسی")
    agreement.save()
    make_document(agreement, content=b"%PDF-1.7 en", language="en", name="English text")
    make_document(content=b"%PDF-1.7 else", name="متن پیمان دیگر")
    make_clearance(agreement, ministry)
    Article.objects.create(agreement=agreement, number="7", heading_fa="جشنواره")
    page = client.get(change_url(agreement))
    table = re.search('<table class="texts">.*?</table>', page.text, re.S)[0]
    assert table.count("<tr>") == 2
    assert "متن فارسی" in table and "English text" in table
    assert "متن پیمان دیگر" not in page.text
    authorities = re.search('<ul class="authorities">.*?</ul>', page.text, re.S)[0]
    assert authorities.count('class="late"') == 1
    assert "۳۱ تیر ۱۴۰۱" in authorities
    assert "۷ · جشنواره" in page.text


def test_clearance_is_recorded_on_the_agreements_page(client):
    ministry, _council = make_authorities()
    agreement = make_agreement(signed_on=None)
    text = make_document(agreement)
    asked = agreement_form(
        agreement,
        **{
            "clearances-TOTAL_FORMS": 1,
            "clearances-0-authority": ministry.pk,
            "clearances-0-document": text.pk,
            "clearances-0-requested_on": "1401/04/31",
        },
    )
    assert client.post(change_url(agreement), asked).status_code == 302
    assert Clearance.objects.get().sha256 == text.sha256


def test_list_of_clearances_tells_the_days_each_authority_takes(client):
    ministry, _council = make_authorities()
    agreement = make_agreement()
    text = make_document(agreement)
    make_clearance(agreement, ministry, document=text)
    page = client.get(reverse("admin:agreements_clearance_changelist"))
    waits = re.search('<table class="cards">.*?</table>', page.text, re.S)[0]
    assert "۴۸۸" in waits
    assert str(ministry) in waits


def test_saving_an_obligation_that_repeats_plans_its_milestones(client):
    agreement = make_agreement(expires_on=IN_1401)
    response = client.post(
        reverse("admin:agreements_obligation_add"),
        {
            "agreement": agreement.pk,
            "side": "kashan",
            "category": "festival",
            "title_fa": "هفته فرهنگی",
            "title_en": "Cultural week",
            "priority": "normal",
            "repeats_every_months": 12,
            "first_due_on": "1400/04/31",
            **empty_inlines("milestones", "follow_ups"),
        },
        follow=True,
    )
    assert Milestone.objects.count() == 2
    assert "۲" in str(next(iter(response.context["messages"])))


def test_two_milestones_on_a_day_are_refused_beside_the_form(client):
    obligation = make_obligation()
    existing = make_milestone(obligation=obligation)
    form = {
        "agreement": obligation.agreement_id,
        "side": "kashan",
        "category": "festival",
        "title_fa": "هفته",
        "title_en": "Week",
        "priority": "normal",
        "milestones-INITIAL_FORMS": 1,
        "milestones-0-id": existing.pk,
        "milestones-0-obligation": obligation.pk,
        "milestones-0-due_on": "1401/04/31",
    }
    for days in ["1401/04/31"], ["1401/05/01", "1401/05/01"]:
        rows = {f"milestones-{n}-due_on": day for n, day in enumerate(days, start=1)}
        form["milestones-TOTAL_FORMS"] = 1 + len(days)
        response = client.post(change_url(obligation), form | rows)
        assert response.status_code == 200, days
    assert Milestone.objects.count() == 1


def test_second_person_confirms_from_the_list_and_the_recorder_cannot(client):
    milestone = make_milestone(obligation=make_obligation(priority="high"))
    met = form_of(milestone, verdict="met", met_on="1401/04/31", evidence="گزارش")
    assert client.post(change_url(milestone), met).status_code == 302
    listing = reverse("admin:agreements_milestone_changelist")
    action = {"action": "confirm", "_selected_action": [milestone.pk]}
    client.post(listing, action)
    assert Milestone.objects.unconfirmed().exists()
    client.force_login(make_user("second", role="head"))
    client.post(listing, action)
    assert not Milestone.objects.unconfirmed().exists()
    page = client.get(change_url(milestone))
    assert "second" in page.text
    client.force_login(make_user(role="auditor"))
    assert "confirm" not in client.get(listing).context["cl"].model_admin.get_actions(
        client.get(listing).wsgi_request
    )


def test_moves_are_listed_on_the_milestones_page(client, officer):
    milestone = make_milestone(due_on=IN_1401)
    moved = form_of(milestone, due_on="1401/05/30", moved_reason="همزمان با جشنواره")
    client.post(change_url(milestone), moved)
    move = milestone.moves.get()
    assert move.moved_by == officer
    assert "۳۰ مرداد ۱۴۰۱" in client.get(change_url(milestone)).text


def test_refused_page_shows_the_state_as_stored_and_the_fields_as_typed(client):
    agreement = make_agreement(signed_on=None, title_fa="پیش‌نویس")
    signed = agreement_form(agreement, title_fa="پیمان تازه", signed_on="1401/04/31")
    page = client.post(change_url(agreement), signed)
    assert page.status_code == 200
    state = re.search("field-current_state.*?</div>", page.text, re.S)[0]
    assert str(Agreement.State.IN_FORCE.label) not in state
    assert str(agreement.state().label) in state
    assert page.context["subtitle"] == "پیش‌نویس"
    assert 'value="پیمان تازه"' in page.text and 'value="1401/04/31"' in page.text


def test_refused_page_names_the_rows_beside_it_as_they_are_stored(client):
    milestone = make_milestone(due_on=IN_1401)
    obligation = milestone.obligation
    moved = {
        "title_fa": "عنوان دیگر",
        "milestones-TOTAL_FORMS": 1,
        "milestones-INITIAL_FORMS": 1,
        "milestones-0-id": milestone.pk,
        "milestones-0-obligation": obligation.pk,
        "milestones-0-due_on": "1401/05/30",
    }
    page = client.post(change_url(obligation), moved)
    assert page.status_code == 200
    [inline, *_others] = page.context["inline_admin_formsets"]
    assert str(inline.formset.initial_forms[0].instance) == str(milestone)
    assert 'value="1401/05/30"' in page.text


def test_whole_numbers_are_typed_in_persian_digits(client):
    agreement = make_agreement(expires_on=IN_1401)
    page = client.get(change_url(agreement))
    assert 'type="number"' not in page.text
    typed = agreement_form(
        agreement,
        expires_on="1401/04/31",
        notice_days="۹۰",
        renews_for_months="دوازده",
        change_reason="از متن",
    )
    errors = client.post(change_url(agreement), typed).context["adminform"].form.errors
    assert errors.keys() == {"renews_for_months"}
    accepted = client.post(change_url(agreement), typed | {"renews_for_months": "۱۲"})
    assert accepted.status_code == 302
    agreement.refresh_from_db()
    assert (agreement.notice_days, agreement.renews_for_months) == (90, 12)
    assert 'value="۹۰"' in client.get(change_url(agreement)).text


def test_reason_for_a_move_is_asked_anew_and_the_old_one_is_kept(client):
    milestone = make_milestone(due_on=IN_1401)
    url = change_url(milestone)
    moved = {"due_on": "1401/05/30", "moved_reason": "همزمان با جشنواره"}
    assert client.post(url, form_of(milestone, **moved)).status_code == 302
    form = client.get(url).context["adminform"].form
    assert not form["moved_reason"].value()
    milestone.refresh_from_db()
    unmoved = {"due_on": "1401/05/30", "moved_reason": "", "evidence": "نامه"}
    assert client.post(url, form_of(milestone, **unmoved)).status_code == 302
    milestone.refresh_from_db()
    assert (milestone.evidence, milestone.moved_reason) == ("نامه", "همزمان با جشنواره")
    for refused in {"moved_reason": "بی‌جا"}, {"due_on": "1401/06/30"}:
        page = client.post(url, form_of(milestone, **(unmoved | refused)))
        assert "moved_reason" in page.context["adminform"].form.errors
    assert milestone.moves.count() == 1


def test_coverage_claims_nothing_before_there_is_something_to_compare(client):
    def coverage(agreement):
        page = client.get(change_url(agreement))
        return re.search("field-coverage.*?</div>", page.text, re.S)[0]

    agreement = make_agreement()
    claim = _("Every article has its obligation, and every obligation its article.")
    assert _("Nothing to compare yet.") in coverage(agreement)
    assert claim not in coverage(agreement)
    Article.objects.create(agreement=agreement, number="7", heading_fa="جشنواره")
    make_obligation(agreement=agreement, article="7")
    assert claim in coverage(agreement)

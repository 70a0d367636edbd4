"""Follow-ups, outcomes, memberships and reports as staff keep them."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from agreements.models import (
    Engagement,
    FollowUp,
    Gift,
    Membership,
    MembershipDecision,
    Outcome,
)
from kashan_diplomacy.templatetags.persian import jalali_numeric
from tests.factories import (
    IN_1401,
    make_city,
    make_engagement,
    make_follow_up,
    make_membership,
    make_organisation,
    make_outcome,
    make_right_used,
    make_user,
)

pytestmark = pytest.mark.django_db

LATER = datetime.date(2022, 8, 21)  # 30 Mordad 1401


@pytest.fixture(autouse=True)
def officer(client):
    with translation.override("fa"):
        user = make_user("officer", role="diplomacy_officer")
        client.force_login(user)
        yield user


def address(row, view="change"):
    name = row._meta.model_name
    args = [row.pk] if view == "change" else []
    return reverse(f"admin:agreements_{name}_{view}", args=args)


def no_forms(*prefixes):
    return {
        f"{prefix}-{total}_FORMS": 0
        for prefix in prefixes
        for total in ("TOTAL", "INITIAL")
    }


def one_form(prefix, initial=0, **fields):
    forms = {f"{prefix}-TOTAL_FORMS": 1, f"{prefix}-INITIAL_FORMS": initial}
    return forms | {f"{prefix}-0-{name}": value for name, value in fields.items()}


def test_moving_a_due_date_asks_why_and_remembers_who(client, officer):
    follow_up = make_follow_up(due_on=IN_1401)
    form = {
        "engagement": follow_up.engagement_id,
        "action": follow_up.action,
        "due_on": "۱۴۰۱/۰۵/۳۰",
        **no_forms("moves"),
    }
    for nothing in ("", "\u202e"):
        response = client.post(address(follow_up), form | {"move_reason": nothing})
        assert "due_on" in response.context["adminform"].form.errors
    moved = client.post(address(follow_up), form | {"move_reason": "سفیر در سفر بود"})
    assert moved.status_code == 302
    move = follow_up.moves.get()
    assert (move.from_on, move.to_on, move.moved_by) == (IN_1401, LATER, officer)
    page = client.get(address(follow_up)).text
    assert "سفیر در سفر بود" in page


def engagement_form(engagement, **changes):
    return {
        "title_fa": engagement.title_fa,
        "title_en": engagement.title_en,
        "kind": engagement.kind,
        "purpose": engagement.purpose,
        "starts_on": "1401/04/31",
        **no_forms("participants", "follow_ups", "gifts", "documents"),
        **changes,
    }


def test_a_due_date_is_moved_from_the_engagement_with_a_reason_too(client, officer):
    follow_up = make_follow_up(due_on=IN_1401)
    engagement = follow_up.engagement
    fields = {
        "id": follow_up.pk,
        "engagement": engagement.pk,
        "action": follow_up.action,
        "due_on": "1401/05/30",
    }
    form = engagement_form(engagement, **one_form("follow_ups", 1, **fields))
    assert client.post(address(engagement), form).status_code == 200
    form["follow_ups-0-move_reason"] = "سفیر در سفر بود"
    assert client.post(address(engagement), form).status_code == 302
    assert follow_up.moves.get().moved_by == officer


def test_a_visit_is_recorded_with_its_follow_up_gift_and_report(client):
    form = engagement_form(
        Engagement(
            title_fa="دیدار", title_en="Visit", kind="meeting", purpose="protocol"
        ),
        report="گفت‌وگو",
        result="هیچ",
        next_steps="نامه",
        **one_form("follow_ups", action="فرستادن اطلاعات"),
        **one_form(
            "gifts",
            direction="given",
            description_fa="فرش",
            giver="شهردار",
            receiver="سفیر",
            estimated_value="۲٬۵۰۰٬۰۰۰",
        ),
    )
    response = client.post(reverse("admin:agreements_engagement_add"), form)
    assert response.status_code == 302
    assert FollowUp.objects.get().engagement == Engagement.objects.get()
    assert Gift.objects.get().estimated_value == 25_000_000
    assert Engagement.objects.get().is_reported


def test_engagements_can_be_narrowed_to_those_owing_a_report(client):
    owing = make_engagement()
    make_engagement(kind="letter")
    url = reverse("admin:agreements_engagement_changelist")
    response = client.get(url, {"report": "owing_report"})
    assert list(response.context["cl"].queryset) == [owing]


def test_a_decision_says_who_recorded_it_and_stays(client, officer):
    membership = make_membership(notice_on=LATER, term_months=12)
    form = {
        "organisation": membership.organisation_id,
        "notice_on": "1401/05/30",
        "term_months": "12",
        **no_forms("rights", "rights_used", "follow_ups", "documents"),
        **one_form(
            "decisions",
            notice_on=LATER.isoformat(),
            decision="keep",
            reason="سود دارد",
            decided_on="1401/04/31",
        ),
    }
    assert client.post(address(membership), form).status_code == 302
    decision = MembershipDecision.objects.get()
    assert (decision.notice_on, decision.decided_by) == (LATER, officer)
    changed = form | one_form(
        "decisions", 1, id=decision.pk, decision="leave", reason="دیگر"
    )
    client.post(address(membership), changed)
    decision.refresh_from_db()
    assert decision.decision == "keep"
    assert Membership.objects.get().notice_on == LATER


def membership_form(membership, **changes):
    inlines = ("rights", "rights_used", "decisions", "follow_ups", "documents")
    return {"organisation": membership.organisation_id, **no_forms(*inlines), **changes}


def test_a_term_is_chosen_by_its_notice_date_and_no_other_day_is_taken(client):
    last_year = timezone.localdate() - datetime.timedelta(days=370)
    membership = make_membership(notice_on=last_year, term_months=12)
    page = client.get(address(membership))
    days = reversed(membership.notice_days(timezone.localdate()))
    inline = page.context["inline_admin_formsets"][2].formset.empty_form
    offered = [value for value, _label in inline.fields["notice_on"].choices]
    assert offered == ["", *(day.isoformat() for day in days)]
    assert len(offered) == 4
    mistyped = one_form(
        "decisions",
        notice_on=(last_year - datetime.timedelta(days=1)).isoformat(),
        decision="keep",
        reason="سود دارد",
        decided_on="1401/04/31",
    )
    terms = {"notice_on": jalali_numeric(last_year), "term_months": "12"}
    form = membership_form(membership, **terms, **mistyped)
    response = client.post(address(membership), form)
    assert response.status_code == 200
    assert "سود دارد" in response.text
    assert not MembershipDecision.objects.exists()


def test_a_new_membership_is_decided_on_by_the_day_typed_for_its_notice(client):
    membership = Membership(organisation=make_organisation())
    decided = {"decision": "keep", "reason": "سود دارد", "decided_on": "1401/04/31"}
    for day, answer in (("1401/05/29", 200), ("1401/05/30", 302)):
        inline = one_form("decisions", notice_on=day, **decided)
        form = membership_form(membership, notice_on="1401/05/30", **inline)
        assert client.post(address(membership, "add"), form).status_code == answer
    assert MembershipDecision.objects.get().notice_on == LATER


def test_a_right_is_listed_and_used_on_one_page_and_not_used_unlisted(client):
    membership = make_membership()
    used = one_form(
        "rights_used",
        kind="vote",
        used_on="1401/04/31",
        used_by="شهردار",
        description_fa="رأی",
        evidence="صورت‌جلسه",
    )
    listed = one_form("rights", kind="training")
    form = membership_form(membership) | used | listed
    assert client.post(address(membership), form).status_code == 200
    form |= one_form("rights", kind="vote")
    assert client.post(address(membership), form).status_code == 302
    assert membership.rights_used.get().kind == membership.rights.get().kind == "vote"


def test_edits_of_an_organisation_and_of_a_right_used_are_kept(client, officer):
    body = make_organisation(kind="ministry", clears_foreign=True)
    form = {"name_fa": body.name_fa, "name_en": body.name_en, "kind": "ministry"}
    assert client.post(address(body), form).status_code == 302
    last, first = body.history.all()
    assert (first.clears_foreign, last.clears_foreign) == (True, False)
    assert last.history_user == officer
    history = reverse("admin:agreements_organisation_history", args=[body.pk])
    assert "ins" in client.get(history).text
    used = make_right_used()
    used.used_by = "شهردار"
    used.save()
    history = reverse("admin:agreements_rightused_history", args=[used.pk])
    assert "<ins><bdi>شهردار</bdi></ins>" in client.get(history).text
    for name in ("organisation_edits", "rightused_edits"):
        url = reverse("admin:export_csv", args=[name])
        assert b"changed" in client.get(url).getvalue()


def outcome_form(**changes):
    return {
        "kind": "know_how",
        "description_fa": "روش تفکیک پسماند",
        "realised_on": "1401/04/31",
        "evidence": "گزارش",
        **no_forms("documents"),
        **changes,
    }


def test_an_outcome_is_claimed_by_who_records_it_and_verified_by_another(
    client, officer
):
    form = outcome_form(city=make_city().pk)
    assert client.post(reverse("admin:agreements_outcome_add"), form).status_code == 302
    outcome = Outcome.objects.get()
    assert outcome.claimed_by == officer
    url = reverse("admin:agreements_outcome_changelist")
    action = {"action": "verify", "_selected_action": [outcome.pk]}
    client.post(url, action)
    outcome.refresh_from_db()
    assert outcome.verified_by is None
    head = make_user(role="head")
    client.force_login(head)
    client.post(url, action)
    outcome.refresh_from_db()
    assert outcome.verified_by == head


def test_who_rewrites_an_outcome_claims_it_and_cannot_verify_it(client, officer):
    outcome = make_outcome(realised_on=IN_1401)
    first, action = outcome.claimed_by, {"action": "verify"}
    form = outcome_form(city=outcome.city_id, description_en=outcome.description_en)
    client.post(address(outcome), form | {"source": "نامه"})  # no part of the claim
    outcome.refresh_from_db()
    assert (outcome.source, outcome.claimed_by) == ("نامه", first)
    client.post(address(outcome), form | {"description_fa": "آموزش پنج هزار نفر"})
    url = reverse("admin:agreements_outcome_changelist")
    client.post(url, action | {"_selected_action": [outcome.pk]})
    outcome.refresh_from_db()
    assert (outcome.claimed_by, outcome.verified_by) == (officer, None)
    client.force_login(make_user(role="head"))
    client.post(url, action | {"_selected_action": [outcome.pk]})
    outcome.refresh_from_db()
    assert outcome.is_verified()


@pytest.mark.parametrize("role", ["budget_officer", "auditor"])
def test_who_may_only_see_verifies_nothing(client, role):
    outcome = make_outcome()
    client.force_login(make_user(role=role))
    url = reverse("admin:agreements_outcome_changelist")
    client.post(url, {"action": "verify", "_selected_action": [outcome.pk]})
    outcome.refresh_from_db()
    assert outcome.verified_by is None


@pytest.mark.parametrize(
    "changes",
    [{}, {"city": "1", "kind": "trade"}, {"city": "1", "amount": "5", "kind": "trade"}],
)
def test_an_outcome_that_says_too_little_is_refused_beside_the_form(client, changes):
    if "city" in changes:
        changes = changes | {"city": make_city().pk}
    url = reverse("admin:agreements_outcome_add")
    response = client.post(url, outcome_form(**changes))
    assert response.status_code == 200
    assert response.context["adminform"].form.errors

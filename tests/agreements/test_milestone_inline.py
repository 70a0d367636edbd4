"""The milestones of an obligation, on its page in the admin."""

import pytest
from django.urls import reverse
from django.utils.html import strip_tags

from tests.factories import IN_1401, make_milestone, make_user

pytestmark = [pytest.mark.once, pytest.mark.django_db]


@pytest.fixture
def officer(client):
    client.force_login(make_user(role="diplomacy_officer"))
    return client


def milestones_of(obligation, **typed):
    return {
        "agreement": obligation.agreement_id,
        "milestones-TOTAL_FORMS": 1,
        "milestones-INITIAL_FORMS": 1,
        "milestones-0-id": obligation.milestones.get().pk,
        "milestones-0-obligation": obligation.pk,
        "follow_ups-TOTAL_FORMS": 0,
        "follow_ups-INITIAL_FORMS": 0,
        **typed,
    }


def test_milestones_of_an_obligation_are_told_shortly_and_folded(officer):
    milestone = make_milestone(verdict="met", met_on=IN_1401, evidence="گزارش هفته")
    page = reverse("admin:agreements_obligation_change", args=[milestone.obligation_id])
    html = officer.get(page).content.decode()
    told = " ".join(strip_tags(html).split())
    assert "۳۱ تیر ۱۴۰۱ · انجام‌شده · گزارش هفته" in told
    inline = html[html.index('id="milestones-0"') : html.index('id="milestones-empty"')]
    assert inline.count("<details") == 1
    assert "<details open" not in inline
    assert inline.index("<details") < inline.index('name="milestones-0-due_on"')
    assert (
        "<details" not in html[html.index('id="milestones-empty"') :].split("</h3>")[1]
    )


def test_a_milestone_with_a_mistake_is_unfolded(officer):
    obligation = make_milestone().obligation
    page = reverse("admin:agreements_obligation_change", args=[obligation.pk])
    typed = milestones_of(obligation, **{"milestones-0-due_on": "1401/12/30"})
    html = officer.post(page, typed).content.decode()
    inline = html[html.index('id="milestones-0"') : html.index('id="milestones-empty"')]
    assert inline.count("<details open>") == 1
    assert 'value="1401/12/30"' in inline


def test_a_folded_milestone_is_saved_with_its_obligation(officer):
    obligation = make_milestone().obligation
    page = reverse("admin:agreements_obligation_change", args=[obligation.pk])
    typed = milestones_of(
        obligation,
        side=obligation.side,
        category=obligation.category,
        title_fa=obligation.title_fa,
        title_en=obligation.title_en,
        priority=obligation.priority,
        **{"milestones-0-due_on": "1401/05/31", "milestones-0-moved_reason": "سفر"},
    )
    assert officer.post(page, typed).status_code == 302
    assert obligation.milestones.get().moved_reason == "سفر"

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from agreements.exports import EXPORTS
from agreements.models import (
    Article,
    MembershipDecision,
    MembershipRight,
    Participant,
    Reminder,
    Signatory,
    Theme,
)
from tests.factories import (
    IN_1401,
    LONG_AGO,
    make_agreement,
    make_city,
    make_clearance,
    make_document,
    make_engagement,
    make_follow_up,
    make_gift,
    make_membership,
    make_milestone,
    make_obligation,
    make_organisation,
    make_outcome,
    make_right_used,
    make_user,
)


def make_one_of_each(number):
    theme = Theme.objects.create(
        name_fa=f"محور {number}", name_en=f"Theme {number}", slug=f"theme-{number}"
    )
    organisation = make_organisation()
    city = make_city()
    agreement = make_agreement(city=city, amends=make_agreement(city=city))
    Signatory.objects.create(
        agreement=agreement, side="kashan", name="ن", post="شهردار"
    )
    obligation = make_obligation(
        agreement=agreement, responsible_organisation=organisation
    )
    engagement = make_engagement(cities=[city, make_city()], agreement=agreement)
    engagement.organisations.add(organisation)
    for row in (obligation, engagement):
        row.themes.add(theme)
    milestone = make_milestone(obligation=obligation, engagement=engagement)
    milestone.due_on, milestone.moved_reason = LONG_AGO, "درخواست"
    milestone.save()
    text = make_document(agreement)
    make_clearance(agreement, organisation, document=text)
    Article.objects.create(agreement=agreement, number="1", heading_fa="هدف")
    Participant.objects.create(engagement=engagement, side="partner", name="مهمان")
    user = make_user()
    follow_up = make_follow_up(
        engagement=engagement,
        owner=user,
        responsible_organisation=organisation,
        due_on=IN_1401,
    )
    follow_up.move(LONG_AGO, reason="سفر", by=user)
    make_gift(engagement=engagement, estimated_value=None)
    outcome = make_outcome(city=city, agreement=agreement, engagement=engagement)
    outcome.themes.add(theme)
    outcome.verify(by=user)
    membership = make_membership(organisation=organisation)
    MembershipRight.objects.create(membership=membership, kind="vote")
    make_right_used(membership=membership, engagement=engagement)
    MembershipDecision.objects.create(
        membership=membership,
        notice_on=IN_1401,
        decision="keep",
        reason="سود دارد",
        decided_by=user,
    )
    Reminder.objects.create(user=user, item="x", stage="near", told_on=IN_1401)
    return engagement


def rows_of(name):
    export = EXPORTS[name]
    headers = [column.header for column in export.columns]
    return [
        dict(zip(headers, row, strict=True)) for row in export.rows(export.queryset())
    ]


@pytest.mark.django_db
def test_files_are_the_same_in_every_language():
    make_one_of_each(1)
    files = {}
    for language in "fa", "en":
        with translation.override(language):
            files[language] = {name: rows_of(name) for name in EXPORTS}
    assert files["fa"] == files["en"]


@pytest.mark.once
@pytest.mark.django_db
def test_queries_do_not_grow_with_rows():
    def queries():
        counts = {}
        for name in EXPORTS:
            with CaptureQueriesContext(connection) as captured:
                assert rows_of(name)
            counts[name] = len(captured)
        return counts

    for number in range(5):
        make_one_of_each(number)
    few = queries()
    for number in range(5, 20):
        make_one_of_each(number)
    assert queries() == few
    # The list, and one for each many-to-many; for its history, the names besides.
    assert max(few.values()) <= 7


@pytest.mark.django_db
def test_foreign_keys_are_an_id_and_a_name():
    agreement = make_agreement(title_fa="پیمان کازانلاک")
    make_obligation(agreement=agreement)
    [row] = rows_of("obligations")
    assert row["agreement_id"] == str(agreement.pk)
    assert row["agreement"] == "پیمان کازانلاک"
    assert row["responsible_organisation_id"] == row["responsible_organisation"] == ""


@pytest.mark.django_db
def test_many_to_many_is_joined_by_semicolons_in_order():
    cities = [make_city(slug=slug) for slug in ("touba", "kazanlak")]
    organisations = [make_organisation(), make_organisation()]
    engagement = make_engagement(cities=cities, starts_on=IN_1401)
    engagement.organisations.set(reversed(organisations))
    [row] = rows_of("engagements")
    assert row["cities"] == "kazanlak;touba"
    assert row["organisations"] == ";".join(str(o.pk) for o in organisations)
    assert row["themes"] == ""
    assert (row["starts_on"], row["starts_on_jalali"]) == ("2022-07-22", "1401-04-31")

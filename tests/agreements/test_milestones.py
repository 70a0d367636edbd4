import datetime
import threading
import time

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from agreements.models import Milestone, Promises, promises_of
from agreements.templatetags.standing import standing
from kashan_diplomacy.jalali import iso
from kashan_diplomacy.templatetags.persian import jalali
from tests.factories import (
    IN_1401,
    make_agreement,
    make_document,
    make_milestone,
    make_obligation,
    make_user,
)

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)
DUE = IN_1401
MET = {"verdict": "met", "met_on": DUE, "evidence": "گزارش"}


# --- Moving ---------------------------------------------------------------------------


def move(milestone, to, reason):
    milestone.due_on, milestone.moved_reason = to, reason
    milestone.full_clean()
    milestone.save()


def test_each_move_has_a_reason_of_its_own_and_is_kept():
    milestone = make_milestone(due_on=DUE)
    with pytest.raises(ValidationError):
        move(milestone, DUE + DAY, "")
    with pytest.raises(ValidationError):
        milestone.save()
    move(milestone, DUE + 10 * DAY, "درخواست شهر همکار")
    with pytest.raises(ValidationError):
        move(milestone, DUE + 20 * DAY, "درخواست شهر همکار")
    move(milestone, DUE, "جشنواره به روز نخست برگشت")
    assert [(m.moved_from, m.moved_to, m.reason) for m in milestone.moves.all()] == [
        (DUE, DUE + 10 * DAY, "درخواست شهر همکار"),
        (DUE + 10 * DAY, DUE, "جشنواره به روز نخست برگشت"),
    ]
    assert Milestone.objects.get().original_due_on == DUE


def test_saving_without_a_move_adds_none():
    milestone = make_milestone(due_on=DUE)
    milestone.source = "نامه"
    milestone.save()
    assert not milestone.moves.exists()


def test_an_obligation_has_one_milestone_a_day():
    milestone = make_milestone(due_on=DUE)
    twin = Milestone(obligation=milestone.obligation, due_on=DUE)
    with pytest.raises(ValidationError) as refusal:
        twin.full_clean()
    assert "due_on" in refusal.value.message_dict
    with pytest.raises(IntegrityError), transaction.atomic():
        twin.save()
    move(milestone, DUE + DAY, "درخواست")
    Milestone(obligation=milestone.obligation, due_on=DUE + DAY).full_clean()


# --- Evidence and confirmation --------------------------------------------------------


def test_met_needs_evidence_as_text_or_as_a_document():
    milestone = make_milestone()
    milestone.verdict, milestone.met_on = "met", DUE
    with pytest.raises(ValidationError):
        milestone.full_clean()
    milestone.evidence_document = make_document(milestone=milestone, kind="evidence")
    milestone.full_clean()
    milestone.save()


@pytest.mark.parametrize(
    ("field", "verdict"),
    [
        ("met_on", {"verdict": "met", "evidence": "گزارش"}),
        ("reviewed_on", {"verdict": "waived", "verdict_reason": "سیل"}),
    ],
)
def test_nothing_is_judged_on_a_day_to_come(field, verdict):
    today = timezone.localdate()
    milestone = make_milestone(due_on=today + 30 * DAY)
    for name, value in verdict.items():
        setattr(milestone, name, value)
    setattr(milestone, field, today + DAY)
    with pytest.raises(ValidationError) as refusal:
        milestone.full_clean()
    assert list(refusal.value.message_dict) == [field]
    setattr(milestone, field, today)
    milestone.full_clean()


def make_important(**fields):
    return make_milestone(
        obligation=make_obligation(priority="high"), due_on=DUE, **(MET | fields)
    )


def test_high_priority_counts_as_kept_once_a_second_person_confirms():
    recorder = make_user()
    milestone = make_important(verdict_by=recorder)
    confirmed_on = DUE + 5 * DAY
    with pytest.raises(ValidationError):
        Milestone.objects.get().confirm(by=recorder)
    assert Milestone.objects.promises(DUE)["kashan"] == Promises(unconfirmed=1)
    milestone.confirm(by=make_user(), on=confirmed_on)
    for on, promises in (
        (confirmed_on - DAY, Promises(unconfirmed=1)),
        (confirmed_on, Promises(met=1)),
    ):
        assert Milestone.objects.promises(on)["kashan"] == promises
        is_open = promises.unconfirmed == 1
        assert Milestone.objects.unconfirmed(on).exists() == is_open
        assert milestone.is_unconfirmed(on) == is_open
        assert (standing(milestone, on) == "unconfirmed") == is_open
    assert (Promises(unconfirmed=1).kept, Promises(unconfirmed=1).due) == (0, 1)


def test_what_nobody_recorded_nobody_confirms():
    """Otherwise one and the same person could do both."""
    with pytest.raises(ValidationError):
        make_important().confirm(by=make_user())


def test_new_grounds_have_to_be_confirmed_anew():
    milestone = make_important(verdict_by=make_user())
    milestone.confirm(by=make_user())
    milestone.evidence = "گزارش دیگر"
    milestone.save()
    assert milestone.confirmed_by is milestone.confirmed_on is None


def test_a_confirmed_milestone_stays_with_its_obligation():
    milestone = make_important(verdict_by=make_user())
    milestone.confirm(by=make_user())
    milestone.obligation = make_obligation(side="partner")
    for refused in (milestone.full_clean, milestone.save):
        with pytest.raises(ValidationError) as refusal:
            refused()
        assert list(refusal.value.message_dict) == ["obligation"]
    assert Milestone.objects.get().obligation != milestone.obligation


def test_priority_is_not_lowered_past_whoever_has_still_to_confirm():
    milestone = make_important(verdict_by=make_user())
    obligation = milestone.obligation
    make_milestone(obligation=obligation, due_on=DUE + DAY)  # undecided
    obligation.priority = "normal"
    with pytest.raises(ValidationError) as refusal:
        obligation.full_clean()
    [message] = refusal.value.message_dict["priority"]
    assert jalali(DUE) in message and jalali(DUE + DAY) not in message
    milestone.confirm(by=make_user())
    obligation.full_clean()
    obligation.save()
    obligation.priority = "high"
    obligation.full_clean()


def test_database_itself_refuses_one_person_in_both_roles():
    user = make_user()
    milestone = make_important(verdict_by=user)
    for changes in (
        {"confirmed_by": user, "confirmed_on": DUE},
        {"confirmed_by": None, "confirmed_on": DUE},
        {"confirmed_by": make_user(), "confirmed_on": None},
        {"confirmed_by": make_user(), "confirmed_on": DUE, "verdict_by": None},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Milestone.objects.filter(pk=milestone.pk).update(**changes)


def test_normal_priority_needs_no_second_person():
    make_milestone(due_on=DUE, **MET)
    assert Milestone.objects.promises(DUE)["kashan"] == Promises(met=1)


def test_confirmation_of_what_was_read_does_not_undo_what_was_written_since():
    milestone = make_important(verdict_by=make_user(), evidence="گزارش نخست")
    read = Milestone.objects.get()
    milestone.evidence = "گزارش دوم"
    milestone.save()
    with pytest.raises(ValidationError):
        read.confirm(by=make_user())
    read = Milestone.objects.get()
    milestone.source = "نامه"
    milestone.save()
    second = make_user()
    read.confirm(by=second)
    for kept in (Milestone.objects.get(), milestone.history.first()):
        told = (kept.evidence, kept.source, kept.confirmed_by)
        assert told == ("گزارش دوم", "نامه", second)


@pytest.mark.django_db(transaction=True)
def test_a_verb_waits_for_whoever_is_at_the_milestone(client):
    """And then judges it as that person left it."""
    milestone, is_held = make_milestone(due_on=DUE), threading.Event()

    def waive():
        with transaction.atomic():
            row = Milestone.objects.select_for_update().get()
            is_held.set()
            time.sleep(0.5)  # for the other to come and ask
            row.verdict, row.verdict_reason, row.reviewed_on = "waived", "سیل", DUE
            row.save()
        connection.close()

    client.force_login(make_user(role="diplomacy_officer"))
    waiving = threading.Thread(target=waive)
    waiving.start()
    is_held.wait()
    url = reverse("admin:agreements_milestone_met", args=[milestone.pk])
    client.post(url, {"met_on": iso(DUE), "evidence": "گزارش"})
    waiving.join()
    assert Milestone.objects.get().verdict == "waived"


# --- Late and looked into -------------------------------------------------------------


def test_late_and_looked_into_differs_from_late_and_forgotten():
    reviewed_on = DUE + 10 * DAY
    milestone = make_milestone(due_on=DUE, reviewed_on=reviewed_on)
    early = make_milestone(due_on=DUE, reviewed_on=DUE - DAY)
    for on, forgotten, word in (
        (DUE, [], "pending"),
        (reviewed_on - DAY, [milestone, early], "overdue"),
        (reviewed_on, [early], "looked_at"),
    ):
        assert list(Milestone.objects.forgotten(on).order_by("pk")) == forgotten
        assert standing(milestone, on) == word
        assert Milestone.objects.overdue(on).count() == (2 if on > DUE else 0)
    assert standing(early, reviewed_on) == "overdue"


def test_what_falls_due_after_a_termination_binds_nobody():
    ended_on = DUE - DAY
    original = make_agreement()
    original.terminated_on, original.termination_reason = ended_on, "نامه"
    original.termination_document = make_document(original)
    original.save()
    for agreement in (original, make_agreement(amends=original, city=original.city)):
        for due_on, is_owed in ((ended_on, True), (DUE, False)):
            obligation = make_obligation(agreement=agreement)
            milestone = make_milestone(obligation=obligation, due_on=due_on)
            for on, is_known in ((ended_on - DAY, False), (DUE + 9 * DAY, True)):
                bound = Milestone.objects.filter(pk=milestone.pk).binding(on)
                assert bound.exists() == (is_owed or not is_known)
            on = DUE + 9 * DAY
            told = promises_of([milestone], on)
            assert told == Milestone.objects.filter(pk=milestone.pk).promises(on)
            assert told["kashan"].overdue == is_owed
            assert standing(milestone, on) == ("overdue" if is_owed else "released")


# --- The one definition, recomputed by hand -------------------------------------------


def test_promises_agree_with_a_recount_row_by_row_on_every_day():
    obligations = [
        make_obligation(side=side, priority=priority)
        for side in ("kashan", "partner", "both")
        for priority in ("normal", "high")
    ]
    users = [make_user(), make_user()]
    for number in range(120):
        make_one(obligations[number % 6], number, users)
    for days in range(-2, 40):
        on = DUE + days * DAY
        read = Milestone.objects.select_related("obligation__agreement")
        assert Milestone.objects.promises(on) == recount(on) == promises_of(read, on)


def make_one(obligation, number, users):
    verdict = ("", "met", "partly", "not_met", "waived")[number % 5]
    due_on = DUE + (number % 37) * DAY
    fields = {"due_on": due_on, "verdict": verdict}
    if verdict in ("met", "partly"):
        fields |= {"met_on": due_on + (number % 7 - 3) * DAY, "evidence": "گزارش"}
    if verdict not in ("", "met"):
        fields |= {"reviewed_on": due_on + (number % 3) * DAY, "verdict_reason": "علت"}
    milestone = make_milestone(
        obligation=obligation, verdict_by=users[0] if verdict else None, **fields
    )
    if verdict == "met" and number % 2:
        milestone.confirm(by=users[1], on=milestone.met_on + 2 * DAY)


def recount(on):
    found = {"kashan": Promises(), "partner": Promises()}
    for milestone in Milestone.objects.select_related("obligation__agreement"):
        word = standing(milestone, on).value
        if milestone.due_on > on or word in ("pending", "unbound", "released"):
            continue
        one = Promises(**{"overdue" if word == "looked_at" else word: 1})
        side = milestone.obligation.side
        for whose in found if side == "both" else [side]:
            found[whose] += one
    return found

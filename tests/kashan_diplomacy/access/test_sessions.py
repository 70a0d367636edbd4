"""How long one stays signed in, and when password and code are asked for again."""

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from budget import closing
from budget.models import Entry
from tests.factories import make_line, make_year

from .steps import PASSWORD, code_of, come_in, is_in, let_time_pass, make_person

pytestmark = [
    pytest.mark.once,
    pytest.mark.django_db,
    pytest.mark.usefixtures("as_in_production"),
]

INDEX, MINUTE, HOUR = "/admin/", 60, 60 * 60


@pytest.fixture
def head():
    return make_person("head", username="head", with_code=True)


def test_an_hour_without_use_ends_the_session(client, head):
    come_in(client, head)
    let_time_pass(client, HOUR + MINUTE)
    assert client.get(INDEX).status_code == 302
    assert not is_in(client)


def test_use_within_the_hour_keeps_it(client, head):
    come_in(client, head)
    for _number in range(3):
        let_time_pass(client, HOUR - MINUTE)
        assert client.get(INDEX).status_code == 200


def test_twelve_hours_end_it_however_much_it_is_used(client, head):
    come_in(client, head)
    session = client.session
    session["began_at"] -= 12 * HOUR + MINUTE
    session.save()
    assert client.get(INDEX).status_code == 302
    assert not is_in(client)


def test_session_of_before_there_were_limits_is_over(client, head):
    come_in(client, head)
    session = client.session
    del session["began_at"]
    session.save()
    client.get(INDEX)
    assert not is_in(client)


def test_whoever_is_signed_out_reads_why(client, head):
    come_in(client, head)
    let_time_pass(client, HOUR + MINUTE)
    page = client.get(INDEX, follow=True)
    assert len(list(page.context["messages"])) == 1


def test_private_document_is_closed_to_an_ended_session_too(client, head):
    come_in(client, head)
    let_time_pass(client, HOUR + MINUTE)
    client.get("/")
    assert not is_in(client)


def test_signing_out_everywhere_keeps_this_session_and_those_of_others(client, head):
    other, colleague = Client(), Client()
    auditor = make_person("auditor")
    come_in(other, head)
    come_in(colleague, auditor)
    client.force_login(head)
    let_time_pass(client, 0)
    session = client.session
    session["otp_device_id"] = other.session["otp_device_id"]
    session.save()
    client.post(reverse("admin:account"), {"everywhere": "1"})
    assert is_in(client)
    assert not is_in(other)
    assert is_in(colleague)


def test_changing_the_password_ends_other_sessions(client):
    user = make_person("auditor")
    other = Client()
    come_in(client, user)
    come_in(other, user)
    new = "سه قایق چوبی روی آب راکد"
    typed = {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
    answer = client.post(reverse("admin:password_change"), typed)
    assert answer.status_code == 302
    assert client.get(INDEX).status_code == 200
    assert other.get(INDEX).status_code == 302


def test_sessions_are_few_to_look_through(client, head):
    come_in(client, head)
    assert Session.objects.count() == 1


def prove(client, user, page, *, password=PASSWORD, code=None):
    typed = {"password": password, "code": code or code_of(user)}
    return client.post(f"{reverse('admin:prove')}?next={page}", typed)


def grave_pages():
    year = make_year(1401)
    make_line(fiscal_year=year, approved=1000)
    entry = Entry.objects.get()
    return year, {
        "month": reverse("admin:budget_fiscalyear_close_month", args=[year.pk]),
        "year": reverse("admin:budget_fiscalyear_close_year", args=[year.pk]),
        "reversal": reverse("admin:budget_entry_reverse", args=[entry.pk]),
        "code reset": reverse("admin:kashan_diplomacy_codereset_add"),
        "password": reverse("admin:password_change"),
    }


def test_what_cannot_be_undone_asks_for_password_and_code_again(client, head):
    year, pages = grave_pages()
    come_in(client, head)
    let_time_pass(client, 11 * MINUTE)
    for page in pages.values():
        for answer in (client.get(page), client.post(page, {"number": "1"})):
            assert answer["Location"].startswith(reverse("admin:prove")), page
    assert not year.closings.exists()


def test_minutes_after_signing_in_nothing_is_asked_again(client, head):
    year, pages = grave_pages()
    come_in(client, head)
    client.post(pages["month"], {"number": "1"})
    assert year.closings.exists()


def test_proof_leads_back_and_opens_for_ten_minutes(client, head):
    year, pages = grave_pages()
    come_in(client, head)
    let_time_pass(client, 11 * MINUTE)
    head.totpdevice_set.update(last_t=-1)  # as if the next code were shown by now
    assert prove(client, head, pages["month"])["Location"] == pages["month"]
    client.post(pages["month"], {"number": "1"})
    assert year.closings.exists()


@pytest.mark.parametrize("wrong", [{"password": "نادرست"}, {"code": "000000"}])
def test_half_a_proof_opens_nothing(client, head, wrong):
    _year, pages = grave_pages()
    come_in(client, head)
    let_time_pass(client, 11 * MINUTE)
    head.totpdevice_set.update(last_t=-1)
    assert prove(client, head, pages["month"], **wrong).status_code == 200
    assert client.get(pages["month"]).status_code == 302


def test_proof_leads_to_no_other_site(client, head):
    come_in(client, head)
    head.totpdevice_set.update(last_t=-1)
    page = prove(client, head, "https://evil.ir/")["Location"]
    assert page == reverse("admin:account")


def test_five_wrong_proofs_shut_out(client, head):
    come_in(client, head)
    answers = [prove(client, head, INDEX, password="نادرست") for _ in range(5)]
    assert answers[-1].status_code == 429


def test_closing_by_command_asks_nobody(head):
    year = make_year(1401)
    assert closing.close_month(year=year, month=1, by=head)

"""Mailed codes: one at a time, three tries, used once, for fifteen minutes, in the session that asked, so many an hour."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest
from django.core import mail
from django.core.cache import cache
from django.db import IntegrityError, connection, transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from ikusei.accounts import codes
from ikusei.accounts.middleware import AfterResponseMiddleware, after_response
from ikusei.accounts.models import SignInCode, User
from ikusei.accounts.tests.ways_in import is_signed_in, mailed, make_user
from tests.page_client import Page, PageClient

pytestmark = pytest.mark.django_db

CODE = r"^    (\S+)$"
HANA, REN = "hana@city.example", "ren@city.example"
WRONG = "コードが正しくありません"


@pytest.fixture(autouse=True)
def patience() -> None:
    """No test is slowed by the attempts of another."""
    cache.clear()


def ask(client: PageClient, email: str = HANA) -> str:
    """The code that was mailed."""
    client.post("/account/login/code/", {"email": email})
    return mailed(CODE)


def enter(client: PageClient, code: str) -> Page:
    """The answer to a code."""
    return Page(client.post("/account/login/code/confirm/", {"code": code}))


def copy_of(client: PageClient) -> PageClient:
    """Another browser with the same pending sign-in: what a request sent at the same moment reads, or a thief has."""
    other = PageClient()
    session = other.session
    session.update(dict(client.session.items()))
    session.save()
    return other


def test_a_code_signs_in_once() -> None:
    make_user()
    first = PageClient()
    code = ask(first)
    second = copy_of(first)
    enter(first, code)
    assert is_signed_in(first)
    assert WRONG in enter(second, code)
    assert not is_signed_in(second)


def test_a_newer_code_ends_the_one_before_wherever_it_was_asked_for() -> None:
    make_user()
    here, there = PageClient(), PageClient()
    older = ask(here)
    newer = ask(there)
    assert WRONG in enter(here, older)
    assert not is_signed_in(here)
    enter(there, newer)
    assert is_signed_in(there)


def test_a_code_is_valid_for_fifteen_minutes(monkeypatch: pytest.MonkeyPatch) -> None:
    make_user()
    late, in_time = PageClient(), PageClient()
    code = ask(late)
    now = time.time()
    with monkeypatch.context() as later:
        later.setattr(time, "time", lambda: now + 15 * 60 + 1)
        assert enter(late, code).response.headers["Location"] == "/account/login/code/"
        assert not is_signed_in(late)
    code = ask(in_time)
    with monkeypatch.context() as later:
        now = time.time()
        later.setattr(time, "time", lambda: now + 15 * 60 - 10)
        enter(in_time, code)
        assert is_signed_in(in_time)


def test_an_old_code_is_refused_by_its_row_alone() -> None:
    make_user()
    client = PageClient()
    code = ask(client)
    SignInCode.objects.update(made_at=timezone.now() - timedelta(minutes=15))
    assert WRONG in enter(client, code)
    assert not is_signed_in(client)


def test_three_wrong_tries_end_a_code() -> None:
    make_user()
    client = PageClient()
    code = ask(client)
    for _wrong in range(3):
        answer = enter(client, "BCDF-GHJK")
    assert answer.response.headers["Location"] == "/account/login/code/"
    assert enter(client, code).response.headers["Location"] == "/account/login/code/"
    assert not is_signed_in(client)


def test_tries_are_counted_whichever_copy_of_the_session_they_come_from() -> None:
    """Requests sent at once all read a session that has counted nothing yet."""
    make_user()
    client = PageClient()
    code = ask(client)
    for copy in [copy_of(client) for _request in range(3)]:
        enter(copy, "BCDF-GHJK")
    assert WRONG in enter(client, code)
    assert not is_signed_in(client)


def test_the_third_try_may_be_the_right_one() -> None:
    make_user()
    client = PageClient()
    code = ask(client)
    enter(client, "BCDF-GHJK")
    enter(client, "BCDF-GHJL")
    enter(client, code.lower().replace("-", ""))
    assert is_signed_in(client)


def test_a_code_asked_for_one_account_signs_in_no_other() -> None:
    make_user()
    make_user(REN)
    hanas, rens = PageClient(), PageClient()
    code_of_hana = ask(hanas)
    code_of_ren = ask(rens, REN)
    assert WRONG in enter(rens, code_of_hana)
    assert WRONG in enter(hanas, code_of_ren)
    assert not is_signed_in(hanas)
    assert not is_signed_in(rens)


def test_a_code_works_in_the_session_that_asked_for_it_only() -> None:
    make_user()
    code = ask(PageClient())
    stranger = PageClient()
    assert enter(stranger, code).response.headers["Location"] == "/account/login/code/"
    assert not is_signed_in(stranger)


def test_the_database_holds_no_code() -> None:
    make_user()
    code = ask(PageClient())
    assert SignInCode.objects.get().digest not in ("", code)
    assert len(SignInCode.objects.get().digest) == 64


@pytest.mark.parametrize("email", [HANA, "nobody@city.example"])
def test_an_address_gets_three_codes_a_minute_whoever_asks_and_known_or_not(email: str) -> None:
    make_user()
    answers = [
        PageClient().post("/account/login/code/", {"email": email}, REMOTE_ADDR=f"192.0.2.{number}")
        for number in range(4)
    ]
    assert [answer.status_code for answer in answers] == [302, 302, 302, 200]
    assert "試行回数が多すぎます" in Page(answers[3])
    assert len(mail.outbox) == (3 if email == HANA else 0)


def test_an_address_gets_twelve_codes_an_hour(monkeypatch: pytest.MonkeyPatch) -> None:
    make_user()
    now = time.time()
    for number in range(13):
        monkeypatch.setattr(time, "time", lambda number=number: now + number * 61)
        status = PageClient().post("/account/login/code/", {"email": HANA}).status_code
    assert status == 200
    assert len(mail.outbox) == 12


def test_one_machine_asks_for_twenty_codes_a_minute_whatever_the_addresses() -> None:
    def ask_from(machine: str, number: int) -> int:
        data = {"email": f"person-{number}@city.example"}
        return PageClient().post("/account/login/code/", data, REMOTE_ADDR=machine).status_code

    assert {ask_from("192.0.2.1", number) for number in range(20)} == {302}
    assert ask_from("192.0.2.1", 20) == 200
    assert ask_from("192.0.2.2", 21) == 302


def test_attempts_are_counted_in_the_database_which_all_processes_share() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM accounts_attempts")
        before = cursor.fetchone()[0]
        PageClient().post("/account/login/code/", {"email": HANA})
        cursor.execute("SELECT COUNT(*) FROM accounts_attempts")
        assert cursor.fetchone()[0] > before


def test_a_try_and_a_use_are_one_statement_each_so_that_none_slips_in_between(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    codes.remember(user=make_user(), code="BCDF-GHJK")
    for allowed in (True, True, True, False):
        with django_assert_num_queries(1) as tried:
            assert codes.count_try("BCDF-GHJK") is allowed
        assert tried.captured_queries[0]["sql"].startswith("UPDATE")
    for first in (True, False):
        with django_assert_num_queries(1) as used:
            assert codes.spend("BCDF-GHJK") is first
        assert used.captured_queries[0]["sql"].startswith("UPDATE")


def test_old_codes_are_forgotten() -> None:
    user = make_user()
    codes.remember(user=user, code="BCDF-GHJK")
    assert codes.forget_old() == 0
    SignInCode.objects.update(made_at=timezone.now() - timedelta(hours=1))
    assert codes.forget_old() == 1


def test_the_mail_with_the_code_leaves_after_the_page() -> None:
    """How long the answer takes, and whether the mail server is up, tells nobody that there is an account."""
    happened: list[str] = []

    def view(request: HttpRequest) -> HttpResponse:
        after_response(request, lambda: happened.append("mail"))
        happened.append("page")
        return HttpResponse()

    response = AfterResponseMiddleware(view)(HttpRequest())
    assert happened == ["page"]
    response.close()
    assert happened == ["page", "mail"]


def test_a_mail_server_that_is_down_does_not_tell_known_addresses_from_unknown_ones(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    make_user()

    def down(_mail: object) -> None:
        raise ConnectionRefusedError

    monkeypatch.setattr("django.core.mail.EmailMessage.send", down)
    client = PageClient()
    assert client.post("/account/login/code/", {"email": HANA}).status_code == 302
    assert "could not be sent" in caplog.text
    assert "hana@city.example" in client.open("/account/login/code/confirm/")


def test_the_link_of_an_invitation_fills_the_address_in() -> None:
    page = PageClient().open("/account/login/code/?address=boss%40host.example")
    assert page.find_all("input", name="email")[0].get("value") == "boss@host.example"
    hostile = PageClient().open('/account/login/code/?address="><script>alert(1)</script>')
    assert "alert(1)" not in "".join(script.text or "" for script in hostile.find_all("script"))


def test_an_account_that_signs_in_by_code_has_no_password() -> None:
    user = User.objects.create_user(email=HANA, code_only=True)
    user.set_password("correct horse battery")
    with pytest.raises(IntegrityError), transaction.atomic():
        user.save()

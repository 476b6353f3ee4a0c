"""The session of a host supervisor: in by mailed code while the invitation holds, and nowhere but where levels are confirmed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from allauth.account.internal.flows.login import perform_login
from allauth.account.models import Login
from allauth.core.context import request_context
from django.contrib.auth import authenticate
from django.core import mail
from django.core.cache import cache
from django.http import HttpRequest
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone
from pytest_django import Settings

from ikusei.accounts.models import User
from ikusei.accounts.services import may_sign_in
from ikusei.lib import clock
from ikusei.lib.rights import PUBLIC
from ikusei.org.access import Right
from ikusei.org.middleware import IN_AND_OUT
from ikusei.org.models import Posting, RoleGrant
from ikusei.org.services import hosts
from ikusei.org.tests.guests import ADDRESS, ask_for_code, come_in, dispatch, invite, open_company
from ikusei.skills.models import FrameworkVersion, Review
from tests.office import Office
from tests.page_client import Page, PageClient
from tests.permissions import TABLE, build_world
from tests.routes import address, ours


@pytest.fixture(autouse=True)
def patience(db: None) -> None:
    """No test is slowed by the attempts of another."""
    cache.clear()


@pytest.fixture
def away(office: Office) -> Posting:
    """The colleague's dispatch to a company."""
    return dispatch(office.person("colleague"), open_company())


@pytest.fixture
def grant(office: Office, away: Posting) -> RoleGrant:
    """The company's supervisor is invited to confirm the colleague."""
    return invite(office, away)


def is_in(client: PageClient) -> bool:
    """Whether the client's session belongs to an account."""
    return client.get("/").status_code == 200


def test_a_host_comes_in_by_code_and_finds_whom_they_confirm(grant: RoleGrant) -> None:
    client = come_in()
    page = client.open("/", language="en")
    assert page.text(page.find_all("h2")[0]) == "Whom do I confirm?"
    assert "Ren Inoue" in page
    assert "Minamo Inc. Development" in page
    assert "Hana Aoki" not in page
    links = [link for link in page.links() if link.startswith("/")]
    assert set(links) <= {"/", "/words/", "/privacy/", "/confirmation/"}


def test_every_address_of_ours_is_closed_to_them_but_those_for_confirming(
    office: Office, grant: RoleGrant, skill_map: FrameworkVersion, subtests: pytest.Subtests
) -> None:
    world = build_world(office, skill_map)
    views = {route.name: route.view for route in ours()}
    client = PageClient()
    client.force_login(grant.user)
    client.raise_request_exception = False
    opened = set()
    for row in TABLE:
        view = views[row.route]
        request = client.post if row.method == "POST" else client.get
        answer = request(address(row.route, row.arguments(world)) + row.query, dict(row.data))
        told = answer.status_code == 403 and "確認専用" in answer.content.decode()
        right, marked = getattr(view, "right", ""), getattr(view, "code_only", None)
        expected = marked if marked is not None else right in (PUBLIC, Right.LEVELS_CONFIRM)
        with subtests.test(row.route):
            assert told is not expected
            assert answer.status_code < 500
        if not told:
            opened.add(row.route)
    # A new address is opened to them by decision, not by accident: it is named here.
    confirming = ("skills:confirm", "skills:evidence", "skills:person_evidence")
    public = ("skills:words", "accounts:language", "portal:home", "portal:privacy", "demo:")
    gone = ("/account/signup/", "/account/email/", "/account/confirm-email/")
    assert [route for route in sorted(opened) if not route.startswith(confirming + public + gone)] == []


def _theirs(patterns: list[URLPattern | URLResolver], prefix: str = "/") -> Iterator[tuple[str, str]]:
    """Name and address of everything that allauth answers here."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from _theirs(pattern.url_patterns, prefix + str(pattern.pattern))
        elif pattern.callback.__module__.startswith("allauth."):
            path = prefix + str(pattern.pattern)
            for sample, value in (("<int:pk>", "1"), ("<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$", "1-abc/")):
                path = path.replace(sample, value)
            yield str(pattern.name), path.replace("^", "").replace("(?P1-abc/", "1-abc/")


def test_no_page_of_allauth_opens_for_them_but_to_come_and_to_go(
    grant: RoleGrant, subtests: pytest.Subtests
) -> None:
    client = come_in()
    found = dict(_theirs(get_resolver().url_patterns))
    assert {"account_set_password", "account_change_password", "mfa_index", "mfa_add_webauthn"} <= set(found)
    assert {"mfa_activate_totp", "account_reset_password", "account_reauthenticate"} <= set(found)
    for name, path in found.items():
        if name in IN_AND_OUT or path.startswith(("/account/signup", "/account/email", "/account/confirm-")):
            continue  # the latter do not exist: accounts/urls.py
        for method in (client.get, client.post):
            with subtests.test(f"{method.__name__} {path}"):
                answer = method(
                    path, {"password1": "correct horse battery", "password2": "correct horse battery"}
                )
                assert answer.status_code == 403
                assert "There is no password, no passkey and no other page" in Page(answer)
    grant.user.refresh_from_db()
    assert not grant.user.has_usable_password()
    for name in ("account_login", "account_request_login_code", "account_confirm_login_code"):
        assert client.get(found[name]).status_code == 302
    assert is_in(client)
    client.post(found["account_logout"])
    assert not is_in(client)


def test_nobody_else_is_confirmed_in_such_a_session(office: Office, grant: RoleGrant) -> None:
    client = come_in()
    owner = office.person("owner").public_id
    for path in (f"/confirmation/{owner}/", f"/confirmation/{owner}/history/"):
        assert client.get(path).status_code == 404
        assert client.post(path, {"decision": "agree"}).status_code in (404, 405)
    assert Review.objects.count() == 0


def test_words_and_language_stay_open(grant: RoleGrant) -> None:
    client = come_in()
    client.open("/words/")
    client.send("/account/language/", {"language": "ja"})
    assert User.objects.get(email=ADDRESS).language == "ja"


def test_no_password_lets_them_in(grant: RoleGrant) -> None:
    client = PageClient()
    for password in ("x", "!", grant.user.password):
        client.post("/account/login/", {"login": ADDRESS, "password": password})
        assert not is_in(client)
    assert authenticate(HttpRequest(), email=ADDRESS, password="x") is None


def test_no_link_for_a_new_password_is_mailed_and_the_page_does_not_tell(grant: RoleGrant) -> None:
    answers = [
        PageClient().post("/account/password/reset/", {"email": email})
        for email in (ADDRESS, "nobody@company.example")
    ]
    assert answers[0].headers["Location"] == answers[1].headers["Location"]
    assert mail.outbox == []


def test_a_way_in_without_a_code_is_refused_even_if_it_came_that_far(grant: RoleGrant) -> None:
    """The last door: whatever way of signing in ends here, only a mailed code is one for these accounts."""
    request = PageClient().get("/words/").wsgi_request
    request.session.save()
    with request_context(request):
        response = perform_login(request, Login(user=grant.user, email=ADDRESS))
    assert response.headers["Location"] == "/account/inactive/"
    assert "_auth_user_id" not in request.session


def test_the_end_of_the_invitation_ends_the_session_at_the_next_click(
    office: Office, grant: RoleGrant
) -> None:
    client = come_in()
    assert is_in(client)
    hosts.end_invitation(actor=office.viewer("manager"), grant=grant)
    assert not is_in(client)


def test_the_end_of_the_posting_ends_the_session_too(grant: RoleGrant, away: Posting) -> None:
    client = come_in()
    Posting.objects.filter(pk=away.pk).update(until=date(2026, 4, 15))
    assert not is_in(client)


def test_another_invitation_keeps_the_session_and_shrinks_what_it_reaches(
    office: Office, grant: RoleGrant, away: Posting
) -> None:
    invite(office, dispatch(office.person("stranger"), away.post), by="steward")
    client = come_in()
    assert "Aoi Ueda" in client.open("/", language="en")
    hosts.end_invitation(actor=office.viewer("manager"), grant=grant)
    page = client.open("/", language="en")
    assert "Aoi Ueda" in page
    assert "Ren Inoue" not in page


def test_after_the_end_no_code_is_mailed_and_the_answer_is_that_for_strangers(grant: RoleGrant) -> None:
    with clock.fixed(date(2027, 4, 1)):
        assert not may_sign_in(grant.user)
        known, unknown = PageClient(), PageClient()
        pages = []
        for client, email in ((known, ADDRESS), (unknown, "none@company.example")):
            sent = client.send("/account/login/code/", {"email": email}, language="en")
            page = client.open("/account/login/code/confirm/", language="en")
            wrong = [client.post("/account/login/code/confirm/", {"code": "BCDF-GHJK"}) for _try in range(3)]
            pages.append(
                (
                    sent.response.headers["Location"],
                    page.text().replace(email, "x"),
                    [(answer.status_code, answer.headers.get("Location")) for answer in wrong],
                )
            )
        assert pages[0] == pages[1]
        assert mail.outbox == []


def test_a_code_asked_for_in_time_lets_nobody_in_after_the_end(office: Office, grant: RoleGrant) -> None:
    client = PageClient()
    code = ask_for_code(client)
    hosts.end_invitation(actor=office.viewer("manager"), grant=grant)
    answer = client.send("/account/login/code/confirm/", {"code": code})
    assert answer.response.headers["Location"] == "/account/inactive/"
    assert not is_in(client)


def test_a_session_lasts_two_hours_however_much_is_done_in_it(grant: RoleGrant, settings: Settings) -> None:
    assert settings.CODE_ONLY_SESSION_AGE == 2 * 60 * 60
    client = come_in()
    for _click in range(2):
        client.send("/account/language/", {"language": "en"})
        session = client.session
        session["touched"] = True
        session.save()
    left = client.session.get_expiry_date() - timezone.now()
    assert timedelta(minutes=119) < left <= timedelta(minutes=120)


def test_an_ordinary_account_that_was_invited_keeps_its_pages(office: Office, away: Posting) -> None:
    invite(office, away, address="stranger@example.test")
    client = PageClient()
    client.force_login(office.user("stranger"))
    client.open("/account/settings/")
    client.open("/units/")
    assert "Ren Inoue" in client.open("/", language="en")
    client.open(f"/people/{away.person.public_id}/", status=404)


def test_a_language_saved_with_the_invitation_greets_them(grant: RoleGrant) -> None:
    ask_for_code(PageClient())
    assert mail.outbox[-1].subject == "[Ikusei] Your code for signing in"

"""Passkeys and security keys: added, used, renamed, removed."""

import json
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.core.cache import cache

from ikusei.accounts.tests.ways_in import SoftKey, confirm, is_signed_in, make_user, sign_in
from tests.page_client import Page, PageClient

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def patience() -> None:
    """No test is slowed by the attempts of another."""
    cache.clear()


@pytest.fixture
def client() -> PageClient:
    return PageClient()


def options(page: Page, name: str) -> dict[str, Any]:
    """What a page asks of the browser's keys."""
    (script,) = page.find_all("script", id="key-data")
    found: dict[str, Any] = json.loads(script.text or "")[name]
    return found


def add_key(client: PageClient) -> SoftKey:
    """A key added to the account that is signed in."""
    confirm(client)
    key = SoftKey()
    asked = options(client.open("/account/2fa/webauthn/add/"), "creation_options")
    client.send(
        "/account/2fa/webauthn/add/",
        {"name": "Notebook", "passwordless": "on", "credential": key.create(asked)},
    )
    return key


def sign_in_by_key(client: PageClient, key: SoftKey) -> None:
    """Send what the button of the sign-in page sends."""
    asked = client.get("/account/2fa/webauthn/login/", headers={"Accept": "application/json"}).json()
    client.post("/account/2fa/webauthn/login/", {"credential": key.get(asked["request_options"])})


def test_a_passkey_signs_in_without_a_password(client: PageClient) -> None:
    make_user()
    sign_in(client)
    key = add_key(client)
    client.post("/account/logout/")
    sign_in_by_key(client, key)
    assert is_signed_in(client)


def test_adding_a_passkey_is_mailed_to_its_owner(client: PageClient) -> None:
    make_user()
    sign_in(client)
    add_key(client)
    assert "パスキーまたはセキュリティキーが追加されました" in "".join(str(sent.body) for sent in mail.outbox)


def test_another_key_does_not_sign_in(client: PageClient) -> None:
    make_user()
    sign_in(client)
    key = add_key(client)
    client.post("/account/logout/")
    sign_in_by_key(client, SoftKey(owner=key.owner))
    assert not is_signed_in(client)


def test_the_passkey_of_a_closed_account_does_not_sign_in(client: PageClient) -> None:
    user = make_user()
    sign_in(client)
    key = add_key(client)
    client.post("/account/logout/")
    user.is_active = False
    user.save()
    sign_in_by_key(client, key)
    assert not is_signed_in(client)


def test_the_key_is_the_second_step_after_the_password(client: PageClient) -> None:
    make_user()
    sign_in(client)
    key = add_key(client)
    client.post("/account/logout/")
    sign_in(client)
    asked = options(client.open("/account/2fa/authenticate/"), "request_options")
    client.send("/account/2fa/authenticate/", {"credential": key.get(asked)})
    assert is_signed_in(client)


def test_the_key_confirms_that_it_is_you(client: PageClient) -> None:
    make_user()
    sign_in(client)
    key = add_key(client)
    client.post("/account/logout/")
    sign_in_by_key(client, key)
    asked = options(client.open("/account/2fa/webauthn/reauthenticate/"), "request_options")
    client.send("/account/2fa/webauthn/reauthenticate/", {"credential": key.get(asked)})
    client.open("/account/2fa/totp/activate/")


NO_CREDENTIALS = [
    '{"id": "x"}',
    "[1]",
    "7",
    '{"id": "eA", "rawId": "eA", "type": "public-key", "response": {}}',
]


@pytest.mark.parametrize("sent", NO_CREDENTIALS)
def test_what_is_no_credential_is_not_added(client: PageClient, sent: str) -> None:
    make_user()
    sign_in(client)
    confirm(client)
    client.open("/account/2fa/webauthn/add/")
    page = client.send("/account/2fa/webauthn/add/", {"name": "Notebook", "credential": sent}, status=200)
    assert "コードが正しくありません" in page
    assert Authenticator.objects.count() == 0


@pytest.mark.parametrize("sent", NO_CREDENTIALS)
def test_what_is_no_credential_signs_nobody_in(client: PageClient, sent: str) -> None:
    client.get("/account/2fa/webauthn/login/", headers={"Accept": "application/json"})
    client.send("/account/2fa/webauthn/login/", {"credential": sent})
    assert not is_signed_in(client)
    assert "コードが正しくありません" in client.open("/account/login/")


@pytest.mark.parametrize("path", ["authenticate/", "webauthn/reauthenticate/"])
def test_what_is_no_credential_confirms_nothing(client: PageClient, path: str) -> None:
    make_user()
    sign_in(client)
    add_key(client)
    client.post("/account/logout/")
    sign_in(client)
    if path != "authenticate/":
        asked = options(client.open("/account/2fa/authenticate/"), "request_options")
        client.post("/account/2fa/authenticate/", {"credential": SoftKey().get(asked)})
    client.get(f"/account/2fa/{path}")
    assert client.post(f"/account/2fa/{path}", {"credential": '{"id": "x"}'}).status_code != 500


def test_a_key_is_listed_renamed_and_removed_by_its_owner_alone(client: PageClient) -> None:
    make_user()
    sign_in(client)
    add_key(client)
    number = Authenticator.objects.get(type="webauthn").pk
    assert "Notebook" in client.open("/account/2fa/webauthn/")
    client.send(f"/account/2fa/webauthn/keys/{number}/edit/", {"name": "Old notebook"})
    assert "Old notebook" in client.open(f"/account/2fa/webauthn/keys/{number}/remove/")

    other = PageClient()
    make_user("ren@city.example")
    sign_in(other, "ren@city.example")
    confirm(other)
    for action in ("edit", "remove"):
        other.open(f"/account/2fa/webauthn/keys/{number}/{action}/", status=404)

    client.send(f"/account/2fa/webauthn/keys/{number}/remove/")
    assert not Authenticator.objects.filter(type="webauthn").exists()

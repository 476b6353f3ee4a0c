"""Signing in by password, mailed code, authenticator app and recovery code, and out again."""

import pytest
from django.core import mail
from django.core.cache import cache

from ikusei.accounts.models import User
from ikusei.accounts.tests.ways_in import (
    PASSWORD,
    app_code,
    confirm,
    is_signed_in,
    mailed,
    make_user,
    sign_in,
)
from tests.page_client import Page, PageClient

pytestmark = pytest.mark.django_db

CODE = r"^    (\S+)$"


@pytest.fixture(autouse=True)
def patience() -> None:
    """No test is slowed by the attempts of another."""
    cache.clear()


@pytest.fixture
def client() -> PageClient:
    return PageClient()


def activate_app(client: PageClient) -> str:
    """The secret of an authenticator app set up for whoever is signed in."""
    confirm(client)
    page = client.open("/account/2fa/totp/activate/")
    secret = page.text(page.find_all("code")[0])
    client.send("/account/2fa/totp/activate/", {"code": app_code(secret)})
    return secret


def test_the_right_password_signs_in_and_leads_to_the_page_that_was_asked_for(client: PageClient) -> None:
    make_user()
    response = sign_in(client, next="/account/settings/")
    assert response.headers["Location"] == "/account/settings/"
    assert is_signed_in(client)


def test_the_case_of_the_mail_address_does_not_matter(client: PageClient) -> None:
    make_user()
    sign_in(client, email="Hana@City.Example")
    assert is_signed_in(client)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("ja", "メールアドレスまたはパスワードが正しくありません。"),
        ("en", "The mail address or the password is not correct."),
    ],
)
def test_a_wrong_password_and_an_unknown_address_are_told_the_same(
    client: PageClient, language: str, words: str
) -> None:
    make_user()
    for email in ("hana@city.example", "nobody@city.example"):
        data = {"login": email, "password": "wrong"}
        assert words in client.send("/account/login/", data, status=200, language=language)
    assert not is_signed_in(client)


def test_guessing_passwords_is_stopped(client: PageClient) -> None:
    make_user()
    for _attempt in range(5):
        sign_in(client, password="wrong")
    assert "試行回数が多すぎます" in Page(sign_in(client))
    assert not is_signed_in(client)


def test_signing_in_does_not_lead_to_another_site(client: PageClient) -> None:
    make_user()
    assert sign_in(client, next="https://elsewhere.example/").headers["Location"] == "/"


def test_a_closed_account_cannot_sign_in_by_password_nor_by_mailed_code(client: PageClient) -> None:
    make_user(is_active=False)
    sign_in(client)
    assert not is_signed_in(client)
    client.send("/account/login/code/", {"email": "hana@city.example"})
    assert mail.outbox == []


def test_an_account_closed_meanwhile_is_signed_out_at_once(client: PageClient) -> None:
    user = make_user()
    sign_in(client)
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert not is_signed_in(client)


@pytest.mark.parametrize("path", ["signup/", "email/", "confirm-email/", "confirm-email/abc/"])
def test_nobody_makes_an_account_or_changes_its_address_here(client: PageClient, path: str) -> None:
    assert client.get(f"/account/{path}").status_code == 404
    data = {"email": "new@city.example", "password1": PASSWORD, "password2": PASSWORD, "action_add": ""}
    assert client.post(f"/account/{path}", data).status_code == 404
    assert User.objects.count() == 0


def test_the_sign_in_page_offers_no_sign_up(client: PageClient) -> None:
    assert [link for link in client.open("/account/login/").links() if "signup" in link] == []


def test_a_mailed_code_signs_in(client: PageClient) -> None:
    make_user()
    client.send("/account/login/code/", {"email": "hana@city.example"})
    code = mailed(CODE)
    page = client.send("/account/login/code/confirm/", {"code": "WRONG"}, status=200)
    assert "コードが正しくありません" in page
    client.send("/account/login/code/confirm/", {"code": code})
    assert is_signed_in(client)


def test_asking_for_a_code_does_not_tell_whether_there_is_an_account(client: PageClient) -> None:
    page = client.send("/account/login/code/", {"email": "nobody@city.example"})
    assert page.response.headers["Location"] == "/account/login/code/confirm/"
    assert "nobody@city.example" in client.open("/account/login/code/confirm/")
    assert mail.outbox == []


def test_an_authenticator_app_is_asked_for_after_the_password(client: PageClient) -> None:
    make_user()
    sign_in(client)
    secret = activate_app(client)
    client.post("/account/logout/")
    assert sign_in(client).headers["Location"] == "/account/2fa/authenticate/"
    assert not is_signed_in(client)
    wrong = f"{(int(app_code(secret)) + 500_000) % 1_000_000:06}"
    page = client.send("/account/2fa/authenticate/", {"code": wrong}, status=200)
    assert "コードが正しくありません" in page
    client.send("/account/2fa/authenticate/", {"code": app_code(secret)})
    assert is_signed_in(client)


def test_the_authenticator_app_is_asked_for_after_a_mailed_code_too(client: PageClient) -> None:
    make_user()
    sign_in(client)
    activate_app(client)
    client.post("/account/logout/")
    client.post("/account/login/code/", {"email": "hana@city.example"})
    client.post("/account/login/code/confirm/", {"code": mailed(CODE)})
    assert not is_signed_in(client)


def test_a_recovery_code_signs_in_once(client: PageClient) -> None:
    make_user()
    sign_in(client)
    activate_app(client)
    page = client.open("/account/2fa/recovery-codes/")
    code = page.text(page.find_all("ul", class_="codes")[0].findall(".//code")[0])
    for expected in (True, False):
        client.post("/account/logout/")
        sign_in(client)
        client.post("/account/2fa/authenticate/", {"code": code})
        assert is_signed_in(client) is expected


def test_the_second_step_offers_a_key_only_to_those_who_have_one(client: PageClient) -> None:
    make_user()
    sign_in(client)
    activate_app(client)
    client.post("/account/logout/")
    sign_in(client)
    assert client.open("/account/2fa/authenticate/").find_all("button", id="key-sign-in") == []


def test_the_app_can_be_put_out_of_use_and_its_owner_hears_of_both(
    client: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The test's own transaction is never committed; the mails go out at once instead.
    monkeypatch.setattr("django.db.transaction.on_commit", lambda send, *_more: send())
    make_user(language="en")
    sign_in(client)
    activate_app(client)
    client.open("/account/2fa/totp/deactivate/")
    client.send("/account/2fa/totp/deactivate/")
    subjects = [sent.subject for sent in mail.outbox]
    assert "[Ikusei] Authenticator app in use" in subjects
    assert "[Ikusei] Authenticator app no longer in use" in subjects
    client.post("/account/logout/")
    sign_in(client)
    assert is_signed_in(client)


def test_changing_the_ways_to_sign_in_asks_for_the_password_again(client: PageClient) -> None:
    make_user()
    sign_in(client)
    for path in ("2fa/totp/activate/", "2fa/webauthn/add/", "2fa/recovery-codes/generate/"):
        where = client.get(f"/account/{path}").headers["Location"]
        assert where.startswith("/account/reauthenticate/"), path


def test_a_forgotten_password_is_replaced_through_a_mailed_link_that_works_once(client: PageClient) -> None:
    make_user()
    client.send("/account/password/reset/", {"email": "hana@city.example"})
    link = mailed(r"(http://testserver/account/password/reset/key/\S+)")
    form = client.get(link).headers["Location"]
    new = {"password1": "another horse battery", "password2": "another horse battery"}
    client.send(form, new)
    sign_in(client, password="another horse battery")
    assert is_signed_in(client)
    assert "このリンクは無効です" in PageClient().open(link)


def test_a_password_is_changed_with_the_present_one(client: PageClient) -> None:
    make_user()
    sign_in(client)
    new = {"password1": "another horse battery", "password2": "another horse battery"}
    page = client.send("/account/password/change/", {"oldpassword": "wrong", **new}, status=200)
    assert "現在のパスワードが正しくありません" in page
    client.send("/account/password/change/", {"oldpassword": PASSWORD, **new})
    assert User.objects.get().check_password("another horse battery")
    assert "パスワードが変更されました" in str(mail.outbox[-1].body)


def test_signing_out_is_a_question_first_and_leads_to_sign_in(client: PageClient) -> None:
    make_user()
    sign_in(client)
    client.open("/account/logout/")
    assert is_signed_in(client)
    assert client.send("/account/logout/").response.headers["Location"] == "/account/login/"
    assert not is_signed_in(client)


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize(
    "path",
    [
        "login/",
        "login/code/",
        "password/reset/",
        "password/reset/done/",
        "password/reset/key/done/",
        "password/reset/key/1-wrong/",
        "inactive/",
    ],
)
def test_the_pages_before_sign_in_follow_the_rules_of_all_pages(
    client: PageClient, path: str, language: str
) -> None:
    client.open(f"/account/{path}", language=language)


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize(
    "path",
    [
        "logout/",
        "settings/",
        "reauthenticate/",
        "password/change/",
        "2fa/",
        "2fa/totp/activate/",
        "2fa/webauthn/",
        "2fa/webauthn/add/",
    ],
)
def test_the_pages_of_an_account_follow_the_rules_of_all_pages(
    client: PageClient, path: str, language: str
) -> None:
    make_user()
    sign_in(client)
    confirm(client)
    client.open(f"/account/{path}", language=language)

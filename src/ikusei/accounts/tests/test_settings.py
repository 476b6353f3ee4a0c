"""Language and era years: chosen on the settings page or in the header, kept, and applied."""

import pytest
from django.conf import settings as django_settings
from django.core import mail

from ikusei.accounts import services
from ikusei.accounts.models import User
from ikusei.accounts.tests.ways_in import is_signed_in, make_user, sign_in
from ikusei.audit.models import Entry
from tests.page_client import PageClient

pytestmark = pytest.mark.django_db

COOKIE = django_settings.LANGUAGE_COOKIE_NAME


@pytest.fixture
def client() -> PageClient:
    return PageClient()


def test_the_settings_page_is_for_those_who_are_signed_in(client: PageClient) -> None:
    assert not is_signed_in(client)
    make_user()
    sign_in(client)
    assert "hana@city.example" in client.open("/account/settings/")


def test_settings_are_saved_applied_at_once_and_written_to_the_audit_trail(client: PageClient) -> None:
    user = make_user()
    sign_in(client)
    client.send("/account/settings/", {"language": "en", "era_dates": "on"})
    user.refresh_from_db()
    assert (user.language, user.era_dates) == ("en", True)
    assert "Your settings are saved." in client.open("/account/settings/")
    entry = Entry.objects.get(verb="accounts.settings.save")
    assert entry.actor == user
    assert entry.before == {"language": "", "era_dates": False}
    assert entry.after == {"language": "en", "era_dates": True}


def test_saving_the_same_settings_again_writes_nothing(client: PageClient) -> None:
    user = make_user(language="ja")
    services.save_settings(actor=user, language="ja", era_dates=False)
    assert not Entry.objects.exists()


def test_a_language_that_does_not_exist_is_refused(client: PageClient) -> None:
    user = make_user()
    with pytest.raises(services.UnknownLanguage):
        services.save_settings(actor=user, language="xx", era_dates=False)
    sign_in(client)
    client.send("/account/settings/", {"language": "xx"}, status=200)
    assert User.objects.get().language == ""


def test_the_saved_language_applies_at_sign_in(client: PageClient) -> None:
    make_user(language="en")
    sign_in(client)
    assert client.cookies[COOKIE].value == "en"
    assert client.open("/account/settings/").root.get("lang") == "en"


def test_without_a_saved_language_the_page_stays_as_it_was(client: PageClient) -> None:
    make_user()
    sign_in(client)
    assert COOKIE not in client.cookies
    assert client.open("/account/settings/", language="en").root.get("lang") == "en"


def test_the_header_switches_the_language_for_those_who_are_signed_out(client: PageClient) -> None:
    page = client.send("/account/language/", {"language": "en", "next": "/account/login/"})
    assert page.response.headers["Location"] == "/account/login/"
    assert client.open("/account/login/").root.get("lang") == "en"


def test_the_header_saves_the_language_of_those_who_are_signed_in(client: PageClient) -> None:
    user = make_user(era_dates=True)
    sign_in(client)
    client.send("/account/language/", {"language": "en", "next": "/"})
    user.refresh_from_db()
    assert (user.language, user.era_dates) == ("en", True)


@pytest.mark.parametrize(
    "address", ["https://elsewhere.example/", "//elsewhere.example/", "javascript:alert(1)", "no-page", ""]
)
def test_switching_the_language_leads_to_no_other_site(client: PageClient, address: str) -> None:
    page = client.send("/account/language/", {"language": "en", "next": address})
    assert page.response.headers["Location"] == "/"


def test_switching_the_language_is_a_form_and_knows_two(client: PageClient) -> None:
    assert client.get("/account/language/").status_code == 405
    assert client.post("/account/language/", {"language": "fr"}).status_code == 404


@pytest.mark.parametrize(
    ("saved", "subject"),
    [
        ("ja", "[Ikusei] サインイン用コードのお知らせ"),
        ("en", "[Ikusei] Your code for signing in"),
        ("", "[Ikusei] Your code for signing in"),
    ],
)
def test_mail_is_written_in_the_language_of_its_reader(client: PageClient, saved: str, subject: str) -> None:
    make_user(language=saved)
    client.send("/account/login/code/", {"email": "hana@city.example"}, language="en")
    assert mail.outbox[-1].subject == subject


def test_era_years_are_written_for_whoever_wants_them(client: PageClient) -> None:
    make_user(era_dates=True)
    assert "令和8年4月15日" not in client.open("/account/login/")
    sign_in(client)
    assert "令和8年4月15日" in client.open("/account/settings/")

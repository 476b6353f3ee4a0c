"""The entrance of the demonstration: open there, and only there."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pytest_django import Settings

from ikusei.demo.models import Persona
from tests.office import Office
from tests.page_client import PageClient

type ClientAs = Callable[[object], PageClient]


@pytest.fixture
def persona(office: Office) -> Persona:
    """The manager of the office as a persona."""
    return Persona.objects.create(key="manager", order=1, user=office.user("manager"))


def test_one_click_signs_in_as_the_persona(persona: Persona, client_as: ClientAs, settings: Settings) -> None:
    settings.DEMONSTRATION = True
    client = client_as(None)
    page = client.get("/demonstration/")
    assert persona.user.person.display_name in page.content.decode()
    answer = client.post("/demonstration/enter/manager/")
    assert answer.status_code == 302
    assert client.session["_auth_user_id"] == str(persona.user.pk)


@pytest.mark.parametrize(
    ("asked", "reached"),
    [
        ("/self-assessment/", "/self-assessment/"),
        ("https://elsewhere.example/", "/"),
        ("no-such-view", "/"),
        ("", "/"),
    ],
)
def test_the_entrance_leads_on_to_where_the_visitor_was(
    persona: Persona, client_as: ClientAs, settings: Settings, asked: str, reached: str
) -> None:
    settings.DEMONSTRATION = True
    client = client_as(None)
    page = client.get("/demonstration/", {"next": asked})
    assert (f'name="next" value="{asked}"' in page.content.decode()) is bool(asked)
    assert client.post("/demonstration/enter/manager/", {"next": asked})["Location"] == reached


@pytest.mark.parametrize("path", ["/demonstration/", "/demonstration/enter/manager/"])
def test_outside_the_demonstration_there_is_no_entrance(
    persona: Persona, client_as: ClientAs, settings: Settings, path: str
) -> None:
    settings.DEMONSTRATION = False
    client = client_as(None)
    answer = client.post(path) if "enter" in path else client.get(path)
    assert answer.status_code == 404
    assert "_auth_user_id" not in client.session


def test_a_look_at_the_address_signs_nobody_in(
    persona: Persona, client_as: ClientAs, settings: Settings
) -> None:
    settings.DEMONSTRATION = True
    client = client_as(None)
    assert client.get("/demonstration/enter/manager/").status_code == 405
    assert "_auth_user_id" not in client.session


def test_before_the_city_is_built_the_entrance_says_what_to_do(
    db: None, client_as: ClientAs, settings: Settings
) -> None:
    settings.DEMONSTRATION = True
    assert "ikusei demo" in client_as(None).get("/demonstration/").content.decode()

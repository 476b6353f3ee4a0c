"""A steward's steps: each page says what will happen, a POST does it, and nobody else may."""

from collections.abc import Callable
from datetime import date

import pytest
from django.urls import reverse

from ikusei.org import access
from ikusei.skills.models import FrameworkVersion
from ikusei.skills.services.frameworks import save_framework
from ikusei.skills.tests.made_up import framework, published
from tests.page_client import PageClient

pytestmark = pytest.mark.usefixtures("office")

type ClientAs = Callable[[str | None], PageClient]

STEPS = ("publish", "use", "withdraw", "delete")


def address(step: str) -> str:
    return reverse(f"skills:framework_{step}", args=("test", "1"))


def draft() -> FrameworkVersion:
    return save_framework(actor=access.operator(), data=framework())


@pytest.mark.parametrize("step", STEPS)
def test_opening_a_step_changes_nothing(client_as: ClientAs, step: str) -> None:
    before = draft()
    assert client_as("steward").open(address(step), language="en").find_all("li")
    assert (
        FrameworkVersion.objects.values().get()
        == FrameworkVersion.objects.filter(pk=before.pk).values().get()
    )
    assert FrameworkVersion.objects.get().is_draft


@pytest.mark.parametrize("step", STEPS)
def test_only_a_steward_may_take_a_step(client_as: ClientAs, step: str) -> None:
    published()
    for who in ("manager", "administrator", "stranger"):
        client_as(who).send(address(step), {"from_date": "2026-05-01"}, status=403)
    client_as(None).send(address(step), {"from_date": "2026-05-01"})
    version = FrameworkVersion.objects.get()
    assert (version.state, version.in_use_from) == ("published", None)


def test_a_draft_is_published_and_put_to_use(client_as: ClientAs) -> None:
    draft()
    client = client_as("steward")
    client.send(address("publish"))
    client.send(address("use"), {"from_date": "2026-05-01"})
    version = FrameworkVersion.objects.get()
    assert (version.state, version.published_on) == ("published", date(2026, 4, 15))
    assert version.in_use_from == date(2026, 5, 1)


def test_a_broken_rule_is_told_on_the_page(client_as: ClientAs) -> None:
    draft()
    page = client_as("steward").send(address("use"), {"from_date": "2026-05-01"}, status=200, language="en")
    assert page.find_all("div", role="alert")
    assert FrameworkVersion.objects.get().in_use_from is None


def test_a_version_to_come_is_withdrawn(client_as: ClientAs) -> None:
    published(use_from=date(2026, 5, 1))
    client_as("steward").send(address("withdraw"))
    assert FrameworkVersion.objects.get().state == "withdrawn"


def test_a_draft_is_deleted_and_the_list_follows(client_as: ClientAs) -> None:
    draft()
    answer = client_as("steward").send(address("delete"))
    assert answer.response.headers["Location"] == reverse("skills:frameworks")
    assert not FrameworkVersion.objects.exists()

"""What every test may ask for: the office and its people, a client that checks pages, counted queries."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterator

import hypothesis
import pytest
from django.conf import settings
from django.utils import translation

from ikusei.accounts.models import User
from ikusei.org import job_types
from ikusei.org.models import Person
from ikusei.skills.models import Cycle, FrameworkVersion
from tests import assessment as assessed
from tests import office as cast
from tests import skill_map as rated
from tests.page_client import PageClient

# What CI tries is the same for the same code; at a developer's desk every run tries something new.
hypothesis.settings.register_profile("ci", derandomize=True)
if os.environ.get("CI") == "true":
    hypothesis.settings.load_profile("ci")

type Who = str | User | Person | None


@pytest.fixture(autouse=True)
def japanese() -> Iterator[None]:
    """Each test begins in the language of the settings, whatever the one before it switched to."""
    with translation.override(settings.LANGUAGE_CODE):
        yield


@pytest.fixture(autouse=True)
def nothing_remembered() -> None:
    """Each test asks anew what job types are called: a process remembers it for a minute, over the end of a test."""
    job_types.forget()


@pytest.fixture
def office(db: None) -> cast.Office:
    """The standing cast (tests/office.py): one person for every role."""
    return cast.standing()


@pytest.fixture
def skill_map(office: cast.Office) -> FrameworkVersion:
    """The demonstration framework in use, with what was said of the owner and the colleague (tests/skill_map.py)."""
    return rated.build(office)


@pytest.fixture
def cycle(office: cast.Office, skill_map: FrameworkVersion) -> Cycle:
    """An open assessment cycle: the owner has handed in, the colleague has not begun (tests/assessment.py)."""
    return assessed.build(office, skill_map)


@pytest.fixture
def client_as(request: pytest.FixtureRequest) -> Callable[[Who], PageClient]:
    """A maker of clients: client_as("manager"), client_as(person), client_as(user), client_as(None) for nobody."""

    def make(who: Who) -> PageClient:
        client = PageClient()
        member: User | Person | None = (
            request.getfixturevalue("office").user(who) if isinstance(who, str) else who
        )
        user = member.user if isinstance(member, Person) else member
        if user is not None:
            client.force_login(user)
        return client

    return make


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """With CI=true nothing may be skipped: a skip is a failure there."""
    report = yield
    if os.environ.get("CI") == "true" and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"With CI=true nothing may be skipped: {report.longrepr}"
    return report

"""What a row of the table of permissions says, and the world that its addresses are about."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any
from uuid import UUID

from ikusei.jobs import registry
from ikusei.jobs.models import Job
from ikusei.rotation.tests import ground
from ikusei.skills.models import Cycle, Evidence, FrameworkVersion
from ikusei.skills.tests import proofs
from tests import assessment
from tests.office import CAST, Office

NOBODY = "nobody"
SIGNED_IN = tuple(member.key for member in CAST)
EVERYONE = (NOBODY, *SIGNED_IN)


@dataclass(frozen=True, slots=True)
class World:
    """What addresses can be about."""

    office: Office
    framework: FrameworkVersion
    job: Job
    proof: Evidence
    cycle: Cycle
    ground: ground.Ground


def build_world(office: Office, framework: FrameworkVersion) -> World:
    """The office, its framework in use, an open cycle, a job of the owner's, a certificate they attached, a round of rotation."""
    return World(
        office=office,
        framework=framework,
        job=Job.objects.create(task=registry.nightly_tasks()[0], owner=office.user("owner")),
        proof=proofs.attach(office, framework, certificate=proofs.known_kind(), upload=proofs.pdf()),
        cycle=assessment.build(office, framework),
        ground=ground.lay(office),
    )


Arguments = Callable[[World], dict[str, Any]]


def nothing(_world: World) -> dict[str, Any]:
    """The arguments of an address that has none."""
    return {}


def person(key: str, **more: str) -> Arguments:
    """The arguments of an address about one of the cast, with others that it takes."""
    return lambda world: {"public_id": world.office.person(key).public_id} | more


def post(key: str) -> Arguments:
    """The arguments of an address about a member's post."""
    return lambda world: {"pk": world.office.posts[key].pk}


def no_such(_world: World) -> dict[str, Any]:
    """The arguments of an address about a thing that is not there."""
    return {"public_id": UUID(int=0)}


@dataclass(frozen=True, slots=True)
class Row:
    """A route, who may open it, and from whom it is hidden as if it were not there (404)."""

    route: str
    may: tuple[str, ...]
    hidden: tuple[str, ...] = ()
    arguments: Arguments = nothing
    query: str = ""
    method: str = "GET"
    data: Mapping[str, str] = MappingProxyType({})
    answers: tuple[int, ...] = (200,)
    nobody: int = 302

    def expected(self, role: str) -> tuple[int, ...]:
        """The statuses that a role may be answered with."""
        if role in self.may:
            return self.answers
        if role in self.hidden:
            return (404,)
        return (self.nobody,) if role == NOBODY else (403,)


def only(words: str) -> tuple[str, ...]:
    """The roles named in a string; one that is not in the cast is a mistake in the table."""
    roles = tuple(words.split())
    unknown = set(roles) - set(EVERYONE)
    assert not unknown, f"not in the cast: {unknown}"
    return roles


def but(words: str) -> tuple[str, ...]:
    """Everybody who is signed in, except the roles named."""
    left_out = only(words)
    return tuple(role for role in SIGNED_IN if role not in left_out)


LISTS_PEOPLE = "manager planner academy steward administrator"
CHANGES = "planner administrator"
SENDS = "academy steward administrator"
COUNTS_LEVELS = "manager planner academy steward executive"
SEES_OWNER = "owner manager planner steward"
FAR_FROM_OWNER = "colleague stranger host_supervisor executive auditor"
POSTED = (200, 302, 400, 409)
"""What a form may answer to somebody who may send it: done, or shown again with what is wrong."""

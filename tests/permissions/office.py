"""People, units, accounts, jobs, notices and the first pages: who may open what."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import Model

from ikusei.org.models import Person
from tests.permissions.rows import (
    CHANGES,
    EVERYONE,
    LISTS_PEOPLE,
    SENDS,
    SIGNED_IN,
    Arguments,
    Row,
    World,
    but,
    no_such,
    only,
    person,
    post,
)


def unit(code: str) -> Arguments:
    """The arguments of an address about a unit of the office."""
    return lambda world: {"pk": world.office.units[code].pk}


def of_owner(part: Callable[[Person], Model | None]) -> Arguments:
    """The arguments of an address about something of the owner's."""

    def arguments(world: World) -> dict[str, Any]:
        owner = world.office.person("owner")
        found = part(owner)
        assert found is not None
        return {"public_id": owner.public_id, "pk": found.pk}

    return arguments


def a_grant(world: World) -> dict[str, Any]:
    """The arguments of an address about the manager's role."""
    return {"pk": world.office.viewer("manager").grants[0].pk}


def job(world: World) -> dict[str, Any]:
    """The arguments of an address about the owner's job."""
    return {"public_id": world.job.public_id}


def a_wording(_world: World) -> dict[str, Any]:
    """The arguments of an address about the wording of a notice."""
    return {"kind": "notices.trial", "language": "ja"}


OFFICE: tuple[Row, ...] = (
    # portal
    Row("portal:home", SIGNED_IN),
    Row("portal:privacy", SIGNED_IN),
    Row("portal:own_changes", SIGNED_IN),
    Row("portal:audit", only("auditor")),
    Row("portal:jobs", only("administrator")),
    # org
    Row("org:people", only(LISTS_PEOPLE)),
    Row("org:units", SIGNED_IN),
    Row("org:unit", SIGNED_IN, arguments=unit("services")),
    Row("org:employers", only("administrator")),
    Row("org:grants", only("administrator")),
    Row("org:me", SIGNED_IN),
    Row("org:looks", SIGNED_IN),
    # Whoever may list the owner sees the page; academy may list and not open; the rest may not know of the owner.
    Row(
        "org:person",
        only("owner manager planner steward administrator"),
        hidden=only("colleague stranger host_supervisor executive auditor"),
        arguments=person("owner"),
    ),
    Row(
        "org:person",
        only("stranger planner steward administrator"),
        hidden=only("owner colleague manager host_supervisor executive auditor"),
        arguments=person("stranger"),
    ),
    # org: the tree, posts and postings are changed by planners (their employer's) and administrators
    Row("org:people_export", only("manager planner academy steward administrator")),
    Row("org:posting_new", only(CHANGES), arguments=person("owner")),
    Row("org:posting_end", only(CHANGES), arguments=of_owner(lambda person: person.postings.first())),
    Row(
        "org:employment_change", only(CHANGES), arguments=of_owner(lambda person: person.employments.first())
    ),
    # org: a host supervisor is invited by the person's own section, or a steward
    Row("org:host", only("manager steward"), arguments=person("owner")),
    Row("org:host", only("steward"), hidden=only("manager"), arguments=person("stranger")),
    Row(
        "org:host_again",
        (),
        hidden=only("manager steward"),
        arguments=lambda world: person("owner")(world) | {"pk": 0},
        method="POST",
    ),
    Row(
        "org:host_end",
        (),
        hidden=only("manager steward"),
        arguments=lambda world: person("owner")(world) | {"pk": 0},
    ),
    Row("org:leave_new", only(CHANGES), arguments=person("owner")),
    Row("org:part_new", only(CHANGES), arguments=unit("services")),
    Row("org:unit_change", only(CHANGES), arguments=unit("services")),
    Row("org:unit_move", only(CHANGES), arguments=unit("services")),
    Row("org:unit_close", only(CHANGES), arguments=unit("services")),
    Row("org:post_new", only(CHANGES), arguments=unit("services")),
    Row("org:post_change", only(CHANGES), arguments=post("owner")),
    Row("org:post_close", only(CHANGES), arguments=post("owner")),
    Row("org:root_new", only(CHANGES), arguments=lambda _world: {"code": "city"}),
    Row("org:unit_change", only("administrator"), arguments=unit("platform")),
    Row("org:employer_new", only("administrator")),
    Row("org:grant_account", only("administrator")),
    Row(
        "org:grant_new", only("administrator"), arguments=lambda world: {"pk": world.office.user("owner").pk}
    ),
    Row("org:grant_end", only("administrator"), arguments=a_grant),
    Row("org:account_new", only("administrator")),
    # org: staff lists come in through an administrator; one that is not there is hidden
    Row("org:imports", only("administrator")),
    Row("org:people_import_new", only("administrator")),
    Row("org:people_import", (), hidden=only("administrator"), arguments=no_such),
    Row("org:people_import_columns", (), hidden=only("administrator"), arguments=no_such, method="POST"),
    Row("org:people_import_apply", (), hidden=only("administrator"), arguments=no_such, method="POST"),
    Row("org:people_import_problems", (), hidden=only("administrator"), arguments=no_such),
    Row("org:people_import_undo", (), hidden=only("administrator"), arguments=no_such, method="POST"),
    # accounts; accounts are made by the city, so allauth's own ways to make or rename one are closed
    Row("accounts:settings", SIGNED_IN),
    Row("accounts:language", EVERYONE, method="POST", data={"language": "ja"}, answers=(302,)),
    Row("/account/signup/", (), hidden=EVERYONE),
    Row("/account/email/", (), hidden=EVERYONE),
    Row("/account/confirm-email/", (), hidden=EVERYONE),
    Row(
        "/account/confirm-email/<str:key>/", (), hidden=EVERYONE, arguments=lambda _world: {"key": "some-key"}
    ),
    # jobs: one's own; the administrator sees that they run, on the page of the portal
    Row("jobs:detail", only("owner"), hidden=but("owner"), arguments=job),
    Row("jobs:stop", only("owner"), hidden=but("owner"), arguments=job, method="POST", answers=(302,)),
    Row("jobs:run_again", only("owner"), hidden=but("owner"), arguments=job, method="POST", answers=(302,)),
    # notices: whoever sends them and whoever looks after the mail server
    Row("notices:mailings", only(SENDS)),
    Row("notices:trial", only(SENDS), method="POST", answers=(302,)),
    Row("notices:wordings", only(SENDS)),
    Row("notices:wording", only(SENDS), arguments=a_wording),
    Row("notices:wording_reset", only(SENDS), arguments=a_wording, method="POST", answers=(302,)),
    Row("notices:barred", only(SENDS)),
    Row("notices:clear", (), hidden=only(SENDS), arguments=lambda _world: {"pk": 0}, method="POST"),
    Row("notices:mailing", (), hidden=only(SENDS), arguments=no_such),
    Row("notices:stop", (), hidden=only(SENDS), arguments=no_such, method="POST"),
    Row("notices:go_on", (), hidden=only(SENDS), arguments=no_such, method="POST"),
    Row("notices:again", (), hidden=only(SENDS), arguments=no_such, method="POST"),
    Row("notices:leave", (), hidden=only(SENDS), arguments=no_such, method="POST"),
    # demo: not there outside the demonstration
    Row("demo:choose", (), hidden=EVERYONE),
    Row("demo:enter", (), hidden=EVERYONE, arguments=lambda _world: {"key": "planner"}, method="POST"),
)

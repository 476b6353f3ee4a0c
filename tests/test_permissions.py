"""The permission table holds, and no route is missing from it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import transaction

from ikusei.lib.rights import PUBLIC, SIGNED_IN
from ikusei.org.access import Right
from ikusei.skills.models import FrameworkVersion
from tests.office import Office
from tests.page_client import PageClient
from tests.permissions import EVERYONE, NOBODY, TABLE, build_world
from tests.routes import address, ours


def test_every_route_of_ours_names_its_right() -> None:
    known = {PUBLIC, SIGNED_IN, *Right}
    assert [route.name for route in ours() if getattr(route.view, "right", None) not in known] == []


def test_no_route_is_missing_from_the_table() -> None:
    assert sorted({route.name for route in ours()} - {row.route for row in TABLE}) == []


def test_the_table_names_no_route_that_is_gone() -> None:
    assert sorted({row.route for row in TABLE} - {route.name for route in ours()}) == []


def test_each_role_is_answered_as_the_table_says(
    office: Office,
    skill_map: FrameworkVersion,
    client_as: Callable[[str | None], PageClient],
    subtests: pytest.Subtests,
) -> None:
    world = build_world(office, skill_map)
    clients = {role: client_as(None if role == NOBODY else role) for role in EVERYONE}
    for client in clients.values():
        client.raise_request_exception = False  # a page that fails is answered 500, and named below
    for row in TABLE:
        url = address(row.route, row.arguments(world)) + row.query
        wrong = {}
        for role, client in clients.items():
            with transaction.atomic():
                request = client.post if row.method == "POST" else client.get
                status = request(url, dict(row.data)).status_code
                transaction.set_rollback(True)  # what one role did is not there for the next
            if status not in row.expected(role):
                wrong[role] = f"{status}, expected {' or '.join(map(str, row.expected(role)))}"
        with subtests.test(f"{row.method} {url}"):
            assert not wrong, "; ".join(f"{role}: {what}" for role, what in wrong.items())

"""Who may open what: ONE table. A new route gets its row here; tests/test_permissions.py tries every row as every role.

Unless a row says otherwise, nobody (not signed in) is sent to the sign-in page and every other role is answered 403.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.office import CAST, Office

NOBODY = "nobody"
SIGNED_IN = tuple(member.key for member in CAST)
EVERYONE = (NOBODY, *SIGNED_IN)
ROLES = EVERYONE


def nothing(_office: Office) -> dict[str, Any]:
    """The arguments of an address that has none."""
    return {}


def about(key: str) -> Callable[[Office], dict[str, Any]]:
    """The arguments of an address about one of the cast."""
    return lambda office: {"public_id": office.person(key).public_id}


@dataclass(frozen=True, slots=True)
class Row:
    """A route, who may open it, and from whom it is hidden as if it were not there (404)."""

    route: str
    may: tuple[str, ...]
    hidden: tuple[str, ...] = ()
    arguments: Callable[[Office], dict[str, Any]] = nothing
    query: str = ""
    method: str = "GET"
    answers: tuple[int, ...] = (200,)

    def expected(self, role: str) -> tuple[int, ...]:
        """The statuses that a role may be answered with."""
        if role in self.may:
            return self.answers
        if role in self.hidden:
            return (404,)
        return (302,) if role == NOBODY else (403,)


def named(words: str) -> tuple[str, ...]:
    """The roles named in a string; an unknown one is a mistake in the table."""
    roles = tuple(words.split())
    unknown = set(roles) - set(ROLES)
    assert not unknown, f"not in the cast: {unknown}"
    return roles


TABLE: tuple[Row, ...] = (Row("portal:home", SIGNED_IN),)

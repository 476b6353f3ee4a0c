"""Which panels a viewer's first page has."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ikusei.org.access import Right, Viewer
from ikusei.org.models import Role
from ikusei.portal.queries import oversight, placement, progress, team, words


@dataclass(frozen=True, slots=True)
class Panel:
    """A part of the first page: the template that shows it, and what it shows."""

    template: str
    data: Any


@dataclass(frozen=True, slots=True)
class _Kind:
    """A kind of panel: for whom, from which query, in which template."""

    wanted: Callable[[Viewer], bool]
    read: Callable[[Viewer], Any]
    template: str


def _role(*roles: Role) -> Callable[[Viewer], bool]:
    return lambda viewer: any(viewer.has_role(role) for role in roles)


KINDS: tuple[_Kind, ...] = (
    _Kind(_role(Role.ADMINISTRATOR), oversight.operations, "portal/panels/operations.html"),
    _Kind(_role(Role.AUDITOR), oversight.audit_trail, "portal/panels/audit.html"),
    _Kind(_role(Role.EXECUTIVE), progress.headcount, "portal/panels/headcount.html"),
    _Kind(_role(Role.PLANNER), placement.unsettled, "portal/panels/unsettled.html"),
    _Kind(_role(Role.STEWARD), words.frameworks, "portal/panels/words.html"),
    _Kind(_role(Role.MANAGER, Role.HOST_SUPERVISOR), team.my_team, "portal/panels/team.html"),
    _Kind(_role(Role.ACADEMY, Role.EXECUTIVE), progress.missing_skills, "portal/panels/missing.html"),
    _Kind(lambda viewer: viewer.can(Right.OWN), team.my_own, "portal/panels/own.html"),
)


def first_page(viewer: Viewer) -> list[Panel]:
    """The panels of a viewer, the most particular first; every one answers with what exists today."""
    panels = ((kind, kind.read(viewer)) for kind in KINDS if kind.wanted(viewer))
    return [Panel(template=kind.template, data=data) for kind, data in panels if data is not None]

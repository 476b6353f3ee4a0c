"""Which panels a viewer's first page has."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ikusei.org.access import Viewer
from ikusei.org.models import Role
from ikusei.portal.queries import cycles, oversight, placement, progress, team, words
from ikusei.portal.queries.own import Record, Standing, own_page


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


def _leads(viewer: Viewer) -> bool:
    """Whether the viewer leads people; an executive's page answers for the whole instead."""
    return viewer.has_role(Role.MANAGER) and not viewer.has_role(Role.EXECUTIVE)


KINDS: tuple[_Kind, ...] = (
    _Kind(_role(Role.ADMINISTRATOR), oversight.operations, "portal/panels/operations.html"),
    _Kind(_role(Role.AUDITOR), oversight.audit_trail, "portal/panels/audit.html"),
    _Kind(_role(Role.EXECUTIVE), progress.headcount, "portal/panels/headcount.html"),
    _Kind(_role(Role.PLANNER), placement.unsettled, "portal/panels/unsettled.html"),
    _Kind(_role(Role.STEWARD), cycles.running_cycle, "portal/panels/cycle.html"),
    _Kind(_role(Role.STEWARD), words.frameworks, "portal/panels/words.html"),
    _Kind(_leads, team.my_team, "portal/panels/team.html"),
    _Kind(_role(Role.HOST_SUPERVISOR), team.whom_i_confirm, "portal/panels/confirming.html"),
    _Kind(_role(Role.ACADEMY, Role.EXECUTIVE), progress.missing_skills, "portal/panels/missing.html"),
)
"""For roles, the most particular first. Each takes at most five queries, so that a page stays within eight."""


def first_page(viewer: Viewer) -> list[Panel]:
    """The panels of a viewer: those of the roles, or, where there are none, the viewer's own standing and record."""
    panels = ((kind, kind.read(viewer)) for kind in KINDS if kind.wanted(viewer))
    answered = [Panel(template=kind.template, data=data) for kind, data in panels if data is not None]
    own = own_page(viewer) if not answered else None
    match own:
        case Standing():
            answered.append(Panel(template="portal/panels/standing.html", data=own))
        case Record():
            answered.append(Panel(template="portal/panels/own.html", data=own))
    return answered

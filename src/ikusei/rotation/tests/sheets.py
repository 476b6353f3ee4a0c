"""Preference sheets for tests: what somebody says, and saying it through the services while the sheets are open."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from ikusei.lib import clock
from ikusei.org import access
from ikusei.org.access import Viewer
from ikusei.org.models import Purpose, Role, Scope
from ikusei.org.services import grants
from ikusei.rotation.models import ProtectedAsk, ProtectedKind, Sheet
from ikusei.rotation.services.wish_sheets import save_sheet
from ikusei.rotation.tests.ground import Ground
from ikusei.rotation.wishing import Protected, Wishes
from tests.office import SINCE

OPEN = date(2025, 12, 15)
"""A day on which sheets can be written."""

SECRET_WORDS = "透析に週三回通うため近くを希望"
REASON = Protected(kind=ProtectedKind.HEALTH, ask=ProtectedAsk.PLACE, text=SECRET_WORDS)


def wishes_of_owner(ground: Ground, *, protected: bool = True) -> Wishes:
    """Move, to the platform first, with a protected reason."""
    said = Wishes(
        intent="move",
        ranked=((ground.posts["owner-platform"].pk, "設計を学びたい"), (ground.posts["colleague"].pk, "")),
        growth_classes=("govtech",),
        places="北部",
        concerns="九月に試験",
        may_dispatch=True,
        protected=REASON,
    )
    return said if protected else replace(said, protected=None)


def file_sheet(ground: Ground, key: str = "owner", *, hand_in: bool = True, **changes: object) -> Sheet:
    """The sheet of one of the cast, saved on a day on which it can be."""
    wishes = replace(wishes_of_owner(ground), **changes)  # type: ignore[arg-type]  # fields of Wishes
    with clock.fixed(OPEN):
        return save_sheet(
            actor=ground.office.viewer(key),
            round_id=ground.round.public_id,
            wishes=wishes,
            seen=0,
            hand_in=hand_in,
        )


def make_bureau_planner(ground: Ground, key: str = "academy") -> Viewer:
    """One of the cast who plans for the bureau of digital services alone."""
    grants.give_role(
        actor=access.operator(),
        user=ground.office.user(key),
        role=Role.PLANNER,
        scope=Scope.UNIT,
        purpose=Purpose.PLACEMENT,
        unit=ground.office.units["digital"],
        from_date=SINCE,
    )
    return ground.office.viewer(key)

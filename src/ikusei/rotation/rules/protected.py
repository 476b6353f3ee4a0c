"""Protected reasons (health, care of relatives): set by the person in the preference sheet.

The rule knows what is asked for and until when, never the reason. Its sentence says even that to the personnel section
alone (`sentences.sentence`).
"""

from __future__ import annotations

from collections.abc import Iterator

from ikusei.lib import fiscal
from ikusei.rotation.rules import ways
from ikusei.rotation.rules.breach import Breach, Fix
from ikusei.rotation.rules.scene import Scene

STAY, PLACE = "stay", "place"


def of_person(scene: Scene, key: str) -> Iterator[Breach]:
    """A move while the reason holds: against "no move" any, against "only some posts" one that was not wished for."""
    person = scene.person(key)
    for one in scene.picture.protected:
        if one.person != key or one.ask not in (STAY, PLACE):
            continue
        for year in scene.years:
            # Without an end it holds for the moves of this round; the next sheet says it again.
            until = scene.years[0] + 1 if one.until is None else fiscal.fiscal_year(one.until) + 1
            if year >= until or not scene.seating.has_moved(key, year):
                continue
            post = scene.seating.at(key, year)
            if one.ask == PLACE and post in person.wishes:
                continue
            choice = ways.stay(scene, key, year)
            fix = Fix("stay-put", {"person": key}, (choice,) if choice else ())
            facts = {"ask": one.ask, "until": one.until}
            yield Breach("protected", key, post, year, facts, "must", fix)
            break

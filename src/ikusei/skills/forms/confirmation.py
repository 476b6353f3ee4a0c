"""What the pages of confirmation send: choices by skill, and the statements that a list showed."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.datastructures import MultiValueDict

from ikusei.skills.forms.self_assessment import note_of
from ikusei.skills.models import Decision
from ikusei.skills.services.confirming import Choice

DIGITS = 15


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed for one skill, as it was typed: shown again wherever it could not be saved."""

    decision: str = ""
    level: str = ""
    reason: str = ""


def number(text: str) -> int | None:
    """The whole number that a field holds, None for anything else."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= DIGITS else None


def typed_in(data: MultiValueDict[str, str]) -> dict[int, Typed]:
    """Skill -> what was typed for it: those for which a choice was made or something was written."""
    found = {}
    for name in data:
        kind, _dash, rest = name.partition("-")
        skill_id = number(rest)
        if kind == "seen" and skill_id is not None:
            typed = Typed(
                data.get(f"decision-{skill_id}", ""),
                data.get(f"level-{skill_id}", ""),
                note_of(data.get(f"reason-{skill_id}", "")),
            )
            if typed.decision or typed.reason.strip():
                found[skill_id] = typed
    return found


def choices_in(data: MultiValueDict[str, str], typed: Mapping[int, Typed]) -> list[Choice]:
    """The choices that were made; a text without a choice is none (`undecided`)."""
    return [
        Choice(
            skill_id=skill_id,
            seen=number(data.get(f"seen-{skill_id}", "")) or 0,
            decision=Decision(one.decision),
            level=number(one.level),
            reason=one.reason,
            mark=data.get(f"mark-{skill_id}", ""),
        )
        for skill_id, one in typed.items()
        if one.decision in Decision.values
    ]


def undecided(typed: Mapping[int, Typed]) -> list[int]:
    """The skills for which a text was written and no choice made."""
    return [skill_id for skill_id, one in typed.items() if one.decision not in Decision.values]


def seen_in(data: MultiValueDict[str, str]) -> dict[int, list[int]]:
    """Participant -> the statements shown, for everybody whose box is ticked ("<participant>:<statement>.<statement>")."""
    found: dict[int, list[int]] = {}
    for text in data.getlist("seen"):
        who, _colon, rest = text.partition(":")
        participant = number(who)
        statements = [number(one) for one in rest.split(".") if one]
        if participant is not None:
            found[participant] = [one for one in statements if one is not None]
    return found

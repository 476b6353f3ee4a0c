"""What the page and the script of a self-assessment send: answers, with the mark of what the page showed.

A field is applied only where it differs from what its page showed: a page sent late, twice or from a second tab
changes nothing that its owner did not touch.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.datastructures import MultiValueDict

from ikusei.skills.models.cycle import REASON_LENGTH
from ikusei.skills.queries.self_assessment.page import Given, mark_of

MOST_CHANGES = 300
"""Answers in one message of the script: more than any framework has questions on a page."""

LONGEST_NUMBER = 15


class NotUnderstood(ValueError):
    """The message is none of ours."""


@dataclass(frozen=True, slots=True)
class Posted:
    """One question as it came back. `seen` is the revision the page showed; `left`: what was saved meanwhile stays."""

    skill_id: int
    given: Given
    seen: int
    answer_changed: bool
    wishes_changed: bool
    left: bool = False


def posted_in(data: MultiValueDict[str, str]) -> list[Posted]:
    """The questions of a whole page, in its order."""
    found = []
    for name in data:
        kind, _dash, number = name.partition("-")
        if kind == "seen" and (skill_id := _number(number)) is not None:
            found.append(_question(data, skill_id, data.get(name, "")))
    return found


def _question(data: MultiValueDict[str, str], skill_id: int, mark: str) -> Posted:
    given = Given(
        level=_number(data.get(f"level-{skill_id}", "")),
        note=note_of(data.get(f"note-{skill_id}", "")),
        interested=f"interested-{skill_id}" in data,
        may_be_asked=f"asked-{skill_id}" in data,
    )
    revision, answer, wishes = (*mark.split("."), "", "", "")[:3]
    _revision, now, wished = mark_of(0, given).split(".")
    return Posted(
        skill_id=skill_id,
        given=given,
        seen=_number(revision) or 0,
        answer_changed=now != answer,
        wishes_changed=wished != wishes,
        left=f"leave-{skill_id}" in data,
    )


def changed(posted: Iterable[Posted]) -> list[Posted]:
    """Those that the person touched and wants."""
    return [one for one in posted if not one.left and (one.answer_changed or one.wishes_changed)]


def unchanged_in(data: MultiValueDict[str, str]) -> dict[int, int]:
    """Skill -> the level that stood on the page as that of last time."""
    found = {}
    for pair in data.getlist("unchanged"):
        skill, _colon, level = pair.partition(":")
        if (skill_id := _number(skill)) is not None and (number := _number(level)) is not None:
            found[skill_id] = number
    return found


def messages_in(body: bytes) -> list[Posted]:
    """What the script sends: {"answers": [{"skill", "level", "note", "seen", "interested", "may_be_asked"}]}.

    The two wishes are left out together where they were not touched. Raises NotUnderstood.
    """
    try:
        told = json.loads(body)
        rows = told["answers"]
        if not isinstance(rows, list) or not 0 < len(rows) <= MOST_CHANGES:
            raise NotUnderstood("answers")
        found = {posted.skill_id: posted for posted in map(_message, rows)}
        if len(found) < len(rows):
            raise NotUnderstood("the same skill twice")
        return list(found.values())
    except (ValueError, TypeError, KeyError) as error:
        raise NotUnderstood(str(error)) from error


def _message(row: Mapping[str, Any]) -> Posted:
    level = row["level"]
    if not (level is None or type(level) is int) or type(row["skill"]) is not int:
        raise NotUnderstood("level")
    if type(row["seen"]) is not int:
        raise NotUnderstood("seen")
    if len(str(row["skill"])) > LONGEST_NUMBER:
        raise NotUnderstood("skill")
    return Posted(
        skill_id=row["skill"],
        given=Given(
            level=level,
            note=note_of(row["note"]),
            interested=row.get("interested") is True,
            may_be_asked=row.get("may_be_asked") is True,
        ),
        seen=row["seen"],
        answer_changed=True,
        wishes_changed="interested" in row,
    )


def note_of(text: str) -> str:
    """A text as it is kept: lines end in one way, nothing that a database cannot hold."""
    if not isinstance(text, str):
        raise NotUnderstood("note")
    plain = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    return plain.encode("utf-8", "ignore").decode().strip()


def typed_as_json(posted: Iterable[Posted]) -> dict[str, list[Any]]:
    """What was typed, to be kept in a session; notes that nobody could save are cut."""
    return {
        str(one.skill_id): [
            one.given.level,
            one.given.note[: 2 * REASON_LENGTH],
            one.given.interested,
            one.given.may_be_asked,
        ]
        for one in list(posted)[:MOST_CHANGES]
    }


def typed_from_json(stored: Mapping[str, list[Any]]) -> dict[int, Given]:
    """What `typed_as_json` kept, by skill."""
    return {int(skill_id): Given(*values) for skill_id, values in stored.items()}


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= LONGEST_NUMBER else None

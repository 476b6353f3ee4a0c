"""Confirmation sheets that come back: checked whole, then applied in one transaction; by oneself or as a proxy."""

import hashlib
import json
import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ikusei.files import services as files
from ikusei.files.kinds import FileType
from ikusei.files.models import StoredFile
from ikusei.lib.tabular import Problem, TabularError
from ikusei.org import access
from ikusei.org.access import NotVisible, Right, Viewer
from ikusei.org.errors import RuleBroken
from ikusei.skills.models import Participant
from ikusei.skills.queries.confirmation.rows import Decided
from ikusei.skills.queries.confirmation.scope import confirmable
from ikusei.skills.queries.confirmation.sheet import enterable
from ikusei.skills.queries.confirmation.standing import standings
from ikusei.skills.services.confirming import (
    Choice,
    DecisionsRefused,
    checked,
    own_decisions,
    voice_of,
)
from ikusei.skills.services.proxy import Spokesman, proxy_voice
from ikusei.skills.services.reviewing import Spoken, answers_of, lock, speak
from ikusei.skills.sheets.confirmation_reading import Line, heading_of, read_sheet

OWNER_KIND = "confirmation-sheet"
LIMIT = 5 << 20
KEPT = timedelta(days=7)
"""How long a sheet that was looked at and not applied is kept."""


class SheetChanged(RuleBroken):
    """Between the look and the saving something else happened: the sheet now means something else."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What a sheet would do. `counts`: decision -> how many; `same` stand already; `empty` rows decide nothing."""

    spoken: list[Spoken]
    problems: list[Problem]
    counts: dict[str, int]
    people: int
    empty: int

    @property
    def good(self) -> int:
        """How many rows can be saved."""
        return sum(self.counts.values())

    @property
    def digest(self) -> str:
        """What tells this outcome from another one of the same file."""
        words = [
            [
                one.participant.pk,
                word.answer.skill_id,
                word.answer.statement_id,
                word.decision,
                word.level,
                word.reason,
            ]
            for one in self.spoken
            for word in one.words
        ]
        text = json.dumps([words, [problem.as_dict() for problem in self.problems]], ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()


def keep_sheet(*, actor: Viewer, upload: Any, proxy: bool) -> StoredFile:
    """The uploaded workbook, kept until it is applied. Raises FileRefused, PermissionDenied."""
    access.require(actor, Right.PROXY_ENTRY if proxy else Right.LEVELS_CONFIRM)
    with transaction.atomic():
        return files.store_upload(
            user=actor.user,
            name=upload.name,
            content=upload,
            owner_kind=OWNER_KIND,
            allowed={FileType.XLSX},
            limit=LIMIT,
        )


def kept_sheet(*, actor: Viewer, public_id: uuid.UUID) -> StoredFile:
    """A sheet that the actor uploaded and has not applied yet. Raises NotVisible."""
    rows = StoredFile.objects.filter(public_id=public_id, owner_kind=OWNER_KIND, created_by=actor.user)
    found = rows.first()
    if found is None:
        raise NotVisible(str(public_id))
    return found


def check_sheet(*, actor: Viewer, stored: StoredFile, spokesman: Spokesman | None = None) -> Checked:
    """What a sheet would do, and every row that it cannot do, with a fix. Writes nothing. Raises TabularError."""
    with transaction.atomic():
        return _check(actor, stored, spokesman)


def apply_sheet(*, actor: Viewer, stored: StoredFile, digest: str, spokesman: Spokesman | None = None) -> int:
    """How many decisions were written: all good rows of the sheet in one transaction; the file is given up.

    `digest` is that of the look (`Checked.digest`). Raises SheetChanged where the sheet now means something else.
    """
    with transaction.atomic():
        found = _check(actor, stored, spokesman)
        if found.digest != digest:
            raise SheetChanged(
                _("Something has changed since you looked at the sheet. Please look once more.")
            )
        verb = "skills.confirmation.decide" if spokesman is None else "skills.confirmation.enter"
        written = speak(actor=actor, spoken=found.spoken, verb=verb)
        files.delete_stored(stored)
    return written


def remove_old_sheets() -> int:
    """How many sheets were removed that nobody applied within a week."""
    rows = StoredFile.objects.filter(owner_kind=OWNER_KIND, created_at__lt=timezone.now() - KEPT)
    count = 0
    for row in rows:
        files.delete_stored(row)
        count += 1
    return count


def _check(actor: Viewer, stored: StoredFile, spokesman: Spokesman | None) -> Checked:
    with files.open_stored(stored) as file:
        lines = read_sheet(file.read(), file=stored.name)
    reached = confirmable(actor) if spokesman is None else enterable(actor)
    wanted = {line.participant_id for line in lines.lines}
    people = {row.pk: row for row in lock(reached.filter(pk__in=wanted))}
    answers = answers_of(list(people.values()))
    standing = standings(actor, list(people.values())) if spokesman is None else {}
    problems = list(lines.problems)
    spoken: list[Spoken] = []
    for participant_id, theirs in _by_person(lines.lines).items():
        person = people.get(participant_id)
        if person is None or not person.may_be_confirmed:
            problems += [_out_of_reach(line, person) for line in theirs]
            continue
        mine = own_decisions(actor, person.pk) if spokesman is None else {}
        words, wrong = _words(person, theirs, answers.get(person.pk, {}), mine)
        problems += wrong
        voice = (
            voice_of(actor, standing[person.pk])
            if spokesman is None
            else proxy_voice(actor, person, spokesman)
        )
        spoken.append(Spoken(person, voice, words))
    problems.sort(key=lambda problem: problem.row or 0)
    counts = Counter(str(word.decision) for one in spoken for word in one.words)
    return Checked(spoken, problems, dict(counts), sum(bool(one.words) for one in spoken), lines.empty)


def _by_person(lines: Sequence[Line]) -> dict[int, list[Line]]:
    found: dict[int, list[Line]] = {}
    for line in lines:
        found.setdefault(line.participant_id, []).append(line)
    return found


def _out_of_reach(line: Line, person: Participant | None) -> Problem:
    if person is None:
        reason = _("You do not confirm this person, or the cycle is closed.")
        fix = _("Leave the row empty, or ask the skill steward.")
    else:
        reason = _("This cycle is closed, or the person has not handed in.")
        fix = _("Leave the row empty; the steward can open the cycle again.")
    return Problem(line.number, heading_of("name"), line.who, reason, fix)


def _words(
    person: Participant, lines: Sequence[Line], answers: Mapping[int, Any], mine: Mapping[int, Decided]
) -> tuple[list[Any], list[Problem]]:
    """The lines as words, and those that cannot be said."""
    choices = [
        Choice(line.skill_id, line.seen, line.decision, line.level, line.reason, line.mark) for line in lines
    ]
    try:
        return checked(person, choices, answers, mine), []
    except DecisionsRefused as refused:
        wrong = refused.problems
    good = [choice for choice in choices if choice.skill_id not in wrong]
    problems = [
        Problem(
            line.number,
            heading_of("decision"),
            line.who,
            wrong[line.skill_id],
            _("Mend the row here or on the page, or leave it empty."),
        )
        for line in lines
        if line.skill_id in wrong
    ]
    return checked(person, good, answers, mine), problems


__all__ = [
    "Checked",
    "SheetChanged",
    "TabularError",
    "apply_sheet",
    "check_sheet",
    "keep_sheet",
    "kept_sheet",
    "remove_old_sheets",
]

"""A person in a cycle as a steward or a clerk opens them: for a second rater, and to type in what somebody said."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import FETCH_RAISE

from ikusei.org import access
from ikusei.org.access import NotVisible, Right, Viewer
from ikusei.org.queries.workplace import places
from ikusei.skills.models import Answer, Participant, Phase
from ikusei.skills.queries.confirmation.person import level_words
from ikusei.skills.queries.confirmation.rows import handed_in
from ikusei.skills.queries.maps.catalogue import Catalogue, SkillItem, catalogue_of


def steward_participant(
    viewer: Viewer, right: Right, *, cycle: uuid.UUID, public_id: uuid.UUID
) -> Participant:
    """Somebody in a cycle over whom the viewer has a right by a grant, the look noted. Raises NotVisible."""
    access.require(viewer, right)
    person = access.open_person(viewer, right, public_id, verb="skills.confirmation.open")
    access.require_person(viewer, right, person)
    found = (
        Participant.objects.filter(cycle__public_id=cycle, person=person)
        .exclude(cycle__phase=Phase.PLANNED)
        .select_related("person", "cycle__version")
        .fetch_mode(FETCH_RAISE)
        .first()
    )
    if found is None:
        raise NotVisible(str(public_id))
    return found


@dataclass(frozen=True, slots=True)
class EntryRow:
    """One skill on a page for typing in: what the person said so far, and the levels to choose from."""

    skill: SkillItem
    level: int | None
    note: str
    seen: int
    options: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class EntryPage:
    """Everything that a clerk needs to type in answers or decisions. `units` are those that may have spoken."""

    participant: Participant
    catalogue: Catalogue
    rows: tuple[EntryRow, ...]
    units: tuple[tuple[int, str], ...]


def answers_to_enter(participant: Participant) -> EntryPage:
    """Every skill of the cycle with what was answered so far."""
    catalogue = _catalogue(participant)
    known = {
        skill_id: (level, note)
        for skill_id, level, note in Answer.objects.filter(participant=participant).values_list(
            "skill_id", "level", "note"
        )
    }
    rows = [
        EntryRow(skill, *known.get(skill.id, (None, "")), 0, _options(catalogue, skill))
        for skill in catalogue.skills.values()
    ]
    return EntryPage(participant, catalogue, tuple(rows), ())


def decisions_to_enter(viewer: Viewer, participant: Participant) -> EntryPage:
    """Every skill handed in, and the places where the person works: their heads may have spoken."""
    catalogue = _catalogue(participant)
    handed = [one for one in handed_in([participant.pk]) if one.skill_id in catalogue.skills]
    handed.sort(key=lambda one: catalogue.skills[one.skill_id].place)
    rows = []
    for one in handed:
        skill = catalogue.skills[one.skill_id]
        rows.append(EntryRow(skill, one.level, one.note, one.statement_id, _options(catalogue, skill)))
    work: Sequence[tuple[int, str]] = [
        (place.unit_id, f"{place.employer} {place.name}")
        for place in places([participant.person_id], viewer.today).get(participant.person_id, [])
    ]
    return EntryPage(participant, catalogue, tuple(rows), tuple(work))


def _catalogue(participant: Participant) -> Catalogue:
    version = participant.cycle.version
    return catalogue_of((version.pk, version.created_at))


def _options(catalogue: Catalogue, skill: SkillItem) -> tuple[tuple[str, str], ...]:
    return tuple((str(number), level_words(catalogue, skill, number)) for number in catalogue.levels)

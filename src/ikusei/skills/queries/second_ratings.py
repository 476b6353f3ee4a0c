"""Second ratings: those that wait for somebody, what a second rater sees of one skill, and what the person is told."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import FETCH_RAISE, QuerySet

from ikusei.org import access
from ikusei.org.access import NotVisible, Right, Viewer
from ikusei.skills.models import Answer, Participant, SecondRating
from ikusei.skills.queries.confirmation.person import Opinion, level_words, opinion, reviewer_name
from ikusei.skills.queries.confirmation.rows import decided
from ikusei.skills.queries.evidence import EvidenceItem, usable_for
from ikusei.skills.queries.maps.catalogue import Catalogue, SkillItem, catalogue_of

SHOWN = 100


@dataclass(frozen=True, slots=True)
class Called:
    """One second rating in a list. `level` is what the rater said, None until then; `is_late` after the last day."""

    public_id: uuid.UUID
    person: str
    skill_id: int
    skill: str
    rater: str
    reason: str
    due_on: date
    ended_at: datetime | None
    level: int | None
    said: str
    is_late: bool

    @property
    def is_open(self) -> bool:
        return self.ended_at is None


def my_second_ratings(viewer: Viewer) -> list[Called]:
    """The second ratings for which the viewer was called, those that wait first. Names stand only with open ones."""
    if viewer.user is None:
        return []
    rows = _rows().filter(rater=viewer.user).order_by("ended_at", "due_on")[:SHOWN]
    found = sorted((_called(row, viewer.today) for row in rows), key=lambda one: not one.is_open)
    waiting = sum(one.is_open for one in found)
    access.note_list(viewer, Right.LEVELS_CONFIRM, verb="skills.second-rating.list", count=waiting)
    return found


def second_ratings_of(participant_ids: Collection[int], *, today: date) -> list[Called]:
    """Every second rating on some people in cycles, for the person themselves and for stewards, newest first."""
    return [_called(row, today) for row in _rows().filter(participant_id__in=participant_ids).order_by("-pk")]


@dataclass(frozen=True, slots=True)
class RatingPage:
    """What a second rater sees: this one skill of the person, what was said of it, and its proofs; nothing else."""

    rating: SecondRating
    catalogue: Catalogue
    skill: SkillItem
    said: int
    said_words: str
    behaviour: str
    note: str
    opinions: tuple[Opinion, ...]
    proofs: tuple[EvidenceItem, ...]

    @property
    def options(self) -> list[tuple[str, str]]:
        """Every level with its behaviour."""
        return [
            (str(number), level_words(self.catalogue, self.skill, number)) for number in self.catalogue.levels
        ]


def rating_page(viewer: Viewer, public_id: uuid.UUID) -> RatingPage:
    """The page of an open second rating for the called rater, the look noted. Raises NotVisible for everybody else."""
    rating = _rows().filter(public_id=public_id, rater=viewer.user, ended_at=None).first()
    if rating is None or viewer.user is None:
        raise NotVisible(str(public_id))
    participant = rating.participant
    version = participant.cycle.version
    catalogue = catalogue_of((version.pk, version.created_at))
    skill = catalogue.skills[rating.skill_id]
    answers = Answer.objects.filter(
        participant=participant, skill_id=rating.skill_id, statement__isnull=False
    )
    answer = answers.values_list("statement__level", "note").first()
    if answer is None:
        raise NotVisible(str(public_id))
    proofs = usable_for(participant.person_id, [skill.key], framework_id=version.framework_id)
    access.note_person(viewer, Right.LEVELS_CONFIRM, participant.person, verb="skills.second-rating.open")
    return RatingPage(
        rating=rating,
        catalogue=catalogue,
        skill=skill,
        said=answer[0],
        said_words=catalogue.levels.get(answer[0], ""),
        behaviour=skill.behaviour.get(answer[0], ""),
        note=answer[1],
        opinions=tuple(
            opinion(one, catalogue) for one in decided([participant.pk]) if one.skill_id == rating.skill_id
        ),
        proofs=tuple(proofs.get(skill.key, ())),
    )


def callable_skills(participant: Participant) -> list[tuple[int, str]]:
    """The skills for which a second rater can be called, those decided differently first: key and name."""
    version = participant.cycle.version
    catalogue = catalogue_of((version.pk, version.created_at))
    handed = set(
        Answer.objects.filter(participant=participant, statement__isnull=False).values_list(
            "skill_id", flat=True
        )
    )
    differing = {one.skill_id for one in decided([participant.pk]) if one.decision == "differ"}
    skills = sorted(
        (item for item in catalogue.skills.values() if item.id in handed),
        key=lambda item: (item.id not in differing, item.place),
    )
    return [(item.id, item.name) for item in skills]


def _rows() -> QuerySet[SecondRating]:
    return SecondRating.objects.select_related(
        "participant__person", "participant__cycle__version", "skill", "rater__person", "statement"
    ).fetch_mode(FETCH_RAISE)


def _called(row: SecondRating, today: date) -> Called:
    return Called(
        public_id=row.public_id,
        person=row.participant.person.display_name if row.ended_at is None else "",
        skill_id=row.skill_id,
        skill=row.skill.name,
        rater=reviewer_name(row.rater),
        reason=row.reason,
        due_on=row.due_on,
        ended_at=row.ended_at,
        level=row.statement.level if row.statement else None,
        said=row.statement.reason if row.statement else "",
        is_late=row.ended_at is None and row.due_on < today,
    )

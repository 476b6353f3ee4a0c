"""Answers of a self-assessment, saved with every change: an answer that was acknowledged is kept for good.

Whoever saves says which revision of the answer they saw. The same answer twice is one answer; one that differs from
what was saved meanwhile is not written: both are told, and the person says which one counts.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import BigIntegerField
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from ikusei.audit import services as audit
from ikusei.audit.models import Entry
from ikusei.lib import clock
from ikusei.org import access
from ikusei.org.access import Right, Viewer
from ikusei.org.errors import RuleBroken
from ikusei.org.models import Person
from ikusei.skills.models import Answer, Cycle, Interest, Level, Participant, Phase, Progress, Skill
from ikusei.skills.models.cycle import REASON_LENGTH
from ikusei.skills.queries.maps.catalogue import VERSIONS_KEPT, catalogue_of
from ikusei.skills.queries.self_assessment.before import last_levels
from ikusei.skills.queries.self_assessment.participation import is_own, require_own
from ikusei.skills.services.cycles.locking import hold_participants


class AnsweringOver(RuleBroken):
    """Nothing can be answered now. `code`: "planned", "ended", "closed", "handed-in" or "confirmed"."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class AnswerRefused(RuleBroken):
    """The answer itself cannot be kept: its level is not on the scale, its skill not asked, its note too long."""


@dataclass(frozen=True, slots=True)
class Change:
    """What somebody answers for a skill; `seen` is the revision that the page showed, 0 where there was none."""

    skill_id: int
    level: int | None
    note: str
    seen: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """The answer that stands after saving; `is_conflict` where it is another one, saved meanwhile, and was left."""

    skill_id: int
    level: int | None
    note: str
    revision: int
    is_conflict: bool = False


def save_answer(*, actor: Viewer, participant_id: int, change: Change) -> Outcome:
    """The answer that stands for one skill. Raises as `save_answers`."""
    (outcome,) = save_answers(actor=actor, participant_id=participant_id, changes=[change])
    return outcome


def save_answers(*, actor: Viewer, participant_id: int, changes: Sequence[Change]) -> list[Outcome]:
    """The answers that stand, in the order of the changes, all kept once this returns.

    Raises AnsweringOver where nothing can be answered now, AnswerRefused for what cannot be kept (then nothing is
    written), PermissionDenied for somebody else's assessment.
    """
    with transaction.atomic():
        return _save_all(actor, participant_id, changes)


def save_page(
    *, actor: Viewer, participant_id: int, answers: Sequence[Change], wishes: Mapping[int, tuple[bool, bool]]
) -> list[Outcome]:
    """The answers that stand after a whole page was sent, its wishes (skill -> interested, may be asked) kept as well.

    Everything or nothing is written. Raises as `save_answers` and `set_interest`.
    """
    with transaction.atomic():
        outcomes = _save_all(actor, participant_id, answers) if answers else []
        for skill_id, (interested, may_be_asked) in wishes.items():
            set_interest(
                actor=actor,
                participant_id=participant_id,
                skill_id=skill_id,
                interested=interested,
                may_be_asked=may_be_asked,
            )
    return outcomes


def _save_all(actor: Viewer, participant_id: int, changes: Sequence[Change]) -> list[Outcome]:
    """What `save_answers` returns and raises, within a transaction of the caller's."""
    participant, stored, scale = _read(participant_id, [change.skill_id for change in changes])
    require_answering(actor, participant)
    for change in changes:
        _require_sensible(scale, change)
    outcomes: list[Outcome] = []
    entries: list[Entry] = []
    for change in changes:
        outcome, before = _save(actor, participant, stored.get(change.skill_id), change)
        outcomes.append(outcome)
        if before is not None:
            entries.append(_entry(actor, participant, scale, change, before))
    if entries:
        _begin(participant)
        audit.record_all(entries)
    return outcomes


def answer_unchanged(*, actor: Viewer, participant_id: int, shown: Mapping[int, int]) -> int:
    """How many skills were answered as last time: those of `shown` (skill -> level on the page) not answered yet.

    A level that the page showed and that is no longer the last one said is left to the person. Raises AnsweringOver.
    """
    with transaction.atomic():
        participant = _locked(participant_id)
        require_answering(actor, participant)
        catalogue = catalogue_of((participant.cycle.version_id, participant.cycle.version.created_at))
        last = last_levels(participant, catalogue)
        answers = {answer.skill_id: answer for answer in Answer.objects.filter(participant=participant)}
        chosen = {
            skill_id: level
            for skill_id, level in shown.items()
            if last.get(skill_id) == level and (skill_id not in answers or answers[skill_id].level is None)
        }
        if not chosen:
            return 0
        _write_unchanged(actor, participant, chosen, answers)
        _begin(participant)
        audit.record(
            actor=actor.user,
            verb="skills.answer.unchanged",
            subject_kind="person",
            subject_id=participant.person.public_id,
            count=len(chosen),
            after={catalogue.skills[skill_id].key: level for skill_id, level in chosen.items()},
        )
    return len(chosen)


def set_interest(
    *, actor: Viewer, participant_id: int, skill_id: int, interested: bool, may_be_asked: bool
) -> Interest:
    """What the person would like to do more of, and whether others may ask them. Kept across cycles and versions.

    It is the person's own to give, whatever the cycle is at: raises PermissionDenied for everybody else, proxies too,
    AnswerRefused for a skill that the cycle does not ask for.
    """
    with transaction.atomic():
        participant = _locked(participant_id)
        require_own(actor, participant.person)
        version = participant.cycle.version
        skill = catalogue_of((version.pk, version.created_at)).skills.get(skill_id)
        if skill is None:
            raise AnswerRefused(_("This skill is not part of what is asked."))
        interest, _created = Interest.objects.get_or_create(
            person_id=participant.person_id, framework_id=version.framework_id, skill_key=skill.key
        )
        before = {"interested": interest.interested, "may_be_asked": interest.may_be_asked}
        after = {"interested": interested, "may_be_asked": may_be_asked}
        if before != after:
            interest.interested, interest.may_be_asked = interested, may_be_asked
            interest.save()
            audit.record(
                actor=actor.user,
                verb="skills.interest.save",
                subject_kind="person",
                subject_id=participant.person.public_id,
                before=before,
                after=after | {"skill": skill.key},
            )
    return interest


def require_answering(actor: Viewer, participant: Participant) -> None:
    """Raise PermissionDenied unless it is the actor's own or theirs to type in, AnsweringOver unless it can be answered.

    `participant` comes with its cycle and its person.
    """
    if not is_own(actor, participant.person):
        access.require_person(actor, Right.PROXY_ENTRY, participant.person)
    if participant.progress == Progress.CONFIRMED:
        raise AnsweringOver(
            "confirmed", _("Your assessment has been confirmed; it is finished for this time.")
        )
    if not participant.may_answer(clock.today()):
        raise _over(participant)
    if participant.progress == Progress.HANDED_IN:
        raise AnsweringOver(
            "handed-in", _("You have handed in. Take it back first if you want to change something.")
        )


def _over(participant: Participant) -> AnsweringOver:
    match participant.cycle.phase:
        case Phase.PLANNED:
            return AnsweringOver("planned", _("The self-assessment has not been opened yet."))
        case Phase.CLOSED:
            return AnsweringOver("closed", _("The cycle was closed. Nothing can be answered in it any more."))
    return AnsweringOver("ended", _("The time to answer is over. The skill steward can give you more."))


def _locked(participant_id: int) -> Participant:
    """The participant, held until the transaction ends, with person and cycle."""
    held = hold_participants(Participant.objects.filter(pk=participant_id).select_related("person"))
    if not held:
        raise access.NotVisible(str(participant_id))
    return held[0]


@dataclass(frozen=True, slots=True)
class _Stored:
    """An answer as it stands."""

    pk: int
    level: int | None
    note: str
    revision: int


@dataclass(frozen=True, slots=True)
class _Scale:
    """What can be answered in a version: the keys of its skills by primary key, and its levels."""

    skills: Mapping[int, str]
    levels: frozenset[int]


# Written by hand: an answer is saved hundreds of times a second, and putting this together from models takes longer than
# all the rest of saving it. Days and ids come as text, which both databases write alike.
_STANDING = """
    SELECT p.progress, CAST(p.extended_until AS varchar(10)), p.person_id, o.user_id, CAST(o.public_id AS varchar(36)),
           c.phase, c.version_id, CAST(v.created_at AS varchar(40)), a.id, a.skill_id, a.level, a.note, a.revision
    FROM skills_participant p
    JOIN org_person o ON o.id = p.person_id
    JOIN skills_cycle c ON c.id = p.cycle_id
    JOIN skills_frameworkversion v ON v.id = c.version_id
    LEFT JOIN skills_answer a ON a.participant_id = p.id AND a.skill_id IN ({skills})
    WHERE p.id = %s
"""


def _read(participant_id: int, skill_ids: Sequence[int]) -> tuple[Participant, dict[int, _Stored], _Scale]:
    """The participant with as much of person and cycle as saving asks for, the answers to some skills, the scale.

    The participant is held until the transaction ends, and everything read once it is (see `services.cycles`).
    """
    if participant_id > BigIntegerField.MAX_BIGINT:  # no such number: SQLite would fail on it
        raise access.NotVisible(str(participant_id))
    with connection.cursor() as cursor:
        lock = " FOR UPDATE" if connection.features.has_select_for_update else ""
        cursor.execute(f"SELECT 1 FROM skills_participant WHERE id = %s{lock}", [participant_id])  # noqa: S608  # no input
        if cursor.fetchone() is None:
            raise access.NotVisible(str(participant_id))
        marks = ", ".join(["%s"] * len(skill_ids))
        cursor.execute(_STANDING.format(skills=marks), [*skill_ids, participant_id])
        rows = cursor.fetchall()
    progress, extended, person_id, user_id, public_id, phase, version_id, created_at = rows[0][:8]
    participant = Participant(
        pk=participant_id,
        progress=progress,
        extended_until=date.fromisoformat(extended) if extended else None,
        person=Person(pk=person_id, user_id=user_id, public_id=UUID(public_id)),
        cycle=Cycle(phase=phase, version_id=version_id),
    )
    stored = {row[9]: _Stored(row[8], *row[10:]) for row in rows if row[8] is not None}
    return participant, stored, _scale(version_id, created_at)


@lru_cache(maxsize=VERSIONS_KEPT)
def _scale(version_id: int, _created_at: str) -> _Scale:
    """The scale of a published version, which never changes; read once."""
    return _Scale(
        skills=dict(Skill.objects.filter(version_id=version_id).values_list("pk", "key")),
        levels=frozenset(Level.objects.filter(version_id=version_id).values_list("number", flat=True)),
    )


def _require_sensible(scale: _Scale, change: Change) -> None:
    if change.skill_id not in scale.skills:
        raise AnswerRefused(_("This skill is not part of what is asked."))
    if change.level is not None and change.level not in scale.levels:
        raise AnswerRefused(_("This level is not on the scale."))
    if len(change.note) > REASON_LENGTH:
        raise AnswerRefused(
            _("A note has at most %(count)s characters; this one has %(length)s.")
            % {"count": REASON_LENGTH, "length": len(change.note)}
        )


def _save(
    actor: Viewer, participant: Participant, stored: _Stored | None, change: Change
) -> tuple[Outcome, dict[str, Any] | None]:
    """The answer that stands, and what stood before where something was written."""
    entered_by = None if actor.user is None else actor.user.pk
    if stored is None:
        if change.level is None and not change.note:
            return Outcome(change.skill_id, None, "", 0), None
        Answer.objects.create(
            participant_id=participant.pk,
            skill_id=change.skill_id,
            level=change.level,
            note=change.note,
            entered_by_id=entered_by,
        )
        return Outcome(change.skill_id, change.level, change.note, 1), {}
    level, note, revision = stored.level, stored.note, stored.revision
    if (level, note) == (change.level, change.note):
        return Outcome(change.skill_id, level, note, revision), None
    if revision != change.seen:
        return Outcome(change.skill_id, level, note, revision, is_conflict=True), None
    Answer.objects.filter(pk=stored.pk).update(
        level=change.level,
        note=change.note,
        revision=revision + 1,
        saved_at=timezone.now(),
        entered_by_id=entered_by,
    )
    return Outcome(change.skill_id, change.level, change.note, revision + 1), {"level": level, "note": note}


def _entry(
    actor: Viewer, participant: Participant, scale: _Scale, change: Change, before: dict[str, Any]
) -> Entry:
    return Entry(
        kind=Entry.Kind.CHANGE,
        actor_id=None if actor.user is None else actor.user.pk,
        verb="skills.answer.save",
        subject_kind="person",
        subject_id=str(participant.person.public_id),
        before=before or None,
        after={
            "skill": scale.skills[change.skill_id],
            "level": change.level,
            "note": change.note,
        },
    )


def _begin(participant: Participant) -> None:
    """Note that the person has begun."""
    if participant.progress == Progress.WAITING:
        Participant.objects.filter(pk=participant.pk).update(
            progress=Progress.ANSWERING, started_at=Coalesce("started_at", clock.now())
        )


def _write_unchanged(
    actor: Viewer, participant: Participant, chosen: Mapping[int, int], answers: Mapping[int, Answer]
) -> None:
    entered_by = None if actor.user is None else actor.user.pk
    fresh: list[Answer] = []
    noted: list[Answer] = []
    for skill_id, level in chosen.items():
        answer = answers.get(skill_id)
        if answer is None:
            fresh.append(
                Answer(
                    participant_id=participant.pk, skill_id=skill_id, level=level, entered_by_id=entered_by
                )
            )
        else:
            answer.level, answer.revision = level, answer.revision + 1
            noted.append(answer)
    Answer.objects.bulk_create(fresh)
    Answer.objects.bulk_update(_stamped(noted), ["level", "revision", "saved_at"])


def _stamped(answers: Iterable[Answer]) -> list[Answer]:
    now = timezone.now()
    for answer in answers:
        answer.saved_at = now
    return list(answers)

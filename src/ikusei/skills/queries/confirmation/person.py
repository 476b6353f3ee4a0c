"""One person's answers as a rater sees them: what changed first, with what was confirmed before, proofs and decisions."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import FETCH_RAISE

from ikusei.org import access
from ikusei.org.access import Right, Viewer
from ikusei.org.models import Person
from ikusei.skills.models import Answer, Cycle, Participant, Phase, Progress, Rater, Reply, Review
from ikusei.skills.queries.confirmation.rows import (
    Decided,
    Decisions,
    Handed,
    line_of,
    unfold,
    with_decisions,
)
from ikusei.skills.queries.confirmation.scope import NEEDED, begun, confirmable, open_participant
from ikusei.skills.queries.evidence import EvidenceItem, usable_for
from ikusei.skills.queries.maps.catalogue import Catalogue, SkillItem, catalogue_of


@dataclass(frozen=True, slots=True)
class Opinion:
    """What one rater decided, in words for people."""

    name: str
    rater: str
    decision: str
    level: int | None
    words: str
    reason: str
    spoken_by: str
    decided_at: datetime
    reply: str
    reply_text: str
    share: Decimal
    settles: bool
    is_mine: bool


HALF = Decimal("0.5")


@dataclass(frozen=True, slots=True)
class Card:
    """One skill. `said` and `last` are levels with their behaviour; `mine` is the viewer's own decision.

    `options` are the other levels with their behaviour; `mark` and `seen` are posted along, so that nothing is decided on what the page did not show.
    """

    skill: SkillItem
    said: int
    said_words: str
    behaviour: str
    note: str
    stated_on: date
    entered_for: str
    entered_by: str
    last: int | None
    last_words: str
    last_behaviour: str
    last_on: date | None
    proofs: tuple[EvidenceItem, ...]
    opinions: tuple[Opinion, ...]
    mine: Decided | None
    seen: int
    options: tuple[tuple[str, str], ...]

    @property
    def is_unchanged(self) -> bool:
        return self.last is not None and self.last == self.said

    @property
    def is_higher(self) -> bool:
        return self.last is not None and self.said > self.last

    @property
    def mark(self) -> str:
        return self.mine.mark if self.mine else ""

    @property
    def is_current(self) -> bool:
        """Whether the viewer's decision is about the statement shown."""
        return self.mine is not None and self.mine.answered_id == self.seen

    @property
    def waits(self) -> bool:
        """Whether the viewer has still to speak: nothing decided, something said anew, or a question answered.

        What somebody who leads half of the person's time or more has settled waits for nobody else.
        """
        if self.mine is not None:
            return not self.is_current or (not self.mine.settles and bool(self.mine.reply))
        return not any(one.settles and one.share >= HALF for one in self.opinions)

    @property
    def asked(self) -> bool:
        """Whether the viewer has asked for evidence and the person has not answered yet."""
        return self.is_current and self.mine is not None and not self.mine.settles and not self.mine.reply


@dataclass(frozen=True, slots=True)
class PersonPage:
    """Everything about one person in one cycle. `cards` stand in the order to be read: what waits, what changed first."""

    person: Person
    participant: Participant
    cycle: Cycle
    catalogue: Catalogue
    cards: tuple[Card, ...]
    may_decide: bool

    @property
    def waiting(self) -> list[Card]:
        return [card for card in self.cards if card.waits]

    @property
    def settled(self) -> list[Card]:
        return [card for card in self.cards if not card.waits]

    @property
    def levels(self) -> Mapping[int, str]:
        return self.catalogue.levels

    @property
    def progress(self) -> str:
        return str(Progress(self.participant.progress).label)


def person_page(viewer: Viewer, public_id: uuid.UUID, *, cycle: uuid.UUID | None = None) -> PersonPage:
    """The page of somebody whom the viewer may confirm, the look noted. Raises as `scope.open_participant`."""
    access.require(viewer, Right.LEVELS_CONFIRM)
    participant, answers, decisions = _read(viewer, public_id, cycle)
    version = participant.cycle.version
    catalogue = catalogue_of((version.pk, version.created_at))
    keys = [catalogue.skills[one.skill_id].key for one in answers if one.skill_id in catalogue.skills]
    proofs = usable_for(participant.person_id, keys, framework_id=version.framework_id) if answers else {}
    cards = [
        _card(viewer, catalogue, one, decisions.get((participant.pk, one.skill_id), []), proofs)
        for one in answers
        if one.skill_id in catalogue.skills
    ]
    cards.sort(key=lambda card: (not card.waits, card.is_unchanged, card.skill.place))
    return PersonPage(
        person=participant.person,
        participant=participant,
        cycle=participant.cycle,
        catalogue=catalogue,
        cards=tuple(cards),
        may_decide=participant.may_be_confirmed,
    )


def _read(
    viewer: Viewer, public_id: uuid.UUID, cycle: uuid.UUID | None
) -> tuple[Participant, list[Handed], Decisions]:
    """The person in the newest cycle (or in the one named), what was handed in there and decided: one query as a rule."""
    reached = begun(confirmable(viewer), public_id, cycle=cycle)
    # The person is named once more: from the subquery alone PostgreSQL would read everybody's answers first.
    theirs = Answer.objects.filter(participant__person__public_id=public_id)
    rows = with_decisions(theirs.filter(participant__in=reached.order_by().values("pk")))
    lines = list(
        rows.select_related("participant__person", "participant__cycle__version")
        .only("note", "skill", "statement", *(f"participant__{name}" for name in NEEDED))
        .fetch_mode(FETCH_RAISE)
    )
    newest = max((row.participant for row in lines), key=newest_first, default=None)
    if newest is None or newest.progress not in HANDED:
        return open_participant(viewer, public_id, cycle=cycle), [], {}
    access.note_person(viewer, Right.LEVELS_CONFIRM, newest.person, verb="skills.confirmation.open")
    answers, decisions = unfold(line_of(row) for row in lines if row.participant_id == newest.pk)
    return newest, answers, decisions


HANDED = (Progress.HANDED_IN, Progress.CONFIRMED)


def newest_first(row: Participant) -> tuple[date, int]:
    """What orders the same person in several cycles: the newest one is the largest."""
    return row.cycle.opens_on, row.cycle_id


def _card(
    viewer: Viewer,
    catalogue: Catalogue,
    one: Handed,
    said: Sequence[Decided],
    proofs: Mapping[str, Sequence[EvidenceItem]],
) -> Card:
    skill = catalogue.skills[one.skill_id]
    user_id = viewer.user.pk if viewer.user else 0
    mine = next((each for each in said if each.reviewer_id == user_id and not each.spoken_by), None)
    last = one.last
    return Card(
        skill=skill,
        said=one.level,
        said_words=catalogue.levels.get(one.level, ""),
        behaviour=skill.behaviour.get(one.level, ""),
        note=one.note,
        stated_on=one.stated_on,
        entered_for=one.spoken_by,
        entered_by=one.entered_by or "",
        last=last,
        last_words="" if last is None else catalogue.levels.get(last, ""),
        last_behaviour="" if last is None else skill.behaviour.get(last, ""),
        last_on=one.last_on,
        proofs=tuple(proofs.get(skill.key, ())),
        opinions=tuple(opinion(each, catalogue, user_id=user_id) for each in said),
        mine=mine,
        seen=one.statement_id,
        options=tuple(
            # Of what is as confirmed last, few will be seen differently: the names of the levels do, the page stays light.
            (str(number), level_words(catalogue, skill, number, short=one.unchanged))
            for number in catalogue.levels
            if number != one.level
        ),
    )


def level_words(catalogue: Catalogue, skill: SkillItem, number: int, *, short: bool = False) -> str:
    """A level as an option says it: number, name and, unless it is to be short, the behaviour."""
    words = f"{number} {catalogue.levels[number]}"
    behaviour = "" if short else skill.behaviour.get(number, "")
    return f"{words}: {behaviour}" if behaviour else words


def opinion(one: Decided, catalogue: Catalogue, *, user_id: int = 0) -> Opinion:
    """A decision in words for people."""
    return Opinion(
        name=one.spoken_by or one.reviewer,
        rater=str(Rater(one.rater).label),
        decision=one.decision,
        level=one.level,
        words="" if one.level is None else catalogue.levels.get(one.level, ""),
        reason=one.reason,
        spoken_by=one.spoken_by,
        decided_at=one.decided_at,
        reply=str(Reply(one.reply).label) if one.reply else "",
        reply_text=one.reply_text,
        share=one.share if one.share is not None else Decimal(1),
        settles=one.settles,
        is_mine=one.reviewer_id == user_id and not one.spoken_by,
    )


@dataclass(frozen=True, slots=True)
class Past:
    """What was said of one skill in one cycle: by the person, by each rater, and what the person replied."""

    cycle: str
    skill: str
    said: int | None
    decision: str
    level: int | None
    name: str
    reason: str
    reply: str
    reply_text: str
    decided_at: datetime


HISTORY = 200
"""So many decisions stand on the page of a person's history, the newest first."""


def history(viewer: Viewer, public_id: uuid.UUID) -> tuple[Person, list[Past]]:
    """The decisions of all cycles on somebody whom the viewer may confirm now, the newest first; the look is noted."""
    access.require(viewer, Right.LEVELS_CONFIRM)
    participant = open_participant(viewer, public_id)
    # Only cycles in which the viewer may confirm this person: today that is all of them, or the one settled by hand.
    theirs = confirmable(viewer).filter(person=participant.person).exclude(cycle__phase=Phase.PLANNED)
    rows = (
        Review.objects.filter(participant__in=theirs.values("pk"))
        .select_related("participant__cycle", "skill", "answered", "statement", "reviewer__person")
        .order_by("-decided_at", "-pk")
        .fetch_mode(FETCH_RAISE)
    )
    return participant.person, [_past(row) for row in rows[:HISTORY]]


def _past(row: Review) -> Past:
    return Past(
        cycle=row.participant.cycle.name,
        skill=row.skill.name,
        said=row.answered.level if row.answered else None,
        decision=row.get_decision_display(),
        level=row.statement.level if row.statement else None,
        name=row.spoken_by or reviewer_name(row.reviewer),
        reason=row.reason,
        reply=row.get_reply_display() if row.reply else "",
        reply_text=row.reply_text,
        decided_at=row.decided_at,
    )


def reviewer_name(user: Any) -> str:
    """What people call whoever decided: the person's name, that of the account where there is no person."""
    if user is None:
        return ""
    person = getattr(user, "person", None)
    return person.display_name if person is not None else str(user)

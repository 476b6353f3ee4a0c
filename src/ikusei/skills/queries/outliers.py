"""Raters whose confirmed levels lie far from those of others for comparable people: a question, never a verdict.

Method. Every decision of a cycle that says a level is a difference d = level confirmed - level the person said: people
are their own comparison, so that a rater of able people does not look generous. Comparable are all decisions on the same
skill in the same cycle: the median difference of the other raters on that skill is taken off, which leaves what is the
rater's own. A rater's leaning is the mean of what is left; how far it lies from the others is said by the modified
z-score of the raters' leanings, 0.6745 x (leaning - median) / MAD, with a question from 3.5 on (B. Iglewicz and
D. C. Hoaglin, How to Detect and Handle Outliers, ASQC Quality Press 1993, ch. 3). Where the MAD is 0 the mean absolute
deviation x 1.2533 stands in for it (same place).

Small numbers. A rater with fewer than ten decisions or fewer than three people, and a cycle with fewer than five such
raters, give "not enough data". A leaning of less than half a level is never asked about.
"""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, median

from django.db.models import F

from ikusei.org import access
from ikusei.org.access import NotVisible, Right, Viewer
from ikusei.skills.models import Cycle, Review
from ikusei.skills.queries.confirmation.person import reviewer_name
from ikusei.skills.queries.confirmation.rows import SETTLING

DECISIONS, PEOPLE, RATERS = 10, 3, 5
"""The least numbers of decisions and of people of a rater, and of raters in a cycle, for anything to be said."""

QUESTION = 3.5
HALF_A_LEVEL = 0.5


@dataclass(frozen=True, slots=True)
class Said:
    """One decision: who rated whom in which skill, and by how many levels it differs from what the person said."""

    rater: str
    person: int
    skill: int
    difference: int


@dataclass(frozen=True, slots=True)
class Leaning:
    """One rater. `leaning` in levels, above 0 higher than the others; None: not enough data. `asks`: a question."""

    rater: str
    people: int
    decisions: int
    differing: int
    leaning: float | None
    score: float | None

    @property
    def asks(self) -> bool:
        return (
            self.leaning is not None
            and self.score is not None
            and abs(self.score) >= QUESTION
            and abs(self.leaning) >= HALF_A_LEVEL
        )

    @property
    def is_higher(self) -> bool:
        return self.leaning is not None and self.leaning > 0


@dataclass(frozen=True, slots=True)
class Raters:
    """The raters of a cycle, those with a question first, then by name. `enough`: whether anything can be said."""

    cycle: Cycle
    rows: tuple[Leaning, ...]
    enough: bool


def raters(viewer: Viewer, cycle_id: uuid.UUID) -> Raters:
    """How the raters of a cycle lean, for stewards. Raises PermissionDenied, NotVisible."""
    access.require(viewer, Right.CYCLE_RUN)
    cycle = Cycle.objects.filter(public_id=cycle_id).first()
    if cycle is None:
        raise NotVisible(str(cycle_id))
    people = access.people(viewer, Right.CYCLE_RUN).order_by().values("pk")
    rows = Review.objects.filter(
        participant__cycle=cycle,
        participant__person_id__in=people,
        decision__in=SETTLING,
        statement__isnull=False,
        answered__isnull=False,
    ).select_related("reviewer__person")
    columns = rows.annotate(difference=F("statement__level") - F("answered__level"))
    said = [
        Said(one.spoken_by or reviewer_name(one.reviewer), one.participant_id, one.skill_id, one.difference)
        for one in columns.only(
            "spoken_by", "participant_id", "skill_id", "reviewer__email", "reviewer__label",
            "reviewer__person__name", "reviewer__person__used_name", "reviewer__person__name_latin",
        )
    ]  # fmt: skip
    found = leanings(said)
    access.note_list(viewer, Right.CYCLE_RUN, verb="skills.raters.list", count=len(found))
    return Raters(cycle, tuple(found), enough=any(one.score is not None for one in found))


def leanings(said: Sequence[Said]) -> list[Leaning]:
    """How each rater leans, by the method above; those with a question first, then by name."""
    by_rater: dict[str, list[Said]] = defaultdict(list)
    for one in said:
        by_rater[one.rater].append(one)
    own = _own_differences(said)
    leaning = {
        rater: fmean(own[rater])
        for rater, theirs in by_rater.items()
        if len(theirs) >= DECISIONS and len({one.person for one in theirs}) >= PEOPLE
    }
    scores = _scores(leaning) if len(leaning) >= RATERS else {}
    found = [
        Leaning(
            rater=rater,
            people=len({one.person for one in theirs}),
            decisions=len(theirs),
            differing=sum(one.difference != 0 for one in theirs),
            leaning=leaning.get(rater) if scores else None,
            score=scores.get(rater),
        )
        for rater, theirs in by_rater.items()
    ]
    return sorted(found, key=lambda one: (not one.asks, one.rater))


def _own_differences(said: Iterable[Said]) -> dict[str, list[float]]:
    """Rater -> the differences, less what the other raters have in the middle on the same skill."""
    by_skill: dict[int, list[Said]] = defaultdict(list)
    for one in said:
        by_skill[one.skill].append(one)
    own: dict[str, list[float]] = defaultdict(list)
    for theirs in by_skill.values():
        for rater in {one.rater for one in theirs}:
            others = [one.difference for one in theirs if one.rater != rater]
            usual = median(others) if others else 0
            own[rater] += [one.difference - usual for one in theirs if one.rater == rater]
    return own


def _scores(leaning: Mapping[str, float]) -> dict[str, float]:
    """Rater -> modified z-score; all 0 where everybody leans the same."""
    middle = median(leaning.values())
    away = {rater: one - middle for rater, one in leaning.items()}
    spread = median(abs(one) for one in away.values()) / 0.6745
    if spread == 0:
        spread = fmean(abs(one) for one in away.values()) * 1.2533
    return {rater: one / spread if spread else 0.0 for rater, one in away.items()}

"""What was said of somebody before the cycle, by skill: their own last word, that of others, and the level held today."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import BigIntegerField, BooleanField, CharField, DateField, F, Q, QuerySet, Value
from django.db.models.functions import Cast

from ikusei.lib import clock
from ikusei.lib.periods import current
from ikusei.skills.models import Assessment, HeldLevel, Participant, Rater
from ikusei.skills.queries.maps.catalogue import Catalogue
from ikusei.skills.queries.migrations import ask_again_keys


@dataclass(frozen=True, slots=True)
class Said:
    """One statement: its level, its day, and by whom (a `Rater`)."""

    level: int
    day: date
    rater: str


@dataclass(slots=True)
class Before:
    """What is known of a skill from before. `own` is the person's last word, `other` that of whoever saw the work.

    `held`, `expires_on`, `stale_on`, `confirmed`: of the level held today (None, False where there is none).
    """

    own: Said | None = None
    other: Said | None = None
    held: int | None = None
    confirmed: bool = False
    expires_on: date | None = None
    stale_on: date | None = None
    again: bool = False
    """Whether a new framework version asks for it anew: what was said under the old one does not stand here."""

    @property
    def last(self) -> int | None:
        """The level that "as last time" means: the person's own last word, or what others said where there is none."""
        said = self.own or self.other
        return None if said is None else said.level


def before(participant: Participant, catalogue: Catalogue, on: date) -> dict[str, Before]:
    """Key of a skill -> what was said of it before this cycle, in any version of its framework. Two queries.

    A level that the scale of the cycle's version does not know is left out.
    """
    found: dict[str, Before] = {}
    rows = list(_rows(participant, on))
    # Whatever was carried over into the cycle's version stands there; the statement it comes from is not said twice.
    carried = {row[3] for row in rows if row[1] == catalogue.version_id}
    for kind, _version, statement, _from, framework, key, *facts in rows:
        level, day, rater, confirmed, expires_on, stale_on = facts
        if framework != catalogue.framework_key or level not in catalogue.levels or statement in carried:
            continue
        known = found.setdefault(key, Before())
        if kind == "held":
            known.held, known.confirmed = level, confirmed
            known.expires_on, known.stale_on = expires_on, stale_on
        elif rater == Rater.SELF:
            known.own = Said(level, day, rater)
        elif rater != Rater.EXAMINER:
            known.other = Said(level, day, rater)
    version = participant.cycle.version
    for key in ask_again_keys(version):
        own = found.get(key, Before()).own
        if own is None or version.in_use_from is None or own.day < version.in_use_from:
            found[key] = Before(again=True)
    return found


def last_levels(participant: Participant, catalogue: Catalogue) -> dict[int, int]:
    """Primary key of a skill of the cycle's version -> the level that "as last time" means."""
    known = before(participant, catalogue, clock.today())
    return {
        skill.id: last
        for skill in catalogue.skills.values()
        if (said := known.get(skill.key)) is not None and (last := said.last) is not None
    }


COLUMNS = (
    "kind", "version", "statement", "carried", "framework", "key", "number", "day", "by", "sure", "ends", "old",
)  # fmt: skip


def _rows(participant: Participant, on: date) -> Iterator[tuple[Any, ...]]:
    """Statements in the order in which they were made, and the levels of the day, in whatever framework and version.

    Neither is a condition here: with one, SQLite begins at the skills and reads what was said of everybody.
    """
    own = Q(person_id=participant.person_id)
    skill = {
        "version": F("skill__version_id"), "framework": F("skill__version__framework__key"), "key": F("skill__key"),
        "number": F("level"), "ends": F("expires_on"),
    }  # fmt: skip
    no_day = Cast(Value(None), output_field=DateField())
    said: QuerySet[Any, Any] = (
        Assessment.objects.filter(own, retraction=None)
        .exclude(cycle_id=participant.cycle_id)
        .annotate(
            kind=Value("said"), statement=F("pk"), carried=F("carried_from_id"), day=F("stated_on"), by=F("rater"),
            sure=Value(False, output_field=BooleanField()), old=no_day, **skill,
        )
    )  # fmt: skip
    held: QuerySet[Any, Any] = (
        HeldLevel.objects.filter(own, current(on))
        .annotate(
            kind=Value("held"), statement=F("assessment_id"), carried=Cast(Value(None), output_field=BigIntegerField()),
            day=F("from_date"), by=Value("", output_field=CharField()), sure=F("confirmed"), old=F("stale_on"),
            **skill,
        )
    )  # fmt: skip
    rows = (
        said.order_by()
        .values_list(*COLUMNS)
        .union(held.order_by().values_list(*COLUMNS), all=True)
        .order_by("day")
    )
    yield from rows

"""An open cycle of the office: the owner has handed in, the colleague has not begun, the manager confirms."""

from __future__ import annotations

from datetime import date, datetime

from ikusei.lib.clock import TOKYO
from ikusei.skills.models import (
    Answer,
    Assessment,
    Cycle,
    CycleStep,
    FrameworkVersion,
    Participant,
    Phase,
    Progress,
    Rater,
)
from ikusei.skills.services.levels import add_statements
from tests.office import Office

POPULATION = {"groups": [[{"fact": "category", "is": ["ict"]}]], "except": []}
HANDED_IN = datetime(2026, 4, 10, 9, 0, tzinfo=TOKYO)


def build(office: Office, version: FrameworkVersion, *, phase: Phase = Phase.SELF) -> Cycle:
    """The cycle of FY2026, opened on 1 April, with the owner (handed in) and the colleague (not begun)."""
    cycle = Cycle.objects.create(
        name_ja="令和8年度スキル自己評価",
        name_en="Skill assessment FY2026",
        fiscal_year=2026,
        version=version,
        opens_on=date(2026, 4, 1),
        self_until=date(2026, 4, 30),
        confirm_until=date(2026, 5, 31),
        population=POPULATION,
        phase=phase,
    )
    CycleStep.objects.create(cycle=cycle, phase=phase)
    unit = office.units["services"]
    owner, _colleague = (
        Participant.objects.create(cycle=cycle, person=office.person(key), unit=unit)
        for key in ("owner", "colleague")
    )
    hand_in(owner)
    return cycle


def hand_in(participant: Participant, *, levels: dict[int, int] | None = None) -> None:
    """Answers on the first three skills (order -> level, as last year and one higher), handed in as statements."""
    skills = {skill.order: skill for skill in participant.cycle.version.skills.all()}
    for order, level in (levels or {0: 2, 1: 3, 2: 2}).items():
        (statement,) = add_statements(
            [
                Assessment(
                    person_id=participant.person_id,
                    skill=skills[order],
                    level=level,
                    stated_on=date(2026, 4, 10),
                    rater=Rater.SELF,
                    rater_person_id=participant.person_id,
                    cycle_id=participant.cycle_id,
                )
            ]
        )
        Answer.objects.create(participant=participant, skill=skills[order], level=level, statement=statement)
    participant.progress = Progress.HANDED_IN
    participant.started_at = participant.handed_in_at = HANDED_IN
    participant.save()


def add_somebody_thorough(office: Office, cycle: Cycle, key: str) -> Participant:
    """A member who spoke of every skill a year ago; the manager saw every fourth of them one level higher."""
    person, manager = office.person(key), office.person("manager")
    rows = []
    for skill in cycle.version.skills.order_by("order"):
        own = 1 + skill.order % 3
        said = {"person": person, "skill": skill, "level": own, "stated_on": date(2025, 10, 1)}
        rows.append(Assessment(**said, rater=Rater.SELF, rater_person=person))
        if skill.order % 4 == 1:
            seen = said | {"level": own + 1, "stated_on": date(2025, 11, 1)}
            rows.append(Assessment(**seen, rater=Rater.SUPERVISOR, rater_person=manager))
    add_statements(rows)
    return Participant.objects.create(cycle=cycle, person=person, unit=office.units["planning"])

"""What closing a gap would open, and how far each job type is from the levels somebody holds."""

from collections.abc import Mapping
from dataclasses import dataclass

from ikusei.skills.queries.maps.catalogue import Catalogue, JobTypeItem, SkillItem


@dataclass(frozen=True, slots=True)
class Missing:
    """A skill of a job type: the level held (0 where none counts) and the level needed."""

    skill: SkillItem
    have: int
    need: int


@dataclass(frozen=True, slots=True)
class JobTypeReach:
    """How near a job type is: requirements met, levels missing in all, and where."""

    job_type: JobTypeItem
    met: int
    levels: int
    missing: tuple[Missing, ...]

    @property
    def asked(self) -> int:
        """How many skills the job type asks for."""
        return len(self.job_type.required)


@dataclass(frozen=True, slots=True)
class NextStep:
    """One gap and the way over it.

    `to` is the next level with its behaviour (empty where not defined), `goal` the level asked. `again`: the level
    was held and expired, and is to be confirmed once more. `opens` are the job types whose last missing skill this
    is; `nearer` counts the others that it brings nearer.
    """

    skill: SkillItem
    have: int
    to: int
    goal: int
    behaviour: str
    again: bool
    opens: tuple[JobTypeItem, ...]
    nearer: int


def job_types_in_reach(catalogue: Catalogue, held: Mapping[int, int]) -> tuple[JobTypeReach, ...]:
    """Every job type that asks for something, nearest first: fewest missing levels, then most requirements met.

    `held` are the levels that count, by the skill's primary key.
    """
    found = [
        _reach(catalogue, job_type, held) for job_type in catalogue.job_types.values() if job_type.required
    ]
    return tuple(sorted(found, key=lambda reach: (reach.levels, -reach.met)))


def next_steps(
    catalogue: Catalogue, job_type: JobTypeItem | None, held: Mapping[int, int], lapsed: Mapping[int, int]
) -> tuple[NextStep, ...]:
    """The gaps to what a job type asks, largest first; of equal gaps the one that opens more comes first.

    `held` are the levels that count, `lapsed` those that have expired, by the skill's primary key.
    """
    if job_type is None:
        return ()
    steps = [
        _step(catalogue, catalogue.skills[skill_id], held, lapsed.get(skill_id, 0), goal)
        for skill_id, goal in job_type.required.items()
        if held.get(skill_id, 0) < goal
    ]
    return tuple(
        sorted(
            steps,
            key=lambda step: (
                step.again,
                step.have - step.goal,
                -len(step.opens),
                -step.nearer,
                step.skill.place,
            ),
        )
    )


def _step(
    catalogue: Catalogue, skill: SkillItem, held: Mapping[int, int], lapsed: int, goal: int
) -> NextStep:
    again = lapsed >= goal
    have = max(held.get(skill.id, 0), 0 if again else lapsed)
    to = next((number for number in catalogue.steps if number > have), goal)
    opens: list[JobTypeItem] = []
    nearer = 0
    for job_type in catalogue.job_types.values():
        need = job_type.required.get(skill.id, 0)
        if need <= have:
            continue
        others_met = all(
            held.get(pk, 0) >= level for pk, level in job_type.required.items() if pk != skill.id
        )
        if others_met and need <= goal:
            opens.append(job_type)
        else:
            nearer += 1
    return NextStep(
        skill=skill,
        have=have,
        to=goal if again else to,
        goal=goal,
        behaviour=skill.behaviour.get(goal if again else to, ""),
        again=again,
        opens=tuple(opens),
        nearer=nearer,
    )


def _reach(catalogue: Catalogue, job_type: JobTypeItem, held: Mapping[int, int]) -> JobTypeReach:
    missing = [
        Missing(skill=catalogue.skills[pk], have=held.get(pk, 0), need=need)
        for pk, need in job_type.required.items()
        if held.get(pk, 0) < need
    ]
    missing.sort(key=lambda item: (item.have - item.need, item.skill.place))
    return JobTypeReach(
        job_type=job_type,
        met=len(job_type.required) - len(missing),
        levels=sum(item.need - item.have for item in missing),
        missing=tuple(missing),
    )

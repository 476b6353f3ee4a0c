"""Who may sit in a post: grade, job type, levels. Set in the rules of the post and the requirements of its job type."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ikusei.rotation.picture import PersonFacts, PostFacts
from ikusei.rotation.rules import ways
from ikusei.rotation.rules.breach import Breach, Fix
from ikusei.rotation.rules.scene import Scene

TOO_FAR = 2
"""From so many levels short in one skill on, somebody may not sit there; fewer are a gap to be closed."""


@dataclass(frozen=True, slots=True)
class Misfit:
    """What a person lacks for a post; `is_hard` where they may not sit there at all."""

    rule: str
    part: str
    facts: Mapping[str, Any]
    is_hard: bool


def misfits(person: PersonFacts, post: PostFacts) -> list[Misfit]:
    """What somebody lacks for a post. A grade, a job type or levels that nobody has recorded are not held against them."""
    found = []
    facts: dict[str, Any]
    if person.grade and post.grades and person.grade not in post.grades:
        facts = {"grade": person.grade, "grades": sorted(post.grades)}
        found.append(Misfit("grade", "", facts, is_hard=True))
    if person.job_type and post.job_types and person.job_type not in post.job_types:
        facts = {"job_type": person.job_type, "job_types": sorted(post.job_types)}
        found.append(Misfit("job-type", "", facts, is_hard=True))
    if person.levels:
        for skill, asked in post.needs.items():
            held = person.levels.get(skill, 0)
            if held < asked:
                short = asked - held
                facts = {"skill": skill, "held": held, "asked": asked, "short": short}
                found.append(Misfit("level", skill, facts, is_hard=short >= TOO_FAR))
    return found


def may_sit(person: PersonFacts, post: PostFacts) -> bool:
    """Whether nothing that is asked for keeps somebody out of a post."""
    return not any(misfit.is_hard for misfit in misfits(person, post))


def of_person(scene: Scene, key: str) -> Iterator[Breach]:
    """One breach for each thing lacked, at the first year of a term. Whoever sits there today is told, not hindered."""
    person = scene.person(key)
    for term in scene.terms(key):
        post = scene.post(term.post)
        if post is None or not term.years:
            continue
        first, fix = term.years[0], None
        for misfit in misfits(person, post):
            if fix is None:
                choices = ways.out_of(scene, key, term.years, may_sit)
                fix = Fix("elsewhere", {"person": key, "post": post.id}, choices)
            hard = misfit.is_hard and (person.main is None or person.main.post != post.id)
            facts = {**misfit.facts, "last": term.years[-1]}
            yield Breach(
                misfit.rule, key, post.id, first, facts, "must" if hard else "should", fix, misfit.part
            )

"""What one person's moves in a draft do: to their accounts, to the team they leave, to the one they come to, and whom the
seats force to move next (玉突き). Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ikusei.rotation.picture import Picture, PostFacts, Seating
from ikusei.rotation.rules.concurrent import main_share
from ikusei.rotation.rules.eligibility import may_sit, misfits
from ikusei.rotation.rules.scene import Scene
from ikusei.rotation.rules.ways import candidates

ALONE = 3
"""The level at which somebody does the work alone: what a team counts on."""

EVERYBODY = 100_000
FEW = 1
"""A skill that so many people of a team hold, or nobody, is told first."""


@dataclass(frozen=True, slots=True)
class Account:
    """The ledger at the end of a fiscal year, in years, and the index at its end."""

    year: int
    gq_years: float
    dq_years: float
    gq: float
    dq: float

    @property
    def balance(self) -> float | None:
        """The share of GQ, 0 to 1; None without any record."""
        whole = self.gq_years + self.dq_years
        return self.gq_years / whole if whole > 0 else None

    @property
    def distance(self) -> float | None:
        """How far the balance is from one half."""
        return None if self.balance is None else abs(self.balance - 0.5)


@dataclass(frozen=True, slots=True)
class SkillChange:
    """How many of a team hold a skill at ALONE or above, without the moves and with them."""

    skill: str
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class TeamChange:
    """A post that somebody leaves or comes to in a year, and its unit: people, seats, experts, skills."""

    post: int
    year: int
    is_left: bool
    before: int
    after: int
    experts_before: int
    experts_after: int
    skills: tuple[SkillChange, ...]
    more_skills: int


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who could move on, with what speaks for it; in the order of names, never ranked."""

    key: str
    served: int
    may_leave: bool
    wished: bool
    missing: int
    here: int | None


@dataclass(frozen=True, slots=True)
class Link:
    """A seat that the moves leave empty, or fill twice, and who could move on because of it."""

    post: int
    year: int
    is_empty: bool
    people: int
    candidates: tuple[Candidate, ...]


def accounts(scene: Scene, key: str) -> tuple[Account, ...]:
    """The ledger and the index of somebody at the end of each fiscal year of the round."""
    picture, person = scene.picture, scene.person(key)
    gq, dq, found = person.gq_years, person.dq_years, []
    left_gq, left_dq = 100 - person.gq, 100 - person.dq
    for place, year in enumerate(picture.years):
        if not person.is_there(year):
            break
        post = scene.post(scene.seating.main[key][place])
        if post is not None:
            share = main_share(scene, key, year)
            gq, dq = gq + share * post.gq_share, dq + share * post.dq_share
            rho_gq, rho_dq = picture.growth.get(post.growth, (1.0, 1.0))
            left_gq, left_dq = left_gq * rho_gq, left_dq * rho_dq
        for beside, share in scene.seating.concurrent[key][place]:
            other = scene.post(beside)
            if other is not None:
                gq, dq = gq + share * other.gq_share, dq + share * other.dq_share
        found.append(Account(year, gq, dq, 100 - min(100.0, left_gq), 100 - min(100.0, left_dq)))
    return tuple(found)


def turning_years(before: Seating, after: Seating, key: str) -> list[int]:
    """The fiscal years in which the moves begin to make a difference, or another one than in the year before."""
    found, last = [], None
    for place, year in enumerate(after.picture.years):
        here, there = before.main[key][place], after.main[key][place]
        if here != there and (here, there) != last:
            found.append(year)
        last = (here, there)
    return found


def team_changes(before: Seating, after: Seating, key: str) -> list[TeamChange]:
    """What the teams lose and gain in the years in which the moves begin to count."""
    found = []
    scenes = Scene(before), Scene(after)
    for year in turning_years(before, after, key):
        for post, is_left in ((before.at(key, year), True), (after.at(key, year), False)):
            facts = after.picture.posts.get(post) if post is not None else None
            if facts is not None:
                found.append(_team_change(scenes, facts, year, key, is_left=is_left))
    return found


def _team_change(
    scenes: tuple[Scene, Scene], post: PostFacts, year: int, key: str, *, is_left: bool
) -> TeamChange:
    before, after = scenes
    skills = _skill_changes(before, after, post, year, key)
    told = [one for one in skills if min(one.before, one.after) <= FEW]
    return TeamChange(
        post=post.id,
        year=year,
        is_left=is_left,
        before=before.seating.filled(post.id, year),
        after=after.seating.filled(post.id, year),
        experts_before=_experts(before, post, year),
        experts_after=_experts(after, post, year),
        skills=tuple(sorted(told, key=lambda one: (min(one.before, one.after), one.skill))),
        more_skills=len(skills) - len(told),
    )


def _experts(scene: Scene, post: PostFacts, year: int) -> int:
    if not post.expert_count:
        return 0
    sitting = scene.seating.sitting(post.id, year)
    return sum(scene.index(key, year, post.expert_axis) >= post.expert_level for key in sitting)


def _skill_changes(before: Scene, after: Scene, post: PostFacts, year: int, key: str) -> list[SkillChange]:
    """Of the skills that somebody holds at ALONE: how many of the unit hold them, without the moves and with them."""
    held = [skill for skill, level in before.person(key).levels.items() if level >= ALONE]
    counts = [_holders(scene, post.unit_id, year, held) for scene in (before, after)]
    changes = [SkillChange(skill, counts[0][skill], counts[1][skill]) for skill in held]
    return [one for one in changes if one.before != one.after]


def _holders(scene: Scene, unit_id: int, year: int, skills: Iterable[str]) -> Mapping[str, int]:
    team = [
        scene.person(key).levels
        for post in scene.picture.teams[unit_id]
        for key in scene.seating.sitting(post, year)
    ]
    return {skill: sum(levels.get(skill, 0) >= ALONE for levels in team) for skill in skills}


def chain(before: Seating, after: Seating, key: str) -> list[Link]:
    """The seats that the moves leave empty or fill twice, with the people who could move on."""
    scene, found = Scene(after), []
    for year in turning_years(before, after, key):
        left, come = before.at(key, year), after.at(key, year)
        if come is not None and come in scene.picture.posts and after.filled(come, year) > 0:
            post = scene.picture.posts[come]
            if scene.room(post, year) < 0:
                found.append(over(scene, post, year, but=key))
        if left is not None and left in scene.picture.posts:
            post = scene.picture.posts[left]
            if scene.room(post, year) > 0:
                found.append(empty(scene, post, year))
    return found


def over(scene: Scene, post: PostFacts, year: int, *, but: str = "") -> Link:
    """A post with more people than seats, and those who sit there."""
    people = [key for key in scene.seating.sitting(post.id, year) if key != but]
    sitting = scene.seating.filled(post.id, year)
    return Link(post.id, year, False, sitting, tuple(_candidate(scene, key, post, year) for key in people))


def empty(scene: Scene, post: PostFacts, year: int) -> Link:
    """A post with a free seat, and those who could come without breaking a rule."""
    could = set(candidates(scene, post, [year], may_sit, most=EVERYBODY))
    people = [key for key in scene.picture.people if key in could]
    sitting = scene.seating.filled(post.id, year)
    return Link(post.id, year, True, sitting, tuple(_candidate(scene, key, post, year) for key in people))


def _candidate(scene: Scene, key: str, post: PostFacts, year: int) -> Candidate:
    person = scene.person(key)
    term = scene.term_at(key, year)
    return Candidate(
        key=key,
        served=0 if term is None else term.past + sum(one < year for one in term.years),
        may_leave=scene.may_leave(key, year),
        wished=post.id in person.wishes,
        missing=len(misfits(person, post)),
        here=scene.seating.at(key, year),
    )


def distance_after(picture: Picture, scene: Scene) -> float | None:
    """The mean distance from 50:50 at the end of the round, over everybody with a record; None where nobody has one."""
    found = []
    for key in picture.people:
        path = accounts(scene, key)
        if path and path[-1].distance is not None:
            found.append(path[-1].distance)
    return sum(found) / len(found) if found else None

"""The round of the coming fiscal year drafted three ways for the Bureau and GovTech."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator

from ikusei.org import access
from ikusei.org.access import Viewer
from ikusei.org.models import PostingKind, Role, RoleGrant
from ikusei.rotation.models import Origin, Round, Sharing
from ikusei.rotation.picture import Seating, seating
from ikusei.rotation.queries.picture import load
from ikusei.rotation.rules.eligibility import may_sit
from ikusei.rotation.rules.scene import Scene
from ikusei.rotation.services import drafts
from ikusei.rotation.services.drafts import MoveSpec

BUREAU, GOVTECH, COMPANY = "bureau_digital_services", "govtech", "private_company"
FEW, MANY, DISPATCHES = 8, 20, 6

DRAFTS = (
    ("A 最小限の異動", "動く人を少なく。玉突きなし", FEW, 0),
    ("B GovTech交流の拡大", "局とGovTechの交替を二年続ける", MANY, 0),
    ("C 派遣を重視", "民間への一年派遣と復帰先の確保", FEW, DISPATCHES),
)
"""Name, note, people who change sides in pairs, people sent to companies for a year."""


def draft_rounds(rng: random.Random, round_: Round) -> None:
    """Three drafts of the planner's: the first shared with the section, the others their own."""
    actor = planner()
    if actor is None:
        return
    picture = load(actor, round_)
    for number, (name, note, swaps, dispatches) in enumerate(DRAFTS):
        draft = drafts.new_draft(actor=actor, round_=round_, name=name, note=note)
        live = Scene(seating(picture, ()))
        moves = [*_swaps(rng, live, swaps)]
        if number == 1:
            then = Scene(seating(picture, ()))
            moves += [*_swaps(rng, then, FEW, year=round_.years[1], but={move.person_key for move in moves})]
        moves += _dispatches(live, dispatches, {move.person_key for move in moves})
        if moves:
            drafts.put_moves(actor=actor, draft=draft, moves=moves, origin=Origin.HAND)
            drafts.pin_move(actor=actor, draft=draft, move=draft.moves.order_by("pk")[0], is_pinned=True)
        if number == 0:
            drafts.share_draft(actor=actor, draft=draft, sharing=Sharing.SECTION)
    _hires(actor, round_)


def planner() -> Viewer | None:
    """The personnel planner of the city."""
    grant = RoleGrant.objects.filter(role=Role.PLANNER).select_related("user").order_by("pk").first()
    return None if grant is None else access.viewer_of(grant.user)


def _hires(actor: Viewer, round_: Round) -> None:
    """Two engineers who come in April, without a seat yet."""
    draft = round_.drafts.order_by("pk")[0]
    for number in (1, 2):
        drafts.add_planned(
            actor=actor,
            draft=draft,
            label=f"ICT採用予定 {number}",
            grade="主事",
            job_type="software-engineer",
            from_date=round_.effective_on,
        )


def _swaps(
    rng: random.Random, scene: Scene, pairs: int, *, year: int | None = None, but: Iterable[str] = ()
) -> Iterator[MoveSpec]:
    """Pairs of one person of the Bureau and one of GovTech who may sit in each other's post and have served long enough."""
    year = year or scene.years[0]
    taken = set(but)
    there = [key for key in _free(scene, GOVTECH, year) if key not in taken]
    here = [key for key in _free(scene, BUREAU, year) if key not in taken]
    rng.shuffle(here)
    for one in here:
        if pairs == 0:
            return
        other = next((key for key in there if key not in taken and _fit(scene, one, key, year)), None)
        if other is None:
            continue
        taken |= {one, other}
        pairs -= 1
        yield _move(scene.seating, one, other, year, PostingKind.DISPATCH)
        yield _move(scene.seating, other, one, year, PostingKind.HOME)


def _free(scene: Scene, growth: str, year: int) -> list[str]:
    """Those who sit in posts of a growth class before a year and may leave them."""
    found = []
    for key, person in scene.picture.people.items():
        post = scene.post(scene.seating.before(key, year))
        if (
            post is not None
            and post.growth == growth
            and not person.is_planned
            and scene.may_leave(key, year)
        ):
            found.append(key)
    return found


def _fit(scene: Scene, one: str, other: str, year: int) -> bool:
    mine, theirs = (scene.post(scene.seating.before(key, year)) for key in (one, other))
    if mine is None or theirs is None:
        return False
    return may_sit(scene.person(one), theirs) and may_sit(scene.person(other), mine)


def _move(now: Seating, key: str, other: str, year: int, kind: str) -> MoveSpec:
    return MoveSpec(person_key=key, year=year, to_post=now.before(other, year), kind=kind)


def _dispatches(scene: Scene, most: int, but: set[str]) -> list[MoveSpec]:
    """People of the Bureau who go to a company for the first year and come back to the post they left."""
    picture, year = scene.picture, scene.years[0]
    seats = [
        post.id for post in picture.posts.values() if post.growth == COMPANY and scene.room(post, year) > 0
    ]
    found: list[MoveSpec] = []
    for key in _free(scene, BUREAU, year):
        if len(found) == most or not seats:
            break
        seat = next((post for post in seats if may_sit(picture.people[key], picture.posts[post])), None)
        if key in but or seat is None:
            continue
        seats.remove(seat)
        found.append(
            MoveSpec(
                person_key=key,
                year=year,
                to_post=seat,
                kind=PostingKind.DISPATCH,
                until_year=year + 1,
                return_post=scene.seating.at(key, year),
            )
        )
    return found

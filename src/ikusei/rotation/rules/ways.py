"""Ways to satisfy a rule, as steps of a draft: stay, go elsewhere, come in. Each is tried out on the seating. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from ikusei.rotation.picture import (
    CONCURRENT,
    DISPATCH,
    FORBID,
    HOME,
    PIN,
    MoveFacts,
    PersonFacts,
    PostFacts,
    seating,
)
from ikusei.rotation.rules.breach import Choice, Step, apply_steps
from ikusei.rotation.rules.scene import Scene

MOST = 3
"""Choices that are worked out for a breach."""

type MaySit = Callable[[PersonFacts, PostFacts], bool]


def main_with(scene: Scene, key: str, moves: Iterable[MoveFacts]) -> tuple[int | None, ...]:
    """Somebody's main posts by year under moves of their own."""
    alone = replace(scene.picture, people={key: scene.person(key)})
    return seating(alone, moves).main[key]


def reseat(scene: Scene, key: str, wanted: Sequence[int | None]) -> tuple[Step, ...]:
    """The fewest steps after which somebody's main posts are these, year by year: drop what brings them elsewhere, then put."""
    steps: list[Step] = []
    dropped: list[MoveFacts] = []
    moves = list(scene.main_moves.get(key, ()))
    for place, year in enumerate(scene.years):
        if not scene.person(key).is_there(year) or main_with(scene, key, moves)[place] == wanted[place]:
            continue
        here = next((move for move in moves if move.year == year), None)
        if here is not None:
            without = [move for move in moves if move is not here]
            if main_with(scene, key, without)[place] == wanted[place]:
                steps.append(Step("drop", here))
                dropped.append(here)
                moves = without
                continue
        step = Step("put", _move(scene, key, year, wanted[place], dropped))
        steps.append(step)
        _picture, moves = apply_steps(scene.picture, moves, [step])
    return tuple(steps)


def _move(scene: Scene, key: str, year: int, post: int | None, dropped: Sequence[MoveFacts]) -> MoveFacts:
    """A move to a post: as one that was dropped for it, years shifted, or a plain one."""
    before = scene.seating.before(key, year)
    for old in dropped:
        if old.post == post:
            until = None if old.until_year is None else old.until_year + year - old.year
            return replace(old, year=year, until_year=until, from_post=before, is_pinned=False, id=0)
    facts = scene.post(post)
    kind = DISPATCH if facts is not None and facts.is_host else HOME
    return MoveFacts(person=key, year=year, post=post, kind=kind, from_post=before)


def _path(scene: Scene, key: str, years: Iterable[int], post: int | None) -> list[int | None]:
    """Somebody's main posts, with this one in these years."""
    path = list(scene.seating.main[key])
    for year in years:
        path[scene.picture.place[year]] = post
    return path


def stay(scene: Scene, key: str, year: int, years: int = 1) -> Choice | None:
    """Stay in the post of the year before for so many years from `year` on; None where there was none or it is closed."""
    if not scene.mends:
        return None
    before = scene.seating.before(key, year)
    post = scene.post(before)
    kept = [one for one in scene.years if year <= one < year + years and scene.person(key).is_there(one)]
    if post is None or not kept or not all(post.is_there(one) for one in kept):
        return None
    steps = reseat(scene, key, _path(scene, key, kept, before))
    return Choice(steps, "stay", key, year, post.id, kept[-1]) if steps else None


def go(scene: Scene, key: str, years: Sequence[int], post: int) -> Choice | None:
    """Sit in a post in these years instead."""
    if not scene.mends:
        return None
    steps = reseat(scene, key, _path(scene, key, years, post))
    return Choice(steps, "go", key, years[0], post, years[-1]) if steps else None


def is_barred(scene: Scene, key: str, post: int, years: Iterable[int]) -> bool:
    """Whether a decision keeps somebody out of a post in one of these years."""
    for one in scene.restrictions.get(key, ()):
        if any(one.from_year <= year < one.until_year for year in years):
            if one.kind == FORBID and post in one.posts:
                return True
            if one.kind != FORBID and post not in one.posts:
                return True
    return False


def places(
    scene: Scene, key: str, years: Sequence[int], may_sit: MaySit, *, but: Iterable[int] = ()
) -> list[int]:
    """Posts with a free seat in all these years in which somebody may sit; wished ones first, then those of few people.

    Nobody is counted twice: the seats are those of the seating as it is. What comes after the longest term of a post is
    the next thing to be drafted, and speaks up as a breach of its own.
    """
    person, barred = scene.person(key), set(but)
    found = []
    for post in scene.picture.posts.values():
        if post.id in barred:
            continue
        if any(not post.is_there(year) or scene.room(post, year) < 1 for year in years):
            continue
        if may_sit(person, post) and not is_barred(scene, key, post.id, years):
            found.append(post)
    first = years[0]
    wishes = {post: rank for rank, post in enumerate(person.wishes)}
    found.sort(
        key=lambda post: (
            wishes.get(post.id, len(wishes)),
            scene.seating.filled(post.id, first) >= post.minimum,
            post.is_host,
            post.id,
        )
    )
    return [post.id for post in found[:MOST]]


def out_of(
    scene: Scene,
    key: str,
    years: Sequence[int],
    may_sit: MaySit,
    *,
    but: Iterable[int] = (),
    most: int = MOST,
) -> tuple[Choice, ...]:
    """Ways for somebody to sit elsewhere in these years: stay where they were if the rules let them, or a free seat."""
    found: list[Choice] = []
    if not scene.mends:
        return ()
    first, here = years[0], scene.seating.at(key, years[0])
    before, post = scene.seating.before(key, first), scene.post(scene.seating.before(key, first))
    barred = {*but, *({here} if here is not None else ())}
    if post is not None and before not in barred:
        served = scene.served_before(key, first)
        fits = served < post.tenure_max and not is_barred(scene, key, post.id, years)
        if fits and (choice := stay(scene, key, first, len(years))):
            found.append(choice)
    free = places(scene, key, years, may_sit, but={*barred, *([before] if before else [])})
    found += [choice for place in free if (choice := go(scene, key, years, place))]
    return tuple(found[:most])


def candidates(
    scene: Scene,
    post: PostFacts,
    years: Sequence[int],
    may_sit: MaySit,
    *,
    also: Callable[[str], bool] = lambda _key: True,
    most: int = MOST,
) -> list[str]:
    """People who could come into a post in these years without breaking a rule: the unassigned first, then by wish.

    They may leave where they are, are not missed there below its minimum, and nothing decided speaks against it.
    """
    first, found = years[0], []
    for key, person in scene.picture.people.items() if scene.mends else ():
        if not person.is_there(first) or person.is_away or scene.seating.at(key, first) == post.id:
            continue
        if _is_missed(scene, key, first) or not scene.may_leave(key, first):
            continue
        if scene.seating.before(key, first) == post.id or scene.is_outside(key):
            continue
        if not may_sit(person, post) or not also(key):
            continue
        if is_barred(scene, key, post.id, years) or is_held(scene, key, first):
            continue
        found.append(key)
    found.sort(key=lambda key: _order(scene, key, post.id, first))
    return found[: max(most, MOST)]


def is_held(scene: Scene, key: str, year: int) -> bool:
    """Whether somebody's seat of a year was pinned, by a restriction or on the move itself, or has a protected reason."""
    if any(one.person == key and one.ask != "consider" for one in scene.picture.protected):
        return True
    if any(move.is_pinned and move.year <= year for move in scene.main_moves.get(key, ())):
        return True
    return any(
        one.kind == PIN and one.from_year <= year < one.until_year for one in scene.restrictions.get(key, ())
    )


def _is_missed(scene: Scene, key: str, year: int) -> bool:
    post = scene.post(scene.seating.at(key, year))
    return post is not None and scene.seating.filled(post.id, year) <= post.minimum


def _order(scene: Scene, key: str, post: int, year: int) -> tuple[bool, int, bool, int, str]:
    person, here = scene.person(key), scene.seating.at(key, year)
    rank = person.wishes.index(post) if post in person.wishes else len(person.wishes) + 1
    moves_anyhow = scene.seating.has_moved(key, year)
    return here is not None, rank, not moves_anyhow, -scene.served_before(key, year), key


def come_into(scene: Scene, key: str, post: PostFacts, year: int) -> Choice | None:
    """Come into a post in a year, for as long as somebody would have sat where they are (at most its longest term)."""
    term = scene.term_at(key, year)
    length = [one for one in (term.years if term else scene.years) if one >= year]
    years = [one for one in length if scene.person(key).is_there(one)][: post.tenure_max]
    return go(scene, key, years or [year], post.id)


def drop(move: MoveFacts) -> Choice:
    """Take a move back."""
    return Choice((Step("drop", move),), "drop", move.person, move.year, move.post)


def lift(key: str, restriction: int, year: int) -> Choice:
    """Lift a pin, a forbid or a "one of these"."""
    return Choice((Step("lift", None, restriction),), "lift", key, year)


def beside(move: MoveFacts, share: float) -> Choice:
    """The same concurrent post with another share of time."""
    assert move.kind == CONCURRENT  # noqa: S101  # the caller looks at concurrent moves alone
    put = replace(move, share=share, id=0)
    return Choice((Step("put", put),), "share", move.person, move.year, move.post, share=share)


def put(move: MoveFacts) -> Step:
    """The step that puts a move."""
    return Step("put", move)

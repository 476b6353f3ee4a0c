"""The rules of rotation, checked on a seating without the planner: what is broken, and the smallest change that mends it.

Pure: no database. One file for each family of rules; `sentences` says a breach in the reader's language.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ikusei.rotation.picture import Picture, Seating
from ikusei.rotation.rules import (
    concurrent,
    decisions,
    dispatch,
    eligibility,
    expertise,
    presence,
    promotion,
    protected,
    quotas,
    seats,
    tenure,
)
from ikusei.rotation.rules.breach import Breach, Choice, Fix, Step, apply_steps
from ikusei.rotation.rules.scene import Scene

__all__ = ["Breach", "Choice", "Fix", "Step", "apply_steps", "breaches", "breaches_of"]

OF_PERSON = (
    presence.of_person,
    eligibility.of_person,
    tenure.of_person,
    dispatch.of_person,
    decisions.of_person,
    concurrent.of_person,
    promotion.of_person,
    protected.of_person,
)
OF_POST = (seats.of_post, expertise.of_post)


def breaches(picture: Picture, seating: Seating, *, mends: bool = True) -> list[Breach]:
    """Every broken rule of a seating, "must" first, then by fiscal year.

    Without `mends` no choices are worked out, for whoever counts or compares: most of the time is theirs.
    """
    scene = Scene(seating, mends=mends)
    return _worst_first(_all(scene, picture.people, picture.posts))


def breaches_of(
    picture: Picture,
    seating: Seating,
    people: Iterable[str],
    posts: Iterable[int],
    *,
    mends: bool = True,
) -> list[Breach]:
    """The broken rules of these people and posts, of every post in which these people sit, and of quotas: for one move.

    Name the post that somebody leaves too, or the draft's own change of seats stays unseen there. `mends` as for `breaches`.
    """
    scene = Scene(seating, mends=mends)
    named = [key for key in people if key in picture.people]
    touched = set(posts)
    for key in named:
        touched.update(post for post in seating.main[key] if post is not None)
        seat = picture.people[key].main
        touched.update([] if seat is None else [seat.post])
    return _worst_first(_all(scene, named, (post for post in touched if post in picture.posts)))


def _all(scene: Scene, people: Iterable[str], posts: Iterable[int]) -> Iterator[Breach]:
    for key in people:
        for of_person in OF_PERSON:
            yield from of_person(scene, key)
    for post in posts:
        for of_post in OF_POST:
            yield from of_post(scene, scene.picture.posts[post])
    yield from quotas.of_round(scene)


def _worst_first(found: Iterable[Breach]) -> list[Breach]:
    return sorted(found, key=lambda breach: (not breach.is_must, breach.year, breach.key))

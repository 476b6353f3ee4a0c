"""Promotion to 主任 (senior staff) changes the bureau (局): a rule of the employer, the same for everybody."""

from __future__ import annotations

from collections.abc import Iterator

from ikusei.rotation.picture import PersonFacts, PostFacts
from ikusei.rotation.rules import ways
from ikusei.rotation.rules.breach import Breach, Fix
from ikusei.rotation.rules.eligibility import may_sit
from ikusei.rotation.rules.scene import A_YEAR, Scene, bureau

BEFORE, PROMOTED = "主事", "主任"


def was_promoted(scene: Scene, person: PersonFacts) -> bool:
    """Whether somebody became 主任 in the year before the moves and still sits where they sat before."""
    since, seat = person.grade_since, person.main
    if person.grade != PROMOTED or since is None or seat is None or seat.since >= since:
        return False
    on = scene.picture.effective_on
    return since <= on and (on.year - since.year) * A_YEAR + on.month - since.month <= A_YEAR


def is_promotion(person: PersonFacts, post: PostFacts) -> bool:
    """Whether sitting in a post makes a 主任 of somebody."""
    return person.grade == BEFORE and post.grade == PROMOTED


def of_person(scene: Scene, key: str) -> Iterator[Breach]:
    """Somebody promoted in the last year who stays in the bureau in the first year; a promotion within a bureau."""
    person = scene.person(key)
    first = scene.years[0]
    home = scene.post(scene.seating.before(key, first))
    here = scene.post(scene.seating.at(key, first))
    if home and here and was_promoted(scene, person) and bureau(home) == bureau(here):
        yield _breach(scene, key, first, here, "promoted")
    for term in scene.terms(key):
        post = scene.post(term.post)
        if post is None or term.is_current or not term.years or not is_promotion(person, post):
            continue
        before = scene.post(scene.seating.before(key, term.years[0]))
        if before is not None and before.grade != PROMOTED and bureau(before) == bureau(post):
            yield _breach(scene, key, term.years[0], post, "promotion")
            return


def _breach(scene: Scene, key: str, year: int, post: PostFacts, rule: str) -> Breach:
    """The breach, with posts of other bureaus as ways out."""
    term = scene.term_at(key, year)
    years = [one for one in (term.years if term else (year,)) if one >= year]
    same = [one.id for one in scene.picture.posts.values() if bureau(one) == bureau(post)]
    found = ways.out_of(scene, key, years, may_sit, but=same)
    if not found:
        found = ways.out_of(scene, key, years[:1], may_sit, but=same)
    fix = Fix("other-bureau", {"person": key, "post": post.id}, found)
    return Breach(rule, key, post.id, year, {"unit": post.id, "last": years[-1]}, "must", fix)

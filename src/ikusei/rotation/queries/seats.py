"""A draft as the board shows it: who sits where, what is drafted, what is decided. Three queries for any number of people."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property

from ikusei.org.access import Viewer
from ikusei.rotation.models import Draft, Round
from ikusei.rotation.picture import MoveFacts, Picture, PostFacts, Seating, seating
from ikusei.rotation.queries.decided import Decided, decided
from ikusei.rotation.queries.placed import read_people, read_posts


@dataclass(frozen=True)
class Seats:
    """A draft with people, posts and moves; of people only what the board shows (no levels, no index, no ledger)."""

    draft: Draft
    picture: Picture
    moves: tuple[MoveFacts, ...]

    @cached_property
    def now(self) -> Seating:
        """Who sits where as drafted."""
        return seating(self.picture, self.moves)

    @cached_property
    def live(self) -> Seating:
        """Who sits where by live data alone."""
        return seating(self.picture, ())


def seats(
    viewer: Viewer,
    draft: Draft,
    *,
    person_keys: Collection[str] | None = None,
    posts: Mapping[int, PostFacts] | None = None,
    known: Decided | None = None,
) -> Seats:
    """The board of a draft, of everybody the viewer plans for or of some people.

    `posts`, and what is `known` to be decided in the draft, somebody has just read for the same answer; else they are
    read. Ask `access.note_list` for the look: a service that checks one move looks at nobody.
    """
    found = known or decided(draft.round, draft, person_keys)
    picture = _picture(viewer, draft.round, found, person_keys, posts)
    return Seats(
        draft=draft,
        picture=picture,
        moves=tuple(move for move in found.moves if move.person in picture.people),
    )


def round_picture(viewer: Viewer, round_: Round) -> Picture:
    """A round without any draft, of people only what the board shows."""
    return _picture(viewer, round_, decided(round_, None), None, None)


def _picture(
    viewer: Viewer,
    round_: Round,
    found: Decided,
    person_keys: Collection[str] | None,
    posts: Mapping[int, PostFacts] | None,
) -> Picture:
    posts = posts or read_posts(round_.effective_on, round_)
    people = read_people(viewer, round_, posts, person_keys) | dict(found.planned)
    return Picture(
        years=round_.years,
        effective_on=round_.effective_on,
        employer_id=round_.employer_id,
        posts=posts,
        people=people,
        restrictions=tuple(one for one in found.restrictions if one.person in people),
    )

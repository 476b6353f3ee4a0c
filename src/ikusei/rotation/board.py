"""A draft as rows and bars: people down, fiscal years across, one bar for each posting. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ikusei.rotation.picture import (
    CONCURRENT,
    DISPATCH,
    MoveFacts,
    Picture,
    PostFacts,
    RestrictionFacts,
    Seating,
)


@dataclass(frozen=True, slots=True)
class Bar:
    """Consecutive fiscal years of one person in one post, or in none.

    `move` begins it, where one does; `is_absent`: not employed in these years. `beside` are concurrent posts with shares.
    """

    year: int
    span: int
    post: int | None
    facts: PostFacts | None
    is_absent: bool
    move: MoveFacts | None
    beside: tuple[tuple[int, float], ...]

    @property
    def last(self) -> int:
        """Its last fiscal year."""
        return self.year + self.span - 1

    @property
    def is_dispatch(self) -> bool:
        """Whether a drafted dispatch begins it."""
        return self.move is not None and self.move.kind == DISPATCH


@dataclass(frozen=True, slots=True)
class Row:
    """One person on the board."""

    key: str
    name: str
    grade: str
    is_planned: bool
    is_away: bool
    home: int | None
    bars: tuple[Bar, ...]
    moves: int
    restrictions: tuple[RestrictionFacts, ...]


def row_of(picture: Picture, seating: Seating, key: str) -> Row:
    """The row of one person."""
    person = picture.people[key]
    mine = [move for move in seating.moves if move.person == key]
    return Row(
        key=key,
        name=person.name,
        grade=person.grade,
        is_planned=person.is_planned,
        is_away=person.is_away,
        home=None if person.main is None else person.main.post,
        bars=bars_of(picture, seating, key, mine),
        moves=len(mine),
        restrictions=tuple(one for one in picture.restrictions if one.person == key),
    )


def bars_of(picture: Picture, seating: Seating, key: str, mine: list[MoveFacts]) -> tuple[Bar, ...]:
    """The bars of one person, from the first year of the round to the last."""
    person = picture.people[key]
    starts = {move.year: move for move in mine if move.kind != CONCURRENT}
    cells = [
        (post, not person.is_there(year), starts.get(year), beside)
        for year, post, beside in zip(picture.years, seating.main[key], seating.concurrent[key], strict=True)
    ]
    found: list[Bar] = []
    for year, (post, absent, move, beside) in zip(picture.years, cells, strict=True):
        last = found[-1] if found else None
        same = last is not None and (last.post, last.is_absent, last.beside) == (post, absent, beside)
        if last is not None and same and move is None:
            found[-1] = replace(last, span=last.span + 1)
        else:
            facts = None if post is None else picture.posts.get(post)
            found.append(Bar(year, 1, post, facts, absent, move, beside))
    return tuple(found)


def unit_label(post: PostFacts) -> str:
    """The unit of a post; that of another employer with its name before it, unless the unit bears it already."""
    if not post.is_host or post.unit.startswith(post.employer):
        return post.unit
    return f"{post.employer} {post.unit}"

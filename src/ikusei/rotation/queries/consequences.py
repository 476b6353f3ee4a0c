"""What somebody's moves in a draft bring about, ready to be shown: sentences and numbers, never a ranking."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from ikusei.org import access as org_access
from ikusei.org.access import NotVisible, Right, Viewer
from ikusei.rotation import access, consequences
from ikusei.rotation.board import Row, row_of
from ikusei.rotation.consequences import Account, Link, TeamChange
from ikusei.rotation.models import Draft
from ikusei.rotation.picture import MoveFacts, PersonFacts, Picture, PostFacts, Seating, seating
from ikusei.rotation.queries.picture import load_draft
from ikusei.rotation.rules import Breach, Choice, breaches_of
from ikusei.rotation.rules.scene import Scene
from ikusei.rotation.rules.sentences import Told, tell
from ikusei.skills.queries.maps.catalogue import catalogue_on

FEW_CANDIDATES = 8


@dataclass(frozen=True, slots=True)
class YearLine:
    """A fiscal year in the accounts of somebody: as live data has it, and as drafted."""

    year: int
    live_post: int | None
    post: int | None
    live: Account
    drafted: Account


@dataclass(frozen=True, slots=True)
class Broken:
    """A broken rule in words; `is_new` where it would not be broken without this person's moves."""

    told: Told
    is_new: bool

    @property
    def code(self) -> str:
        """What names the breach in a form: its rule, person, post, year and part."""
        return "|".join(str(part) for part in self.told.breach.key)


@dataclass(frozen=True)
class Consequences:
    """One person under a draft. `rows` are the rows of the board that a change touches, their own first."""

    draft: Draft
    picture: Picture
    person: PersonFacts
    rows: tuple[Row, ...]
    moves: tuple[MoveFacts, ...]
    years: tuple[YearLine, ...]
    lost: tuple[TeamChange, ...]
    gained: tuple[TeamChange, ...]
    broken: tuple[Broken, ...]
    chain: tuple[Link, ...]
    skill_names: Mapping[str, str]
    is_section: bool

    @property
    def row(self) -> Row:
        """Their own row of the board."""
        return self.rows[0]

    @property
    def new_breaches(self) -> int:
        """How many rules this person's moves break."""
        return sum(one.is_new for one in self.broken)

    @property
    def last(self) -> YearLine | None:
        """The last year of the accounts."""
        return self.years[-1] if self.years else None


def skill_namer(viewer: Viewer) -> tuple[Mapping[str, str], Callable[[str], str]]:
    """The names of the framework's skills by key, and a function that knows them."""
    catalogue = catalogue_on(viewer.today)
    names = {} if catalogue is None else {skill.key: skill.name for skill in catalogue.skills.values()}
    return names, lambda key: names.get(key, key)


def of_person(
    viewer: Viewer,
    draft: Draft,
    key: str,
    *,
    touched: Iterable[str] = (),
    posts: Mapping[int, PostFacts] | None = None,
) -> Consequences:
    """What somebody's moves in a draft bring about, with the rows of whoever else was touched by a change.

    `posts` as for `load_draft`. Raises NotVisible (404) for somebody the viewer does not plan for.
    """
    picture, moves = load_draft(viewer, draft, posts=posts)
    person = picture.people.get(key)
    if person is None:
        raise NotVisible(key)
    after = seating(picture, moves)
    before = seating(picture, [move for move in moves if move.person != key])
    changes = consequences.team_changes(before, after, key)
    names, name_of = skill_namer(viewer)
    is_section = access.is_section(viewer, draft.round.employer)
    return Consequences(
        draft=draft,
        picture=picture,
        person=person,
        rows=tuple(
            row_of(picture, after, one) for one in dict.fromkeys((key, *touched)) if one in picture.people
        ),
        moves=tuple(move for move in moves if move.person == key),
        years=_years(picture, before, after, key),
        lost=tuple(one for one in changes if one.is_left),
        gained=tuple(one for one in changes if not one.is_left),
        broken=tuple(
            Broken(tell(one, picture, is_section=is_section, skill_name=name_of), is_new=is_new)
            for one, is_new in _broken(picture, before, after, key)
        ),
        chain=tuple(consequences.chain(before, after, key)),
        skill_names=names,
        is_section=is_section,
    )


def _years(picture: Picture, before: Seating, after: Seating, key: str) -> tuple[YearLine, ...]:
    live = consequences.accounts(Scene(before), key)
    drafted = consequences.accounts(Scene(after), key)
    return tuple(
        YearLine(one.year, before.at(key, one.year), after.at(key, one.year), one, other)
        for one, other in zip(live, drafted, strict=True)
    )


def _broken(picture: Picture, before: Seating, after: Seating, key: str) -> list[tuple[Breach, bool]]:
    """The broken rules around somebody's moves, those that the moves break first."""
    posts = {post for post in (*before.main[key], *after.main[key]) if post is not None}
    was = {one.key for one in breaches_of(picture, before, [key], posts, mends=False)}
    now = [(one, one.key not in was) for one in breaches_of(picture, after, [key], posts)]
    return sorted(now, key=lambda pair: not pair[1])


def choice_of(viewer: Viewer, draft: Draft, key: str, code: str, number: int) -> Choice:
    """The proposed change that a button stands for, worked out anew. Raises NotVisible where it is proposed no more."""
    for one in of_person(viewer, draft, key).broken:
        if one.code == code and 0 <= number < len(one.told.choices):
            return one.told.choices[number].choice
    raise NotVisible(code)


@dataclass(frozen=True)
class SeatPage:
    """A post in a year of a draft: who sits there, who could come."""

    draft: Draft
    picture: Picture
    link: Link
    sitting: tuple[PersonFacts, ...]


def of_seat(viewer: Viewer, draft: Draft, post_id: int, year: int) -> SeatPage:
    """Who sits in a post in a year as drafted, and everybody who could come or go. Raises NotVisible for no such post."""
    picture, moves = load_draft(viewer, draft)
    post = picture.posts.get(post_id)
    if post is None or year not in picture.place:
        raise NotVisible(str(post_id))
    scene = Scene(seating(picture, moves))
    is_over = scene.room(post, year) < 0
    link = consequences.over(scene, post, year) if is_over else consequences.empty(scene, post, year)
    org_access.note_list(viewer, Right.ROTATION_PLAN, verb="rotation.board", count=len(link.candidates))
    sitting = tuple(picture.people[key] for key in scene.seating.sitting(post_id, year))
    return SeatPage(draft=draft, picture=picture, link=link, sitting=sitting)

"""What happened in the live data since a draft met them, and which of its moves that touches."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext as _

from ikusei.lib import fiscal
from ikusei.org import access as org_access
from ikusei.org.access import Viewer
from ikusei.org.models import Person
from ikusei.rotation.access import is_section
from ikusei.rotation.board import unit_label
from ikusei.rotation.keys import person_key
from ikusei.rotation.models import Draft
from ikusei.rotation.picture import CONCURRENT, MoveFacts, Picture, PostFacts, Seating
from ikusei.rotation.queries.decided import decided
from ikusei.rotation.queries.seats import Seats, seats


class Reason(StrEnum):
    """Why a move no longer fits the live data."""

    GONE = "gone"
    ELSEWHERE = "elsewhere"
    THERE_ALREADY = "there-already"
    POST_CLOSED = "post-closed"
    RETURN_CLOSED = "return-closed"


HARMLESS = frozenset({Reason.ELSEWHERE, Reason.THERE_ALREADY})
"""What can be settled without anybody deciding: the move goes on from the new place, or has happened already."""


@dataclass(frozen=True, slots=True)
class News:
    """One thing that changed in the live data since the draft met them, as a sentence; `key` says whom it is about."""

    sentence: str
    key: str = ""


@dataclass(frozen=True, slots=True)
class Clash:
    """A move that no longer fits, as a sentence, with what is done about it when nobody decides otherwise."""

    move: MoveFacts
    name: str
    reason: Reason
    sentence: str

    @property
    def is_harmless(self) -> bool:
        """Whether it can be settled together with all others of its kind."""
        return self.reason in HARMLESS

    @property
    def may_keep(self) -> bool:
        """Whether the move can stay as it is drafted."""
        return self.reason == Reason.ELSEWHERE


@dataclass(frozen=True, slots=True)
class Drift:
    """How far a draft and the live data have gone apart, as far as the viewer may know."""

    news: tuple[News, ...]
    clashes: tuple[Clash, ...]

    @property
    def is_any(self) -> bool:
        """Whether there is anything to say."""
        return bool(self.news or self.clashes)


def basis_of(picture: Picture) -> dict[str, list[Any]]:
    """Where everybody hired sits before the moves, as `Draft.basis` keeps it."""
    return {
        str(person.id): [person.main.post, person.main.since.isoformat()] if person.main else [None, None]
        for person in picture.people.values()
        if not person.is_planned
    }


def basis_posts_of(picture: Picture) -> dict[str, list[Any]]:
    """What the posts in rotation are, as `Draft.basis_posts` keeps it."""
    return {
        str(post.id): [post.grade, post.capacity, post.from_year, post.until_year]
        for post in picture.posts.values()
    }


def has_drifted(board: Seats) -> bool:
    """Whether anything that the board shows has changed since its draft met live data; asks the database for nothing."""
    draft, picture = board.draft, board.picture
    if not draft.basis_posts:
        return False
    if draft.basis_posts != basis_posts_of(picture):
        return True
    now = basis_of(picture)
    return any(draft.basis.get(key) != seat for key, seat in now.items())


def drift(viewer: Viewer, draft: Draft) -> Drift:
    """What changed since the draft met live data, and which moves that touches.

    People outside the viewer's scope are left out, except those whom the draft moves. Three queries, one more for names
    of people who left, and one more for a planner of a part, who does not plan for everybody.
    """
    known = decided(draft.round, draft)
    whole = seats(org_access.operator(), draft, known=known)
    is_part = not is_section(viewer, draft.round.employer)
    mine = seats(viewer, draft, posts=whole.picture.posts, known=known) if is_part else whole
    rows = list(known.moves)
    moved = {move.person for move in rows}
    everything = len(mine.picture.people) == len(whole.picture.people)
    gone = _names_of_gone(
        whole, moved | ({person_key(int(pk)) for pk in draft.basis} if everything else set())
    )
    news = _news(draft, whole, mine, gone, moved)
    return Drift(news=tuple(news), clashes=tuple(clashes(whole, rows, gone)))


def clashes(board: Seats, rows: list[MoveFacts], gone: Mapping[str, str]) -> list[Clash]:
    """The moves that no longer fit the live data, in the order of their years; `gone` names those who left."""
    found = []
    for move in rows:
        person = board.picture.people.get(move.person)
        if person is None:
            name = gone.get(move.person, _("somebody who left"))
            said = _("%(name)s is no longer in this round.") % {"name": name}
            found.append(Clash(move=move, name=name, reason=Reason.GONE, sentence=said))
            continue
        reason = _reason(board.picture, board.now, move)
        if reason is not None:
            said = _sentence(board.picture, board.now, move, reason)
            found.append(Clash(move=move, name=person.name, reason=reason, sentence=said))
    return found


def _reason(picture: Picture, now: Seating, move: MoveFacts) -> Reason | None:
    if not picture.people[move.person].is_there(move.year):
        return Reason.GONE
    if move.post is not None and not _is_there(picture, move.post, move.year):
        return Reason.POST_CLOSED
    if move.return_post is not None and not _is_there(
        picture, move.return_post, move.until_year or move.year
    ):
        return Reason.RETURN_CLOSED
    if move.kind == CONCURRENT:
        return None
    here = now.before(move.person, move.year)
    if here == move.from_post:
        return None
    return Reason.THERE_ALREADY if here == move.post else Reason.ELSEWHERE


def _is_there(picture: Picture, post: int, year: int) -> bool:
    facts = picture.posts.get(post)
    return facts is not None and facts.is_there(year)


def _sentence(picture: Picture, now: Seating, move: MoveFacts, reason: Reason) -> str:
    name = picture.people[move.person].name
    year = fiscal.label(move.year)
    if reason == Reason.GONE:
        return _("%(name)s is no longer employed in %(year)s.") % {"name": name, "year": year}
    if reason == Reason.POST_CLOSED:
        return _("%(name)s: the post of the move is no longer there in %(year)s.") % {
            "name": name,
            "year": year,
        }
    if reason == Reason.RETURN_CLOSED:
        return _("%(name)s: the post kept for the return is no longer there.") % {"name": name}
    here = now.before(move.person, move.year)
    words = {"name": name, "post": place_of(picture, here), "year": year}
    if reason == Reason.THERE_ALREADY:
        return _("%(name)s has come to %(post)s already; the move of %(year)s has happened.") % words
    return _("%(name)s now comes from %(post)s, not from where the move of %(year)s was drafted.") % words


def place_of(picture: Picture, post: int | None) -> str:
    """A post in words: its unit and name."""
    if post is None:
        return _("no post")
    facts = picture.posts.get(post)
    return _("a post outside the rotation") if facts is None else f"{unit_label(facts)} {facts.name}"


def _names_of_gone(whole: Seats, known: set[str]) -> dict[str, str]:
    """Key -> name of those whom the round no longer has; no query where it has everybody."""
    missing = [key for key in known if key not in whole.picture.people]
    hired = [int(key[1:]) for key in missing if key.startswith("p")]
    people = Person.objects.filter(pk__in=hired) if hired else ()
    return {person_key(person.pk): person.display_name for person in people}


def _news(draft: Draft, whole: Seats, mine: Seats, gone: Mapping[str, str], moved: set[str]) -> list[News]:
    found = _people_news(draft, whole, mine, moved)
    for key, name in sorted(gone.items(), key=lambda row: row[1]):
        found.append(News(_("%(name)s has left the round.") % {"name": name}, key))
    return found + _post_news(draft, whole.picture)


def _people_news(draft: Draft, whole: Seats, mine: Seats, moved: set[str]) -> list[News]:
    found = []
    now = basis_of(whole.picture)
    for key, person in whole.picture.people.items():
        if person.is_planned or (key not in mine.picture.people and key not in moved):
            continue
        before, seat = draft.basis.get(str(person.id)), now[str(person.id)]
        words = {"name": person.name, "post": place_of(whole.picture, seat[0])}
        if before is None:
            found.append(News(_("%(name)s has come into the round: %(post)s.") % words, key))
        elif before[0] != seat[0]:
            found.append(News(_("%(name)s now sits elsewhere: %(post)s.") % words, key))
        elif before != seat:
            found.append(News(_("The posting of %(name)s has another first day now.") % words, key))
    return found


def _post_news(draft: Draft, picture: Picture) -> list[News]:
    found = []
    now = basis_posts_of(picture)
    for key, said in draft.basis_posts.items():
        post = picture.posts.get(int(key))
        if post is None:
            found.append(News(_("A post has left the rotation.")))
        elif now[key] != said:
            found.append(News(_post_sentence(post, said)))
    for key in now.keys() - draft.basis_posts.keys():
        post = picture.posts[int(key)]
        found.append(News(_("%(post)s has come into the rotation.") % {"post": place_of(picture, post.id)}))
    return found


def _post_sentence(post: PostFacts, said: list[Any]) -> str:
    words = {"post": f"{post.unit} {post.name}"}
    if post.until_year != said[3] and post.until_year is not None:
        words["year"] = fiscal.label(post.until_year)
        return _("%(post)s is there until the end of the year before %(year)s only.") % words
    return _("The terms of %(post)s have changed.") % words

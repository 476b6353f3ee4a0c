"""Drafts whose later years a round can begin with, and what became of each announced move, for the personnel section."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Exists, OuterRef, Q
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ikusei.lib import fiscal
from ikusei.org import access as org_access
from ikusei.org.access import Right, Viewer, note_list
from ikusei.org.models import Person, PlannedPerson
from ikusei.rotation import access
from ikusei.rotation.keys import ids_of, person_key, planned_ids_of, planned_key
from ikusei.rotation.models import (
    Decision,
    Draft,
    DraftState,
    Move,
    Restriction,
    RestrictionKind,
    Round,
    Stage,
    Verdict,
)
from ikusei.rotation.outlook import SETTLED, Announced, Fate, carry
from ikusei.rotation.picture import CONCURRENT, MoveFacts, Picture
from ikusei.rotation.queries.drift import place_of
from ikusei.rotation.queries.picture import draft_moves
from ikusei.rotation.queries.seats import Seats, round_picture, seats
from ikusei.rotation.queries.standings import standings

DECIDED = (DraftState.APPROVED, DraftState.ORDERED)

WORDS: dict[Fate, Promise | str] = {
    Fate.CARRIED: gettext_lazy("goes on as announced"),
    Fate.ELSEWHERE: gettext_lazy("goes on, from another seat than it was drafted from"),
    Fate.THERE: gettext_lazy("has happened: they sit there by the records"),
    Fate.LEFT: gettext_lazy("left out: no longer employed in that year"),
    Fate.NOT_HIRED: gettext_lazy(
        "left out: the placeholder is gone; say on its page whom it was hired as before beginning"
    ),
    Fate.POST_GONE: gettext_lazy("left out: the post is no longer in the rotation in that year"),
    Fate.REJECTED: gettext_lazy("left out: a move of this person to this post was rejected last time"),
    Fate.NO_TIME: gettext_lazy("left out: the concurrent posts of today leave no time for it"),
}
"""What becomes of an announced move -> how the page says it."""


@dataclass(frozen=True, slots=True)
class Row:
    """An announced move in words. `seat` is the post announced; `is_changed` whether the draft has changed it since."""

    key: str
    name: str
    year: str
    seat: str
    fate: Fate
    is_return: bool
    is_stay: bool
    is_concurrent: bool
    is_changed: bool
    is_hired: bool

    @property
    def words(self) -> str:
        """What becomes of it."""
        return str(WORDS[self.fate])

    @property
    def is_settled(self) -> bool:
        """Whether nobody needs to look at it."""
        return self.fate in SETTLED and not self.is_changed


@dataclass(frozen=True, slots=True)
class Ruling:
    """A decision about somebody's seat in the round before: in words, and whether it goes on in the new round."""

    name: str
    kind: str
    posts: str
    years: str
    reason: str
    goes_on: bool


@dataclass(frozen=True)
class Outlook:
    """What the drafted years of one draft become in a round."""

    source: Draft
    rows: Sequence[Row]
    rulings: Sequence[Ruling]

    @cached_property
    def open(self) -> list[Row]:
        """The rows that somebody should look at."""
        return [row for row in self.rows if not row.is_settled]

    @property
    def carried(self) -> int:
        """How many announced moves go on."""
        return sum(row.fate in (Fate.CARRIED, Fate.ELSEWHERE) for row in self.rows)


def sources(viewer: Viewer, round_: Round) -> list[Draft]:
    """The approved and ordered drafts of earlier rounds that reach into this one, the newest round first. One query."""
    first = round_.fiscal_year
    reaching = Move.objects.filter(
        Q(year__gte=first) | Q(until_year__gte=first, return_post__isnull=False), draft_id=OuterRef("pk")
    )
    rows = access.visible_drafts(viewer).filter(
        Exists(reaching),
        round__employer_id=round_.employer_id,
        round__category=round_.category,
        round__fiscal_year__lt=first,
        state__in=DECIDED,
    )
    return list(rows.order_by("-round__fiscal_year", "-changed_at").defer("basis", "basis_posts"))


def announced_by(source: Draft, picture: Picture) -> list[Announced]:
    """What becomes of the outlook of a draft in the round of the picture. Three queries."""
    moves = draft_moves(source)
    return carry(picture, moves, hired=hired_since(moves), rejected=rejected_in(source.round))


def hired_since(moves: Iterable[MoveFacts]) -> dict[str, str]:
    """Key of somebody not yet hired -> key of the person they were hired as. One query."""
    asked = planned_ids_of({move.person for move in moves})
    rows = PlannedPerson.objects.filter(pk__in=asked, hired_as__isnull=False)
    return {planned_key(pk): person_key(person) for pk, person in rows.values_list("pk", "hired_as_id")}


def rejected_in(round_: Round) -> set[tuple[str, int]]:
    """(Person, post) of the moves whose rejection stands at the end of a round. One query."""
    rows = Restriction.objects.filter(round=round_, decision__isnull=False)
    return {(person_key(person), post) for person, post in rows.values_list("person_id", "posts") if post}


def restrictions_of(source: Draft) -> list[Restriction]:
    """Decisions about seats that held in a draft: its own, and those for all drafts of its round. Two queries."""
    rows = Restriction.objects.filter(Q(draft=None) | Q(draft=source), round_id=source.round_id)
    return list(rows.select_related("person").prefetch_related("posts").order_by("pk"))


def goes_on(restriction: Restriction, round_: Round, picture: Picture) -> bool:
    """Whether a decision by hand reaches into a round. What a rejected move decided ends with its own round: it was said
    of that year's move, and the new round decides anew. A pin needs all of its posts.
    """
    if restriction.decision_id is not None or restriction.until_year <= round_.fiscal_year:
        return False
    if restriction.from_year > round_.years[-1] or person_key(restriction.person_id) not in picture.people:
        return False
    there = [post.pk in picture.posts for post in restriction.posts.all()]
    return all(there) if restriction.kind == RestrictionKind.PIN else any(there)


def preview(viewer: Viewer, round_: Round, source: Draft) -> Outlook:
    """What would become of a draft's outlook if the round began with it today. For the personnel section."""
    access.require_section(viewer, round_.employer)
    picture = round_picture(org_access.operator(), round_)
    note_list(viewer, Right.ROTATION_PLAN, verb="rotation.picture", count=len(picture.people))
    return _told(source, picture, round_, announced_by(source, picture), None)


def outlook(viewer: Viewer, draft: Draft) -> Outlook | None:
    """What became of the outlook that a draft began with, on the records of today; None where it began with none."""
    access.require_section(viewer, draft.round.employer)
    if draft.outlook_of_id is None:
        return None
    source = Draft.objects.select_related("round__employer").get(pk=draft.outlook_of_id)
    board = seats(viewer, draft)
    note_list(viewer, Right.ROTATION_PLAN, verb="rotation.picture", count=len(board.picture.people))
    return _told(source, board.picture, draft.round, announced_by(source, board.picture), board)


def _told(
    source: Draft, picture: Picture, round_: Round, found: list[Announced], board: Seats | None
) -> Outlook:
    names = _names(picture, found)
    rows = [
        Row(
            key=one.now.person,
            name=names.get(one.now.person, _("somebody who left")),
            year=fiscal.label(one.was.year),
            seat=place_of(picture, one.was.post),
            fate=one.fate,
            is_return=one.is_return,
            is_stay=one.is_stay,
            is_concurrent=one.was.kind == CONCURRENT,
            is_changed=board is not None and _is_changed(board, one),
            is_hired=one.was.person != one.now.person,
        )
        for one in found
    ]
    rulings = [_ruling(one, round_, picture) for one in restrictions_of(source)]
    return Outlook(source=source, rows=rows, rulings=[one for one in rulings if one is not None])


def _is_changed(board: Seats, one: Announced) -> bool:
    """Whether the draft puts somebody elsewhere in the year of a move that went on."""
    now = one.now
    if not one.goes_on or now.person not in board.now.main:
        return False
    if now.kind == CONCURRENT:
        beside = board.now.concurrent[now.person][board.picture.place[now.year]]
        return now.post not in dict(beside)
    return board.now.at(now.person, now.year) != now.post


def _ruling(one: Restriction, round_: Round, picture: Picture) -> Ruling | None:
    """The decision in words; None for one whose years were over before the round."""
    if one.until_year <= round_.fiscal_year:
        return None
    return Ruling(
        name=one.person.display_name,
        kind=one.get_kind_display(),
        posts=_("; ").join(place_of(picture, post.pk) for post in one.posts.all()),
        years=_("%(first)s to %(last)s")
        % {"first": fiscal.label(one.from_year), "last": fiscal.label(one.until_year - 1)},
        reason=one.reason,
        goes_on=goes_on(one, round_, picture),
    )


def _names(picture: Picture, found: list[Announced]) -> dict[str, str]:
    names = {key: person.name for key, person in picture.people.items()}
    gone = {one.now.person for one in found} - names.keys()
    for person in Person.objects.filter(pk__in=ids_of(gone)):
        names[person_key(person.pk)] = person.display_name
    for planned in PlannedPerson.objects.filter(pk__in=planned_ids_of(gone)):
        names[planned_key(planned.pk)] = planned.label
    return names


def approved_moves(draft: Draft) -> list[MoveFacts]:
    """The moves of a draft that the personnel section has approved and nobody rejected. Two queries."""
    approved = {row.move.pk for row in standings(draft) if row.is_approved}
    return [move for move in draft_moves(draft) if move.id in approved]


def approving_drafts(viewer: Viewer, round_: Round) -> list[Draft]:
    """The drafts of a round of which the personnel section has approved moves. One query."""
    approved = Decision.objects.filter(
        move__draft_id=OuterRef("pk"), verdict=Verdict.APPROVE, stage=Stage.SECTION
    )
    rows = access.visible_drafts(viewer).filter(Exists(approved), round=round_)
    rows = rows.exclude(state=DraftState.DROPPED).defer("basis", "basis_posts")
    return list(rows.order_by("-changed_at"))

"""Moves of a draft: put, taken back, pinned; one at a time by hand or many by the planner."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import ProtectedError, QuerySet
from django.utils.translation import gettext as _

from ikusei.lib import fiscal
from ikusei.org.access import NotVisible, Viewer
from ikusei.org.errors import RuleBroken
from ikusei.org.models import PostingKind
from ikusei.rotation.keys import ids_of, planned_ids_of
from ikusei.rotation.models import Draft, Move, Origin
from ikusei.rotation.picture import CONCURRENT, PersonFacts, Picture, seating
from ikusei.rotation.queries.picture import move_facts
from ikusei.rotation.queries.seats import Seats
from ikusei.rotation.services.drafts.record import Changed, Edit, changed, editing

WHOLE = Decimal(1)


@dataclass(frozen=True, slots=True)
class MoveSpec:
    """A move to be put: posts by their numbers, `to_post` None for the unassigned list; `until_year` exclusive."""

    person_key: str
    year: int
    to_post: int | None
    kind: str = PostingKind.HOME
    share: Decimal = WHOLE
    until_year: int | None = None
    return_post: int | None = None
    note: str = ""
    is_pinned: bool = False


def put_move(
    *,
    actor: Viewer,
    draft: Draft,
    person_key: str,
    year: int,
    to_post: int | None,
    kind: str = PostingKind.HOME,
    share: Decimal = WHOLE,
    until_year: int | None = None,
    return_post: int | None = None,
    note: str = "",
    seen_revision: int | None = None,
    origin: Origin = Origin.HAND,
    board: Seats | None = None,
) -> Changed:
    """Put somebody on a post (None: on the unassigned list) from a fiscal year on; the draft's new revision.

    A main move of the same year is replaced; one that leads to where they would sit anyway takes it back. Without
    `seen_revision` nothing is compared. `board` as for `editing`. Raises EditConflict where somebody else changed the same person meanwhile,
    NotVisible (404) for somebody the actor does not plan for, RuleBroken for what cannot be: a year outside the round, a
    post that is not there, shares above the whole. Rules of rotation do not refuse: the board says which are broken.
    """
    spec = MoveSpec(
        person_key=person_key,
        year=year,
        to_post=to_post,
        kind=kind,
        share=share,
        until_year=until_year,
        return_post=return_post,
        note=note,
    )
    verb = "rotation.move.put"
    with editing(actor, draft, (person_key,), verb=verb, seen_revision=seen_revision, board=board) as edit:
        edit.detail = {"year": year}
        if not put_within(edit, spec, origin):
            raise RuleBroken(
                _("%(name)s sits there in that year anyway; there is nothing to draft.")
                % {"name": edit.seats.picture.people[person_key].name}
            )
        settle(edit, (person_key,))
    return changed(edit)


def put_moves(
    *,
    actor: Viewer,
    draft: Draft,
    moves: Sequence[MoveSpec],
    replaces: Collection[str] = (),
    seen_revision: int | None = None,
    origin: Origin = Origin.PLANNER,
) -> Changed:
    """Put many moves in one revision, undone together; the moves of the people in `replaces` that are neither pinned nor
    concurrent go first. A move to where somebody would sit anyway is left out. Raises as `put_move`, writing nothing.
    """
    people = tuple(dict.fromkeys((*(move.person_key for move in moves), *replaces)))
    with editing(actor, draft, people, verb="rotation.moves.put", seen_revision=seen_revision) as edit:
        going = _moves_of(edit, replaces).filter(is_pinned=False).exclude(kind=PostingKind.CONCURRENT)
        take_out(going)
        for spec in sorted(moves, key=lambda move: move.year):
            put_within(edit, spec, origin)
        settle(edit, people)
    return changed(edit)


def take_back_move(*, actor: Viewer, draft: Draft, move: Move, seen_revision: int | None = None) -> Changed:
    """Take a move out of its draft. Raises as `put_move`, and RuleBroken for one that was decided on."""
    key = key_of(move)
    with editing(actor, draft, (key,), verb="rotation.move.take-back", seen_revision=seen_revision) as edit:
        edit.detail = {"year": move.year}
        take_out(Move.objects.filter(draft=draft, pk=move.pk))
        settle(edit, (key,))
    return changed(edit)


def pin_move(
    *, actor: Viewer, draft: Draft, move: Move, is_pinned: bool, seen_revision: int | None = None
) -> Changed:
    """Pin a move, so that the planner leaves it alone, or let it go again."""
    key = key_of(move)
    with editing(actor, draft, (key,), verb="rotation.move.pin", seen_revision=seen_revision) as edit:
        edit.detail = {"year": move.year}
        Move.objects.filter(draft=draft, pk=move.pk).update(is_pinned=is_pinned, changed_by=edit.actor)
    return changed(edit)


def open_move(draft: Draft, number: int) -> Move:
    """The move of a draft with a number. Raises NotVisible (404) where it has none."""
    move = Move.objects.filter(draft=draft, pk=number).first()
    if move is None:
        raise NotVisible(str(number))
    return move


def key_of(move: Move) -> str:
    """The key of whoever is moved."""
    return move_facts(move).person


def put_within(edit: Edit, spec: MoveSpec, origin: Origin = Origin.HAND) -> bool:
    """Put a move while its draft is being changed; whether there was something to write. Ask `settle` at the end."""
    picture = edit.seats.picture
    person = picture.people[spec.person_key]
    check(picture, person, spec)
    theirs = list(_moves_of(edit, (spec.person_key,)))
    same = next((move for move in theirs if _is_same_slot(move, spec)), None)
    before = None
    if spec.kind != CONCURRENT:
        others = seating(picture, [move_facts(move) for move in theirs if move is not same])
        before = others.before(person.key, spec.year)
        if spec.until_year is None and others.at(person.key, spec.year) == spec.to_post:
            if same is not None:
                take_out(Move.objects.filter(pk=same.pk))
            return same is not None
    elif sum((move.share for move in theirs if _runs(move, spec) and move is not same), spec.share) >= WHOLE:
        raise RuleBroken(_("The shares of concurrent posts have to stay below the whole of somebody's time."))
    move = same or Move(
        draft=edit.draft,
        person_id=None if person.is_planned else person.id,
        planned_id=person.id if person.is_planned else None,
        year=spec.year,
    )
    move.to_post_id, move.kind, move.share = spec.to_post, PostingKind(spec.kind), spec.share
    move.until_year, move.return_post_id, move.note = spec.until_year, spec.return_post, spec.note
    move.is_pinned = spec.is_pinned or (same is not None and same.is_pinned)
    move.from_post_id, move.origin, move.changed_by = before, origin, edit.actor
    move.save()
    return True


def _is_same_slot(move: Move, spec: MoveSpec) -> bool:
    if move.year != spec.year or (move.kind == CONCURRENT) != (spec.kind == CONCURRENT):
        return False
    return spec.kind != CONCURRENT or move.to_post_id == spec.to_post


def _runs(move: Move, spec: MoveSpec) -> bool:
    """Whether a concurrent move runs in the first year of another."""
    return (
        move.kind == CONCURRENT
        and move.year <= spec.year
        and (move.until_year is None or spec.year < move.until_year)
    )


def check(picture: Picture, person: PersonFacts, spec: MoveSpec) -> None:
    """Raise RuleBroken for a move that cannot be made, whatever the rules of rotation say of it."""
    if spec.year not in picture.years:
        raise RuleBroken(
            _("%(year)s is not one of the years of this round.") % {"year": fiscal.label(spec.year)}
        )
    if not person.is_there(spec.year):
        raise RuleBroken(
            _("%(name)s is not employed in %(year)s.")
            % {"name": person.name, "year": fiscal.label(spec.year)}
        )
    if spec.kind not in PostingKind.values:
        raise RuleBroken(_("There is no posting of that kind."))
    if spec.until_year is not None and spec.until_year <= spec.year:
        raise RuleBroken(_("A move ends after the year in which it begins."))
    if not 0 < spec.share <= WHOLE or (spec.kind == CONCURRENT and spec.share == WHOLE):
        raise RuleBroken(
            _("The share of a posting lies above 0 and is at most 1; that of a concurrent one is below 1.")
        )
    if spec.kind == CONCURRENT and spec.to_post is None:
        raise RuleBroken(_("A concurrent posting needs a post."))
    if spec.return_post is not None and spec.until_year is None:
        raise RuleBroken(_("A post kept for the return needs the year of the return."))
    _check_posts(picture, spec)


def _check_posts(picture: Picture, spec: MoveSpec) -> None:
    asked = ((spec.to_post, spec.year), (spec.return_post, spec.until_year))
    for number, year in asked:
        if number is None or year is None:
            continue
        post = picture.posts.get(number)
        if post is None:
            raise RuleBroken(_("This post is not part of the rotation."))
        if not post.is_there(year):
            raise RuleBroken(
                _("The post %(post)s is not there in %(year)s.")
                % {"post": f"{post.unit} {post.name}", "year": fiscal.label(year)}
            )


def _moves_of(edit: Edit, people: Iterable[str]) -> QuerySet[Move]:
    keys = list(people)
    mine = Move.objects.filter(draft=edit.draft)
    return mine.filter(person_id__in=ids_of(keys)) | mine.filter(planned_id__in=planned_ids_of(keys))


def take_out(moves: QuerySet[Move]) -> None:
    """Delete moves. Raises RuleBroken where one of them was decided on."""
    try:
        moves.delete()
    except ProtectedError as error:
        raise RuleBroken(
            _("This move was decided on and stays on record; draft another one in its place.")
        ) from error


def settle(edit: Edit, people: Collection[str]) -> None:
    """Write down anew where everybody comes from: an earlier move of the same person may have changed it."""
    rows = list(_moves_of(edit, people))
    facts = [move_facts(move) for move in rows]
    drafted = seating(edit.seats.picture, facts)
    late = []
    for move, fact in zip(rows, facts, strict=True):
        if fact.kind == CONCURRENT or fact.person not in drafted.main:
            continue
        here = drafted.before(fact.person, fact.year)
        if here != move.from_post_id:
            move.from_post_id = here
            late.append(move)
    Move.objects.bulk_update(late, ["from_post"], batch_size=500)

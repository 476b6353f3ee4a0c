"""Rebasing: a draft meets live data again; its moves that no longer fit are kept or dropped, nothing is lost."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from ikusei.lib import clock
from ikusei.org import access as org_access
from ikusei.org.access import Viewer
from ikusei.org.errors import RuleBroken
from ikusei.rotation.keys import ids_of
from ikusei.rotation.models import Draft, Move
from ikusei.rotation.queries.drift import Clash, Reason, basis_of, basis_posts_of, clashes
from ikusei.rotation.queries.picture import move_facts
from ikusei.rotation.queries.seats import seats
from ikusei.rotation.services.drafts.moves import settle
from ikusei.rotation.services.drafts.record import Changed, changed, editing


def rebase(
    *, actor: Viewer, draft: Draft, keep: Iterable[int] = (), drop: Iterable[int] = (), harmless: bool = False
) -> Changed:
    """Let a draft meet live data again; the new revision.

    `keep` and `drop` are numbers of moves that no longer fit; `harmless` settles all that need no decision: moves go on
    from the new place, those that have happened go. What is left unsettled still clashes, and its people keep their old
    basis. Dropped moves can be brought back by undoing.
    """
    rows = [move_facts(row) for row in Move.objects.filter(draft=draft)]
    board = seats(org_access.operator(), draft)
    found = clashes(board, rows, {})
    kept, dropped = set(keep), set(drop)
    going = [
        one for one in found if one.move.id in dropped or (harmless and one.reason == Reason.THERE_ALREADY)
    ]
    staying = [
        one
        for one in found
        if one.may_keep and one not in going and (one.move.id in kept or (harmless and one.is_harmless))
    ]
    people = tuple(dict.fromkeys(one.move.person for one in (*going, *staying)))
    with editing(
        actor, draft, people, verb="rotation.draft.rebase", seen_revision=None, beyond_scope=True
    ) as edit:
        edit.detail = {"dropped": len(going), "kept": len(staying)}
        _drop(draft, going)
        settle(edit, [one.move.person for one in staying])
        _meet(draft)
    return changed(edit)


def _drop(draft: Draft, going: list[Clash]) -> None:
    try:
        Move.objects.filter(draft=draft, pk__in=[one.move.id for one in going]).delete()
    except ProtectedError as error:
        raise RuleBroken(_("A move that was decided on stays on record.")) from error


def _meet(draft: Draft) -> None:
    """Write down where everybody is now, except those of whom a move still clashes."""
    board = seats(org_access.operator(), draft)
    rows = [move_facts(row) for row in Move.objects.filter(draft=draft)]
    open_people = {one.move.person for one in clashes(board, rows, {})}
    old = {int(pk): seat for pk, seat in draft.basis.items()}
    basis = basis_of(board.picture)
    for pk in ids_of(open_people):
        if pk in old:
            basis[str(pk)] = old[pk]
    draft.basis, draft.basis_posts, draft.based_at = basis, basis_posts_of(board.picture), clock.now()
    draft.save(update_fields=["basis", "basis_posts", "based_at", "changed_at"])

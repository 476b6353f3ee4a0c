"""Approval in two stages: the bureau, then the personnel section; move by move, a rejection with its reason.

No move becomes an order on one account's word. A stage is decided by whoever plans for the bureau, or by the personnel
section; the section's decision on a move needs another account than the bureau's, and where the bureau had nothing to
say of it, another one than the draft's owner. Moves of the round's year are decided; later years are an outlook, which the
rounds of those years decide. A decision counts as long as its move has not been changed since; what a bureau approved
counts for that bureau alone, and what it rejected stays rejected before any other one.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ikusei.audit import services as audit
from ikusei.org import access
from ikusei.org.access import Right, Viewer
from ikusei.org.errors import RuleBroken
from ikusei.org.models import Purpose, Unit
from ikusei.rotation.access import is_section
from ikusei.rotation.models import (
    Decision,
    Draft,
    DraftState,
    Move,
    Restriction,
    RestrictionKind,
    Sharing,
    Stage,
    Verdict,
)
from ikusei.rotation.queries.standings import STAGE_OF, Standing, may_decide, shown_by, standings


@dataclass(frozen=True, slots=True)
class Said:
    """What is said of a move; `seen` is the mark of the page on which it was said (`Standing.mark`), None for none."""

    verdict: Verdict
    reason: str = ""
    seen: str | None = None

    def repeats(self, decision: Decision | None) -> bool:
        """Whether a decision says the same."""
        return decision is not None and (decision.verdict, decision.reason) == (
            self.verdict,
            self.reason.strip(),
        )


class Overtaken(RuleBroken):
    """A move, or what was said of it, has changed since the page on which somebody decided on it."""


def is_frozen(draft: Draft) -> bool:
    """Whether the moves of a draft may not be changed: it has been submitted, ordered or dropped."""
    return draft.state != DraftState.OPEN


def submit(*, actor: Viewer, draft: Draft, bureau: Unit | None = None, is_straight: bool = False) -> Draft:
    """The draft, frozen, before the bureau named (or the one it belongs to); without one before the personnel section.

    For its owner; one of the personnel section may pass the bureau by (`is_straight`). Raises RuleBroken where it is not open, moves nobody in the round's year, or leaves somebody without a
    seat.
    """
    _require_owner(actor, draft)
    with transaction.atomic():
        draft = _locked(draft)
        if is_frozen(draft):
            raise RuleBroken(_("This draft has been submitted already."))
        moves = draft.moves.filter(year=draft.round.fiscal_year)
        if not moves.exists():
            raise RuleBroken(_("This draft moves nobody in the year of the round."))
        homeless = moves.filter(to_post=None).select_related("person", "planned").first()
        if homeless is not None:
            raise RuleBroken(
                _("%(name)s has no seat in this draft.") % {"name": homeless.person or homeless.planned}
            )
        if is_straight and draft.bureau is not None and not is_section(actor, draft.round.employer):
            raise RuleBroken(_("The draft of a bureau comes before that bureau first."))
        draft.bureau = None if is_straight else bureau or draft.bureau
        draft.state = DraftState.SECTION if draft.bureau is None else DraftState.BUREAU
        draft.sharing = Sharing.SECTION if draft.bureau is None else Sharing.BUREAU
        draft.sent_back = ""
        draft.save(update_fields=["bureau", "state", "sharing", "sent_back", "changed_at"])
        _record(actor, draft, "rotation.draft.submit", count=moves.count())
    return draft


def decide(*, actor: Viewer, draft: Draft, said: Mapping[int, Said], hand_on: bool = False) -> Draft:
    """The draft with what its stage says of moves (by primary key), all in one act; handed on where that is asked.

    A rejected move becomes a forbid in every draft of the round; approved again, the forbid goes. Handed on, the draft
    comes before the personnel section, and from there it is approved. Raises PermissionDenied outside the stage,
    RuleBroken for a rejection without a reason, a move that is not the stage's to decide, an account that would decide
    alone, or where something is undecided when it is handed on, Overtaken where somebody else was faster with a move; then
    nothing is written.
    """
    if not may_decide(actor, draft):
        raise PermissionDenied(Right.ROTATION_PLAN.value)
    with transaction.atomic():
        draft = _locked(draft)
        if draft.state not in STAGE_OF or not may_decide(actor, draft):
            raise RuleBroken(_("This draft lies before somebody else by now."))
        stage = STAGE_OF[DraftState(draft.state)]
        rows = {row.move.pk: row for row in standings(draft)}
        counts = {Verdict.APPROVE.value: 0, Verdict.REJECT.value: 0}
        for pk, one in said.items():
            if pk not in rows:
                raise RuleBroken(_("One of these moves is not in the draft any more."))
            if _say(actor, draft, stage, rows[pk], one):
                counts[one.verdict] += 1
        if any(counts.values()):
            _record(actor, draft, "rotation.move.decide", count=sum(counts.values()), after=counts)
        if hand_on:
            _hand_on(actor, draft, stage, rows.values())
    return draft


def said_anew(rows: Iterable[Standing], said: Mapping[int, Said]) -> dict[int, Said]:
    """What is said beyond what stood on the page: who only sends back what they were shown overrules nobody."""
    marks = {row.move.pk: row.mark for row in rows}
    late = {pk: one.seen for pk, one in said.items() if one.seen and one.seen != marks.get(pk)}
    shown = shown_by(late) if late else {}
    return {pk: one for pk, one in said.items() if not one.repeats(shown.get(pk))}


def send_back(*, actor: Viewer, draft: Draft, reason: str) -> Draft:
    """The draft, open again for its owner, who may also take it back themselves; what was decided stays with the moves.

    Raises PermissionDenied for anybody else, RuleBroken without a reason or where it does not lie before a stage.
    """
    is_owner = actor.user is not None and actor.user.pk == draft.owner_id
    if not is_owner and not may_decide(actor, draft):
        raise PermissionDenied(Right.ROTATION_PLAN.value)
    with transaction.atomic():
        draft = _locked(draft)
        if draft.state not in STAGE_OF:
            raise RuleBroken(_("This draft lies before nobody."))
        if not reason.strip():
            raise RuleBroken(_("Say why it goes back."))
        draft.state = DraftState.OPEN
        draft.sent_back = reason.strip()[:500]
        draft.save(update_fields=["state", "sent_back", "changed_at"])
        _record(actor, draft, "rotation.draft.send-back")
    return draft


def _say(actor: Viewer, draft: Draft, stage: Stage, row: Standing, said: Said) -> bool:
    """Whether something new was said of a move."""
    reason = said.reason.strip()
    if said.repeats(row.said.get(stage)):
        return False
    if said.seen is not None and said.seen != row.mark:
        raise Overtaken(
            _(
                "The move of %(name)s, or what was said of it, has changed since you opened the page. What you chose is "
                "still here: look at the move again."
            )
            % {"name": _name(row.move)}
        )
    if said.verdict == Verdict.REJECT and not reason:
        raise RuleBroken(_("A rejection needs its reason: %(name)s.") % {"name": _name(row.move)})
    if stage == Stage.BUREAU and not row.by_bureau:
        raise RuleBroken(
            _("The move of %(name)s does not touch this bureau: the personnel section decides it.")
            % {"name": _name(row.move)}
        )
    if stage == Stage.BUREAU and row.is_refused_elsewhere:
        raise RuleBroken(
            _("Another bureau has rejected the move of %(name)s; send the draft back to change that.")
            % {"name": _name(row.move)}
        )
    if stage == Stage.SECTION:
        _refuse_alone(actor, draft, row)
    assert actor.user is not None  # noqa: S101  # without an account nobody may decide: asked by the only caller
    decision = Decision.objects.create(
        move=row.move,
        stage=stage,
        bureau=draft.bureau if stage == Stage.BUREAU else None,
        verdict=said.verdict,
        reason=reason,
        by=actor.user,
    )
    row.said[stage] = decision
    earlier = Decision.objects.filter(move=row.move, stage=stage, bureau=decision.bureau)
    Restriction.objects.filter(decision__in=earlier).delete()
    if said.verdict == Verdict.REJECT:
        _forbid(actor, draft, row.move, decision)
    return True


def _refuse_alone(actor: Viewer, draft: Draft, row: Standing) -> None:
    """Raise RuleBroken where one account would have the only word on a move."""
    user = actor.user
    before = row.said.get(Stage.BUREAU)
    alone = before.by_id if before is not None else draft.owner_id
    if row.is_rejected and Stage.SECTION not in row.said:
        raise RuleBroken(
            _("The bureau has rejected the move of %(name)s; send the draft back to change that.")
            % {"name": _name(row.move)}
        )
    if user is not None and user.pk == alone:
        raise RuleBroken(
            _("You decided on the move of %(name)s for the bureau: somebody else of the section decides now.")
            % {"name": _name(row.move)}
            if before is not None
            else _("This draft is your own: somebody else of the personnel section decides on it.")
        )


def _forbid(actor: Viewer, draft: Draft, move: Move, decision: Decision) -> None:
    if move.person is None or move.to_post is None or actor.user is None:
        return
    forbid = Restriction.objects.create(
        round=draft.round,
        person=move.person,
        kind=RestrictionKind.FORBID,
        from_year=move.year,
        until_year=draft.round.years[-1] + 1,
        reason=decision.reason,
        decision=decision,
        author=actor.user,
    )
    forbid.posts.add(move.to_post)


def _hand_on(actor: Viewer, draft: Draft, stage: Stage, rows: Iterable[Standing]) -> None:
    waiting = [row for row in rows if row.waits_for(stage)]
    if waiting:
        raise RuleBroken(
            ngettext(
                "%(count)s move is not decided yet, that of %(name)s.",
                "%(count)s moves are not decided yet, the first that of %(name)s.",
                len(waiting),
            )
            % {"count": len(waiting), "name": _name(waiting[0].move)}
        )
    if stage == Stage.BUREAU:
        draft.state, draft.sharing = DraftState.SECTION, Sharing.SECTION
        verb = "rotation.draft.hand-on"
    else:
        draft.state = DraftState.APPROVED
        verb = "rotation.draft.approve"
    draft.save(update_fields=["state", "sharing", "changed_at"])
    _record(actor, draft, verb)


def _name(move: Move) -> str:
    return str(move.person or move.planned)


def _locked(draft: Draft) -> Draft:
    rows = Draft.objects.select_for_update(of=("self",)).select_related("round__employer", "bureau", "owner")
    return rows.get(pk=draft.pk)


def _require_owner(actor: Viewer, draft: Draft) -> None:
    access.require(actor, Right.ROTATION_PLAN)
    if actor.user is None or actor.user.pk != draft.owner_id:
        raise PermissionDenied(Right.ROTATION_PLAN.value)


def _record(
    actor: Viewer, draft: Draft, verb: str, *, count: int = 1, after: Mapping[str, int] | None = None
) -> None:
    audit.record(
        actor=actor.user,
        verb=verb,
        subject_kind="draft",
        subject_id=draft.public_id,
        purpose=Purpose.PLACEMENT,
        count=count,
        after=dict(after) if after else None,
    )

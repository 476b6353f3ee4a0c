"""Approval in two stages: the bureau, then the personnel section; move by move, a rejection with its reason.

No move becomes an order on one account's word. A stage is decided by whoever plans for the bureau, or by the personnel
section; the section's decision on a move needs another account than the bureau's, and where the bureau had nothing to
say of it, another one than the draft's owner. Moves of the round's year are decided; later years are an outlook, which the
rounds of those years decide. A decision counts as long as its move has not been changed since.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

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

STAGE_OF = {DraftState.BUREAU: Stage.BUREAU, DraftState.SECTION: Stage.SECTION}
"""State of a draft -> the stage before which it lies."""


@dataclass(frozen=True, slots=True)
class Said:
    """What is said of a move."""

    verdict: Verdict
    reason: str = ""


@dataclass(slots=True)
class Standing:
    """A move and what counts of what was said of it. `by_bureau`: the bureau has a word in it."""

    move: Move
    by_bureau: bool
    said: dict[str, Decision] = field(default_factory=dict)

    @property
    def is_rejected(self) -> bool:
        """Whether a stage has rejected it."""
        return any(one.verdict == Verdict.REJECT for one in self.said.values())

    @property
    def is_approved(self) -> bool:
        """Whether the personnel section has approved it, and nobody rejected it."""
        return Stage.SECTION in self.said and not self.is_rejected

    def waits_for(self, stage: Stage) -> bool:
        """Whether a stage has yet to decide on it."""
        if stage == Stage.BUREAU:
            return self.by_bureau and stage not in self.said
        return stage not in self.said and not self.is_rejected


def is_frozen(draft: Draft) -> bool:
    """Whether the moves of a draft may not be changed: it has been submitted, ordered or dropped."""
    return draft.state != DraftState.OPEN


def standings(draft: Draft) -> list[Standing]:
    """The moves of the round's year with what counts of the decisions on them. Three queries."""
    moves = list(
        draft.moves.filter(year=draft.round.fiscal_year)
        .select_related("person", "planned", "to_post__unit", "from_post__unit", "return_post__unit")
        .order_by("pk")
    )
    below = _units_of_bureau(draft)
    rows = {move.pk: Standing(move, by_bureau=_touches(move, below)) for move in moves}
    decisions = Decision.objects.filter(move__in=list(rows)).select_related("by").order_by("pk")
    for one in decisions:
        standing = rows[one.move_id]
        if one.at >= standing.move.changed_at:
            standing.said[one.stage] = one
    return list(rows.values())


def _units_of_bureau(draft: Draft) -> set[int]:
    if draft.bureau_id is None:
        return set()
    return set(access.units_below([draft.bureau_id], access.operator().today))


def _touches(move: Move, units: Collection[int]) -> bool:
    return any(post is not None and post.unit_id in units for post in (move.from_post, move.to_post))


def may_decide(viewer: Viewer, draft: Draft) -> bool:
    """Whether the viewer belongs to the stage before which the draft lies."""
    if viewer.user is None:
        return False
    if draft.state == DraftState.BUREAU and draft.bureau is not None:
        return access.may_change_unit(viewer, Right.ROTATION_PLAN, draft.bureau)
    return draft.state == DraftState.SECTION and is_section(viewer, draft.round.employer)


def submit(*, actor: Viewer, draft: Draft, bureau: Unit | None = None) -> Draft:
    """The draft, frozen, before the bureau named (or the one it belongs to); without one before the personnel section.

    For its owner. Raises RuleBroken where it is not open, moves nobody in the round's year, or leaves somebody without a
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
        draft.bureau = bureau or draft.bureau
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
    alone, or where something is undecided when it is handed on; then nothing is written.
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
    before = row.said.get(stage)
    reason = said.reason.strip()
    if before is not None and (before.verdict, before.reason) == (said.verdict, reason):
        return False
    if said.verdict == Verdict.REJECT and not reason:
        raise RuleBroken(_("A rejection needs its reason: %(name)s.") % {"name": _name(row.move)})
    if stage == Stage.BUREAU and not row.by_bureau:
        raise RuleBroken(
            _("The move of %(name)s does not touch this bureau: the personnel section decides it.")
            % {"name": _name(row.move)}
        )
    if stage == Stage.SECTION:
        _refuse_alone(actor, draft, row)
    assert actor.user is not None  # noqa: S101  # without an account nobody may decide: asked by the only caller
    decision = Decision.objects.create(
        move=row.move, stage=stage, verdict=said.verdict, reason=reason, by=actor.user
    )
    row.said[stage] = decision
    Restriction.objects.filter(decision__move=row.move, decision__stage=stage).delete()
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
            _("%(count)s moves are not decided yet, the first that of %(name)s.")
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

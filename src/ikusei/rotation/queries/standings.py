"""The moves of a draft with what was said of them, and who may decide on them now."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db.models import Exists, OuterRef, Q, Value

from ikusei.org import access
from ikusei.org.access import Right, Viewer
from ikusei.rotation.access import is_section
from ikusei.rotation.models import Decision, Draft, DraftState, Move, Stage, Verdict

STAGE_OF = {DraftState.BUREAU: Stage.BUREAU, DraftState.SECTION: Stage.SECTION}
"""State of a draft -> the stage before which it lies."""


LONGEST = 16
"""Digits: more are no number of a decision."""

_BETWEEN = "/"
"""Stands between the parts of a mark."""


@dataclass(slots=True)
class Standing:
    """A move and what counts of what was said of it. `by_bureau`: the bureau has a word in it; `is_refused_elsewhere`:
    the word of the first stage is the rejection of another bureau.
    """

    move: Move
    by_bureau: bool
    said: dict[str, Decision] = field(default_factory=dict)
    is_refused_elsewhere: bool = False

    @property
    def is_rejected(self) -> bool:
        """Whether a stage has rejected it."""
        return any(one.verdict == Verdict.REJECT for one in self.said.values())

    @property
    def is_approved(self) -> bool:
        """Whether the personnel section has approved it, and nobody rejected it."""
        return Stage.SECTION in self.said and not self.is_rejected

    @property
    def mark(self) -> str:
        """What a page saw: the move's last change, and the last that was said of it."""
        last = max((one.pk for one in self.said.values()), default=0)
        return f"{self.move.changed_at.isoformat()}{_BETWEEN}{last}"

    def waits_for(self, stage: Stage) -> bool:
        """Whether a stage has yet to decide on it."""
        if stage == Stage.BUREAU:
            return self.by_bureau and stage not in self.said
        return stage not in self.said and not self.is_rejected


def standings(draft: Draft) -> list[Standing]:
    """The moves of the round's year with what counts of the decisions on them. Two queries.

    Of what bureaus said the word of the one before which the draft lies counts. Another one's approval is no word of
    this bureau; its rejection stays until it says otherwise, or the move is changed.
    """
    moves = list(
        Move.objects.filter(draft=draft, year=draft.round.fiscal_year)
        .annotate(by_bureau=_by_bureau(draft))
        .select_related("person", "planned", "to_post__unit", "from_post__unit", "return_post__unit")
        .order_by("pk")
    )
    rows = {move.pk: Standing(move, by_bureau=move.by_bureau) for move in moves}
    decisions = Decision.objects.filter(move__in=list(rows)).select_related("by").order_by("pk")
    elsewhere: dict[tuple[int, int | None], Decision] = {}
    for one in decisions:
        standing = rows[one.move_id]
        if one.at < standing.move.changed_at:
            continue
        if one.stage == Stage.SECTION or one.bureau_id == draft.bureau_id:
            standing.said[one.stage] = one
        else:
            elsewhere[one.move_id, one.bureau_id] = one
    for (move, _bureau), one in elsewhere.items():
        if one.verdict == Verdict.REJECT:
            rows[move].said[Stage.BUREAU], rows[move].is_refused_elsewhere = one, True
    return list(rows.values())


def shown_by(marks: Mapping[int, str]) -> dict[int, Decision]:
    """Move -> the last decision on it that its page knew, by the marks of the page. One query."""
    asked = {pk: mark.rpartition(_BETWEEN)[2] for pk, mark in marks.items()}
    keys = {pk: int(last) for pk, last in asked.items() if last.isdecimal() and len(last) < LONGEST}
    found = Decision.objects.in_bulk(set(keys.values()))
    shown = {pk: found[key] for pk, key in keys.items() if key in found}
    return {pk: one for pk, one in shown.items() if one.move_id == pk}


def _by_bureau(draft: Draft) -> Exists | Value:
    """Whether a move leaves a post of the draft's bureau, or comes to one."""
    if draft.bureau_id is None:
        return Value(False)
    below = access.units_below([draft.bureau_id], access.operator().today)
    touched = Q(unit_id=OuterRef("from_post__unit_id")) | Q(unit_id=OuterRef("to_post__unit_id"))
    return Exists(below.filter(touched))


def may_decide(viewer: Viewer, draft: Draft, *, path: str = "") -> bool:
    """Whether the viewer belongs to the stage before which the draft lies.

    `path`: that of the draft's bureau in the tree of today, where it has been read already; else it is asked for.
    """
    if viewer.user is None:
        return False
    if draft.state == DraftState.BUREAU and draft.bureau is not None:
        if path:
            employer_id = draft.bureau.employer_id
            return access.reaches_unit(viewer, Right.ROTATION_PLAN, employer_id=employer_id, path=path)
        return access.may_change_unit(viewer, Right.ROTATION_PLAN, draft.bureau)
    return draft.state == DraftState.SECTION and is_section(viewer, draft.round.employer)

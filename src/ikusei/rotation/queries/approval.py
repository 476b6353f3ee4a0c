"""The page on which a draft is approved: every move of the round's year with what was said of it."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Case, Count, Exists, F, OuterRef, Q, When

from ikusei.org import access
from ikusei.org.access import Right, Viewer
from ikusei.org.models import Unit
from ikusei.rotation.access import is_section, open_draft, visible_drafts
from ikusei.rotation.models import Decision, Draft, DraftState, Order, Stage
from ikusei.rotation.queries.order_words import PlaceNames, PlaceWords
from ikusei.rotation.queries.standings import STAGE_OF, Standing, may_decide, standings

SIZE = 50


@dataclass(frozen=True, slots=True)
class ApprovalRow:
    """A move with names, and whether the viewer's stage decides on it now."""

    standing: Standing
    name: str
    origin: PlaceWords
    target: PlaceWords
    is_mine: bool
    bureau: Decision | None
    section: Decision | None

    mine: Decision | None
    """What the stage before which the draft lies has said."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A submitted draft, and whether it waits for the viewer."""

    draft: Draft
    is_mine: bool


@dataclass(frozen=True, slots=True)
class Approval:
    """All of the page. `stage` is "" where the draft lies before nobody."""

    draft: Draft
    stage: str
    rows: list[ApprovalRow]
    later: int
    is_owner: bool
    may_decide: bool
    may_order: bool
    is_ordered: bool
    bureau_name: str = ""
    bureaus: Mapping[int, str] = field(default_factory=dict)

    @property
    def waiting(self) -> int:
        """Moves that the stage has yet to decide on."""
        return sum(row.standing.waits_for(Stage(self.stage)) for row in self.rows) if self.stage else 0

    @property
    def approved(self) -> int:
        """Moves that the personnel section has approved."""
        return sum(row.standing.is_approved for row in self.rows)

    @property
    def rejected(self) -> int:
        """Moves that a stage has rejected."""
        return sum(row.standing.is_rejected for row in self.rows)


_BESIDE: Mapping[str, Count | Exists] = {
    "later": Count("moves", filter=~Q(moves__year=F("round__fiscal_year"))),
    "is_ordered": Exists(Order.objects.filter(draft=OuterRef("pk"))),
}
"""What the page says of a draft besides its moves."""


def approval_page(viewer: Viewer, public_id: uuid.UUID) -> Approval:
    """The page of a draft's approval, the look noted with the number of people. Errors as `rotation.access.open_draft`."""
    draft: Any = open_draft(viewer, public_id, **_BESIDE)
    stage = STAGE_OF.get(DraftState(draft.state), "")
    found = standings(draft)
    posts = {pk for row in found for pk in (row.move.from_post_id, row.move.to_post_id) if pk is not None}
    employer_id, bureau_id = draft.round.employer_id, draft.bureau_id or 0
    names = PlaceNames(posts, employer_id=employer_id)
    decides = may_decide(viewer, draft, path=names.path(bureau_id, viewer.today))
    day = draft.round.effective_on
    rows = [
        ApprovalRow(
            standing=row,
            name=row.move.person.display_name if row.move.person else str(row.move.planned),
            origin=names.place(row.move.from_post_id, day),
            target=names.place(row.move.to_post_id, day),
            is_mine=decides and _is_mine(stage, row),
            bureau=row.said.get(Stage.BUREAU),
            section=row.said.get(Stage.SECTION),
            mine=row.said.get(stage),
        )
        for row in found
    ]
    access.note_list(viewer, Right.ROTATION_PLAN, verb="rotation.approval.open", count=len(rows))
    is_owner = viewer.user is not None and viewer.user.pk == draft.owner_id
    in_section = is_section(viewer, draft.round.employer)
    return Approval(
        draft=draft,
        stage=stage,
        rows=rows,
        later=draft.later,
        is_owner=is_owner,
        may_decide=decides,
        may_order=in_section and draft.state in (DraftState.APPROVED, DraftState.ORDERED),
        is_ordered=in_section and draft.is_ordered,
        bureau_name=names.unit(bureau_id, viewer.today),
        bureaus=names.bureaus(employer_id, viewer.today)
        if is_owner and draft.state == DraftState.OPEN
        else {},
    )


def submitted(viewer: Viewer, *, number: int = 1) -> Page[Waiting]:
    """The submitted drafts that the viewer may know of, those before a stage first. Counts only; nobody is named."""
    access.require(viewer, Right.ROTATION_PLAN)
    states = (DraftState.BUREAU, DraftState.SECTION, DraftState.APPROVED, DraftState.ORDERED)
    rows = (
        visible_drafts(viewer)
        .filter(state__in=states)
        .annotate(
            moves_now=Count("moves", filter=Q(moves__year=F("round__fiscal_year"))),
            place=Case(When(state__in=tuple(STAGE_OF), then=0), default=1),
        )
        .order_by("place", "-changed_at", "-pk")
    )
    paginator: Paginator[Any] = Paginator(rows, SIZE)
    page = paginator.get_page(number)
    return Page([Waiting(row, _is_before(viewer, row)) for row in page.object_list], page.number, paginator)


def _is_before(viewer: Viewer, draft: Draft) -> bool:
    """Whether a draft lies before the viewer's stage; told without asking the database."""
    if draft.state == DraftState.BUREAU and draft.bureau is not None:
        path = f"/{draft.bureau_id}/"
        return access.reaches_unit(
            viewer, Right.ROTATION_PLAN, employer_id=draft.bureau.employer_id, path=path
        )
    return draft.state == DraftState.SECTION and is_section(viewer, draft.round.employer)


def bureau_of(draft: Draft, pk: int | None) -> Unit | None:
    """The unit of the round's employer with a primary key; None for none, or one that is not there."""
    return None if pk is None else Unit.objects.filter(pk=pk, employer=draft.round.employer_id).first()


def _is_mine(stage: str, row: Standing) -> bool:
    """Whether a stage decides on a move: what a bureau rejected comes before no other one, nor before the section."""
    if stage == Stage.BUREAU:
        return row.by_bureau and not row.is_refused_elsewhere
    return Stage.SECTION in row.said or not row.is_rejected

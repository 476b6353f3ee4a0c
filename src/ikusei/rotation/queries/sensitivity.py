"""The sensitivity report: which moves of a draft survive other rates, and how far the indices rest on them."""

from collections import Counter
from dataclasses import dataclass

from django.core.paginator import Page, Paginator

from ikusei.org.access import Viewer
from ikusei.rotation import access
from ikusei.rotation.models import Draft, GrowthClass, Round
from ikusei.rotation.picture import Picture
from ikusei.rotation.queries.picture import draft_moves, load
from ikusei.rotation.rules.sentences import post_label
from ikusei.rotation.sensitivity import Case, Sensitivity, Spread, sensitivities, staying

ROWS = 50
VERDICTS = ("worsens", "turns", "survives")


@dataclass(frozen=True, slots=True)
class MoveRow:
    """A move with the names of person and post, and the case in which it looks worst in words' parts."""

    name: str
    public_id: str
    post: str
    found: Sensitivity
    class_name: str

    @property
    def case(self) -> Case | None:
        """The case in which the move looks worst."""
        return self.found.worst


@dataclass(frozen=True, slots=True)
class SensitivityPage:
    """The report of a round. `draft` None: only `spreads` are told; `counts` by verdict over every move."""

    round: Round | None
    draft: Draft | None
    drafts: tuple[Draft, ...]
    part: Page[Sensitivity] | None
    rows: tuple[MoveRow, ...]
    counts: dict[str, int]
    spreads: tuple[Spread, ...]


def sensitivity_page(viewer: Viewer, *, draft: Draft | None, page: str) -> SensitivityPage:
    """The report for a draft that the viewer has opened, or for the latest round without one."""
    drafts = tuple(access.visible_drafts(viewer).order_by("-pk")[:50])
    round_ = draft.round if draft is not None else access.rounds(viewer).order_by("-fiscal_year").first()
    if round_ is None:
        return SensitivityPage(None, None, drafts, None, (), {}, ())
    picture = load(viewer, round_, draft=draft)
    if draft is None:
        return SensitivityPage(round_, None, drafts, None, (), {}, staying(picture))
    moves = [move for move in draft_moves(draft) if move.person in picture.people]
    place = {key: number for number, key in enumerate(picture.people)}
    found = sorted(
        sensitivities(picture, moves, moves), key=lambda one: (place[one.move.person], one.move.year)
    )
    counted = Counter(one.verdict for one in found)
    names = {one.key: one.name for one in GrowthClass.objects.all()}
    part = Paginator(found, ROWS).get_page(page)
    rows = tuple(_row(picture, one, names) for one in part.object_list)
    counts = {verdict: counted[verdict] for verdict in VERDICTS}
    return SensitivityPage(round_, draft, drafts, part, rows, counts, staying(picture))


def _row(picture: Picture, found: Sensitivity, names: dict[str, str]) -> MoveRow:
    person = picture.people[found.move.person]
    key = found.worst.key if found.worst is not None else ""
    return MoveRow(
        name=person.name,
        public_id="" if person.is_planned else person.public_id,
        post=post_label(picture, found.move.post),
        found=found,
        class_name=names.get(key, key),
    )

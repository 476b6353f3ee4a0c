"""Who got the chances: DQ posts, dispatches and first wishes, by entry route, grade, age band and sex.

Counted: people whom an employer employs in the ICT category on the last day of the fiscal year (today in the current one),
with what is recorded of them on that day. A posting counts in the fiscal year in which it began, unless it goes on in the
same post; a post is a DQ post where its DQ share was above its GQ share on that day.

Numbers are told in steps of five to everybody (`skills.queries.maps.suppression`): no group can be worked out by taking
others from the whole. A share is worked out from the two numbers as they are told, so that it tells nothing besides them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Exists, F, OuterRef, Q
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ikusei.lib import fiscal
from ikusei.org import access as org_access
from ikusei.org.access import Right, Viewer
from ikusei.org.entry_routes import entry_route_label
from ikusei.org.grades import GRADES, grade_label
from ikusei.org.models import Category, Employment, Posting, PostingKind, PostTerms
from ikusei.org.models.person import Sex
from ikusei.rotation.access import is_section
from ikusei.rotation.models import Draft, Move, RankedPost
from ikusei.skills.queries.maps.suppression import Shown, group_told, may_divide, shown

YEARS = 6
"""So many fiscal years back can be read."""

LARGE = 20
"""A share is told of groups of so many people."""

BANDS = ((0, 30), (30, 40), (40, 50), (50, 200))


class Measure(StrEnum):
    """What is counted."""

    DQ = "dq"
    DISPATCH = "dispatch"
    NAMED = "named"
    MET = "met"


LABELS: Mapping[Measure, Promise] = {
    Measure.DQ: gettext_lazy("Got a DQ post"),
    Measure.DISPATCH: gettext_lazy("Were dispatched"),
    Measure.NAMED: gettext_lazy("Named a first wish"),
    Measure.MET: gettext_lazy("Got their first wish"),
}


@dataclass(frozen=True, slots=True)
class Subject:
    """One person, as the report groups people; "" where nothing is recorded."""

    person_id: int
    route: str
    grade: str
    band: str
    sex: str


@dataclass(frozen=True, slots=True)
class Cell:
    """A number as it is told, and between which percentages its share of the group lies, None where that is not told."""

    shown: Shown
    percent: tuple[int, int] | None = None

    @property
    def words(self) -> str:
        """The number as a cell shows it."""
        return self.shown.words()


@dataclass(frozen=True, slots=True)
class Row:
    """One group of people with its cells in the order of Measure."""

    label: str
    people: Cell
    cells: list[Cell]


@dataclass(frozen=True, slots=True)
class Table:
    """The groups by one thing that is recorded of people."""

    key: str
    label: str
    rows: list[Row]


@dataclass(frozen=True, slots=True)
class Report:
    """The report of a fiscal year, or of a draft for it."""

    fiscal_year: int
    on: date
    whole: Row
    tables: list[Table]
    draft: Draft | None

    @property
    def heads(self) -> list[str]:
        """The headings of the cells."""
        return [str(LABELS[measure]) for measure in Measure]


def years(viewer: Viewer) -> list[int]:
    """The fiscal years that can be read, the newest first: none that has not begun."""
    current = fiscal.fiscal_year(viewer.today)
    return [current - back for back in range(YEARS)]


def drafts_to_read(viewer: Viewer, drafts: Iterable[Draft]) -> list[Draft]:
    """Those of the drafts that the report may be read of: for the personnel section alone."""
    if not viewer.can(Right.ROTATION_PLAN):
        return []
    return [one for one in drafts if is_section(viewer, one.round.employer)]


def report(viewer: Viewer, fiscal_year: int, *, draft: Draft | None = None) -> Report:
    """The report of a fiscal year that has begun, or of a draft's first year. Four queries.

    Raises PermissionDenied for a draft outside the personnel section.
    """
    org_access.require(viewer, Right.FAIRNESS_SEE)
    if draft is not None:
        if not is_section(viewer, draft.round.employer):
            raise PermissionDenied(Right.ROTATION_PLAN.value)
        fiscal_year = draft.round.fiscal_year
    last = fiscal.end_of(fiscal_year) - timedelta(days=1)
    on = min(last, viewer.today)
    people = _people(viewer, on, None if draft is None else draft.round.employer_id)
    begun = _drafted(draft) if draft is not None else _begun(fiscal_year, viewer.today)
    chances = _chances(begun, _first_wishes(viewer, fiscal_year, draft))
    return Report(
        fiscal_year=fiscal_year,
        on=on,
        whole=_row(_("Everybody"), people, chances, told=True),
        tables=[_table(key, label, people, chances, group) for key, label, group in _groups()],
        draft=draft,
    )


def table_rows(found: Report) -> list[list[str]]:
    """The report as a table for a spreadsheet: as it is told, nothing more."""
    rows = [[_("By"), _("Group"), _("People"), *found.heads]]
    for by, table in [("", [found.whole]), *((one.label, one.rows) for one in found.tables)]:
        rows += [[by, row.label, row.people.words, *(cell.words for cell in row.cells)] for row in table]
    return rows


type _Begun = Iterable[tuple[int, int, str, bool]]
"""Person, post, kind of posting, whether it is a DQ post."""


def _people(viewer: Viewer, on: date, employer_id: int | None) -> list[Subject]:
    rows = Employment.objects.on(on).filter(
        category=Category.ICT,
        person__in=org_access.people(viewer, Right.FAIRNESS_SEE).order_by().values("pk"),
    )
    if employer_id is not None:
        rows = rows.filter(employer_id=employer_id)
    told = rows.order_by("person_id").values_list(
        "person_id", "entry_route", "grade", "person__birth_date", "person__sex"
    )
    found = {
        pk: Subject(pk, route, grade, "" if birth is None else _band(birth, on), sex)
        for pk, route, grade, birth, sex in told
    }
    return list(found.values())


def _begun(fiscal_year: int, today: date) -> _Begun:
    """The postings that began in a fiscal year and by today, those that only go on left out. One query."""
    goes_on = Posting.objects.filter(
        person_id=OuterRef("person_id"), post_id=OuterRef("post_id"), until=OuterRef("from_date")
    )
    held = Q(post__terms__until=None) | Q(post__terms__until__gt=F("from_date"))
    rows = (
        Posting.objects.filter(
            held,
            ~Exists(goes_on),
            post__terms__from_date__lte=F("from_date"),
            from_date__gte=fiscal.start_of(fiscal_year),
            from_date__lt=fiscal.end_of(fiscal_year),
            from_date__lte=today,
            share__gt=0,
        )
        .order_by()
        .values_list("person_id", "post_id", "kind", "post__terms__gq_share", "post__terms__dq_share")
    )
    return [(person, post, kind, dq > gq) for person, post, kind, gq, dq in rows]


def _drafted(draft: Draft) -> _Begun:
    """The same for the moves of a draft's first year. Two queries."""
    round_ = draft.round
    moves = Move.objects.filter(
        draft=draft, year=round_.fiscal_year, to_post__isnull=False, person__isnull=False
    )
    rows = list(moves.values_list("person_id", "to_post_id", "kind"))
    terms = PostTerms.objects.on(round_.effective_on).filter(post_id__in={post for _who, post, _kind in rows})
    leads = {pk: dq > gq for pk, gq, dq in terms.values_list("post_id", "gq_share", "dq_share")}
    return [(who, post, kind, leads.get(post, False)) for who, post, kind in rows]


def _first_wishes(viewer: Viewer, fiscal_year: int, draft: Draft | None) -> dict[int, int]:
    """Person -> the post named first in a sheet that was handed in; none of a round whose notice is to come. One query."""
    rows = RankedPost.objects.filter(
        rank=1, sheet__round__fiscal_year=fiscal_year, sheet__handed_in_at__isnull=False
    )
    if draft is None:
        rows = rows.filter(sheet__round__notice_on__lte=viewer.today)
    else:
        rows = rows.filter(sheet__round=draft.round)
    return dict(rows.values_list("sheet__person_id", "post_id"))


def _chances(begun: _Begun, wishes: Mapping[int, int]) -> Mapping[Measure, set[int]]:
    rows = list(begun)
    return {
        Measure.DQ: {person for person, _post, _kind, is_dq in rows if is_dq},
        Measure.DISPATCH: {person for person, _post, kind, _is_dq in rows if kind == PostingKind.DISPATCH},
        Measure.NAMED: set(wishes),
        Measure.MET: {person for person, post, _kind, _is_dq in rows if wishes.get(person) == post},
    }


def _groups() -> list[tuple[str, str, Callable[[Subject], str]]]:
    return [
        ("route", _("Entry route"), lambda one: entry_route_label(one.route)),
        ("grade", _("Grade"), lambda one: grade_label(one.grade)),
        ("age", _("Age"), lambda one: one.band),
        ("sex", _("Sex"), lambda one: str(Sex(one.sex).label) if one.sex in Sex else ""),
    ]


def _table(
    key: str,
    label: str,
    people: list[Subject],
    chances: Mapping[Measure, set[int]],
    group: Callable[[Subject], str],
) -> Table:
    found: dict[str, list[Subject]] = {}
    for one in people:
        found.setdefault(group(one), []).append(one)
    order = _order(key) or sorted(found)
    names = sorted(
        found, key=lambda name: (name == "", order.index(name) if name in order else len(order), name)
    )
    if not may_divide(len(people), [(len(theirs), True) for theirs in found.values()]):
        return Table(key, label, [])
    told = {measure: _may_tell(people, found, chances[measure]) for measure in Measure}
    rows = []
    for name in names:
        row = _row(name or _("not recorded"), found[name], chances, told=group_told(len(found[name])))
        cells = [
            cell if told[measure] else Cell(Shown(0, None))
            for cell, measure in zip(row.cells, Measure, strict=True)
        ]
        rows.append(Row(row.label, row.people, cells))
    return Table(key, label, rows)


def _order(key: str) -> list[str]:
    """The groups of a table in the order of what they stand for; empty where there is none but that of their names."""
    if key == "grade":
        return [grade_label(grade) for grade in GRADES]
    return [_band_words(low, high) for low, high in BANDS] if key == "age" else []


def _may_tell(people: list[Subject], found: Mapping[str, list[Subject]], got: set[int]) -> bool:
    """Whether a number may be told group by group: no group can then be worked out from the others."""
    whole = sum(one.person_id in got for one in people)
    parts = [
        (sum(one.person_id in got for one in theirs), group_told(len(theirs))) for theirs in found.values()
    ]
    return may_divide(whole, parts)


def _row(label: str, people: list[Subject], chances: Mapping[Measure, set[int]], *, told: bool) -> Row:
    cells = []
    for measure in Measure:
        base = people
        if measure == Measure.MET:
            base = [one for one in people if one.person_id in chances[Measure.NAMED]]
        number = shown(0, sum(one.person_id in chances[measure] for one in base), told=told)
        cells.append(Cell(number, _percent(number, shown(0, len(base)))))
    return Row(label, Cell(shown(0, len(people))), cells)


def _percent(number: Shown, whole: Shown) -> tuple[int, int] | None:
    """Between which percentages a share lies, as far as the numbers told say; None for nobody and of a small group."""
    if number.high is None or number.nobody or whole.high is None or whole.low < LARGE:
        return None
    return 100 * number.low // whole.high, min(100, -(-100 * number.high // whole.low))


def _band(birth: date, on: date) -> str:
    age = on.year - birth.year - ((on.month, on.day) < (birth.month, birth.day))
    for low, high in BANDS:
        if low <= age < high:
            break
    return _band_words(low, high)


def _band_words(low: int, high: int) -> str:
    words: dict[str, Any] = {"low": low, "high": high - 1}
    if low == 0:
        return _("under %(age)s") % {"age": high}
    return _("%(low)s and over") % words if high > 100 else _("%(low)s to %(high)s") % words

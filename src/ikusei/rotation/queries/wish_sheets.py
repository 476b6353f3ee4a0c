"""All preference sheets of a round, as the personnel section and the planners of a bureau read them.

Protected reasons are read for the personnel section alone; a planner of a bureau gets neither the words nor whether there
are any. What was not handed in is nobody's but the person's. One's own sheet is not in the list: others read it.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import (
    FETCH_RAISE,
    Case,
    Exists,
    IntegerField,
    OuterRef,
    QuerySet,
    Subquery,
    Value,
    When,
)

from ikusei.lib.fields import pick_text
from ikusei.org import access
from ikusei.org.access import NotVisible, Right, Viewer
from ikusei.org.models import Employment, Person, Posting, PostingKind, UnitPeriod
from ikusei.rotation.access import is_section, rounds
from ikusei.rotation.models import ChiefComment, Intent, Opinion, ProtectedReason, RankedPost, Round, Sheet
from ikusei.rotation.queries.wish_choices import choices_of
from ikusei.rotation.queries.wish_comments import asked_people, comments_of
from ikusei.rotation.queries.wish_content import (
    Shown,
    kinds_named,
    labels_of,
    sheet_beside,
    shown,
    wishes_of,
    with_sheet,
)

LIST = "rotation.sheet.list"
LOOK = "rotation.sheet.open"
SIZE = 30


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which sheets are asked for. `state`: "in", "out", "uncommented" or ""."""

    state: str = ""
    unit: int | None = None
    intent: str = ""
    post: int | None = None
    protected: bool = False


@dataclass(frozen=True, slots=True)
class SheetRow:
    """Somebody whom a round asks, with what is handed in. `protected` is False wherever it may not be known."""

    person_id: int
    public_id: uuid.UUID
    name: str
    number: str
    unit: str
    path: str
    handed_in_at: datetime | None
    intent: str
    posts: tuple[int, ...]
    first_wish: str
    opinion: str
    protected: bool
    source: str

    @property
    def intent_label(self) -> str:
        """The wish to stay or move in words."""
        return str(Intent(self.intent).label) if self.intent in Intent else ""

    @property
    def opinion_label(self) -> str:
        """The chief's last word, in words."""
        return str(Opinion(self.opinion).label) if self.opinion in Opinion else ""


@dataclass(frozen=True, slots=True)
class SheetList:
    """The sheets of a round: the rows asked for, page by page, and how many there are in all."""

    round: Round
    others: list[Round]
    page: Page[SheetRow]
    asked: int
    handed_in: int
    commented: int
    units: list[tuple[int, str]]
    posts: list[tuple[str, list[tuple[int, str]]]]
    may_see_protected: bool


def chosen_round(viewer: Viewer, public_id: uuid.UUID | None) -> tuple[Round | None, list[Round]]:
    """The round asked for (by default the newest) among those the viewer plans, and the others.

    Raises NotVisible for a round the viewer may not know of.
    """
    found = list(rounds(viewer).order_by("-fiscal_year", "employer__code").fetch_mode(FETCH_RAISE))
    chosen = next((one for one in found if public_id in (None, one.public_id)), None)
    if chosen is None and public_id is not None:
        raise NotVisible(str(public_id))
    return chosen, [one for one in found if one != chosen]


def sheet_list(
    viewer: Viewer, wanted: Wanted, *, public_id: uuid.UUID | None = None, number: int = 1
) -> SheetList | None:
    """The sheets of a round that the viewer plans; None without a round. The look is noted. At most five queries."""
    round_, others = chosen_round(viewer, public_id)
    if round_ is None:
        return None
    section = is_section(viewer, round_.employer)
    choices = choices_of(round_, kinds=False)
    rows = _rows(viewer, round_, choices.labels, protected=section)
    shown_rows = [row for row in rows if _fits(row, wanted)]
    access.note_list(viewer, Right.ROTATION_PLAN, verb=LIST, count=len(shown_rows))
    units = sorted({(row.path, row.unit) for row in rows if row.path})
    return SheetList(
        round=round_,
        others=others,
        page=Paginator(shown_rows, SIZE).get_page(number),
        asked=len(rows),
        handed_in=sum(row.handed_in_at is not None for row in rows),
        commented=sum(bool(row.opinion) for row in rows),
        units=[(_own(path), name) for path, name in units],
        posts=[(unit, [(post.id, post.short) for post in posts]) for unit, posts in choices.by_unit],
        may_see_protected=section,
    )


def _own(path: str) -> int:
    """The unit at the end of a path."""
    return int(path.rstrip("/").rpartition("/")[2])


def _fits(row: SheetRow, wanted: Wanted) -> bool:
    states = {
        "in": row.handed_in_at is not None,
        "out": row.handed_in_at is None,
        "uncommented": not row.opinion,
    }
    return (
        states.get(wanted.state, True)
        and (wanted.unit is None or f"/{wanted.unit}/" in row.path)
        and (not wanted.intent or row.intent == wanted.intent)
        and (wanted.post is None or wanted.post in row.posts)
        and (not wanted.protected or row.protected)
    )


def asked_by(viewer: Viewer, round_: Round) -> QuerySet[Person]:
    """Everybody whom a round asks and for whom the viewer plans, never the viewer."""
    people = asked_people(round_, viewer.today)
    if not is_section(viewer, round_.employer):
        people = people.filter(pk__in=access.people(viewer, Right.ROTATION_PLAN).order_by().values("pk"))
    return people if viewer.person is None else people.exclude(pk=viewer.person.pk)


def _rows(viewer: Viewer, round_: Round, labels: Mapping[int, str], *, protected: bool) -> list[SheetRow]:
    filed = Sheet.objects.filter(round=round_, person_id=OuterRef("pk"), handed_in_at__isnull=False)
    reasons = ProtectedReason.objects.filter(
        sheet__round=round_, sheet__person_id=OuterRef("pk"), sheet__handed_in_at__isnull=False
    )
    comments = ChiefComment.objects.filter(sheet__round=round_, sheet__person_id=OuterRef("pk"))
    people = (
        with_home(asked_by(viewer, round_), round_, viewer.today)
        .annotate(
            sheet_id=Subquery(filed.values("pk")[:1]),
            handed_in_at=Subquery(filed.values("handed_in_at")[:1]),
            intent=Subquery(filed.values("intent")[:1]),
            source=Subquery(filed.values("source")[:1]),
            opinion=Subquery(comments.order_by("-pk").values("opinion")[:1]),
            has_reason=Exists(reasons) if protected else Value(value=False),
        )
        .order_by("kana", "name", "pk")
        .fetch_mode(FETCH_RAISE)
    )
    ranked: dict[int, list[int]] = {}
    wishes = RankedPost.objects.filter(sheet__round=round_, sheet__handed_in_at__isnull=False)
    for sheet_id, post_id in wishes.order_by("sheet_id", "rank").values_list("sheet_id", "post_id"):
        ranked.setdefault(sheet_id, []).append(post_id)
    return [_row(person, ranked.get(person.sheet_id or 0, []), labels) for person in people]


def _row(person: Any, posts: list[int], labels: Mapping[int, str]) -> SheetRow:
    return SheetRow(
        person_id=person.pk,
        public_id=person.public_id,
        name=person.display_name,
        number=person.staff_number or "",
        unit=pick_text({"ja": person.home_ja or "", "en": person.home_en or ""}),
        path=person.home_path or "",
        handed_in_at=person.handed_in_at,
        intent=person.intent or "",
        posts=tuple(posts),
        first_wish=labels.get(posts[0], str(posts[0])) if posts else "",
        opinion=person.opinion or "",
        protected=person.has_reason,
        source=person.source or "",
    )


def with_home(people: QuerySet[Person], round_: Round, on: date) -> QuerySet[Any]:
    """The people with their home section of a day (`home_ja`, `home_en`, `home_path`) and their staff number."""
    is_home = Case(When(kind=PostingKind.HOME, then=0), default=1, output_field=IntegerField())
    home = (
        Posting.objects.on(on)
        .filter(person_id=OuterRef("pk"), post__unit__employer_id=round_.employer_id)
        .order_by(is_home, "-share", "from_date", "pk")
    )
    period = UnitPeriod.objects.on(on).filter(unit_id=OuterRef("home_unit"))
    numbers = Employment.objects.on(on).filter(person_id=OuterRef("pk"), employer_id=round_.employer_id)
    return people.annotate(home_unit=Subquery(home.values("post__unit_id")[:1])).annotate(
        home_ja=Subquery(period.values("name_ja")[:1]),
        home_en=Subquery(period.values("name_en")[:1]),
        home_path=Subquery(period.values("path")[:1]),
        staff_number=Subquery(numbers.values("staff_number")[:1]),
    )


@dataclass(frozen=True, slots=True)
class WholeSheet:
    """One sheet as the personnel section reads it, with its comments; `said` None before it is handed in.

    `is_begun` says that there is a draft, which nobody but the person reads. `revision` is for entering it.
    """

    round: Round
    person: Person
    sheet: Sheet | None
    said: Shown | None
    comments: list[ChiefComment]
    may_see_protected: bool
    may_enter: bool

    @property
    def is_begun(self) -> bool:
        """Whether the person has a draft."""
        return self.sheet is not None and self.sheet.handed_in_at is None and self.sheet.revision > 0

    @property
    def revision(self) -> int:
        """The revision that stands."""
        return 0 if self.sheet is None else self.sheet.revision

    @property
    def last(self) -> int:
        """The number of the last comment, 0 for none."""
        return self.comments[0].pk if self.comments else 0


def open_asked(viewer: Viewer, *, round_id: uuid.UUID, person_id: uuid.UUID) -> tuple[Round, Person]:
    """The round and somebody whom it asks and for whom the viewer plans, never the viewer. Raises NotVisible.

    The person's sheet is read along (`sheet_beside`), with a protected reason for the personnel section alone.
    """
    round_ = rounds(viewer).filter(public_id=round_id).first()
    if round_ is None:
        raise NotVisible(str(round_id))
    people = with_sheet(asked_by(viewer, round_), round_, protected=is_section(viewer, round_.employer))
    person = people.filter(public_id=person_id).first()
    if person is None:
        raise NotVisible(str(person_id))
    return round_, person


def whole_sheet(viewer: Viewer, *, round_id: uuid.UUID, person_id: uuid.UUID) -> WholeSheet:
    """The sheet of somebody in a round; the look is noted. Raises NotVisible. Five queries at most."""
    round_, person = open_asked(viewer, round_id=round_id, person_id=person_id)
    access.note_person(viewer, Right.ROTATION_PLAN, person, verb=LOOK)
    section = is_section(viewer, round_.employer)
    sheet = sheet_beside(person, on=round_.effective_on)
    said = None
    if sheet is not None and sheet.handed_in_at is not None:
        wishes = wishes_of(sheet, protected=section)
        said = shown(wishes, posts=labels_of(sheet), kinds=kinds_named([wishes]))
    return WholeSheet(
        round=round_,
        person=person,
        sheet=sheet,
        said=said,
        comments=comments_of(sheet),
        may_see_protected=section,
        may_enter=section and round_.opens_on <= viewer.today < round_.notice_on,
    )


def home_units(viewer: Viewer, round_: Round) -> list[tuple[int, str]]:
    """The home sections of everybody asked, and the units above them: number and name, in the order of the tree."""
    people = with_home(asked_by(viewer, round_), round_, viewer.today).order_by()
    paths = set(people.values_list("home_path", flat=True))
    wanted = {int(pk) for path in paths if path for pk in path.split("/") if pk}
    periods = UnitPeriod.objects.on(viewer.today).filter(unit_id__in=wanted).order_by("path", "order")
    return [(period.unit_id, period.name) for period in periods.fetch_mode(FETCH_RAISE)]

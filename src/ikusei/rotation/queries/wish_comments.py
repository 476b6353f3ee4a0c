"""Whose sheets a section chief speaks to: the people whose home section they lead, wherever those work today."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import FETCH_RAISE, CharField, Exists, F, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Concat, StrIndex

from ikusei.org import access
from ikusei.org.access import NotVisible, Right, Viewer
from ikusei.org.models import Employment, Person, Posting, UnitPeriod
from ikusei.org.queries.supervisors import Supervision, home_supervisors
from ikusei.rotation.models import ChiefComment, Opinion, Round, Sheet
from ikusei.rotation.queries.wish_content import (
    Shown,
    kinds_named,
    labels_of,
    sheet_beside,
    shown,
    wishes_of,
    with_sheet,
)

LIST = "rotation.sheet.chief-list"
LOOK = "rotation.sheet.chief-open"


def may_be_commented(round_: Round, today: date) -> bool:
    """Whether section chiefs may speak: from the first day of the sheets to the last day of comments."""
    return round_.opens_on <= today <= round_.comments_until


def asked_people(round_: Round, today: date) -> QuerySet[Person]:
    """Everybody whom a round asks: those in its category whom its employer employs on a day."""
    employed = Employment.objects.on(today).filter(
        person_id=OuterRef("pk"), employer_id=round_.employer_id, category=round_.category
    )
    return Person.objects.filter(Exists(employed))


def home_chiefs(people: QuerySet[Person], round_: Round, today: date) -> dict[int, Supervision]:
    """Person -> the home section and its chief, for those who have one. Two queries."""
    return home_supervisors(
        people.order_by().values_list("pk", flat=True), today, employer_id=round_.employer_id
    )


@dataclass(frozen=True, slots=True)
class CommentRow:
    """One of the chief's people: whether the sheet is handed in, and what the chief has said last."""

    person: Person
    section: str
    handed_in_at: datetime | None
    opinion: str
    commented_at: datetime | None

    @property
    def said(self) -> str:
        """The opinion in words, "" before there is one."""
        return str(Opinion(self.opinion).label) if self.opinion in Opinion else ""

    @property
    def is_changed_since(self) -> bool:
        """Whether the person handed in anew after the last comment."""
        return bool(self.handed_in_at and self.commented_at and self.handed_in_at > self.commented_at)


@dataclass(frozen=True, slots=True)
class CommentList:
    """The chief's people in a round; `others` are the rounds besides it."""

    round: Round
    others: list[Round]
    rows: list[CommentRow]
    is_open: bool

    @property
    def waiting(self) -> int:
        """How many have no comment yet."""
        return sum(not row.opinion for row in self.rows)

    @property
    def handed_in(self) -> int:
        """How many sheets are handed in."""
        return sum(row.handed_in_at is not None for row in self.rows)


def comment_list(viewer: Viewer, public_id: uuid.UUID | None = None) -> CommentList | None:
    """The people whose home section the viewer leads, in a round (by default the newest); None without a round.

    The look is noted. Raises NotVisible for a round that does not exist. Five queries.
    """
    access.require(viewer, Right.WISH_COMMENT)
    rounds = list(
        Round.objects.filter(opens_on__lte=viewer.today)
        .select_related("employer")
        .order_by("-fiscal_year", "employer__code")
        .fetch_mode(FETCH_RAISE)
    )
    chosen = next((one for one in rounds if public_id in (None, one.public_id)), None)
    if chosen is None:
        if public_id is None:
            return None
        raise NotVisible(str(public_id))
    rows = _rows(viewer, chosen)
    access.note_list(viewer, Right.WISH_COMMENT, verb=LIST, count=len(rows))
    others = [one for one in rounds if one.pk != chosen.pk]
    return CommentList(chosen, others, rows, may_be_commented(chosen, viewer.today))


def led_by(viewer: Viewer, round_: Round) -> dict[int, Supervision]:
    """Person -> the home section, for those in a round whose home section the viewer leads today. Two queries.

    Only people posted in the viewer's units or below them are looked at: nobody else can have the viewer as their chief.
    """
    if viewer.person is None:
        return {}
    own = (
        Posting.objects.on(viewer.today)
        .filter(person_id=viewer.person.pk)
        .annotate(mark=Concat(Value("/"), Cast("post__unit_id", CharField()), Value("/")))
        .annotate(at=StrIndex(OuterRef("path"), F("mark")))
    )
    below = UnitPeriod.objects.on(viewer.today).filter(Exists(own.filter(at__gt=0))).values("unit_id")
    posted = Posting.objects.on(viewer.today).filter(post__unit_id__in=below).order_by().values("person_id")
    people = asked_people(round_, viewer.today).filter(pk__in=posted).exclude(pk=viewer.person.pk)
    chiefs = home_chiefs(people, round_, viewer.today)
    return {person_id: one for person_id, one in chiefs.items() if one.is_by(viewer)}


def _rows(viewer: Viewer, round_: Round) -> list[CommentRow]:
    """The people whose home section the viewer leads, by reading of the name."""
    led = led_by(viewer, round_)
    if not led:
        return []
    sheets = Sheet.objects.filter(round=round_, person_id=OuterRef("pk"))
    comments = ChiefComment.objects.filter(sheet__round=round_, sheet__person_id=OuterRef("pk"))
    people = (
        Person.objects.filter(pk__in=led)
        .annotate(
            handed_in_at=Subquery(sheets.values("handed_in_at")[:1]),
            opinion=Subquery(comments.order_by("-pk").values("opinion")[:1]),
            commented_at=Subquery(comments.order_by("-pk").values("recorded_at")[:1]),
        )
        .order_by("kana", "name", "pk")
        .fetch_mode(FETCH_RAISE)
    )
    return [
        CommentRow(
            person=person,
            section=led[person.pk].unit,
            handed_in_at=person.handed_in_at,
            opinion=person.opinion or "",
            commented_at=person.commented_at,
        )
        for person in people
    ]


@dataclass(frozen=True, slots=True)
class CommentPage:
    """One of the chief's people: what the sheet says once it is handed in, and the comments, the last word first."""

    round: Round
    person: Person
    section: str
    sheet: Sheet | None
    said: Shown | None
    comments: list[ChiefComment]
    is_open: bool

    @property
    def last(self) -> int:
        """The number of the last comment, 0 for none."""
        return self.comments[0].pk if self.comments else 0

    @property
    def is_changed_since(self) -> bool:
        """Whether the person handed in anew after the last comment."""
        at = None if self.sheet is None else self.sheet.handed_in_at
        return bool(at and self.comments and at > self.comments[0].recorded_at)


def open_led(
    viewer: Viewer, *, round_id: uuid.UUID, person_id: uuid.UUID
) -> tuple[Round, Person, Supervision]:
    """The round, somebody in it whose home section the viewer leads, and that section. Raises NotVisible otherwise.

    The person's sheet is read along (`sheet_beside`), never a protected reason.
    """
    access.require(viewer, Right.WISH_COMMENT)
    round_ = Round.objects.filter(public_id=round_id).select_related("employer").first()
    if round_ is None or round_.opens_on > viewer.today:
        raise NotVisible(str(round_id))
    people = asked_people(round_, viewer.today).filter(public_id=person_id)
    person = with_sheet(people, round_, protected=False).first()
    section = None if person is None else home_chiefs(people, round_, viewer.today).get(person.pk)
    if person is None or section is None or not section.is_by(viewer):
        raise NotVisible(str(person_id))
    return round_, person, section


def comment_page(viewer: Viewer, *, round_id: uuid.UUID, person_id: uuid.UUID) -> CommentPage:
    """The sheet of somebody whose home section the viewer leads, without a protected reason. The look is noted.

    Raises NotVisible for everybody else's.
    """
    round_, person, section = open_led(viewer, round_id=round_id, person_id=person_id)
    access.note_person(viewer, Right.WISH_COMMENT, person, verb=LOOK)
    sheet = sheet_beside(person, on=round_.effective_on)
    said = None
    if sheet is not None and sheet.handed_in_at is not None:
        wishes = wishes_of(sheet)
        said = shown(wishes, posts=labels_of(sheet), kinds=kinds_named([wishes]))
    return CommentPage(
        round=round_,
        person=person,
        section=section.unit,
        sheet=sheet,
        said=said,
        comments=comments_of(sheet),
        is_open=may_be_commented(round_, viewer.today),
    )


def comments_of(sheet: Sheet | None) -> list[ChiefComment]:
    """What section chiefs said of a sheet, the last word first."""
    if sheet is None:
        return []
    rows = ChiefComment.objects.filter(sheet=sheet).select_related("author").order_by("-pk")
    return list(rows.fetch_mode(FETCH_RAISE))

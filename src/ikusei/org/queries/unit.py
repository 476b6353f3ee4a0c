"""One unit on a day: what it was called before, what stands above and below it, its posts, and its people in scope."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import BooleanField, Exists, FilteredRelation, OuterRef, Q, Subquery, Value
from django.db.models.functions import JSONObject

from ikusei.lib.fields import BilingualName, pick_text
from ikusei.lib.periods import current
from ikusei.org import access
from ikusei.org.access import NotVisible, Right, Viewer
from ikusei.org.models import Person, PostingKind, PostTerms, Unit, UnitPeriod
from ikusei.org.queries.headcount import Told, below, people_by_path

MOST_PEOPLE = 100


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody in a post whom the viewer may list."""

    person: Person
    post: str
    kind: PostingKind
    share: Decimal

    @property
    def is_dispatch(self) -> bool:
        """Whether the person is there on dispatch."""
        return self.kind == PostingKind.DISPATCH

    @property
    def is_concurrent(self) -> bool:
        """Whether this is a concurrent post."""
        return self.kind == PostingKind.CONCURRENT


@dataclass(slots=True)
class PostRow(BilingualName):
    """A post on the day; `filled` counts who has it with a share of their time, None where the viewer may not know."""

    pk: int
    code: str
    name_ja: str
    name_en: str
    grade: str
    job_type: str
    is_head: bool
    seats: int
    authorised: int
    gq_share: Decimal
    dq_share: Decimal
    filled: int | None = 0
    holders: list[Holder] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Part:
    """A unit directly below, with its people and those below it."""

    period: UnitPeriod
    people: Told


@dataclass(frozen=True, slots=True)
class Name:
    """What the unit was called and what it was part of (`above`, "" at the top), from a day until a last day."""

    period: UnitPeriod
    above: str
    last_day: date | None


@dataclass(frozen=True, slots=True)
class UnitPage:
    """A unit as a viewer sees it; `here` is None on a day on which it is not open."""

    unit: Unit
    here: UnitPeriod | None
    names: list[Name]
    above: list[UnitPeriod]
    parts: list[Part]
    posts: list[PostRow]
    holders: list[Holder]
    more_holders: int
    people: Told
    in_scope: bool
    may_change: bool

    @property
    def name(self) -> str:
        """The name on the day, else the last one."""
        return self.here.name if self.here else self.names[0].period.name

    @property
    def heads(self) -> list[Holder]:
        """Who leads the unit."""
        return [holder for post in self.posts if post.is_head for holder in post.holders]


def unit_page(viewer: Viewer, pk: int, *, on: date) -> UnitPage:
    """The page of a unit, the look at its people noted. Raises NotVisible where there is no such unit."""
    periods = list(_periods(pk, on))
    own = [row for row in periods if row.unit_id == pk]
    if not own:
        raise NotVisible(str(pk))
    unit = own[0].unit
    here = next((row for row in own if row.holds(on)), None)
    posts = _posts(viewer, pk, on)
    in_scope = here is not None and access.reaches_unit(
        viewer, Right.PEOPLE_LIST, employer_id=unit.employer_id, path=here.path
    )
    may_change = viewer.can(Right.ORG_EDIT) and access.may_change_unit(viewer, Right.ORG_EDIT, unit)
    if not (in_scope or may_change):
        for post in posts:
            post.filled = None
    holders = [holder for post in posts for holder in post.holders]
    access.note_list(viewer, Right.PEOPLE_LIST, verb="org.unit.people", count=min(len(holders), MOST_PEOPLE))
    counts = people_by_path(Q(post__unit_id__in=access.units_below([pk], on)), on) if here else {}
    return UnitPage(
        unit=unit,
        here=here,
        names=_names(own, on, show_planned=may_change),
        above=_above(periods, here),
        parts=[
            Part(row, Told(below(counts, row.path), in_scope or _reaches(viewer, unit, row)))
            for row in periods
            if row.parent_id == pk and row.unit_id != pk and row.holds(on)
        ],
        posts=posts,
        holders=holders[:MOST_PEOPLE],
        more_holders=max(0, len(holders) - MOST_PEOPLE),
        people=Told(sum(counts.values()), in_scope),
        in_scope=in_scope,
        may_change=may_change,
    )


def _reaches(viewer: Viewer, unit: Unit, period: UnitPeriod) -> bool:
    return access.reaches_unit(viewer, Right.PEOPLE_LIST, employer_id=unit.employer_id, path=period.path)


def _periods(pk: int, on: date) -> Iterable[UnitPeriod]:
    """All periods of the unit, and those of the day of the units above and directly below it. One query."""
    this = UnitPeriod.objects.on(on).filter(unit_id=pk, path__startswith=OuterRef("path"))
    that_day = current(on) & (Q(parent_id=pk) | Q(Exists(this)))
    above = UnitPeriod.objects.filter(unit_id=OuterRef("parent_id"), from_date__lte=OuterRef("from_date"))
    names = above.order_by("-from_date").values(names=JSONObject(ja="name_ja", en="name_en"))
    return (
        UnitPeriod.objects.filter(Q(unit_id=pk) | that_day)
        .annotate(above=Subquery(names[:1]))
        .select_related("unit__employer")
        .order_by("order", "unit_id", "-from_date")
    )


def _names(own: list[UnitPeriod], on: date, *, show_planned: bool) -> list[Name]:
    """The unit's periods, newest first; those to come only for whoever changes the organisation."""
    newest_first = sorted(own, key=lambda row: row.from_date, reverse=True)
    known = [row for row in newest_first if show_planned or row.from_date <= on]
    return [
        Name(
            period=row,
            above=pick_text(getattr(row, "above", None) or {}),
            last_day=row.until - timedelta(days=1)
            if row.until and (show_planned or row.until <= on)
            else None,
        )
        for row in known or newest_first[-1:]
    ]


def _above(periods: list[UnitPeriod], here: UnitPeriod | None) -> list[UnitPeriod]:
    """The units above, the topmost first."""
    if here is None:
        return []
    higher = [row for row in periods if row.unit_id != here.unit_id and here.path.startswith(row.path)]
    return sorted(higher, key=lambda row: len(row.path))


def _posts(viewer: Viewer, pk: int, on: date) -> list[PostRow]:
    """The posts of a unit open on a day, the head's first, with everybody whom the viewer may list. One query."""
    listed = access.people(viewer, Right.PEOPLE_LIST).filter(pk=OuterRef("held__person_id"))
    nobody = Value(value=False, output_field=BooleanField())
    seen = Exists(listed) if viewer.can(Right.PEOPLE_LIST) else nobody
    rows = (
        PostTerms.objects.on(on)
        .filter(current(on, "post__"), post__unit_id=pk)
        .annotate(
            held=FilteredRelation("post__postings", condition=current(on, "post__postings__")), seen=seen
        )
        .order_by("-is_head", "post__code", "held__person__kana", "held__person_id")
        .values_list(
            "post_id",
            "post__code",
            "name_ja",
            "name_en",
            "grade",
            "job_type",
            "is_head",
            "capacity",
            "authorised_headcount",
            "gq_share",
            "dq_share",
            "seen",
            "held__kind",
            "held__share",
            "held__person_id",
            "held__person__public_id",
            "held__person__name",
            "held__person__used_name",
            "held__person__kana",
            "held__person__name_latin",
        )
    )
    posts: dict[int, PostRow] = {}
    for row in rows:
        post = posts.setdefault(row[0], PostRow(*row[:11]))
        is_seen, kind, share, person_id, *names = row[11:]
        if person_id is None:
            continue
        if share and post.filled is not None:
            post.filled += 1
        if is_seen:
            public_id, name, used_name, kana, latin = names
            person = Person(
                pk=person_id,
                public_id=public_id,
                name=name,
                used_name=used_name,
                kana=kana,
                name_latin=latin,
            )
            post.holders.append(Holder(person=person, post=post.name, kind=PostingKind(kind), share=share))
    return list(posts.values())

"""Posts in rotation: the list with what each asks for and gives, and one post with its rules and the people in it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Page, Paginator
from django.db.models import FETCH_RAISE, Case, Exists, OuterRef, Q, QuerySet, Subquery, When

from ikusei.lib.fields import BilingualName, pick
from ikusei.lib.periods import current
from ikusei.org import access
from ikusei.org.access import NotVisible, Right, Viewer
from ikusei.org.grades import grade_label
from ikusei.org.models import Person, Post, Posting, PostTerms, UnitPeriod
from ikusei.rotation.index import Rate, points_opposite
from ikusei.rotation.models import Axis, GrowthClass, GrowthTerms, PostRule
from ikusei.rotation.post_access import changeable, readable_posts
from ikusei.skills.queries.maps.catalogue import Catalogue, catalogue_of, version_columns

SIZE = 30
DAYS_IN_YEAR = 365.25

_FIELDS = {
    "pk": "post_id",
    "code": "post__code",
    "name_ja": "name_ja",
    "name_en": "name_en",
    "grade": "grade",
    "job_type": "job_type",
    "seats": "capacity",
    "authorised": "authorised_headcount",
    "gq_share": "gq_share",
    "dq_share": "dq_share",
    "unit_id": "post__unit_id",
    "unit_ja": "post__unit__periods__name_ja",
    "unit_en": "post__unit__periods__name_en",
    "employer_id": "post__unit__employer_id",
    "employer_ja": "post__unit__employer__name_ja",
    "employer_en": "post__unit__employer__name_en",
}
"""Field of PostLine -> where it is read, from a post's terms."""


@dataclass(frozen=True, slots=True)
class PostsWanted:
    """What is looked for; empty fields ask for nothing. `outside` lists the posts that are not in rotation."""

    text: str = ""
    unit_id: int | None = None
    employer_id: int | None = None
    growth: str = ""
    outside: bool = False


@dataclass(frozen=True, slots=True)
class PostLine(BilingualName):
    """A post on a day, with its rule where it is in rotation."""

    pk: int
    code: str
    name_ja: str
    name_en: str
    grade: str
    job_type: str
    seats: int
    authorised: int
    gq_share: Decimal
    dq_share: Decimal
    unit_id: int
    unit_ja: str
    unit_en: str
    employer_id: int
    employer_ja: str
    employer_en: str
    rule: PostRule | None = None

    @property
    def unit(self) -> str:
        """The name of the unit in the active language."""
        return pick(self, "unit")

    @property
    def employer(self) -> str:
        """The name of the employer in the active language."""
        return pick(self, "employer")

    @property
    def grades(self) -> list[str]:
        """The grades that may sit there, in the reader's language."""
        asked = self.rule.grades if self.rule is not None and self.rule.grades else [self.grade]
        return [grade_label(grade) for grade in asked if grade]

    @property
    def difference(self) -> str:
        """Seats above (+) or below (-) the authorised headcount, "" where they are equal."""
        return f"{self.seats - self.authorised:+d}" if self.seats != self.authorised else ""

    @property
    def experts(self) -> str:
        """The experts asked for: "2 x DQ 55+", "" where none are."""
        rule = self.rule
        if rule is None or not rule.expert_count or not rule.expert_axis:
            return ""
        return f"{rule.expert_count} × {Axis(rule.expert_axis).label} {rule.expert_level}+"

    @property
    def gq_percent(self) -> Decimal:
        """The share of GQ in percent."""
        return self.gq_share * 100

    @property
    def dq_percent(self) -> Decimal:
        """The share of DQ in percent."""
        return self.dq_share * 100


@dataclass(frozen=True, slots=True)
class Sitter:
    """Somebody in a post, with the years served there until the day."""

    person: Person
    since: date
    years: float
    kind: str
    share: Decimal


@dataclass(frozen=True, slots=True)
class Needed:
    """A level asked for by the post itself."""

    name: str
    level: int


@dataclass(frozen=True, slots=True)
class PostPage:
    """One post as a planner sees it. `sitters` are those in the viewer's scope, `others` how many more the personnel
    section counts; `opposite` says that shares and growth class point opposite ways.
    """

    line: PostLine
    needed: list[Needed]
    job_types: list[str]
    history: Sequence[PostRule]
    sitters: list[Sitter]
    opposite: bool
    rates: tuple[float, float] | None
    may_change: bool


def post_list(viewer: Viewer, wanted: PostsWanted, *, on: date, number: str = "1") -> Page[PostLine]:
    """The posts in rotation on a day, by unit. Three queries."""
    rows = _lines(on).filter(post__in=readable_posts(viewer))
    rule = PostRule.objects.on(on).filter(post_id=OuterRef("post_id"))
    if wanted.growth:
        rule = rule.filter(growth_class__key=wanted.growth)
    rows = rows.filter(~Exists(rule) if wanted.outside else Exists(rule))
    if wanted.employer_id is not None:
        rows = rows.filter(post__unit__employer_id=wanted.employer_id)
    if wanted.unit_id is not None:
        rows = rows.filter(post__unit_id__in=access.units_below([wanted.unit_id], on))
    for word in wanted.text.split()[:6]:
        rows = rows.filter(
            Q(name_ja__icontains=word) | Q(name_en__icontains=word) | Q(post__code__icontains=word)
        )
    pages: Paginator[Any] = Paginator(rows.values_list(*_FIELDS.values()), SIZE)
    page = pages.get_page(number)
    shown = list(page.object_list)
    rules = _rules([row[0] for row in shown], on)
    return Page([_line(row, rules.get(row[0])) for row in shown], page.number, pages)


def open_post(viewer: Viewer, pk: int) -> Post:
    """A post that a planner may read. Raises NotVisible (404)."""
    return _open(readable_posts(viewer), pk)


def post_to_change(viewer: Viewer, pk: int) -> tuple[Post, Catalogue | None]:
    """A post of which the viewer may say what it asks for, and the framework version in use today.

    Raises NotVisible (404), PermissionDenied (403).
    """
    version = version_columns(viewer.today)
    may_change = Case(When(changeable(viewer, "unit__employer_id"), then=True), default=False)
    post: Any = _open(readable_posts(viewer).annotate(may_change=may_change, **version), pk)
    if not post.may_change:
        raise PermissionDenied(Right.ROTATION_PLAN.value)
    known = post.version_pk is not None
    return post, catalogue_of((post.version_pk, post.version_created)) if known else None


def _open(rows: QuerySet[Post], pk: int) -> Post:
    post = rows.select_related("unit__employer").filter(pk=pk).first()
    if post is None:
        raise NotVisible(str(pk))
    return post


def post_page(viewer: Viewer, pk: int, *, on: date) -> PostPage:
    """A post on a day, the look at its people noted. Raises NotVisible where it is not open on the day."""
    read = version_columns(on) | {"may_change": Case(When(changeable(viewer), then=True), default=False)}
    found = _lines(on).filter(post__in=readable_posts(viewer), post_id=pk).annotate(**read)
    row = found.values_list(*_FIELDS.values(), *read).first()
    if row is None:
        raise NotVisible(str(pk))
    *fields, version, created, may_change = row
    history = list(
        PostRule.objects.filter(post_id=pk)
        .select_related("growth_class")
        .annotate(rho_gq=_rate("rho_gq", on), rho_dq=_rate("rho_dq", on))
        .prefetch_related("skills")
        .order_by("-from_date")
        .fetch_mode(FETCH_RAISE)
    )
    rule = next((one for one in history if one.holds(on)), None)
    line = _line(fields, rule)
    rates = None if rule is None or rule.rho_gq is None else (float(rule.rho_gq), float(rule.rho_dq))
    catalogue = None if version is None else catalogue_of((version, created))
    return PostPage(
        line=line,
        needed=_needed(rule, catalogue),
        job_types=_job_types(rule, catalogue),
        history=history,
        sitters=_sitters(viewer, pk, on),
        opposite=rates is not None
        and points_opposite(float(line.gq_share), float(line.dq_share), Rate(*rates)),
        rates=rates,
        may_change=may_change,
    )


def _rate(name: str, on: date) -> Subquery:
    """A rate of a rule's growth class on a day, as `queries.terms.rates_on` reads those of all."""
    terms = GrowthTerms.objects.filter(growth_class=OuterRef("growth_class"), from_date__lte=on)
    return Subquery(terms.order_by("-from_date", "-pk").values(name)[:1])


def rule_on(post: Post, on: date) -> PostRule | None:
    """The rule of a post on a day with its growth class and levels, else the last one that was recorded."""
    rules = (
        post.rotation_rules.select_related("growth_class").prefetch_related("skills").order_by("-from_date")
    )
    found = list(rules)
    return next((rule for rule in found if rule.holds(on)), found[0] if found else None)


def growth_classes() -> list[GrowthClass]:
    """All growth classes. One query."""
    return list(GrowthClass.objects.all().fetch_mode(FETCH_RAISE))


def units_with_posts(viewer: Viewer, on: date) -> list[UnitPeriod]:
    """The units that have posts in rotation on a day, with their employers, for a filter. One query."""
    posts = readable_posts(viewer).filter(current(on, "rotation_rules__"))
    rows = UnitPeriod.objects.on(on).filter(unit_id__in=posts.order_by().values("unit_id"))
    return list(rows.select_related("unit__employer").order_by("path").fetch_mode(FETCH_RAISE))


def _lines(on: date) -> QuerySet[PostTerms]:
    return PostTerms.objects.filter(
        current(on), current(on, "post__"), current(on, "post__unit__periods__")
    ).order_by("post__unit__employer__code", "post__unit__periods__path", "post__code", "post_id")


def _line(row: Sequence[Any], rule: PostRule | None) -> PostLine:
    return PostLine(**dict(zip(_FIELDS, row, strict=True)), rule=rule)


def _rules(posts: list[int], on: date) -> Mapping[int, PostRule]:
    rows = PostRule.objects.on(on).filter(post_id__in=posts).select_related("growth_class")
    return {rule.post_id: rule for rule in rows.fetch_mode(FETCH_RAISE)}


def _needed(rule: PostRule | None, catalogue: Catalogue | None) -> list[Needed]:
    if rule is None:
        return []
    found = []
    for row in rule.skills.all():
        item = catalogue.skill(row.skill_key) if catalogue is not None else None
        found.append(Needed(item.name if item is not None else row.skill_key, row.level))
    return found


def _job_types(rule: PostRule | None, catalogue: Catalogue | None) -> list[str]:
    if rule is None or not rule.job_types:
        return []
    known = catalogue.job_types if catalogue is not None else {}
    return [known[key].name if key in known else key for key in rule.job_types]


def _sitters(viewer: Viewer, post_id: int, on: date) -> list[Sitter]:
    reached = access.people(viewer, Right.ROTATION_PLAN).filter(pk=OuterRef("person_id"))
    rows = list(
        Posting.objects.on(on)
        .filter(Exists(reached), post_id=post_id, share__gt=0)
        .select_related("person")
        .order_by("from_date", "pk")
        .fetch_mode(FETCH_RAISE)
    )
    access.note_list(viewer, Right.ROTATION_PLAN, verb="rotation.post.people", count=len(rows))
    return [
        Sitter(
            row.person,
            row.from_date,
            (on - row.from_date).days / DAYS_IN_YEAR,
            row.get_kind_display(),
            row.share,
        )
        for row in rows
    ]

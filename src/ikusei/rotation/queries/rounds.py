"""The rounds a planner works in, and how far one is: sheets and comments by section, quotas, wishes of hosts."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import FETCH_RAISE, Count, Exists, OuterRef, QuerySet, Subquery
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from ikusei.lib.fields import BilingualName
from ikusei.org import access as org_access
from ikusei.org.access import NotVisible, Right, Viewer
from ikusei.org.models import Employer, Unit, UnitPeriod
from ikusei.org.queries.supervisors import Supervision
from ikusei.rotation import access
from ikusei.rotation.models import (
    Application,
    ChiefComment,
    Draft,
    HostQuota,
    HostWish,
    Outcome,
    Round,
    Sheet,
)
from ikusei.rotation.post_access import in_a_section, planned_employers, readable_posts
from ikusei.rotation.queries.wish_comments import asked_people, home_chiefs
from ikusei.ui.components import KeyFigure, Link

SIZE = 30
ROUNDS = 10
DRAFTS = 10


@dataclass(frozen=True, slots=True)
class Deadline:
    """A day of a round, and how far off it is: 0 today, below 0 past."""

    key: str
    label: Promise
    day: date
    days: int

    @property
    def is_past(self) -> bool:
        """Whether the day has passed."""
        return self.days < 0


_PAGES = (
    ("rotation:posts", gettext_lazy("Posts in rotation")),
    ("rotation:host_wishes", gettext_lazy("Wishes of hosts")),
    ("rotation:recruitments", gettext_lazy("Open recruitment")),
    ("rotation:fairness", gettext_lazy("Fairness of chances")),
    ("rotation:growth_classes", gettext_lazy("Growth classes")),
)

_DEADLINES = {
    "opens_on": gettext_lazy("Preference sheets open"),
    "sheets_until": gettext_lazy("Last day for preference sheets"),
    "comments_until": gettext_lazy("Last day for comments of section chiefs"),
    "hosts_until": gettext_lazy("Last day for wishes of hosts"),
    "notice_on": gettext_lazy("Day of the notice"),
    "effective_on": gettext_lazy("Moves"),
}


@dataclass(slots=True)
class SectionLine(BilingualName):
    """One home section: whom the round asks there, and what is missing."""

    unit_id: int | None
    name_ja: str
    name_en: str
    chief: str
    asked: int = 0
    handed_in: int = 0
    commented: int = 0

    @property
    def missing(self) -> int:
        """How many have not handed in."""
        return self.asked - self.handed_in

    @property
    def uncommented(self) -> int:
        """How many the section chief has not spoken to."""
        return self.asked - self.commented


@dataclass(frozen=True, slots=True)
class Totals:
    """How many people are asked, have handed in, and have a comment of their section chief."""

    asked: int = 0
    handed_in: int = 0
    commented: int = 0

    @property
    def missing(self) -> int:
        """How many have not handed in."""
        return self.asked - self.handed_in

    @property
    def uncommented(self) -> int:
        """How many have no comment of a section chief."""
        return self.asked - self.commented


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a round is, of the people in the viewer's scope; sections worst first."""

    sections: list[SectionLine] = field(default_factory=list)

    @property
    def totals(self) -> Totals:
        """All sections together."""
        return Totals(
            asked=sum(one.asked for one in self.sections),
            handed_in=sum(one.handed_in for one in self.sections),
            commented=sum(one.commented for one in self.sections),
        )


@dataclass(frozen=True, slots=True)
class QuotaLine(BilingualName):
    """How many moves a unit takes, by the unit's name today."""

    unit_id: int
    name_ja: str
    name_en: str
    most: int


@dataclass(frozen=True, slots=True)
class RoundPage:
    """One round as a planner sees it."""

    round: Round
    deadlines: list[Deadline]
    progress: Progress
    rows: Page[SectionLine]
    quotas: list[QuotaLine]
    host_wishes: int
    in_section: bool

    @property
    def figures(self) -> list[KeyFigure]:
        """What is missing, as numbers."""
        return missing_figures(self.round, self.progress.totals, self.host_wishes)


@dataclass(frozen=True, slots=True)
class Home:
    """The planner's home of rotation. `round` is the next one to come to its moves, else the newest."""

    rounds: list[Round]
    round: Round | None
    deadlines: list[Deadline]
    totals: Totals
    host_wishes: int
    undecided: int
    drafts: list[Draft]
    in_section: bool
    may_plan: bool

    @property
    def figures(self) -> list[KeyFigure]:
        """What is missing in the round, as numbers."""
        if self.round is None:
            return []
        found = missing_figures(self.round, self.totals, self.host_wishes)
        return [*found, _applications(self.undecided)] if self.in_section else found

    @property
    def links(self) -> list[Link]:
        """The other pages of rotation that exist."""
        pages = _PAGES if self.in_section else [one for one in _PAGES if one[0] != "rotation:recruitments"]
        return [Link(label, reverse(route)) for route, label in pages]


def home(viewer: Viewer) -> Home:
    """What the planner's home of rotation says. Four queries."""
    rounds = list(_counted(access.rounds(viewer)).fetch_mode(FETCH_RAISE)[:ROUNDS])
    coming = [one for one in rounds if one.effective_on >= viewer.today]
    current = min(coming, key=lambda one: one.effective_on) if coming else next(iter(rounds), None)
    may_plan = in_a_section(viewer)
    if current is None:
        return Home(rounds, None, [], Totals(), 0, 0, [], in_section=may_plan, may_plan=may_plan)
    drafts = access.visible_drafts(viewer).filter(round=current).order_by("-changed_at")
    return Home(
        rounds=rounds,
        round=current,
        deadlines=deadlines(current, viewer.today),
        totals=totals(viewer, current),
        host_wishes=_wishes(current),
        undecided=getattr(current, "undecided", 0) or 0,
        drafts=list(drafts.fetch_mode(FETCH_RAISE)[:DRAFTS]),
        in_section=access.is_section(viewer, current.employer),
        may_plan=may_plan,
    )


def round_page(viewer: Viewer, fiscal_year: int, *, number: str = "1") -> RoundPage:
    """The round of a fiscal year. Raises NotVisible (404) where there is none for the viewer. Five queries."""
    round_ = _counted(access.rounds(viewer)).filter(fiscal_year=fiscal_year).first()
    if round_ is None:
        raise NotVisible(str(fiscal_year))
    found = progress(viewer, round_)
    return RoundPage(
        round=round_,
        deadlines=deadlines(round_, viewer.today),
        progress=found,
        rows=Paginator(found.sections, SIZE).get_page(number),
        quotas=quotas(round_, viewer.today),
        host_wishes=_wishes(round_),
        in_section=access.is_section(viewer, round_.employer),
    )


def _counted(rounds: QuerySet[Round]) -> QuerySet[Round]:
    """Rounds with `wished` (wishes of hosts) and `undecided` (applications without a decision)."""
    wishes = HostWish.objects.filter(round_id=OuterRef("pk"), withdrawn_at=None).order_by().values("round_id")
    applied = (
        Application.objects.filter(
            recruitment__round_id=OuterRef("pk"),
            recruitment__withdrawn_at=None,
            withdrawn_at=None,
            outcome=Outcome.OPEN,
        )
        .order_by()
        .values("recruitment__round_id")
    )
    return rounds.annotate(
        wished=Subquery(wishes.annotate(number=Count("pk")).values("number")),
        undecided=Subquery(applied.annotate(number=Count("pk")).values("number")),
    )


def _wishes(round_: Round) -> int:
    return getattr(round_, "wished", 0) or 0


def missing_figures(round_: Round, counted: Totals, wishes: int) -> list[KeyFigure]:
    """Sheets and comments that are missing, and the wishes of hosts."""
    page = reverse("rotation:round", args=[round_.fiscal_year])
    rule = _(
        "Of %(asked)s people in the round’s category whom the employer employs today, within your scope."
    )
    return [
        KeyFigure(
            _("Sheets missing"),
            counted.missing,
            rule % {"asked": f"{counted.asked:,}"},
            f"{page}#progress",
            unit=pgettext("unit", "people"),
        ),
        KeyFigure(
            _("Without a comment of the section chief"),
            counted.uncommented,
            _("The last comment counts, whether or not the sheet is handed in."),
            f"{page}#progress",
            unit=pgettext("unit", "people"),
        ),
        KeyFigure(
            _("Wishes of hosts"),
            wishes,
            _("Those not withdrawn."),
            reverse("rotation:host_wishes"),
            unit=pgettext("unit", "wishes"),
        ),
    ]


def _applications(undecided: int) -> KeyFigure:
    return KeyFigure(
        _("Applications without a decision"),
        undecided,
        _("Of internal open recruitment, not withdrawn."),
        reverse("rotation:recruitments"),
        unit=pgettext("unit", "applications"),
    )


def deadlines(round_: Round, today: date) -> list[Deadline]:
    """The days of a round in their order."""
    rows = [
        Deadline(key, label, getattr(round_, key), (getattr(round_, key) - today).days)
        for key, label in _DEADLINES.items()
    ]
    return sorted(rows, key=lambda one: one.day)


def progress(viewer: Viewer, round_: Round) -> Progress:
    """Sheets and comments by home section, of whoever the viewer plans for. Three queries."""
    people = _asked(viewer, round_)
    rows = list(people.order_by().values_list("pk", "is_in", "is_commented"))
    chiefs = home_chiefs(people, round_, viewer.today)
    return Progress(_sections(rows, chiefs))


def totals(viewer: Viewer, round_: Round) -> Totals:
    """How many are asked, have handed in, and have a comment, of whoever the viewer plans for. One query."""
    rows = _asked(viewer, round_).order_by().values("is_in", "is_commented").annotate(people=Count("pk"))
    found = list(rows)
    return Totals(
        asked=sum(row["people"] for row in found),
        handed_in=sum(row["people"] for row in found if row["is_in"]),
        commented=sum(row["people"] for row in found if row["is_commented"]),
    )


def _asked(viewer: Viewer, round_: Round) -> QuerySet[Any]:
    """The people whom the round asks and the viewer plans for: `is_in` handed in, `is_commented` by the section chief."""
    reached = org_access.people(viewer, Right.ROTATION_PLAN).order_by().values("pk")
    sheets = Sheet.objects.filter(round=round_, person_id=OuterRef("pk")).exclude(handed_in_at=None)
    spoken = ChiefComment.objects.filter(sheet__round=round_, sheet__person_id=OuterRef("pk"))
    people = asked_people(round_, viewer.today).filter(pk__in=reached)
    return people.annotate(is_in=Exists(sheets), is_commented=Exists(spoken))


def quotas(round_: Round, today: date) -> list[QuotaLine]:
    """The quotas of a round with the names of the units, those whose unit is closed included. One query."""
    named = UnitPeriod.objects.on(today).filter(unit_id=OuterRef("unit_id"))
    rows = HostQuota.objects.filter(round=round_).annotate(
        name_ja=Subquery(named.values("name_ja")[:1]), name_en=Subquery(named.values("name_en")[:1])
    )
    found = [
        QuotaLine(row["unit_id"], row["name_ja"] or row["unit__code"], row["name_en"] or "", row["most"])
        for row in rows.values("unit_id", "unit__code", "name_ja", "name_en", "most")
    ]
    return sorted(found, key=lambda one: one.name)


def units_for_quotas(viewer: Viewer, round_: Round) -> list[UnitPeriod]:
    """The units that a quota can be about: those with posts in rotation, and all above them. Two queries."""
    posts = readable_posts(viewer).filter(rotation_rules__isnull=False).order_by()
    paths = (
        UnitPeriod.objects.on(viewer.today)
        .filter(unit_id__in=posts.values("unit_id"))
        .values_list("path", flat=True)
    )
    ids = {int(part) for path in paths for part in path.split("/") if part}
    rows = UnitPeriod.objects.on(viewer.today).filter(unit_id__in=ids).select_related("unit__employer")
    return list(rows.order_by("unit__employer__code", "path").fetch_mode(FETCH_RAISE))


def unit_named(unit_id: int) -> Unit:
    """A unit by its primary key. Raises NotVisible."""
    unit = Unit.objects.filter(pk=unit_id).first()
    if unit is None:
        raise NotVisible(str(unit_id))
    return unit


def employers_to_plan(viewer: Viewer) -> list[Employer]:
    """The employers for which the viewer can plan a round. One query."""
    return list(planned_employers(viewer).order_by("kind", "code"))


def last_round(viewer: Viewer) -> Round | None:
    """The newest round, with whose days a year on the next one begins."""
    return access.rounds(viewer).first()


def _sections(rows: Iterable[tuple[int, bool, bool]], chiefs: Mapping[int, Supervision]) -> list[SectionLine]:
    lines: dict[int | None, SectionLine] = {}
    for person_id, is_in, is_commented in rows:
        home = chiefs.get(person_id)
        if home is None:
            line = lines.setdefault(None, SectionLine(None, "", "", ""))
        else:
            made = SectionLine(home.unit_id, home.unit_ja, home.unit_en, home.supervisor_name)
            line = lines.setdefault(home.unit_id, made)
        line.asked += 1
        line.handed_in += is_in
        line.commented += is_commented
    if None in lines:
        lines[None].name_ja = lines[None].name_en = _("without a home section")
    return sorted(lines.values(), key=lambda one: (-one.missing, -one.uncommented, one.name))

"""Where somebody can be posted: units found by name, and the posts open in one of them with their empty seats."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from ikusei.lib.fields import BilingualName
from ikusei.lib.periods import current
from ikusei.org.access import NotVisible, Viewer
from ikusei.org.grades import grade_label
from ikusei.org.models import PostTerms, UnitPeriod

MOST = 40


@dataclass(frozen=True, slots=True)
class FoundUnit(BilingualName):
    """A unit on a day, with the names of the unit above it and of its employer."""

    pk: int
    name_ja: str
    name_en: str
    employer: str
    above: str


@dataclass(frozen=True, slots=True)
class OpenPost(BilingualName):
    """A post open on a day: its seats, and how many people have one with a share of their time."""

    pk: int
    name_ja: str
    name_en: str
    code: str
    grade: str
    seats: int
    filled: int

    @property
    def label(self) -> str:
        """The post as a list offers it."""
        words = _("%(name)s (%(code)s, %(grade)s): %(filled)s of %(seats)s seats filled")
        return words % {
            "name": self.name,
            "code": self.code,
            "grade": grade_label(self.grade) or "–",
            "filled": self.filled,
            "seats": self.seats,
        }


def find_units(viewer: Viewer, text: str, *, on: date, employer_id: int | None = None) -> list[FoundUnit]:
    """The units of a day (of one employer, where asked) whose name or code holds the text, at most MOST; none without."""
    words = text.strip()
    if not words:
        return []
    periods = (
        UnitPeriod.objects.on(on)
        .filter(Q(name_ja__icontains=words) | Q(name_en__icontains=words) | Q(unit__code__iexact=words))
        .select_related("unit__employer")
        .order_by("unit__employer__code", "path")
    )
    if employer_id is not None:
        periods = periods.filter(unit__employer_id=employer_id)
    rows = list(periods[:MOST])
    above = {
        period.unit_id: period.name
        for period in UnitPeriod.objects.on(on).filter(
            unit_id__in=[row.parent_id for row in rows if row.parent_id]
        )
    }
    return [
        FoundUnit(
            pk=row.unit_id,
            name_ja=row.name_ja,
            name_en=row.name_en,
            employer=row.unit.employer.name,
            above=above.get(row.parent_id or 0, ""),
        )
        for row in rows
    ]


def unit_on(unit_id: int, on: date) -> UnitPeriod:
    """What a unit is on a day. Raises NotVisible where it is not open then."""
    period = UnitPeriod.objects.on(on).filter(unit_id=unit_id).select_related("unit__employer").first()
    if period is None:
        raise NotVisible(str(unit_id))
    return period


def open_posts_of(unit_id: int, *, on: date) -> list[OpenPost]:
    """The posts of a unit that are open on a day, the head's first. One query."""
    filled = Count("post__postings", filter=current(on, "post__postings__") & ~Q(post__postings__share=0))
    rows = (
        PostTerms.objects.on(on)
        .filter(current(on, "post__"), post__unit_id=unit_id)
        .annotate(filled=filled)
        .order_by("-is_head", "post__code")
        .values_list("post_id", "name_ja", "name_en", "post__code", "grade", "capacity", "filled")
    )
    return [OpenPost(*row) for row in rows]

"""What orders say in words: employers, units and posts as they are called on the order's day, in both languages."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import FETCH_RAISE
from django.utils.translation import gettext as _

from ikusei.lib.fields import language, pick_text
from ikusei.org.models import PostingKind, PostTerms, UnitPeriod
from ikusei.rotation.models import Order

type Both = tuple[str, str]
"""A text in Japanese and in English."""


@dataclass(frozen=True, slots=True)
class PlaceWords:
    """A post with the way to it: its employer, its units from the root down, its own name and grade."""

    employer_names: Both = ("", "")
    unit_names: tuple[Both, ...] = ()
    post_names: Both = ("", "")
    grade: str = ""

    @property
    def employer(self) -> str:
        """The employer, in the active language."""
        return _pick(self.employer_names)

    @property
    def bureau(self) -> str:
        """The unit at the root of the tree."""
        return _pick(self.unit_names[0]) if self.unit_names else ""

    @property
    def unit(self) -> str:
        """The unit of the post itself."""
        return _pick(self.unit_names[-1]) if self.unit_names else ""

    @property
    def units(self) -> str:
        """The units from the root down: 青空局総務部人事課; Personnel Section, General Affairs Division."""
        names = [_pick(one) for one in self.unit_names]
        return "".join(names) if language() == "ja" else ", ".join(reversed(names))

    @property
    def post(self) -> str:
        """The name of the post."""
        return _pick(self.post_names)

    @property
    def whole(self) -> str:
        """Unit and post together, as an order names them."""
        parts = [self.units, self.post] if language() == "ja" else [self.post, self.units]
        return ("　" if language() == "ja" else ", ").join(part for part in parts if part)


@dataclass(frozen=True, slots=True)
class OrderWords:
    """The places of one order; each is empty where the order names none."""

    kind: str
    origin: PlaceWords
    target: PlaceWords
    back: PlaceWords

    @property
    def destination(self) -> str:
        """Where the person goes, in a line: unit and post, with the host and the kind where it is no plain home post."""
        where = self.target.whole
        if self.kind == PostingKind.DISPATCH:
            return _("%(place)s (dispatch to %(host)s)") % {"place": where, "host": self.target.employer}
        if self.kind == PostingKind.CONCURRENT:
            return _("%(place)s (concurrent post)") % {"place": where}
        return where


def order_words(orders: Iterable[Order]) -> dict[int, OrderWords]:
    """Primary key of an order -> its words. Two queries, however many orders."""
    rows = list(orders)
    wanted = {
        post_id
        for order in rows
        for post_id in (order.from_post_id, order.to_post_id, order.return_post_id)
        if post_id is not None
    }
    names = PlaceNames(wanted)
    return {
        order.pk: OrderWords(
            kind=order.kind,
            origin=names.place(order.from_post_id, order.effective_on),
            target=names.place(order.to_post_id, order.effective_on),
            back=names.place(order.return_post_id, order.effective_on),
        )
        for order in rows
    }


@dataclass(frozen=True, slots=True)
class _UnitNames:
    """What a unit was called from a day on, and where it stood."""

    unit_id: int
    from_date: date
    path: str
    name_ja: str
    name_en: str


class PlaceNames:
    """Posts with their terms, their employers and the units above them. Two queries, however many posts."""

    def __init__(self, post_ids: Iterable[int]) -> None:
        terms = PostTerms.objects.filter(post_id__in=post_ids).select_related("post__unit__employer")
        self._terms = _by(terms.order_by("from_date").fetch_mode(FETCH_RAISE), "post_id")
        employers = {rows[0].post.unit.employer_id for rows in self._terms.values()}
        periods = UnitPeriod.objects.filter(unit__employer_id__in=employers).order_by("from_date")
        fields = ("unit_id", "from_date", "path", "name_ja", "name_en")
        self._units = _by((_UnitNames(*row) for row in periods.values_list(*fields)), "unit_id")

    def place(self, post_id: int | None, day: date) -> PlaceWords:
        """A post as it is called on a day; before its first day as on that, after its last as on that."""
        terms = _held(self._terms.get(post_id or 0, ()), day)
        if terms is None:
            return PlaceWords()
        unit = terms.post.unit
        leaf = _held(self._units.get(unit.pk, ()), day)
        path = [int(pk) for pk in leaf.path.split("/") if pk] if leaf is not None else []
        above = [_held(self._units.get(pk, ()), day) for pk in path]
        return PlaceWords(
            employer_names=(unit.employer.name_ja, unit.employer.name_en),
            unit_names=tuple((row.name_ja, row.name_en) for row in above if row is not None),
            post_names=(terms.name_ja, terms.name_en),
            grade=terms.grade,
        )


def _by[Row](rows: Iterable[Row], name: str) -> Mapping[int, list[Row]]:
    found: dict[int, list[Row]] = {}
    for row in rows:
        found.setdefault(getattr(row, name), []).append(row)
    return found


def _held[Row: (PostTerms, _UnitNames)](rows: Sequence[Row], day: date) -> Row | None:
    """The row of a day; else the last one before it, else the first."""
    before = [row for row in rows if row.from_date <= day]
    return before[-1] if before else (rows[0] if rows else None)


def _pick(names: Both) -> str:
    return pick_text({"ja": names[0], "en": names[1]})

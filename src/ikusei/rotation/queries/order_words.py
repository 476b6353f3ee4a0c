"""What orders say in words: employers, units and posts as they are called on the order's day, in both languages."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import FilteredRelation, Q
from django.utils.translation import gettext as _

from ikusei.lib.fields import language, pick_text
from ikusei.org.models import Post, PostingKind, UnitKind, UnitPeriod
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
    """Primary key of an order -> its words. One query, however many orders."""
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
    until: date | None
    path: str
    kind: str
    order: int
    employer_id: int
    names: Both


@dataclass(frozen=True, slots=True)
class _PostNames:
    """What a post was called from a day on, and where it belongs."""

    from_date: date
    names: Both
    grade: str
    unit_id: int
    employer_names: Both


_UNIT = (
    "unit_id",
    "from_date",
    "until",
    "path",
    "kind",
    "order",
    "unit__employer_id",
    "name_ja",
    "name_en",
)
_POST = (
    "wanted__pk",
    "wanted__terms__from_date",
    "wanted__terms__name_ja",
    "wanted__terms__name_en",
    "wanted__terms__grade",
    "unit__employer__name_ja",
    "unit__employer__name_en",
)


class PlaceNames:
    """Posts with their terms, their employers and the units above them. One query, however many posts.

    With an employer its units are known whether or not a post is in them.
    """

    def __init__(self, post_ids: Iterable[int], *, employer_id: int | None = None) -> None:
        wanted = set(post_ids)
        theirs = Post.objects.filter(pk__in=wanted).order_by().values("unit__employer_id")
        rows = (
            UnitPeriod.objects.filter(Q(unit__employer__in=theirs) | Q(unit__employer=employer_id))
            .annotate(wanted=FilteredRelation("unit__posts", condition=Q(unit__posts__pk__in=wanted)))
            .order_by("from_date", "pk", "wanted__terms__from_date")
            .values_list(*_UNIT, *_POST)
        )
        units: dict[int, dict[date, _UnitNames]] = {}
        posts: dict[int, dict[date, _PostNames]] = {}
        for unit_id, since, until, path, kind, order, owner_id, ja, en, *post in rows:
            units.setdefault(unit_id, {})[since] = _UnitNames(
                unit_id, since, until, path, kind, order, owner_id, (ja, en)
            )
            post_id, post_from, post_ja, post_en, grade, at_ja, at_en = post
            if post_from is not None:
                posts.setdefault(post_id, {})[post_from] = _PostNames(
                    post_from, (post_ja, post_en), grade, unit_id, (at_ja, at_en)
                )
        self._units = {pk: list(found.values()) for pk, found in units.items()}
        self._posts = {pk: list(found.values()) for pk, found in posts.items()}

    def place(self, post_id: int | None, day: date) -> PlaceWords:
        """A post as it is called on a day; before its first day as on that, after its last as on that."""
        terms = _held(self._posts.get(post_id or 0, ()), day)
        if terms is None:
            return PlaceWords()
        leaf = _held(self._units.get(terms.unit_id, ()), day)
        path = [int(pk) for pk in leaf.path.split("/") if pk] if leaf is not None else []
        above = [_held(self._units.get(pk, ()), day) for pk in path]
        return PlaceWords(
            employer_names=terms.employer_names,
            unit_names=tuple(row.names for row in above if row is not None),
            post_names=terms.names,
            grade=terms.grade,
        )

    def unit(self, unit_id: int, day: date) -> str:
        """The name of a unit, in the active language."""
        row = _held(self._units.get(unit_id, ()), day)
        return "" if row is None else _pick(row.names)

    def path(self, unit_id: int, day: date) -> str:
        """Where a unit stands in the tree, as `UnitPeriod.path`."""
        row = _held(self._units.get(unit_id, ()), day)
        return "" if row is None else row.path

    def bureaus(self, employer_id: int, day: date) -> dict[int, str]:
        """The bureaus that an employer has on a day, in the order of the tree, with their names in the active language."""
        periods = [row for rows in self._units.values() for row in rows]
        there = [
            row
            for row in periods
            if row.kind == UnitKind.BUREAU
            and row.employer_id == employer_id
            and row.from_date <= day
            and (row.until is None or day < row.until)
        ]
        return {
            row.unit_id: _pick(row.names) for row in sorted(there, key=lambda row: (row.order, row.unit_id))
        }


def _held[Row: (_PostNames, _UnitNames)](rows: Sequence[Row], day: date) -> Row | None:
    """The row of a day; else the last one before it, else the first."""
    before = [row for row in rows if row.from_date <= day]
    return before[-1] if before else (rows[0] if rows else None)


def _pick(names: Both) -> str:
    return pick_text({"ja": names[0], "en": names[1]})

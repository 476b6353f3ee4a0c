"""Growth classes with their rates, the terms of the index, and who set them when."""

from dataclasses import dataclass
from datetime import date

from django.db.models import FETCH_RAISE

from ikusei.org.access import NotVisible
from ikusei.rotation import index_terms
from ikusei.rotation.index import Rate, Terms
from ikusei.rotation.models import GrowthClass, GrowthTerms, IndexTerms

LAST_COLOUR = 8


@dataclass(frozen=True, slots=True)
class RatesRow:
    """Rates as somebody set them: `state` is "now" (in force), "ahead" (from a later day on) or "past"."""

    row: GrowthTerms
    state: str

    @property
    def rate(self) -> Rate:
        """The two rates as numbers."""
        return Rate(float(self.row.rho_gq), float(self.row.rho_dq))


@dataclass(frozen=True, slots=True)
class ClassPage:
    """A growth class, and every rate it ever had, the newest first."""

    growth_class: GrowthClass
    rows: tuple[RatesRow, ...]

    @property
    def now(self) -> RatesRow | None:
        """The rates in force on the day of the page."""
        return next((one for one in self.rows if one.state == "now"), None)

    @property
    def others(self) -> tuple[RatesRow, ...]:
        """Those of other days."""
        return tuple(one for one in self.rows if one.state != "now")


def growth_classes(on: date) -> list[ClassPage]:
    """Every growth class with its rates as of a day. Two queries."""
    by_class: dict[int, list[GrowthTerms]] = {}
    rows = GrowthTerms.objects.select_related("author").order_by("-from_date", "-pk")
    for row in rows.fetch_mode(FETCH_RAISE):
        by_class.setdefault(row.growth_class_id, []).append(row)
    return [
        ClassPage(one, _states(by_class.get(one.pk, []), on))
        for one in GrowthClass.objects.order_by("colour", "key")
    ]


def _states(rows: list[GrowthTerms], on: date) -> tuple[RatesRow, ...]:
    found, in_force = [], False
    for row in rows:
        if row.from_date > on:
            state = "ahead"
        else:
            state = "past" if in_force else "now"
            in_force = True
        found.append(RatesRow(row, state))
    return tuple(found)


def free_colour() -> int:
    """The number of a colour that no growth class has; 1 where all are taken. One query."""
    taken = set(GrowthClass.objects.values_list("colour", flat=True))
    return next((number for number in range(1, LAST_COLOUR + 1) if number not in taken), 1)


def growth_class(key: str) -> GrowthClass:
    """The growth class with a key. Raises NotVisible (404) where there is none."""
    found = GrowthClass.objects.filter(key=key).first()
    if found is None:
        raise NotVisible(key)
    return found


@dataclass(frozen=True, slots=True)
class TermsRow:
    """Terms of the index as somebody set them; `state` as of RatesRow."""

    row: IndexTerms
    state: str


@dataclass(frozen=True, slots=True)
class TermsPage:
    """The terms in force on a day (`is_shipped`: nobody has set any, Ikusei's own), and every version of them."""

    terms: Terms
    is_shipped: bool
    versions: tuple[TermsRow, ...]


def index_terms_page(on: date) -> TermsPage:
    """The terms of the index as of a day. One query."""
    rows = IndexTerms.objects.select_related("author").order_by("-from_date", "-pk").fetch_mode(FETCH_RAISE)
    versions: list[TermsRow] = []
    in_force: IndexTerms | None = None
    for row in rows:
        if row.from_date > on:
            versions.append(TermsRow(row, "ahead"))
            continue
        versions.append(TermsRow(row, "past" if in_force else "now"))
        in_force = in_force or row
    terms = index_terms.shipped() if in_force is None else index_terms.parse(in_force.terms)
    return TermsPage(terms, in_force is None, tuple(versions))


def rates_now(growth_class: GrowthClass, on: date) -> GrowthTerms | None:
    """The rates of a growth class in force on a day. One query."""
    rows = GrowthTerms.objects.filter(growth_class=growth_class, from_date__lte=on)
    return rows.order_by("-from_date", "-pk").first()

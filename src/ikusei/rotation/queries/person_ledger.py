"""One person's ledger as a page shows it: every line with its place, the index term by term, and staying where they are."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext as _

from ikusei.lib.fields import BilingualName, pick_text
from ikusei.org.models import Person, PostingKind
from ikusei.rotation import index
from ikusei.rotation.index import Rate, ServiceTerm, SkillTerm
from ikusei.rotation.ledger import Credit, Entry, Ledger, balance
from ikusei.rotation.models import GrowthTerms
from ikusei.rotation.queries.ledger import (
    CREDIT_FIELDS,
    POSTING_WIDTH,
    Gathering,
    Record,
    Settings,
    category_on,
    entered,
    held_levels,
    index_of,
    posting_fields,
    said_on,
    settings_of,
)

YEARS_AHEAD = 5


@dataclass(frozen=True, slots=True)
class ClassRates(BilingualName):
    """A growth class with the rates in force on a day, and since when."""

    key: str
    name_ja: str
    name_en: str
    rate: Rate
    from_date: date


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the ledger with the names its place had on its first day; `kind` in words, `rates` None without a class."""

    entry: Entry
    unit: str
    post: str
    employer: str
    kind: str
    rates: ClassRates | None

    @property
    def place(self) -> str:
        """Unit and post in one."""
        return f"{self.unit} {self.post}".strip()

    @property
    def points_opposite(self) -> bool:
        """Whether the shares of the post and its growth class lead opposite ways."""
        entry = self.entry
        if self.rates is None or entry.gq_share is None or entry.dq_share is None:
            return False
        return index.points_opposite(float(entry.gq_share), float(entry.dq_share), self.rates.rate)


@dataclass(frozen=True, slots=True)
class Ahead:
    """Where somebody stands after so many years in the posts of the day."""

    years: int
    gq_years: Decimal
    dq_years: Decimal
    gq: float
    dq: float

    @property
    def balance(self) -> float | None:
        """The share of GQ in the ledger."""
        return balance(self.gq_years, self.dq_years)


@dataclass(frozen=True, slots=True)
class PersonLedger:
    """A person's page: `gq` and `dq` are the index, `ahead` begins with the day itself (0 years)."""

    person: Person
    on: date
    book: Ledger
    lines: tuple[Line, ...]
    settings: Settings
    gq: float
    dq: float
    gq_terms: tuple[tuple[str, ServiceTerm], ...]
    dq_terms: tuple[tuple[str, SkillTerm], ...]
    staying: tuple[Line, ...]
    rate: Rate
    ahead: tuple[Ahead, ...]

    @property
    def inside(self) -> tuple[Line, ...]:
        """The lines in the balance."""
        return tuple(line for line in self.lines if line.entry.is_inside)

    @property
    def earlier(self) -> tuple[Line, ...]:
        """The lines that stand beside it."""
        return tuple(line for line in self.lines if not line.entry.is_inside)

    @property
    def credits_inside(self) -> tuple[Credit, ...]:
        """The credits in the balance."""
        since = self.book.since
        return tuple(one for one in self.book.credits if since is not None and one.on >= since)

    @property
    def credits_earlier(self) -> tuple[Credit, ...]:
        """The credits that stand beside it."""
        inside = self.credits_inside
        return tuple(one for one in self.book.credits if one not in inside)

    @property
    def missing(self) -> tuple[str, Decimal] | None:
        """Which account is short of one half, and by how many years; None where they are equal or empty."""
        gap = self.book.gq_years - self.book.dq_years
        if not gap:
            return None
        return ("DQ", gap) if gap > 0 else ("GQ", -gap)


def person_ledger(person: Person, *, on: date) -> PersonLedger:
    """The ledger of a person, whom the caller has opened, as of a day. Two queries."""
    record, names, settings, rates = _record(person.pk, on)
    book = record.of(person.pk, on)
    held = held_levels([person.pk], on, settings.catalogue).get(person.pk, [])
    levels = {one.skill: one.level for one in held if one.counts(on)}
    gq, dq = index_of(book, levels, settings)
    lines = tuple(_line(entry, names, rates) for entry in book.entries)
    staying = tuple(line for line in lines if line.entry.is_running and line.entry.share)
    rate = index.mixed((line.rates.rate, float(line.entry.share)) for line in staying if line.rates)
    return PersonLedger(
        person=person,
        on=on,
        book=book,
        lines=lines,
        settings=settings,
        gq=gq,
        dq=dq,
        gq_terms=_gq_terms(book, settings),
        dq_terms=_dq_terms(levels, settings),
        staying=staying,
        rate=rate,
        ahead=tuple(_ahead(book, staying, (gq, dq), rate, years) for years in range(YEARS_AHEAD + 1)),
    )


@dataclass(frozen=True, slots=True)
class _Name:
    """What something was called on the days of a period, in either language."""

    from_date: date
    until: date | None
    ja: str
    en: str


@dataclass(slots=True)
class _Names:
    """The names of posts and units through time."""

    posts: dict[int, set[_Name]]
    units: dict[int, set[_Name]]
    employers: dict[int, str]


_NAMES = (
    "post__terms__name_ja",
    "post__terms__name_en",
    "post__unit__periods__from_date",
    "post__unit__periods__until",
    "post__unit__periods__name_ja",
    "post__unit__periods__name_en",
    "post__unit__employer__name_ja",
    "post__unit__employer__name_en",
)


WIDTH = len(CREDIT_FIELDS)
POSTINGS_END = 4 + WIDTH + POSTING_WIDTH


def _record(person_id: int, on: date) -> tuple[Record, _Names, Settings, dict[str, ClassRates]]:
    """Everything behind one person's ledger: what is counted by which settings, what their posts and units were called,
    and the rates of the day. One query.
    """
    rows = list(_rows(person_id, on))
    settings = settings_of(*rows[0][1:4])
    record, names, gathering = Record(), _Names({}, {}, {}), Gathering(settings.terms)
    rates: dict[str, ClassRates] = {}
    credits: dict[int | None, tuple[Any, ...]] = {}
    for row in rows:
        credit, posting, rest = row[4 : 4 + WIDTH], row[4 + WIDTH : POSTINGS_END], row[POSTINGS_END:]
        credits[credit[0]] = credit
        if posting[0] is not None and posting[2] < on:
            gathering.add(person_id, posting)
            _add_names(names, posting, rest)
            _add_rates(rates, posting, rest[len(_NAMES) :])
    gathering.put_into(record)
    for credit in credits.values():
        record.add_person(person_id, rows[0][0], credit, on)
    return record, names, settings, rates


def _rows(person_id: int, on: date) -> Iterable[tuple[Any, ...]]:
    """The person with every posting, credit and name, in every combination: some dozens of rows."""
    rules = "postings__post__rotation_rules__growth_class"
    rates = GrowthTerms.objects.filter(growth_class=OuterRef(rules), from_date__lte=on)
    latest = rates.order_by("-from_date", "-pk")
    rows = Person.objects.filter(pk=person_id).annotate(
        entered=entered(category_on(on), on),
        **said_on(on),
        rho_gq=Subquery(latest.values("rho_gq")[:1]),
        rho_dq=Subquery(latest.values("rho_dq")[:1]),
        rated_from=Subquery(latest.values("from_date")[:1]),
    )
    return rows.values_list(
        "entered",
        "said",
        "version_pk",
        "version_created",
        *CREDIT_FIELDS,
        *posting_fields("postings__"),
        *(f"postings__{name}" for name in _NAMES),
        f"{rules}__name_ja",
        f"{rules}__name_en",
        "rho_gq",
        "rho_dq",
        "rated_from",
    )


def _add_rates(rates: dict[str, ClassRates], posting: tuple[Any, ...], row: tuple[Any, ...]) -> None:
    """Take in the rates of the growth class of a posting's rule, where it has one with rates."""
    key, (ja, en, gq, dq, begins) = posting[13], row
    if key is not None and gq is not None:
        rates[key] = ClassRates(key, ja, en, Rate(float(gq), float(dq)), begins)


def _add_names(names: _Names, posting: tuple[Any, ...], row: tuple[Any, ...]) -> None:
    post = posting[1]
    posts, units = names.posts.setdefault(post, set()), names.units.setdefault(post, set())
    if posting[7] is not None:
        posts.add(_Name(posting[7], posting[8], row[0], row[1]))
    if row[2] is not None:
        units.add(_Name(*row[2:6]))
    names.employers[post] = pick_text({"ja": row[6], "en": row[7]})


def _called(names: set[_Name], day: date) -> str:
    """The name on a day."""
    found = (one for one in names if one.from_date <= day and (one.until is None or day < one.until))
    return next((pick_text({"ja": one.ja, "en": one.en}) for one in found), "")


def _line(entry: Entry, names: _Names, rates: Mapping[str, ClassRates]) -> Line:
    return Line(
        entry=entry,
        unit=_called(names.units[entry.post], entry.from_date),
        post=_called(names.posts[entry.post], entry.from_date),
        employer=names.employers[entry.post],
        kind=str(PostingKind(entry.kind).label),
        rates=rates.get(entry.growth),
    )


def _gq_terms(book: Ledger, settings: Settings) -> tuple[tuple[str, ServiceTerm], ...]:
    years = {kind: float(one) for kind, one in book.services().items()}
    return tuple(
        (service_name(settings, term.service), term) for term in index.gq_terms(years, settings.terms)
    )


def service_name(settings: Settings, key: str) -> str:
    """The name of a kind of administrative service, in words where it has none."""
    one = settings.terms.services.get(key)
    if one is None:
        return _("no kind of administrative service")
    return pick_text({"ja": one.name_ja, "en": one.name_en}) or key


def _dq_terms(levels: Mapping[str, int], settings: Settings) -> tuple[tuple[str, SkillTerm], ...]:
    if settings.catalogue is None:
        return ()
    terms = index.dq_terms(levels, settings.skills, settings.terms, settings.top)
    items = settings.catalogue.skills.values()
    return tuple((item.name, term) for item, term in zip(items, terms, strict=True))


def _ahead(
    book: Ledger, staying: tuple[Line, ...], start: tuple[float, float], rate: Rate, years: int
) -> Ahead:
    gq, dq = book.gq_years, book.dq_years
    for line in staying:
        entry = line.entry
        if entry.is_inside and entry.gq_share is not None and entry.dq_share is not None:
            gq += years * entry.share * entry.gq_share
            dq += years * entry.share * entry.dq_share
    return Ahead(
        years,
        gq,
        dq,
        index.after(start[0], [rate.gq] * years),
        index.after(start[1], [rate.dq] * years),
    )

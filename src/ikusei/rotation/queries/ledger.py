"""Ledgers and indices of many people at once, in a handful of queries whatever their number."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import batched
from typing import Any

from django.db.models import Case, CharField, Min, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.fields.json import KT
from django.db.models.functions import Coalesce

from ikusei.lib.periods import current
from ikusei.org.models import Employment, Person, Posting
from ikusei.rotation import index, index_terms
from ikusei.rotation.index import Terms
from ikusei.rotation.ledger import Credit, Kinds, Ledger, Posted, Shares, ledger
from ikusei.rotation.models import IndexTerms
from ikusei.skills.models import HeldLevel, Skill
from ikusei.skills.queries.maps.catalogue import Catalogue, catalogue_of, catalogue_on, version_columns

CHUNK = 2000
"""So many people are asked for in one statement."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What a day's ledgers and indices are counted by: the terms, and the framework in use (None: none was)."""

    terms: Terms
    catalogue: Catalogue | None

    @property
    def skills(self) -> tuple[str, ...]:
        """The keys of the skills of the framework."""
        return () if self.catalogue is None else tuple(one.key for one in self.catalogue.skills.values())

    @property
    def top(self) -> int:
        """The highest level of the framework."""
        return index.TOP if self.catalogue is None else max(self.catalogue.steps, default=index.TOP)


@dataclass(slots=True)
class Record:
    """What ledgers are made of: of each person the postings, the credits, and the entry into the category."""

    postings: dict[int, list[Posted]] = field(default_factory=dict)
    shares: dict[int, list[Shares]] = field(default_factory=dict)
    kinds: dict[int, list[Kinds]] = field(default_factory=dict)
    credits: dict[int, list[Credit]] = field(default_factory=dict)
    since: dict[int, date] = field(default_factory=dict)

    def add_person(self, person_id: int, since: date | None, credit: tuple[Any, ...], day: date) -> None:
        """Take in when somebody entered, and one credit (the values of CREDIT_FIELDS) of days up to one.

        What was taken back counts on no day.
        """
        if since is not None:
            self.since[person_id] = since
        *facts, taken_back_at = credit
        if facts[0] is not None and facts[1] <= day and taken_back_at is None:
            self.credits.setdefault(person_id, []).append(Credit(*facts))

    def of(self, person_id: int, on: date) -> Ledger:
        """The ledger of a person as of a day that is not behind the one read for."""
        return ledger(
            self.postings.get(person_id, ()),
            self.shares,
            self.kinds,
            self.credits.get(person_id, ()),
            since=self.since.get(person_id),
            on=on,
        )


@dataclass(frozen=True, slots=True)
class Held:
    """A level held in a skill on the days of a period, of which those from `expires_on` on no longer count."""

    skill: str
    level: int
    from_date: date
    until: date | None
    expires_on: date | None

    def counts(self, day: date) -> bool:
        """Whether it counts on a day."""
        return (
            self.from_date <= day
            and (self.until is None or day < self.until)
            and (self.expires_on is None or day < self.expires_on)
        )


def said_on(day: date) -> dict[str, Subquery]:
    """Annotations that carry the settings of a day along with other rows, so that they cost no query: `settings_of` reads
    their values in this order. All are None where nothing is in force and no framework in use.
    """
    rows = IndexTerms.objects.filter(from_date__lte=day).order_by("-from_date", "-pk")
    return {"said": Subquery(rows.values("terms")[:1]), **version_columns(day)}


def settings_of(said: object, version: int | None, created: datetime | None) -> Settings:
    """The settings that the values of `said_on` hold."""
    terms = index_terms.shipped() if said is None else index_terms.parse(said)
    known = version is not None and created is not None
    return Settings(terms, catalogue_of((version, created)) if known else None)  # type: ignore[arg-type]  # both are there


def category_on(day: date) -> Coalesce:
    """The career category from which a day's ledgers count, for a condition."""
    rows = IndexTerms.objects.filter(from_date__lte=day).order_by("-from_date", "-pk")
    return Coalesce(Subquery(rows.values(found=KT("terms__category"))[:1]), Value(Terms().category))


def settings_on(day: date) -> Settings:
    """The terms and the framework of a day; terms as Ikusei comes with them where none are in force (then two queries)."""
    rows = IndexTerms.objects.filter(from_date__lte=day).order_by("-from_date", "-pk")
    row = rows.values_list("terms", *version_columns(day).values()).first()
    return Settings(index_terms.shipped(), catalogue_on(day)) if row is None else settings_of(*row)


def terms_on(day: date) -> Terms:
    """The terms of the index in force on a day, those that Ikusei comes with where none are yet. One query."""
    rows = IndexTerms.objects.filter(from_date__lte=day).order_by("-from_date", "-pk")
    row = rows.values_list("terms", flat=True).first()
    return index_terms.shipped() if row is None else index_terms.parse(row)


def ledgers(people: Collection[int], day: date, *, terms: Terms | None = None) -> dict[int, Ledger]:
    """Person -> ledger as of a day, empty for those without a record. Two queries for every 2,000 people, one before."""
    record = read(people, day, terms or terms_on(day))
    return {person_id: record.of(person_id, day) for person_id in people}


def indices(
    people: Collection[int],
    day: date,
    levels: Mapping[int, Mapping[str, int]] | None = None,
    *,
    books: Mapping[int, Ledger] | None = None,
    settings: Settings | None = None,
) -> dict[int, tuple[float, float]]:
    """Person -> (GQ, DQ), the index as of a day: where a projection starts.

    `levels` (person -> key of a skill -> level), `books` (`ledgers` of the same day) and `settings` spare their queries.
    """
    settings = settings or settings_on(day)
    accounts = ledgers(people, day, terms=settings.terms) if books is None else books
    held = levels_on(people, day, settings.catalogue) if levels is None else levels
    weights = {key: settings.terms.weight(key) for key in settings.skills}
    whole, top = sum(weights.values()) * settings.top, settings.top
    found = {}
    for person_id in people:
        years = {kind: float(one) for kind, one in accounts[person_id].services().items()}
        theirs = held.get(person_id, {}).items()
        points = sum(weights[key] * min(level, top) for key, level in theirs if key in weights)
        dq = index.FULL * points / whole if whole else 0.0
        found[person_id] = index.gq_start(years, settings.terms), dq
    return found


def levels_on(people: Collection[int], day: date, catalogue: Catalogue | None) -> dict[int, dict[str, int]]:
    """Person -> key of a skill -> level that counts on a day, in a framework. One query for 2,000 people."""
    return levels_of(people, day, day, catalogue)[1]


def levels_of(
    people: Collection[int], today: date, day: date, catalogue: Catalogue | None
) -> tuple[dict[int, dict[str, int]], dict[int, dict[str, int]]]:
    """Person -> key of a skill -> level: those held on one day, of several frameworks that of the latest version; and those
    that count on another day in a framework. One query for 2,000 people, one more where levels of another framework stand.
    """
    held: dict[int, dict[str, int]] = {}
    counting: dict[int, dict[str, int]] = {}
    counts = current(day) & (Q(expires_on=None) | Q(expires_on__gt=day))
    for chunk in batched(people, CHUNK):
        touching = HeldLevel.objects.touching(min(today, day), max(today, day) + timedelta(days=1))
        rows = list(
            touching.filter(person_id__in=chunk)
            .order_by()
            .values_list("person_id", "skill_id", "level", _flag(current(today)), _flag(counts))
        )
        keys = _keys({row[1] for row in rows}, catalogue)
        if catalogue is None or any(skill not in catalogue.skills for skill in keys):
            place = {skill: number for number, skill in enumerate(keys)}
            rows.sort(key=lambda row: place[row[1]])
        for person_id, skill, level, is_held, is_counting in rows:
            if is_held:
                held.setdefault(person_id, {})[keys[skill]] = level
            if is_counting and catalogue is not None and skill in catalogue.skills:
                counting.setdefault(person_id, {})[keys[skill]] = level
    return held, counting


def _keys(skills: set[int], catalogue: Catalogue | None) -> dict[int, str]:
    """Skill -> its key, in the order of the versions. No query for those of one framework alone."""
    if catalogue is not None and skills <= catalogue.skills.keys():
        return {pk: item.key for pk, item in catalogue.skills.items()}
    rows = Skill.objects.filter(pk__in=skills).order_by("version_id", "pk")
    return dict(rows.values_list("pk", "key"))


def _flag(condition: Q) -> Case:
    """ "1" or "" for a column: Django takes text as it comes, and turns every boolean or computed number into one again."""
    return Case(When(condition, then=Value("1")), default=Value(""), output_field=CharField())


def index_of(book: Ledger, levels: Mapping[str, int], settings: Settings) -> tuple[float, float]:
    """(GQ, DQ) of somebody with a ledger and levels."""
    years = {kind: float(one) for kind, one in book.services().items()}
    dq = index.dq_start(levels, settings.skills, settings.terms, settings.top)
    return index.gq_start(years, settings.terms), dq


def held_levels(people: Collection[int], day: date, catalogue: Catalogue | None) -> dict[int, list[Held]]:
    """Person -> the levels held on any day up to one, in the skills of a framework. One query for 2,000 people."""
    found: dict[int, list[Held]] = {}
    if catalogue is None:
        return found
    for chunk in batched(people, CHUNK):
        rows = HeldLevel.objects.filter(
            person_id__in=chunk, skill__version_id=catalogue.version_id, from_date__lte=day
        ).order_by()
        fields = ("person_id", "skill_id", "level", "from_date", "until", "expires_on")
        for person_id, skill_id, level, begins, ends, expires in rows.values_list(*fields):
            held = Held(catalogue.skills[skill_id].key, level, begins, ends, expires)
            found.setdefault(person_id, []).append(held)
    return found


def read(people: Collection[int], day: date, terms: Terms) -> Record:
    """What the ledgers of people are made of, up to a day."""
    record = Record()
    for chunk in batched(people, CHUNK):
        read_postings(record, chunk, day, terms)
        read_people(record, Person.objects.filter(pk__in=chunk), day, terms)
    return record


_POSTING = ("from_date", "until", "kind", "share", "post__unit__employer__kind")
_TERMS = ("from_date", "until", "gq_share", "dq_share")
_RULE = ("from_date", "until", "growth_class__key", "service_kind")


def posting_fields(prefix: str) -> tuple[str, ...]:
    """The fields that `Gathering.add` takes, reached from a model through `prefix` ("" from postings themselves)."""
    return (
        f"{prefix}pk",
        f"{prefix}post_id",
        *(prefix + name for name in _POSTING),
        *(f"{prefix}post__terms__{name}" for name in _TERMS),
        *(f"{prefix}post__rotation_rules__{name}" for name in _RULE),
    )


POSTING_WIDTH = len(posting_fields(""))


@dataclass(slots=True)
class Gathering:
    """Postings as they come from the database: once for every pair of terms and rule that their post ever had."""

    terms: Terms
    postings: dict[int, tuple[int, Posted]] = field(default_factory=dict)
    shares: dict[int, set[Shares]] = field(default_factory=dict)
    kinds: dict[int, set[Kinds]] = field(default_factory=dict)
    services: dict[int, str] = field(default_factory=dict)

    def add(self, person_id: int, row: tuple[Any, ...]) -> None:
        """Take in the values of `posting_fields`."""
        pk, post, begins, ends, kind, share, employer = row[:7]
        self.postings[pk] = (person_id, Posted(pk, post, begins, ends, kind, share))
        if post not in self.services:
            self.services[post] = self.terms.service_of(employer)
            self.shares[post], self.kinds[post] = set(), set()
        if row[7] is not None:
            self.shares[post].add(Shares(*row[7:11]))
        if row[11] is not None:
            named = row[14] in self.terms.services
            service = row[14] if named else self.terms.service_of(employer, row[13])
            self.kinds[post].add(Kinds(row[11], row[12], row[13], service))

    def put_into(self, record: Record) -> None:
        """Write what was gathered into a record."""
        for person_id, posted in self.postings.values():
            record.postings.setdefault(person_id, []).append(posted)
        for post, service in self.services.items():
            record.shares[post] = list(self.shares[post])
            record.kinds[post] = _filled(self.kinds[post], service)


def read_postings(record: Record, people: Iterable[int], day: date, terms: Terms) -> None:
    """Add the postings of people that began before a day, with what their posts are. One query."""
    rows = Posting.objects.filter(person_id__in=people, from_date__lt=day).order_by()
    gathering = Gathering(terms)
    for person_id, *row in rows.values_list("person_id", *posting_fields("")):
        gathering.add(person_id, tuple(row))
    gathering.put_into(record)


def _filled(rows: Iterable[Kinds], service: str) -> list[Kinds]:
    """Kinds with the days before, between and after them filled: without a growth class, of the employer's service."""
    found: list[Kinds] = []
    begins: date | None = date.min
    for row in sorted(rows, key=lambda one: one.from_date):
        if begins is not None and begins < row.from_date:
            found.append(Kinds(begins, row.from_date, "", service))
        found.append(row)
        begins = row.until
    if begins is not None:
        found.append(Kinds(begins, None, "", service))
    return found


CREDIT_FIELDS = tuple(
    f"experience_credits__{name}"
    for name in (
        *("pk", "on", "kind", "label_ja", "label_en", "gq_years", "dq_years"),
        *("from_date", "source", "reason", "taken_back_at"),
    )
)


def entered(category: str | Coalesce, day: date) -> Subquery:
    """The first day, up to one, on which the person (`pk` of the outer query) was employed in a career category."""
    rows = Employment.objects.filter(person_id=OuterRef("pk"), category=category, from_date__lte=day)
    return Subquery(rows.order_by().values("person_id").annotate(first=Min("from_date")).values("first"))


def read_people(record: Record, people: QuerySet[Person], day: date, terms: Terms) -> None:
    """Add the credits and the entry into the category of people. One query."""
    rows = people.order_by().annotate(entered=entered(terms.category, day))
    for person_id, since, *credit in rows.values_list("pk", "entered", *CREDIT_FIELDS):
        record.add_person(person_id, since, tuple(credit), day)

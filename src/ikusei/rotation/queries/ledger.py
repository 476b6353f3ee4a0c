"""Ledgers and indices of many people at once, in a handful of queries whatever their number."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import batched

from django.db.models import Min

from ikusei.org.models import Employment, ExperienceCredit, Posting, PostTerms
from ikusei.rotation import index, index_terms
from ikusei.rotation.index import Terms
from ikusei.rotation.ledger import Credit, Kinds, Ledger, Posted, Shares, ledger
from ikusei.rotation.models import IndexTerms, PostRule
from ikusei.skills.models import HeldLevel
from ikusei.skills.queries.maps.catalogue import Catalogue, catalogue_on

CHUNK = 2000
"""So many people are asked for in one statement."""


@dataclass(slots=True)
class Record:
    """What ledgers are made of: of each person the postings, the credits, and the entry into the category."""

    postings: dict[int, list[Posted]] = field(default_factory=dict)
    shares: dict[int, list[Shares]] = field(default_factory=dict)
    kinds: dict[int, list[Kinds]] = field(default_factory=dict)
    credits: dict[int, list[Credit]] = field(default_factory=dict)
    since: dict[int, date] = field(default_factory=dict)

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


def terms_on(day: date) -> Terms:
    """The terms of the index in force on a day, those that Ikusei comes with where none are yet. One query."""
    row = (
        IndexTerms.objects.filter(from_date__lte=day)
        .order_by("-from_date", "-pk")
        .values_list("terms", flat=True)
        .first()
    )
    return index_terms.shipped() if row is None else index_terms.parse(row)


def ledgers(people: Collection[int], day: date, *, terms: Terms | None = None) -> dict[int, Ledger]:
    """Person -> ledger as of a day, empty for those without a record. Five queries for every 2,000 people, one before."""
    said = terms or terms_on(day)
    record = read(people, day, said)
    return {person_id: record.of(person_id, day) for person_id in people}


def indices(
    people: Collection[int],
    day: date,
    levels: Mapping[int, Mapping[str, int]] | None = None,
    *,
    books: Mapping[int, Ledger] | None = None,
    terms: Terms | None = None,
) -> dict[int, tuple[float, float]]:
    """Person -> (GQ, DQ), the index as of a day: where a projection starts.

    `levels` (person -> key of a skill -> level) and `books` (`ledgers` of the same day and terms) spare their queries.
    """
    said = terms or terms_on(day)
    accounts = ledgers(people, day, terms=said) if books is None else books
    catalogue = catalogue_on(day)
    held = levels_on(people, day, catalogue) if levels is None else levels
    skills, top = scale(catalogue)
    weights = {key: said.weight(key) for key in skills}
    total = sum(weights.values()) * top
    found = {}
    for person_id in people:
        years = {kind: float(one) for kind, one in accounts[person_id].services().items()}
        theirs = held.get(person_id, {})
        points = sum(weights[key] * min(level, top) for key, level in theirs.items() if key in weights)
        found[person_id] = (index.gq_start(years, said), index.FULL * points / total if total else 0.0)
    return found


def scale(catalogue: Catalogue | None) -> tuple[tuple[str, ...], int]:
    """The keys of the skills of a framework, and its highest level."""
    if catalogue is None:
        return (), index.TOP
    keys = tuple(item.key for item in catalogue.skills.values())
    return keys, max(catalogue.steps, default=index.TOP)


def levels_on(people: Collection[int], day: date, catalogue: Catalogue | None) -> dict[int, dict[str, int]]:
    """Person -> key of a skill -> level that holds on a day, in the framework in use; one that has expired is none."""
    found: dict[int, dict[str, int]] = {}
    if catalogue is None:
        return found
    for chunk in batched(people, CHUNK):
        rows = (
            HeldLevel.objects.on(day)
            .filter(person_id__in=chunk, skill__version_id=catalogue.version_id)
            .exclude(expires_on__lte=day)
            .order_by()
            .values_list("person_id", "skill_id", "level")
        )
        for person_id, skill_id, level in rows:
            found.setdefault(person_id, {})[catalogue.skills[skill_id].key] = level
    return found


def read(people: Collection[int], day: date, terms: Terms) -> Record:
    """What the ledgers of people are made of, up to a day."""
    record = Record()
    for chunk in batched(people, CHUNK):
        employers = _read_postings(record, chunk, day)
        _read_posts(record, employers, terms)
        _read_credits(record, chunk, day)
        entered = Employment.objects.filter(
            person_id__in=chunk, category=terms.category, from_date__lte=day
        ).order_by()
        record.since |= dict(
            entered.values("person_id").annotate(Min("from_date")).values_list("person_id", "from_date__min")
        )
    return record


def _read_postings(record: Record, people: Iterable[int], day: date) -> dict[int, str]:
    """Post -> the kind of its employer, for every post of the postings read."""
    employers: dict[int, str] = {}
    rows = (
        Posting.objects.filter(person_id__in=people, from_date__lt=day)
        .order_by()
        .values_list(
            "person_id", "pk", "post_id", "from_date", "until", "kind", "share", "post__unit__employer__kind"
        )
    )
    for person_id, *posting, employer in rows:
        posted = Posted(*posting)
        employers[posted.post] = employer
        record.postings.setdefault(person_id, []).append(posted)
    return employers


def _read_posts(record: Record, employers: Mapping[int, str], terms: Terms) -> None:
    """Add the shares and kinds of posts that are not known yet."""
    new = [post for post in employers if post not in record.shares]
    for post in new:
        record.shares[post], record.kinds[post] = [], []
    for chunk in batched(new, CHUNK):
        rows = PostTerms.objects.filter(post_id__in=chunk).order_by()
        for post, *shares in rows.values_list("post_id", "from_date", "until", "gq_share", "dq_share"):
            record.shares[post].append(Shares(*shares))
        rules = PostRule.objects.filter(post_id__in=chunk).order_by()
        for post, begins, ends, growth, service in rules.values_list(
            "post_id", "from_date", "until", "growth_class__key", "service_kind"
        ):
            named = service if service in terms.services else terms.service_of(employers[post])
            record.kinds[post].append(Kinds(begins, ends, growth, named))
    for post in new:
        record.kinds[post] = _filled(record.kinds[post], terms.service_of(employers[post]))


def _filled(rows: list[Kinds], service: str) -> list[Kinds]:
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


def _read_credits(record: Record, people: Iterable[int], day: date) -> None:
    rows = ExperienceCredit.objects.filter(person_id__in=people, on__lte=day).order_by()
    for person_id, *credit in rows.values_list(
        "person_id", "pk", "on", "kind", "label_ja", "label_en", "gq_years", "dq_years"
    ):
        record.credits.setdefault(person_id, []).append(Credit(*credit))

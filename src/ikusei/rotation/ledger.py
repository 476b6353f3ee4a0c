"""The two accounts of a person, GQ and DQ years, from dated postings and credits. Pure: no database, no clock.

Years served x share of time x share of the post, posting by posting and, where the shares of a post changed, part by
part (`served` says how years are counted). What lies before the entry into the career category stands beside the
account as GQ years and is not in it. Postings with a share of time of 0 count 0: somebody dispatched keeps one at home.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from ikusei.rotation import served
from ikusei.rotation.served import NOTHING, Period

HALF = 0.5


@dataclass(frozen=True, slots=True)
class Rule:
    """From where on is counted, and the share of GQ that is aimed at (0.5: as much GQ as DQ)."""

    category: str = "ict"
    goal: float = HALF


@dataclass(frozen=True, slots=True)
class Posted:
    """A posting [from_date, until) as it is recorded."""

    id: int
    post: int
    from_date: date
    until: date | None
    kind: str
    share: Decimal


@dataclass(frozen=True, slots=True)
class Shares:
    """The shares of a post on the days of a period."""

    from_date: date
    until: date | None
    gq: Decimal
    dq: Decimal

    @property
    def period(self) -> Period:
        return self.from_date, self.until


@dataclass(frozen=True, slots=True)
class Kinds:
    """What a post is on the days of a period: its growth class, and the kind of administrative service ("" none)."""

    from_date: date
    until: date | None
    growth: str
    service: str

    @property
    def period(self) -> Period:
        return self.from_date, self.until


@dataclass(frozen=True, slots=True)
class Credit:
    """Years that something other than a posting gave, counted on a day; `source` is the record that says so."""

    id: int
    on: date
    kind: str
    label_ja: str
    label_en: str
    gq: Decimal
    dq: Decimal
    from_date: date | None = None
    source: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the ledger: a stretch [from_date, until) of one posting, on which nothing changed.

    `until` never lies behind the day of the ledger; `is_running` where the posting goes on. `gq_share` None: the post had no
    terms then. `is_inside`: it counts in the balance, and does not stand beside it. `gq`, `dq`: years x share x post share.
    """

    posting: int
    post: int
    kind: str
    from_date: date
    until: date
    is_running: bool
    is_inside: bool
    share: Decimal
    gq_share: Decimal | None
    dq_share: Decimal | None
    growth: str
    service: str
    years: Decimal
    gq: Decimal
    dq: Decimal

    @property
    def parts(self) -> tuple[served.Part, ...]:
        """How `years` comes about."""
        return served.parts(self.from_date, self.until)


@dataclass(frozen=True, slots=True)
class Ledger:
    """A person's accounts as of a day: `since` is the entry into the career category, None where there was none yet.

    `gq_years` and `dq_years` are the two accounts; `earlier_years` the GQ years before the entry.
    """

    on: date
    since: date | None
    entries: tuple[Entry, ...]
    credits: tuple[Credit, ...]
    gq_years: Decimal
    dq_years: Decimal
    earlier_years: Decimal

    @property
    def balance(self) -> float | None:
        """The share of GQ, G / (G + D); None without any record."""
        return balance(self.gq_years, self.dq_years)

    @property
    def distance(self) -> float | None:
        """How far the balance is from one half, 0 to 0.5; None without any record."""
        return None if self.balance is None else abs(self.balance - HALF)

    def services(self) -> dict[str, Decimal]:
        """Years of time by kind of administrative service, before and after the entry."""
        found: dict[str, Decimal] = {}
        for entry in self.entries:
            if entry.service and entry.share:
                years = served.product(entry.years, entry.share)
                found[entry.service] = found.get(entry.service, NOTHING) + years
        return found


def balance(gq: Decimal, dq: Decimal) -> float | None:
    """The share of GQ in two accounts, None where both are empty."""
    total = gq + dq
    return float(gq / total) if total else None


def ledger(
    postings: Iterable[Posted],
    shares: Mapping[int, Sequence[Shares]],
    kinds: Mapping[int, Sequence[Kinds]],
    credits: Iterable[Credit] = (),
    *,
    since: date | None,
    on: date,
) -> Ledger:
    """The ledger as of a day: the day itself is the first that is not counted. `shares` and `kinds` are by post.

    A credit counts from its day on; one before the entry stands beside with its GQ years.
    """
    entries = [
        entry
        for posted in sorted(postings, key=lambda one: (one.from_date, one.id))
        for entry in _entries(posted, shares.get(posted.post, ()), kinds.get(posted.post, ()), since, on)
    ]
    given = [one for one in credits if one.on <= on]
    inside: list[Entry | Credit] = [one for one in entries if one.is_inside]
    inside += [one for one in given if since is not None and one.on >= since]
    outside: list[Entry | Credit] = [one for one in entries if not one.is_inside]
    outside += [one for one in given if since is None or one.on < since]
    return Ledger(
        on=on,
        since=since if since is not None and since <= on else None,
        entries=tuple(entries),
        credits=tuple(sorted(given, key=lambda one: (one.on, one.id))),
        gq_years=_sum(one.gq for one in inside),
        dq_years=_sum(one.dq for one in inside),
        earlier_years=_sum(one.gq for one in outside),
    )


def _sum(values: Iterable[Decimal]) -> Decimal:
    return sum(values, NOTHING)


def _entries(
    posted: Posted, shares: Sequence[Shares], kinds: Sequence[Kinds], since: date | None, on: date
) -> list[Entry]:
    """The lines of one posting: cut where the post changed, and at the entry into the category."""
    ends = on if posted.until is None else min(posted.until, on)
    if ends <= posted.from_date:
        return []
    entered: list[Period] = [] if since is None else [(since, None)]
    changes = [*(one.period for one in shares), *(one.period for one in kinds), *entered]
    return [
        _entry(
            posted,
            days,
            _on(shares, days[0]),
            _on(kinds, days[0]),
            is_inside=since is not None and days[0] >= since,
            is_running=days[1] == on and (posted.until is None or posted.until > on),
        )
        for days in served.cuts((posted.from_date, ends), changes)
    ]


def _on[Row: (Shares, Kinds)](rows: Sequence[Row], day: date) -> Row | None:
    """The row of a post that holds on a day."""
    return next(
        (row for row in rows if row.from_date <= day and (row.until is None or day < row.until)), None
    )


def _entry(
    posted: Posted,
    days: tuple[date, date],
    shares: Shares | None,
    kinds: Kinds | None,
    *,
    is_inside: bool,
    is_running: bool,
) -> Entry:
    years = served.years(*days)
    return Entry(
        posting=posted.id,
        post=posted.post,
        kind=posted.kind,
        from_date=days[0],
        until=days[1],
        is_running=is_running,
        is_inside=is_inside,
        share=posted.share,
        gq_share=shares.gq if shares else None,
        dq_share=shares.dq if shares else None,
        growth=kinds.growth if kinds else "",
        service=kinds.service if kinds else "",
        years=years,
        gq=served.product(years, posted.share, shares.gq) if shares else NOTHING,
        dq=served.product(years, posted.share, shares.dq) if shares else NOTHING,
    )

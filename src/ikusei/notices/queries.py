"""Reading notices: mailings and their letters, wordings, barred addresses. Every caller names Right.NOTICES_SEE."""

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import FETCH_RAISE, Case, Count, Exists, OuterRef, Q, QuerySet, When

from ikusei.lib.fields import pick_text
from ikusei.notices import registry, wording
from ikusei.notices.models import Bounce, Letter, LetterState, Mailing, MailingState, Wording
from ikusei.notices.registry import Kind
from ikusei.notices.wording import Words

PAGE_SIZE = 50
DECISIONS = 20
"""Letters that wait for a decision on one page: each row has two buttons."""

UNDECIDED = (LetterState.FAILED, LetterState.UNSURE, LetterState.BOUNCED)
"""The states in which a person decides, worst first."""


class NoSuchMailing(LookupError):
    """There is no such mailing."""


def _page(letters: QuerySet[Letter], count: int, number: int | str, *, size: int = PAGE_SIZE) -> Page[Letter]:
    """One page of a list whose length is known already: one query less."""
    paginator = Paginator(letters.defer("context").fetch_mode(FETCH_RAISE), size)
    paginator.count = count
    return paginator.get_page(number)


def page_of_mailings(*, kind: str = "", page: int | str = 1) -> Page[Mailing]:
    """One page of the mailings, newest first, each with who asked for it."""
    rows = _shown().defer("texts", "common", "reasons").order_by("-pk")
    if kind:
        rows = rows.filter(kind=kind)
    return Paginator(rows.fetch_mode(FETCH_RAISE), PAGE_SIZE).get_page(page)


def _shown() -> QuerySet[Mailing]:
    """The mailings that pages show, each with who asked for it: none of a private kind."""
    return Mailing.objects.select_related("made_by").exclude(kind__in=registry.private_kinds())


def mailings_about(subject_ref: str, *, size: int = 5) -> list[Mailing]:
    """The newest mailings about one thing, for the page of that thing."""
    rows = Mailing.objects.filter(subject_ref=subject_ref).select_related("made_by")
    return list(rows.order_by("-pk").fetch_mode(FETCH_RAISE)[:size])


def open_mailing(public_id: uuid.UUID) -> Mailing:
    """The mailing with who asked for it; raises NoSuchMailing."""
    mailing = _shown().fetch_mode(FETCH_RAISE).filter(public_id=public_id).first()
    if mailing is None:
        raise NoSuchMailing(str(public_id))
    return mailing


@dataclass(frozen=True, slots=True)
class Why:
    """One reason for which some people get no letter."""

    code: str
    sentence: str
    count: int


@dataclass(frozen=True, slots=True)
class Report:
    """A mailing counted now: letters by state, by reason for none, and those that wait for a decision."""

    mailing: Mailing
    by_state: Mapping[str, int]
    undecided: Mapping[str, int]
    reasons: list[Why]

    def of(self, state: str) -> int:
        """How many letters are in a state."""
        return self.by_state.get(state, 0)

    @property
    def sent(self) -> int:
        """How many the mail server took: also those that came back later."""
        return self.of(LetterState.SENT) + self.of(LetterState.BOUNCED)

    @property
    def waiting(self) -> int:
        """How many are still to go out."""
        return self.of(LetterState.WAITING) + self.of(LetterState.SENDING)

    @property
    def skipped(self) -> int:
        """How many get none."""
        return self.of(LetterState.SKIPPED)

    @property
    def total(self) -> int:
        """How many people the list named."""
        return sum(self.by_state.values())

    @property
    def to_decide(self) -> int:
        """How many letters wait for a decision."""
        return sum(self.undecided.values())

    @property
    def is_moving(self) -> bool:
        """Whether letters are going out."""
        return self.mailing.state == MailingState.SENDING and self.waiting > 0


def report(mailing: Mailing) -> Report:
    """The mailing counted, in one query."""
    groups = mailing.letters.order_by().values_list("state", "reason", "is_settled").annotate(Count("pk"))
    by_state: dict[str, int] = {}
    undecided: dict[str, int] = {}
    reasons: dict[str, int] = {}
    for state, reason, is_settled, count in groups:
        by_state[state] = by_state.get(state, 0) + count
        if state == LetterState.SKIPPED:
            reasons[reason] = reasons.get(reason, 0) + count
        elif state in UNDECIDED and not is_settled:
            undecided[state] = undecided.get(state, 0) + count
    return Report(
        mailing=mailing,
        by_state=by_state,
        undecided={state: undecided[state] for state in UNDECIDED if state in undecided},
        reasons=sorted(
            (Why(code, reason_of(mailing, code), count) for code, count in reasons.items()),
            key=lambda why: -why.count,
        ),
    )


def reason_of(mailing: Mailing, code: str) -> str:
    """The sentence behind a code of `Letter.reason`, "" for none."""
    return pick_text(mailing.reasons.get(code, {}))


def page_to_decide(found: Report, *, page: int | str = 1) -> Page[Letter]:
    """One page of the letters that wait for a decision."""
    letters = found.mailing.letters.filter(state__in=UNDECIDED, is_settled=False).order_by("state", "pk")
    return _page(letters, found.to_decide, page, size=DECISIONS)


def undelivered(*, kinds: Collection[str], since: datetime) -> list[Letter]:
    """The letters of these kinds since a moment that did not arrive, each with its mailing, oldest first: of everybody the
    last one, where it did not. For the page of whoever asked for them, who has checked who may know. One query.
    """
    mailings = {"mailing__kind__in": kinds, "mailing__created_at__gte": since}
    later = Letter.objects.filter(ref=OuterRef("ref"), pk__gt=OuterRef("pk"), **mailings)
    rows = Letter.objects.filter(state__in=(*UNDECIDED, LetterState.SKIPPED), is_settled=False, **mailings)
    found = rows.filter(~Exists(later)).select_related("mailing").defer("context", "mailing__texts")
    return list(found.order_by("pk").fetch_mode(FETCH_RAISE))


def page_of_letters(found: Report, *, state: str = "", reason: str = "", page: int | str = 1) -> Page[Letter]:
    """One page of the letters in a state, or with a reason for none, in the order of the list; all without either."""
    letters = found.mailing.letters.order_by("pk")
    count = found.total
    if state in LetterState:
        letters, count = letters.filter(state=state), found.of(state)
    if state == LetterState.SKIPPED and reason:
        letters = letters.filter(reason=reason)
        count = next((why.count for why in found.reasons if why.code == reason), 0)
    return _page(letters, count, page)


@dataclass(frozen=True, slots=True)
class Texts:
    """A kind's wording in one language: the one that holds, and the city's own row where there is one."""

    kind: Kind
    language: str
    words: Words
    own: Wording | None

    @property
    def language_name(self) -> str:
        """The language in words."""
        return str(dict(registry.LANGUAGES)[self.language])


def wordings() -> list[Texts]:
    """Every kind in every language, in one query."""
    rows = Wording.objects.select_related("changed_by").fetch_mode(FETCH_RAISE)
    own = {(row.kind, row.language): row for row in rows}
    return [
        _texts(kind, code, own.get((kind.name, code)))
        for kind in registry.all_kinds()
        for code in registry.CODES
    ]


def open_wording(kind: str, language: str) -> Texts:
    """The wording of one kind in one language; raises registry.UnknownKind, also for an unknown language."""
    known = registry.find_kind(kind)
    if language not in registry.CODES:
        raise registry.UnknownKind(language)
    rows = Wording.objects.select_related("changed_by").fetch_mode(FETCH_RAISE)
    return _texts(known, language, rows.filter(kind=kind, language=language).first())


def _texts(kind: Kind, language: str, own: Wording | None) -> Texts:
    words = Words(own.subject, own.body) if own else wording.default_words(kind, language)
    return Texts(kind, language, words, own)


def page_of_barred(*, page: int | str = 1) -> Page[Bounce]:
    """One page of the letters whose return bars their address, newest first, each with its letter and mailing.

    One that `is_private` is shown by its address alone: nobody learns here that somebody was written to about their move.
    """
    private = Q(letter__mailing__kind__in=registry.private_kinds())
    rows: QuerySet[Any] = (
        Bounce.objects.filter(kind=Bounce.Kind.HARD, cleared_at=None)
        .annotate(is_private=Case(When(private, then=True), default=False))
        .select_related("letter__mailing")
        .defer(
            "letter__context", "letter__mailing__texts", "letter__mailing__common", "letter__mailing__reasons"
        )
        .order_by("-pk")
        .fetch_mode(FETCH_RAISE)
    )
    return Paginator(rows, PAGE_SIZE).get_page(page)


def find_bounce(pk: int) -> Bounce | None:
    """The returned letter of that number."""
    return Bounce.objects.filter(pk=pk).fetch_mode(FETCH_RAISE).first()

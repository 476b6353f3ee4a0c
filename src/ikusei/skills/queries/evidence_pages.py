"""The pages about proofs: one's own, one proof, somebody else's. Who may see what is asked here, and looks are noted.

Seen by the person, and by whoever may see their levels. Whoever confirms levels without seeing them otherwise (a host's
supervisor, a second rater) sees the proofs for the skills that they are asked about, as long as they are asked.
"""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Page, Paginator
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from ikusei.files.models import StoredFile
from ikusei.lib import clock
from ikusei.lib.fields import pick_text
from ikusei.org import access
from ikusei.org.access import NotVisible, Right, Viewer
from ikusei.org.models import Person, Posting
from ikusei.skills.models import (
    Answer,
    Assessment,
    Evidence,
    Framework,
    HeldLevel,
    Phase,
    Progress,
    Rater,
    SecondRating,
)
from ikusei.skills.queries.certificates import SpokenFor, speaks_for
from ikusei.skills.queries.evidence import EvidenceItem, item_of, live
from ikusei.skills.queries.maps.catalogue import (
    Catalogue,
    catalogue_of,
    catalogue_on,
    version_columns,
    version_key,
)

ITEMS_A_PAGE = 30
STATEMENTS_SHOWN = 30
MOST_POSTINGS = 50


@dataclass(frozen=True, slots=True)
class Card:
    """A proof with the skills it speaks for in words; `may_check` says whether the viewer can check it now."""

    item: EvidenceItem
    speaks_for: tuple[SpokenFor, ...]
    may_check: bool = False


@dataclass(frozen=True, slots=True)
class OwnPage:
    """One's own proofs: those to be renewed, and all of them page by page."""

    to_renew: tuple[Card, ...]
    page: Page[Card]


@dataclass(frozen=True, slots=True)
class PersonPage:
    """Somebody's proofs as far as the viewer may see them; `only_asked`: only those for skills under review."""

    person: Person
    page: Page[Card]
    only_asked: bool


@dataclass(frozen=True, slots=True)
class Named:
    """A statement that rests on a proof."""

    skill: str
    level: int
    stated_on: date
    rater: str
    taken_back: str


@dataclass(frozen=True, slots=True)
class Detail:
    """One proof on its page. `evidence` is the row, for services; `is_own`: the viewer attached it for themselves."""

    evidence: Evidence
    mark: str
    card: Card
    person: Person
    number: str
    text: str
    checked_by: str
    is_own: bool
    may_change: bool
    may_undo: bool
    statements: tuple[Named, ...]


def own_page(viewer: Viewer, *, page: str | None = None) -> OwnPage:
    """The viewer's own proofs. Raises NotVisible where the account belongs to nobody."""
    if viewer.person is None:
        raise NotVisible("own")
    catalogue = catalogue_on(viewer.today)
    rows = live().filter(person_id=viewer.person.pk)
    cards = [_card(row, catalogue, viewer.today) for row in rows]
    to_renew = [card for card in cards if card.item.has_expired or card.item.expires_soon]
    return OwnPage(
        to_renew=tuple(sorted(to_renew, key=lambda card: card.item.expires_on or viewer.today)),
        page=Paginator(cards, ITEMS_A_PAGE).get_page(page),
    )


def person_page(viewer: Viewer, public_id: uuid.UUID, *, page: str | None = None) -> PersonPage:
    """Somebody's proofs, the look noted. Raises NotVisible (404), PermissionDenied (403)."""
    rights = {
        "may_see": _may(viewer, Right.LEVELS_SEE, "pk"),
        "may_confirm": _may(viewer, Right.LEVELS_CONFIRM, "pk"),
        "may_run": _may(viewer, Right.CYCLE_RUN, "pk"),
        "may_list": _may(viewer, Right.PEOPLE_LIST, "pk"),
    }
    people: QuerySet[Any] = Person.objects.annotate(**rights, **version_columns(viewer.today))
    person = people.filter(public_id=public_id).first()
    if person is None:
        raise NotVisible(str(public_id))
    asked = _asked(viewer, person, person)
    access.note_person(viewer, _right_of(person), person, verb="skills.evidence.list")
    catalogue = _catalogue_beside(person)
    is_own = _is_own(viewer, person)
    cards = []
    for row in live().filter(person_id=person.pk):
        card = _card(row, catalogue, viewer.today)
        if asked is None or asked & card.item.skill_keys:
            may_check = not is_own and (person.may_confirm or person.may_run)
            cards.append(replace(card, may_check=may_check and not card.item.is_checked))
    return PersonPage(person, Paginator(cards, ITEMS_A_PAGE).get_page(page), asked is not None)


def detail(viewer: Viewer, public_id: uuid.UUID) -> Detail:
    """One proof with the statements that rest on it, the look noted. Raises NotVisible, PermissionDenied."""
    row = _open(viewer, public_id, verb="skills.evidence.open")
    is_own = _is_own(viewer, row.person)
    checks = not is_own and (row.may_confirm or row.may_run)
    card = replace(
        _card(row, _catalogue_beside(row), viewer.today), may_check=checks and row.checked_at is None
    )
    return Detail(
        evidence=row,
        mark=mark_of(row),
        card=card,
        person=row.person,
        number=row.number,
        text=row.text,
        checked_by="" if row.checked_by is None else str(row.checked_by),
        is_own=is_own,
        may_change=is_own and row.checked_at is None,
        may_undo=checks and row.checked_at is not None,
        statements=_statements(row) if row.may_see else (),
    )


def open_evidence(viewer: Viewer, public_id: uuid.UUID) -> Evidence:
    """The proof, for a service that changes it. Raises NotVisible, PermissionDenied. No look: the change is recorded."""
    row: Evidence = _open(viewer, public_id, verb="")
    return row


def open_file(viewer: Viewer, public_id: uuid.UUID) -> StoredFile:
    """The file of a proof, the look noted. Raises NotVisible, PermissionDenied."""
    row = _open(viewer, public_id, verb="skills.evidence.file")
    stored: StoredFile | None = row.file
    if stored is None:
        raise NotVisible(str(public_id))
    return stored


def mark_of(evidence: Evidence) -> str:
    """What tells a proof as it is now from what it was or will be: facts and file; whoever checks says which they saw."""
    facts = (
        evidence.certificate_id,
        evidence.title,
        evidence.issuer,
        evidence.number,
        evidence.issued_on,
        evidence.expires_on,
        evidence.text,
        evidence.posting_id,
        "" if evidence.file is None else evidence.file.sha256,
    )
    return hashlib.sha256(repr(facts).encode()).hexdigest()[:32]


def asked_about(viewer: Viewer, person_id: int) -> frozenset[str]:
    """The keys of the skills of a person about which the viewer may be asked now: handed in and under review, or called
    as a second rater. Whether the viewer confirms this person at all is for the caller.
    """
    handed_in = Answer.objects.filter(
        participant__person_id=person_id,
        participant__progress__in=(Progress.HANDED_IN, Progress.CONFIRMED),
        participant__cycle__phase__in=(Phase.SELF, Phase.SUPERVISOR),
        level__isnull=False,
    ).order_by()
    called = SecondRating.objects.filter(
        rater=viewer.user, participant__person_id=person_id, ended_at=None
    ).order_by()
    keys = handed_in.values_list("skill__key").union(called.values_list("skill__key")).order_by()
    return frozenset(key for (key,) in keys)


def called_for(viewer: Viewer, person_id: int) -> frozenset[str]:
    """The keys of the skills for which the viewer is called as a second rater of a person now."""
    if viewer.user is None:
        return frozenset()
    rows = SecondRating.objects.filter(
        rater=viewer.user, participant__person_id=person_id, ended_at=None, due_on__gte=viewer.today
    )
    return frozenset(rows.values_list("skill__key", flat=True))


@dataclass(frozen=True, slots=True)
class EndedPosting:
    """A posting of one's own that has ended, as a choice: its primary key, its last day, where it was."""

    pk: int
    last_day: date
    name: str


def ended_postings(person: Person) -> list[EndedPosting]:
    """The postings of a person that have ended, the latest first, with unit and post as they were called at the start."""
    rows = (
        Posting.objects.filter(
            _named_then("post__unit__periods__"),
            _named_then("post__terms__"),
            person=person,
            until__lte=clock.today(),
        )
        .order_by("-until", "-pk")
        .values_list(
            "pk",
            "until",
            "post__unit__periods__name_ja",
            "post__unit__periods__name_en",
            "post__terms__name_ja",
            "post__terms__name_en",
        )
    )
    return [
        EndedPosting(
            pk=pk,
            last_day=until - timedelta(days=1),
            name=" ".join((pick_text({"ja": unit_ja, "en": unit_en}), pick_text({"ja": ja, "en": en}))),
        )
        for pk, until, unit_ja, unit_en, ja, en in rows[:MOST_POSTINGS]
        if until is not None
    ]


def held_levels(person_id: int) -> dict[str, int]:
    """Skill key -> the level held today, in the version in use."""
    rows = HeldLevel.objects.on(clock.today()).filter(
        person_id=person_id, skill__version=version_key(clock.today())
    )
    return dict(rows.order_by().values_list("skill__key", "level"))


def framework_of(catalogue: Catalogue) -> Framework:
    """The framework of a version."""
    return Framework.objects.get(key=catalogue.framework_key)


def links_in(evidence: Evidence, catalogue: Catalogue | None) -> dict[str, int | None]:
    """The skills of the framework in use that a proof speaks for -> the level of the certificates' table, if it is there."""
    if catalogue is None:
        return {}
    links = evidence.skills.all()
    return {link.skill_key: link.level for link in links if link.framework.key == catalogue.framework_key}


def is_named(evidence: Evidence) -> bool:
    """Whether a statement names a proof, so that its record stays when it is withdrawn."""
    return evidence.assessments.exists()


def _named_then(prefix: str) -> Q:
    """The condition that a dated row behind a posting held on the posting's first day."""
    start = F("from_date")
    open_ended = Q(**{f"{prefix}until__isnull": True}) | Q(**{f"{prefix}until__gt": start})
    return Q(**{f"{prefix}from_date__lte": start}) & open_ended


def _may(viewer: Viewer, right: Right, reference: str) -> Exists:
    """Whether a right reaches the person of an outer row (who is in reach of their own, too)."""
    return Exists(access.people(viewer, right).filter(pk=OuterRef(reference)))


def _open(viewer: Viewer, public_id: uuid.UUID, *, verb: str) -> Any:
    """The row, with what the viewer may do written on it; a look is noted under a verb, where there is one."""
    rights = {
        "may_see": _may(viewer, Right.LEVELS_SEE, "person_id"),
        "may_confirm": _may(viewer, Right.LEVELS_CONFIRM, "person_id"),
        "may_run": _may(viewer, Right.CYCLE_RUN, "person_id"),
        "may_list": _may(viewer, Right.PEOPLE_LIST, "person_id"),
    }
    rows: QuerySet[Any] = live().select_related("person__user", "checked_by", "certificate", "file")
    row = rows.annotate(**rights, **version_columns(viewer.today)).filter(public_id=public_id).first()
    if row is None:
        raise NotVisible(str(public_id))
    asked = _asked(viewer, row.person, row)
    keys = {link.skill_key for link in row.skills.all()}
    if asked is not None and not asked & keys:
        raise NotVisible(str(public_id))
    if verb:
        access.note_person(viewer, _right_of(row), row.person, verb=verb)
    return row


def _catalogue_beside(row: Any) -> Catalogue | None:
    """The version in use, which was read together with a row."""
    return None if row.version_pk is None else catalogue_of((row.version_pk, row.version_created))


def _is_own(viewer: Viewer, person: Person) -> bool:
    return viewer.person is not None and viewer.person.pk == person.pk


def _asked(viewer: Viewer, person: Person, rights: Any) -> frozenset[str] | None:
    """The skills whose proofs the viewer may see, None for all. Raises PermissionDenied, NotVisible."""
    if viewer.is_operator or _is_own(viewer, person) or rights.may_see:
        return None
    if rights.may_confirm:
        return asked_about(viewer, person.pk)
    if called := called_for(viewer, person.pk):
        return called
    if rights.may_list:
        raise PermissionDenied(Right.LEVELS_SEE.value)
    raise NotVisible(str(person.public_id))


def _right_of(rights: Any) -> Right:
    """The right under which a look is noted."""
    return Right.LEVELS_SEE if rights.may_see else Right.LEVELS_CONFIRM


def _card(row: Evidence, catalogue: Catalogue | None, today: date) -> Card:
    item = item_of(row, today)
    own = {
        key: level
        for (framework, key), level in item.skills.items()
        if catalogue is None or framework == catalogue.framework_key
    }
    return Card(item, speaks_for(own, catalogue))


_RATERS = dict(Rater.choices)


def _statements(row: Evidence) -> tuple[Named, ...]:
    """The statements that name a proof, newest first; with the reason those that were taken back."""
    said = Assessment.objects.filter(proofs=row).order_by("-stated_on", "-pk")
    rows = said.values_list(
        "skill__name_ja", "skill__name_en", "level", "stated_on", "rater", "retraction__reason"
    )
    return tuple(
        Named(pick_text({"ja": ja, "en": en}), level, stated_on, str(_RATERS.get(rater, rater)), reason or "")
        for ja, en, level, stated_on, rater, reason in rows[:STATEMENTS_SHOWN]
    )

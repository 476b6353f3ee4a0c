"""Reading the steward's table of certificates: the list, the search while attaching one, one kind, the whole as data."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import FETCH_RAISE, Count, Prefetch, Q, QuerySet

from ikusei.lib import clock
from ikusei.org.access import NotVisible, Right, Viewer
from ikusei.skills.formats.certificates import KEY, KindData, LevelData
from ikusei.skills.models import CertificateKind, CertificateLevel, Evidence
from ikusei.skills.queries.maps.catalogue import Catalogue, catalogue_on

KINDS_A_PAGE = 40
FOUND_AT_MOST = 20
MOST_WORDS = 8


@dataclass(frozen=True, slots=True)
class SpokenFor:
    """A skill and the level a proof speaks for, with the behaviour that shows it; level None: it names none."""

    key: str
    name: str
    level: int | None
    behaviour: str


@dataclass(frozen=True, slots=True)
class KindRow:
    """A kind of certificate as the list shows it; `elsewhere` counts levels in frameworks that are not in use."""

    kind: CertificateKind
    speaks_for: tuple[SpokenFor, ...]
    elsewhere: int
    attached: int


def _with_levels() -> QuerySet[CertificateKind]:
    levels = CertificateLevel.objects.select_related("framework").fetch_mode(FETCH_RAISE)
    return CertificateKind.objects.prefetch_related(Prefetch("levels", levels)).fetch_mode(FETCH_RAISE)


def _matching(kinds: QuerySet[CertificateKind], text: str) -> QuerySet[CertificateKind]:
    """The kinds in whose name, issuer or key every word of a text stands, whatever its width."""
    for word in unicodedata.normalize("NFKC", text).split()[:MOST_WORDS]:
        kinds = kinds.filter(
            Q(name_ja__icontains=word)
            | Q(name_en__icontains=word)
            | Q(issuer__icontains=word)
            | Q(key__icontains=word)
        )
    return kinds


def certificate_list(viewer: Viewer, *, text: str = "", page: str | None = None) -> Page[KindRow]:
    """The table, by issuer, for everyone signed in; how many attached one is told to those who keep the table."""
    catalogue = catalogue_on(clock.today())
    kinds = _matching(_with_levels(), text).order_by("issuer", "name_ja", "pk")
    found: Page[Any] = Paginator(kinds, KINDS_A_PAGE).get_page(page)
    shown = list(found.object_list)
    counts = _attached(shown) if viewer.can(Right.FRAMEWORK_EDIT) else {}
    found.object_list = [kind_row(kind, catalogue, attached=counts.get(kind.pk, 0)) for kind in shown]
    return found


def _attached(kinds: Iterable[CertificateKind]) -> dict[int | None, int]:
    """Kind -> how many people's proofs name it."""
    rows = Evidence.objects.filter(certificate__in=list(kinds), withdrawn_at=None).order_by()
    return dict(rows.values_list("certificate").annotate(Count("person", distinct=True)))


def kind_row(kind: CertificateKind, catalogue: Catalogue | None, *, attached: int = 0) -> KindRow:
    """A kind (with its levels fetched) in the words of the framework in use."""
    levels = [
        (level.skill_key, level.level)
        for level in kind.levels.all()
        if catalogue is not None and level.framework.key == catalogue.framework_key
    ]
    spoken = speaks_for(dict(levels), catalogue)
    return KindRow(kind, spoken, len(kind.levels.all()) - len(levels), attached)


def speaks_for(levels: Mapping[str, int | None], catalogue: Catalogue | None) -> tuple[SpokenFor, ...]:
    """Skills by key with the level spoken for, named as the framework in use names them, in its order."""
    places = {} if catalogue is None else {item.key: item for item in catalogue.skills.values()}
    rows = [
        SpokenFor(
            key=key,
            name=places[key].name if key in places else key,
            level=level,
            behaviour=places[key].behaviour.get(level, "") if key in places and level is not None else "",
        )
        for key, level in levels.items()
    ]
    return tuple(sorted(rows, key=lambda row: places[row.key].place if row.key in places else len(places)))


def search_kinds(text: str) -> list[KindRow]:
    """The first kinds that a person may mean, those still issued first: what is listed while they type."""
    catalogue = catalogue_on(clock.today())
    rows = _matching(_with_levels(), text).order_by("retired_on", "issuer", "name_ja", "pk")
    ordered = sorted(rows[: FOUND_AT_MOST * 2], key=lambda kind: kind.retired_on is not None)
    return [kind_row(kind, catalogue) for kind in ordered[:FOUND_AT_MOST]]


def open_kind(key: str) -> CertificateKind:
    """The kind with its levels. Raises NotVisible."""
    kind = _with_levels().filter(key=key).first() if KEY.fullmatch(key) else None
    if kind is None:
        raise NotVisible(key)
    return kind


def kinds_of(keys: Collection[str]) -> list[CertificateKind]:
    """The kinds with these keys."""
    return list(CertificateKind.objects.filter(key__in=keys))


def is_known(key: str) -> bool:
    """Whether the table has a kind with this key."""
    return CertificateKind.objects.filter(key=key).exists()


def data_of(kind: CertificateKind) -> KindData:
    """A kind as files write it."""
    return KindData(
        key=kind.key,
        name_ja=kind.name_ja,
        name_en=kind.name_en,
        issuer=kind.issuer,
        valid_months=kind.valid_months,
        grade=kind.grade,
        retired_on=kind.retired_on,
        levels=tuple(
            sorted(LevelData(one.framework.key, one.skill_key, one.level) for one in kind.levels.all())
        ),
    )


def table_data(keys: Collection[str] | None = None) -> list[KindData]:
    """The table as files write it: whole, or some kinds by their keys."""
    kinds = _with_levels().order_by("key")
    return [data_of(kind) for kind in (kinds if keys is None else kinds.filter(key__in=keys))]


@dataclass(frozen=True, slots=True)
class Change:
    """How many people's statement of a skill would change, from one level to another; None: there is none."""

    skill: str
    before: int | None
    after: int | None
    people: int


def changes_in_words(changes: Iterable[tuple[tuple[int, int | None, int | None], int]]) -> list[Change]:
    """The changes of an `Effect` with the skills' names, most people first."""
    catalogue = catalogue_on(clock.today())
    skills = {} if catalogue is None else catalogue.skills
    rows = [
        Change(skills[skill].name if skill in skills else str(skill), before, after, people)
        for (skill, before, after), people in changes
    ]
    return sorted(rows, key=lambda row: (-row.people, row.skill, row.before or 0, row.after or 0))

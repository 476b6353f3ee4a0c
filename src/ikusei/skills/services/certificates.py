"""The statements that follow from checked certificates, by the steward's table (`certificate_tables` keeps it).

A change of the table changes nobody's level by itself. What it would change is counted first (`effect_of`); applied, it
takes back the statements that no longer fit and adds the new ones (`apply_table`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import batched
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from ikusei.audit import services as audit
from ikusei.jobs import services as jobs
from ikusei.jobs.models import Job
from ikusei.lib import clock
from ikusei.org import access
from ikusei.org.access import Right, Viewer
from ikusei.skills.formats.certificates import KindData
from ikusei.skills.models import (
    Assessment,
    CertificateKind,
    CertificateLevel,
    Evidence,
    EvidenceFor,
    EvidenceKind,
    Framework,
    Rater,
    Retraction,
    Skill,
)
from ikusei.skills.queries.frameworks import versions_used
from ikusei.skills.services.levels import add_statements, rebuild_levels

CHUNK = 2_000
"""How many certificates are looked at at a time: SQLite allows some 30,000 parameters in one statement."""

AT_ONCE = 300
"""Where more certificates are concerned, a job applies the table."""

type Place = tuple[int, str]
"""A skill by the primary key of its framework and its own key."""
type Levels = Mapping[Place, int]


@dataclass(slots=True)
class Effect:
    """What applying a table would do.

    `changes` counts people by (skill, level until now, level from now); None: no statement before, or none any more.
    """

    people: set[int] = field(default_factory=set)
    new: list[tuple[int, Assessment]] = field(default_factory=list)
    """The proof's primary key and the unsaved statement."""
    old: list[int] = field(default_factory=list)
    """Primary keys of the statements that would be taken back."""
    changes: Counter[tuple[int, int | None, int | None]] = field(default_factory=Counter)

    @property
    def is_empty(self) -> bool:
        return not (self.new or self.old)

    def add(self, other: Effect) -> None:
        """Take in what is done to some more certificates."""
        self.people |= other.people
        self.new += other.new
        self.old += other.old
        self.changes += other.changes


def apply_table(*, actor: Viewer, kinds: Collection[CertificateKind]) -> Effect:
    """What was done: checked certificates of these kinds now speak for the levels of the table, and for no others."""
    access.require(actor, Right.FRAMEWORK_EDIT)
    with transaction.atomic():
        rows = checked_certificates(kinds).select_for_update(of=("self",))
        effect = _carry_out(actor, list(rows), reason=_("The table of certificates was changed."))
        unchecked = Evidence.objects.filter(certificate__in=kinds, checked_at=None, withdrawn_at=None)
        for some in batched(unchecked.order_by("pk"), CHUNK):
            sync_links(some)
        audit.record(
            actor=actor.user,
            verb="skills.certificate.apply",
            subject_kind="people",
            count=len(effect.people),
            after={
                "certificates": sorted(kind.key for kind in kinds),
                "added": len(effect.new),
                "taken_back": len(effect.old),
            },
        )
    return effect


@dataclass(frozen=True, slots=True)
class Applied:
    """The people for whom something changed, or the job that does it."""

    people: int
    job: Job | None


def apply_soon(*, actor: Viewer, kinds: Collection[CertificateKind]) -> Applied:
    """The table applied at once to up to AT_ONCE certificates; more are a job's."""
    access.require(actor, Right.FRAMEWORK_EDIT)
    if checked_certificates(kinds).count() <= AT_ONCE:
        return Applied(len(apply_table(actor=actor, kinds=kinds).people), None)
    job = jobs.enqueue(
        owner=actor.user,
        task="skills.certificates-apply",
        arguments={
            "keys": sorted(kind.key for kind in kinds),
            "user": None if actor.user is None else actor.user.pk,
        },
    )
    return Applied(0, job)


def effect_of(
    kinds: Collection[CertificateKind], *, proposed: Mapping[str, KindData] | None = None
) -> Effect:
    """What applying the table to these kinds would do; with `proposed` (by key) a table that is not saved yet."""
    wanted, grades = _wanted(kinds, proposed or {}), _grades(kinds, proposed or {})
    effect = Effect()
    for rows in batched(checked_certificates(kinds), CHUNK):
        effect.add(_effect(rows, wanted, grades))
    return effect


def checked_certificates(kinds: Collection[CertificateKind]) -> QuerySet[Evidence]:
    """The certificates of these kinds that were checked and not withdrawn."""
    return Evidence.objects.filter(
        kind=EvidenceKind.CERTIFICATE, certificate__in=kinds, checked_at__isnull=False, withdrawn_at=None
    ).order_by("pk")


def state_certificates(*, actor: Viewer, rows: Sequence[Evidence], reason: str) -> list[Assessment]:
    """The statements that follow from checked certificates of the table, those that stood already left as they are."""
    return [statement for _proof, statement in _carry_out(actor, rows, reason=reason).new]


def statements_of(proof_ids: Collection[int]) -> list[int]:
    """Primary keys of the examiners' statements that rest on some proofs and count, with what migrations made of them."""
    found: set[int] = set()
    layer = set(
        Assessment.objects.filter(rater=Rater.EXAMINER, proofs__in=proof_ids).values_list("pk", flat=True)
    )
    while layer:
        found |= layer
        layer = set(Assessment.objects.filter(carried_from__in=layer).values_list("pk", flat=True)) - found
    return sorted(Assessment.objects.filter(pk__in=found, retraction=None).values_list("pk", flat=True))


def retract(*, actor: Viewer, statements: Collection[int], reason: str, rebuild: bool = True) -> int:
    """How many statements no longer count; the levels that rested on them are derived anew."""
    rows = list(Assessment.objects.filter(pk__in=statements, retraction=None).only("person_id", "skill_id"))
    Retraction.objects.bulk_create(
        [Retraction(assessment=row, reason=reason, made_by=actor.user) for row in rows], batch_size=2000
    )
    if rows and rebuild:
        rebuild_levels({row.person_id for row in rows}, skill_ids={row.skill_id for row in rows})
    return len(rows)


def sync_links(rows: Iterable[Evidence]) -> None:
    """Let certificates name the skills and levels of the table, beside the skills that their people named."""
    certificates = {row.pk: row.certificate_id for row in rows if row.kind == EvidenceKind.CERTIFICATE}
    table: dict[int | None, dict[Place, int]] = {}
    for spoken in CertificateLevel.objects.filter(certificate__in=set(certificates.values()) - {None}):
        table.setdefault(spoken.certificate_id, {})[spoken.framework_id, spoken.skill_key] = spoken.level
    links = EvidenceFor.objects.filter(evidence_id__in=certificates)
    new = []
    present: dict[int, dict[Place, EvidenceFor]] = {}
    for link in links:
        present.setdefault(link.evidence_id, {})[link.framework_id, link.skill_key] = link
    gone, changed = [], []
    for pk, certificate in certificates.items():
        wanted, has = table.get(certificate, {}), present.get(pk, {})
        gone += [link.pk for place, link in has.items() if link.level is not None and place not in wanted]
        for (framework_id, key), level in wanted.items():
            known = has.get((framework_id, key))
            if known is None:
                new.append(EvidenceFor(evidence_id=pk, framework_id=framework_id, skill_key=key, level=level))
            elif known.level != level:
                known.level = level
                changed.append(known)
    EvidenceFor.objects.filter(pk__in=gone).delete()
    EvidenceFor.objects.bulk_update(changed, ["level"], batch_size=500)
    EvidenceFor.objects.bulk_create(new, batch_size=2000)


def _carry_out(actor: Viewer, rows: Sequence[Evidence], *, reason: str) -> Effect:
    """The effect on checked certificates, written: statements taken back and added, levels derived anew."""
    done = Effect()
    for some in batched(rows, CHUNK):
        done.add(_carry_out_some(actor, some, reason=reason))
    return done


def _carry_out_some(actor: Viewer, rows: Sequence[Evidence], *, reason: str) -> Effect:
    named = {row.certificate_id for row in rows if row.certificate_id is not None}
    kinds = CertificateKind.objects.filter(pk__in=named)
    effect = _effect(rows, _wanted(kinds, {}), {kind.pk: kind.grade for kind in kinds})
    retract(actor=actor, statements=effect.old, reason=reason, rebuild=False)
    for _proof, statement in effect.new:
        statement.entered_by = actor.user
    saved = add_statements([statement for _proof, statement in effect.new], rebuild=False)
    through = Assessment.proofs.through
    through._default_manager.bulk_create(
        [
            through(assessment_id=statement.pk, evidence_id=proof)
            for statement, (proof, _same) in zip(saved, effect.new, strict=True)
        ],
        batch_size=2000,
    )
    if not effect.is_empty:
        rebuild_levels(effect.people, skill_ids={skill for skill, _old, _new in effect.changes})
    sync_links(rows)
    return effect


def _effect(
    rows: Sequence[Evidence], wanted: Mapping[int, Mapping[int, int]], grades: Mapping[int, int]
) -> Effect:
    """What the statements of some checked certificates lack. `wanted`: kind -> skill -> level, in the versions in use."""
    effect = Effect()
    skill_ids = _skills_in_use_of(rows, wanted)
    standing: dict[int, dict[int, tuple[Any, ...]]] = {}
    said = Assessment.objects.filter(
        rater=Rater.EXAMINER, retraction=None, proofs__in=[row.pk for row in rows], skill_id__in=skill_ids
    ).order_by("pk")
    for proof, pk, skill, *facts in said.values_list(
        "proofs", "pk", "skill_id", "level", "evidence", "expires_on"
    ):
        standing.setdefault(proof, {})[skill] = (pk, *facts)
    skills = Skill.objects.in_bulk(skill_ids)
    for row in rows:
        if row.certificate_id is None:
            continue
        want, has = wanted.get(row.certificate_id, {}), standing.get(row.pk, {})
        grade = grades[row.certificate_id]
        for skill in want.keys() | has.keys():
            level, old = want.get(skill), has.get(skill)
            if old is not None and level is not None and old[1:] == (level, grade, row.expires_on):
                continue
            effect.people.add(row.person_id)
            effect.changes[skill, None if old is None else old[1], level] += 1
            if old is not None:
                effect.old.append(old[0])
            if level is not None:
                effect.new.append((row.pk, _statement(row, skills[skill], level, grade)))
    return effect


def _statement(row: Evidence, skill: Skill, level: int, grade: int) -> Assessment:
    return Assessment(
        person_id=row.person_id,
        skill=skill,
        level=level,
        stated_on=row.issued_on,
        rater=Rater.EXAMINER,
        evidence=grade,
        evidence_note=row.title[:300],
        expires_on=row.expires_on,
    )


def _skills_in_use_of(rows: Sequence[Evidence], wanted: Mapping[int, Mapping[int, int]]) -> set[int]:
    """The skills of the versions in use in which these certificates speak, or spoke until now."""
    versions = versions_by_framework().values()
    spoken = Assessment.objects.filter(
        rater=Rater.EXAMINER, proofs__in=[row.pk for row in rows], skill__version__in=set(versions)
    )
    return {skill for levels in wanted.values() for skill in levels} | set(
        spoken.values_list("skill_id", flat=True)
    )


def versions_by_framework() -> dict[int, int]:
    """Framework -> its version that was taken into use last."""
    found: dict[int, int] = {}
    for framework, version in versions_used(clock.today()).values_list("framework_id", "pk"):
        found.setdefault(framework, version)
    return found


def _wanted(kinds: Iterable[CertificateKind], proposed: Mapping[str, KindData]) -> dict[int, dict[int, int]]:
    """Kind -> skill of a version in use -> level, by the table or by what is proposed for it."""
    levels: dict[int, dict[Place, int]] = {}
    ids = {kind.pk: kind.key for kind in kinds}
    for row in CertificateLevel.objects.filter(certificate__in=ids):
        levels.setdefault(row.certificate_id, {})[row.framework_id, row.skill_key] = row.level
    if proposed:
        names = dict(Framework.objects.values_list("key", "pk"))
        for pk, key in ids.items():
            if key in proposed:
                levels[pk] = {
                    (names[one.framework], one.skill): one.level
                    for one in proposed[key].levels
                    if one.framework in names
                }
    versions = versions_by_framework()
    keys = {key for places in levels.values() for _framework, key in places}
    skills = {
        (framework, key): pk
        for framework, key, pk in Skill.objects.filter(
            version__in=versions.values(), key__in=keys
        ).values_list("version__framework_id", "key", "pk")
    }
    return {
        kind: {skills[place]: level for place, level in places.items() if place in skills}
        for kind, places in levels.items()
    }


def _grades(kinds: Iterable[CertificateKind], proposed: Mapping[str, KindData]) -> dict[int, int]:
    return {kind.pk: proposed[kind.key].grade if kind.key in proposed else kind.grade for kind in kinds}

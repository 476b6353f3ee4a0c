"""What hangs on a skill by its key (interest, evidence, the table of certificates), carried to the keys of a new version.

Nothing of it has versions, so rows under new keys are added, rows under old ones stay. What was added and what was
changed is told, so that it can be taken back exactly.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from ikusei.skills.carrying import LevelMap
from ikusei.skills.models import CertificateLevel, EvidenceFor, Framework, Interest, VersionMigration
from ikusei.skills.queries.migrations import CARRIES
from ikusei.skills.services.carrying import WRITTEN

type Trace = dict[str, Any]
"""Primary keys of what was added, and [primary key, level before, level since] of what was changed, by kind; JSON."""

type Sources = Mapping[str, Mapping[str, LevelMap]]
"""New key -> old key -> how levels are read."""


def carry_keys(migration: VersionMigration, framework: Framework) -> Trace:
    """What was added and changed so that what speaks of the old skills speaks of the new ones too."""
    sources = _sources(migration)
    changed: dict[str, list[list[int | None]]] = {"evidence": [], "certificates": []}
    return {
        "interests": _carry_interests(framework, sources),
        "evidence": _carry_evidence(framework, sources, changed["evidence"]),
        "certificates": _carry_certificates(framework, sources, changed["certificates"]),
        "changed": changed,
    }


def take_back_keys(trace: Trace) -> None:
    """Remove what `carry_keys` added; give what it changed its level back, unless somebody changed it again."""
    for model, name in (
        (Interest, "interests"),
        (EvidenceFor, "evidence"),
        (CertificateLevel, "certificates"),
    ):
        ids = trace.get(name, [])
        for start in range(0, len(ids), WRITTEN):
            model._default_manager.filter(pk__in=ids[start : start + WRITTEN]).delete()
    for model, name in ((EvidenceFor, "evidence"), (CertificateLevel, "certificates")):
        for pk, before, since in trace.get("changed", {}).get(name, []):
            model._default_manager.filter(pk=pk, level=since).update(level=before)


def _sources(migration: VersionMigration) -> Sources:
    found: dict[str, dict[str, LevelMap]] = {}
    for part in migration.parts.all():
        if part.carry in CARRIES:
            for target in part.targets:
                levels = {int(was): becomes for was, becomes in part.levels.get(target, {}).items()}
                found.setdefault(target, {})[part.skill_key] = levels
    return found


def _carry_interests(framework: Framework, sources: Sources) -> list[int]:
    """The new interests: interested where in one of the old skills, to be asked only where that was so in each of them."""
    made: list[Interest] = []
    for key, old in sources.items():
        if key in old:
            continue  # the key stays, and what was said of it with it
        there = set(_of(Interest, framework, [key]).values_list("person_id", flat=True))
        rows: dict[int, Interest] = {}
        for one in _of(Interest, framework, old):
            if one.person_id in there:
                continue
            row = rows.setdefault(
                one.person_id,
                Interest(person_id=one.person_id, framework=framework, skill_key=key, may_be_asked=True),
            )
            row.interested = row.interested or one.interested
            row.may_be_asked = row.may_be_asked and one.may_be_asked
        made += rows.values()
    return [row.pk for row in Interest.objects.bulk_create(made, batch_size=WRITTEN)]


def _carry_evidence(framework: Framework, sources: Sources, changed: list[list[int | None]]) -> list[int]:
    made: list[EvidenceFor] = []
    for key, old in sources.items():
        there = {row.evidence_id: row for row in _of(EvidenceFor, framework, [key])}
        levels: dict[int, list[int | None]] = {}
        for one in _of(EvidenceFor, framework, old):
            becomes = old[one.skill_key].get(one.level) if one.level is not None else None
            levels.setdefault(one.evidence_id, []).append(becomes)
        for evidence_id, found in levels.items():
            level = min((one for one in found if one is not None), default=None)
            row = there.get(evidence_id)
            if row is None:
                made.append(
                    EvidenceFor(evidence_id=evidence_id, framework=framework, skill_key=key, level=level)
                )
            elif key in old and row.level != level:
                changed.append([row.pk, row.level, level])
    _change_levels(EvidenceFor, changed)
    return [row.pk for row in EvidenceFor.objects.bulk_create(made, batch_size=WRITTEN)]


def _carry_certificates(framework: Framework, sources: Sources, changed: list[list[int | None]]) -> list[int]:
    """The new rows of the table. A certificate whose level is not carried says nothing of the new skill."""
    made: list[CertificateLevel] = []
    for key, old in sources.items():
        there = {row.certificate_id: row for row in _of(CertificateLevel, framework, [key])}
        levels: dict[int, int] = {}
        for one in _of(CertificateLevel, framework, old):
            becomes = old[one.skill_key].get(one.level)
            if becomes is not None:
                levels[one.certificate_id] = min(becomes, levels.get(one.certificate_id, becomes))
        for certificate_id, level in levels.items():
            row = there.get(certificate_id)
            if row is None:
                made.append(
                    CertificateLevel(
                        certificate_id=certificate_id, framework=framework, skill_key=key, level=level
                    )
                )
            elif key in old and row.level != level:
                changed.append([row.pk, row.level, level])
    _change_levels(CertificateLevel, changed)
    return [row.pk for row in CertificateLevel.objects.bulk_create(made, batch_size=WRITTEN)]


def _of(model: Any, framework: Framework, keys: Iterable[str]) -> Any:
    return model._default_manager.filter(framework=framework, skill_key__in=list(keys)).order_by("pk")


def _change_levels(model: Any, changed: list[list[int | None]]) -> None:
    for pk, _before, since in changed:
        model._default_manager.filter(pk=pk).update(level=since)

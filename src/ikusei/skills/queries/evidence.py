"""Proofs as other pages use them: what somebody has, for which skill it speaks, how much it weighs.

Whoever calls has opened the person through `org.access`; here nobody's right is asked.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial

from django.db.models import FETCH_RAISE, Prefetch, QuerySet

from ikusei.lib import clock
from ikusei.skills.models import Evidence, EvidenceFor, EvidenceGrade, EvidenceKind

SOON = timedelta(days=90)
"""How long before it expires a proof is shown as to be renewed."""


@dataclass(frozen=True, slots=True)
class EvidenceItem:
    """One proof as a card or a line shows it, read as of a day (`today`).

    `skills` are (key of the framework, key of the skill) -> the level it speaks for, None where it names none.
    `grade` is what it weighs now: SAID until somebody entitled has checked it. `expires_on` is the first day on which it
    is no longer valid. `file_name` is empty where no file hangs from it.
    """

    id: int
    public_id: uuid.UUID
    person_id: int
    kind: str
    title: str
    issuer: str
    issued_on: date
    expires_on: date | None
    checked_on: date | None
    check_note: str
    grade: EvidenceGrade
    skills: dict[tuple[str, str], int | None]
    file_name: str
    in_table: bool
    today: date

    @property
    def kind_label(self) -> str:
        return str(EvidenceKind(self.kind).label)

    @property
    def grade_label(self) -> str:
        return str(self.grade.label)

    @property
    def is_checked(self) -> bool:
        return self.checked_on is not None

    @property
    def has_expired(self) -> bool:
        return self.expires_on is not None and self.expires_on <= self.today

    @property
    def expires_soon(self) -> bool:
        return self.expires_on is not None and self.today < self.expires_on <= self.today + SOON

    @property
    def valid_until(self) -> date | None:
        """The last day on which it is valid."""
        return None if self.expires_on is None else self.expires_on - timedelta(days=1)

    def grade_for(self, skill_key: str) -> EvidenceGrade:
        """What it weighs for one skill.

        A certificate of the steward's table weighs as examined for the skills of the table; for those that the person
        added it is something that was seen.
        """
        levels = [level for (_framework, key), level in self.skills.items() if key == skill_key]
        if self.in_table and not any(level is not None for level in levels):
            return min(self.grade, EvidenceGrade.SEEN)
        return self.grade

    @property
    def skill_keys(self) -> frozenset[str]:
        """The keys of the skills it speaks for, in whatever framework."""
        return frozenset(key for _framework, key in self.skills)


def live() -> QuerySet[Evidence]:
    """The proofs that were not withdrawn, newest first, with everything an EvidenceItem is made of."""
    links = EvidenceFor.objects.select_related("framework").fetch_mode(FETCH_RAISE)
    return (
        Evidence.objects.filter(withdrawn_at=None)
        .select_related("certificate", "file")
        .prefetch_related(Prefetch("skills", links))
        .order_by("-issued_on", "-pk")
        .fetch_mode(FETCH_RAISE)
    )


def item_of(evidence: Evidence, today: date) -> EvidenceItem:
    """The item of a row of `live()`."""
    checked = evidence.checked_at
    return EvidenceItem(
        id=evidence.pk,
        public_id=evidence.public_id,
        person_id=evidence.person_id,
        kind=evidence.kind,
        title=evidence.title if evidence.certificate is None else evidence.certificate.name,
        issuer=evidence.issuer,
        issued_on=evidence.issued_on,
        expires_on=evidence.expires_on,
        checked_on=None if checked is None else checked.astimezone(clock.TOKYO).date(),
        check_note=evidence.check_note,
        grade=evidence.grade,
        skills={(link.framework.key, link.skill_key): link.level for link in evidence.skills.all()},
        file_name="" if evidence.file is None else evidence.file.name,
        in_table=evidence.certificate_id is not None,
        today=today,
    )


def own_items(person_id: int) -> list[EvidenceItem]:
    """Every proof of a person that was not withdrawn, newest first: what `skills/evidence/_attach.html` ticks off."""
    today = clock.today()
    return [item_of(one, today) for one in live().filter(person_id=person_id)]


def usable_for(
    person_id: int, skill_keys: Collection[str], *, framework_id: int | None = None
) -> dict[str, list[EvidenceItem]]:
    """Skill key -> the person's proofs for it that hold today, the weightiest first; skills without any are missing.

    `framework_id` names the framework that the keys are of; without it a key counts in whatever framework.
    """
    found = usable_for_people([person_id], skill_keys, framework_id=framework_id)
    return {key: items for (_person, key), items in found.items()}


def usable_for_people(
    person_ids: Collection[int], skill_keys: Collection[str], *, framework_id: int | None = None
) -> dict[tuple[int, str], list[EvidenceItem]]:
    """(person, skill key) -> the proofs of `usable_for`, for many people at once: two queries."""
    today = clock.today()
    wanted = frozenset(skill_keys)
    links = EvidenceFor.objects.filter(skill_key__in=wanted, evidence__person_id__in=person_ids)
    if framework_id is not None:
        links = links.filter(framework_id=framework_id)
    rows = live().filter(pk__in=links.order_by().values("evidence_id"))
    found: dict[tuple[int, str], list[EvidenceItem]] = {}
    for row in rows:
        item = item_of(row, today)
        if item.has_expired:
            continue
        keys = {
            link.skill_key
            for link in row.skills.all()
            if link.skill_key in wanted and framework_id in (None, link.framework_id)
        }
        for key in keys:
            found.setdefault((item.person_id, key), []).append(item)
    for (_person, key), items in found.items():
        # The sort is stable: of the same grade the newest stays first.
        items.sort(key=partial(_weight, skill_key=key), reverse=True)
    return found


def _weight(item: EvidenceItem, *, skill_key: str) -> EvidenceGrade:
    return item.grade_for(skill_key)


def best_grade(items: Iterable[EvidenceItem], skill_key: str) -> EvidenceGrade:
    """What the weightiest of some proofs that hold weighs for a skill; SAID where none was checked."""
    weights = (item.grade_for(skill_key) for item in items if not item.has_expired)
    return max(weights, default=EvidenceGrade.SAID)


def proof_ids(
    person_id: int, skill_keys: Collection[str], *, framework_id: int | None = None
) -> dict[str, list[int]]:
    """Skill key -> primary keys of the proofs of `usable_for`: what a statement names as its `proofs`."""
    usable = usable_for(person_id, skill_keys, framework_id=framework_id)
    return {key: [item.id for item in items] for key, items in usable.items()}

"""The steward's table of certificates: one kind saved, or a whole table from a file that is kept, looked at, saved."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ikusei.audit import services as audit
from ikusei.files import services as files
from ikusei.files.kinds import FileType
from ikusei.files.models import StoredFile
from ikusei.lib.tabular import Problem
from ikusei.org import access
from ikusei.org.access import NotVisible, Right, Viewer
from ikusei.org.errors import RuleBroken
from ikusei.skills.formats.certificates import KindData, ParsedTable, read_certificates
from ikusei.skills.models import CertificateKind, CertificateLevel, Framework, Level, Skill
from ikusei.skills.queries.certificates import table_data
from ikusei.skills.services.certificates import Effect, effect_of, versions_by_framework

OWNER = "certificate-table"
TAKEN = (FileType.CSV, FileType.XLSX, FileType.JSON)
LIMIT = 5 << 20
KEPT = timedelta(days=1)
"""How long a table that nobody saved is kept."""


@dataclass(frozen=True, slots=True)
class TableLook:
    """What a table would change. `effect` counts the people whose checked certificates would speak otherwise."""

    stored: StoredFile | None
    problems: tuple[Problem, ...]
    new: tuple[KindData, ...]
    changed: tuple[KindData, ...]
    unchanged: int
    effect: Effect

    @property
    def is_good(self) -> bool:
        return not self.problems


def save_kind(*, actor: Viewer, data: KindData) -> CertificateKind:
    """The kind of certificate as the table now has it. Nobody's level changes. Raises RuleBroken."""
    access.require(actor, Right.FRAMEWORK_EDIT)
    (kind,) = _save_all(actor, [data])
    return kind


def save_table(*, actor: Viewer, rows: Sequence[KindData]) -> list[CertificateKind]:
    """The kinds of an imported table, new or written over; kinds that it does not name stay. Nobody's level changes."""
    access.require(actor, Right.FRAMEWORK_EDIT)
    with transaction.atomic():
        saved = _save_all(actor, rows)
        audit.record(
            actor=actor.user, verb="skills.certificate.import", subject_kind="certificates", count=len(saved)
        )
    return saved


def keep_table(*, actor: Viewer, upload: UploadedFile[Any]) -> StoredFile:
    """The uploaded file, kept until it is saved or a day has gone. Raises FileRefused."""
    access.require(actor, Right.FRAMEWORK_EDIT)
    return files.store_upload(
        user=actor.user,
        name=upload.name or "",
        content=upload,
        owner_kind=OWNER,
        allowed=TAKEN,
        limit=LIMIT,
    )


def look_at(*, actor: Viewer, public_id: uuid.UUID) -> TableLook:
    """What a table that the actor uploaded would change. Raises NotVisible for anybody else's."""
    access.require(actor, Right.FRAMEWORK_EDIT)
    stored = StoredFile.objects.filter(public_id=public_id, owner_kind=OWNER, created_by=actor.user).first()
    if stored is None:
        raise NotVisible(str(public_id))
    parsed = read_certificates(b"".join(files.read_in_pieces(stored)), name=stored.name)
    return compare(parsed, stored=stored)


def compare(parsed: ParsedTable, *, stored: StoredFile | None = None) -> TableLook:
    """What a table that was read would change."""
    problems = (*parsed.problems, *_unknown(parsed.kinds))
    before = {data.key: data for data in table_data([data.key for data in parsed.kinds])}
    changed = tuple(
        data for data in parsed.kinds if data.key in before and not _alike(data, before[data.key])
    )
    known = CertificateKind.objects.filter(key__in=[data.key for data in changed])
    return TableLook(
        stored=stored,
        problems=problems,
        new=tuple(data for data in parsed.kinds if data.key not in before),
        changed=changed,
        unchanged=len(before) - len(changed),
        effect=Effect() if problems else effect_of(known, proposed={data.key: data for data in changed}),
    )


def import_table(*, actor: Viewer, look: TableLook) -> list[CertificateKind]:
    """The kinds that were saved: those of the table that were new or changed. Nobody's level changes."""
    with transaction.atomic():
        saved = save_table(actor=actor, rows=[*look.new, *look.changed])
        if look.stored is not None:
            files.delete_stored(look.stored)
    return saved


def forget_tables() -> int:
    """How many tables were removed that nobody saved within a day."""
    rows = list(StoredFile.objects.filter(owner_kind=OWNER, created_at__lt=timezone.now() - KEPT))
    for row in rows:
        files.delete_stored(row)
    return len(rows)


def seal_of(rows: Sequence[KindData]) -> str:
    """What tells a proposal from every other one: whoever saves it has seen the effect of this one."""
    said = json.dumps([data.as_json() for data in rows], sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()[:32]


def _alike(one: KindData, other: KindData) -> bool:
    return one.as_json() == other.as_json()


def _unknown(kinds: Sequence[KindData]) -> list[Problem]:
    """The kinds that name a skill or a level that the framework in use does not have."""
    found = []
    for data in kinds:
        try:
            require_known([data])
        except RuleBroken as error:
            found.append(Problem(None, "skill", data.key, str(error), ""))
    return found


def require_known(rows: Iterable[KindData]) -> dict[str, Framework]:
    """The frameworks named in rows, by key. Raises RuleBroken for a skill or level that the version in use does not have."""
    places = {(one.framework, one.skill): one.level for data in rows for one in data.levels}
    known = {one.key: one for one in Framework.objects.filter(key__in={key for key, _skill in places})}
    versions = versions_by_framework()
    skills: dict[str, set[str]] = {}
    tops: dict[str, int] = {}
    for key, framework in known.items():
        version = versions.get(framework.pk)
        skills[key] = set(Skill.objects.filter(version=version).values_list("key", flat=True))
        tops[key] = max(Level.objects.filter(version=version).values_list("number", flat=True), default=0)
    for (framework_key, skill), level in places.items():
        if framework_key not in known or not skills[framework_key]:
            raise RuleBroken(_("No framework %(key)s is in use.") % {"key": framework_key})
        if skill not in skills[framework_key]:
            raise RuleBroken(
                _("The framework %(framework)s in use has no skill %(skill)s.")
                % {"framework": framework_key, "skill": skill}
            )
        if not 1 <= level <= tops[framework_key]:
            raise RuleBroken(_("%(skill)s: there is no level %(level)s.") % {"skill": skill, "level": level})
    return known


@transaction.atomic
def _save_all(actor: Viewer, rows: Sequence[KindData]) -> list[CertificateKind]:
    """The kinds of the table as the rows say; those that say so already are left alone."""
    frameworks = require_known(rows)
    keys = [data.key for data in rows]
    before = {data.key: data for data in table_data(keys)}
    known = CertificateKind.objects.select_for_update().filter(key__in=keys).in_bulk(field_name="key")
    return [
        known[data.key]
        if before.get(data.key) == data
        else _save(
            actor, known.get(data.key, CertificateKind(key=data.key)), data, before.get(data.key), frameworks
        )
        for data in (replace(data, levels=tuple(sorted(data.levels))) for data in rows)
    ]


def _save(
    actor: Viewer,
    kind: CertificateKind,
    data: KindData,
    before: KindData | None,
    frameworks: Mapping[str, Framework],
) -> CertificateKind:
    for name in ("name_ja", "name_en", "issuer", "valid_months", "grade", "retired_on"):
        setattr(kind, name, getattr(data, name))
    kind.save()
    CertificateLevel.objects.filter(certificate=kind).delete()
    CertificateLevel.objects.bulk_create(
        [
            CertificateLevel(
                certificate=kind, framework=frameworks[one.framework], skill_key=one.skill, level=one.level
            )
            for one in data.levels
        ]
    )
    audit.record(
        actor=actor.user,
        verb="skills.certificate.save",
        subject_kind="certificate",
        subject_id=kind.key,
        before=None if before is None else before.as_json(),
        after=data.as_json(),
    )
    return kind

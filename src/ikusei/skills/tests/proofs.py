"""Proofs and certificates of the office, made through the services."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from ikusei.files.tests import ground
from ikusei.org import access
from ikusei.skills.formats.certificates import KindData, LevelData
from ikusei.skills.models import CertificateKind, Evidence, EvidenceKind, Framework, FrameworkVersion
from ikusei.skills.services import certificate_tables
from ikusei.skills.services.evidence import add_evidence
from ikusei.skills.services.evidence_facts import Facts
from tests.office import Office

FRAMEWORK = "ikusei-demo"
NETWORK, SECURITY, CLOUD = "network", "information-security", "cloud-platform"
ISSUED = date(2025, 6, 1)


def pdf(name: str = "合格証書.pdf") -> SimpleUploadedFile:
    """A file that is a PDF by its first bytes."""
    return SimpleUploadedFile(name, ground.PDF)


def kind_data(key: str = "ipa-nw", levels: dict[str, int] | None = None, **facts: Any) -> KindData:
    """A certificate that speaks for networks (3) and security (2), unless told otherwise."""
    table = {NETWORK: 3, SECURITY: 2} if levels is None else levels
    given: dict[str, Any] = {
        "name_ja": "ネットワークスペシャリスト試験",
        "name_en": "Network Specialist",
        "issuer": "情報処理推進機構",
    }
    return KindData(
        key=key,
        levels=tuple(sorted(LevelData(FRAMEWORK, skill, level) for skill, level in table.items())),
        **(given | facts),
    )


def known_kind(key: str = "ipa-nw", levels: dict[str, int] | None = None, **facts: Any) -> CertificateKind:
    """The certificate in the table."""
    return certificate_tables.save_kind(actor=access.operator(), data=kind_data(key, levels, **facts))


def attach(
    office: Office,
    version: FrameworkVersion,
    *,
    who: str = "owner",
    kind: str = EvidenceKind.CERTIFICATE,
    skills: tuple[str, ...] = (),
    upload: Any = None,
    public_id: uuid.UUID | None = None,
    **facts: Any,
) -> Evidence:
    """A proof that somebody attached for themselves."""
    given: dict[str, Any] = {"issued_on": ISSUED, "title": "研修の修了証"}
    framework: Framework = version.framework
    return add_evidence(
        actor=office.viewer(who),
        person=office.person(who),
        kind=kind,
        facts=Facts(**(given | facts)),
        framework=framework,
        skill_keys=skills,
        upload=upload,
        public_id=public_id,
    )

"""The common language (frameworks) and what is said of people in it (assessments)."""

from ikusei.skills.models.assessment import Assessment, EvidenceGrade, HeldLevel, Rater
from ikusei.skills.models.cycle import (
    Answer,
    Cycle,
    CycleStep,
    Decision,
    Excuse,
    Interest,
    Participant,
    Phase,
    Progress,
    Reply,
    Review,
    SecondRating,
)
from ikusei.skills.models.evidence import (
    CertificateKind,
    CertificateLevel,
    Evidence,
    EvidenceFor,
    EvidenceKind,
)
from ikusei.skills.models.framework import (
    Coverage,
    Framework,
    FrameworkVersion,
    JobType,
    Level,
    LevelText,
    Requirement,
    Skill,
    SkillGroup,
    SkillStatement,
    VersionState,
)
from ikusei.skills.models.imports import SheetImport
from ikusei.skills.models.level_rule import LevelRule
from ikusei.skills.models.migration import Carry, MigrationPart, MigrationState, VersionMigration
from ikusei.skills.models.upload import FrameworkUpload

__all__ = [
    "Answer",
    "Assessment",
    "Carry",
    "CertificateKind",
    "CertificateLevel",
    "Coverage",
    "Cycle",
    "CycleStep",
    "Decision",
    "Evidence",
    "EvidenceFor",
    "EvidenceGrade",
    "EvidenceKind",
    "Excuse",
    "Framework",
    "FrameworkUpload",
    "FrameworkVersion",
    "HeldLevel",
    "Interest",
    "JobType",
    "Level",
    "LevelRule",
    "LevelText",
    "MigrationPart",
    "MigrationState",
    "Participant",
    "Phase",
    "Progress",
    "Rater",
    "Reply",
    "Requirement",
    "Review",
    "SecondRating",
    "SheetImport",
    "Skill",
    "SkillGroup",
    "SkillStatement",
    "VersionMigration",
    "VersionState",
]

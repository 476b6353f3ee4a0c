"""The common language (frameworks) and what is said of people in it (assessments)."""

from ikusei.skills.models.assessment import Assessment, Evidence, HeldLevel, Rater
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
from ikusei.skills.models.upload import FrameworkUpload

__all__ = [
    "Assessment",
    "Coverage",
    "Evidence",
    "Framework",
    "FrameworkUpload",
    "FrameworkVersion",
    "HeldLevel",
    "JobType",
    "Level",
    "LevelText",
    "Rater",
    "Requirement",
    "SheetImport",
    "Skill",
    "SkillGroup",
    "SkillStatement",
    "VersionState",
]

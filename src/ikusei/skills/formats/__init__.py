"""Readers and writers of competence frameworks: no database, no HTTP (docs/formats/framework.md)."""

from .data import (
    CoverageData,
    FrameworkData,
    GroupData,
    JobTypeData,
    LevelData,
    SkillData,
    StatementData,
    StatementKind,
    Text,
)
from .read import FORMATS, read_framework
from .report import Duplicate, Hole, ParsedFramework, Problem, Skipped
from .tables import Limits, Source
from .write_csv import write_csv
from .write_json import write_json

__all__ = [
    "FORMATS",
    "CoverageData",
    "Duplicate",
    "FrameworkData",
    "GroupData",
    "Hole",
    "JobTypeData",
    "LevelData",
    "Limits",
    "ParsedFramework",
    "Problem",
    "SkillData",
    "Skipped",
    "Source",
    "StatementData",
    "StatementKind",
    "Text",
    "read_framework",
    "write_csv",
    "write_json",
]

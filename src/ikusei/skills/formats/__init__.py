"""Readers and writers of competence frameworks: pure, no database and no HTTP (see docs/formats/framework.md)."""

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
from .ikusei_json import write_json
from .read import FORMATS, read_framework
from .report import Duplicate, Hole, ParsedFramework, Problem, Skipped
from .tables import Limits, Source
from .write_csv import write_csv

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
    "Skipped",
    "SkillData",
    "Source",
    "StatementData",
    "StatementKind",
    "Text",
    "read_framework",
    "write_csv",
    "write_json",
]

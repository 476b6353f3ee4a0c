"""What a competence framework is, apart from any database: the `ikusei-framework/1` format as plain values.

Every reader of this package ends in a `FrameworkData`, every writer starts from one. Texts are clean: no
spaces or line breaks around them, lines end in "\\n". Sequences keep the order of the file.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

FORMAT = "ikusei-framework/1"

StatementKind = Literal["statement", "outcome"]
STATEMENT_KINDS: tuple[StatementKind, ...] = ("statement", "outcome")


@dataclass(frozen=True, slots=True)
class Text:
    """A text in two languages; either may be empty where the source gives one only."""

    ja: str = ""
    en: str = ""

    def __bool__(self) -> bool:
        """True where at least one language has text."""
        return bool(self.ja or self.en)


@dataclass(frozen=True, slots=True)
class LevelData:
    """One step of the scale; 0 means "none" and needs no behaviour text."""

    number: int
    name: Text
    meaning: Text = Text()


@dataclass(frozen=True, slots=True)
class GroupData:
    key: str
    name: Text
    description: Text = Text()


@dataclass(frozen=True, slots=True)
class StatementData:
    """A numbered sentence under a skill, of no level (DigComp's statements and learning outcomes)."""

    code: str
    kind: StatementKind
    text: Text


@dataclass(frozen=True, slots=True)
class SkillData:
    """One skill; `level_texts` maps a level's number to its behaviour, a missing number is a hole."""

    key: str
    name: Text
    group: str | None = None
    description: Text = Text()
    plain: Text = Text()
    example: Text = Text()
    level_texts: Mapping[int, Text] = field(default_factory=dict)
    statements: tuple[StatementData, ...] = ()


@dataclass(frozen=True, slots=True)
class JobTypeData:
    """One job type; `requirements` maps a skill's key to the number of the level it asks for."""

    key: str
    name: Text
    family: Text = Text()
    description: Text = Text()
    requirements: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CoverageData:
    """At least `people` people at `level` of `skill` in the unit (None: each with the job types' staff)."""

    skill: str
    level: int
    people: int
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class FrameworkData:
    key: str
    version: str
    name: Text
    source: str = ""
    licence: str = ""
    note: Text = Text()
    levels: tuple[LevelData, ...] = ()
    groups: tuple[GroupData, ...] = ()
    skills: tuple[SkillData, ...] = ()
    job_types: tuple[JobTypeData, ...] = ()
    coverage: tuple[CoverageData, ...] = ()

    @property
    def requirement_count(self) -> int:
        """Number of job type and skill pairs that ask for a level."""
        return sum(len(job_type.requirements) for job_type in self.job_types)

    def undefined_levels(self) -> list[tuple[str, int]]:
        """(skill key, level number) of every behaviour text not defined, level 0 ("none") left out."""
        numbers = [level.number for level in self.levels if level.number > 0]
        return [
            (skill.key, number)
            for skill in self.skills
            for number in numbers
            if number not in skill.level_texts
        ]

"""The rules of our own format, said once for its JSON and its CSV form.

Readers hand over one thing after the other with the place it stands at; what breaks a rule is a problem
there. Order: levels, groups, skills, then what points at them.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from .data import (
    STATEMENT_KINDS,
    CoverageData,
    FrameworkData,
    GroupData,
    JobTypeData,
    LevelData,
    SkillData,
    StatementData,
    Text,
)
from .report import At, Report
from .values import KEY, KEY_LENGTH, VERSION_LENGTH

HIGHEST_LEVEL = 99
MOST_PEOPLE = 100_000


@dataclass(slots=True)
class _Skill:
    data: SkillData
    level_texts: dict[int, Text] = field(default_factory=dict)
    statements: dict[str, StatementData] = field(default_factory=dict)


@dataclass(slots=True)
class _JobType:
    data: JobTypeData
    requirements: dict[str, int] = field(default_factory=dict)


@dataclass(slots=True)
class Builder:
    """Collects a framework; what is wrong is told and still known, so that one mistake makes one problem."""

    report: Report
    levels: dict[int, LevelData] = field(default_factory=dict)
    groups: dict[str, GroupData] = field(default_factory=dict)
    skills: dict[str, _Skill] = field(default_factory=dict)
    job_types: dict[str, _JobType] = field(default_factory=dict)
    coverage: dict[tuple[str, int, str | None], CoverageData] = field(default_factory=dict)
    _folded: dict[int, set[str]] = field(default_factory=lambda: defaultdict(set))

    def add_level(self, at: At, number: int, name: Text, meaning: Text) -> None:
        if not 0 <= number <= HIGHEST_LEVEL:
            reason = _("A level's number is between 0 and %(highest)d.") % {"highest": HIGHEST_LEVEL}
            self.report.problem(at.inner("number"), reason, _("Use a number of that range."), number)
        elif number in self.levels:
            self._twice(at.inner("number"), number)
        self._named(at, name)
        self.levels.setdefault(number, LevelData(number, name, meaning))

    def add_group(self, at: At, key: str, name: Text, description: Text) -> None:
        self._new_key(at, key, self.groups)
        self._named(at, name)
        self.groups.setdefault(key, GroupData(key, name, description))

    def add_skill(self, at: At, skill: SkillData) -> None:
        """Takes a skill without level texts and statements, which are added on their own."""
        self._new_key(at, skill.key, self.skills)
        self._named(at, skill.name)
        if skill.group is not None and skill.group not in self.groups:
            self._unknown(
                at.inner("group"), skill.group, self.groups, _("The framework has no group of this key.")
            )
        self.skills.setdefault(skill.key, _Skill(skill))

    def add_level_text(self, at: At, skill: str, number: int, text: Text) -> None:
        """`at` is the text's own place. An empty text is a hole and is not kept."""
        if self._level_known(at, number) and text and skill in self.skills:
            self.skills[skill].level_texts.setdefault(number, text)

    def add_statement(self, at: At, skill: str, code: str, kind: str, text: Text) -> None:
        known_kind = next((one for one in STATEMENT_KINDS if one == kind), None)
        if known_kind is None:
            fix = _("Write one of: %(kinds)s.") % {"kinds": ", ".join(STATEMENT_KINDS)}
            self.report.problem(at.inner("kind"), _("There is no such kind of statement."), fix, kind)
        if not text:
            self.report.problem(
                at.inner_text("text"), _("The text is empty."), _("Write it in Japanese or English.")
            )
        self._key(at.inner("code"), code)
        if not self._skill_known(at.inner("skill"), skill):
            return
        statements = self.skills[skill].statements
        if code in statements:
            self._twice(at.inner("code"), code)
        elif known_kind:
            statements[code] = StatementData(code, known_kind, text)

    def add_job_type(self, at: At, job_type: JobTypeData) -> None:
        """Takes a job type without requirements, which are added on their own."""
        self._new_key(at, job_type.key, self.job_types)
        self._named(at, job_type.name)
        self.job_types.setdefault(job_type.key, _JobType(job_type))

    def add_requirement(self, at: At, job_type: str, skill: str, number: int) -> None:
        """`at` is the requirement's own place."""
        known = self._skill_known(at, skill)
        if self._level_known(at, number) and known and job_type in self.job_types:
            self.job_types[job_type].requirements.setdefault(skill, number)

    def add_coverage(self, at: At, coverage: CoverageData) -> None:
        known = self._skill_known(at.inner("skill"), coverage.skill)
        known = self._level_known(at.inner("level"), coverage.level) and known
        if not 1 <= coverage.people <= MOST_PEOPLE:
            reason = _("The number of people is between 1 and %(most)d.") % {"most": MOST_PEOPLE}
            self.report.problem(at.inner("people"), reason, _("Use a number of that range."), coverage.people)
        same = (coverage.skill, coverage.level, coverage.unit)
        if same in self.coverage:
            self._twice(at.inner("skill"), coverage.skill)
        elif known:
            self.coverage[same] = coverage

    def check_head(self, at: At, key: str, version: str, name: Text) -> None:
        self._key(at.inner("key"), key)
        if not version or len(version) > VERSION_LENGTH:
            reason = _("A version has between 1 and %(most)d characters.") % {"most": VERSION_LENGTH}
            self.report.problem(at.inner("version"), reason, _("Write for example “2026.1”."), version)
        self._named(at, name)

    def finish(self, at: At, head: FrameworkData) -> FrameworkData | None:
        """The head with all that was added; None where a problem stands. `at` is where skills belong."""
        if not self.skills:
            self.report.problem(at, _("The framework has no skill."), _("Add at least one skill."))
        if self.report.blocked:
            return None
        return FrameworkData(
            key=head.key,
            version=head.version,
            name=head.name,
            source=head.source,
            licence=head.licence,
            note=head.note,
            levels=tuple(self.levels.values()),
            groups=tuple(self.groups.values()),
            skills=tuple(_whole_skill(skill) for skill in self.skills.values()),
            job_types=tuple(_whole_job_type(job_type) for job_type in self.job_types.values()),
            coverage=tuple(self.coverage.values()),
        )

    def _key(self, at: At, key: str) -> None:
        if not KEY.fullmatch(key):
            reason = _(
                "A key has 1 to %(most)d letters, digits, “.”, “-” or “_”; it starts with a letter or digit."
            )
            self.report.problem(
                at, reason % {"most": KEY_LENGTH}, _("Write a key such as “cloud-design”."), key
            )

    def _new_key(self, at: At, key: str, taken: Mapping[str, object]) -> None:
        self._key(at.inner("key"), key)
        if key in taken:
            self._twice(at.inner("key"), key)
        elif key.casefold() in self._folded[id(taken)]:
            self.report.problem(
                at.inner("key"),
                _("Another key differs from this one by capital letters only."),
                _("Rename one of the two: nobody can tell them apart."),
                key,
            )
        self._folded[id(taken)].add(key.casefold())

    def _twice(self, at: At, value: object) -> None:
        self.report.problem(at, _("This stands twice."), _("Delete or rename one of the two."), value)

    def _named(self, at: At, name: Text) -> None:
        if not name:
            self.report.problem(
                at.inner_text("name"), _("The name is empty."), _("Write it in Japanese or English.")
            )
        self.report.check_length(at.inner_text("name"), max(name.ja, name.en, key=len))

    def _unknown(self, at: At, value: str, known: Iterable[str], reason: str) -> None:
        near = self.report.nearest(value, known)
        fix = (
            _("Write “%(near)s”, or add what is missing.") % {"near": near}
            if near
            else _("Correct it, or add what is missing.")
        )
        self.report.problem(at, reason, fix, value)

    def _skill_known(self, at: At, skill: str) -> bool:
        if skill not in self.skills:
            self._unknown(at, skill, self.skills, _("The framework has no skill of this key."))
        return skill in self.skills

    def _level_known(self, at: At, number: int) -> bool:
        if number not in self.levels:
            numbers = ", ".join(str(one) for one in sorted(self.levels))
            fix = (
                _("Use one of the framework's levels: %(levels)s.") % {"levels": numbers}
                if numbers
                else _("Add the levels of the framework.")
            )
            self.report.problem(at, _("The framework has no level of this number."), fix, number)
        return number in self.levels


def _whole_skill(skill: _Skill) -> SkillData:
    data = skill.data
    return SkillData(
        key=data.key,
        name=data.name,
        group=data.group,
        description=data.description,
        plain=data.plain,
        example=data.example,
        level_texts=skill.level_texts,
        statements=tuple(skill.statements.values()),
    )


def _whole_job_type(job_type: _JobType) -> JobTypeData:
    data = job_type.data
    return JobTypeData(data.key, data.name, data.family, data.description, job_type.requirements)

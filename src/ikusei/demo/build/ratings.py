"""Four yearly rounds of ratings of the ICT staff: growth, disagreement, evidence, expiry."""

import random
from dataclasses import dataclass, field
from datetime import date, timedelta

from ikusei.demo.build.ict import Careers
from ikusei.demo.build.materials import DATA, Member, Stay
from ikusei.demo.build.staff import Crew
from ikusei.demo.build.units import GOVTECH
from ikusei.org.access import Viewer
from ikusei.org.models import Category
from ikusei.skills.formats import Source, read_framework
from ikusei.skills.models import Assessment, EvidenceGrade, FrameworkVersion, Rater, Skill
from ikusei.skills.services.frameworks import publish_version, save_framework, use_version
from ikusei.skills.services.levels import record_assessments

IN_USE_FROM = date(2022, 4, 1)
ROUNDS = (date(2022, 11, 14), date(2023, 11, 13), date(2024, 11, 18), date(2025, 11, 17))
"""The Mondays on which the yearly rounds closed."""

EXAMINED_SKILLS = {"information-security", "cloud-platform", "network", "project-management", "data-analysis"}
"""Skills with a national or vendor examination whose certificate expires."""

VALID = timedelta(days=3 * 365)


@dataclass(slots=True)
class Language:
    """The framework in use, as the rounds need it."""

    version: FrameworkVersion
    skills: dict[str, Skill] = field(default_factory=dict)
    requirements: dict[str, dict[str, int]] = field(default_factory=dict)  # job type -> skill -> level


def adopt_framework(actor: Viewer) -> Language:
    """The demonstration framework, saved, published and in use."""
    content = (DATA / "framework.json").read_bytes()
    parsed = read_framework([Source("framework.json", content)], "ikusei")
    if parsed.data is None:
        raise ValueError(parsed.problems)
    version = save_framework(actor=actor, data=parsed.data)
    publish_version(actor=actor, version=version, on=IN_USE_FROM)
    use_version(actor=actor, version=version, from_date=IN_USE_FROM)
    language = Language(version=version, skills={skill.key: skill for skill in version.skills.all()})
    for job_type in version.job_types.prefetch_related("requirements__skill"):
        language.requirements[job_type.key] = {
            row.skill.key: row.level for row in job_type.requirements.all()
        }
    return language


def rate(
    rng: random.Random, actor: Viewer, careers: Careers, crew: Crew, language: Language, *, today: date
) -> None:
    """Record what every ICT official and their supervisor said in each round up to today."""
    rows: list[Assessment] = []
    for member in careers.members:
        able = _begin(rng, member, language)
        for day in ROUNDS:
            stay = workplace(member, day)
            if day > today or stay is None or rng.random() < 0.03:
                continue
            _grow(rng, able, language.requirements[member.job_type], stay)
            rows += _round(rng, member, able, language, crew, stay, day)
    record_assessments(actor=actor, rows=rows)


def _begin(rng: random.Random, member: Member, language: Language) -> dict[str, int]:
    """True levels before the first round: somewhat under what the job type asks for, little elsewhere."""
    required = language.requirements[member.job_type]
    lag = {"主事": (1, 2, 2), "主任": (0, 1, 1, 2), "課長代理": (0, 0, 1)}[member.grade]
    return {
        key: max(0, required[key] - rng.choice(lag)) if key in required else rng.choice((0, 0, 0, 1, 1, 2))
        for key in language.skills
    }


def _grow(rng: random.Random, able: dict[str, int], required: dict[str, int], stay: Stay) -> None:
    """One year of work: what the post uses grows, faster on dispatch; what nobody uses fades now and then."""
    on_dispatch = stay.kind == "dispatch"
    for key, level in able.items():
        chance = (0.5 if on_dispatch else 0.34) if key in required else 0.1
        ceiling = required.get(key, 2) + (1 if on_dispatch else 0)
        if level < min(4, ceiling) and rng.random() < chance:
            able[key] = level + 1
        elif key not in required and level > 0 and rng.random() < 0.05:
            able[key] = level - 1


def workplace(member: Member, day: date) -> Stay | None:
    """Where an ICT official works on a day: the stay with the largest share; None before the ICT category or after it."""
    if not any(
        row.category == Category.ICT and row.from_date <= day and (row.until is None or day < row.until)
        for row in member.employments
    ):
        return None
    here = [
        stay for stay in member.stays if stay.from_date <= day and (stay.until is None or day < stay.until)
    ]
    return max(here, key=lambda stay: float(stay.share), default=None)


def _round(
    rng: random.Random,
    member: Member,
    able: dict[str, int],
    language: Language,
    crew: Crew,
    stay: Stay,
    day: date,
) -> list[Assessment]:
    """The statements of one round about one person: their own on every skill, the supervisor's on nearly all."""
    rows = []
    unit = stay.seat[0]
    head = crew.heads.get(unit) or crew.heads.get(unit[:7])
    rater = Rater.SUPERVISOR if not unit.startswith(GOVTECH) and stay.kind != "dispatch" else Rater.HOST
    for key, level in able.items():
        said = min(4, max(0, level + rng.choices((-1, 0, 1), (8, 78, 14))[0]))
        rows.append(
            _statement(
                member, language.skills[key], said, day - timedelta(days=rng.randint(10, 30)), Rater.SELF
            )
        )
        if head is None or rng.random() < 0.08:
            continue
        seen = min(4, max(0, level + rng.choices((-1, 0, 1), (5, 90, 5))[0]))
        row = _statement(member, language.skills[key], seen, day, rater)
        row.rater_person = head.person
        row.evidence = EvidenceGrade.SEEN
        if key in EXAMINED_SKILLS and level >= 3 and rng.random() < 0.25:
            row.evidence = EvidenceGrade.EXAMINED
            row.expires_on = day - timedelta(days=rng.randint(30, 900)) + VALID
        elif stay.kind == "dispatch" and level >= 2:
            row.evidence = EvidenceGrade.DONE
        elif rng.random() < 0.06:
            row.evidence = EvidenceGrade.TESTED
        rows.append(row)
    return rows


def _statement(member: Member, skill: Skill, level: int, day: date, rater: Rater) -> Assessment:
    return Assessment(
        person=member.person,
        skill=skill,
        level=level,
        stated_on=day,
        rater=rater,
        evidence=EvidenceGrade.SAID,
    )

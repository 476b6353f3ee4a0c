"""The yearly cycles that are closed: growth, disagreement with reasons and replies, evidence, expiry."""

import random
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from ikusei.demo.build.ict import Careers
from ikusei.demo.build.materials import DATA, Member, Stay
from ikusei.demo.build.staff import Crew
from ikusei.demo.build.units import GOVTECH, City
from ikusei.lib.fiscal import fiscal_year
from ikusei.org.access import Viewer
from ikusei.org.models import Category
from ikusei.skills.formats import Source, read_framework
from ikusei.skills.models import Assessment, Cycle, EvidenceGrade, FrameworkVersion, Rater, Skill
from ikusei.skills.services.frameworks import publish_version, save_framework, use_version
from ikusei.skills.services.levels import record_assessments
from ikusei.skills.services.past_cycles import (
    PastAnswer,
    PastParticipant,
    open_past_cycle,
    record_past_answers,
)

IN_USE_FROM = date(2022, 4, 1)
ROUNDS = (date(2022, 11, 14), date(2023, 11, 13), date(2024, 11, 18))
"""The Mondays on which the yearly cycles closed; this year's runs in winter (`build.cycle`)."""

POPULATION = {"groups": [[{"fact": "category", "is": ["ict"]}]], "except": []}

REASONS_DOWN = (
    "今年度は支援を受けながらの担当だったため。来年度は主担当をお願いしたい。",
    "手順書に沿った作業は一人でできているが、例外対応はまだ確認できていないため。",
    "担当業務で使う機会が少なかったため。",
)
REASONS_UP = (
    "後輩の指導まで行っており、実際はもう一段上だと見ている。",
    "外部との調整も一人でこなしていた。謙遜しすぎだと思う。",
)
REPLIES = (
    ("accept", ""),
    ("accept", "理由に納得しました。来年度の目標にします。"),
    ("keep", "本番障害の対応を一人で行った例があります。面談で説明します。"),
)
"""What supervisors and staff of the invented city wrote; entered in Japanese, as such words are."""

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
    version.refresh_from_db()
    language = Language(version=version, skills={skill.key: skill for skill in version.skills.all()})
    for job_type in version.job_types.prefetch_related("requirements__skill"):
        language.requirements[job_type.key] = {
            row.skill.key: row.level for row in job_type.requirements.all()
        }
    return language


@dataclass(frozen=True, slots=True)
class Turn:
    """What was said in one cycle by and of one member, at the stay where they worked then."""

    member: Member
    stay: Stay
    head: Member | None
    pairs: tuple[tuple[Assessment, Assessment | None], ...]


def rate(
    rng: random.Random,
    actor: Viewer,
    careers: Careers,
    crew: Crew,
    city: City,
    language: Language,
    *,
    today: date,
) -> dict[int, dict[str, int]]:
    """Record the closed cycles up to today; person -> skill -> the true level that they lead to."""
    cycles = {day: _past_cycle(actor, language, day) for day in ROUNDS if day <= today}
    turns: dict[date, list[Turn]] = {day: [] for day in cycles}
    able_now: dict[int, dict[str, int]] = {}
    for member in careers.members:
        able = able_now[member.person.pk] = _begin(rng, member, language)
        for day, cycle in cycles.items():
            stay = workplace(member, day)
            if stay is None or rng.random() < 0.03:
                continue
            grow(rng, able, language.requirements[member.job_type], stay)
            turns[day].append(_round(rng, member, able, language, crew, stay, cycle))
    rows = [
        said for there in turns.values() for turn in there for pair in turn.pairs for said in pair if said
    ]
    record_assessments(actor=actor, rows=rows)
    for day, there in turns.items():
        record_past_answers(actor=actor, cycle=cycles[day], people=[_past(rng, turn, city) for turn in there])
    return able_now


def _past_cycle(actor: Viewer, language: Language, day: date) -> Cycle:
    year = fiscal_year(day)
    return open_past_cycle(
        actor=actor,
        name_ja=f"{year}年度 スキル評価",
        name_en=f"Skill assessment FY{year}",
        version=language.version,
        opens_on=day - timedelta(days=42),
        self_until=day - timedelta(days=14),
        closed_on=day,
        population=POPULATION,
    )


def _past(rng: random.Random, turn: Turn, city: City) -> PastParticipant:
    """The turn as its closed cycle keeps it; two in three who were seen otherwise replied."""
    answers = []
    for own, other in turn.pairs:
        differs = other is not None and other.level != own.level
        reply, text = rng.choice(REPLIES) if differs and rng.random() < 0.66 else ("", "")
        reviewer = turn.head.person.user_id if turn.head else None
        answers.append(PastAnswer(own, other, reviewer, reply, text))
    return PastParticipant(turn.member.person.pk, city.units[turn.stay.seat[0]].pk, answers)


def _begin(rng: random.Random, member: Member, language: Language) -> dict[str, int]:
    """True levels before the first round: somewhat under what the job type asks for, little elsewhere."""
    required = language.requirements[member.job_type]
    lag = {"主事": (1, 2, 2), "主任": (0, 1, 1, 2), "課長代理": (0, 0, 1)}[member.grade]
    return {
        key: max(0, required[key] - rng.choice(lag)) if key in required else rng.choice((0, 0, 0, 1, 1, 2))
        for key in language.skills
    }


def grow(rng: random.Random, able: dict[str, int], required: dict[str, int], stay: Stay) -> None:
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
    cycle: Cycle,
) -> Turn:
    """The statements of one cycle about one person: their own on every skill, the supervisor's on nearly all."""
    pairs: list[tuple[Assessment, Assessment | None]] = []
    day = cycle.confirm_until
    unit = stay.seat[0]
    head = crew.heads.get(unit) or crew.heads.get(unit[:7])
    rater = Rater.SUPERVISOR if not unit.startswith(GOVTECH) and stay.kind != "dispatch" else Rater.HOST
    for key, level in able.items():
        said = min(4, max(0, level + rng.choices((-1, 0, 1), (8, 78, 14))[0]))
        answered_on = cycle.self_until - timedelta(days=rng.randint(0, 20))
        own = _statement(member, language.skills[key], said, answered_on, Rater.SELF, cycle)
        if head is None or rng.random() < 0.08:
            pairs.append((own, None))
            continue
        seen = min(4, max(0, level + rng.choices((-1, 0, 1), (5, 90, 5))[0]))
        row = _statement(member, language.skills[key], seen, day, rater, cycle)
        row.rater_person = head.person
        row.share = Decimal(stay.share)
        if seen != said:
            row.reason = rng.choice(REASONS_UP if seen > said else REASONS_DOWN)
        row.evidence = EvidenceGrade.SEEN
        if key in EXAMINED_SKILLS and level >= 3 and rng.random() < 0.25:
            row.evidence = EvidenceGrade.EXAMINED
            row.expires_on = day - timedelta(days=rng.randint(30, 900)) + VALID
        elif stay.kind == "dispatch" and level >= 2:
            row.evidence = EvidenceGrade.DONE
        elif rng.random() < 0.06:
            row.evidence = EvidenceGrade.TESTED
        pairs.append((own, row))
    return Turn(member, stay, head, tuple(pairs))


def _statement(member: Member, skill: Skill, level: int, day: date, rater: Rater, cycle: Cycle) -> Assessment:
    return Assessment(
        person=member.person,
        skill=skill,
        level=level,
        stated_on=day,
        rater=rater,
        evidence=EvidenceGrade.SAID,
        cycle=cycle,
    )

"""A language of four skills, people who work somewhere, and what is said of them: the ground of the maps' tests."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from itertools import count
from xml.etree import ElementTree

from ikusei.org import access
from ikusei.org.models import Category, Employment, Person, Post, Posting, Unit
from ikusei.org.services import people, posts
from ikusei.skills.formats import (
    CoverageData,
    FrameworkData,
    GroupData,
    JobTypeData,
    LevelData,
    SkillData,
    Text,
)
from ikusei.skills.models import Assessment, EvidenceGrade, FrameworkVersion, Rater, Skill
from ikusei.skills.services.levels import record_assessments
from ikusei.skills.tests.made_up import published
from tests.office import SINCE, Office

SKILLS = {"cloud": "クラウド", "data": "データ", "law": "法務", "design": "デザイン"}
JOB_TYPES = {
    "engineer": {"cloud": 3, "data": 2},
    "analyst": {"data": 3, "law": 2},
    "architect": {"cloud": 4, "data": 3, "law": 2, "design": 2},
}
RATED_ON = date(2025, 6, 1)

_numbers = count(1)


def language(
    *coverage: CoverageData, version: str = "1", use_from: date = SINCE, hole: tuple[str, int] | None = None
) -> FrameworkVersion:
    """The language in use: levels 0 to 4, three job types, and the coverage rules given."""
    data = FrameworkData(
        key="words",
        version=version,
        name=Text("ことば", "Words"),
        levels=tuple(
            LevelData(number, Text(f"段階{number}", f"Step {number}"), Text()) for number in range(5)
        ),
        groups=(GroupData("all", Text("全部", "Everything")),),
        skills=tuple(
            SkillData(
                key=key,
                name=Text(name, key.title()),
                group="all",
                level_texts={
                    level: Text(f"{name}の行動{level}", f"{key} behaviour {level}")
                    for level in range(5)
                    if (key, level) != hole
                },
            )
            for key, name in SKILLS.items()
        ),
        job_types=tuple(
            JobTypeData(key=key, name=Text(f"職{key}", key.title()), requirements=required)
            for key, required in JOB_TYPES.items()
        ),
        coverage=coverage,
    )
    return published(data, on=use_from, use_from=use_from)


def hire(
    office: Office,
    unit: str,
    number: int = 1,
    levels: Mapping[str, int] | None = None,
    *,
    job_type: str = "engineer",
    category: Category = Category.ICT,
    from_date: date = SINCE,
) -> list[Person]:
    """New people of one job type in a unit of the office, with levels that the supervisor stated."""
    room = office.units[unit]
    hired = [_person(room, category, from_date) for _place in range(number)]
    operator = access.operator()
    saved = people.add_people(actor=operator, rows=hired)
    seats = seat(room, job_type, number, from_date)
    posts.assign_all(
        actor=operator,
        postings=[
            Posting(person=person, post=post, from_date=from_date)
            for person, post in zip(saved, seats, strict=True)
        ],
    )
    if levels:
        skills = {skill.key: skill for skill in Skill.objects.filter(version__in_use_from=SINCE)}
        record_assessments(
            actor=operator,
            rows=[
                Assessment(
                    person=person, skill=skills[key], level=level, stated_on=RATED_ON, rater=Rater.SUPERVISOR
                )
                for person in saved
                for key, level in levels.items()
            ],
        )
    return saved


def seat(room: Unit, job_type: str, number: int = 1, from_date: date = SINCE) -> list[Post]:
    """New posts of a job type in a unit."""
    specs = [
        posts.PostSpec(
            unit=room,
            code=f"post-{next(_numbers)}",
            from_date=from_date,
            terms={"name_ja": "担当", "name_en": "Officer", "job_type": job_type},
        )
        for _place in range(number)
    ]
    return posts.open_posts(actor=access.operator(), specs=specs)


def post_to(
    office: Office,
    person: Person,
    unit: str,
    share: str,
    *,
    job_type: str = "engineer",
    from_date: date = SINCE,
) -> Posting:
    """A further posting of somebody to a new post."""
    return posts.assign(
        actor=access.operator(),
        person=person,
        post=seat(office.units[unit], job_type)[0],
        from_date=from_date,
        share=Decimal(share),
    )


def say(
    person: Person,
    skill: str,
    level: int,
    *,
    on: date = RATED_ON,
    rater: Rater = Rater.SUPERVISOR,
    expires_on: date | None = None,
    note: str = "",
    version: str = "1",
) -> None:
    """One statement about somebody."""
    record_assessments(
        actor=access.operator(),
        rows=[
            Assessment(
                person=person,
                skill=Skill.objects.get(key=skill, version__label=version),
                level=level,
                stated_on=on,
                rater=rater,
                evidence=EvidenceGrade.SEEN if rater != Rater.SELF else EvidenceGrade.SAID,
                evidence_note=note,
                expires_on=expires_on,
            )
        ],
    )


def _person(room: Unit, category: Category, from_date: date) -> tuple[Person, list[Employment]]:
    number = next(_numbers)
    person = Person(name=f"職員{number}", kana=f"ショクイン{number:05}", email=f"crowd-{number}@example.test")
    employment = Employment(
        person=person,
        employer=room.employer,
        staff_number=f"C-{number}",
        category=category,
        from_date=from_date,
    )
    return person, [employment]


def words_of_picture(content: bytes) -> str:
    """The text of an SVG picture; fails where it is not well-formed."""
    root = ElementTree.fromstring(content)  # noqa: S314  # our own answer, no stranger's file
    assert root.tag.endswith("svg")
    return " ".join(root.itertext())

"""Small invented frameworks for tests."""

from datetime import date

from ikusei.org import access
from ikusei.skills.formats import (
    FrameworkData,
    GroupData,
    JobTypeData,
    LevelData,
    SkillData,
    StatementData,
    Text,
)
from ikusei.skills.models import FrameworkVersion
from ikusei.skills.services import frameworks

LEVELS = tuple(
    LevelData(number, Text(f"段階{number}", f"Step {number}"), Text(f"意味{number}", f"Meaning {number}"))
    for number in range(3)
)


def framework(
    *, key: str = "test", version: str = "1", skills: int = 3, job_types: int = 2, with_hole: bool = True
) -> FrameworkData:
    """A framework with levels 0 to 2; the last skill has no behaviour at level 2 where a hole is wanted."""
    keys = [f"skill-{number}" for number in range(skills)]
    return FrameworkData(
        key=key,
        version=version,
        name=Text("試しの体系", "Test framework"),
        source="https://example.test/framework",
        licence="CC BY 4.0",
        note=Text("注記です。", "A note."),
        levels=LEVELS,
        groups=(GroupData("craft", Text("技術", "Craft")), GroupData("law", Text("法務", "Law"))),
        skills=tuple(
            SkillData(
                key=one,
                name=Text(f"項目{number}", f"Skill {number}"),
                group="craft" if number % 2 else "law",
                description=Text("説明", f"Description of {number}"),
                plain=Text(f"平たい意味{number}", f"Plain meaning {number}"),
                example=Text("例です", "An everyday example"),
                level_texts={
                    level: Text(f"行動{level}", f"Behaviour {level}")
                    for level in (1, 2)
                    if not (with_hole and number == skills - 1 and level == 2)
                },
                statements=(StatementData(f"S{number}", "statement", Text(en="A statement")),),
            )
            for number, one in enumerate(keys)
        ),
        job_types=tuple(
            JobTypeData(
                key=f"job-{number}",
                name=Text(f"職{number}", f"Job {number}"),
                family=Text("系列", "Family"),
                description=Text("職の説明", "What they do"),
                requirements={one: 1 + position % 2 for position, one in enumerate(keys[:5])},
            )
            for number in range(job_types)
        ),
    )


def published(
    data: FrameworkData | None = None, *, on: date = date(2025, 4, 1), use_from: date | None = None
) -> FrameworkVersion:
    """The framework saved and published, and put to use where a day is given."""
    operator = access.operator()
    version = frameworks.save_framework(actor=operator, data=data or framework())
    version = frameworks.publish_version(actor=operator, version=version, on=on)
    return (
        frameworks.use_version(actor=operator, version=version, from_date=use_from) if use_from else version
    )

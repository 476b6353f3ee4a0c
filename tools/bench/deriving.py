"""Runs inside Django on the city's database: derives levels of many people. Prints one JSON object."""

import json
import os
import sys
import time
from collections.abc import Callable
from datetime import date

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ikusei.config.settings")

import django

django.setup()

from ikusei.org import access
from ikusei.org.models import Employment
from ikusei.skills.deriving import Terms
from ikusei.skills.models import Assessment, Framework, FrameworkVersion, Rater, Skill
from ikusei.skills.queries.level_rules import preview_terms
from ikusei.skills.services.levels import rebuild_levels

STATED_ON = date(2025, 11, 1)


def main() -> None:
    """Seconds for the ICT staff, for one literacy level of everybody, and for the preview of another rule."""
    ict = set(Assessment.objects.values_list("person_id", flat=True))
    said = Assessment.objects.count()
    told: dict[str, float | int] = {
        "ict_people": len(ict),
        "ict_statements": said,
        "ict": _seconds(lambda: rebuild_levels(ict)),
    }
    skill = _literacy()
    people = list(
        Employment.objects.filter(until=None).order_by().values_list("person_id", flat=True).distinct()
    )
    rows = [
        Assessment(person_id=pk, skill=skill, level=1 + pk % 3, stated_on=STATED_ON, rater=Rater.SELF)
        for pk in people
    ]
    Assessment.objects.bulk_create(rows, batch_size=2000)
    told["literacy_people"] = len(people)
    told["literacy"] = _seconds(lambda: rebuild_levels(people, skill_ids=[skill.pk]))
    told["preview"] = _seconds(lambda: preview_terms(access.operator(), Terms(certificates=False)))
    json.dump(told, sys.stdout)


def _literacy() -> Skill:
    """The one skill of a framework for everybody."""
    framework = Framework.objects.create(key="literacy", name_ja="デジタルリテラシー")
    version = FrameworkVersion.objects.create(framework=framework, label="1")
    return Skill.objects.create(version=version, key="literacy", order=0, name_ja="デジタルリテラシー")


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


main()

"""The office's skills: the demonstration framework in use, and what was said of the owner and the colleague."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from django.apps import apps
from django.core.management import call_command

from ikusei.org import access
from ikusei.skills.models import Assessment, EvidenceGrade, FrameworkVersion, Rater, Skill
from ikusei.skills.services.levels import record_assessments
from tests.office import SINCE, Office

FRAMEWORK = Path(apps.get_app_config("demo").path) / "data" / "framework.json"

# The skills by their order in the framework -> (own statement, the supervisor's): agreed, disputed, own only, none.
SAID = {0: (2, 2), 1: (3, 2), 2: (1, None), 3: (2, 3), 10: (3, 3), 11: (2, None), 14: (4, 3), 17: (1, 1)}


def build(office: Office) -> FrameworkVersion:
    """The framework version in use since the office began, with two rounds of statements."""
    call_command(
        "skills_import", str(FRAMEWORK), format="ikusei", publish=True, use_from=SINCE, json=True, verbosity=0
    )
    version = FrameworkVersion.objects.get(in_use_from=SINCE)
    rows = [
        row
        for year in (2024, 2025)
        for key in ("owner", "colleague")
        for order, skill in enumerate(version.skills.order_by("order"))
        if order in SAID
        for row in statements(office, key, skill, year, *SAID[order])
    ]
    record_assessments(actor=access.operator(), rows=rows)
    return version


def statements(
    office: Office, key: str, skill: Skill, year: int, own: int, confirmed: int | None
) -> list[Assessment]:
    """What the person and the manager said of a skill in a year; a year ago all was a level lower."""
    person = office.person(key)
    less = 2025 - year
    said = [
        Assessment(
            person=person,
            skill=skill,
            level=max(own - less, 0),
            stated_on=date(year, 10, 1),
            rater=Rater.SELF,
            rater_person=person,
        )
    ]
    if confirmed is not None:
        said.append(
            Assessment(
                person=person,
                skill=skill,
                level=max(confirmed - less, 0),
                stated_on=date(year, 11, 1),
                rater=Rater.SUPERVISOR,
                rater_person=office.person("manager"),
                evidence=EvidenceGrade.SEEN,
                evidence_note="担当した業務で確認",
            )
        )
    return said

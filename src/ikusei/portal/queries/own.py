"""The official's questions: where do I stand, what next, why? And, without a map: what is known of me?"""

from dataclasses import dataclass

from django.db.models import FETCH_RAISE

from ikusei.org.access import Viewer
from ikusei.org.models import Category, Employment
from ikusei.org.queries.workplace import Workplace
from ikusei.rotation.queries.asked_sheet import AskedSheet, asked_sheet, with_asked_sheet
from ikusei.skills.queries.maps.my_map import MyMap, my_map
from ikusei.skills.queries.maps.reach import NextStep
from ikusei.skills.queries.self_assessment.participation import Standing as SelfAssessment
from ikusei.skills.queries.self_assessment.participation import open_standing

STEPS = 3


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an ICT professional stands today, and what could come next."""

    map: MyMap
    assessment: SelfAssessment | None = None
    sheet: AskedSheet | None = None

    @property
    def steps(self) -> tuple[NextStep, ...]:
        """The next steps that matter most."""
        return self.map.steps[:STEPS]


@dataclass(frozen=True, slots=True)
class Record:
    """What an official without a map finds first: where they work, and by whom they are employed."""

    workplace: Workplace | None
    employments: list[Employment]
    assessment: SelfAssessment | None = None
    sheet: AskedSheet | None = None


def own_page(viewer: Viewer) -> Standing | Record | None:
    """The viewer's standing; where nothing is asked of them and no level is known, their record; None for no person."""
    if viewer.person is None:
        return None
    rows = Employment.objects.on(viewer.today).filter(person=viewer.person).select_related("employer")
    employments = list(with_asked_sheet(rows, viewer.person, viewer.today).fetch_mode(FETCH_RAISE))
    sheet = asked_sheet(employments)
    is_ict = any(employment.category == Category.ICT for employment in employments)
    mine = my_map(viewer.person, on=viewer.today, employed_as_ict=is_ict)
    assessment = open_standing(viewer.person, viewer.today)
    if mine.rated or mine.job_type is not None:
        return Standing(mine, assessment, sheet)
    return Record(mine.workplace, employments, assessment, sheet)

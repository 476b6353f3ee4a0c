"""The employers."""

from collections import Counter
from dataclasses import dataclass

from django.db.models import FETCH_RAISE, Count

from ikusei.org import access
from ikusei.org.access import Right, Viewer
from ikusei.org.models import Employer, EmployerKind, Employment, UnitPeriod


@dataclass(frozen=True, slots=True)
class EmployerRow:
    """An employer with the people it employs and the units it has today."""

    employer: Employer
    people: int
    units: int


def all_employers(viewer: Viewer) -> list[Employer]:
    """Every employer, cities first, then by code."""
    rows = Employer.objects.order_by("code").fetch_mode(FETCH_RAISE)
    order = list(EmployerKind.values)
    return sorted(rows, key=lambda row: order.index(row.kind))


def employer_rows(viewer: Viewer) -> list[EmployerRow]:
    """Every employer with its numbers of today. Three queries."""
    access.require(viewer, Right.EMPLOYERS_MANAGE)
    people = Employment.objects.on(viewer.today).order_by().values_list("employer_id")
    units = UnitPeriod.objects.on(viewer.today).order_by().values_list("unit__employer_id")
    staff = Counter(dict(people.annotate(number=Count("person_id", distinct=True))))
    trees = Counter(dict(units.annotate(number=Count("pk"))))
    return [
        EmployerRow(employer=row, people=staff[row.pk], units=trees[row.pk]) for row in all_employers(viewer)
    ]

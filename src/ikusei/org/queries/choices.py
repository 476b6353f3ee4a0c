"""What a filter offers: the employers, and the units at the top of the viewer's scope with the parts of the chosen one."""

from dataclasses import dataclass, field
from datetime import date
from operator import itemgetter

from django.db.models import Q, Value

from ikusei.lib.fields import BilingualName
from ikusei.org import access
from ikusei.org.access import Right, Viewer
from ikusei.org.models import Employer, EmployerKind, UnitPeriod

_SHOWN_TREES = (EmployerKind.CITY, EmployerKind.AFFILIATE)


@dataclass(frozen=True, slots=True)
class Choice(BilingualName):
    """One thing to choose: its primary key and its names."""

    pk: int
    name_ja: str
    name_en: str


@dataclass(frozen=True, slots=True)
class Choices:
    """What a filter offers; `parts` are the units directly below the chosen one."""

    employers: list[Choice] = field(default_factory=list)
    units: list[Choice] = field(default_factory=list)
    parts: list[Choice] = field(default_factory=list)


def filter_choices(
    viewer: Viewer, right: Right, *, on: date, unit_id: int | None, employer_id: int | None
) -> Choices:
    """The employers and units that a list of people can be narrowed to. One query; none for whoever reaches a team.

    The units are the topmost of a day: of the chosen employer, else of the city and its affiliates; for a viewer whose
    scope is a unit, that unit. The chosen unit is always among them.
    """
    if access.reaches_units_only(viewer, right) and unit_id is None:
        return Choices()
    if employer_id is None:
        tops = Q(unit__employer__kind__in=_SHOWN_TREES)
    else:
        tops = Q(unit__employer_id=employer_id)
    units = UnitPeriod.objects.on(on).filter(
        Q(parent=None) & tops | Q(unit_id=unit_id) | Q(parent_id=unit_id)
    )
    employers = Employer.objects.order_by().annotate(what=Value("employer"), order=Value(0))
    rows = employers.values_list("what", "pk", "name_ja", "name_en", "pk", "order").union(
        units.order_by()
        .annotate(what=Value("unit"))
        .values_list("what", "unit_id", "name_ja", "name_en", "parent_id", "order"),
        all=True,
    )
    found = Choices()
    for what, pk, name_ja, name_en, parent_id, _order in sorted(rows.order_by(), key=itemgetter(5, 1)):
        choice = Choice(pk=pk, name_ja=name_ja, name_en=name_en)
        if what == "employer":
            found.employers.append(choice)
        elif parent_id is not None and parent_id == unit_id:
            found.parts.append(choice)
        else:
            found.units.append(choice)
    return found

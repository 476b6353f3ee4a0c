"""An employer's tree on a day: the units at the top and those directly below them, with their people."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date

from django.db.models import FETCH_RAISE, Q

from ikusei.lib.fields import BilingualName
from ikusei.org import access
from ikusei.org.access import NotVisible, Right, Viewer
from ikusei.org.models import Employer, EmployerKind, UnitKind, UnitPeriod
from ikusei.org.queries.headcount import Told, people_by_path


@dataclass(frozen=True, slots=True)
class TreeUnit(BilingualName):
    """A unit of the tree: its people with all below it, how many units stand directly below, those shown with it."""

    pk: int
    name_ja: str
    name_en: str
    kind: str
    people: Told
    parts: int
    shown_parts: list["TreeUnit"]


@dataclass(frozen=True, slots=True)
class Tree:
    """An employer with the top of its tree; `employers` can be chosen instead."""

    employer: Employer
    employers: list[Employer]
    tops: list[TreeUnit]
    people: Told
    units: int
    may_change: bool


def unit_tree(viewer: Viewer, *, employer_code: str, on: date) -> Tree:
    """The tree of an employer: of the city without a code. Raises NotVisible where there is no such employer.

    Everybody who is signed in sees the tree; numbers of people outside the viewer's scope are told roughly.
    """
    employers = list(Employer.objects.order_by("kind", "code").fetch_mode(FETCH_RAISE))
    employer = _chosen(employers, employer_code)
    counts = people_by_path(Q(post__unit__employer_id=employer.pk), on)
    rows = list(
        UnitPeriod.objects.on(on)
        .filter(unit__employer_id=employer.pk)
        .order_by("order", "unit_id")
        .values_list("unit_id", "parent_id", "name_ja", "name_en", "kind", "path")
    )
    people: Counter[int] = Counter()
    for path, number in counts.items():
        for unit_id in path.strip("/").split("/"):
            people[int(unit_id)] += number
    parts: defaultdict[int | None, list[tuple[int, int | None, str, str, str, str]]] = defaultdict(list)
    for row in rows:
        parts[row[1]].append(row)

    def shown(parent_id: int | None, levels: int) -> list[TreeUnit]:
        return [
            TreeUnit(
                pk=pk,
                name_ja=name_ja,
                name_en=name_en,
                kind=str(UnitKind(kind).label),
                people=Told(
                    people[pk],
                    access.reaches_unit(viewer, Right.PEOPLE_LIST, employer_id=employer.pk, path=path),
                ),
                parts=len(parts[pk]),
                shown_parts=shown(pk, levels - 1) if levels else [],
            )
            for pk, _parent, name_ja, name_en, kind, path in parts[parent_id]
        ]

    whole = access.reaches_unit(viewer, Right.PEOPLE_LIST, employer_id=employer.pk, path="/")
    return Tree(
        employer=employer,
        employers=employers,
        tops=shown(None, 1),
        people=Told(sum(counts.values()), whole),
        units=len(rows),
        may_change=viewer.can(Right.ORG_EDIT) and access.may_change_tree(viewer, Right.ORG_EDIT, employer),
    )


def _chosen(employers: list[Employer], code: str) -> Employer:
    if code:
        found = next((employer for employer in employers if employer.code == code), None)
    else:
        cities = (employer for employer in employers if employer.kind == EmployerKind.CITY)
        found = next(cities, employers[0] if employers else None)
    if found is None:
        raise NotVisible(code)
    return found

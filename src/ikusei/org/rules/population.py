"""What the form of a rule shows beside it: what there is to choose from, how many the rule takes in, and whom."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import CharField, Exists, F, OuterRef, Q, Subquery, Value
from django.db.models.functions import Cast, Concat

from ikusei.lib.fields import BilingualName, pick_text
from ikusei.lib.periods import current
from ikusei.org import access
from ikusei.org.access import Right, Viewer
from ikusei.org.job_types import job_type_name
from ikusei.org.models import Employer, EmployerKind, Employment, Posting, PostTerms, UnitPeriod
from ikusei.org.rules import Counts, Rule, counts, matching
from ikusei.org.rules.words import names

EXAMPLES = 10
_SHOWN_TREES = (EmployerKind.CITY, EmployerKind.AFFILIATE)

type Choice = tuple[str, str]
"""The value in a rule, and what it is called."""


@dataclass(frozen=True, slots=True)
class UnitChoice(BilingualName):
    """A unit to choose: where it stands in the tree of the day."""

    pk: int
    name_ja: str
    name_en: str
    path: str
    parent_id: int | None


@dataclass(frozen=True, slots=True)
class RuleChoices:
    """What can be chosen for the facts whose values stand in the database: fact -> choices; units with their place.

    `closed` are names of units that were chosen once and are not there on the day.
    """

    listed: dict[str, list[Choice]] = field(default_factory=dict)
    units: list[UnitChoice] = field(default_factory=list)
    closed: dict[str, str] = field(default_factory=dict)

    def parts_of(self, chosen: Collection[int]) -> list[UnitChoice]:
        """What can be chosen next to some units: the topmost, those beside the chosen, and their parts."""
        around: set[int | None] = {None}
        for unit in self.units:
            if unit.pk in chosen:
                around.update(int(pk) for pk in unit.path.split("/") if pk)
        return [unit for unit in self.units if unit.parent_id in around and unit.pk not in chosen]


@dataclass(frozen=True, slots=True)
class Example:
    """Somebody whom a rule takes in: name, main unit, and the id of their page."""

    public_id: UUID
    name: str
    unit: str


@dataclass(frozen=True, slots=True)
class Preview:
    """What a rule comes to on a day: its numbers, and the first of the people whom the viewer may list."""

    on: date
    counts: Counts
    examples: list[Example]


def preview(viewer: Viewer, rule: Rule, *, on: date) -> Preview:
    """The numbers of a rule and ten of its people by name, the look noted. Two queries."""
    people = access.people(viewer, Right.PEOPLE_LIST).filter(pk__in=matching(rule, on).values("pk"))
    places = Posting.objects.filter(
        current(on), current(on, "post__unit__periods__"), person_id=OuterRef("pk")
    ).order_by("-share", "from_date", "pk")
    unit = {
        f"unit_{code}": Subquery(places.values(f"post__unit__periods__name_{code}")[:1])
        for code in ("ja", "en")
    }
    rows = people.annotate(**unit).order_by("kana", "name", "pk")
    shown: list[Any] = list(rows.only("public_id", "name", "used_name", "name_latin")[:EXAMPLES])
    access.note_list(viewer, Right.PEOPLE_LIST, verb="org.population.examples", count=len(shown))
    return Preview(
        on=on,
        counts=counts(rule, on),
        examples=[
            Example(
                public_id=person.public_id,
                name=person.display_name,
                unit=pick_text({"ja": person.unit_ja or "", "en": person.unit_en or ""}),
            )
            for person in shown
        ],
    )


def rule_choices(facts: Collection[str], unit_ids: Collection[int], *, on: date) -> RuleChoices:
    """What there is to choose from for some facts on a day: employers, units, job types, entry routes.

    One query; a second one where a chosen unit is not there on the day.

    Units are the topmost of the city and its affiliates, the chosen ones with everything on the way up to them, what
    stands beside those, and their parts.
    """
    sources = [query for fact, query in _sources(unit_ids, on).items() if fact in facts]
    if not sources:
        return RuleChoices()
    found = RuleChoices()
    rows = sources[0].union(*sources[1:], all=True).order_by() if len(sources) > 1 else sources[0]
    units = []
    for fact, value, name_ja, name_en, path, parent_id, order in rows:
        if fact == "unit":
            units.append((order, UnitChoice(int(value), name_ja, name_en, path, parent_id)))
            continue
        label = job_type_name(value) if fact == "job_type" else pick_text({"ja": name_ja, "en": name_en})
        found.listed.setdefault(fact, []).append((value, label))
    for choices in found.listed.values():
        choices.sort(key=lambda choice: choice[1])
    found.units.extend(unit for _order, unit in sorted(units, key=lambda row: (row[0], row[1].pk)))
    if closed := set(unit_ids) - {unit.pk for unit in found.units}:
        called = names((), closed, on)
        found.closed.update({str(pk): called.unit(pk) for pk in closed})
    return found


def _sources(unit_ids: Collection[int], on: date) -> dict[str, Any]:
    """Fact -> rows (fact, value, name_ja, name_en, path, parent, order), to be put together in one query."""
    no_text, no_number = Value("", output_field=CharField()), Value(0)

    def rows(
        source: Any, fact: str, value: Any, ja: Any, en: Any, path: Any = no_text, parent: Any = no_number,
        order: Any = no_number,
    ) -> Any:  # fmt: skip
        named = source.order_by().annotate(
            fact_=Value(fact, output_field=CharField()),
            value_=Cast(value, CharField()),
            ja_=ja,
            en_=en,
            path_=path,
            parent_=parent,
            order_=order,
        )
        return named.values_list("fact_", "value_", "ja_", "en_", "path_", "parent_", "order_").distinct()

    name = (F("name_ja"), F("name_en"))
    job_types = PostTerms.objects.on(on).exclude(job_type="")
    routes = Employment.objects.on(on).exclude(entry_route="")
    return {
        "employer": rows(Employer.objects.all(), "employer", F("code"), *name),
        "job_type": rows(job_types, "job_type", F("job_type"), F("job_type"), no_text),
        "entry_route": rows(routes, "entry_route", F("entry_route"), F("entry_route"), no_text),
        "unit": rows(
            _offered_units(unit_ids, on),
            "unit",
            F("unit_id"),
            *name,
            path=F("path"),
            parent=F("parent_id"),
            order=F("order"),
        ),
    }


def _offered_units(chosen: Collection[int], on: date) -> Any:
    """The topmost units, the chosen with all above them, and whatever stands directly below one of these."""
    tops = Q(parent=None, unit__employer__kind__in=_SHOWN_TREES)
    if not chosen:
        return UnitPeriod.objects.on(on).filter(tops)
    marks = Concat(Value("/"), Cast(OuterRef("parent_id"), CharField()), Value("/"))
    below_one = UnitPeriod.objects.on(on).filter(unit_id__in=chosen, path__contains=marks)
    return UnitPeriod.objects.on(on).filter(tops | Q(unit_id__in=chosen) | Q(Exists(below_one)))

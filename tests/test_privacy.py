"""House rules of privacy: every field about a person says what it is kept for, and the wall against appraisal stands."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from django.apps import apps
from django.db import models

import ikusei
from ikusei.accounts.models import User
from ikusei.lib.privacy import KINDS, DataKind
from ikusei.org.access import RIGHTS, Right
from ikusei.org.imports.columns import COLUMNS
from ikusei.org.models import Person, Purpose, Role
from ikusei.portal.queries.privacy import SHOWN_BY, SHOWS_NOBODY
from ikusei.skills.models import Assessment, FrameworkVersion
from ikusei.skills.models.assessment import Rater
from ikusei.skills.services import levels
from tests.office import Office
from tests.page_client import PageClient

SOURCE = Path(ikusei.__path__[0])
APPRAISAL = re.compile(
    r"apprais|salary|wage|bonus|merit|payroll|performance|ranking|人事評価|勤務評定|勤務成績|業績評価|能力評価|査定|昇給|給与|給料額|賞与|勤勉手当|順位"
)

type Model = type[models.Model]
type Clients = Callable[[object], PageClient]


def ours() -> list[Model]:
    """Every model of Ikusei."""
    return [model for model in apps.get_models() if model.__module__.startswith("ikusei.")]


def fields_of(model: Model) -> list[models.Field[object, object]]:
    """The columns of a model, and its lists of other things."""
    return [*model._meta.concrete_fields, *model._meta.many_to_many]


TELLS_OF_NOBODY = {"skills.Skill.made_from": "the keys of the skills that a skill was made from"}
"""JSON that can name nobody, and what it holds."""


def points_loosely(field: models.Field[object, object]) -> bool:
    """Whether a field can name people without a relation: free JSON, the subject of an entry, a mail address."""
    if f"{field.model._meta.label}.{field.name}" in TELLS_OF_NOBODY:
        return False
    is_free = isinstance(field, models.JSONField | models.EmailField)
    return is_free or field.name.endswith(("_ref", "subject_id"))


def is_about_people(model: Model, seen: frozenset[Model] = frozenset()) -> bool:
    """Whether rows of a model can be traced to a person or an account, over any number of relations, or loosely."""
    if model in (Person, User) or any(points_loosely(field) for field in fields_of(model)):
        return True
    targets = {field.related_model for field in fields_of(model) if isinstance(field.related_model, type)}
    return any(
        target not in seen and is_about_people(target, seen | {model})
        for target in targets
        if issubclass(target, models.Model)
    )


def test_what_can_be_traced_to_people_is_found() -> None:
    found = {model._meta.label for model in ours() if is_about_people(model)}
    assert {"org.Leave", "audit.Entry", "jobs.Event", "jobs.Delivery", "files.StoredFile"} <= found
    assert {"skills.Assessment", "skills.Answer", "skills.CycleStep", "skills.EvidenceFor"} <= found
    assert not {"org.Employer", "org.Unit", "org.PostTerms", "skills.Skill", "audit.Seal"} & found


@pytest.mark.parametrize("model", ours(), ids=lambda model: model._meta.label)
def test_every_field_about_a_person_says_what_it_is_kept_for(model: Model) -> None:
    said = getattr(model, "privacy", None)
    if said is None:
        assert not is_about_people(model), f"{model._meta.label} needs `privacy` (ikusei.lib.privacy)"
        return
    names = {field.name for field in fields_of(model)}
    assert sorted(names - set(said)) == [], "fields that say nothing"
    assert sorted(set(said) - names) == [], "there are no such fields"
    assert all(kind is None or kind in KINDS for kind in said.values())
    relations = {f.name for f in fields_of(model) if f.related_model in (Person, User)}
    assert sorted(name for name in relations if said[name] is None) == [], "whoever stands here is somebody"


def test_every_kind_of_data_is_kept_somewhere() -> None:
    kept: set[DataKind | None] = set()
    for model in ours():
        kept |= set(getattr(model, "privacy", {}).values())
    assert kept - {None} == set(KINDS)


def test_every_right_says_whose_data_it_shows() -> None:
    shown = {right for rights in SHOWN_BY.values() for right in rights}
    assert set(SHOWN_BY) == {kind.key for kind in KINDS}
    assert shown | SHOWS_NOBODY == set(Right)
    assert not shown & SHOWS_NOBODY


# The wall: levels, wishes and read logs never feed appraisal, and no page ranks people.


def test_there_is_no_place_for_appraisal_in_the_data() -> None:
    words: list[str] = []
    for model in ours():
        words += [model._meta.model_name or "", str(model._meta.verbose_name)]
        words += [word for f in fields_of(model) for word in (f.name, str(f.verbose_name))]
    for column in COLUMNS:
        words += [column.key, column.name_ja, column.name_en, *column.aliases]
    assert [word for word in words if APPRAISAL.search(word)] == []


def test_no_role_and_no_purpose_is_for_appraisal() -> None:
    words = [*Right, *Role, *Purpose, *(str(one.label) for one in (*Role, *Purpose))]
    assert [word for word in words if APPRAISAL.search(word)] == []


def test_whoever_reads_the_trail_sees_no_levels_and_the_other_way_round() -> None:
    levels_of_people = {Right.LEVELS_SEE, Right.LEVELS_COUNT, Right.LEVELS_CONFIRM}
    both = [
        role for role, rights in RIGHTS.items() if Right.AUDIT_READ in rights and rights & levels_of_people
    ]
    assert both == []


ORDERS_BY_LEVEL = {
    # Where something is put in the order of levels, and what: never people.
    "skills/formats/": "the levels of a scale or of a certificate",
    "skills/services/": "the levels of a certificate, the texts of a skill",
    "skills/deriving.py": "the statements of one person on one skill",
    "skills/queries/certificates.py": "the levels of a certificate",
    "skills/queries/confirmation/sheet.py": "the levels of a scale",
    "skills/queries/framework_": "the levels of a scale, the texts of a skill",
    "skills/queries/frameworks.py": "the texts and requirements of a skill",
    "skills/queries/maps/catalogue.py": "the texts of a skill",
    "skills/queries/maps/reach.py": "the job types nearest to one person",
}
"""Beginning of a path -> what is sorted there."""

LEVEL = re.compile(r"\blevels?\b|\bscore")


def orders(tree: ast.AST) -> Iterator[str]:
    """What a source sorts by: the arguments of order_by, sort, sorted, min and max, as they are written."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if name == "order_by":
            yield " ".join(ast.unparse(argument) for argument in node.args)
        elif name in {"sort", "sorted", "max", "min"}:
            yield " ".join(ast.unparse(word.value) for word in node.keywords if word.arg == "key")
            if name == "sorted":
                yield ast.unparse(node.args[0])


def test_nothing_that_is_sorted_by_level_is_people() -> None:
    found = {
        str(path.relative_to(SOURCE))
        for path in SOURCE.rglob("*.py")
        if not {"tests", "migrations"} & set(path.parts)
        and any(LEVEL.search(order) for order in orders(ast.parse(path.read_text(encoding="utf-8"))))
    }
    unknown = [path for path in found if not path.startswith(tuple(ORDERS_BY_LEVEL))]
    assert sorted(unknown) == [], "say above what is sorted by level, if not people"
    gone = [place for place in ORDERS_BY_LEVEL if not any(path.startswith(place) for path in found)]
    assert gone == [], "nothing is sorted by level here any more"


def test_the_people_behind_a_number_stand_by_name_whatever_their_level(
    office: Office, skill_map: FrameworkVersion, client_as: Clients
) -> None:
    skill = skill_map.skills.get(key="digital-strategy")
    Assessment.objects.filter(skill=skill).delete()
    said = {"owner": 1, "colleague": 2, "host_supervisor": 4, "steward": 3}
    levels.record_assessments(
        actor=office.viewer("steward"),
        rows=[
            Assessment(
                person=office.person(key),
                skill=skill,
                level=level,
                stated_on=date(2026, 4, 1),
                rater=Rater.SUPERVISOR,
            )
            for key, level in said.items()
        ],
    )
    page = client_as("steward").open("/our-map/people/?skill=digital-strategy&level=1")
    rows = page.html.partition("<tbody")[2]
    names = [office.person(key).name for key in said]
    assert sorted(names, key=rows.index) == names, "the cast stands in the order of its readings"


SAYS_NOTHING_OF_LEVELS = {
    "skills/certificates/table.html",
    "skills/confirmation/sheet_look.html",  # what is to be saved, to nobody but whoever brought it
    "skills/cycles/base.html",
    "skills/cycles/cycles.html",
    "skills/cycles/plan.html",
    "skills/cycles/why.html",
    "skills/levels/rule.html",
    "skills/levels/rule_change.html",
}
"""Pages that say who sees them and show nobody's levels or wishes."""


def test_every_page_that_shows_levels_says_the_wall() -> None:
    silent = set()
    for room in ("skills", "growth"):
        folder = SOURCE / room / "templates"
        for path in folder.rglob("*.html"):
            text = path.read_text(encoding="utf-8")
            if "endwho_sees" in text and not re.search(r"the_wall|appraisal", text):
                silent.add(str(path.relative_to(folder)))
    assert sorted(silent - SAYS_NOTHING_OF_LEVELS) == [], "{% load org %} ... {% the_wall %}"
    assert sorted(SAYS_NOTHING_OF_LEVELS - silent) == []

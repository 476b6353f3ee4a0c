"""Below a published version nothing changes, whichever way it is tried; below a draft everything may."""

from collections.abc import Callable
from typing import Any

import pytest

from ikusei.org import access
from ikusei.skills.models import (
    FrameworkVersion,
    JobType,
    Level,
    LevelText,
    Requirement,
    Skill,
    SkillGroup,
    SkillStatement,
)
from ikusei.skills.models.fixed import PartOfVersion, PublishedIsFixed
from ikusei.skills.services import frameworks
from ikusei.skills.tests.made_up import framework, published

pytestmark = pytest.mark.django_db

PARTS: list[type[PartOfVersion]] = [Level, SkillGroup, Skill, LevelText, SkillStatement, JobType, Requirement]

each_part = pytest.mark.parametrize("part", PARTS, ids=lambda part: part.__name__)


def first(part: type[PartOfVersion]) -> Any:
    row = part._default_manager.order_by("pk").first()
    assert row is not None
    return row


@each_part
def test_a_published_row_is_not_saved(part: type[PartOfVersion]) -> None:
    published()
    with pytest.raises(PublishedIsFixed):
        first(part).save()


@each_part
def test_a_published_row_is_not_deleted(part: type[PartOfVersion]) -> None:
    published()
    with pytest.raises(PublishedIsFixed):
        first(part).delete()
    assert part._default_manager.exists()


@each_part
def test_published_rows_are_not_deleted_in_bulk(part: type[PartOfVersion]) -> None:
    published()
    with pytest.raises(PublishedIsFixed):
        part._default_manager.all().delete()


@each_part
def test_published_rows_are_not_updated_in_bulk(part: type[PartOfVersion]) -> None:
    published()
    field = {"Level": "name_en", "LevelText": "text_en", "SkillStatement": "text_en", "Requirement": "level"}
    with pytest.raises(PublishedIsFixed):
        part._default_manager.update(**{field.get(part.__name__, "name_en"): 1})


@each_part
def test_a_published_version_takes_no_new_rows(part: type[PartOfVersion]) -> None:
    published()
    copy = first(part)
    copy.pk = None
    copy._state.adding = True
    with pytest.raises(PublishedIsFixed):
        part._default_manager.bulk_create([copy])
    with pytest.raises(PublishedIsFixed):
        copy.save()


@each_part
def test_rows_of_a_draft_are_changed_and_deleted(part: type[PartOfVersion]) -> None:
    frameworks.save_framework(actor=access.operator(), data=framework())
    row = first(part)
    row.save()
    row.delete()
    assert not part._default_manager.filter(pk=row.pk).exists()


def test_rows_do_not_move_from_a_draft_into_a_published_version() -> None:
    version = published(framework(version="1"))
    draft = frameworks.save_framework(actor=access.operator(), data=framework(version="2"))
    with pytest.raises(PublishedIsFixed):
        draft.skills.update(version=version)
    skill = draft.skills.get(key="skill-0")
    skill.version = version
    with pytest.raises(PublishedIsFixed):
        skill.save()


CHANGES: list[Callable[[FrameworkVersion], Any]] = [
    lambda version: FrameworkVersion.objects.filter(pk=version.pk).update(licence="other"),
    lambda version: FrameworkVersion.objects.filter(pk=version.pk).update(state="draft"),
    lambda version: FrameworkVersion.objects.filter(pk=version.pk).delete(),
    lambda version: version.delete(),
]


@pytest.mark.parametrize("change", CHANGES)
def test_a_published_version_itself_is_neither_changed_nor_deleted(
    change: Callable[[FrameworkVersion], Any],
) -> None:
    version = published()
    with pytest.raises(PublishedIsFixed):
        change(version)


@pytest.mark.parametrize(("field", "value"), [("licence", "other"), ("label", "9"), ("state", "draft")])
def test_a_published_version_is_not_saved_with_another_value(field: str, value: str) -> None:
    version = published()
    setattr(version, field, value)
    with pytest.raises(PublishedIsFixed):
        version.save()

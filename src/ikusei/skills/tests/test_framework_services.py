"""Saving, publishing, using, withdrawing and deleting framework versions."""

from dataclasses import replace
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied

from ikusei.audit.models import Entry
from ikusei.lib import clock
from ikusei.org import access
from ikusei.skills.formats import CoverageData, Text
from ikusei.skills.models import Assessment, Framework, FrameworkVersion, LevelText, Rater, Requirement, Skill
from ikusei.skills.queries.framework_content import framework_data, same_version
from ikusei.skills.queries.frameworks import version_in_use
from ikusei.skills.services import frameworks
from ikusei.skills.tests.made_up import framework, published
from tests.office import Office

pytestmark = pytest.mark.django_db

OPERATOR = access.operator()


def test_what_is_saved_is_read_back_as_it_was() -> None:
    data = framework()
    version = frameworks.save_framework(actor=OPERATOR, data=data)
    assert version.is_draft
    assert framework_data(version) == data


def test_coverage_points_at_the_unit_of_its_code(office: Office) -> None:
    wanted = (CoverageData("skill-0", 1, 2), CoverageData("skill-0", 2, 1, "services"))
    version = frameworks.save_framework(actor=OPERATOR, data=replace(framework(), coverage=wanted))
    assert {one.unit and one.unit.pk for one in version.coverage.all()} == {None, office.units["services"].pk}
    assert framework_data(version).coverage == wanted


def test_coverage_of_a_unit_that_does_not_exist_is_refused_and_writes_nothing() -> None:
    data = replace(framework(), coverage=(CoverageData("skill-0", 1, 2, "nowhere"),))
    with pytest.raises(frameworks.UnknownUnit, match="nowhere"):
        frameworks.save_framework(actor=OPERATOR, data=data)
    assert not Framework.objects.exists()


def test_saving_is_recorded_with_counts() -> None:
    frameworks.save_framework(actor=OPERATOR, data=framework())
    entry = Entry.objects.get(verb="skills.framework.save")
    assert entry.subject_id == "test 1"
    assert entry.after == {"state": "draft", "skills": 3, "job_types": 2, "requirements": 6, "levels": 3}


def test_a_label_is_taken_once_and_the_stored_version_stays() -> None:
    frameworks.save_framework(actor=OPERATOR, data=framework())
    with pytest.raises(frameworks.LabelTaken, match="test"):
        frameworks.save_framework(actor=OPERATOR, data=framework(skills=9))
    assert Skill.objects.count() == 3


def test_a_second_version_joins_its_framework_and_renames_only_the_framework() -> None:
    first = frameworks.save_framework(actor=OPERATOR, data=framework())
    renamed = replace(framework(version="2"), name=Text("新しい名", "New name"))
    second = frameworks.save_framework(actor=OPERATOR, data=renamed)
    first.refresh_from_db()
    assert first.framework_id == second.framework_id
    assert (first.name_en, second.name_en) == ("Test framework", "New name")
    assert Framework.objects.get().name_en == "New name"


def test_the_same_content_is_found_whatever_the_order_of_its_levels() -> None:
    data = framework()
    version = frameworks.save_framework(actor=OPERATOR, data=data)
    assert same_version(replace(data, levels=data.levels[::-1])) == version
    assert same_version(replace(data, licence="other")) is None


def test_one_without_the_right_saves_nothing(office: Office) -> None:
    with pytest.raises(PermissionDenied):
        frameworks.save_framework(actor=office.viewer("manager"), data=framework())
    assert not Framework.objects.exists()


def test_a_steward_saves_and_publishes(office: Office) -> None:
    steward = office.viewer("steward")
    version = frameworks.save_framework(actor=steward, data=framework())
    version = frameworks.publish_version(actor=steward, version=version, on=date(2026, 4, 1))
    assert (version.state, version.published_on) == ("published", date(2026, 4, 1))
    assert Entry.objects.get(verb="skills.framework.publish").actor == steward.user


def test_a_version_is_published_once() -> None:
    version = published()
    with pytest.raises(frameworks.WrongState):
        frameworks.publish_version(actor=OPERATOR, version=version, on=clock.today())


def test_only_a_published_version_is_put_to_use() -> None:
    draft = frameworks.save_framework(actor=OPERATOR, data=framework())
    with pytest.raises(frameworks.WrongState):
        frameworks.use_version(actor=OPERATOR, version=draft, from_date=clock.today())


def test_the_version_in_use_follows_the_days() -> None:
    first = published(framework(version="1"), use_from=date(2025, 4, 1))
    second = published(framework(version="2"), use_from=date(2026, 4, 1))
    assert version_in_use(date(2025, 3, 31)) is None
    assert version_in_use(date(2026, 3, 31)) == first
    assert version_in_use(date(2026, 4, 1)) == second


def test_two_versions_do_not_begin_on_one_day() -> None:
    published(framework(version="1"), use_from=date(2025, 4, 1))
    with pytest.raises(frameworks.WrongState, match="test 1"):
        published(framework(version="2"), use_from=date(2025, 4, 1))


def test_a_day_to_come_can_be_moved_and_one_that_has_come_cannot() -> None:
    later = published(framework(version="2"), use_from=date(2027, 4, 1))
    moved = frameworks.use_version(actor=OPERATOR, version=later, from_date=date(2027, 10, 1))
    assert moved.in_use_from == date(2027, 10, 1)
    begun = published(framework(version="1"), use_from=date(2025, 4, 1))
    with pytest.raises(frameworks.WrongState):
        frameworks.use_version(actor=OPERATOR, version=begun, from_date=date(2027, 4, 1))
    again = frameworks.use_version(actor=OPERATOR, version=begun, from_date=date(2025, 4, 1))
    assert again.in_use_from == date(2025, 4, 1)


def test_a_version_whose_day_is_to_come_can_be_withdrawn_and_one_in_use_cannot() -> None:
    later = published(framework(version="2"), use_from=date(2027, 4, 1))
    withdrawn = frameworks.withdraw_version(actor=OPERATOR, version=later)
    assert (withdrawn.state, withdrawn.in_use_from) == ("withdrawn", None)
    begun = published(framework(version="1"), use_from=date(2025, 4, 1))
    with pytest.raises(frameworks.WrongState):
        frameworks.withdraw_version(actor=OPERATOR, version=begun)


def test_deleting_the_only_draft_removes_its_framework() -> None:
    draft = frameworks.save_framework(actor=OPERATOR, data=framework())
    frameworks.delete_draft(actor=OPERATOR, version=draft)
    assert not any(model.objects.exists() for model in (Framework, FrameworkVersion, LevelText, Requirement))


def test_a_published_version_is_not_deleted() -> None:
    with pytest.raises(frameworks.WrongState):
        frameworks.delete_draft(actor=OPERATOR, version=published())


def test_a_draft_with_which_somebody_was_assessed_is_not_deleted(office: Office) -> None:
    draft = frameworks.save_framework(actor=OPERATOR, data=framework())
    Assessment.objects.create(
        person=office.person("owner"),
        skill=draft.skills.get(key="skill-0"),
        level=1,
        stated_on=date(2026, 4, 1),
        rater=Rater.SELF,
    )
    with pytest.raises(frameworks.WrongState):
        frameworks.delete_draft(actor=OPERATOR, version=draft)
    assert Skill.objects.count() == 3

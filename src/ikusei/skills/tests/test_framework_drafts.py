"""Writing a new version by hand: copied, changed, split, merged; the published one stays, all of it is recorded."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.exceptions import PermissionDenied

from ikusei.audit.models import Entry
from ikusei.org.errors import RuleBroken
from ikusei.skills.formats import CoverageData, Text
from ikusei.skills.models import Coverage, FrameworkVersion, JobType, LevelText, Requirement, Skill
from ikusei.skills.queries.framework_content import framework_data
from ikusei.skills.services import framework_drafts as services
from ikusei.skills.services.framework_drafts import SkillSpec
from ikusei.skills.services.frameworks import LabelTaken, WrongState
from ikusei.skills.tests import crowds, versions
from ikusei.skills.tests.versions import OPERATOR, merge_law_and_design, split_cloud
from tests.office import Office
from tests.page_client import PageClient

type ClientAs = Callable[[str | None], PageClient]

pytestmark = pytest.mark.django_db


@pytest.fixture
def language(office: Office) -> FrameworkVersion:
    return crowds.language(CoverageData("cloud", 3, 2), CoverageData("law", 2, 1))


def asked(version: FrameworkVersion, job_type: str) -> dict[str, int]:
    rows = Requirement.objects.filter(job_type__version=version, job_type__key=job_type)
    return dict(rows.values_list("skill__key", "level"))


def test_a_copy_says_the_same_under_another_label(language: FrameworkVersion) -> None:
    new = versions.draft(language)
    before, after = framework_data(language), framework_data(new)
    assert (new.is_draft, after.version) == (True, "2")
    assert (after.skills, after.job_types, after.coverage) == (
        before.skills,
        before.job_types,
        before.coverage,
    )
    with pytest.raises(LabelTaken):
        versions.draft(language)


def test_a_split_gives_each_part_texts_requirements_and_coverage(language: FrameworkVersion) -> None:
    new = versions.draft(language, split_cloud)
    assert [skill.key for skill in new.skills.order_by("order")] == ["build", "run", "data", "law", "design"]
    assert asked(new, "engineer") == {"build": 3, "run": 3, "data": 2}
    assert set(Coverage.objects.filter(version=new).values_list("skill__key", "level", "people")) == {
        ("build", 3, 2),
        ("run", 3, 2),
        ("law", 2, 1),
    }
    for key in ("build", "run"):
        skill = Skill.objects.get(version=new, key=key)
        assert (skill.made_from, skill.level_texts.count()) == (["cloud"], 5)
    assert asked(language, "engineer") == {"cloud": 3, "data": 2}


def test_a_part_can_stay_the_old_skill(language: FrameworkVersion) -> None:
    into = [SkillSpec(Text("クラウド", "Cloud design"), "cloud"), SkillSpec(Text("運用", "Running"))]
    new = versions.draft(
        language,
        lambda draft: services.split_skill(actor=OPERATOR, version=draft, key="cloud", into=into),
    )
    assert set(new.skills.values_list("key", flat=True)) == {"cloud", "running", "data", "law", "design"}


def test_a_merger_asks_for_the_most_that_was_asked(language: FrameworkVersion) -> None:
    new = versions.draft(language, merge_law_and_design)
    assert asked(new, "architect") == {"cloud": 4, "data": 3, "rules": 2}
    assert asked(new, "analyst") == {"data": 3, "rules": 2}
    assert Skill.objects.get(version=new, key="rules").made_from == ["law", "design"]


def test_texts_behaviours_and_requirements_are_changed_and_recorded(language: FrameworkVersion) -> None:
    new = versions.draft(language)
    services.change_skill(
        actor=OPERATOR,
        version=new,
        key="data",
        texts={"name": Text("データ活用", "Data at work"), "plain": Text("数字で考える")},
        behaviours={1: Text("集計する"), 4: Text()},
    )
    services.set_requirements(
        actor=OPERATOR, version=new, job_type="engineer", levels={"data": None, "law": 1}
    )
    skill = Skill.objects.get(version=new, key="data")
    assert (skill.name_ja, skill.plain_ja) == ("データ活用", "数字で考える")
    texts = dict(LevelText.objects.filter(skill=skill).values_list("level", "text_ja"))
    assert (texts[1], 4 in texts, texts[2]) == ("集計する", False, "データの行動2")
    assert asked(new, "engineer") == {"cloud": 3, "law": 1}
    entry = Entry.objects.get(verb="skills.draft.change-skill")
    assert entry.before is not None
    assert entry.after is not None
    assert (entry.before["name_ja"], entry.after["name_ja"]) == ("データ", "データ活用")
    assert Entry.objects.filter(verb="skills.draft.requirements").exists()


def test_a_removed_skill_goes_with_what_asked_for_it(language: FrameworkVersion) -> None:
    new = versions.draft(
        language, lambda draft: services.remove_skill(actor=OPERATOR, version=draft, key="cloud")
    )
    assert asked(new, "engineer") == {"data": 2}
    assert language.skills.filter(key="cloud").exists()


def test_a_published_version_is_not_changed(language: FrameworkVersion) -> None:
    for edit in (split_cloud, merge_law_and_design):
        with pytest.raises(WrongState):
            edit(language)
    assert language.skills.count() == 4


def test_two_skills_do_not_share_a_key_and_none_is_nameless(language: FrameworkVersion) -> None:
    new = versions.draft(language)
    with pytest.raises(RuleBroken):
        services.add_skill(actor=OPERATOR, version=new, spec=SkillSpec(Text("クラウド", "Cloud")))
    with pytest.raises(RuleBroken):
        services.add_skill(actor=OPERATOR, version=new, spec=SkillSpec(Text()))
    assert new.skills.count() == 4


def test_only_a_steward_writes_drafts(office: Office, language: FrameworkVersion) -> None:
    with pytest.raises(PermissionDenied):
        services.copy_version(actor=office.viewer("manager"), version=language, label="2")
    assert services.copy_version(actor=office.viewer("steward"), version=language, label="2").is_draft


def test_a_new_version_is_written_in_the_browser(client_as: ClientAs, language: FrameworkVersion) -> None:
    client = client_as("steward")
    page = client.open("/frameworks/words/1/copy/", language="en")
    assert [field.get("value") for field in page.find_all("input", name="label")] == ["2"]
    client.send("/frameworks/words/1/copy/", {"label": "2"})
    client.send(
        "/frameworks/words/2/edit/add-skill/", {"name_ja": "調達", "name_en": "Buying", "group": "all"}
    )
    client.send(
        "/frameworks/words/2/skills/cloud/split/",
        {"part_1_en": "Building", "part_1_ja": "構築", "part_2_en": "Running", "keep": "1"},
    )
    client.send("/frameworks/words/2/edit/merge/", {"skills": ["law", "design"], "name_en": "Rules"})
    client.send("/frameworks/words/2/skills/data/remove/")
    page = client.open("/frameworks/words/2/skills/cloud/edit/", language="en")
    assert [field.text for field in page.find_all("textarea", name="level_3_ja")] == ["クラウドの行動3"]
    client.send(
        "/frameworks/words/2/skills/cloud/edit/",
        {"name_ja": "構築", "name_en": "Building", "level_3_ja": "一人で組む", "group": "all"},
    )
    client.send("/frameworks/words/2/job-types/engineer/edit/", {"skill_0": "2"})
    version = FrameworkVersion.objects.get(label="2")
    assert set(version.skills.values_list("key", flat=True)) == {"cloud", "running", "rules", "buying"}
    assert JobType.objects.get(version=version, key="engineer").requirements.count() == 1
    text = client.open("/frameworks/words/2/edit/", language="en")
    assert "Building" in text
    assert "Buying" in text


def test_a_split_into_one_is_refused_on_the_page(client_as: ClientAs, language: FrameworkVersion) -> None:
    versions.draft(language)
    page = client_as("steward").send(
        "/frameworks/words/2/skills/cloud/split/", {"part_1_en": "Alone"}, status=200, language="en"
    )
    assert "two new skills or more" in page


def test_two_versions_are_compared_word_by_word(client_as: ClientAs, language: FrameworkVersion) -> None:
    new = versions.draft(language, split_cloud)
    services.change_skill(
        actor=OPERATOR,
        version=new,
        key="data",
        texts={"name": Text("データ活用", "Data")},
        behaviours={2: Text("データの行動2", "data conduct 2")},
    )
    services.set_requirements(actor=OPERATOR, version=new, job_type="analyst", levels={"law": 4})
    page = client_as("steward").open("/frameworks/words/2/compare/1/", language="en")
    words = {tag: [element[-1].tail for element in page.find_all(tag)] for tag in ("ins", "del")}
    assert words == {"ins": ["活用", "conduct"], "del": ["behaviour"]}
    assert "Building" in page
    assert "renamed" in page
    assert "Analyst" in page
    client_as("owner").open("/frameworks/words/2/compare/1/", status=404)

"""`ikusei skills import` and `ikusei skills export`: what they print, when they fail, and that nothing is half written."""

import io
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from ikusei.audit.models import Entry
from ikusei.skills.formats import write_csv, write_json
from ikusei.skills.models import Framework, FrameworkVersion, JobType, LevelText, Requirement, Skill
from ikusei.skills.queries.framework_content import framework_data
from ikusei.skills.queries.frameworks import version_in_use
from ikusei.skills.tests.formats.conftest import shared_folder
from ikusei.skills.tests.made_up import framework, published

pytestmark = pytest.mark.django_db

KEYS = {
    "framework",
    "version",
    "skills",
    "job_types",
    "requirements",
    "levels",
    "undefined",
    "duplicates",
    "skipped",
    "problems",
}


def skills_import(*words: Any) -> tuple[int, dict[str, Any]]:
    """The exit code and what was printed as JSON."""
    out = io.StringIO()
    code = 0
    try:
        call_command("skills_import", *map(str, words), "--json", stdout=out, stderr=io.StringIO())
    except SystemExit as stop:
        code = int(stop.code or 0)
    printed = json.loads(out.getvalue())
    assert set(printed) == KEYS
    return code, printed


def said(*words: Any) -> str:
    out = io.StringIO()
    try:
        call_command("skills_import", *map(str, words), stdout=out, stderr=out)
    except SystemExit:
        out.write("exit 1")
    return out.getvalue()


@pytest.fixture
def ours(tmp_path: Path) -> Path:
    """Our own format in a file."""
    path = tmp_path / "framework.json"
    path.write_bytes(write_json(framework()))
    return path


def test_the_uk_files_come_in_as_published() -> None:
    folder = shared_folder("uk_gdad")
    code, printed = skills_import(folder / "roles.csv", folder / "skills.csv", "--format", "uk-gdad")
    assert code == 0
    counts = ("skills", "job_types", "levels", "undefined", "skipped", "problems")
    assert [printed[name] for name in counts] == [188, 201, 4, 148, 28, []]
    assert printed["duplicates"] > 0
    assert (Skill.objects.count(), JobType.objects.count()) == (188, 201)
    assert Requirement.objects.count() == printed["requirements"]
    assert LevelText.objects.count() == 188 * 4 - 148
    assert JobType.objects.values("family_en").distinct().count() > 1


def test_digcomp_comes_in_without_levels_and_requirements() -> None:
    folder = shared_folder("digcomp")
    code, printed = skills_import(*sorted(folder.glob("*.csv")), "--format", "digcomp")
    assert code == 0
    assert [printed[name] for name in ("skills", "job_types", "requirements", "levels")] == [21, 0, 0, 0]
    version = FrameworkVersion.objects.get()
    kinds = [version.skills.filter(statements__kind=kind).count() for kind in ("statement", "outcome")]
    assert kinds == [362, 523]


def test_a_truncated_uk_file_writes_nothing_and_names_the_row(tmp_path: Path) -> None:
    folder = shared_folder("uk_gdad")
    whole = (folder / "skills.csv").read_bytes()
    (tmp_path / "skills.csv").write_bytes(whole[: len(whole) // 2])
    code, printed = skills_import(folder / "roles.csv", tmp_path / "skills.csv", "--format", "uk-gdad")
    assert code == 1
    assert any(problem["file"] and problem["row"] for problem in printed["problems"])
    assert not Framework.objects.exists()


def test_our_json_becomes_a_draft(ours: Path) -> None:
    code, printed = skills_import(ours)
    assert (code, printed["framework"], printed["version"]) == (0, "test", "1")
    assert FrameworkVersion.objects.get().is_draft


def test_publish_and_use_from_are_done_in_the_same_go(ours: Path) -> None:
    assert skills_import(ours, "--publish", "--use-from", "2026-04-01")[0] == 0
    version = version_in_use(date(2026, 4, 1))
    assert version is not None
    assert version.label == "1"


def test_a_draft_cannot_be_put_to_use_and_then_nothing_is_written(ours: Path) -> None:
    code, printed = skills_import(ours, "--use-from", "2026-04-01")
    assert code == 1
    assert printed["problems"][0]["reason"]
    assert not Framework.objects.exists()


def test_a_dry_run_counts_and_writes_nothing(ours: Path) -> None:
    code, printed = skills_import(ours, "--dry-run", "--publish")
    assert (code, printed["skills"]) == (0, 3)
    assert not Framework.objects.exists()
    assert not Entry.objects.exists()


def test_the_same_content_again_is_unchanged(ours: Path) -> None:
    skills_import(ours)
    entries = Entry.objects.count()
    assert skills_import(ours)[0] == 0
    assert FrameworkVersion.objects.count() == 1
    assert Entry.objects.count() == entries


def test_the_same_content_again_can_still_be_published_and_put_to_use(ours: Path) -> None:
    skills_import(ours)
    for _time in range(2):
        assert skills_import(ours, "--publish", "--use-from", "2026-04-01")[0] == 0
    assert version_in_use(date(2026, 4, 1)) is not None


def test_other_content_under_the_same_label_is_refused(ours: Path) -> None:
    published(framework(skills=5))
    code, printed = skills_import(ours)
    assert code == 1
    assert "test" in printed["problems"][0]["reason"]
    assert printed["skills"] == 0
    assert Skill.objects.count() == 5


def test_a_file_that_is_not_there_is_a_problem(tmp_path: Path) -> None:
    code, printed = skills_import(tmp_path / "nothing.csv")
    assert code == 1
    assert printed["problems"][0]["file"].endswith("nothing.csv")


def test_broken_json_is_told_and_writes_nothing(ours: Path) -> None:
    ours.write_bytes(ours.read_bytes()[:-200])
    assert skills_import(ours)[0] == 1
    assert not Framework.objects.exists()


def test_people_read_counts_and_sentences(ours: Path) -> None:
    told = said(ours)
    assert "skills        3" in told
    assert "test 1" in told
    assert "exit 1" not in told
    ours.write_bytes(b"{")
    assert "exit 1" in said(ours)


@pytest.mark.parametrize("kind", ["json", "csv"])
def test_an_export_comes_in_again_as_the_very_same(kind: str, tmp_path: Path) -> None:
    data = framework_data(published())
    out = tmp_path / ("framework.json" if kind == "json" else "folder")
    call_command("skills_export", "test", "1", "--format", kind, "--out", str(out), stdout=io.StringIO())
    files = [out] if kind == "json" else sorted(out.iterdir())
    if kind == "csv":
        assert {path.name: path.read_bytes() for path in files} == write_csv(data)
    assert skills_import(*files)[0] == 0
    assert FrameworkVersion.objects.count() == 1


def test_an_unknown_version_is_answered_with_those_there_are(tmp_path: Path) -> None:
    published()
    with pytest.raises(CommandError, match="test 1"):
        call_command("skills_export", "test", "9", "--out", str(tmp_path / "x.json"))

"""`ikusei skills sheet import` and `undo`: counts as JSON, 1 where problems stop it."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from ikusei.lib.tabular import read_table
from ikusei.skills.models import Assessment
from ikusei.skills.tests.sheets.ground import HEADINGS, csv, framework
from tests.office import Office

pytestmark = pytest.mark.django_db

HEAD = ["職員番号", "氏名", *HEADINGS]
OWNER = ["S-owner", "青木 花", 1, 2, 3, 4]
BAD = ["S-colleague", "井上 蓮", "〇", 1, "", "-"]


@pytest.fixture(autouse=True)
def version(office: Office) -> None:
    framework()


def run(name: str, *arguments: str) -> tuple[dict[str, Any], int]:
    """What a command printed as JSON, and its exit status."""
    out = StringIO()
    status = 0
    try:
        call_command(name, *arguments, "--employer", "city", "--json", stdout=out)
    except SystemExit as ended:
        status = int(str(ended.code))
    return json.loads(out.getvalue()), status


def file(folder: Path, *rows: list[object]) -> str:
    path = folder / "シート.csv"
    path.write_bytes(csv(HEAD, *rows, encoding="cp932"))
    return str(path)


def test_a_sheet_is_recorded_and_undone(tmp_path: Path) -> None:
    told, status = run("skills_sheet_import", file(tmp_path, OWNER), "--on", "2026-04-01")
    assert (told["new"], told["written"], status) == (4, True, 0)
    assert Assessment.objects.count() == 4
    told, status = run("skills_sheet_undo")
    assert (told["undone"], status) == (4, 0)
    assert not Assessment.objects.exists()
    with pytest.raises(CommandError):
        run("skills_sheet_undo")


def test_a_dry_run_writes_nothing(tmp_path: Path) -> None:
    told, status = run("skills_sheet_import", file(tmp_path, OWNER), "--dry-run")
    assert (told["new"], told["written"], status) == (4, False, 0)
    assert not Assessment.objects.exists()


def test_problems_end_it_with_1_and_say_row_column_value_reason_and_fix(tmp_path: Path) -> None:
    told, status = run("skills_sheet_import", file(tmp_path, OWNER, BAD))
    assert status == 1
    (problem,) = told["problems"]
    assert (problem["row"], problem["column"], problem["value"]) == (3, "業務改革（BPR）", "〇")
    assert problem["reason"]
    assert problem["fix"]
    assert not Assessment.objects.exists()


def test_good_rows_are_recorded_and_the_others_written_beside_the_file(tmp_path: Path) -> None:
    told, status = run("skills_sheet_import", file(tmp_path, OWNER, BAD), "--good-rows")
    assert (told["new"], told["written"], status) == (4, True, 0)
    assert read_table(tmp_path / "シート-problems.csv").rows[1][0] == "S-colleague"


def test_a_column_is_named_on_the_command_line(tmp_path: Path) -> None:
    path = tmp_path / "sheet.csv"
    path.write_bytes(csv(["職員番号", "分析力"], ["S-owner", 3]))
    told, status = run("skills_sheet_import", str(path))
    assert (status, told["not_read"]) == (1, ["分析力"])
    told, status = run("skills_sheet_import", str(path), "--map", "分析力=データ分析", "--rater", "self")
    assert (told["new"], status) == (1, 0)
    assert Assessment.objects.get().rater == "self"


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", b"PK\x03\x04 broken"])
def test_a_file_that_cannot_be_read_is_told_and_ends_with_1(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "sheet.xlsx"
    path.write_bytes(content)
    told, status = run("skills_sheet_import", str(path))
    assert (len(told["problems"]), told["new"], status) == (1, 0, 1)


def test_what_does_not_exist_is_named(tmp_path: Path) -> None:
    with pytest.raises(CommandError):
        run("skills_sheet_import", str(tmp_path / "none.csv"))
    with pytest.raises(CommandError):
        run("skills_sheet_import", file(tmp_path, OWNER), "--framework", "none/1")
    with pytest.raises(CommandError):
        run("skills_sheet_import", file(tmp_path, OWNER), "--on", "2020-04-01")

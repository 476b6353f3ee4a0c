"""The commands: ikusei org employer create, ikusei people import, ikusei people export."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from ikusei.lib.tabular import read_table
from ikusei.org.models import Employer, Employment, Person
from ikusei.org.tests.staff_lists import HANA, STAFF, TARO, changed, csv_of, new_employer, workbook_of


@pytest.fixture
def town(db: None) -> Employer:
    return new_employer()


@pytest.fixture
def staff_list(tmp_path: Path) -> Path:
    path = tmp_path / "staff.csv"
    path.write_bytes(csv_of(*STAFF, encoding="cp932"))
    return path


def run(*words: object) -> tuple[int, Any]:
    """(exit code, JSON) of people import."""
    out, code = io.StringIO(), 0
    try:
        call_command("people_import", *map(str, words), "--json", stdout=out)
    except SystemExit as end:
        code = int(str(end.code))
    return code, json.loads(out.getvalue())


def test_an_employer_is_created_once(db: None) -> None:
    call_command(
        "org_employer_create",
        "aozora",
        "青空市",
        "--kind",
        "city",
        "--name-en",
        "Aozora",
        stdout=io.StringIO(),
    )
    assert Employer.objects.get().name_en == "Aozora"
    with pytest.raises(CommandError):
        call_command("org_employer_create", "aozora", "青空市", "--kind", "city")
    with pytest.raises(CommandError):
        call_command("org_employer_create", "not a code", "青空市", "--kind", "city")


def test_a_list_is_imported_and_counted(town: Employer, staff_list: Path) -> None:
    code, result = run(staff_list, "--employer", "town", "--as-of", "2026-04-01")
    assert (code, result["new"], result["problems"]) == (0, 6, [])
    assert Employment.objects.count() == 6
    code, result = run(staff_list, "--employer", "town", "--as-of", "2026-04-01")
    assert (code, result["new"], result["unchanged"], result["ended"]) == (0, 0, 6, 0)
    assert result["seconds"] >= 0


def test_a_dry_run_writes_nothing(town: Employer, staff_list: Path) -> None:
    code, result = run(staff_list, "--employer", "town", "--dry-run")
    assert (code, result["new"]) == (0, 6)
    assert not Person.objects.exists()


def test_problems_stop_the_import_with_exit_code_1(town: Employer, staff_list: Path) -> None:
    staff_list.write_bytes(csv_of(TARO, changed(HANA, 氏名="")))
    code, result = run(staff_list, "--employer", "town")
    assert code == 1
    assert set(result["problems"][0]) == {"row", "column", "value", "reason", "fix"}
    assert (result["problems"][0]["row"], result["problems"][0]["column"]) == (3, "氏名")
    assert not Person.objects.exists()


def test_good_rows_go_in_and_the_others_into_a_file_that_can_be_imported(
    town: Employer, tmp_path: Path
) -> None:
    path = tmp_path / "staff.xlsx"
    source = read_table(csv_of(TARO, changed(HANA, 生年月日="令和50年1月1日")))
    path.write_bytes(workbook_of(source.rows))
    code, result = run(path, "--employer", "town", "--good-rows")
    assert (code, result["new"], len(result["problems"])) == (0, 1, 1)
    mended = read_table(tmp_path / "staff-problems.xlsx")
    assert mended.rows[1][0] == "1002"
    code, result = run(tmp_path / "staff-problems.xlsx", "--employer", "town", "--dry-run")
    assert [problem["row"] for problem in result["problems"] if problem["row"]] == [2]


def test_columns_can_be_named(town: Employer, tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(csv_of(["1", "林 空"], headings=["ばんごう", "なまえ"]))
    assert run(path, "--employer", "town")[0] == 1
    code, result = run(path, "--employer", "town", "--map", "number=ばんごう", "--map", "name=なまえ")
    assert (code, result["new"]) == (0, 1)
    code, result = run(path, "--employer", "town", "--map", "number=ない")
    assert (code, result["problems"][0]["value"]) == (1, "ない")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00\x01\x02",
        b"PK\x03\x04broken",
        b"%PDF-1.7",
        b'a,b\n"c,d\n',
        "職員番号,氏名\n1,".encode("cp932") + b"\x81\x00",
    ],
)
def test_a_bad_file_is_a_problem_and_no_traceback(town: Employer, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "list.xlsx"
    path.write_bytes(content)
    code, result = run(path, "--employer", "town")
    assert code == 1
    assert result["problems"][0]["reason"]


def test_a_missing_file_is_a_problem(town: Employer, tmp_path: Path) -> None:
    code, result = run(tmp_path / "none.csv", "--employer", "town")
    assert (code, len(result["problems"])) == (1, 1)


def test_an_unknown_employer_is_named(db: None, staff_list: Path) -> None:
    with pytest.raises(CommandError, match="nowhere"):
        call_command("people_import", str(staff_list), "--employer", "nowhere")


def test_many_endings_have_to_be_allowed(town: Employer, staff_list: Path) -> None:
    run(staff_list, "--employer", "town")
    staff_list.write_bytes(csv_of(TARO, HANA))
    assert run(staff_list, "--employer", "town")[0] == 1
    assert run(staff_list, "--employer", "town", "--dry-run", "--allow-ended")[0] == 0
    code, result = run(staff_list, "--employer", "town", "--allow-ended")
    assert (code, result["ended"]) == (0, 4)


def test_what_a_person_reads_says_counts_and_problems(town: Employer, staff_list: Path) -> None:
    out = io.StringIO()
    staff_list.write_bytes(csv_of(TARO, changed(HANA, 氏名="")))
    with pytest.raises(SystemExit):
        call_command("people_import", str(staff_list), "--employer", "town", stdout=out)
    assert "氏名" in out.getvalue()


def test_an_export_in_cp932_says_what_it_could_not_write(
    town: Employer, staff_list: Path, tmp_path: Path
) -> None:
    staff_list.write_bytes(csv_of(changed(TARO, 氏名="邉󠄀 太郎"), HANA))
    run(staff_list, "--employer", "town")
    out, said = tmp_path / "out.csv", io.StringIO()
    call_command(
        "people_export",
        "--employer",
        "town",
        "--out",
        str(out),
        "--encoding",
        "cp932",
        stdout=io.StringIO(),
        stderr=said,
    )
    assert "U+E0100" in said.getvalue()
    assert "髙橋 花" in out.read_bytes().decode("cp932")


@pytest.mark.parametrize("name", ["out.csv", "out.xlsx"])
def test_an_export_comes_back_unchanged(town: Employer, staff_list: Path, tmp_path: Path, name: str) -> None:
    run(staff_list, "--employer", "town", "--as-of", "2026-04-01")
    call_command("people_export", "--employer", "town", "--out", str(tmp_path / name), stdout=io.StringIO())
    code, result = run(tmp_path / name, "--employer", "town")
    assert (code, result["new"], result["changed"], result["unchanged"]) == (0, 0, 0, 6)

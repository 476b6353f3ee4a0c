"""Whatever is wrong with a file, the reader says so with file, row and column, and nothing may be written."""

import random
import zipfile
from io import BytesIO

import pytest

from ikusei.skills.formats import Limits, ParsedFramework, Source, read_framework

from .conftest import csv_bytes, csv_rows


def told(parsed: ParsedFramework) -> str:
    """Asserts that nothing may be written and every problem is a whole one; the first one's reason."""
    assert parsed.data is None
    assert parsed.problems
    for problem in parsed.problems:
        assert problem.file
        assert problem.reason
        assert problem.fix
        assert problem.blocking
    summary = parsed.summary()
    assert summary["skills"] == summary["requirements"] == 0
    assert set(summary["problems"][0]) == {"file", "row", "column", "value", "reason", "fix"}
    return parsed.problems[0].reason


@pytest.mark.parametrize("seed", range(10))
def test_uk_file_cut_off_anywhere_is_refused(uk_files: list[Source], seed: int) -> None:
    chance = random.Random(seed)
    for position, name in enumerate(("roles.csv", "skills.csv")):
        content = uk_files[position].content
        cut = content[: chance.randrange(1, len(content) - 2)]
        parsed = read_framework([Source(name, cut), uk_files[1 - position]], "uk-gdad")
        told(parsed)
        assert parsed.problems[0].file in ("roles.csv", "skills.csv")
        assert parsed.problems[0].row


@pytest.mark.parametrize("seed", range(10))
def test_digcomp_file_cut_off_anywhere_is_refused(digcomp_files: list[Source], seed: int) -> None:
    chance = random.Random(seed)
    for source in digcomp_files:
        cut = Source(source.name, source.content[: chance.randrange(1, len(source.content) - 10)])
        others = [other for other in digcomp_files if other is not source]
        parsed = read_framework([cut, *others], "digcomp")
        told(parsed)
        assert parsed.problems[0].row


def test_uk_file_cut_off_between_rows_is_refused(uk_files: list[Source]) -> None:
    roles, skills = uk_files
    for name, source, other in (("roles.csv", roles, skills), ("skills.csv", skills, roles)):
        rows = csv_rows(source.content)
        told(read_framework([Source(name, csv_bytes(*rows[: len(rows) // 2])), other]))


def test_cut_off_file_is_told_with_row_line_and_column(uk_files: list[Source]) -> None:
    roles, skills = uk_files
    rows = csv_rows(roles.content)
    whole = csv_bytes(*rows[:100])
    cut = whole + b'Data,Data analyst,"An unfinished\ncell'
    problem = read_framework([Source("roles.csv", cut), skills]).problems[0]
    assert (problem.row, problem.column) == (101, "Role Description")
    assert problem.line == whole.count(b"\n") + 1


def test_row_with_too_few_or_too_many_cells_is_told(uk_files: list[Source]) -> None:
    rows = csv_rows(uk_files[1].content)
    rows[4] = rows[4][:3]
    rows[6].append("too many")
    problems = read_framework([uk_files[0], Source("skills.csv", csv_bytes(*rows))]).problems
    assert [(one.row, one.column) for one in problems] == [(5, "Working"), (7, "8")]


def test_swapped_names_change_nothing_and_are_noted(uk_files: list[Source]) -> None:
    roles, skills = uk_files
    parsed = read_framework([Source("skills.csv", roles.content), Source("roles.csv", skills.content)])
    assert parsed.data == read_framework(uk_files).data
    assert {note.file for note in parsed.notes if note.row == 1} == {"roles.csv", "skills.csv"}


def test_same_file_given_twice_is_refused(uk_files: list[Source]) -> None:
    parsed = read_framework([uk_files[0], Source("skills.csv", uk_files[0].content)])
    assert "roles.csv" in told(parsed)


def test_two_files_of_one_kind_are_refused(uk_files: list[Source]) -> None:
    roles, skills = uk_files
    told(read_framework([roles, Source("roles2.csv", roles.content + b"\n"), skills]))


def test_single_uk_file_is_refused_with_the_missing_one(uk_files: list[Source]) -> None:
    for position, missing in ((0, "skills.csv"), (1, "roles.csv")):
        parsed = read_framework([uk_files[position]])
        told(parsed)
        assert parsed.problems[0].file == missing


def test_file_of_another_format_is_refused(uk_files: list[Source], digcomp_files: list[Source]) -> None:
    assert "digcomp" in told(read_framework([uk_files[0], digcomp_files[0]], "uk-gdad"))
    assert "uk-gdad" in told(read_framework(uk_files, "digcomp"))
    told(read_framework(uk_files, "ikusei"))


def test_latin_1_bytes_are_told_with_row_and_column(uk_files: list[Source]) -> None:
    rows = csv_rows(uk_files[1].content)
    rows[9][1] = "café"
    before, after = csv_bytes(*rows).split("café".encode())
    parsed = read_framework([uk_files[0], Source("skills.csv", before + b"caf\xe9" + after)])
    told(parsed)
    problem = parsed.problems[0]
    assert (problem.file, problem.row, problem.column, problem.value) == (
        "skills.csv",
        10,
        "Skill Description",
        "0xE9",
    )


def test_replacement_character_of_a_wrong_conversion_is_told(uk_files: list[Source]) -> None:
    rows = csv_rows(uk_files[1].content)
    rows[9][2] = "caf\ufffd"
    problem = read_framework([uk_files[0], Source("skills.csv", csv_bytes(*rows))]).problems[0]
    assert (problem.row, problem.column) == (10, "Awareness")


def test_binary_files_are_told_for_what_they_are() -> None:
    archive = BytesIO()
    with zipfile.ZipFile(archive, "w") as made:
        made.writestr("a.txt", "a")
    for content in (
        archive.getvalue(),
        "a,b\n".encode("utf-16"),
        b"\x1f\x8b\x08",
        b"\xd0\xcf\x11\xe0",
        b"%PDF-1",
    ):
        told(read_framework([Source("roles.csv", content)]))


@pytest.mark.parametrize("content", [b"", b"\n \n", b"\xef\xbb\xbf", b"hello", b"a,b\n1,2\n", b"\x00\x00"])
@pytest.mark.parametrize("wanted", [None, "ikusei", "uk-gdad", "digcomp"])
def test_files_that_hold_nothing_known_are_refused(content: bytes, wanted: str | None) -> None:
    told(read_framework([Source("file.csv", content)], wanted))


def test_no_file_is_refused() -> None:
    parsed = read_framework([])
    assert parsed.data is None
    assert parsed.problems


def test_files_beyond_the_limits_are_refused(uk_files: list[Source]) -> None:
    parsed = read_framework(uk_files, limits=Limits(max_bytes=1_000_000))
    assert str(len(uk_files[0].content)) in told(parsed)
    assert [one.file for one in parsed.problems] == ["roles.csv"]
    parsed = read_framework(uk_files, limits=Limits(max_rows=100))
    told(parsed)
    assert [(one.file, one.row) for one in parsed.problems] == [("roles.csv", 102), ("skills.csv", 102)]
    told(read_framework(uk_files, limits=Limits(max_files=1)))


def test_too_large_file_is_not_even_decoded() -> None:
    parsed = read_framework([Source("roles.csv", b"\xff" * 2_000)], limits=Limits(max_bytes=1_000))
    assert len(parsed.problems) == 1
    assert "2000" in told(parsed)


def test_thousands_of_problems_are_counted_not_listed(uk_files: list[Source]) -> None:
    rows = csv_rows(uk_files[0].content)
    for row in rows[1:]:
        row[7] = "Wizard" if row[7] != "NOT IN USE" else row[7]
    parsed = read_framework([Source("roles.csv", csv_bytes(*rows)), uk_files[1]])
    assert len(parsed.problems) == 201
    assert "1597" in parsed.problems[-1].reason


def test_unknown_format_name_is_an_error_of_the_caller() -> None:
    with pytest.raises(ValueError, match="sfia"):
        read_framework([], "sfia")

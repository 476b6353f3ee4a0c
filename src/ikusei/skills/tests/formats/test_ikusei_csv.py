"""Our CSV: filled in by an office with Excel, so its habits are read and its slips are told with row and column."""

import pytest

from ikusei.skills.formats import ParsedFramework, Source, read_framework, write_csv

from .conftest import csv_bytes, csv_rows
from .sample import SAMPLE


def files() -> dict[str, list[list[str]]]:
    return {name: csv_rows(content) for name, content in write_csv(SAMPLE).items()}


def read(tables: dict[str, list[list[str]]], encoding: str = "utf-8") -> ParsedFramework:
    made = {name: csv_bytes(*rows).decode().encode(encoding) for name, rows in tables.items()}
    return read_framework([Source(name, content) for name, content in made.items()])


def only_problem(tables: dict[str, list[list[str]]]) -> tuple[str, int | None, str | None]:
    parsed = read(tables)
    assert parsed.data is None
    assert len(parsed.problems) == 1, parsed.problems
    problem = parsed.problems[0]
    return problem.file, problem.row, problem.column


def test_sample_is_read_back() -> None:
    parsed = read(files())
    assert parsed.data == SAMPLE
    assert not parsed.notes
    assert not parsed.skipped


def test_excel_finds_its_mark_and_no_formula() -> None:
    for content in write_csv(SAMPLE).values():
        assert content.startswith(b"\xef\xbb\xbf")
    cells = files()["skills.csv"][1]
    assert "'=SUM is text here" in cells
    assert "'- Sets up a server" in cells


def test_japanese_windows_encoding_is_read() -> None:
    assert read(files(), "cp932").data == SAMPLE


def test_accented_letters_of_another_encoding_are_not_taken_for_japanese() -> None:
    for words in ("Informática", "the city’s “skills”", "naïve café"):
        content = csv_bytes(["field", "value"], ["name", words]).decode().encode("cp1252")
        problem = read_framework([Source("framework.csv", content)]).problems[0]
        assert (problem.row, problem.column) == (2, "value")


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_other_delimiters_of_excel_are_read(delimiter: str) -> None:
    tables = files()
    sources = []
    for name, rows in tables.items():
        text = "\r\n".join(
            delimiter.join(f'"{cell.replace(chr(34), chr(34) * 2)}"' for cell in row) for row in rows
        )
        sources.append(Source(name, (text + "\r\n").encode()))
    assert read_framework(sources).data == SAMPLE


def test_japanese_headings_are_read() -> None:
    tables = files()
    tables["skills.csv"][0] = [
        "キー", "分野", "名称（日本語）", "名称（英語）", "説明（日本語）", "説明（英語）", "平易な意味（日本語）",
        "平易な意味（英語）", "例（日本語）", "例（英語）", "レベル０（日本語）", "レベル0（英語）", "レベル1（日本語）",
        "レベル 1（英語）", "レベル２（日本語）", "レベル2（英語）",
    ]  # fmt: skip
    tables["levels.csv"][0] = ["番号", "名称（日本語）", "名称（英語）", "意味（日本語）", "意味（英語）"]
    tables["coverage.csv"][0] = ["スキル項目", "レベル", "人数", "組織"]
    parsed = read(tables)
    assert parsed.data == SAMPLE
    tables["skills.csv"][1][1] = "unknown"
    assert only_problem(tables) == ("skills.csv", 2, "分野")


def test_requirements_may_be_headed_by_names_and_filled_with_level_names() -> None:
    tables = files()
    tables["job_types.csv"][0][-2:] = ["クラウド", "data_1"]
    tables["job_types.csv"][1][-2:] = ["does with support", "０"]
    tables["job_types.csv"][2][-2:] = ["-", " "]
    assert read(tables).data == SAMPLE


def test_blank_rows_and_columns_of_excel_are_passed_over() -> None:
    tables = files()
    rows = tables["skills.csv"]
    blank = [""] * (len(rows[0]) + 2)
    tables["skills.csv"] = [blank, rows[0], *[[*row, "", ""] for row in rows[1:]], blank]
    assert read(tables).data == SAMPLE


def test_files_of_other_names_are_known_by_their_headings() -> None:
    content = write_csv(SAMPLE)
    sources = [
        Source(f"file{number}.csv", one)
        for number, one in enumerate(content.values())
        if one != content["groups.csv"]
    ]
    assert read_framework([*sources, Source("our groups 2.csv", content["groups.csv"])]).data == SAMPLE


def test_optional_files_may_be_left_out() -> None:
    tables = files()
    for name in ("job_types.csv", "statements.csv", "coverage.csv"):
        del tables[name]
    data = read(tables).data
    assert data
    assert (len(data.skills), data.job_types, data.coverage) == (2, (), ())


@pytest.mark.parametrize("name", ["framework.csv", "skills.csv"])
def test_missing_file_is_named(name: str) -> None:
    tables = files()
    del tables[name]
    assert read(tables).problems[0].file == name


SLIPS: list[tuple[str, int, int, str, str | None]] = [
    ("framework.csv", 1, 1, "ikusei-framework/9", "value"),
    ("framework.csv", 2, 1, "not a key", "key"),
    ("framework.csv", 3, 0, "verson", "field"),
    ("framework.csv", 3, 0, "key", "field"),
    ("levels.csv", 2, 0, "one", "number"),
    ("levels.csv", 2, 0, "0", "number"),
    ("groups.csv", 1, 0, "", "key"),
    ("skills.csv", 2, 0, "cloud", "key"),
    ("skills.csv", 2, 2, "", "name_ja, name_en"),
    ("skills.csv", 1, 1, "else", "group"),
    ("skills.csv", 0, 10, "level_7_ja", "level_7_ja"),
    ("job_types.csv", 1, 7, "9", "skill:cloud"),
    ("job_types.csv", 1, 7, "expert", "skill:cloud"),
    ("job_types.csv", 0, 7, "skill:clowd", "skill:clowd"),
    ("job_types.csv", 0, 8, "cloud", "cloud"),
    ("job_types.csv", 2, 0, "engineer", "key"),
    ("statements.csv", 1, 0, "clowd", "skill"),
    ("statements.csv", 2, 1, "A.1", "code"),
    ("statements.csv", 1, 2, "goal", "kind"),
    ("statements.csv", 1, 4, "", "text_ja, text_en"),
    ("coverage.csv", 1, 0, "clowd", "skill"),
    ("coverage.csv", 1, 1, "9", "level"),
    ("coverage.csv", 1, 2, "many", "people"),
    ("coverage.csv", 1, 2, "0", "people"),
]


@pytest.mark.parametrize(("name", "row", "cell", "value", "column"), SLIPS)
def test_slip_is_told_with_file_row_and_column(
    name: str, row: int, cell: int, value: str, column: str | None
) -> None:
    tables = files()
    tables[name][row][cell] = value
    parsed = read(tables)
    assert parsed.data is None
    assert (name, column) in [(problem.file, problem.column) for problem in parsed.problems]
    first = next(problem for problem in parsed.problems if problem.column == column)
    if name != "framework.csv":
        assert first.row == row + 1


def test_heading_standing_twice_is_a_problem() -> None:
    tables = files()
    tables["skills.csv"][0][3] = "名称（日本語）"
    assert only_problem(tables) == ("skills.csv", 1, "名称（日本語）")


def test_row_of_an_unclosed_quotation_mark_is_told() -> None:
    content = write_csv(SAMPLE)
    broken = content["skills.csv"] + b'x,,"never closed\r\n'
    content["skills.csv"] = broken
    problem = read_framework([Source(*one) for one in content.items()]).problems[0]
    assert (problem.file, problem.row, problem.column) == ("skills.csv", 4, "name_ja")


def test_last_line_without_an_end_is_noted() -> None:
    content = {name: one.rstrip(b"\r\n") for name, one in write_csv(SAMPLE).items()}
    parsed = read_framework([Source(*one) for one in content.items()])
    assert parsed.data == SAMPLE
    assert len(parsed.notes) == len(content)

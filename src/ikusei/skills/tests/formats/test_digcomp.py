"""DigComp: the published files give the published counts, small ones show each rule."""

from ikusei.skills.formats import ParsedFramework, Source, Text, read_framework

from .conftest import csv_bytes

HEADING = ("location", "context", "source", "target")


def core(*extra: tuple[str, ...]) -> list[tuple[str, ...]]:
    return [
        ("digcomp.area.1.label", "", "Information", ""),
        ("digcomp.area.1.description", "", "About information", ""),
        ("digcomp.competence.1.1.label", "", "Browsing", ""),
        ("digcomp.competence.1.1.description", "", "To browse", ""),
        ("digcomp.statement.CS1.1.01", "", "Browse.", "閲覧する。"),
        *extra,
    ]


def read(
    rows: list[tuple[str, ...]], name: str = "all_en.csv", language: str | None = None
) -> ParsedFramework:
    return read_framework([Source(name, csv_bytes(HEADING, *rows))], target_language=language)


def test_published_files_give_the_published_counts(digcomp_files: list[Source]) -> None:
    parsed = read_framework(digcomp_files)
    assert parsed.summary() == {
        "framework": "digcomp",
        "version": "3.0",
        "skills": 21,
        "job_types": 0,
        "requirements": 0,
        "levels": 0,
        "undefined": 0,
        "duplicates": 0,
        "skipped": 0,
        "problems": [],
    }
    assert parsed.data
    kinds = [one.kind for skill in parsed.data.skills for one in skill.statements]
    assert (len(parsed.data.groups), kinds.count("statement"), kinds.count("outcome")) == (5, 362, 523)
    assert parsed.data.licence == "CC BY 4.0"


def test_statements_stand_under_their_competence_and_area() -> None:
    data = read(core(("digcomp.outcome.LO1.1.01", "", "Browses.", ""))).data
    assert data
    assert (data.skills[0].key, data.skills[0].group) == ("1.1", "area-1")
    assert [(one.code, one.kind) for one in data.skills[0].statements] == [
        ("CS1.1.01", "statement"),
        ("LO1.1.01", "outcome"),
    ]


def test_translation_of_untold_language_is_left_out_and_said_so() -> None:
    parsed = read(core())
    assert parsed.data
    assert parsed.data.skills[0].statements[0].text == Text(en="Browse.")
    assert [(one.row, one.column) for one in parsed.skipped] == [(6, "target")]


def test_translation_is_used_where_its_language_is_told() -> None:
    for parsed in (read(core(), language="ja"), read(core(), name="all_ja.csv")):
        assert parsed.data
        assert parsed.data.skills[0].statements[0].text == Text("閲覧する。", "Browse.")
        assert not parsed.skipped


def test_translation_into_another_language_is_left_out() -> None:
    parsed = read(core(), name="all_de.csv")
    assert parsed.data
    assert "de" in parsed.skipped[0].reason


def test_content_of_another_kind_is_skipped_and_said_so() -> None:
    parsed = read(core(("digcomp.level.1.label", "", "Foundation", "")), language="ja")
    assert parsed.data
    assert [(one.row, one.value) for one in parsed.skipped] == [(7, "digcomp.level.1.label")]


def test_misspelt_location_is_a_problem() -> None:
    for location in ("digcomp.statement.CS1.1", "digcomp.statement.LO1.1.02", "elsewhere.1", ""):
        parsed = read(core((location, "", "Text", "")))
        assert parsed.data is None
        assert (parsed.problems[0].row, parsed.problems[0].column) == (7, "location")


def test_location_standing_twice_is_a_problem() -> None:
    problem = read(core(("digcomp.statement.CS1.1.01", "", "Again", ""))).problems[0]
    assert (problem.row, problem.column) == (7, "location")


def test_left_out_number_is_a_problem() -> None:
    problem = read(core(("digcomp.statement.CS1.1.03", "", "Third", ""))).problems[0]
    assert (problem.row, problem.value) == (7, "digcomp.statement.CS1.1.03")


def test_statement_of_an_unknown_competence_is_a_problem() -> None:
    problem = read(core(("digcomp.statement.CS1.2.01", "", "Text", ""))).problems[0]
    assert (problem.row, problem.value) == (7, "CS1.2.01")


def test_competence_without_its_area_is_a_problem() -> None:
    assert read(core()[2:]).problems[0].row == 2


def test_missing_description_is_a_problem() -> None:
    problems = read([row for row in core() if row[0] != "digcomp.competence.1.1.description"]).problems
    assert "digcomp.competence.1.1.description" in problems[0].reason


def test_file_that_ends_between_competences_is_a_problem(digcomp_files: list[Source]) -> None:
    framework, statements, outcomes = digcomp_files
    half = b"".join(statements.content.splitlines(keepends=True)[:200])
    parsed = read_framework([framework, Source(statements.name, half), outcomes])
    assert parsed.data is None
    assert (parsed.problems[0].file, parsed.problems[0].row) == ("statements_en.csv", 200)


def test_framework_without_statements_is_read_and_told(digcomp_files: list[Source]) -> None:
    parsed = read_framework(digcomp_files[:1])
    assert parsed.data
    assert len(parsed.notes) == 2
    assert not any(skill.statements for skill in parsed.data.skills)


def test_statements_without_the_framework_are_a_problem(digcomp_files: list[Source]) -> None:
    assert read_framework(digcomp_files[1:]).data is None

"""The UK files: the published ones give the published counts, small ones show each rule."""

from collections import Counter

import pytest

from ikusei.skills.formats import ParsedFramework, Source, read_framework

from .conftest import csv_bytes, csv_rows

ROLES = (
    "Role Family",
    "Role",
    "Role Description",
    "Role Level",
    "Role Level Description",
    "Skill Name",
    "Skill Description",
    "Skill Level",
    "Skill Level Description",
    "Role Type",
)
SKILLS = (
    "Skill Name",
    "Skill Description",
    "Awareness",
    "Working",
    "Practitioner",
    "Expert",
    "Roles that require Skill",
)


def role_row(
    skill: str = "Testing", level: str = "Working", role: str = "Tester", role_level: str = "Senior tester"
) -> tuple[str, ...]:
    return ("Quality", role, "Tests things.", role_level, "Leads tests.", skill, "MISSING", level, "", "")


def skill_row(name: str = "Testing", roles: str = "Tester") -> tuple[str, ...]:
    return (name, "To test.", "a", "b", "This skill level is currently not defined.", "", roles)


def read(
    roles: list[tuple[str, ...]],
    skills: list[tuple[str, ...]] | None = None,
    roles_heading: tuple[str, ...] = ROLES,
) -> ParsedFramework:
    skills = [skill_row()] if skills is None else skills
    return read_framework(
        [
            Source("roles.csv", csv_bytes(roles_heading, *roles)),
            Source("skills.csv", csv_bytes(SKILLS, *skills)),
        ]
    )


def test_published_files_give_the_published_counts(uk_files: list[Source]) -> None:
    parsed = read_framework(uk_files)
    assert parsed.data
    assert parsed.summary() == {
        "framework": "uk-gdad",
        "version": parsed.data.version,
        "skills": 188,
        "job_types": 201,
        "requirements": 1781,
        "levels": 4,
        "undefined": 148,
        "duplicates": 16,
        "skipped": 28,
        "problems": [],
    }


def test_every_row_of_the_published_roles_is_accounted_for(uk_files: list[Source]) -> None:
    counts = read_framework(uk_files).summary()
    rows = len(csv_rows(uk_files[0].content)) - 1
    assert counts["requirements"] + counts["duplicates"] + counts["skipped"] == rows == 1825


def test_published_duplicates_are_thirteen_pairs_standing_twice_or_thrice(uk_files: list[Source]) -> None:
    pairs = Counter((one.job_type, one.skill) for one in read_framework(uk_files).duplicates)
    assert Counter(pairs.values()) == {1: 10, 2: 3}


def test_published_roles_come_from_forty_eight_roles(uk_files: list[Source]) -> None:
    data = read_framework(uk_files).data
    assert data
    roles = {
        line for one in data.job_types for line in one.description.en.splitlines() if line[:6] == "Role: "
    }
    assert len(roles) == 48
    assert len({one.key for one in data.job_types}) == 201
    assert len({one.key for one in data.skills}) == 188


def test_published_text_is_english_only(uk_files: list[Source]) -> None:
    data = read_framework(uk_files).data
    assert data
    assert data.licence == "Open Government Licence v3.0"
    assert not any(one.name.ja or one.description.ja or one.family.ja for one in data.job_types)
    assert not any(text.ja for skill in data.skills for text in (skill.name, *skill.level_texts.values()))


def test_order_of_files_and_encoding_mark_change_nothing(uk_files: list[Source]) -> None:
    roles, skills = uk_files
    marked = Source("skills.csv", b"\xef\xbb\xbf" + skills.content.replace(b"\n", b"\r\n"))
    assert read_framework([marked, roles], "uk-gdad").data == read_framework(uk_files).data


def test_job_type_is_named_by_its_role_level_and_by_its_role_where_that_does_not_show() -> None:
    parsed = read([role_row(), role_row(role="Test lead", role_level="Head of quality")])
    assert parsed.data
    assert [one.name.en for one in parsed.data.job_types] == ["Senior tester", "Head of quality (Test lead)"]
    assert parsed.data.job_types[0].family.en == "Quality"
    assert parsed.data.job_types[0].description.en == "Leads tests.\n\nRole: Tester\n\nTests things."


def test_role_levels_of_one_name_in_two_roles_are_told_apart() -> None:
    parsed = read([role_row(role_level="Head", role="B"), role_row(role_level="Head", role="A")])
    assert parsed.data
    assert [one.key for one in parsed.data.job_types] == ["b-head", "a-head"]


def test_undefined_level_texts_stay_holes() -> None:
    parsed = read([role_row()])
    assert parsed.data
    assert set(parsed.data.skills[0].level_texts) == {1, 2}
    assert [(one.skill, one.level) for one in parsed.undefined] == [("testing", 3), ("testing", 4)]


def test_highest_level_of_a_pair_standing_twice_is_kept_and_told() -> None:
    parsed = read([role_row(level="Expert"), role_row(level="Awareness")])
    assert parsed.data
    assert parsed.data.job_types[0].requirements == {"testing": 4}
    duplicate = parsed.duplicates[0]
    assert (duplicate.row, duplicate.first_row, duplicate.level, duplicate.kept) == (3, 2, 1, 4)
    assert any("2, 3" in note.reason for note in parsed.notes)


def test_rows_not_in_use_are_skipped_with_their_row() -> None:
    parsed = read([role_row(), role_row(level="NOT IN USE", role_level="NOT IN USE")])
    assert [(one.file, one.row) for one in parsed.skipped] == [("roles.csv", 3)]
    assert parsed.data
    assert len(parsed.data.job_types) == 1


def test_unknown_level_name_is_told_with_the_likely_one() -> None:
    problem = read([role_row(), role_row(level="Practicioner", skill="Testing")]).problems[0]
    assert (problem.file, problem.row, problem.column) == ("roles.csv", 3, "Skill Level")
    assert problem.value == "Practicioner"
    assert "Practitioner" in problem.fix


def test_row_counts_records_and_line_counts_lines() -> None:
    broken = ("Quality", "Tester", "two\nlines", "Senior tester", "x", "Testing", "", "None", "", "")
    problem = read([role_row(), broken, broken]).problems[1]
    assert (problem.row, problem.line) == (4, 5)


def test_skill_that_the_skills_file_lacks_is_told() -> None:
    problem = read([role_row(skill="Testng")]).problems[0]
    assert (problem.file, problem.row, problem.column) == ("roles.csv", 2, "Skill Name")
    assert "Testing" in problem.fix


def test_skill_that_the_roles_file_lacks_is_a_problem_where_roles_are_said_to_require_it() -> None:
    parsed = read([role_row()], [skill_row(), skill_row("Planning", "Tester")])
    assert parsed.data is None
    assert (parsed.problems[0].file, parsed.problems[0].row) == ("skills.csv", 3)


def test_skill_that_no_role_requires_is_only_a_note() -> None:
    parsed = read([role_row()], [skill_row(), skill_row("Planning", "")])
    assert parsed.data
    assert [(note.file, note.row, note.blocking) for note in parsed.notes] == [("skills.csv", 3, False)]


def test_skill_standing_twice_is_a_problem() -> None:
    problem = read([role_row()], [skill_row(), skill_row("testing ")]).problems[0]
    assert (problem.file, problem.row, problem.column) == ("skills.csv", 3, "Skill Name")


def test_empty_role_is_a_problem() -> None:
    problem = read([role_row(role="")]).problems[0]
    assert (problem.row, problem.column) == (2, "Role")


@pytest.mark.parametrize("column", ROLES[:-1])
def test_missing_column_is_named(column: str) -> None:
    position = ROLES.index(column)
    row = role_row()
    heading = ROLES[:position] + ROLES[position + 1 :]
    parsed = read([row[:position] + row[position + 1 :]], roles_heading=heading)
    assert parsed.data is None
    assert [(one.file, one.row, one.column) for one in parsed.problems] == [("roles.csv", 1, column)]


def test_heading_standing_twice_is_a_problem() -> None:
    parsed = read([(*role_row(), "x")], roles_heading=(*ROLES, "Role"))
    assert (parsed.problems[0].file, parsed.problems[0].row, parsed.problems[0].column) == (
        "roles.csv",
        1,
        "Role",
    )


def test_unknown_column_is_skipped_and_said_so() -> None:
    parsed = read([(*role_row(), "x")], roles_heading=(*ROLES, "Remarks"))
    assert parsed.data
    assert [one.column for one in parsed.skipped] == ["Remarks"]


def test_names_longer_than_names_may_be_are_told() -> None:
    parsed = read([role_row(), role_row(role_level="x" * 301)], [skill_row(), skill_row("y" * 301, "")])
    assert [(one.file, one.row, one.column) for one in parsed.problems] == [
        ("skills.csv", 3, "Skill Name"),
    ]
    parsed = read([role_row(), role_row(role_level="x" * 301)])
    assert [(one.file, one.row, one.column) for one in parsed.problems] == [("roles.csv", 3, "Role Level")]

"""What is written is read back the same: made-up frameworks in both forms, and the published ones."""

import csv
import io
import re
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ikusei.skills.formats import (
    CoverageData,
    FrameworkData,
    GroupData,
    JobTypeData,
    LevelData,
    SkillData,
    Source,
    StatementData,
    Text,
    read_framework,
    write_csv,
    write_json,
)

LETTERS = st.one_of(
    st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffd"),
    st.sampled_from("\n\t\"',;='+-@:　、。あア漢"),
)
PLAIN = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")
WORDS = st.text(LETTERS, max_size=12).map(str.strip)
NAMES = st.builds(Text, WORDS, WORDS).filter(bool)
TEXTS = st.builds(Text, WORDS, WORDS)
KEYS = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._-]{0,8}", fullmatch=True)


@st.composite
def frameworks(draw: st.DrawFn) -> FrameworkData:
    numbers = draw(st.lists(st.integers(0, 99), unique=True, max_size=4))
    groups = draw(st.lists(KEYS, unique_by=str.casefold, max_size=3))
    skills = draw(st.lists(KEYS, unique_by=str.casefold, min_size=1, max_size=4))
    defined: Any = st.dictionaries(st.sampled_from(numbers), NAMES) if numbers else st.just({})
    asked: Any = (
        st.dictionaries(st.sampled_from(skills), st.sampled_from(numbers)) if numbers else st.just({})
    )
    statements = st.lists(
        st.builds(StatementData, KEYS, st.sampled_from(["statement", "outcome"]), NAMES),
        unique_by=lambda one: one.code,
        max_size=3,
    ).map(tuple)
    coverage: Any = st.builds(
        CoverageData,
        st.sampled_from(skills),
        st.sampled_from(numbers or [0]),
        st.integers(1, 100_000),
        st.one_of(st.none(), WORDS.filter(bool)),
    )
    return FrameworkData(
        key=draw(KEYS),
        version=draw(WORDS.filter(bool)),
        name=draw(NAMES),
        source=draw(WORDS),
        licence=draw(WORDS),
        note=draw(TEXTS),
        levels=tuple(LevelData(number, draw(NAMES), draw(TEXTS)) for number in numbers),
        groups=tuple(GroupData(key, draw(NAMES), draw(TEXTS)) for key in groups),
        skills=tuple(
            SkillData(
                key,
                draw(NAMES),
                draw(st.sampled_from([None, *groups])),
                draw(TEXTS),
                draw(TEXTS),
                draw(TEXTS),
                draw(defined),
                draw(statements),
            )
            for key in skills
        ),
        job_types=tuple(
            JobTypeData(key, draw(NAMES), draw(TEXTS), draw(TEXTS), draw(asked))
            for key in draw(st.lists(KEYS, unique_by=str.casefold, max_size=3))
        ),
        coverage=tuple(
            draw(st.lists(coverage, max_size=3, unique_by=lambda one: (one.skill, one.level, one.unit)))
        )
        if numbers
        else (),
    )


def read_csv_form(files: dict[str, bytes]) -> FrameworkData | None:
    return read_framework([Source(name, content) for name, content in files.items()], "ikusei").data


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(frameworks())
def test_json_is_read_back_the_same(data: FrameworkData) -> None:
    parsed = read_framework([Source("framework.json", write_json(data))])
    assert parsed.data == data
    assert not parsed.notes
    assert not parsed.skipped


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(frameworks())
def test_csv_is_read_back_the_same(data: FrameworkData) -> None:
    assert read_csv_form(write_csv(data)) == data


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(frameworks())
def test_no_written_cell_is_a_formula(data: FrameworkData) -> None:
    for content in write_csv(data).values():
        for row in csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")):
            assert not [
                cell for cell in row if re.match(r"[=+\-@\t].", cell, re.DOTALL) and not PLAIN.fullmatch(cell)
            ]


def test_published_frameworks_are_read_back_the_same(
    uk_files: list[Source], digcomp_files: list[Source]
) -> None:
    for sources in (uk_files, digcomp_files):
        data = read_framework(sources).data
        assert data
        assert read_framework([Source("framework.json", write_json(data))]).data == data
        assert read_csv_form(write_csv(data)) == data


def test_keys_that_differ_by_capital_letters_only_are_refused() -> None:
    name = Text(en="Data")
    data = FrameworkData(
        key="test", version="1", name=name, skills=(SkillData("data", name), SkillData("Data", name))
    )
    parsed = read_framework([Source("framework.json", write_json(data))])
    assert parsed.data is None
    assert [(problem.column, problem.value) for problem in parsed.problems] == [("$.skills[1].key", "Data")]

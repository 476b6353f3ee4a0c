"""Our JSON: what it holds is read, what breaks a rule is told with its path."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from ikusei.skills.formats import ParsedFramework, Source, Text, read_framework, write_json

from .sample import SAMPLE


def read(text: str | bytes) -> ParsedFramework:
    content = text if isinstance(text, bytes) else text.encode()
    return read_framework([Source("framework.json", content)])


def tree() -> dict[str, Any]:
    made: dict[str, Any] = json.loads(write_json(SAMPLE))
    return made


def changed(change: Callable[[dict[str, Any]], object]) -> ParsedFramework:
    made = tree()
    change(made)
    return read(json.dumps(made))


def test_sample_is_read_back_and_counted() -> None:
    parsed = read(write_json(SAMPLE))
    assert parsed.data == SAMPLE
    assert parsed.summary() == {
        "framework": "aozora",
        "version": "2026.1",
        "skills": 2,
        "job_types": 2,
        "requirements": 2,
        "levels": 3,
        "undefined": 2,
        "duplicates": 0,
        "skipped": 0,
        "problems": [],
    }


def test_written_json_leaves_out_empty_languages_and_ends_with_a_line() -> None:
    content = write_json(SAMPLE)
    assert json.loads(content)["note"] == {"en": "For trying out."}
    assert content.endswith(b"}\n")
    assert "あおぞら".encode() in content


def test_level_none_needs_no_text() -> None:
    assert {hole.level for hole in read(write_json(SAMPLE)).undefined} == {1, 2}


def test_parts_that_may_be_missing_may_be_missing() -> None:
    smallest = {
        "format": "ikusei-framework/1",
        "key": "k",
        "version": "1",
        "name": {"ja": "名"},
        "skills": [{"key": "s", "name": {"en": " Skill\r\n"}, "group": None}],
    }
    data = read(json.dumps(smallest)).data
    assert data
    assert data.skills[0].name == Text(en="Skill")


PROBLEMS: list[tuple[Callable[[dict[str, Any]], object], str]] = [
    (lambda t: t.update(key="with space"), "$.key"),
    (lambda t: t.pop("key"), "$.key"),
    (lambda t: t.update(key=5), "$.key"),
    (lambda t: t.update(version=""), "$.version"),
    (lambda t: t.update(version=2026.1), "$.version"),
    (lambda t: t.update(name={}), "$.name"),
    (lambda t: t.update(name="Aozora"), "$.name"),
    (lambda t: t.update(name={"ja": 1}), "$.name.ja"),
    (lambda t: t.update(format="ikusei-framework/2"), "$.format"),
    (lambda t: t.update(levels={}), "$.levels"),
    (lambda t: t["levels"].append(3), "$.levels[3]"),
    (lambda t: t["levels"][0].update(number="0"), "$.levels[0].number"),
    (lambda t: t["levels"][0].update(number=True), "$.levels[0].number"),
    (lambda t: t["levels"][0].update(number=-1), "$.levels[0].number"),
    (lambda t: t["levels"][0].update(number=10**30), "$.levels[0].number"),
    (lambda t: t["levels"][1].update(number=0), "$.levels[1].number"),
    (lambda t: t["groups"].append(t["groups"][0]), "$.groups[1].key"),
    (lambda t: t.update(skills=[]), "$.skills"),
    (lambda t: t["skills"][1].update(key="cloud"), "$.skills[1].key"),
    (lambda t: t["skills"][1].update(key="x" * 101), "$.skills[1].key"),
    (lambda t: t["skills"][1].update(name={"en": "x" * 301}), "$.skills[1].name"),
    (lambda t: t["skills"][0].update(group="biuld"), "$.skills[0].group"),
    (lambda t: t["skills"][0]["levels"].update({"5": {"en": "x"}}), "$.skills[0].levels.5"),
    (lambda t: t["skills"][0]["levels"].update({"one": {"en": "x"}}), "$.skills[0].levels.one"),
    (lambda t: t["skills"][0]["levels"].update({"1": "x"}), "$.skills[0].levels.1"),
    (lambda t: t["skills"][0].update(levels=[]), "$.skills[0].levels"),
    (lambda t: t["skills"][0]["statements"][0].update(kind="goal"), "$.skills[0].statements[0].kind"),
    (lambda t: t["skills"][0]["statements"][0].update(text={}), "$.skills[0].statements[0].text"),
    (lambda t: t["skills"][0]["statements"][1].update(code="A.1"), "$.skills[0].statements[1].code"),
    (lambda t: t["job_types"][1].update(key="engineer"), "$.job_types[1].key"),
    (lambda t: t["job_types"][0]["requirements"].update(clowd=1), "$.job_types[0].requirements.clowd"),
    (lambda t: t["job_types"][0]["requirements"].update(cloud=3), "$.job_types[0].requirements.cloud"),
    (lambda t: t["job_types"][0]["requirements"].update(cloud=1.0), "$.job_types[0].requirements.cloud"),
    (lambda t: t["coverage"][0].update(skill="none"), "$.coverage[0].skill"),
    (lambda t: t["coverage"][0].update(level=9), "$.coverage[0].level"),
    (lambda t: t["coverage"][0].update(people=0), "$.coverage[0].people"),
    (lambda t: t["coverage"].append(t["coverage"][0]), "$.coverage[2].skill"),
    (
        lambda t: t["job_types"][0].update(requirments=t["job_types"][0].pop("requirements")),
        "$.job_types[0].requirments",
    ),
    (lambda t: t["note"].update(jp="x"), "$.note.jp"),
    (lambda t: t["note"].update(en="a\x00b"), "$.note.en"),
    (lambda t: t["note"].update(en="\ud800"), "$.note.en"),
]


@pytest.mark.parametrize(("change", "path"), PROBLEMS, ids=[path for _change, path in PROBLEMS])
def test_broken_rule_is_told_with_its_path(change: Callable[[dict[str, Any]], object], path: str) -> None:
    parsed = changed(change)
    assert parsed.data is None
    assert path in [problem.column for problem in parsed.problems]
    assert parsed.problems[0].column == path or path == "$.skills"
    json.dumps(parsed.summary(), ensure_ascii=False).encode()


def test_wrong_key_is_told_with_the_likely_one() -> None:
    problem = changed(lambda t: t["job_types"][0]["requirements"].update(clowd=1)).problems[0]
    assert "cloud" in problem.fix


def test_unknown_field_is_skipped_and_said_so() -> None:
    parsed = changed(lambda t: t.update(colour="blue", _comment="ours"))
    assert parsed.data == SAMPLE
    assert [one.column for one in parsed.skipped] == ["$.colour"]


def test_name_standing_twice_is_told_with_its_path() -> None:
    text = write_json(SAMPLE).decode().replace('"cloud": 2', '"cloud": 1, "cloud": 2')
    problem = read(text).problems[0]
    assert problem.column == "$.job_types[0].requirements.cloud"


@pytest.mark.parametrize("share", [0.01, 0.2, 0.5, 0.8, 0.99])
def test_cut_off_json_is_refused_with_its_line(share: float) -> None:
    content = write_json(SAMPLE).decode()
    cut = content[: int(len(content) * share)]
    parsed = read(cut)
    assert parsed.data is None
    assert parsed.problems[0].row == cut.count("\n") + 1


@pytest.mark.parametrize(
    "text",
    [
        "[]",
        '"text"',
        "5",
        "{",
        "{}",
        "NaN",
        '{"a": Infinity}',
        "[" * 100_000,
        '{"format": ' + "9" * 5000 + "}",
    ],
)
def test_json_of_another_kind_is_refused(text: str) -> None:
    assert read(text).data is None


def test_json_beside_other_files_is_refused() -> None:
    parsed = read_framework([Source("a.json", write_json(SAMPLE)), Source("skills.csv", b"key,name_en\n")])
    assert parsed.data is None
    assert parsed.problems[0].file == "skills.csv"

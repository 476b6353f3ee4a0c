"""The table of certificates as files: read, refused with a reason, written and read again."""

from __future__ import annotations

import io
import json
from datetime import date

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ikusei.skills.formats.certificates import (
    FORMAT,
    GRADES,
    KindData,
    LevelData,
    read_certificates,
    write_table,
)

HEADING = "key,name_ja,name_en,issuer,valid_months,grade,retired_on,framework,skill,level"
NW = KindData(
    key="ipa-nw",
    name_ja="ネットワークスペシャリスト試験",
    name_en="Network Specialist",
    issuer="IPA",
    levels=(LevelData("demo", "network", 3), LevelData("demo", "security", 2)),
)
IP = KindData(
    key="ipa-ip",
    name_ja="ITパスポート試験",
    issuer="IPA",
    valid_months=36,
    retired_on=date(2030, 4, 1),
    grade=3,
)

words = st.text(st.sampled_from("abc 髙﨑試験（Ａ）,;\"'\n"), min_size=1, max_size=30).map(
    lambda text: " ".join(text.split()).strip("' ") or "x"
)
keys = st.from_regex(r"[a-z0-9]{1,5}(-[a-z0-9]{1,5}){0,2}", fullmatch=True)
kinds = st.builds(
    KindData,
    key=keys,
    name_ja=words,
    name_en=st.one_of(st.just(""), words),
    issuer=words,
    valid_months=st.one_of(st.none(), st.integers(1, 600)),
    grade=st.sampled_from(sorted(GRADES.values())),
    retired_on=st.one_of(st.none(), st.dates(date(1990, 1, 1), date(2090, 1, 1))),
    levels=st.lists(
        st.builds(LevelData, st.just("demo"), keys, st.integers(1, 9)),
        max_size=4,
        unique_by=lambda one: one.skill,
    ).map(lambda rows: tuple(sorted(rows))),
)


def table(*rows: str) -> bytes:
    return "\r\n".join([HEADING, *rows]).encode()


def reasons(content: bytes) -> list[tuple[int | None, str]]:
    parsed = read_certificates(content)
    assert not parsed.kinds
    assert all(problem.reason for problem in parsed.problems)
    return [(problem.row, problem.column) for problem in parsed.problems]


@given(st.lists(kinds, min_size=1, max_size=5, unique_by=lambda kind: kind.key))
def test_what_was_written_is_read_again(rows: list[KindData]) -> None:
    assert read_certificates(write_table(rows)) == read_certificates(
        json.dumps({"format": FORMAT, "certificates": [row.as_json() for row in rows]}).encode()
    )
    parsed = read_certificates(write_table(rows))
    assert (list(parsed.kinds), parsed.problems) == (rows, ())


def test_facts_stand_in_the_first_row_and_may_be_left_out_in_the_others() -> None:
    content = table(
        "ipa-nw,ネットワークスペシャリスト試験,Network Specialist,IPA,,,,demo,network,３",
        "ipa-nw,,,,,,,demo,security,2",
    )
    assert read_certificates(content).kinds == (NW,)


def test_japanese_headings_and_workbooks_are_read() -> None:
    book = openpyxl.Workbook()
    sheet = book["Sheet"]
    sheet.append(["資格の対応表"])
    sheet.append(
        [
            "キー",
            "資格名",
            "実施団体",
            "スキル体系",
            "スキル項目",
            "レベル",
            "廃止日",
            "有効期間（月）",
            "根拠の段階",
        ]
    )
    sheet.append(["ipa-ip", "ITパスポート試験", "IPA", None, None, None, "令和12年4月1日", 36, "tested"])
    out = io.BytesIO()
    book.save(out)
    assert read_certificates(out.getvalue()).kinds == (IP,)


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("IPA NW,名,,IPA,,,,demo,network,3", "key"),
        (",名,,IPA,,,,demo,network,3", "key"),
        ("a,,,IPA,,,,demo,network,3", "name_ja"),
        ("a,名,,,,,,demo,network,3", "issuer"),
        ("a,名,,IPA,three,,,demo,network,3", "valid_months"),
        ("a,名,,IPA,0,,,demo,network,3", "valid_months"),
        ("a,名,,IPA,,best,,demo,network,3", "grade"),
        ("a,名,,IPA,,,31.2.2020,demo,network,3", "retired_on"),
        ("a,名,,IPA,,,,demo,,3", "skill"),
        ("a,名,,IPA,,,,demo,network,three", "level"),
        ("a,名,,IPA,,,,demo,network,0", "level"),
        (f"a,{'名' * 301},,IPA,,,,demo,network,3", "name_ja"),
    ],
)
def test_a_wrong_cell_is_named_with_its_row(row: str, column: str) -> None:
    assert reasons(table(row)) == [(2, column)]


def test_rows_of_the_same_certificate_that_differ_and_skills_named_twice_are_refused() -> None:
    good = "a,名,,IPA,,,,demo,network,3"
    assert reasons(table(good, "a,別名,,IPA,,,,demo,security,2")) == [(3, "name_ja")]
    assert reasons(table(good, good)) == [(3, "skill")]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b'{"format": "other"}',
        json.dumps({"format": FORMAT, "certificates": {}}).encode(),
        json.dumps({"format": FORMAT, "certificates": []}).encode(),
        json.dumps({"format": FORMAT, "certificates": [1]}).encode(),
        json.dumps(
            {"format": FORMAT, "certificates": [{"key": ["a"], "name": "x", "levels": "no"}]}
        ).encode(),
        b"a,b\r\n1,2\r\n",
        b"<html>",
        b"\0" * 40,
        b"[" * 100_000,
    ],
)
def test_whatever_else_comes_is_refused_with_a_reason(content: bytes) -> None:
    assert reasons(content)

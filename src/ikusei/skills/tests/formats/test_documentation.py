"""The examples of docs/formats/framework.md are read, and both forms are the same framework."""

import re
from pathlib import Path

from ikusei.skills.formats import Source, read_framework

PAGE = Path(__file__).resolve().parents[5] / "docs" / "formats" / "framework.md"


def test_documented_json_and_csv_are_the_same_framework() -> None:
    page = PAGE.read_text(encoding="utf-8")
    example = re.findall(r"```json\n(.*?)```", page, re.DOTALL)
    tables = re.findall(r"```csv (\S+)\n(.*?)```", page, re.DOTALL)
    from_json = read_framework([Source("example.json", example[0].encode())])
    from_csv = read_framework([Source(name, text.encode()) for name, text in tables])
    assert len(tables) == 7
    assert from_json.data
    assert from_csv.data == from_json.data
    assert not from_csv.notes + from_json.notes
    documented = re.search(r'\{"framework": .*?\}\n', page, re.DOTALL)
    assert documented
    assert documented[0].split() == _written(from_json.summary()).split()


def _written(summary: dict[str, object]) -> str:
    return str(summary).replace("'", '"')

import csv
import io
import os
from pathlib import Path

import pytest

from ikusei.skills.formats import Source

SHARED = Path(__file__).resolve().parents[5].parent / "shared" / "data"


def shared_folder(name: str) -> Path:
    """The folder of published files beside the repository; its absence skips, and fails where nothing may skip."""
    folder = SHARED / name
    if not folder.is_dir():
        reason = f"The published files are missing: expected ../shared/data/{name} beside the repository."
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return folder


def sources_in(folder: Path, *names: str) -> list[Source]:
    return [Source(name, (folder / name).read_bytes()) for name in names]


@pytest.fixture
def uk_files() -> list[Source]:
    return sources_in(shared_folder("uk_gdad"), "roles.csv", "skills.csv")


@pytest.fixture
def digcomp_files() -> list[Source]:
    names = ("core-framework_en.csv", "statements_en.csv", "outcomes_en.csv")
    return sources_in(shared_folder("digcomp"), *names)


def csv_bytes(*rows: tuple[str, ...] | list[str]) -> bytes:
    made = io.StringIO()
    csv.writer(made, lineterminator="\n").writerows(rows)
    return made.getvalue().encode()


def csv_rows(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))

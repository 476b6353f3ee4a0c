"""The rules of the house that no tool checks."""

from __future__ import annotations

import re
import subprocess
import tomllib
from functools import cache
from pathlib import Path

import pytest
from django.core.management import get_commands, load_command_class

from ikusei.config.cli import commands
from tests.routes import ours

ROOT = Path(__file__).resolve().parent.parent
MOST_LINES = 600
DATA = {".json", ".po", ".txt", ".csv", ".svg"}
"""Files that are read by programs rather than by people: their length says nothing."""

KEBAB = re.compile(r"([a-z0-9]+(-[a-z0-9]+)*(\.[a-z]+)?|<[a-z]+:[a-z_]+>(\.[a-z]+)?)")


@cache
def committed() -> list[Path]:
    """The files of the repository as git knows them, new ones included."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
        text=True,
    ).stdout
    return [path for name in listed.split("\0") if name and (path := ROOT / name).is_file()]


def text_of(path: Path) -> str:
    """What stands in a file, empty for pictures and the like."""
    content = path.read_bytes()
    return "" if b"\0" in content[:8000] else content.decode("utf-8")


def test_addresses_are_in_kebab_case_and_end_with_a_slash_or_a_file_ending() -> None:
    wrong = []
    for route in ours():
        parts = route.pattern.split("/")
        if not all(KEBAB.fullmatch(part) for part in parts if part) or (
            route.pattern and parts[-1] and "." not in parts[-1]
        ):
            wrong.append(route.pattern)
    assert wrong == []


def test_routes_have_names_of_their_own() -> None:
    names = [route.name for route in ours()]
    assert sorted({name for name in names if names.count(name) > 1}) == []


def test_no_file_is_longer_than_a_person_reads() -> None:
    long = {
        str(path.relative_to(ROOT)): lines
        for path in committed()
        if path.suffix not in DATA
        and path.parent.name != "migrations"
        and (lines := text_of(path).count("\n")) > MOST_LINES
    }
    assert long == {}


def test_no_file_is_a_drawer_for_whatever_has_no_place() -> None:
    drawers = {"utils", "helpers", "common", "misc"}
    assert [str(path) for path in committed() if {path.stem, path.parent.name} & drawers] == []


def test_no_file_names_a_registry_or_a_path_of_somebodys_machine() -> None:
    # Put together here so that this file does not name them either.
    names = (
        "registry." + "npmjs",
        "files." + "pythonhosted",
        "pypi." + "org/simple",
        "/ro" + "ot/",
        "/ho" + "me/",
    )
    found = [
        f"{path.relative_to(ROOT)}: {name}"
        for path in committed()
        for name in names
        if name in text_of(path).lower()
    ]
    assert found == []


def test_every_room_with_views_or_forms_keeps_them_to_itself() -> None:
    """import-linter lays the floors; a view or form of another app must not be imported even from above."""
    wrong = []
    for path in committed():
        parts = path.relative_to(ROOT).parts
        if path.suffix != ".py" or parts[:2] != ("src", "ikusei") or len(parts) < 4:
            continue
        for app, module in re.findall(
            r"^\s*(?:from|import) ikusei\.(\w+)(?:\.| import )(views|forms|urls|api)\b",
            text_of(path),
            re.MULTILINE,
        ):
            if app != parts[2]:
                wrong.append(f"{'/'.join(parts[2:])} imports ikusei.{app}.{module}")
    assert wrong == []


def test_the_contracts_know_every_app() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    inside = next(contract for contract in contracts if contract["id"] == "inside")
    apps = {f"ikusei.{path.parent.name}" for path in (ROOT / "src" / "ikusei").glob("*/apps.py")}
    assert set(inside["containers"]) == apps


def documented(name: str) -> str:
    return (ROOT / "docs" / name).read_text(encoding="utf-8")


def test_every_environment_variable_is_documented() -> None:
    read = set()
    for path in committed():
        if path.suffix == ".py" and "tests" not in path.parts and path.is_relative_to(ROOT / "src"):
            read |= set(re.findall(r"[\"'](IKUSEI_[A-Z_]+|DATABASE_URL)[\"']", text_of(path)))
    in_table = set(re.findall(r"^\| `([A-Z_]+)`", documented("configuration.md"), re.MULTILINE))
    assert read, "found none: the search is wrong"
    assert sorted(read - in_table) == [], "read but not in docs/configuration.md"
    assert sorted(in_table - read) == [], "in docs/configuration.md but not read"


def test_every_command_is_documented() -> None:
    headings = set(re.findall(r"^## `ikusei ([a-z -]+)`", documented("commands.md"), re.MULTILINE))
    assert sorted(set(commands()) - headings) == [], "not in docs/commands.md"
    assert sorted(headings - set(commands())) == [], "in docs/commands.md but gone"


def test_every_command_says_in_one_line_what_it_does() -> None:
    known = get_commands()
    silent = [
        name for name in commands().values() if not str(load_command_class(known[name], name).help).strip()
    ]
    assert silent == []


@pytest.mark.parametrize("name", ["README.md", "README.ja.md"])
def test_every_link_of_the_readme_leads_somewhere(name: str) -> None:
    assert broken_links(ROOT / name) == []


def test_every_link_between_documents_leads_somewhere() -> None:
    documents = [path for path in committed() if path.suffix == ".md"]
    assert {str(path): broken for path in documents if (broken := broken_links(path))} == {}


def broken_links(path: Path) -> list[str]:
    """The relative links of a document whose target does not exist."""
    targets = re.findall(r"\]\(([^)\s]+)\)", re.sub(r"```.*?```", "", text_of(path), flags=re.DOTALL))
    local = [
        target.split("#")[0]
        for target in targets
        if "://" not in target and not target.startswith(("#", "mailto:"))
    ]
    return [target for target in local if not (path.parent / target).exists()]

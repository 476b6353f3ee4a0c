"""The tools that run before anything is installed."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tools import bootstrap

ROOT = Path(__file__).resolve().parent.parent


def test_without_a_python_that_fits_one_line_says_what_to_install(tmp_path: Path) -> None:
    """A pyenv shim stands on the PATH, no version is active."""
    shim = tmp_path / "bin" / "python3"
    shim.parent.mkdir()
    shim.write_text("#!/bin/sh\necho 'pyenv: python3: command not found' >&2\nexit 127\n")
    shim.chmod(0o755)
    (tmp_path / "tools").mkdir()
    shutil.copy(ROOT / "tools" / "bootstrap", tmp_path / "tools" / "bootstrap")
    for program in ("sh", "dirname", "ls", "sort"):
        found = shutil.which(program)
        assert found is not None
        (tmp_path / "bin" / program).symlink_to(found)
    done = subprocess.run(
        [tmp_path / "tools" / "bootstrap", "runtime"],
        env={"PATH": str(tmp_path / "bin"), "PYENV_ROOT": str(tmp_path / "nothing"), "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert "Python 3.12 or newer" in done.stderr


def test_pyenvs_own_folders_are_looked_into_newest_first(tmp_path: Path) -> None:
    for version in ("3.9.1", "3.12.4", "3.13.0"):
        python = tmp_path / "pyenv" / "versions" / version / "bin" / "python3"
        python.parent.mkdir(parents=True)
        fits = "1" if version == "3.9.1" else "0"
        python.write_text(f'#!/bin/sh\n[ "$1" = -c ] && exit {fits}\necho "{version} $*"\n')
        python.chmod(0o755)
    (tmp_path / "bin").mkdir()
    (tmp_path / "tools").mkdir()
    shutil.copy(ROOT / "tools" / "bootstrap", tmp_path / "tools" / "bootstrap")
    for program in ("sh", "dirname", "ls", "sort"):
        found = shutil.which(program)
        assert found is not None
        (tmp_path / "bin" / program).symlink_to(found)
    done = subprocess.run(
        [tmp_path / "tools" / "bootstrap", "runtime"],
        env={"PATH": str(tmp_path / "bin"), "PYENV_ROOT": str(tmp_path / "pyenv")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout == "3.13.0 tools/bootstrap.py runtime\n", done.stderr


@pytest.mark.parametrize(
    ("said", "expected"),
    [("v20.20.2", (20, 20)), ("v18.0.0", (18, 0)), ("pyenv: node: command not found", (0, 0))],
)
def test_the_version_of_node_is_read_from_what_it_says(
    said: str, expected: tuple[int, int], tmp_path: Path
) -> None:
    node = tmp_path / "node"
    node.write_text(f"#!/bin/sh\necho '{said}'\n")
    node.chmod(0o755)
    assert bootstrap.node_version(str(tmp_path)) == expected


def test_without_node_its_version_is_zero(tmp_path: Path) -> None:
    assert bootstrap.node_version(str(tmp_path)) == (0, 0)


@pytest.mark.parametrize("lock", ["requirements.txt", "requirements-dev.txt", "requirements-node.txt"])
def test_every_locked_package_has_its_hashes_and_no_address(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    packages = [block for block in text.split("\n") if "==" in block and not block.startswith((" ", "#"))]
    assert packages
    assert all(line.endswith("\\") for line in packages), "a hash follows on the next line"
    assert "://" not in text

"""Prepares .venv, the browser libraries and the compiled messages; each step is left out while its inputs are unchanged.

Usage: tools/bootstrap runtime|development      (runs on Python alone: nothing is installed yet)
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
BIN = VENV / "bin"
LOCKS = {
    "runtime": ("requirements.txt",),
    "development": ("requirements.txt", "requirements-dev.txt"),
}
NODE_LOCK = "requirements-node.txt"
OLDEST_NODE = {"runtime": (18, 0), "development": (20, 19)}  # the HTML validator asks for more than npm does


class StepError(Exception):
    """A step failed, and this sentence says what to do."""


def main(kind: str) -> None:
    """Every step in order, for `runtime` or for `development`."""
    make_venv()
    install_packages(kind)
    install_browser_libraries(kind)
    run([str(BIN / "python"), "tools/messages.py", "compile"], "The messages could not be compiled.")


def run(command: list[str], complaint: str, *, environment: dict[str, str] | None = None) -> None:
    """Run a program in the project's folder; raises StepError where it fails or is missing."""
    try:
        subprocess.run(command, cwd=ROOT, check=True, env=environment)
    except (OSError, subprocess.CalledProcessError) as error:
        raise StepError(f"{complaint} ({error})") from error


def fingerprint(*names: str) -> str:
    """A digest over files of the project and the Python that runs this."""
    digest = hashlib.sha256(sys.version.encode())
    for name in names:
        digest.update((ROOT / name).read_bytes())
    return digest.hexdigest()


def is_done(stamp: Path, mark: str) -> bool:
    return stamp.is_file() and stamp.read_text(encoding="ascii") == mark


def make_venv() -> None:
    """A virtual environment of this Python, unless there is one that works."""
    if Path(sys.prefix) == VENV:
        return  # tools/bootstrap found that it works
    print(f"Making .venv with Python {sys.version.split()[0]} ...", flush=True)
    run([sys.executable, "-m", "venv", "--clear", str(VENV)], "The virtual environment could not be made.")


def install_packages(kind: str) -> None:
    """The locked packages and Ikusei itself, every file checked against its hash."""
    mark = fingerprint("pyproject.toml", *LOCKS[kind])
    stamp = VENV / f".ikusei-{kind}"
    if is_done(stamp, mark):
        return
    print("Installing the locked packages ...", flush=True)
    pip = [str(BIN / "python"), "-m", "pip", "install", "-qq", "--disable-pip-version-check"]
    locks = [word for lock in LOCKS[kind] for word in ("--requirement", lock)]
    run([*pip, "--require-hashes", *locks], "The locked packages could not be installed.")
    run(
        [*pip, "--no-deps", "--no-build-isolation", "--no-index", "--editable", "."],
        "Ikusei could not be installed.",
    )
    stamp.write_text(mark, encoding="ascii")


def install_browser_libraries(kind: str) -> None:
    """What npm's lockfile names, into node_modules; without the tools of the tests where only serving is wanted."""
    mark = fingerprint("package.json", "package-lock.json")
    folder = ROOT / "node_modules"
    stamps = [folder / ".ikusei-development"] + [folder / ".ikusei-runtime"] * (kind == "runtime")
    if any(is_done(stamp, mark) for stamp in stamps):
        return
    path = node_path(OLDEST_NODE[kind])
    print("Installing the browser libraries ...", flush=True)
    omit = ["--omit=dev"] if kind == "runtime" else []
    npm = shutil.which("npm", path=path) or "npm"
    run(
        [npm, "ci", "--ignore-scripts", "--no-progress", "--silent", *omit],
        "The browser libraries could not be installed.",
        environment=os.environ | {"PATH": path},
    )
    (folder / f".ikusei-{kind}").write_text(mark, encoding="ascii")


def node_path(oldest: tuple[int, int]) -> str:
    """A PATH on which node and npm stand: the machine's own where new enough, else those of the PyPI package."""
    path = os.environ.get("PATH", os.defpath)
    if node_version(path) >= oldest and shutil.which("npm", path=path):
        return path
    folder = VENV / "node"
    path = os.pathsep.join([str(folder / "bin"), path])
    if not is_done(folder / ".ikusei", fingerprint(NODE_LOCK)):
        print("Installing Node from its Python package ...", flush=True)
        run([sys.executable, "-m", "venv", "--clear", str(folder)], "A place for Node could not be made.")
        pip = [
            str(folder / "bin" / "python"),
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
        ]
        run([*pip, "--require-hashes", "--requirement", NODE_LOCK], "Node could not be installed.")
        (folder / ".ikusei").write_text(fingerprint(NODE_LOCK), encoding="ascii")
    return path


def node_version(path: str) -> tuple[int, int]:
    """The (major, minor) of the node on a PATH, (0, 0) where there is none that runs."""
    node = shutil.which("node", path=path)
    if node is None:
        return (0, 0)
    answer = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    match = re.match(r"v(\d+)\.(\d+)", answer)
    return (int(match[1]), int(match[2])) if match else (0, 0)


if __name__ == "__main__":
    if len(sys.argv) != 2 or sys.argv[1] not in LOCKS:
        sys.exit(__doc__)
    try:
        main(sys.argv[1])
    except StepError as error:
        sys.exit(str(error))

"""What the tests need besides Python packages: found, installed where this is Debian and we are root, or named."""

import os
import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

OLDEST_POSTGRESQL = 15


@dataclass(frozen=True, slots=True)
class Need:
    """Something that must be on the machine, and the Debian package that brings it."""

    name: str
    package: str
    for_what: str
    is_there: Callable[[], bool]


def chromium() -> str | None:
    """The path of a Chromium or Chrome on this machine."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    return next((path for name in names if (path := shutil.which(name))), None)


def postgresql() -> Path | None:
    """The folder of the newest PostgreSQL's programs that is new enough."""
    folders = {Path(path).resolve().parent for path in [shutil.which("initdb")] if path}
    for pattern in ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql@*/bin"):
        folders |= set(Path("/").glob(pattern.removeprefix("/")))
    found = [
        (version, folder)
        for folder in folders
        if (version := _postgresql_version(folder)) >= OLDEST_POSTGRESQL
    ]
    return max(found)[1] if found else None


def _postgresql_version(folder: Path) -> int:
    if not (folder / "initdb").is_file() or not (folder / "pg_ctl").is_file():
        return 0
    answer = subprocess.run(
        [folder / "initdb", "--version"], capture_output=True, text=True, check=False
    ).stdout
    match = re.search(r"(\d+)", answer)
    return int(match[1]) if match else 0


def _has_japanese_font() -> bool:
    if shutil.which("fc-list") is None:
        return any(Path("/usr/share/fonts").glob("**/NotoSansCJK*"))
    return bool(subprocess.run(["fc-list", ":lang=ja"], capture_output=True, check=False).stdout.strip())


NEEDS = (
    Need("Chromium", "chromium", "the browser suite", lambda: chromium() is not None),
    Need(
        "GNU gettext", "gettext", "the test of the translations", lambda: shutil.which("xgettext") is not None
    ),
    Need("a Japanese font", "fonts-noto-cjk", "the browser suite", _has_japanese_font),
    Need(
        f"PostgreSQL {OLDEST_POSTGRESQL} or newer",
        "postgresql",
        "the suite on PostgreSQL",
        lambda: postgresql() is not None,
    ),
)


def missing() -> list[Need]:
    """What is not on this machine."""
    return [need for need in NEEDS if not need.is_there()]


def prepare() -> list[Need]:
    """What is still missing after installing what could be installed."""
    wanted = missing()
    if not wanted:
        return []
    apt = shutil.which("apt-get")
    if apt is not None and os.geteuid() == 0:
        packages = [need.package for need in wanted]
        print(f"Installing {', '.join(packages)} ...", flush=True)
        environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        for command in (
            [apt, "update", "-qq"],
            [apt, "install", "--yes", "-qq", "--no-install-recommends", *packages],
        ):
            done = subprocess.run(command, env=environment, check=False, capture_output=True, text=True)
            if done.returncode != 0:
                print(done.stdout[-2000:], done.stderr[-2000:], sep="\n")
                break
        wanted = missing()
    for need in wanted:
        print(
            f"Missing: {need.name}, for {need.for_what} (Debian: apt-get install {need.package}).", flush=True
        )
    return wanted

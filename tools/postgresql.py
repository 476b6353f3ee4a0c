"""A PostgreSQL cluster of our own in a temporary folder, gone when the block ends."""

import os
import pwd
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SIZES = ("max_wal_size=2GB", "shared_buffers=256MB")

# A cluster that nobody needs tomorrow may forget what it wrote; one that is measured may not. Nor does it count rows by
# itself: tests take theirs back, and a plan made for tables once counted as empty has taken minutes for a thousand people.
FORGETFUL = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "autovacuum=off")


@contextmanager
def throw_away_cluster(programs: Path, *, durable: bool = False) -> Iterator[str]:
    """The DATABASE_URL of a running cluster that listens on a socket in its own folder alone.

    With `durable` it writes as a city's own would, for honest figures.
    """
    folder = Path(tempfile.mkdtemp(prefix="ikusei-pg-"))
    password = secrets.token_urlsafe(16)
    (folder / "password").write_text(password)
    owner = _hand_over(folder)
    try:
        _run(
            owner, programs / "initdb", "--pgdata", folder / "data", "--username", "ikusei",
            "--pwfile", folder / "password", "--auth", "scram-sha-256",
            "--encoding", "UTF8", "--locale", "C.UTF-8", "--no-sync",
        )  # fmt: skip
        settings = [
            "listen_addresses=",
            f"unix_socket_directories={folder}",
            *SIZES,
            *(() if durable else FORGETFUL),
        ]
        options = " ".join(f"-c {setting}" for setting in settings)
        _run(
            owner,
            programs / "pg_ctl",
            "start",
            "-w",
            "-D",
            folder / "data",
            "-l",
            folder / "log",
            "-o",
            options,
        )
        try:
            yield f"postgresql://ikusei:{password}@/postgres?host={folder}"
        finally:
            _run(owner, programs / "pg_ctl", "stop", "-w", "-m", "immediate", "-D", folder / "data")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _hand_over(folder: Path) -> str | None:
    """The account that runs the cluster: PostgreSQL refuses to run as root, so there it is `postgres`."""
    if os.geteuid() != 0:
        return None
    account = pwd.getpwnam("postgres")
    for path in (folder, *folder.iterdir()):
        os.chown(path, account.pw_uid, account.pw_gid)
    return "postgres"


def _run(owner: str | None, *command: str | Path) -> None:
    """Run a program in the owner's name; what it says is shown only when it fails."""
    words = [str(word) for word in command]
    if owner is not None:
        words = ["runuser", "-u", owner, "--", *words]
    # Not into a pipe: the server that pg_ctl leaves running would keep it open.
    with tempfile.TemporaryFile("w+") as said:
        done = subprocess.run(words, stdout=said, stderr=subprocess.STDOUT, cwd="/", check=False)
        if done.returncode != 0:
            said.seek(0)
            raise RuntimeError(f"{Path(words[0]).name} failed:\n{said.read()}")

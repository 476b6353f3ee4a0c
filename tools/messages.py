"""The translations: gathered from the source into each room's own catalogue, and compiled from there.

Usage: python tools/messages.py gather     (needs GNU gettext)
       python tools/messages.py compile    (needs nothing but what Ikusei runs on)
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "src" / "ikusei"
CATALOGUE = Path("locale/ja/LC_MESSAGES/django.po")
OPTIONS = ("--locale", "ja", "--no-wrap", "--add-location", "file", "--no-obsolete", "--verbosity", "0")
"""File names without line numbers: a moved line changes no catalogue."""


def rooms(package: Path = PACKAGE) -> list[Path]:
    """Every room that keeps a catalogue. config has none: it names the languages alone, which Django translates."""
    found = (folder for folder in package.iterdir() if (folder / "__init__.py").is_file())
    return sorted(folder for folder in found if folder.name != "config")


def gather(room: Path) -> None:
    """Bring the catalogue of a room up to date with its source; new messages stand there untranslated."""
    (room / "locale").mkdir(exist_ok=True)
    command = [
        sys.executable,
        "-m",
        "django",
        "makemessages",
        *OPTIONS,
        "--ignore",
        "tests",
        "--ignore",
        "migrations",
    ]
    environment = {key: value for key, value in os.environ.items() if key != "DJANGO_SETTINGS_MODULE"}
    subprocess.run(command, cwd=room, check=True, env=environment)
    if (room / CATALOGUE).is_file():
        _write_plainly(room / CATALOGUE)
    else:
        shutil.rmtree(room / "locale")


def _write_plainly(path: Path) -> None:
    """Write a catalogue the one way: no dates and no names in its header, one message a line."""
    import polib

    catalogue = polib.pofile(str(path), wrapwidth=10_000)
    catalogue.header = ""
    catalogue.metadata_is_fuzzy = False
    catalogue.metadata = {
        "Project-Id-Version": "ikusei",
        "Language": "ja",
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": "nplurals=1; plural=0;",
    }
    catalogue.save(str(path))


def compile_all() -> None:
    """Write the .mo file beside every catalogue that is newer than it."""
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    for path in PACKAGE.glob(f"*/{CATALOGUE}"):
        target = path.with_suffix(".mo")
        if target.is_file() and target.stat().st_mtime_ns == path.stat().st_mtime_ns:
            continue
        with path.open("rb") as source:
            catalogue = read_po(source, locale="ja")
        fresh = target.with_suffix(".mo.new")
        with fresh.open("wb") as file:
            write_mo(file, catalogue)
        # The same time as the source: newer or older, any change of the source is seen.
        os.utime(fresh, ns=(path.stat().st_atime_ns, path.stat().st_mtime_ns))
        fresh.replace(target)


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["gather"]:
            for folder in rooms():
                gather(folder)
        case ["compile"]:
            compile_all()
        case _:
            sys.exit(__doc__)

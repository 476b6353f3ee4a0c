"""Japanese is complete: every sentence of the source stands translated in the catalogue of its own room."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import polib
import pytest

from tools import messages

ROOMS = [room.name for room in messages.rooms()]
needs_gettext = pytest.mark.skipif(shutil.which("xgettext") is None, reason="GNU gettext is not installed")


def catalogue(room: Path) -> polib.POFile:
    """The catalogue of a room, empty where the room has none."""
    path = room / messages.CATALOGUE
    return polib.pofile(str(path)) if path.is_file() else polib.POFile()


def keys(found: polib.POFile) -> set[tuple[str, str]]:
    """What identifies each message that is in use: context and sentence."""
    return {(entry.msgctxt or "", entry.msgid) for entry in found if not entry.obsolete}


@pytest.mark.parametrize("name", ROOMS)
@needs_gettext
def test_every_sentence_of_the_source_stands_in_the_catalogue_and_no_other(name: str, tmp_path: Path) -> None:
    room = messages.PACKAGE / name
    copy = tmp_path / name
    shutil.copytree(room, copy, ignore=shutil.ignore_patterns("tests", "__pycache__", "data"))
    messages.gather(copy)
    in_source, in_catalogue = keys(catalogue(copy)), keys(catalogue(room))
    assert sorted(in_source - in_catalogue) == [], "not in the catalogue: run `make messages` and translate"
    assert sorted(in_catalogue - in_source) == [], "no longer in the source: run `make messages`"


@pytest.mark.parametrize("name", ROOMS)
def test_every_message_has_a_japanese_translation_that_is_sure(name: str) -> None:
    found = catalogue(messages.PACKAGE / name)
    # polib counts a message as translated when it has a text and is neither fuzzy nor obsolete.
    assert [entry.msgid for entry in found if not entry.obsolete and not entry.translated()] == []


@pytest.mark.parametrize("name", ROOMS)
@needs_gettext
def test_translations_keep_the_placeholders_of_their_sentence(name: str, tmp_path: Path) -> None:
    path = messages.PACKAGE / name / messages.CATALOGUE
    if not path.is_file():
        return  # a room without sentences
    result = subprocess.run(
        ["msgfmt", "--check-format", "--check-header", "-o", str(tmp_path / "out.mo"), str(path)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr

"""Single values as they stand in files: cleaned texts, matching forms, keys."""

import hashlib
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable

KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
KEY_LENGTH = 100
VERSION_LENGTH = 50
NAME_LENGTH = 300

# Control characters no text needs (and PostgreSQL cannot hold NUL), halves of surrogate pairs, and the mark
# that a converter leaves where it lost a character.
_BROKEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffd]")
_INVISIBLE = re.compile("[\u200b\u200c\u200d\u2060\ufeff]")
_SLUG_LENGTH = 80


def clean(value: str) -> str:
    """The text without spaces and line breaks around it, its lines ending in "\\n"."""
    return value.replace("\r\n", "\n").replace("\r", "\n").strip()


def broken_character(value: str) -> str | None:
    """The first character that no text may hold, as "U+0000", or None."""
    found = _BROKEN.search(value)
    return f"U+{ord(found[0]):04X}" if found else None


def folded(value: str) -> str:
    """The form in which names are compared: width, case, invisible signs and runs of spaces do not count."""
    return " ".join(_INVISIBLE.sub("", unicodedata.normalize("NFKC", value)).casefold().split())


def whole_number(value: str) -> int | None:
    """The number a cell holds ("3", full-width "３", Excel's "3.0"), or None."""
    found = re.fullmatch(r"([0-9]{1,9})(?:\.0+)?", unicodedata.normalize("NFKC", value).strip())
    return int(found[1]) if found else None


def slug(value: str) -> str:
    """A key made of a name: lower-case ASCII words joined by "-"; a hash of the name where none is left."""
    plain = unicodedata.normalize("NFKD", value).encode("ascii", "ignore").decode("ascii").casefold()
    made = "-".join(re.findall(r"[a-z0-9]+", plain))
    if not made:
        return f"x-{_digest(value)}"
    return made if len(made) <= _SLUG_LENGTH else f"{made[:_SLUG_LENGTH].rstrip('-')}-{_digest(value)}"


def unlike_slugs(names: Iterable[tuple[str, ...]]) -> dict[tuple[str, ...], str]:
    """A key for each name, the same whatever the order: the slug of its last part, told apart where needed.

    A name is a path such as (role, role level). Names whose last parts make the same slug take the whole
    path; those still alike take a hash of the path too.
    """
    short = {name: slug(name[-1]) for name in names}
    whole = {
        name: slug(" ".join(name)) if len(alike) > 1 else made for made, alike in _by(short) for name in alike
    }
    return {
        name: f"{made}-{_digest(chr(0).join(name))}" if len(alike) > 1 else made
        for made, alike in _by(whole)
        for name in alike
    }


def _by(keys: dict[tuple[str, ...], str]) -> list[tuple[str, list[tuple[str, ...]]]]:
    alike: dict[str, list[tuple[str, ...]]] = defaultdict(list)
    for name, made in keys.items():
        alike[made].append(name)
    return list(alike.items())


def _digest(value: str) -> str:
    return hashlib.sha256(value.encode()).hexdigest()[:8]

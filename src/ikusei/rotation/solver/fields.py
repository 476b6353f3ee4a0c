"""One value of a JSON document with its path: what every reader of a planner's file asks of it."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches

LARGEST = 1_000_000_000
"""No number in a file is further from zero: sums over everybody stay exact enough in double precision."""
LONGEST_ID = 200
UNWRITABLE = re.compile("[\\x00-\\x1f\\x7f\\ud800-\\udfff]")
ANNOTATIONS = frozenset({"note", "name", "label", "comment", "source", "seed", "generator"})
"""Keys that any object may carry besides its own, as may every key that begins with `_` or `x_`: nobody reads them."""


class InvalidDocument(Exception):
    """A file that says something it cannot say: .path of the field (empty: the file itself) and a plain .reason."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"{path}: {reason}" if path else reason)
        self.path = path
        self.reason = reason


class Repeated(dict[str, object]):
    """A JSON object in which a key stood twice; .key is that key."""

    def __init__(self, pairs: list[tuple[str, object]], key: str) -> None:
        super().__init__(pairs)
        self.key = key


def object_of(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """The object of these pairs (`object_pairs_hook`); one with a key twice remembers it until somebody knows its path."""
    made = dict(pairs)
    if len(made) == len(pairs):
        return made
    seen: set[str] = set()
    for key, _value in pairs:
        if key in seen:
            return Repeated(pairs, key)
        seen.add(key)
    return made


def step(path: str, key: str) -> str:
    """The path of a key within an object: people[3].current, growth["line bureau"]."""
    if not key.isidentifier():
        shown = key if len(key) <= 60 else key[:57] + "..."
        written = shown.encode("utf-8", "backslashreplace").decode().replace('"', '\\"')
        return f'{path}["{written}"]'
    return f"{path}.{key}" if path else key


def kind(value: object) -> str:
    """What a JSON value is, in words for a person."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return "a text"
    if isinstance(value, int | float):
        return "a number"
    if isinstance(value, list):
        return "a list"
    return "an object"


@dataclass(frozen=True, slots=True)
class Field:
    """A value and where it stands."""

    value: object
    path: str

    def refuse(self, reason: str) -> InvalidDocument:
        """The error that says why this value cannot stand here."""
        return InvalidDocument(self.path, reason if self.path else f"The document {reason}")

    def keys(self, required: tuple[str, ...], optional: tuple[str, ...] = ()) -> dict[str, Field]:
        """The fields of an object with exactly these keys; annotations are let pass and left out."""
        value = self.mapping()
        for key in required:
            if key not in value:
                raise InvalidDocument(step(self.path, key), "is missing.")
        fields = {}
        for key, inner in value.items():
            if key in required or key in optional:
                fields[key] = Field(inner, step(self.path, key))
            elif key not in ANNOTATIONS and not key.startswith(("_", "x_")):
                near = get_close_matches(key, [*required, *optional], n=1)
                raise InvalidDocument(
                    step(self.path, key),
                    f"is not a key of this format; {near[0]} was probably meant."
                    if near
                    else "is not a key of this format. Remarks may stand under note, _... or x_...",
                )
        return fields

    def mapping(self) -> dict[str, object]:
        """The value as an object in which no key stands twice and every key is a text."""
        value = self.value
        if not isinstance(value, dict):
            raise self.refuse(f"must be an object, and is {kind(value)}.")
        if isinstance(value, Repeated):
            raise InvalidDocument(step(self.path, value.key), "stands twice in the same object.")
        for key in value:
            if not isinstance(key, str):
                raise self.refuse("has a key that is not a text.")
        return value

    def items(self) -> Iterator[tuple[str, Field]]:
        """(key, field) for every key of an object whose keys are names."""
        for key, inner in self.mapping().items():
            yield Field(key, step(self.path, key)).name(), Field(inner, step(self.path, key))

    def elements(self) -> list[Field]:
        """The fields of a list."""
        if not isinstance(self.value, list):
            raise self.refuse(f"must be a list, and is {kind(self.value)}.")
        return [Field(inner, f"{self.path}[{place}]") for place, inner in enumerate(self.value)]

    def name(self) -> str:
        """A name that other fields point at: 1-200 signs, none of them a control sign, no blank at its ends."""
        value = self.value
        if not isinstance(value, str):
            raise self.refuse(f"must be a text, and is {kind(value)}.")
        if not value:
            raise self.refuse("must not be empty.")
        if len(value) > LONGEST_ID:
            raise self.refuse(f"has {len(value)} signs; {LONGEST_ID} are the most.")
        if value != value.strip() or UNWRITABLE.search(value):
            raise self.refuse("has a blank at its end, or a sign that cannot be written.")
        return value

    def number(self, least: float = -LARGEST, most: float = LARGEST, *, above: float | None = None) -> float:
        """A finite number of `least` to `most`, greater than `above` where that is given."""
        value = self.value
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self.refuse(f"must be a number, and is {kind(value)}.")
        if isinstance(value, float) and not math.isfinite(value):
            raise self.refuse("must be a number that a computer can hold, and is NaN or infinite.")
        if above is not None and value <= above:
            raise self.refuse(f"must be greater than {above:g}, and is {_shown(value)}.")
        if value < least:
            raise self.refuse(f"must not be less than {least:g}, and is {_shown(value)}.")
        if value > most:
            raise self.refuse(f"must not be more than {most:g}, and is {_shown(value)}.")
        return float(value)

    def whole(self, least: int = 0, most: int = LARGEST) -> int:
        """A whole number of `least` to `most`; 3.0 is one."""
        value = self.number(least, most)
        if not value.is_integer():
            raise self.refuse(f"must be a whole number, and is {_shown(value)}.")
        return int(value)


def _shown(value: float) -> str:
    if isinstance(value, int) and abs(value) > LARGEST:
        return "far beyond that"
    return str(value) if isinstance(value, int) else f"{value:g}"

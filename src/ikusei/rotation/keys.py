"""Keys of people in pictures, moves and plans: "p12" is a person, "n3" somebody not yet hired."""

from collections.abc import Iterable

LONGEST = 16
"""Digits: more are no number of a row."""


def person_key(person_id: int) -> str:
    """The key of a person."""
    return f"p{person_id}"


def planned_key(planned_id: int) -> str:
    """The key of somebody not yet hired."""
    return f"n{planned_id}"


def ids_of(person_keys: Iterable[str]) -> list[int]:
    """The numbers of the people among keys."""
    return [int(key[1:]) for key in person_keys if key[:1] == "p" and _is_number(key[1:])]


def planned_ids_of(person_keys: Iterable[str]) -> list[int]:
    """The numbers of those not yet hired among keys."""
    return [int(key[1:]) for key in person_keys if key[:1] == "n" and _is_number(key[1:])]


def _is_number(text: str) -> bool:
    """Whether a text is the number of a row."""
    return text.isascii() and text.isdecimal() and len(text) < LONGEST

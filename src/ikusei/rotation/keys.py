"""Keys of people in pictures, moves and plans: "p12" is a person, "n3" somebody not yet hired."""

from collections.abc import Iterable


def person_key(person_id: int) -> str:
    """The key of a person."""
    return f"p{person_id}"


def planned_key(planned_id: int) -> str:
    """The key of somebody not yet hired."""
    return f"n{planned_id}"


def ids_of(person_keys: Iterable[str]) -> list[int]:
    """The numbers of the people among keys."""
    return [int(key[1:]) for key in person_keys if key[:1] == "p" and key[1:].isdecimal()]


def planned_ids_of(person_keys: Iterable[str]) -> list[int]:
    """The numbers of those not yet hired among keys."""
    return [int(key[1:]) for key in person_keys if key[:1] == "n" and key[1:].isdecimal()]

"""Reads of the demonstration."""

from dataclasses import dataclass

from ikusei.accounts.models import User
from ikusei.demo.models import Persona
from ikusei.demo.personas import PERSONAS, PersonaText


@dataclass(frozen=True, slots=True)
class PersonaCard:
    """A persona as the entrance shows it."""

    key: str
    text: PersonaText
    name: str


def persona_cards() -> list[PersonaCard]:
    """The personas in their order; empty until the city is built."""
    return [
        PersonaCard(key=row.key, text=PERSONAS[row.key], name=str(getattr(row.user, "person", row.user)))
        for row in Persona.objects.select_related("user__person")
        if row.key in PERSONAS
    ]


def persona_user(key: str) -> User | None:
    """The account of a persona, None where there is no such persona."""
    row = Persona.objects.select_related("user").filter(key=key).first()
    return row.user if row is not None else None

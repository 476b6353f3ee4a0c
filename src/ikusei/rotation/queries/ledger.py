"""Placeholder until the ledger lands (H3 overwrites this file)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Ledger:
    gq_years: float = 0.0
    dq_years: float = 0.0


def ledgers(people: Collection[int], day: date) -> dict[int, Ledger]:
    return {person: Ledger() for person in people}


def indices(people: Collection[int], day: date) -> dict[int, tuple[float, float]]:
    return dict.fromkeys(people, (40.0, 40.0))

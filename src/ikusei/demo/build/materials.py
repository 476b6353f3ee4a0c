"""The invented material (`demo/data`) and the people made of it."""

import json
import random
import uuid
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from ikusei.org.models import Employment, Leave, Person

DATA = Path(__file__).resolve().parent.parent / "data"


@cache
def load(name: str) -> dict[str, Any]:
    """The content of one file of `demo/data`, without the .json."""
    content: dict[str, Any] = json.loads((DATA / f"{name}.json").read_text(encoding="utf-8"))
    return content


@dataclass(slots=True)
class Stay:
    """Days of a person in a seat: (unit code, job type key or "", grade) names a seat."""

    seat: tuple[str, str, str]
    from_date: date
    until: date | None
    kind: str = "home"
    share: str = "1"


@dataclass(slots=True)
class Member:
    """An invented person with employments and stays, not saved yet."""

    person: Person
    grade: str
    employments: list[Employment] = field(default_factory=list)
    stays: list[Stay] = field(default_factory=list)
    leave: Leave | None = None
    job_type: str = ""
    leads: str = ""  # the code of the unit this person heads


class NameMaker:
    """Makes people with invented names; the same random source makes the same people."""

    def __init__(self, rng: random.Random) -> None:
        names = load("names")
        self._rng = rng
        self._families = names["family"]
        self._givens = names["given"]
        self._number = 0
        # Frequent names are frequent: the lists begin with them.
        self._weights = [1 / (10 + place) for place in range(len(self._families))]

    def next_number(self) -> int:
        """A running number, for staff numbers and mail addresses."""
        self._number += 1
        return self._number

    def person(self, *, age: int, today: date, domain: str) -> Person:
        """An unsaved person of about an age, with a mail address of a domain under .example."""
        rng = self._rng
        family = rng.choices(self._families, self._weights)[0]
        given = rng.choice(self._givens)
        sex = given["sex"] if given["sex"] in {"m", "f"} else rng.choice("mf")
        known_as, used = family, ""
        if sex == "f" and rng.random() < 0.06:
            known_as = rng.choice(self._families)
            used = f"{known_as['kanji']} {given['kanji']}"
        number = self.next_number()
        return Person(
            public_id=uuid.UUID(int=rng.getrandbits(128), version=4),
            name=f"{family['kanji']} {given['kanji']}",
            used_name=used,
            kana=f"{known_as['kana']} {given['kana']}",
            name_latin=f"{given['romaji']} {known_as['romaji']}",
            email=f"{given['romaji'].lower()}.{family['romaji'].lower()}.{number}@{domain}.example",
            birth_date=today - timedelta(days=age * 365 + rng.randrange(365)),
            sex=sex,
        )

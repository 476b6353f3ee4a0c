"""What is recorded of an employer on the day of a list, as plain values: the other half of a comparison."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from uuid import UUID

from ikusei.lib.text import normalise_key


@dataclass(slots=True, eq=False)
class UnitNode:
    """A unit on the day of the list, or one that the plan opens (no `pk`)."""

    code: str
    kind: str
    name: str
    parent: "UnitNode | None"
    since: date
    pk: int | None = None
    name_en: str = ""
    has_made_up_code: bool = False

    @property
    def way(self) -> tuple[str, ...]:
        """The names from the root down to this unit."""
        names, node = [self.name], self.parent
        while node is not None:
            names.append(node.name)
            node = node.parent
        return tuple(reversed(names))

    @property
    def words(self) -> str:
        """The way, as people read it."""
        return " ".join(self.way)


@dataclass(slots=True, eq=False)
class PostNode:
    """A post on the day of the list with the terms of that day, or one that the plan opens (no `pk`).

    `people` counts who sits there once the plan is carried out.
    """

    unit: UnitNode | None
    code: str
    name: str
    grade: str
    since: date
    capacity: int = 0
    people: int = 0
    pk: int | None = None
    name_en: str = ""
    terms_pk: int | None = None

    @property
    def words(self) -> str:
        """Unit and name, as people read them."""
        return f"{self.unit.words if self.unit else ''} {self.name}".strip()


@dataclass(slots=True, eq=False)
class KnownPosting:
    """A posting that runs on the day of the list."""

    pk: int
    post: PostNode
    kind: str
    share: Decimal
    from_date: date
    until: date | None


@dataclass(slots=True, eq=False)
class KnownEmployment:
    """The row of employment that runs on the day of the list."""

    pk: int
    category: str
    grade: str
    kind: str
    from_date: date
    until: date | None


@dataclass(slots=True, eq=False)
class KnownPerson:
    """A person whom the employer employs, employed or will employ under a staff number.

    `postings` are those that run on the day of the list, wherever they are; `next_from` is the day on which a later row
    of employment begins, `last_until` the day on which the last earlier one ended, `hired_on` the first day of the
    present rows that follow each other without a gap.
    """

    pk: int
    public_id: UUID
    number: str
    name: str
    used_name: str
    kana: str
    name_latin: str
    email: str
    birth_date: date | None
    sex: str
    employment: KnownEmployment | None = None
    hired_on: date | None = None
    last_until: date | None = None
    next_from: date | None = None
    postings: list[KnownPosting] = field(default_factory=list)
    has_later_posting: bool = False
    has_other_employer: bool = False


@dataclass(slots=True)
class Records:
    """An employer's people by folded staff number, its open units and posts, and the codes that are taken."""

    people: dict[str, KnownPerson] = field(default_factory=dict)
    units: list[UnitNode] = field(default_factory=list)
    posts: list[PostNode] = field(default_factory=list)
    closed_codes: set[str] = field(default_factory=set)
    post_codes: set[tuple[int, str]] = field(default_factory=set)
    latest_list: date | None = None

    @property
    def employed(self) -> int:
        """How many are employed on the day."""
        return sum(person.employment is not None for person in self.people.values())


def number_key(number: str) -> str:
    """The staff number for comparing."""
    return normalise_key(number)

"""A planner's problem, `ikusei-rotation-problem/1`: what the parts of the planner hand each other, and its file.

The format and every reading of an edge case: docs/formats/rotation.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from ikusei.rotation.solver.documents import read_json
from ikusei.rotation.solver.fields import LARGEST, Field, InvalidDocument

FORMAT = "ikusei-rotation-problem/1"
MOST_YEARS = 50
MOST_RHO = 100.0

type Axis = Literal["gq", "dq"]


class InvalidProblem(InvalidDocument):
    """A problem that cannot be one: .path of the field (people[3].options[0].value; empty: the file) and .reason."""


@dataclass(frozen=True, slots=True)
class Growth:
    """A growth class: what a year in it leaves of the headroom 100 - index on each axis (> 1: unused skill decays)."""

    gq: float
    dq: float


@dataclass(frozen=True, slots=True)
class Weights:
    """The prices of the objective, none negative; their unit is that of an option's value."""

    move: float
    balance: float
    over_capacity: float
    below_minimum: float
    missing_expert: float
    missing_continuity: float


@dataclass(frozen=True, slots=True)
class Experts:
    """`count` people in a post every year whose index on the axis is at least `level` at the start of that year."""

    axis: Axis
    level: float
    count: int


@dataclass(frozen=True, slots=True)
class Tenure:
    """Consecutive years in a post: at least `min` before it is left, never more than `max`; 1 <= min <= max."""

    min: int
    max: int


@dataclass(frozen=True, slots=True)
class Post:
    """A post with its seats; `continuity` people should have sat in it the year before."""

    id: str
    growth: str
    capacity: int
    minimum: int
    experts: Experts | None
    continuity: int
    tenure: Tenure


@dataclass(frozen=True, slots=True)
class Current:
    """The post somebody comes from, and for how many consecutive years already."""

    post: str
    years: int


@dataclass(frozen=True, slots=True)
class Option:
    """A post somebody may sit in, what a year there is worth, and the years in which it is closed to that person."""

    post: str
    value: float
    forbidden_years: frozenset[int]


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody present in years `start <= year < until` (written `from`), with the index 0-100 on both axes at the start."""

    id: str
    start: int
    until: int
    gq: float
    dq: float
    current: Current | None
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class Pin:
    """Somebody has to sit in this post in this year."""

    person: str
    post: str
    year: int


@dataclass(frozen=True, slots=True)
class Problem:
    """A whole problem; `years` are consecutive, ids are unique and every reference points at something."""

    years: tuple[int, ...]
    targets: dict[Axis, float]
    growth: dict[str, Growth]
    weights: Weights
    posts: tuple[Post, ...]
    people: tuple[Person, ...]
    pins: tuple[Pin, ...]


def read(path: Path) -> Problem:
    """The problem of a JSON file, plain or packed. Raises InvalidProblem, and OSError where it cannot be opened."""
    try:
        document = read_json(path)
    except InvalidDocument as error:
        raise InvalidProblem(error.path, error.reason) from None
    return parse(document)


def parse(document: object) -> Problem:
    """The problem of a JSON document. Raises InvalidProblem for the first field that cannot be what it says."""
    try:
        return _problem(Field(document, ""))
    except InvalidDocument as error:
        raise InvalidProblem(error.path, error.reason) from None


def _problem(root: Field) -> Problem:
    if isinstance(root.value, dict) and "format" in root.value and root.value["format"] != FORMAT:
        raise InvalidDocument("format", f'must be "{FORMAT}".')
    fields = root.keys(("format", "years", "targets", "growth", "weights", "posts", "people", "pins"))
    years = _years(fields["years"])
    targets = fields["targets"].keys(("gq", "dq"))
    growth = {name: _growth(field) for name, field in fields["growth"].items()}
    posts: dict[str, Post] = {}
    for field in fields["posts"].elements():
        post = _post(field, growth)
        if post.id in posts:
            raise InvalidDocument(f"{field.path}.id", f"stands twice: another post is {post.id}.")
        posts[post.id] = post
    people: dict[str, Person] = {}
    for field in fields["people"].elements():
        person = _person(field, posts)
        if person.id in people:
            raise InvalidDocument(f"{field.path}.id", f"stands twice: another person is {person.id}.")
        people[person.id] = person
    return Problem(
        years=years,
        targets={"gq": targets["gq"].number(0, 100), "dq": targets["dq"].number(0, 100)},
        growth=growth,
        weights=_weights(fields["weights"]),
        posts=tuple(posts.values()),
        people=tuple(people.values()),
        pins=tuple(_pin(field, years, posts, people) for field in fields["pins"].elements()),
    )


def _years(field: Field) -> tuple[int, ...]:
    places = field.elements()
    if not places:
        raise field.refuse("must name at least one year.")
    if len(places) > MOST_YEARS:
        raise field.refuse(f"names {len(places)} years; {MOST_YEARS} are the most.")
    years: list[int] = []
    for place in places:
        year = place.whole(1, 9999)
        if years and year != years[-1] + 1:
            raise place.refuse(f"must be {years[-1] + 1}, the year after the one before it, and is {year}.")
        years.append(year)
    return tuple(years)


def _growth(field: Field) -> Growth:
    fields = field.keys(("gq", "dq"))
    return Growth(
        gq=fields["gq"].number(most=MOST_RHO, above=0), dq=fields["dq"].number(most=MOST_RHO, above=0)
    )


def _weights(field: Field) -> Weights:
    fields = field.keys(
        ("move", "balance", "over_capacity", "below_minimum", "missing_expert", "missing_continuity")
    )
    return Weights(**{name: inner.number(0) for name, inner in fields.items()})


def _post(field: Field, growth: dict[str, Growth]) -> Post:
    fields = field.keys(("id", "growth", "capacity", "minimum", "experts", "continuity", "tenure"))
    tenure = fields["tenure"].keys(("min", "max"))
    shortest = tenure["min"].whole(1)
    name = fields["growth"].name()
    if name not in growth:
        raise fields["growth"].refuse(f"names the growth class {name}, which is not under growth.")
    longest = tenure["max"].whole(1)
    if longest < shortest:
        raise tenure["max"].refuse(f"must not be less than min, {shortest}, and is {longest}.")
    return Post(
        id=fields["id"].name(),
        growth=name,
        capacity=fields["capacity"].whole(),
        minimum=fields["minimum"].whole(),
        experts=None if fields["experts"].value is None else _experts(fields["experts"]),
        continuity=fields["continuity"].whole(),
        tenure=Tenure(min=shortest, max=longest),
    )


def _experts(field: Field) -> Experts:
    fields = field.keys(("axis", "level", "count"))
    axis: Axis
    match fields["axis"].value:
        case "gq":
            axis = "gq"
        case "dq":
            axis = "dq"
        case _:
            raise fields["axis"].refuse('must be "gq" or "dq".')
    return Experts(axis=axis, level=fields["level"].number(0, 100), count=fields["count"].whole())


def _known_post(field: Field, posts: dict[str, Post]) -> str:
    post = field.value
    if isinstance(post, str) and post in posts:
        return post
    raise field.refuse(f"names the post {field.name()}, which is not under posts.")


def _person(field: Field, posts: dict[str, Post]) -> Person:
    fields = field.keys(("id", "from", "until", "gq", "dq", "current", "options"))
    start, until = fields["from"].whole(1, 9999), fields["until"].whole(1, 9999)
    if start >= until:
        raise fields["until"].refuse(f"must be later than from, {start}, and is {until}.")
    current = None
    if fields["current"].value is not None:
        of_current = fields["current"].keys(("post", "years"))
        current = Current(
            post=_known_post(of_current["post"], posts), years=of_current["years"].whole(0, 1000)
        )
    options: dict[str, Option] = {}
    for place in fields["options"].elements():
        option = _option(place, posts)
        if option.post in options:
            raise InvalidDocument(f"{place.path}.post", f"stands twice among the options: {option.post}.")
        options[option.post] = option
    return Person(
        id=fields["id"].name(),
        start=start,
        until=until,
        gq=fields["gq"].number(0, 100),
        dq=fields["dq"].number(0, 100),
        current=current,
        options=tuple(options.values()),
    )


def _option(field: Field, posts: dict[str, Post]) -> Option:
    fields = field.keys(("post", "value"), ("forbidden_years",))
    closed = fields["forbidden_years"].elements() if "forbidden_years" in fields else []
    return Option(
        post=_known_post(fields["post"], posts),
        value=fields["value"].number(),
        forbidden_years=frozenset(year.whole(1, 9999) for year in closed),
    )


def _pin(field: Field, years: tuple[int, ...], posts: dict[str, Post], people: dict[str, Person]) -> Pin:
    fields = field.keys(("person", "post", "year"))
    person = fields["person"].name()
    if person not in people:
        raise fields["person"].refuse(f"names {person}, who is not under people.")
    post = _known_post(fields["post"], posts)
    year = fields["year"].whole(-LARGEST)
    if year not in years:
        raise fields["year"].refuse(f"is {year}; the plan has the years {years[0]} to {years[-1]}.")
    return Pin(person=person, post=post, year=year)


def to_document(problem: Problem) -> dict[str, object]:
    """The JSON document of a problem: `parse(to_document(problem)) == problem`."""
    return {
        "format": FORMAT,
        "years": list(problem.years),
        "targets": {axis: _plain(target) for axis, target in problem.targets.items()},
        "growth": {
            name: {"gq": _plain(growth.gq), "dq": _plain(growth.dq)}
            for name, growth in problem.growth.items()
        },
        "weights": {name: _plain(getattr(problem.weights, name)) for name in Weights.__slots__},
        "posts": [_post_document(post) for post in problem.posts],
        "people": [_person_document(person) for person in problem.people],
        "pins": [{"person": pin.person, "post": pin.post, "year": pin.year} for pin in problem.pins],
    }


def _post_document(post: Post) -> dict[str, object]:
    experts = post.experts
    return {
        "id": post.id,
        "growth": post.growth,
        "capacity": post.capacity,
        "minimum": post.minimum,
        "experts": experts and {"axis": experts.axis, "level": _plain(experts.level), "count": experts.count},
        "continuity": post.continuity,
        "tenure": {"min": post.tenure.min, "max": post.tenure.max},
    }


def _person_document(person: Person) -> dict[str, object]:
    return {
        "id": person.id,
        "from": person.start,
        "until": person.until,
        "gq": _plain(person.gq),
        "dq": _plain(person.dq),
        "current": person.current and {"post": person.current.post, "years": person.current.years},
        "options": [
            {"post": option.post, "value": _plain(option.value)}
            | ({"forbidden_years": sorted(option.forbidden_years)} if option.forbidden_years else {})
            for option in person.options
        ],
    }


def _plain(number: float) -> int | float:
    """The number as people write it: 60, not 60.0."""
    return int(number) if number.is_integer() else number

"""A plan of the planner, `ikusei-rotation-plan/1`: who sits where in which year, and its file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ikusei.rotation.solver.documents import read_json, write_json
from ikusei.rotation.solver.fields import Field, InvalidDocument

FORMAT = "ikusei-rotation-plan/1"


class InvalidPlan(InvalidDocument):
    """A file that is no plan: .path of the field (assignments["E000001"][2]; empty: the file) and .reason."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan: for every person one post or None a year, in the order of the problem's years.

    What it says of itself: `objective` (to be minimised), `bound` (proven: no plan of the problem lies below it),
    `seconds` it took, and the `seed`; None where a plan that was not made by the planner does not say.
    """

    assignments: dict[str, tuple[str | None, ...]]
    objective: float | None = None
    bound: float | None = None
    seconds: float | None = None
    seed: int | None = None


def read(path: Path) -> Plan:
    """The plan of a JSON file, plain or packed. Raises InvalidPlan, and OSError where it cannot be opened."""
    try:
        document = read_json(path)
    except InvalidDocument as error:
        raise InvalidPlan(error.path, error.reason) from None
    return parse(document)


def parse(document: object) -> Plan:
    """The plan of a JSON document, whatever problem it is for. Raises InvalidPlan for the first field that is not one.

    Whether people, posts and years are those of a problem is for `check` to say.
    """
    try:
        return _plan(Field(document, ""))
    except InvalidDocument as error:
        raise InvalidPlan(error.path, error.reason) from None


def _plan(root: Field) -> Plan:
    if isinstance(root.value, dict) and "format" in root.value and root.value["format"] != FORMAT:
        raise InvalidDocument("format", f'must be "{FORMAT}".')
    fields = root.keys(("format", "assignments"), ("objective", "bound", "seconds", "seed"))
    said = {name: field for name, field in fields.items() if field.value is not None}
    return Plan(
        assignments={name: _seats(field) for name, field in fields["assignments"].items()},
        objective=_any_number(said.get("objective")),
        bound=_any_number(said.get("bound")),
        seconds=_any_number(said.get("seconds")),
        seed=said["seed"].whole(0, 2**63) if "seed" in said else None,
    )


def _seats(field: Field) -> tuple[str | None, ...]:
    return tuple(None if place.value is None else place.name() for place in field.elements())


def _any_number(field: Field | None) -> float | None:
    """A finite number of any size: an objective may be a sum over everybody."""
    return None if field is None else field.number(-1e18, 1e18)


def to_document(plan: Plan) -> dict[str, object]:
    """The JSON document of a plan: `parse(to_document(plan)) == plan`."""
    return {
        "format": FORMAT,
        "objective": plan.objective,
        "bound": plan.bound,
        "seconds": plan.seconds,
        "seed": plan.seed,
        "assignments": {person: list(seats) for person, seats in plan.assignments.items()},
    }


def write(plan: Plan, path: Path) -> None:
    """Write the plan to a file, packed where its name ends in .gz, whole or not at all. Raises OSError."""
    write_json(path, to_document(plan))

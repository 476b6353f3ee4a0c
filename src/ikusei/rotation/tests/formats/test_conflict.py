"""Where no plan exists: for whom, and because of which rules; against every way through the years, tried one by one."""

from __future__ import annotations

import copy
import itertools

import pytest

from ikusei.rotation.solver import conflict
from ikusei.rotation.solver.check import check
from ikusei.rotation.solver.conflict import Conflict, Kind, Rule
from ikusei.rotation.solver.plan import Plan
from ikusei.rotation.solver.problem import parse
from ikusei.rotation.tests.formats.problems import Document, person, post, problem, strange


def only(document: Document) -> Conflict:
    """The one conflict of a problem."""
    found = conflict.find(parse(document))
    assert found is not None
    assert found.people == len(found.conflicts) == 1
    return found.conflicts[0]


def told(document: Document) -> list[tuple[str, str]]:
    return [(rule.kind, rule.path) for rule in only(document).rules]


def test_somebody_without_options_is_named() -> None:
    document = problem([post("A")], [person("E1", {"A": 1}), person("E2", {})])
    assert only(document).as_dict() == {
        "person": "E2",
        "path": "people[1]",
        "rules": [{"kind": "options", "path": "people[1].options", "text": "E2 has no options."}],
        "text": "No plan can seat E2. E2 has no options.",
    }


def test_who_is_never_present_needs_no_option() -> None:
    document = problem([post("A")], [person("E1", {}, **{"from": 2029, "until": 2031})])
    assert conflict.find(parse(document)) is None


def test_nobody_has_no_conflict() -> None:
    assert conflict.find(parse(problem([], []))) is None


def test_contradictory_pins_are_named_and_nothing_else() -> None:
    document = problem(
        [post("A"), post("B")],
        [person("E1", {"A": 1, "B": 1})],
        pins=[{"person": "E1", "post": place, "year": 2027} for place in ("A", "A", "B")],
    )
    assert told(document) in (
        [("pin", "pins[0]"), ("pin", "pins[2]")],
        [("pin", "pins[1]"), ("pin", "pins[2]")],
    )


def test_the_same_pin_twice_is_no_conflict() -> None:
    document = problem(
        [post("A")], [person("E1", {"A": 1})], pins=[{"person": "E1", "post": "A", "year": 2027}] * 2
    )
    assert conflict.find(parse(document)) is None


def test_a_pin_against_a_forbidden_year() -> None:
    document = problem(
        [post("A"), post("B")],
        [person("E1", {"A": 1, "B": 1})],
        pins=[{"person": "E1", "post": "B", "year": 2027}],
    )
    document["people"][0]["options"][1]["forbidden_years"] = [2027]
    assert told(document) == [("pin", "pins[0]"), ("forbidden", "people[0].options[1].forbidden_years")]


def test_a_pin_to_a_post_that_is_no_option() -> None:
    document = problem(
        [post("A"), post("B")],
        [person("E1", {"A": 1})],
        pins=[{"person": "E1", "post": "B", "year": 2027}],
    )
    assert told(document) == [("pin", "pins[0]"), ("options", "people[0].options")]


def test_a_pin_in_a_year_of_absence() -> None:
    document = problem(
        [post("A")],
        [person("E1", {"A": 1}, **{"from": 2028})],
        pins=[{"person": "E1", "post": "A", "year": 2027}],
    )
    assert told(document) == [("pin", "pins[0]"), ("presence", "people[0].from")]
    assert only(document).rules[1].text == "E1 is absent in 2027: present from 2028, until before 2029."


def test_pins_that_a_shortest_term_keeps_apart() -> None:
    document = problem(
        [post("A", tenure={"min": 2, "max": 4}), post("B")],
        [person("E1", {"A": 1, "B": 1})],
        pins=[
            {"person": "E1", "post": "B", "year": 2026},
            {"person": "E1", "post": "A", "year": 2027},
            {"person": "E1", "post": "B", "year": 2028},
        ],
    )
    assert told(document) == [
        ("pin", "pins[1]"),
        ("pin", "pins[0]"),
        ("pin", "pins[2]"),
        ("tenure_min", "posts[0].tenure.min"),
    ]


def test_a_current_post_that_may_be_neither_kept_nor_left() -> None:
    document = problem(
        [post("A", tenure={"min": 3, "max": 4}), post("B")],
        [person("E1", {"A": 1, "B": 1}, current={"post": "A", "years": 1})],
    )
    document["people"][0]["options"][0]["forbidden_years"] = [2027]
    found = only(document)
    assert [rule.kind for rule in found.rules] == ["forbidden", "tenure_min"]
    assert "A is not left before years served: 3. E1 comes from A, years served there: 1." in found.text


def test_one_option_that_is_too_short_for_the_whole_horizon() -> None:
    document = problem([post("A", tenure={"min": 1, "max": 2})], [person("E1", {"A": 1})])
    assert told(document) == [("options", "people[0].options"), ("tenure_max", "posts[0].tenure.max")]


def test_at_most_fifty_conflicts_are_worked_out_and_all_are_counted() -> None:
    found = conflict.find(parse(problem([], [person(f"E{number}", {}) for number in range(60)])))
    assert found is not None
    assert (found.people, len(found.conflicts)) == (60, 50)


def test_only_those_asked_about_are_looked_at() -> None:
    stated = parse(problem([post("A")], [person("E1", {}), person("E2", {"A": 1})]))
    assert conflict.find(stated, ["E2"]) is None
    assert conflict.find(stated, ["E1"]) is not None


# --- Against trying everything ------------------------------------------------------------------------------------


TERMS: tuple[Kind, ...] = ("tenure_min", "tenure_max")


def has_plan(document: Document, name: str) -> bool:
    """Whether some row of seats of this person breaks nothing that the checker knows."""
    one = copy.deepcopy(document)
    one["people"] = [row for row in one["people"] if row["id"] == name]
    one["pins"] = [pin for pin in one["pins"] if pin["person"] == name]
    stated = parse(one)
    seats = [None, *(place.id for place in stated.posts)]
    return any(
        not check(stated, Plan({name: row})).broken
        for row in itertools.product(seats, repeat=len(stated.years))
    )


def without(document: Document, name: str, rules: list[Rule]) -> Document:
    """The document with these rules of this person lifted."""
    changed = copy.deepcopy(document)
    row = next(row for row in changed["people"] if row["id"] == name)
    posts = {place["id"]: place for place in changed["posts"]}
    gone = []
    for rule in rules:
        match rule.kind:
            case "pin":
                gone.append(int(rule.path.removeprefix("pins[").removesuffix("]")))
            case "presence":
                row |= {"from": changed["years"][0], "until": changed["years"][-1] + 1}
            case "options":
                known = {option["post"] for option in row["options"]}
                near = {pin["post"] for pin in changed["pins"] if pin["person"] == name}
                near |= {row["current"]["post"]} if row["current"] else set()
                row["options"] += [{"post": place, "value": 0} for place in sorted({*near, "free"} - known)]
            case "forbidden":
                option = next(option for option in row["options"] if option["post"] == rule.post)
                option["forbidden_years"] = [year for year in option["forbidden_years"] if year != rule.year]
            case "tenure_min" | "tenure_max":
                assert rule.post is not None
                tenure = posts[rule.post]["tenure"]
                tenure |= {"min": 1} if rule.kind == "tenure_min" else {"max": 99}
                # A file cannot say "no shortest term": nobody has served no year at all instead.
                if rule.kind == "tenure_min" and row["current"] and row["current"]["post"] == rule.post:
                    row["current"]["years"] = max(1, row["current"]["years"])
    changed["pins"] = [pin for place, pin in enumerate(changed["pins"]) if place not in gone]
    changed["posts"].append(post("free", tenure={"min": 1, "max": 99}))
    return changed


def every_rule(document: Document, name: str) -> list[Rule]:
    """Every rule of this person that `without` can lift, but presence."""
    place, row = next((place, row) for place, row in enumerate(document["people"]) if row["id"] == name)
    options = Rule("options", f"people[{place}].options", "")
    pins = [
        Rule("pin", f"pins[{number}]", "", pin["post"], pin["year"])
        for number, pin in enumerate(document["pins"])
        if pin["person"] == name
    ]
    closed = [
        Rule("forbidden", f"people[{place}].options[{number}].forbidden_years", "", option["post"], year)
        for number, option in enumerate(row["options"])
        for year in option.get("forbidden_years", [])
    ]
    terms = [
        Rule(kind, f"posts[{number}].tenure.{kind[-3:]}", "", at["id"])
        for number, at in enumerate(document["posts"])
        for kind in TERMS
    ]
    return [options, *pins, *closed, *terms]


@pytest.mark.parametrize("start", range(0, 400, 50))
def test_who_has_no_way_is_found_and_every_rule_told_is_needed(start: int) -> None:
    conflicts = 0
    for seed in range(start, start + 50):
        document = strange(seed)
        found = conflict.find(parse(document))
        stuck = {entry.person: entry for entry in found.conflicts} if found else {}
        names = [row["id"] for row in document["people"]]
        assert set(stuck) == {name for name in names if not has_plan(document, name)}, seed
        for name, entry in stuck.items():
            conflicts += 1
            kept = {(rule.path, rule.year) for rule in entry.rules}
            others = [rule for rule in every_rule(document, name) if (rule.path, rule.year) not in kept]
            assert not has_plan(without(document, name, others), name), (seed, name)
            for rule in entry.rules:
                assert has_plan(without(document, name, [*others, rule]), name), (seed, name, rule)
    assert conflicts > 5

"""A planner's problem: what is read, and the one error that names the field of what cannot be."""

from __future__ import annotations

import copy
import gzip
import json
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ikusei.rotation.solver.documents import MOST_BYTES
from ikusei.rotation.solver.problem import InvalidProblem, parse, read, to_document
from ikusei.rotation.tests.formats.problems import Document, published, small
from tools.rotation_instances import make

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)

# A machine that is busy with other things draws slowly; that says nothing about the parser.
UNHURRIED = settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)

REFUSED: dict[str, tuple[Callable[[Document], Any], str]] = {
    "another format": (lambda d: d.update(format="ikusei-rotation-problem/2"), "format"),
    "no format": (lambda d: d.pop("format"), "format"),
    "no people": (lambda d: d.pop("people"), "people"),
    "an unknown key": (lambda d: d.update(quotas=[]), "quotas"),
    "a misspelt key": (
        lambda d: d["people"][0]["options"][0].update(forbiden_years=[2026]),
        "people[0].options[0].forbiden_years",
    ),
    "no years": (lambda d: d.update(years=[]), "years"),
    "years out of order": (lambda d: d.update(years=[2026, 2028, 2027]), "years[1]"),
    "a year twice": (lambda d: d.update(years=[2026, 2026]), "years[1]"),
    "a year as text": (lambda d: d.update(years=["2026"]), "years[0]"),
    "half a year": (lambda d: d.update(years=[2026.5]), "years[0]"),
    "too many years": (lambda d: d.update(years=list(range(2000, 2051))), "years"),
    "years that are no list": (lambda d: d.update(years={"from": 2026}), "years"),
    "a target that is NaN": (lambda d: d["targets"].update(gq=float("nan")), "targets.gq"),
    "a target above the scale": (lambda d: d["targets"].update(dq=101), "targets.dq"),
    "rho of zero": (lambda d: d["growth"]["line"].update(gq=0), "growth.line.gq"),
    "rho below zero": (lambda d: d["growth"]["line"].update(dq=-0.5), "growth.line.dq"),
    "rho that is NaN": (lambda d: d["growth"]["lab"].update(dq=float("nan")), "growth.lab.dq"),
    "an endless rho": (lambda d: d["growth"]["lab"].update(dq=float("inf")), "growth.lab.dq"),
    "a huge rho": (lambda d: d["growth"]["lab"].update(dq=101), "growth.lab.dq"),
    "a class without an axis": (lambda d: d["growth"].update({"a b": {"gq": 1}}), 'growth["a b"].dq'),
    "a negative weight": (lambda d: d["weights"].update(move=-1), "weights.move"),
    "an endless weight": (lambda d: d["weights"].update(balance=float("inf")), "weights.balance"),
    "a missing weight": (lambda d: d["weights"].pop("missing_expert"), "weights.missing_expert"),
    "posts that are no list": (lambda d: d.update(posts={}), "posts"),
    "a post that is null": (lambda d: d.update(posts=[None]), "posts[0]"),
    "a post twice": (lambda d: d["posts"][1].update(id="A"), "posts[1].id"),
    "a post without a name": (lambda d: d["posts"][1].update(id=""), "posts[1].id"),
    "a post named by a number": (lambda d: d["posts"][1].update(id=7), "posts[1].id"),
    "a name with half a sign": (lambda d: d["posts"][1].update(id="\ud800"), "posts[1].id"),
    "an endless name": (lambda d: d["posts"][1].update(id="x" * 201), "posts[1].id"),
    "an unknown class": (lambda d: d["posts"][0].update(growth="lien"), "posts[0].growth"),
    "a negative capacity": (lambda d: d["posts"][0].update(capacity=-1), "posts[0].capacity"),
    "true as a capacity": (lambda d: d["posts"][0].update(capacity=True), "posts[0].capacity"),
    "a capacity as text": (lambda d: d["posts"][0].update(capacity="3"), "posts[0].capacity"),
    "a huge capacity": (lambda d: d["posts"][0].update(capacity=10**400), "posts[0].capacity"),
    "a negative minimum": (lambda d: d["posts"][0].update(minimum=-1), "posts[0].minimum"),
    "half a stayer": (lambda d: d["posts"][0].update(continuity=0.5), "posts[0].continuity"),
    "experts of no axis": (lambda d: d["posts"][0]["experts"].update(axis="iq"), "posts[0].experts.axis"),
    "an unhashable axis": (lambda d: d["posts"][0]["experts"].update(axis=["gq"]), "posts[0].experts.axis"),
    "experts above the scale": (
        lambda d: d["posts"][0]["experts"].update(level=100.5),
        "posts[0].experts.level",
    ),
    "fewer than no experts": (lambda d: d["posts"][0]["experts"].update(count=-1), "posts[0].experts.count"),
    "a term of nothing": (lambda d: d["posts"][0]["tenure"].update(min=0), "posts[0].tenure.min"),
    "a term that ends before it may": (
        lambda d: d["posts"][0]["tenure"].update(max=1),
        "posts[0].tenure.max",
    ),
    "a person twice": (lambda d: d["people"][1].update(id="E1"), "people[1].id"),
    "somebody who leaves before he comes": (lambda d: d["people"][0].update(until=2026), "people[0].until"),
    "an index above the scale": (lambda d: d["people"][0].update(gq=100.1), "people[0].gq"),
    "an index that is NaN": (lambda d: d["people"][0].update(dq=float("nan")), "people[0].dq"),
    "an unknown current post": (
        lambda d: d["people"][0]["current"].update(post="Z"),
        "people[0].current.post",
    ),
    "a current post of negative years": (
        lambda d: d["people"][0]["current"].update(years=-1),
        "people[0].current.years",
    ),
    "no word of a current post": (lambda d: d["people"][0].pop("current"), "people[0].current"),
    "an unknown post as option": (
        lambda d: d["people"][0]["options"][1].update(post="Z"),
        "people[0].options[1].post",
    ),
    "a list as post": (
        lambda d: d["people"][0]["options"][1].update(post=["A"]),
        "people[0].options[1].post",
    ),
    "an option twice": (lambda d: d["people"][0]["options"][1].update(post="A"), "people[0].options[1].post"),
    "a value that is NaN": (
        lambda d: d["people"][1]["options"][0].update(value=float("nan")),
        "people[1].options[0].value",
    ),
    "a value that is null": (
        lambda d: d["people"][1]["options"][0].update(value=None),
        "people[1].options[0].value",
    ),
    "a value beyond sense": (
        lambda d: d["people"][1]["options"][0].update(value=1e10),
        "people[1].options[0].value",
    ),
    "a forbidden year as text": (
        lambda d: d["people"][1]["options"][0].update(forbidden_years=["2026"]),
        "people[1].options[0].forbidden_years[0]",
    ),
    "a pin of nobody": (lambda d: d["pins"][0].update(person="E9"), "pins[0].person"),
    "a pin to no post": (lambda d: d["pins"][0].update(post="Z"), "pins[0].post"),
    "a pin in no year": (lambda d: d["pins"][0].update(year=2031), "pins[0].year"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_is_refused_with_the_path_of_the_field(case: str) -> None:
    change, path = REFUSED[case]
    document = small()
    parse(copy.deepcopy(document))
    change(document)
    with pytest.raises(InvalidProblem) as refused:
        parse(document)
    assert refused.value.path == path
    assert refused.value.reason.endswith(".")
    assert str(refused.value) == f"{path}: {refused.value.reason}"


def test_a_misspelt_key_is_told_what_it_probably_means() -> None:
    document = small()
    document["people"][0]["options"][0]["forbiden_years"] = []
    with pytest.raises(InvalidProblem, match="forbidden_years was probably meant"):
        parse(document)


def test_remarks_may_stand_anywhere() -> None:
    document = small()
    noted = copy.deepcopy(document) | {"note": "draft", "_made_by": {"tool": 1}}
    noted["people"][0] |= {"name": "Aoi", "x_unit": 3}
    noted["people"][0]["options"][0]["comment"] = None
    assert parse(noted) == parse(document)


def test_a_whole_number_may_be_written_with_a_point() -> None:
    document = small()
    document["posts"][0]["capacity"] = 2.0
    assert parse(document).posts[0].capacity == 2


@pytest.mark.parametrize(
    "change",
    [
        {"people": [], "pins": []},
        {"posts": [], "people": [], "pins": [], "growth": {}},
    ],
)
def test_nobody_and_nothing_are_problems_too(change: Document) -> None:
    assert parse(small() | change).people == ()


def test_more_wanted_than_there_are_seats_is_dear_and_not_wrong() -> None:
    document = small()
    document["posts"][0] |= {"capacity": 0, "minimum": 5, "continuity": 7}
    assert parse(document).posts[0].minimum == 5


@pytest.mark.parametrize("seed", [1, 2])
def test_what_is_written_is_what_was_read(seed: int) -> None:
    document = make(people=30, years=4, seed=seed)
    assert to_document(parse(document)) == document


@pytest.mark.parametrize("name", ["rotation-220x5-seed1.json.gz", "rotation-220x5-seed2.json.gz"])
def test_a_published_problem_is_read_without_loss(name: str) -> None:
    path = published(name)
    assert to_document(read(path)) == json.loads(gzip.decompress(path.read_bytes()))


@UNHURRIED
@given(JSON)
def test_any_document_is_a_problem_or_refused(document: object) -> None:
    with pytest.raises(InvalidProblem):
        parse(document)


def _places(value: object, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else []
    return [path, *(place for key, part in inner for place in _places(part, (*path, key)))]


PLACES = _places(small())[1:]


@UNHURRIED
@given(st.sampled_from(PLACES), JSON)
def test_any_value_in_any_place_is_read_or_refused_with_a_path(
    place: tuple[str | int, ...], value: object
) -> None:
    document: Any = small()
    inner = document
    for key in place[:-1]:
        inner = inner[key]
    inner[place[-1]] = value
    try:
        problem = parse(document)
    except InvalidProblem as refused:
        path = refused.path
    else:
        assert parse(json.loads(json.dumps(to_document(problem)))) == problem
        return
    assert path.encode()


# --- Files --------------------------------------------------------------------------------------------------------


def _refusal(path: Path) -> str:
    with pytest.raises(InvalidProblem) as refused:
        read(path)
    return str(refused.value)


def test_a_file_is_read_plain_and_packed_with_and_without_a_byte_order_mark(tmp_path: Path) -> None:
    text = json.dumps(small())
    (tmp_path / "plain.json").write_text(text)
    (tmp_path / "marked.json").write_bytes(b"\xef\xbb\xbf" + text.encode())
    (tmp_path / "packed.json.gz").write_bytes(gzip.compress(text.encode()))
    (tmp_path / "packed.json").write_bytes(gzip.compress(text.encode()))
    for path in tmp_path.iterdir():
        assert read(path) == parse(small()), path


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "not JSON"),
        (b'{"format": ', "not JSON: Expecting value at line 1, column 12"),
        (b"\xff\xfe{}", "not text in UTF-8"),
        (b"[" * 200_000, "nested too deeply"),
        (b'{"a": ' * 200_000, "nested too deeply"),
        (gzip.compress(b"{}" * 1000, mtime=0)[:-9], "damaged or cut off"),
        (b"\x1f\x8b\x08\x00 broken", "damaged or cut off"),
        (b"3", "The document must be an object, and is a number."),
        (b'{"format": "ikusei-rotation-problem/1", "years": 1, "years": 1}', "years: stands twice"),
        (b'{"format": "ikusei-rotation-problem/1", "years": [' + b"9" * 5000 + b"]}", "targets: is missing"),
    ],
)
def test_what_is_no_problem_file_is_told_in_one_sentence(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "problem.json"
    path.write_bytes(content)
    assert said in _refusal(path)


def test_a_year_of_five_thousand_digits_is_refused_with_its_path(tmp_path: Path) -> None:
    text = json.dumps(small()).replace("2026, 2027", "2026, " + "9" * 5000, 1)
    (tmp_path / "problem.json").write_text(text)
    assert _refusal(tmp_path / "problem.json").startswith(
        "years[1]: must be a number that a computer can hold"
    )


def test_a_key_twice_in_one_object_is_refused_with_its_path(tmp_path: Path) -> None:
    text = json.dumps(small()).replace('"post": "B", "value": 20.5', '"post": "B", "value": 1, "value": 2', 1)
    (tmp_path / "problem.json").write_text(text)
    assert _refusal(tmp_path / "problem.json").startswith("people[0].options[1].value: stands twice")


def test_a_name_that_promises_a_packed_file_is_kept_to(tmp_path: Path) -> None:
    (tmp_path / "problem.json.gz").write_text(json.dumps(small()))
    assert "is not packed with gzip" in _refusal(tmp_path / "problem.json.gz")


def test_a_file_of_200_megabytes_is_refused_without_being_held(tmp_path: Path) -> None:
    path = tmp_path / "problem.json"
    with path.open("wb") as file:
        file.truncate(200_000_000)
    tracemalloc.start()
    said = _refusal(path)
    held = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert "too long" in said
    assert held < MOST_BYTES + 4_000_000


def test_a_packed_file_that_unpacks_without_end_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "problem.json.gz"
    with gzip.open(path, "wb", compresslevel=1) as file:
        for _ in range(MOST_BYTES // 1_000_000 + 2):
            file.write(b" " * 1_000_000)
    assert "too long" in _refusal(path)

"""Coverage under a draft: what is counted, and what the page tells to whom."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ikusei.lib import clock
from ikusei.rotation.coverage import Counted, Framework, Want, count
from ikusei.rotation.models import Draft
from ikusei.rotation.picture import MoveFacts, Picture, seating
from ikusei.rotation.queries import coverage as queries
from ikusei.rotation.services import drafts
from ikusei.rotation.tests import ground
from ikusei.rotation.tests.ground import Ground
from ikusei.rotation.tests.sheets import make_bureau_planner
from ikusei.rotation.tests.test_drafting import put
from ikusei.skills.models import FrameworkVersion, HeldLevel, Skill
from tests import skill_map
from tests.office import Office
from tests.page_client import PageClient

type ClientAs = Callable[..., PageClient]

SKILL = "digital-strategy"
WANTED = Framework(
    wants=(Want(SKILL, None, 2, 2),), asked={"engineer": {SKILL}}, counted={SKILL: 2, "unasked": 3}
)


@pytest.fixture
def laid(office: Office) -> Iterator[Ground]:
    with clock.fixed(ground.TODAY):
        yield ground.lay(office)


@pytest.fixture
def picture(laid: Ground) -> Picture:
    """The round, every post of it an engineer's."""
    found = laid.picture()
    posts = {pk: replace(post, job_type="engineer") for pk, post in found.posts.items()}
    return replace(found, posts=posts)


@pytest.fixture
def draft(laid: Ground) -> Draft:
    return drafts.new_draft(actor=laid.office.viewer("planner"), round_=laid.round, name="A")


@pytest.fixture
def framework(office: Office) -> FrameworkVersion:
    return skill_map.build(office)


def key(laid: Ground, who: str) -> str:
    return f"p{laid.office.person(who).pk}"


def counted(
    picture: Picture, moves: list[MoveFacts], levels: dict[str, int], wants: tuple[Want, ...] = WANTED.wants
) -> Counted:
    held = {person: {SKILL: levels.get(person, 0)} for person in picture.people}
    units = {post.unit_id for post in picture.posts.values()}
    framework = replace(WANTED, wants=wants)
    return count(seating(picture, moves), seating(picture, ()), held, framework, units)


def coverage_of(draft: Draft, rest: str = "") -> str:
    return f"/rotation/drafts/{draft.public_id}/coverage/{rest}"


def test_a_move_takes_its_levels_along_from_its_year_on(laid: Ground, picture: Picture) -> None:
    mover = key(laid, "colleague")
    move = MoveFacts(person=mover, year=2027, post=None)
    line = counted(picture, [move], {mover: 2}).lines[0]
    assert [cell.people for cell in line.cells] == [(mover,), (mover,), (), (), (), ()]
    assert [cell.change for cell in line.cells] == [0, 0, -1, -1, -1, -1]
    assert all(cell.before == (mover,) for cell in line.cells)


def test_a_unit_needs_a_skill_also_while_nobody_sits_there(laid: Ground, picture: Picture) -> None:
    everybody_goes = [MoveFacts(person=person, year=2026, post=None) for person in picture.people]
    units = {post.unit_id for post in picture.posts.values()}
    cell = counted(picture, everybody_goes, {}).lines[0].cells[1]
    assert (cell.need, cell.nobody) == (2 * len(units), len(units))


def test_nobody_one_person_and_too_few_are_told_apart_by_unit(laid: Ground, picture: Picture) -> None:
    one = counted(picture, [], {key(laid, "steward"): 4})
    unit = laid.posts["steward"].unit_id
    cell = one.lines[0].cells[0]
    assert (len(cell.people), cell.single, cell.state) == (1, 1, "zero")
    assert {line.unit_id: line.cells[0] for line in one.units}[unit] == (0, 1, 0)
    assert one.units[-1].unit_id == unit
    three = (Want(SKILL, None, 2, 3),)
    team = dict.fromkeys((key(laid, "owner"), key(laid, "colleague")), 2)
    assert laid.posts["owner"].unit_id == laid.posts["colleague"].unit_id
    assert counted(picture, [], team, wants=three).lines[0].cells[0].short == 1


def test_a_level_below_the_rule_is_not_counted(laid: Ground, picture: Picture) -> None:
    assert counted(picture, [], {key(laid, "steward"): 1}).lines[0].cells[0].people == ()


def test_the_own_rule_of_a_unit_comes_before_the_one_for_all(laid: Ground, picture: Picture) -> None:
    unit = laid.posts["steward"].unit_id
    wants = (*WANTED.wants, Want(SKILL, unit, 4, 5))
    before, after = counted(picture, [], {}), counted(picture, [], {}, wants=wants)
    assert before.lines[0].cells[0].need is not None
    assert after.lines[0].cells[0].need == before.lines[0].cells[0].need + 3


def test_a_skill_that_no_rule_wants_is_counted_and_comes_last(laid: Ground, picture: Picture) -> None:
    lines = counted(picture, [], {}).lines
    assert [line.skill for line in lines] == [SKILL, "unasked"]
    assert {(cell.need, cell.state) for cell in lines[1].cells} == {(None, "")}


def test_the_page_shows_what_a_draft_changes_and_opens_the_people_behind_a_number(
    laid: Ground,
    draft: Draft,
    framework: FrameworkVersion,
    client_as: ClientAs,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    unit = laid.posts["owner"].unit_id
    rules = Framework(wants=(Want(SKILL, unit, 1, 2),), asked={}, counted={SKILL: 1})
    monkeypatch.setattr(queries, "framework_of", lambda _catalogue: rules)
    put(laid, draft, "colleague", "steward", 2027)
    client = client_as("planner")
    page = client.open(coverage_of(draft), language="en", place=f"u{unit}")
    row = next(row for row in page.find_all("tr") if "of 2" in page.text(row))
    cells = [page.text(cell) for cell in row.iter("td")]
    assert cells[0] == cells[1]
    assert "2 of 2" in cells[1]
    assert "1 of 2" in cells[2]
    assert "one person only" in cells[2]
    assert "−1 with the draft" in cells[2]
    opened = client.open(coverage_of(draft), language="en", place=f"u{unit}", skill=SKILL, year="2027")
    said = opened.text(next(iter(opened.find_all("section", id="people"))))
    assert "Counted without the draft, not with it" in said
    assert "Ren Inoue" in said.split("Counted without the draft")[1]
    assert "Ren Inoue" not in said.split("Counted without the draft")[0]


def test_the_file_holds_the_numbers_and_no_name(
    laid: Ground, draft: Draft, framework: FrameworkVersion, client_as: ClientAs
) -> None:
    answer = client_as("planner").get(coverage_of(draft, "table.csv"), headers={"Accept-Language": "en"})
    rows = answer.content.decode("utf-8-sig").splitlines()
    assert rows[0].startswith("Skill,Level counted,Year,People counted,Needed")
    assert len(rows) == 1 + framework.skills.count() * 6
    assert "Inoue" not in answer.content.decode()


def test_without_a_framework_the_page_says_so(laid: Ground, draft: Draft, client_as: ClientAs) -> None:
    assert "No framework is in use today" in client_as("planner").open(coverage_of(draft), language="en")


def test_a_place_a_skill_and_a_year_that_are_not_there_are_not_found(
    laid: Ground, draft: Draft, framework: FrameworkVersion, client_as: ClientAs
) -> None:
    client = client_as("planner")
    for query in ("?place=u999999", "?place=x", "?skill=none&year=2026", f"?skill={SKILL}&year=1999"):
        client.open(coverage_of(draft, query), status=404)


def test_nobody_else_learns_of_it(laid: Ground, draft: Draft, client_as: ClientAs) -> None:
    for who in ("colleague", "manager", "executive", "steward", "host_supervisor"):
        client_as(who).open(coverage_of(draft), status=403)


def test_a_planner_of_a_bureau_is_shown_its_units_alone_and_told_so(
    laid: Ground, framework: FrameworkVersion, client_as: ClientAs
) -> None:
    make_bureau_planner(laid)
    draft = ground.make_draft(laid, owner=laid.office.user("academy"))
    client = client_as("academy")
    page = client.open(coverage_of(draft), language="en")
    assert "You plan for a part of the employer" in page
    offered = {option.get("value") for option in page.find_all("option")}
    assert f"u{laid.posts['owner'].unit_id}" in offered
    host = f"u{laid.posts['owner-platform'].unit_id}"
    assert host not in offered
    client.open(coverage_of(draft), status=404, place=host)


def test_the_page_costs_the_same_for_any_number_of_moves(
    laid: Ground, draft: Draft, framework: FrameworkVersion, client_as: ClientAs
) -> None:
    client = client_as("planner")
    client.open(coverage_of(draft))  # the framework is remembered for the life of a process
    with CaptureQueriesContext(connection) as few:
        client.open(coverage_of(draft))
    put(laid, draft, "colleague", "steward")
    with CaptureQueriesContext(connection) as many:
        client.open(coverage_of(draft))
    assert len(many) == len(few)


def test_a_level_said_in_another_version_counts_only_as_the_version_in_use_holds_it(
    laid: Ground, draft: Draft, framework: FrameworkVersion, client_as: ClientAs
) -> None:
    page = queries.page_of(laid.office.viewer("planner"), draft, queries.Asked())
    before = {line.skill: line.cells[0].people for line in page.counted.lines}
    holder, skill = next((people[0], skill) for skill, people in before.items() if people)
    mine = HeldLevel.objects.filter(person_id=holder[1:], skill__version=framework, skill__key=skill)
    elsewhere = Skill.objects.create(version=make_version(framework), key=skill, name_ja="別", order=1)
    mine.update(skill=elsewhere)
    page = queries.page_of(laid.office.viewer("planner"), draft, queries.Asked())
    after = {line.skill: line.cells[0].people for line in page.counted.lines}
    assert holder not in after[skill]


def make_version(framework: FrameworkVersion) -> FrameworkVersion:
    """An older version of the same framework that is no longer in use."""
    return FrameworkVersion.objects.create(framework=framework.framework, label="2019.1")


def test_all_units_of_a_bureau_are_chosen_together(
    laid: Ground, draft: Draft, framework: FrameworkVersion, client_as: ClientAs
) -> None:
    bureau = laid.office.units["digital"]
    client = client_as("planner")
    page = client.open(coverage_of(draft), language="en", place=f"u{bureau.pk}")
    chosen = next(option for option in page.find_all("option") if option.get("value") == f"u{bureau.pk}")
    assert page.text(chosen).startswith("All units of")
    below = {
        f"u{post.unit_id}" for post in laid.picture().posts.values() if f"/{bureau.pk}/" in post.path
    } - {f"u{bureau.pk}"}
    assert len(below) > 1
    shown = queries.page_of(laid.office.viewer("planner"), draft, queries.Asked(place=f"u{bureau.pk}"))
    assert shown.unit_count == len(below)


def test_a_planner_of_a_part_is_not_offered_the_bureau_above_it(laid: Ground) -> None:
    post = laid.picture().posts[laid.posts["owner"].pk]
    path = [int(pk) for pk in post.path.split("/") if pk]
    assert queries._above(post, ()) == path[:-1]
    assert queries._above(post, (path[-1],)) == []

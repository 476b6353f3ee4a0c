"""My map: levels beside what is asked, what to do next, who may open it."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import date

import pytest

from ikusei.audit.models import Entry
from ikusei.org import access
from ikusei.org.models import Category, Person
from ikusei.org.services import posts
from ikusei.skills.models import Rater
from ikusei.skills.queries.maps.my_map import MyMap, Tile, my_map
from ikusei.skills.tests import crowds
from tests.office import Office
from tests.page_client import PageClient
from tests.query_counts import assert_same_cost
from tests.settings import TODAY

type ClientAs = Callable[[object], PageClient]

pytestmark = pytest.mark.django_db


@pytest.fixture
def engineer(office: Office) -> Person:
    """An engineer of the services section: cloud 3 and data 2 are asked."""
    crowds.language(hole=("law", 1))
    return crowds.hire(office, "services")[0]


def tile(drawn: MyMap, key: str) -> Tile:
    return next(one for one in drawn.tiles if one.skill.key == key)


def test_a_skill_below_what_the_job_type_asks_is_a_gap_of_the_missing_levels(engineer: Person) -> None:
    crowds.say(engineer, "cloud", 1)
    found = tile(my_map(engineer, on=TODAY), "cloud")
    assert (found.level, found.asked, found.state, found.short) == (1, 3, "gap", 2)
    assert (found.here, found.wanted) == ("クラウドの行動1", "クラウドの行動3")


def test_a_skill_that_is_asked_and_not_rated_is_short_of_every_level(engineer: Person) -> None:
    found = tile(my_map(engineer, on=TODAY), "cloud")
    assert (found.held, found.state, found.short) == (None, "gap", 3)


def test_what_the_job_type_asks_comes_first_and_the_largest_gap_before_it(engineer: Person) -> None:
    crowds.say(engineer, "data", 2)
    crowds.say(engineer, "law", 4)
    drawn = my_map(engineer, on=TODAY)
    assert [(one.skill.key, one.state) for one in drawn.first] == [("cloud", "gap"), ("data", "met")]
    assert [one.skill.key for group in drawn.groups for one in group.tiles] == ["law", "design"]
    assert tile(drawn, "law").state == "extra"


def test_the_supervisors_word_stands_against_a_later_one_of_the_person(engineer: Person) -> None:
    crowds.say(engineer, "cloud", 2, on=date(2025, 5, 1))
    crowds.say(engineer, "cloud", 4, on=date(2025, 9, 1), rater=Rater.SELF)
    found = tile(my_map(engineer, on=TODAY), "cloud")
    assert found.held is not None
    assert (found.level, found.held.confirmed) == (2, True)


def test_a_level_that_only_the_person_stated_is_marked_as_not_confirmed(
    engineer: Person, office: Office, client_as: ClientAs
) -> None:
    crowds.say(engineer, "cloud", 3, rater=Rater.SELF)
    page = client_as("steward").open(f"/people/{engineer.public_id}/map/", language="en")
    assert "level 3 of 3 asked reached not confirmed" in page


def test_an_expired_level_is_told_and_no_longer_reaches_what_is_asked(engineer: Person) -> None:
    crowds.say(engineer, "cloud", 3, expires_on=date(2026, 4, 1))
    drawn = my_map(engineer, on=TODAY)
    assert tile(drawn, "cloud").state == "expired"
    assert drawn.met_count == 0
    step = next(one for one in drawn.steps if one.skill.key == "cloud")
    assert step.again
    assert next(one for one in drawn.reach if one.job_type.key == "engineer").met == 0


def test_a_level_counts_until_the_day_before_it_expires(engineer: Person) -> None:
    crowds.say(engineer, "cloud", 3, expires_on=date(2026, 4, 1))
    assert tile(my_map(engineer, on=date(2026, 3, 31)), "cloud").state == "met"


def test_the_map_of_an_earlier_day_shows_the_level_of_that_day(engineer: Person) -> None:
    crowds.say(engineer, "cloud", 1, on=date(2025, 5, 1))
    crowds.say(engineer, "cloud", 3, on=date(2026, 2, 1))
    assert tile(my_map(engineer, on=date(2026, 1, 31)), "cloud").level == 1
    assert tile(my_map(engineer, on=date(2026, 2, 1)), "cloud").level == 3
    assert tile(my_map(engineer, on=date(2025, 4, 30)), "cloud").level is None


def test_two_days_are_compared_in_words_and_with_a_sign(
    engineer: Person, office: Office, client_as: ClientAs
) -> None:
    crowds.say(engineer, "cloud", 1, on=date(2025, 5, 1))
    crowds.say(engineer, "data", 3, on=date(2025, 5, 1))
    crowds.say(engineer, "cloud", 3, on=date(2026, 2, 1))
    crowds.say(engineer, "data", 2, on=date(2026, 2, 1))
    crowds.say(engineer, "law", 1, on=date(2026, 2, 1))
    drawn = my_map(engineer, on=TODAY, compare=date(2025, 12, 1))
    assert [tile(drawn, key).change for key in ("cloud", "data", "law")] == [2, -1, None]
    url = f"/people/{engineer.public_id}/map/?compare=2025-12-01"
    page = client_as("steward").open(url, language="en")
    for words in ("+2, up from 1", "−1, down from 3", "new"):
        assert words in page


def test_a_behaviour_that_the_framework_does_not_define_is_said_to_be_undefined(
    engineer: Person, office: Office, client_as: ClientAs
) -> None:
    crowds.say(engineer, "law", 1)
    page = client_as("steward").open(f"/people/{engineer.public_id}/map/", language="en")
    assert "Level 1 looks like this: not defined" in page


def test_what_is_asked_is_that_of_the_posting_with_the_largest_share(office: Office) -> None:
    crowds.language()
    person = crowds.hire(office, "welfare-office", job_type="analyst")[0]
    posting = person.postings.get()
    posts.end_posting(actor=access.operator(), posting=posting, on=date(2025, 4, 1))
    crowds.post_to(office, person, "services", "0.3", job_type="analyst", from_date=date(2025, 4, 1))
    crowds.post_to(office, person, "platform", "0.7", job_type="engineer", from_date=date(2025, 4, 1))
    now, before = my_map(person, on=TODAY), my_map(person, on=date(2025, 3, 31))
    assert now.job_type is not None
    assert now.workplace is not None
    assert (now.job_type.key, now.workplace.unit_id) == ("engineer", office.units["platform"].pk)
    assert before.job_type is not None
    assert before.job_type.key == "analyst"


def test_another_job_type_can_be_held_against_the_map(engineer: Person) -> None:
    crowds.say(engineer, "data", 3)
    drawn = my_map(engineer, on=TODAY, job_type="analyst")
    assert drawn.chosen
    assert {one.skill.key: one.state for one in drawn.first} == {"law": "gap", "data": "met"}
    assert not my_map(engineer, on=TODAY, job_type="nothing-of-the-kind").chosen


def test_job_types_within_reach_come_nearest_first_with_what_is_missing(engineer: Person) -> None:
    crowds.say(engineer, "data", 3)
    crowds.say(engineer, "cloud", 1)
    reach = my_map(engineer, on=TODAY).reach
    assert [(one.job_type.key, one.met, one.levels) for one in reach] == [
        ("engineer", 1, 2),
        ("analyst", 1, 2),
        ("architect", 1, 7),
    ]
    assert [(gap.skill.key, gap.have, gap.need) for gap in reach[2].missing] == [
        ("cloud", 1, 4),
        ("law", 0, 2),
        ("design", 0, 2),
    ]


def test_a_next_step_names_the_behaviour_of_the_next_level_and_the_job_types_that_open(
    engineer: Person,
) -> None:
    crowds.say(engineer, "data", 2)
    crowds.say(engineer, "cloud", 1)
    (step,) = my_map(engineer, on=TODAY).steps
    assert (step.skill.key, step.have, step.to, step.goal) == ("cloud", 1, 2, 3)
    assert step.behaviour == "クラウドの行動2"
    assert [one.key for one in step.opens] == ["engineer"]
    assert step.nearer == 1


def test_a_person_without_levels_is_told_where_they_will_come_from(
    engineer: Person, office: Office, client_as: ClientAs
) -> None:
    page = client_as("steward").open(f"/people/{engineer.public_id}/map/", language="en")
    assert "No level is known on this day" in page
    assert "Until then the map shows what is asked." in page


def test_somebody_outside_ict_is_shown_the_way_to_the_word_list(office: Office, client_as: ClientAs) -> None:
    crowds.language()
    page = client_as("stranger").open("/map/", language="en")
    assert "This map is for ICT professionals" in page
    assert "/words/" in page.links()


def test_a_day_without_a_framework_in_use_is_said_to_have_none(office: Office, client_as: ClientAs) -> None:
    page = client_as("owner").open("/map/", language="en")
    assert "No framework is in use on this day" in page


def test_ones_own_look_is_not_noted_and_anyone_elses_is(office: Office, client_as: ClientAs) -> None:
    crowds.language()
    owner = office.person("owner")
    client_as("owner").open("/map/")
    assert not Entry.objects.filter(kind=Entry.Kind.LOOK).exists()
    client_as("manager").open(f"/people/{owner.public_id}/map/")
    look = Entry.objects.get(kind=Entry.Kind.LOOK)
    assert (look.verb, look.subject_id, look.purpose) == (
        "skills.map.open",
        str(owner.public_id),
        "supervision",
    )


def test_a_supervisor_cannot_open_the_map_of_somebody_elsewhere(office: Office, client_as: ClientAs) -> None:
    crowds.language()
    elsewhere = crowds.hire(office, "welfare-office")[0]
    client_as("manager").open(f"/people/{elsewhere.public_id}/map/", status=404)


def test_a_colleague_without_a_role_may_not_open_it(office: Office, client_as: ClientAs) -> None:
    crowds.language()
    client_as("colleague").open(f"/people/{office.person('owner').public_id}/map/", status=403)


def test_a_hosts_supervisor_confirms_levels_and_opens_no_map(office: Office, client_as: ClientAs) -> None:
    crowds.language()
    client_as("host_supervisor").open(f"/people/{office.person('owner').public_id}/map/", status=403)


def test_the_csv_holds_every_skill_and_runs_nothing(
    engineer: Person, office: Office, client_as: ClientAs
) -> None:
    crowds.say(engineer, "cloud", 2, note="=HYPERLINK(1)")
    response = client_as("steward").get(f"/people/{engineer.public_id}/map/?format=csv")
    rows = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))
    assert {row[1] for row in rows[3:]} == set(crowds.SKILLS.values())
    (cloud,) = (row for row in rows if row[1:2] == ["クラウド"])
    assert cloud[2:5] == ["2", "3", "1"]
    assert cloud[8] == "'=HYPERLINK(1)"
    assert "attachment" in response.headers["Content-Disposition"]


def test_the_picture_is_well_formed_and_escapes_what_people_wrote(
    engineer: Person, office: Office, client_as: ClientAs
) -> None:
    Person.objects.filter(pk=engineer.pk).update(name="A<b>&")
    response = client_as("steward").get(f"/people/{engineer.public_id}/map/?format=svg")
    assert "A<b>&" in crowds.words_of_picture(response.content)


def test_the_radar_has_the_table_of_its_values_below(
    engineer: Person, office: Office, client_as: ClientAs
) -> None:
    crowds.say(engineer, "cloud", 2)
    url = f"/people/{engineer.public_id}/map/?view=radar&job_type=architect"
    page = client_as("steward").open(url)
    assert page.find_all("figure", data_chart="radar")
    assert page.find_all("table", id="map-table")


def test_a_radar_of_two_skills_is_not_drawn(engineer: Person, office: Office, client_as: ClientAs) -> None:
    page = client_as("steward").open(f"/people/{engineer.public_id}/map/?view=radar", language="en")
    assert "Too few skills for a radar" in page


def test_a_person_outside_ict_with_a_level_has_a_map(office: Office) -> None:
    crowds.language()
    person = crowds.hire(office, "welfare-office", category=Category.CLERICAL, job_type="")[0]
    crowds.say(person, "data", 1)
    drawn = my_map(person, on=TODAY)
    assert drawn.rated
    assert drawn.job_type is None
    assert drawn.steps == ()


def test_the_page_costs_the_same_whoever_else_is_rated(office: Office, client_as: ClientAs) -> None:
    crowds.language()
    crowds.say(office.person("owner"), "cloud", 2)
    assert_same_cost(
        "my-map",
        client_as("owner"),
        "/map/",
        lambda number: crowds.hire(office, "platform", number, {"cloud": 3}),
    )

"""The first page: each role finds the answer to its question, and nothing that belongs to others."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

import pytest

from ikusei.audit.models import Entry
from ikusei.lib import clock
from ikusei.org import access
from ikusei.org.models import PostingKind
from ikusei.org.services import posts
from ikusei.portal.queries import placement, progress, team
from ikusei.portal.queries.panels import first_page
from ikusei.skills.models import Assessment, FrameworkVersion, Participant, Rater, Skill
from ikusei.skills.services.levels import record_assessments
from tests import assessment
from tests.office import Office
from tests.page_client import PageClient
from tests.query_counts import assert_query_count

type ClientAs = Callable[[object], PageClient]

TODAY = date(2026, 2, 2)

QUESTIONS = {
    "manager": "Who waits for me?",
    "host_supervisor": "Whom do I confirm?",
    "planner": "What is not yet settled for 1 April 2026?",
    "academy": "Which skills are missing most?",
    "steward": "Which words are disputed, which version is next?",
    "executive": "Are we getting there?",
    "auditor": "Who saw what, is the chain whole?",
    "administrator": "Is everything running, what came in?",
    "owner": "Where do I stand, what next, why?",
    "stranger": "What is known of me?",
}


@pytest.fixture(autouse=True)
def february(skill_map: object) -> Iterator[None]:
    """A day in February, when planners are busy; the demonstration framework is in use."""
    with clock.fixed(TODAY):
        yield


@pytest.mark.parametrize("role", QUESTIONS)
def test_each_role_lands_on_its_question_within_the_budget_of_a_page(
    office: Office, client_as: ClientAs, role: str
) -> None:
    client = client_as(role)
    page = client.open("/", language="en")
    assert page.text(page.find_all("h2")[0]) == QUESTIONS[role]
    assert_query_count(f"home-{role}", client, "/")


def test_an_account_without_a_person_is_told_what_to_do(office: Office, client_as: ClientAs) -> None:
    user = office.user("stranger")
    office.person("stranger").__class__.objects.filter(user=user).update(user=None)
    assert "Ask the administrator" in client_as(user).open("/", language="en")


def test_a_dispatch_that_ends_waits_until_work_after_it_is_recorded(
    office: Office, client_as: ClientAs
) -> None:
    operator = access.operator()
    colleague = office.person("colleague")
    home = colleague.postings.get()
    posts.end_posting(actor=operator, posting=home, on=date(2025, 4, 1))
    posts.assign(
        actor=operator,
        person=colleague,
        post=office.posts["owner-platform"],
        from_date=date(2025, 4, 1),
        until=date(2026, 4, 1),
        kind=PostingKind.DISPATCH,
    )
    waiting = placement.unsettled(office.viewer("planner"))
    assert [row.name for row in waiting.endings] == [colleague.display_name]
    assert_query_count("home-planner-endings", client_as("planner"), "/")
    posts.assign(actor=operator, person=colleague, post=home.post, from_date=date(2026, 4, 1))
    assert placement.unsettled(office.viewer("planner")).endings == []


def test_the_planner_of_one_employer_hears_of_nobody_elses_dispatches(office: Office) -> None:
    operator = access.operator()
    supervisor = office.person("host_supervisor")
    posts.end_posting(actor=operator, posting=supervisor.postings.get(), on=date(2025, 4, 1))
    posts.assign(
        actor=operator,
        person=supervisor,
        post=office.posts["colleague"],
        from_date=date(2025, 4, 1),
        until=date(2026, 4, 1),
        kind=PostingKind.DISPATCH,
    )
    assert placement.unsettled(office.viewer("planner")).endings == []


def test_the_manager_sees_whose_levels_are_old_first(office: Office) -> None:
    confirmed_again = Assessment(
        person=office.person("owner"),
        skill=Skill.objects.get(key="data-analysis"),
        level=2,
        stated_on=date(2026, 1, 15),
        rater=Rater.SUPERVISOR,
    )
    record_assessments(actor=access.operator(), rows=[confirmed_again])
    with clock.fixed(date(2026, 12, 15)):
        found = team.my_team(office.viewer("manager"))
    assert found is not None
    assert [(member.name, member.is_old) for member in found.members] == [
        (office.person("colleague").display_name, True),
        (office.person("owner").display_name, False),
    ]
    assert [figure.number for figure in found.figures] == [2, 1, 0]


def test_showing_the_team_is_noted_as_a_look(office: Office, client_as: ClientAs) -> None:
    client_as("manager").open("/")
    look = Entry.objects.get(kind=Entry.Kind.LOOK)
    assert (look.verb, look.count, look.purpose) == ("portal.team", 2, "supervision")


def test_a_host_finds_whom_they_confirm_with_their_workplace_and_no_levels(
    office: Office, client_as: ClientAs
) -> None:
    client = client_as("host_supervisor")
    page = client.open("/", language="en")
    assert "Hana Aoki" in page
    assert "Aozora Services Section" in page
    assert "Ren Inoue" not in page
    assert page.text(page.find_all("h1")[0]) == "Good day, Ryo Okada"
    look = Entry.objects.get(kind=Entry.Kind.LOOK)
    assert (look.verb, look.count, look.purpose) == ("portal.confirming", 1, "supervision")
    posting = office.person("owner").postings.get(kind=PostingKind.CONCURRENT)
    posts.end_posting(actor=access.operator(), posting=posting, on=TODAY)
    after = client.open("/", language="en")
    assert "Hana Aoki" not in after
    assert "Nobody whose levels you confirm is posted to you today." in after


def test_headcount_counts_ict_staff_of_the_city_only(office: Office) -> None:
    found = progress.headcount(office.viewer("executive"))
    assert found is not None
    # owner, colleague and steward; the host supervisor is employed by the affiliate.
    assert [(year.fiscal_year, year.people) for year in found.years] == [(2024, 3), (2025, 3)]


def test_missing_skills_never_speak_of_fewer_than_five_people(office: Office) -> None:
    assert progress.missing_skills(office.viewer("academy")) == []


def test_whoever_has_no_role_gets_no_panel_of_a_role(office: Office) -> None:
    assert [panel.template for panel in first_page(office.viewer("stranger"))] == ["portal/panels/own.html"]


def test_a_manager_reads_who_waits_and_how_long(
    office: Office, skill_map: FrameworkVersion, client_as: ClientAs
) -> None:
    assessment.build(office, skill_map)
    with clock.fixed(date(2026, 4, 15)):
        found = team.my_team(office.viewer("manager"))
        assert found is not None
        assert (found.figures[0].number, found.figures[0].url) == (1, "/confirmation/")
        assert "5" in str(found.figures[0].rule)
        assert_query_count("home-manager-cycle", client_as("manager"), "/")
        hosts = team.whom_i_confirm(office.viewer("host_supervisor"))
        assert [(one.name, hosts.waiting, hosts.longest) for one in hosts.people] == [("青木 花", 1, 5)]
        page = client_as("host_supervisor").open("/")
        assert f"/confirmation/{office.person('owner').public_id}/" in page.links()
        assert_query_count("home-host-cycle", client_as("host_supervisor"), "/")


def test_whoever_is_asked_for_a_self_assessment_finds_until_when_and_how_far_they_are(
    office: Office, skill_map: FrameworkVersion, client_as: ClientAs
) -> None:
    cycle = assessment.build(office, skill_map)
    with clock.fixed(date(2026, 4, 15)):
        page = client_as("colleague").open("/", language="en")
        assert page.text(page.find_all("h2")[0]) == "What must I do by when?"
        for words in ("Skill assessment FY2026: answer by 30 April 2026.", "0 of 22", "Begin"):
            assert words in page
        assert "handed in" in client_as("owner").open("/", language="en")
        assert_query_count("home-owner-cycle", client_as("owner"), "/")
        Participant.objects.create(cycle=cycle, person=office.person("stranger"))
        assert "Begin" in client_as("stranger").open("/", language="en")
        assert_query_count("home-stranger-cycle", client_as("stranger"), "/")

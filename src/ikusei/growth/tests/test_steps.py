"""Next steps: two sides, at most three, nothing doubled."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from ikusei.audit.models import Entry
from ikusei.growth.models import Step, StepState, Way
from ikusei.growth.queries.own import my_growth
from ikusei.growth.services.steps import agree_step, end_step, propose_step
from ikusei.org.errors import RuleBroken
from tests.office import Office


def propose(office: Office, who: str, skill: str = "cloud-platform", **more: Any) -> Step:
    given = {
        "to_level": 4,
        "way": Way.WORK,
        "text": "次の移行を主担当として進める",
        "due_on": date(2026, 9, 30),
        **more,
    }
    return propose_step(actor=office.viewer(who), person=office.person("owner"), skill_key=skill, **given)


@pytest.mark.parametrize(("proposes", "agrees"), [("owner", "manager"), ("manager", "owner")])
def test_one_side_proposes_and_the_other_agrees(
    office: Office, skill_map: Any, proposes: str, agrees: str
) -> None:
    step = propose(office, proposes)
    with pytest.raises(RuleBroken):
        agree_step(actor=office.viewer(proposes), step=step)
    agreed = agree_step(actor=office.viewer(agrees), step=step)
    assert (agreed.state, agreed.agreed_by) == (StepState.AGREED, office.user(agrees))
    again = agree_step(actor=office.viewer(agrees), step=step)
    assert again.agreed_at == agreed.agreed_at
    assert Entry.objects.filter(verb="growth.step.agree").count() == 1


@pytest.mark.parametrize("who", ["colleague", "stranger", "planner", "steward"])
def test_nobody_else_plans_for_a_person(office: Office, skill_map: Any, who: str) -> None:
    with pytest.raises(PermissionDenied):
        propose(office, who)
    step = propose(office, "owner")
    with pytest.raises(PermissionDenied):
        end_step(actor=office.viewer(who), step=step, done=False, outcome="")


def test_three_steps_are_enough_and_one_skill_has_one(office: Office, skill_map: Any) -> None:
    for skill in ("cloud-platform", "network", "ai-use"):
        propose(office, "owner", skill)
    with pytest.raises(RuleBroken):
        propose(office, "owner", "procurement")
    with pytest.raises(RuleBroken):
        propose(office, "manager", "network")
    assert Step.objects.count() == 3


@pytest.mark.parametrize(
    "wrong",
    [
        {"skill": "no-such-skill"},
        {"to_level": 9},
        {"skill": "digital-strategy", "to_level": 2},
        {"text": "  "},
        {"due_on": date(2026, 4, 14)},
        {"due_on": date(2028, 4, 16)},
    ],
)
def test_a_step_that_does_not_fit_is_refused_with_a_sentence(
    office: Office, skill_map: Any, wrong: dict[str, Any]
) -> None:
    with pytest.raises(RuleBroken) as refusal:
        propose(office, "owner", **wrong)
    assert str(refusal.value)
    assert not Step.objects.exists()


def test_only_an_agreed_step_is_done_and_an_ended_one_stays_ended(office: Office, skill_map: Any) -> None:
    step = propose(office, "owner")
    with pytest.raises(RuleBroken):
        end_step(actor=office.viewer("owner"), step=step, done=True, outcome="")
    agree_step(actor=office.viewer("manager"), step=step)
    end_step(actor=office.viewer("owner"), step=step, done=True, outcome="移行を終えた")
    with pytest.raises(RuleBroken):
        end_step(actor=office.viewer("manager"), step=step, done=False, outcome="")
    found = my_growth(office.viewer("owner"))
    assert [row.step.outcome for row in found.ended_steps] == ["移行を終えた"]


def test_what_changed_since_last_year_and_the_trend_are_told(office: Office, skill_map: Any) -> None:
    found = my_growth(office.viewer("owner"))
    changed = {one.skill.key: (one.before, one.after) for one in found.changed}
    assert changed["digital-strategy"] == (1, 2)
    assert [point.so_far for point in found.points] == [False, False, True]
    assert found.rose == len([one for one in found.changed if (one.after or 0) > (one.before or 0)])


def test_the_pages_walk_from_gap_to_agreed_step(
    office: Office, skill_map: Any, client_as: Callable[..., Any]
) -> None:
    client = client_as("owner")
    form = {
        "skill": "cloud-platform", "to_level": "4", "way": "course", "text": "研修", "due_on": "2026-09-30",
    }  # fmt: skip
    assert client.post("/growth/steps/new/", form).status_code == 302
    step = Step.objects.get()
    manager = client_as("manager")
    plan = manager.get(f"/people/{office.person('owner').public_id}/plan/")
    assert "研修" in plan.content.decode()
    assert manager.post(f"/growth/steps/{step.public_id}/agree/").status_code == 302
    step.refresh_from_db()
    assert step.state == StepState.AGREED
    assert client_as("colleague").post(f"/growth/steps/{step.public_id}/drop/").status_code == 404
    assert (
        client.post(f"/growth/steps/{step.public_id}/drop/", {"outcome": "担当が変わった"}).status_code == 302
    )
    step.refresh_from_db()
    assert (step.state, step.outcome) == (StepState.DROPPED, "担当が変わった")

"""A cycle is planned, opened by its rule, moved on, closed, opened again; by hand and by date."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from pytest_django import DjangoCaptureOnCommitCallbacks

from ikusei.audit.models import Entry
from ikusei.jobs.models import Event
from ikusei.jobs.progress import Progress as Handle
from ikusei.jobs.registry import TaskFailed
from ikusei.lib import clock
from ikusei.org import access
from ikusei.org.models import Category, Purpose, Role, Scope
from ikusei.org.services import grants
from ikusei.skills.models import Cycle, Excuse, FrameworkVersion, Participant, Phase, Progress
from ikusei.skills.services import cycles
from ikusei.skills.services.frameworks import save_framework
from ikusei.skills.tasks import advance_all_cycles
from ikusei.skills.tests.made_up import framework, published
from tests.database_statistics import believed_rows, out_of_date
from tests.office import SINCE, Office

TODAY = date(2026, 4, 15)
ICT = {"groups": [[{"fact": "category", "is": ["ict"]}]], "except": []}


def plan(office: Office, version: FrameworkVersion, **other: Any) -> Cycle:
    values: dict[str, Any] = {
        "name_ja": "令和8年度",
        "version": version,
        "opens_on": TODAY,
        "self_until": date(2026, 4, 30),
        "confirm_until": date(2026, 5, 31),
        "population": ICT,
    }
    return cycles.create_cycle(actor=office.viewer("steward"), **(values | other))


def test_a_planned_cycle_opens_with_everybody_the_rule_takes_in(
    office: Office, skill_map: FrameworkVersion
) -> None:
    cycle = plan(office, skill_map)
    assert (cycle.phase, cycle.fiscal_year) == (Phase.PLANNED, 2026)
    cycle = cycles.open_cycle(actor=office.viewer("steward"), cycle=cycle)
    rows = {row.person_id: row for row in Participant.objects.filter(cycle=cycle)}
    assert set(rows) == {
        office.person(key).pk for key in ("owner", "colleague", "host_supervisor", "steward")
    }
    colleague = rows[office.person("colleague").pk]
    assert colleague.unit == office.units["services"]
    assert (colleague.added_on, colleague.excuse) == (TODAY, "")
    assert [step.phase for step in cycle.steps.all()] == [Phase.PLANNED, Phase.SELF]
    assert Event.objects.filter(name="skills.cycle.opened", payload={"cycle": str(cycle.public_id)}).exists()


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"self_until": TODAY - timedelta(days=1)}, cycles.WrongDays),
        ({"confirm_until": date(2026, 4, 29)}, cycles.WrongDays),
        ({"population": {"groups": [[{"fact": "shoe size"}]]}}, cycles.PopulationWrong),
    ],
)
def test_a_cycle_that_cannot_run_is_not_planned(
    office: Office, skill_map: FrameworkVersion, changes: dict[str, Any], error: type[Exception]
) -> None:
    with pytest.raises(error):
        plan(office, skill_map, **changes)
    assert not Cycle.objects.exists()


def test_nobody_is_asked_about_a_draft(office: Office) -> None:
    draft = save_framework(actor=access.operator(), data=framework())
    with pytest.raises(cycles.VersionNotPublished):
        plan(office, draft)


def test_a_cycle_concerns_everybody_so_a_steward_of_one_employer_cannot_run_it(
    office: Office, skill_map: FrameworkVersion
) -> None:
    grants.give_role(
        actor=access.operator(),
        user=office.user("stranger"),
        role=Role.STEWARD,
        scope=Scope.EMPLOYER,
        employer=office.employers["city"],
        purpose=Purpose.DEVELOPMENT,
        from_date=SINCE,
    )
    cycle = plan(office, skill_map)
    for who in ("stranger", "manager"):
        with pytest.raises(PermissionDenied):
            cycles.open_cycle(actor=office.viewer(who), cycle=cycle)


def test_a_rule_that_takes_nobody_in_leaves_the_cycle_planned(
    office: Office, skill_map: FrameworkVersion
) -> None:
    nobody = {"groups": [[{"fact": "category", "is": [Category.SKILLED]}]]}
    cycle = plan(office, skill_map, population=nobody)
    with pytest.raises(cycles.NobodyAsked):
        cycles.open_cycle(actor=office.viewer("steward"), cycle=cycle)
    cycle.refresh_from_db()
    assert cycle.phase == Phase.PLANNED
    assert not Event.objects.filter(name="skills.cycle.opened").exists()


def test_one_framework_is_asked_about_by_one_cycle_at_a_time(office: Office, cycle: Cycle) -> None:
    steward = office.viewer("steward")
    second = plan(office, cycle.version)
    with pytest.raises(cycles.AnotherIsOpen):
        cycles.open_cycle(actor=steward, cycle=second)
    cycles.close_cycle(actor=steward, cycle=cycle)
    cycles.open_cycle(actor=steward, cycle=second)
    with pytest.raises(cycles.AnotherIsOpen):
        cycles.reopen_cycle(actor=steward, cycle=cycle, reason="Forgotten", confirm_until=date(2026, 5, 31))


def test_another_framework_may_be_asked_about_at_the_same_time(office: Office, cycle: Cycle) -> None:
    other = cycles.open_cycle(actor=office.viewer("steward"), cycle=plan(office, published()))
    assert other.phase == Phase.SELF


def test_a_planned_cycle_changes_freely_an_open_one_by_later_deadlines_with_a_reason(
    office: Office, skill_map: FrameworkVersion
) -> None:
    steward = office.viewer("steward")
    cycle = plan(office, skill_map)
    everybody: dict[str, Any] = {"groups": [[]]}
    cycle = cycles.change_cycle(actor=steward, cycle=cycle, population=everybody, name_en="All")
    cycle = cycles.open_cycle(actor=steward, cycle=cycle)
    assert Participant.objects.filter(cycle=cycle).count() == len(office.people)
    later = date(2026, 5, 7)
    with pytest.raises(cycles.ReasonMissing):
        cycles.change_cycle(actor=steward, cycle=cycle, self_until=later)
    with pytest.raises(cycles.WrongDays):
        cycles.change_cycle(actor=steward, cycle=cycle, self_until=date(2026, 4, 20), reason="Sooner")
    with pytest.raises(cycles.WrongPhase):
        cycles.change_cycle(actor=steward, cycle=cycle, population=ICT, reason="Fewer")
    cycle = cycles.change_cycle(actor=steward, cycle=cycle, self_until=later, reason="Holidays")
    assert (cycle.self_until, cycle.steps.last().reason) == (later, "Holidays")  # type: ignore[union-attr]
    entry = Entry.objects.filter(verb="skills.cycle.change").latest("pk")
    before, after = entry.before or {}, entry.after or {}
    assert (before["self_until"], after["self_until"]) == ("2026-04-30", "2026-05-07")


def test_answers_end_early_only_with_a_reason(office: Office, cycle: Cycle) -> None:
    steward = office.viewer("steward")
    with pytest.raises(cycles.ReasonMissing):
        cycles.enter_confirmation(actor=steward, cycle=cycle)
    cycle = cycles.enter_confirmation(actor=steward, cycle=cycle, reason="All have handed in")
    assert cycle.phase == Phase.SUPERVISOR
    with pytest.raises(cycles.WrongPhase):
        cycles.enter_confirmation(actor=steward, cycle=cycle, reason="Again")


def test_closing_refuses_nothing_and_tells_how_many_are_not_through(office: Office, cycle: Cycle) -> None:
    closed = cycles.close_cycle(actor=office.viewer("steward"), cycle=cycle)
    assert (closed.cycle.phase, closed.not_handed_in, closed.not_confirmed) == (Phase.CLOSED, 1, 1)
    with pytest.raises(cycles.WrongPhase):
        cycles.close_cycle(actor=office.viewer("steward"), cycle=cycle)


def test_a_closed_cycle_opens_again_with_a_reason_for_confirmation_or_for_answers_too(
    office: Office, cycle: Cycle
) -> None:
    steward = office.viewer("steward")
    cycles.close_cycle(actor=steward, cycle=cycle)
    june = date(2026, 6, 15)
    with pytest.raises(cycles.ReasonMissing):
        cycles.reopen_cycle(actor=steward, cycle=cycle, reason=" ", confirm_until=june)
    with pytest.raises(cycles.WrongDays):
        cycles.reopen_cycle(actor=steward, cycle=cycle, reason="Late", confirm_until=date(2026, 4, 1))
    again = cycles.reopen_cycle(actor=steward, cycle=cycle, reason="Late", confirm_until=june)
    assert (again.phase, again.confirm_until) == (Phase.SUPERVISOR, june)
    with pytest.raises(cycles.WrongPhase):
        cycles.reopen_cycle(actor=steward, cycle=cycle, reason="Late", confirm_until=june)
    more = cycles.reopen_cycle(
        actor=steward, cycle=cycle, reason="Later", confirm_until=june, self_until=date(2026, 5, 20)
    )
    assert (more.phase, more.self_until) == (Phase.SELF, date(2026, 5, 20))
    assert [step.reason for step in cycle.steps.all()][-2:] == ["Late", "Later"]


def test_the_night_opens_and_moves_on_by_date_and_never_closes(
    office: Office, skill_map: FrameworkVersion
) -> None:
    cycle = plan(office, skill_map, opens_on=date(2026, 4, 20))
    phases = []
    for day in ((2026, 4, 19), (2026, 4, 20), (2026, 4, 30), (2026, 5, 1), (2026, 7, 1)):
        with clock.fixed(date(*day)):
            done = cycles.advance_cycles(actor=access.operator())
        assert not done.problems
        cycle.refresh_from_db()
        phases.append(cycle.phase)
    assert phases == [Phase.PLANNED, Phase.SELF, Phase.SELF, Phase.SUPERVISOR, Phase.SUPERVISOR]


def test_one_cycle_that_cannot_open_holds_up_no_other(office: Office, cycle: Cycle) -> None:
    plan(office, cycle.version, name_ja="二つ目")
    with clock.fixed(date(2026, 5, 1)):
        done = cycles.advance_cycles(actor=access.operator())
    cycle.refresh_from_db()
    assert cycle.phase == Phase.SUPERVISOR
    assert len(done.problems) == 1
    assert "二つ目" in done.problems[0]


def test_who_is_through_is_not_counted_as_unfinished(office: Office, cycle: Cycle) -> None:
    Participant.objects.filter(person=office.person("owner")).update(progress=Progress.CONFIRMED)
    Participant.objects.filter(person=office.person("colleague")).update(excuse=Excuse.BY_HAND)
    closed = cycles.close_cycle(actor=office.viewer("steward"), cycle=cycle)
    assert (closed.not_handed_in, closed.not_confirmed) == (0, 0)


def test_the_nightly_task_does_everything_and_then_tells_what_it_could_not(
    office: Office, cycle: Cycle
) -> None:
    assert advance_all_cycles(Handle()) == {"opened": 0, "confirming": 0, "refreshed": 1}
    plan(office, cycle.version, name_ja="二つ目")
    with clock.fixed(date(2026, 5, 1)), pytest.raises(TaskFailed, match="二つ目"):
        advance_all_cycles(Handle())
    cycle.refresh_from_db()
    assert cycle.phase == Phase.SUPERVISOR


def test_after_opening_for_many_the_database_knows_how_many_take_part(
    office: Office,
    skill_map: FrameworkVersion,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    monkeypatch.setattr("ikusei.jobs.tasks.MANY", 4)
    cycle = plan(office, skill_map)
    before = out_of_date(Participant)
    with django_capture_on_commit_callbacks(execute=True):
        cycles.open_cycle(actor=office.viewer("steward"), cycle=cycle)
    assert believed_rows(Participant) == before + 4

"""Sheets are recorded whole or not at all, say nothing twice, overwrite nothing, and can be taken back."""

from collections.abc import Callable
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from pytest_django import DjangoCaptureOnCommitCallbacks

from ikusei.audit.models import Entry
from ikusei.lib.tabular import read_table
from ikusei.org import access
from ikusei.org.errors import RuleBroken
from ikusei.org.models import Employer, Person, RoleGrant, Scope
from ikusei.skills.models import Assessment, FrameworkVersion, HeldLevel, SheetImport
from ikusei.skills.services.sheets import undoing
from ikusei.skills.services.sheets.mending import mend_sheet
from ikusei.skills.services.sheets.recording import SheetStopped
from ikusei.skills.tests.sheets.ground import HEADINGS, ON, bring, check, csv, framework, hire
from tests.database_statistics import believed_rows, out_of_date
from tests.office import Office

pytestmark = pytest.mark.django_db

HEAD = ["職員番号", "氏名", *HEADINGS]
OWNER = ["S-owner", "青木 花", 1, 2, 3, 4]
COLLEAGUE = ["S-colleague", "井上 蓮", 0, 1, "", "-"]


@pytest.fixture(autouse=True)
def version(office: Office) -> FrameworkVersion:
    return framework()


def held(person: Person, on: date = ON) -> dict[str, int]:
    rows = HeldLevel.objects.on(on).filter(person=person)
    return dict(rows.values_list("skill__key", "level"))


def test_a_sheet_becomes_statements_with_their_source_and_levels_held(office: Office) -> None:
    result = bring(csv(HEAD, OWNER, COLLEAGUE))
    assert result.tally.counts == {"new": 6}
    assert held(office.person("owner")) == {"reform": 1, "data": 2, "cloud": 3, "security": 4}
    assert held(office.person("colleague")) == {"reform": 0, "data": 1}
    assert set(Assessment.objects.values_list("source", "rater", "stated_on")) == {
        (SheetImport.objects.get().pk, "supervisor", ON)
    }


def test_a_look_writes_nothing() -> None:
    assert check(csv(HEAD, OWNER)).tally.counts == {"new": 4}
    assert not Assessment.objects.exists()
    assert not SheetImport.objects.exists()


def test_the_same_sheet_again_is_unchanged_and_leaves_no_trace() -> None:
    bring(csv(HEAD, OWNER, COLLEAGUE))
    again = bring(csv(HEAD, OWNER, COLLEAGUE))
    assert again.tally.counts == {"unchanged": 6}
    assert again.record is None
    assert (Assessment.objects.count(), SheetImport.objects.count()) == (6, 1)


def test_another_level_stands_beside_the_one_before_and_is_told_as_differing(office: Office) -> None:
    bring(csv(HEAD, OWNER))
    later = bring(csv(HEAD, ["S-owner", "", 2, 2, 3, 4]), stated_on=date(2026, 4, 10))
    assert later.tally.counts == {"differing": 1, "new": 3}
    assert Assessment.objects.filter(skill__key="reform").count() == 2
    assert held(office.person("owner"))["reform"] == 1
    assert held(office.person("owner"), date(2026, 4, 10))["reform"] == 2


def test_another_rater_of_the_same_day_is_another_statement() -> None:
    bring(csv(HEAD, OWNER))
    assert check(csv(HEAD, OWNER), rater="self").tally.counts == {"new": 4}


def test_a_sheet_with_one_problem_is_not_recorded_at_all() -> None:
    with pytest.raises(SheetStopped) as stopped:
        bring(csv(HEAD, OWNER, ["S-colleague", "井上 蓮", "△", 1, 1, 1]))
    assert [problem.row for problem in stopped.value.result.sheet.problems] == [3]
    assert not Assessment.objects.exists()
    assert not SheetImport.objects.exists()


def test_the_good_rows_alone_are_recorded_on_request_and_the_others_come_back_to_be_mended(
    office: Office,
) -> None:
    result = bring(csv(HEAD, OWNER, ["S-colleague", "井上 蓮", "△", 1, 1, 1]), good_rows=True)
    assert set(Assessment.objects.values_list("person", flat=True)) == {office.person("owner").pk}
    table = read_table(mend_sheet(result.sheet, is_csv=True))
    assert table.rows[0][:6] == HEAD
    assert table.rows[1][:6] == ["S-colleague", "井上 蓮", "△", "1", "1", "1"]
    mended = [row[:] for row in table.rows]
    mended[1][2] = "2"
    assert bring(csv(*mended)).tally.counts == {"new": 4}


def test_without_numbers_people_are_found_by_name_whatever_its_spelling(office: Office) -> None:
    hire("T-1", "髙﨑 邉子")
    result = check(csv(["氏名", "データ分析"], ["青木花", 2], ["高崎　辺子", 3]))
    assert result.tally.counts == {"new": 2}
    assert office.person("owner").pk in result.tally.people


def test_namesakes_are_named_and_told_apart_by_their_unit(office: Office) -> None:
    hire("T-1", "青木 花")
    result = check(csv(["氏名", "データ分析"], ["青木 花", 2]))
    (problem,) = result.sheet.problems
    assert "S-owner" in problem.reason
    assert "T-1" in problem.reason
    told = check(csv(["氏名", "所属", "データ分析"], ["青木 花", "デジタル局　サービス課", 2]))
    assert told.tally.people == {office.person("owner").pk}


def test_somebody_recorded_in_another_unit_is_not_taken_for_granted() -> None:
    (problem,) = check(csv(["氏名", "所属", "データ分析"], ["青木 花", "企画課", 2])).sheet.problems
    assert "サービス課" in problem.reason


def test_a_number_that_belongs_to_another_name_is_a_problem_but_a_married_name_is_not() -> None:
    result = check(
        csv(["職員番号", "氏名", "データ分析"], ["S-owner", "井上 蓮", 2], ["S-colleague", "上杉 蓮", 2])
    )
    assert [problem.row for problem in result.sheet.problems] == [2]


def test_the_same_person_twice_is_a_problem_of_both_rows() -> None:
    result = check(csv(HEAD, OWNER, COLLEAGUE, OWNER))
    assert [problem.row for problem in result.sheet.problems] == [2, 4]
    assert result.tally.counts == {"new": 2}


def test_a_rater_named_in_the_row_is_recorded_as_a_person(office: Office) -> None:
    bring(csv(["職員番号", "評価者", "データ分析"], ["S-owner", "江口 実", 2], ["S-colleague", "井上 蓮", 1]))
    assert set(Assessment.objects.values_list("person", "rater", "rater_person")) == {
        (office.person("owner").pk, "supervisor", office.person("manager").pk),
        (office.person("colleague").pk, "self", None),
    }


def test_whoever_is_outside_the_scope_is_told_like_whoever_does_not_exist(office: Office) -> None:
    RoleGrant.objects.filter(user=office.user("steward")).update(
        scope=Scope.UNIT, unit=office.units["services"]
    )
    steward = office.viewer("steward")
    result = check(
        csv(HEAD, OWNER, ["S-stranger", "上田 葵", 1, 1, 1, 1], ["S-none", "誰か", 1, 1, 1, 1]), actor=steward
    )
    assert result.tally.people == {office.person("owner").pk}
    outside, nobody = result.sheet.problems
    assert (outside.row, nobody.row) == (3, 4)
    assert (outside.reason, outside.fix) == (nobody.reason, nobody.fix)
    by_name = check(csv(["氏名", "データ分析"], ["上田 葵", 1], ["誰か", 1]), actor=steward).sheet.problems
    assert by_name[0].reason == by_name[1].reason


def test_who_may_not_bring_in_sheets_of_an_employer_is_refused(office: Office) -> None:
    with pytest.raises(PermissionDenied):
        check(csv(HEAD, OWNER), actor=office.viewer("manager"))
    RoleGrant.objects.filter(user=office.user("steward")).update(
        scope=Scope.UNIT, unit=office.units["welfare"]
    )
    with pytest.raises(PermissionDenied):
        check(csv(HEAD, OWNER), actor=office.viewer("steward"), employer=Employer.objects.get(code="govtech"))


def test_a_day_ahead_is_refused() -> None:
    with pytest.raises(RuleBroken):
        check(csv(HEAD, OWNER), stated_on=date(2026, 4, 16))


def test_undoing_removes_exactly_the_statements_of_the_sheet(office: Office) -> None:
    bring(csv(HEAD, OWNER))
    record = bring(csv(HEAD, ["S-owner", "", 4, 4, 4, 0], COLLEAGUE), stated_on=date(2026, 4, 10)).record
    assert record is not None
    assert undoing.undo_sheet(actor=access.operator(), record=record) == 6
    assert held(office.person("owner"), date(2026, 4, 10)) == {
        "reform": 1,
        "data": 2,
        "cloud": 3,
        "security": 4,
    }
    assert held(office.person("colleague"), date(2026, 4, 10)) == {}
    record.refresh_from_db()
    assert record.state == "undone"
    with pytest.raises(RuleBroken):
        undoing.undo_sheet(actor=access.operator(), record=record)


def test_undoing_is_refused_with_the_list_where_a_later_sheet_speaks_of_the_same_people() -> None:
    first = bring(csv(HEAD, OWNER), file_name="april.csv").record
    bring(csv(HEAD, ["S-owner", "", 2, "", "", ""]), stated_on=date(2026, 4, 10), file_name="may.csv")
    assert first is not None
    with pytest.raises(undoing.SheetInUse) as refused:
        undoing.undo_sheet(actor=access.operator(), record=first)
    assert [obstacle.what for obstacle in refused.value.obstacles] == ["may.csv"]
    assert Assessment.objects.filter(source=first).count() == 4


def test_a_later_sheet_about_other_people_does_not_stand_against_undoing() -> None:
    first = bring(csv(HEAD, OWNER)).record
    bring(csv(HEAD, COLLEAGUE))
    assert first is not None
    assert undoing.undo_sheet(actor=access.operator(), record=first) == 4


def test_undoing_is_refused_where_something_refers_to_a_statement(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = bring(csv(HEAD, OWNER)).record
    assert record is not None
    monkeypatch.setattr(undoing, "DERIVED", ())  # as if the levels held were somebody's work
    with pytest.raises(undoing.SheetInUse) as refused:
        undoing.undo_sheet(actor=access.operator(), record=record)
    assert [obstacle.what for obstacle in refused.value.obstacles] == [office.person("owner").display_name]


def test_recording_and_undoing_stand_in_the_audit_trail() -> None:
    record = bring(csv(HEAD, OWNER)).record
    assert record is not None
    undoing.undo_sheet(actor=access.operator(), record=record)
    entries = Entry.objects.filter(subject_kind="skill-sheet", subject_id=str(record.public_id))
    assert set(entries.values_list("verb", "count")) == {("skills.sheet.apply", 4), ("skills.sheet.undo", 4)}


def test_the_cost_of_a_look_does_not_grow_with_the_rows(
    office: Office, django_assert_max_num_queries: Callable[[int], object]
) -> None:
    for number in range(30):
        hire(f"N-{number}", f"職員 {number}")
    rows = [[f"N-{number}", f"職員 {number}", 1, 2, 3, 4] for number in range(30)]
    with django_assert_max_num_queries(8):  # type: ignore[attr-defined]
        check(csv(HEAD, *rows))


def test_after_a_sheet_of_many_levels_the_database_knows_how_many_there_are(
    monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    monkeypatch.setattr("ikusei.jobs.tasks.MANY", 6)
    before = out_of_date(Assessment)
    with django_capture_on_commit_callbacks(execute=True):
        bring(csv(HEAD, OWNER, COLLEAGUE))
    assert believed_rows(Assessment) == before + 6

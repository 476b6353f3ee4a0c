"""Taking the last import back: exactly, or not at all with the list of rows in use."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied

from ikusei.audit.models import Entry
from ikusei.org import access
from ikusei.org.errors import RuleBroken
from ikusei.org.models import (
    Employer,
    Employment,
    Leave,
    PeopleImport,
    Person,
    Post,
    Posting,
    Purpose,
    Role,
    Scope,
    Unit,
)
from ikusei.org.models.imports import ImportState
from ikusei.org.services import grants, people, people_import, posts
from ikusei.org.tests.staff_lists import (
    AS_OF,
    HANA,
    HEADINGS,
    JIRO,
    RIKU,
    SORA,
    STAFF,
    TARO,
    YUKI,
    changed,
    csv_of,
    load,
    new_employer,
)
from ikusei.org.tests.test_people_import import NEXT_YEAR, everything
from tests.office import Office


@pytest.fixture
def town(db: None) -> Employer:
    return new_employer()


def undo(record: PeopleImport | None) -> None:
    assert record is not None
    people_import.undo_import(actor=access.operator(), record=record)


def obstacles(record: PeopleImport | None) -> list[str]:
    assert record is not None
    with pytest.raises(people_import.InUse) as refused:
        people_import.undo_import(actor=access.operator(), record=record)
    return [obstacle.what for obstacle in refused.value.obstacles]


def test_the_first_import_leaves_nothing_behind_when_undone(town: Employer) -> None:
    result = load(town, csv_of(*STAFF))
    undo(result.record)
    assert not any(everything())
    record = PeopleImport.objects.get()
    assert (record.state, bytes(record.journal)) == (ImportState.UNDONE, b"")
    assert Entry.objects.get(verb="org.import.undo").count == 6


def test_undoing_restores_every_row_as_it_was(town: Employer) -> None:
    headings = (*HEADINGS, "兼務", "兼務割合")
    load(town, csv_of(*((*row, "総務局/広報課", "0.2") for row in STAFF), headings=headings))
    before = everything()
    rows = [
        (*changed(TARO, 氏名="青木 次郎"), "", ""),
        (*changed(HANA, 職級="2級", 職種="ICT"), "総務局/広報課", "0.3"),
        (*changed(JIRO, 課="新しい課"), "総務局/広報課", "0.2"),
        (*changed(YUKI, 局="総務局", 課="人事課", 職名="主任", 職級="2級"), "", ""),
        (*changed(SORA, 職員番号="2001", 氏名="新 人"), "", ""),
    ]
    for as_of in (NEXT_YEAR, AS_OF):
        result = load(town, csv_of(*rows, headings=headings), as_of=as_of, allow_ended=True)
        assert result.plan.counts == {"new": 1, "changed": 4, "unchanged": 0, "ended": 2}
        assert everything() != before
        undo(result.record)
        assert everything() == before


def test_somebody_employed_again_is_taken_back_without_losing_the_first_time(town: Employer) -> None:
    load(town, csv_of(*STAFF))
    load(town, csv_of(*STAFF[:-1]), as_of=NEXT_YEAR)
    before = everything()
    undo(load(town, csv_of(*STAFF[:-1], changed(RIKU, 氏名="森 陸斗")), as_of=date(2028, 4, 1)).record)
    assert everything() == before


def test_imports_are_undone_last_first(town: Employer) -> None:
    first = load(town, csv_of(*STAFF)).record
    second = load(town, csv_of(*STAFF[:-1]), as_of=NEXT_YEAR).record
    with pytest.raises(RuleBroken):
        undo(first)
    undo(second)
    undo(first)
    assert not any(everything())


def test_an_import_is_undone_once(town: Employer) -> None:
    record = load(town, csv_of(*STAFF)).record
    undo(record)
    with pytest.raises(RuleBroken):
        undo(record)


def test_an_import_whose_people_are_in_use_is_kept_and_they_are_named(town: Employer) -> None:
    record = load(town, csv_of(*STAFF)).record
    person = Person.objects.get(employments__staff_number="1002")
    people.record_leave(actor=access.operator(), person=person, kind="study", from_date=AS_OF, until=None)
    before = everything()
    assert obstacles(record) == ["1002 髙橋 花"]
    assert everything() == before
    assert Leave.objects.exists()


def test_an_import_whose_rows_were_changed_since_is_kept(town: Employer) -> None:
    record = load(town, csv_of(*STAFF)).record
    people.change_employment(
        actor=access.operator(),
        employment=Employment.objects.get(staff_number="1003"),
        on=NEXT_YEAR,
        grade="5級",
    )
    assert "1003 渡邉 次郎" in obstacles(record)


def test_an_import_whose_units_and_posts_are_in_use_is_kept(office: Office, town: Employer) -> None:
    record = load(town, csv_of(*STAFF)).record
    posts.assign(
        actor=access.operator(),
        person=office.person("planner"),
        post=Post.objects.filter(unit__employer=town).order_by("pk")[0],
        from_date=NEXT_YEAR,
        share=posts.WHOLE * 0,
    )
    unit = Unit.objects.filter(employer=town).order_by("pk")[0]
    posts.open_posts(
        actor=access.operator(), specs=[posts.PostSpec(unit, "x", AS_OF, terms={"name_ja": "x"})]
    )
    assert len(obstacles(record)) == 2
    assert Posting.objects.filter(person=office.person("planner")).count() == 2


def test_a_role_over_an_imported_unit_keeps_the_import(office: Office, town: Employer) -> None:
    record = load(town, csv_of(*STAFF)).record
    unit = Unit.objects.filter(employer=town).order_by("pk")[0]
    grants.give_role(
        actor=access.operator(),
        user=office.user("stranger"),
        role=Role.MANAGER,
        scope=Scope.UNIT,
        purpose=Purpose.SUPERVISION,
        from_date=AS_OF,
        unit=unit,
    )
    assert len(obstacles(record)) == 1
    assert Unit.objects.filter(pk=unit.pk).exists()


def test_only_who_may_import_may_undo(office: Office, town: Employer) -> None:
    record = load(town, csv_of(*STAFF)).record
    assert record is not None
    with pytest.raises(PermissionDenied):
        people_import.undo_import(actor=office.viewer("manager"), record=record)
    people_import.undo_import(actor=office.viewer("administrator"), record=record)

"""Importing a staff list: dry run, whole or not at all, good rows, history, protections."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from pytest_django import DjangoCaptureOnCommitCallbacks

from ikusei.audit.models import Entry
from ikusei.lib.tabular import read_table, write_csv
from ikusei.org import access
from ikusei.org.models import (
    Employer,
    Employment,
    PeopleImport,
    Person,
    Post,
    Posting,
    PostingKind,
    PostTerms,
    Unit,
    UnitKind,
    UnitPeriod,
)
from ikusei.org.services import people, people_import, posts, units
from ikusei.org.services.people_import import applying
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
    check,
    csv_of,
    load,
    new_employer,
)
from tests.database_statistics import believed_rows, out_of_date
from tests.office import Office

NEXT_YEAR = date(2027, 4, 1)


@pytest.fixture
def town(db: None) -> Employer:
    return new_employer()


def employments(number: str) -> list[tuple[date, date | None, str, str, str]]:
    rows = Employment.objects.filter(staff_number=number).order_by("from_date")
    return [(row.from_date, row.until, row.category, row.grade, row.reason) for row in rows]


def postings(number: str) -> list[tuple[str, str, date, date | None, Decimal]]:
    """(unit name, post name, from, until, share) of everybody under a number."""
    rows = (
        Posting.objects.filter(person__employments__staff_number=number)
        .distinct()
        .order_by("from_date", "pk")
    )
    return [
        (
            UnitPeriod.objects.get(unit_id=row.post.unit_id).name_ja,
            row.post.terms.order_by("from_date")[0].name_ja,
            row.from_date,
            row.until,
            row.share,
        )
        for row in rows.select_related("post")
    ]


def everything() -> list[list[tuple[object, ...]]]:
    """Every row an import could touch."""
    models = (Person, Employment, Posting, Post, PostTerms, Unit, UnitPeriod)
    return [sorted(model._default_manager.values_list()) for model in models]


def test_a_dry_run_counts_and_writes_nothing(town: Employer) -> None:
    before = everything()
    result = check(town, csv_of(*STAFF))
    assert result.plan.counts == {"new": 6, "changed": 0, "unchanged": 0, "ended": 0}
    assert [unit.words for unit in result.plan.units] == [
        "総務局", "総務局 人事課", "デジタル局", "デジタル局 基盤課", "デジタル局 企画課",
    ]  # fmt: skip
    assert everything() == before
    assert not PeopleImport.objects.exists()


def test_a_list_builds_people_units_and_posts(town: Employer) -> None:
    load(town, csv_of(*STAFF))
    person = Person.objects.get(employments__staff_number="1002")
    assert (person.name, person.birth_date) == ("髙橋 花", date(1990, 12, 24))
    assert employments("1002") == [(AS_OF, None, "clerical", "1級", "recorded")]
    assert postings("1002") == [("人事課", "主事", AS_OF, None, Decimal(1))]
    assert {period.kind for period in UnitPeriod.objects.filter(name_ja="総務局")} == {"bureau"}
    assert Person.objects.filter(search__contains="高橋花").count() == 1


def test_people_of_one_unit_post_and_grade_share_a_general_post(town: Employer) -> None:
    load(town, csv_of(SORA, RIKU))
    terms = PostTerms.objects.get()
    assert (terms.name_ja, terms.grade, terms.capacity, terms.authorised_headcount) == ("主事", "1級", 2, 2)


def test_the_second_import_of_the_same_list_changes_nothing(town: Employer) -> None:
    load(town, csv_of(*STAFF))
    before = everything()
    result = load(town, csv_of(*STAFF))
    assert result.plan.counts == {"new": 0, "changed": 0, "unchanged": 6, "ended": 0}
    assert everything() == before


def test_a_row_with_a_problem_stops_the_whole_list(town: Employer) -> None:
    before = everything()
    with pytest.raises(people_import.Stopped) as stopped:
        load(town, csv_of(TARO, changed(HANA, 生年月日="平成32年13月1日")))
    assert [problem.row for problem in stopped.value.result.plan.problems] == [3]
    assert everything() == before
    assert not Entry.objects.filter(verb="org.import.apply").exists()


def test_good_rows_are_applied_alone_and_the_others_come_back_with_a_reason(town: Employer) -> None:
    load(town, csv_of(*STAFF))
    bad = changed(HANA, 生年月日="いつか", 職級="2級")
    result = load(town, csv_of(changed(TARO, 職級="3級"), bad, JIRO, YUKI, SORA, RIKU), good_rows=True)
    assert result.plan.counts == {"new": 0, "changed": 1, "unchanged": 4, "ended": 0}
    assert [row[3] for row in employments("1002")] == ["1級"]
    table = read_table(people_import.mend_file(result.staff, result.plan.problems, is_csv=True))
    assert [str(cell) for cell in table.rows[0]][: len(HEADINGS)] == list(HEADINGS)
    assert [table.rows[1][0], table.rows[1][len(HEADINGS)]] == ["1002", "3"]
    assert "生年月日" in str(table.rows[1][len(HEADINGS) + 1])


def test_whoever_stands_in_a_bad_row_without_a_number_is_not_ended(town: Employer) -> None:
    load(town, csv_of(*STAFF))
    result = load(town, csv_of(TARO, JIRO, YUKI, SORA, RIKU, changed(HANA, 職員番号="")), good_rows=True)
    assert result.plan.counts == {"new": 0, "changed": 0, "unchanged": 5, "ended": 0}


def test_a_promotion_begins_a_new_row_of_employment(town: Employer) -> None:
    load(town, csv_of(*STAFF))
    load(town, csv_of(TARO, changed(HANA, 職級="2級"), JIRO, YUKI, SORA, RIKU), as_of=NEXT_YEAR)
    assert employments("1002") == [
        (AS_OF, NEXT_YEAR, "clerical", "1級", "recorded"),
        (NEXT_YEAR, None, "clerical", "2級", "promoted"),
    ]
    assert postings("1002") == [
        ("人事課", "主事", AS_OF, NEXT_YEAR, Decimal(1)),
        ("人事課", "主事", NEXT_YEAR, None, Decimal(1)),
    ]


def test_a_conversion_to_ict_is_named_as_such(town: Employer) -> None:
    load(town, csv_of(*STAFF))
    load(town, csv_of(TARO, changed(HANA, 職種="ICT"), JIRO, YUKI, SORA, RIKU), as_of=NEXT_YEAR)
    assert employments("1002")[1] == (NEXT_YEAR, None, "ict", "1級", "converted")


def test_a_move_ends_the_posting_and_opens_another(town: Employer) -> None:
    load(town, csv_of(*STAFF))
    moved = changed(HANA, 局="デジタル局", 課="企画課")
    result = load(town, csv_of(TARO, moved, JIRO, YUKI, SORA, RIKU), as_of=NEXT_YEAR)
    assert postings("1002") == [
        ("人事課", "主事", AS_OF, NEXT_YEAR, Decimal(1)),
        ("企画課", "主事", NEXT_YEAR, None, Decimal(1)),
    ]
    assert result.plan.changed[0].differences() == [
        ("posting", "総務局 人事課 主事", "デジタル局 企画課 主事")
    ]
    # The general post that three people sit in now has three seats from that day on.
    terms = PostTerms.objects.filter(post__unit__periods__name_ja="企画課").order_by("from_date")
    assert [(row.from_date, row.until, row.capacity) for row in terms] == [
        (AS_OF, NEXT_YEAR, 2),
        (NEXT_YEAR, None, 3),
    ]


def test_a_move_on_the_day_of_the_record_corrects_it_in_place(town: Employer) -> None:
    load(town, csv_of(*STAFF))
    load(town, csv_of(TARO, changed(HANA, 課="文書課", 職級="2級"), JIRO, YUKI, SORA, RIKU))
    assert employments("1002") == [(AS_OF, None, "clerical", "2級", "recorded")]
    assert postings("1002") == [("文書課", "主事", AS_OF, None, Decimal(1))]


def test_a_corrected_name_is_overwritten_and_audited(town: Employer) -> None:
    load(town, csv_of(*STAFF))
    load(town, csv_of(TARO, changed(HANA, 氏名="髙橋 華"), JIRO, YUKI, SORA, RIKU))
    person = Person.objects.get(employments__staff_number="1002")
    assert (person.name, "高橋華" in person.search) == ("髙橋 華", True)
    entry = Entry.objects.get(verb="org.import.person-change")
    assert entry.before is not None
    assert entry.after is not None
    assert (entry.subject_id, entry.before["name"], entry.after["name"]) == (
        str(person.public_id),
        "髙橋 花",
        "髙橋 華",
    )


def test_whoever_is_not_in_the_list_ends_on_its_day(town: Employer) -> None:
    load(town, csv_of(*STAFF))
    result = load(town, csv_of(*STAFF[:-1]), as_of=NEXT_YEAR)
    assert result.plan.counts["ended"] == 1
    assert employments("1006") == [(AS_OF, NEXT_YEAR, "ict", "1級", "recorded")]
    assert postings("1006")[0][3] == NEXT_YEAR
    assert Entry.objects.filter(verb="org.import.person-end").count() == 1


def test_more_than_a_fifth_ending_has_to_be_confirmed(town: Employer) -> None:
    load(town, csv_of(*STAFF))
    with pytest.raises(people_import.Stopped):
        load(town, csv_of(*STAFF[:4]), as_of=NEXT_YEAR)
    with pytest.raises(people_import.Stopped):
        load(town, csv_of(*STAFF[:4]), as_of=NEXT_YEAR, good_rows=True)
    result = load(town, csv_of(*STAFF[:4]), as_of=NEXT_YEAR, allow_ended=True)
    assert result.plan.counts["ended"] == 2


def test_somebody_whose_last_day_has_passed_ends_on_the_day_after_it(town: Employer) -> None:
    load(town, csv_of(*STAFF))
    headings = (*HEADINGS, "退職日")
    rows = [(*row, "R9.3.31" if row is RIKU else "") for row in STAFF]
    result = load(town, csv_of(*rows, headings=headings), as_of=date(2027, 4, 2))
    assert result.plan.counts["ended"] == 1
    assert employments("1006")[0][1] == NEXT_YEAR


def test_the_end_of_a_term_is_recorded_and_bounds_the_posting(town: Employer) -> None:
    load(town, csv_of(*STAFF))
    rows = [(*row, "R9.3.31" if row is RIKU else "") for row in STAFF]
    load(town, csv_of(*rows, headings=(*HEADINGS, "任期満了日")))
    assert employments("1006")[0][1] == NEXT_YEAR
    assert postings("1006")[0][3] == NEXT_YEAR


def test_somebody_who_comes_back_is_the_same_person(town: Employer) -> None:
    load(town, csv_of(*STAFF))
    load(town, csv_of(*STAFF[:-1]), as_of=NEXT_YEAR)
    result = load(town, csv_of(*STAFF), as_of=date(2028, 4, 1))
    assert result.plan.counts["new"] == 1
    assert Person.objects.filter(employments__staff_number="1006").distinct().count() == 1
    assert [row[:2] for row in employments("1006")] == [(AS_OF, NEXT_YEAR), (date(2028, 4, 1), None)]


def test_a_number_that_was_somebody_elses_is_refused(town: Employer) -> None:
    load(town, csv_of(*STAFF))
    result = check(town, csv_of(TARO, changed(JIRO, 職員番号="1002"), JIRO, YUKI, SORA, RIKU))
    assert [(problem.row, problem.column) for problem in result.plan.problems] == [(3, "職員番号")]


def test_days_of_hiring_and_posting_date_employment_posting_post_and_units(town: Employer) -> None:
    headings = (*HEADINGS, "採用年月日", "現所属発令日")
    load(town, csv_of((*HANA, "H25.4.1", "R6.4.1"), (*TARO, "H20.4.1", "R5.4.1"), headings=headings))
    assert employments("1002") == [(date(2013, 4, 1), None, "clerical", "1級", "hired")]
    assert postings("1002")[0][2] == date(2024, 4, 1)
    assert Post.objects.order_by("from_date").first().from_date == date(2023, 4, 1)  # type: ignore[union-attr]
    assert set(UnitPeriod.objects.values_list("from_date", flat=True)) == {date(2023, 4, 1)}


def test_a_concurrent_post_takes_its_share_and_ends_when_it_is_gone(town: Employer) -> None:
    headings = (*HEADINGS, "兼務", "兼務職名", "兼務割合")
    load(town, csv_of((*HANA, "デジタル局/企画課", "主査", "40%"), (*SORA, "", "", ""), headings=headings))
    assert postings("1002") == [
        ("人事課", "主事", AS_OF, None, Decimal("0.6")),
        ("企画課", "主査", AS_OF, None, Decimal("0.4")),
    ]
    assert Posting.objects.filter(kind=PostingKind.CONCURRENT).count() == 1
    load(town, csv_of((*HANA, "", "", ""), (*SORA, "", "", ""), headings=headings), as_of=NEXT_YEAR)
    assert [(row[0], row[3], row[4]) for row in postings("1002")] == [
        ("人事課", NEXT_YEAR, Decimal("0.6")),
        ("企画課", NEXT_YEAR, Decimal("0.4")),
        ("人事課", None, Decimal(1)),
    ]


def test_shares_above_the_whole_are_a_problem(town: Employer) -> None:
    headings = (*HEADINGS, "本務割合", "兼務", "兼務割合")
    result = check(town, csv_of((*HANA, "80%", "デジタル局/企画課", "40%"), headings=headings))
    assert [problem.row for problem in result.plan.problems] == [2]


def test_a_dispatch_is_left_alone(office: Office) -> None:
    before = Posting.objects.filter(post__unit__employer__code="govtech").count()
    rows = people_import.export_people(
        actor=access.operator(), employer=office.employers["city"], as_of=AS_OF
    )
    result = load(office.employers["city"], write_csv(rows).content)
    assert (result.plan.counts["unchanged"], result.plan.counts["ended"]) == (10, 0)
    assert Posting.objects.on(AS_OF).filter(post__unit__employer__code="govtech").count() == before


def test_units_are_found_by_code_and_a_new_name_is_told_not_guessed(office: Office) -> None:
    headings = ("職員番号", "氏名", "所属コード", "所属")
    result = check(
        office.employers["city"],
        csv_of(["S-stranger", "上田 葵", "services", "サービス推進課"], headings=headings),
    )
    assert result.plan.units == []
    assert [warning.value for warning in result.plan.warnings] == ["サービス推進課"]
    assert result.plan.changed[0].moves[0].new is not None


def test_two_units_of_one_name_have_to_be_told_apart(town: Employer) -> None:
    load(town, csv_of(TARO, changed(HANA, 局="デジタル局"), SORA))
    result = check(town, csv_of(["1001", "青木 太郎", "人事課"], headings=("職員番号", "氏名", "所属")))
    assert [problem.column for problem in result.plan.problems] == ["所属"]


def test_lost_leading_zeros_are_recognised_and_told(town: Employer) -> None:
    load(town, csv_of(["00123", "林 空"], headings=["職員番号", "氏名"]))
    result = check(town, csv_of(["123", "林 空"], headings=["職員番号", "氏名"]))
    assert result.plan.counts == {"new": 0, "changed": 0, "unchanged": 1, "ended": 0}
    assert len(result.plan.warnings) == 1


def test_a_blank_cell_keeps_what_is_recorded(town: Employer) -> None:
    load(town, csv_of(*STAFF))
    result = check(
        town, csv_of(*STAFF[:-1], changed(RIKU, 生年月日="", 職級="", 局="", 課="", 職名="", 職種=""))
    )
    assert result.plan.counts["unchanged"] == 6


def test_an_older_list_than_the_last_one_is_stopped(town: Employer) -> None:
    load(town, csv_of(*STAFF))
    with pytest.raises(people_import.Stopped) as stopped:
        load(town, csv_of(*STAFF), as_of=date(2026, 3, 31))
    assert len(stopped.value.result.plan.stops) == 1


def test_somebody_with_a_planned_move_is_not_ended(town: Employer) -> None:
    load(town, csv_of(*STAFF))
    employment = Employment.objects.get(staff_number="1006")
    people.change_employment(
        actor=access.operator(), employment=employment, on=date(2028, 4, 1), grade="2級", reason="promoted"
    )
    result = check(town, csv_of(*STAFF[:-1]), as_of=NEXT_YEAR)
    assert result.plan.counts["ended"] == 0
    assert [problem.value for problem in result.plan.problems] == ["1006 森 陸"]


def test_whoever_has_another_employer_keeps_the_postings_there(office: Office, town: Employer) -> None:
    load(town, csv_of(*STAFF))
    person = Person.objects.get(employments__staff_number="1006")
    Employment.objects.create(
        person=person,
        employer=office.employers["govtech"],
        staff_number="G1",
        category="ict",
        from_date=AS_OF,
    )
    Posting.objects.filter(person=person).update(share=Decimal("0.5"))
    seat = posts.open_posts(
        actor=access.operator(),
        specs=[posts.PostSpec(office.units["platform"], "x", AS_OF, terms={"name_ja": "x"})],
    )[0]
    posts.assign(actor=access.operator(), person=person, post=seat, from_date=AS_OF, share=Decimal("0.5"))
    load(town, csv_of(*STAFF[:-1]), as_of=NEXT_YEAR)
    assert [row[3] for row in postings("1006")] == [NEXT_YEAR, None]


def test_only_the_employers_within_reach_can_be_imported(office: Office) -> None:
    with pytest.raises(PermissionDenied):
        people_import.check_list(
            actor=office.viewer("manager"),
            employer=office.employers["city"],
            source=csv_of(*STAFF),
            as_of=AS_OF,
        )


def test_the_import_is_audited_with_its_counts(town: Employer) -> None:
    load(town, csv_of(*STAFF))
    entry = Entry.objects.get(verb="org.import.apply")
    assert entry.after is not None
    assert (entry.count, entry.after["new"], entry.after["employer"]) == (6, 6, "town")


def test_an_existing_unit_opened_by_hand_is_used(town: Employer) -> None:
    units.open_units(
        actor=access.operator(),
        employer=town,
        specs=[units.UnitSpec("so", "", UnitKind.BUREAU, "総務局", "General Affairs")],
        from_date=date(2020, 4, 1),
    )
    result = load(town, csv_of(TARO))
    assert [unit.words for unit in result.plan.units] == ["総務局 人事課"]


def test_a_crash_half_way_leaves_nothing(town: Employer, monkeypatch: pytest.MonkeyPatch) -> None:
    load(town, csv_of(*STAFF))
    before = everything()

    def crash(*_facts: object) -> None:
        raise MemoryError

    monkeypatch.setattr(applying, "_end_people", crash)
    with pytest.raises(MemoryError):
        load(
            town,
            csv_of(changed(TARO, 職級="9級"), *STAFF[1:-1], changed(RIKU, 職員番号="2001")),
            as_of=NEXT_YEAR,
        )
    assert everything() == before


def test_more_people_need_no_more_queries(town: Employer, django_assert_max_num_queries: Any) -> None:
    rows = [changed(TARO, 職員番号=str(number), 課=f"第{number % 9}課") for number in range(400)]
    load(town, csv_of(*rows[:10]))
    with django_assert_max_num_queries(60):
        load(town, csv_of(*rows))
    with django_assert_max_num_queries(60):
        load(town, csv_of(*(changed(row, 職級="9級", 課="新課") for row in rows)), as_of=NEXT_YEAR)
    with django_assert_max_num_queries(60):
        load(town, csv_of(rows[0]), as_of=date(2028, 4, 1), allow_ended=True)


def test_a_likely_typing_mistake_in_a_units_name_is_told(town: Employer) -> None:
    load(town, csv_of(*STAFF))
    result = check(town, csv_of(changed(TARO, 課="人事科"), *STAFF[1:]))
    assert [warning.value for warning in result.plan.warnings] == ["総務局 人事科"]


NAMES = st.text(alphabet="髙橋﨑邉青木花子太郎アイー々〆ヶ", min_size=1, max_size=8)


class RoundTrip(TestCase):
    """Export, import: unchanged; whatever the list held."""

    @settings(max_examples=25, deadline=None)
    @given(
        st.lists(
            st.tuples(
                NAMES,
                st.one_of(st.just(""), NAMES),
                st.dates(date(1960, 1, 1), date(2005, 1, 1)),
                st.sampled_from(["総務局", "デジタル局", ""]),
                st.sampled_from(["人事課", "文書課", ""]),
                st.sampled_from(["主事", "課長", ""]),
                st.sampled_from(["事務", "ICT", "土木", "謎", ""]),
                st.sampled_from(["正規", "会計年度任用", "再任用", ""]),
                st.sampled_from(["", "総務局/広報課", "総務局/広報課;デジタル局/基盤課"]),
                st.sampled_from(["", "0.2", "20%;0.3"]),
            ),
            min_size=1,
            max_size=6,
        )
    )
    def test_an_exported_list_comes_back_unchanged(self, rows: list[tuple[object, ...]]) -> None:
        town = new_employer()
        headings = (
            "職員番号",
            "氏名",
            "旧姓使用",
            "生年月日",
            "局",
            "課",
            "職級",
            "職種",
            "任用形態",
            "兼務",
            "兼務割合",
        )
        load(town, csv_of(*[(f"{i:04}", *row) for i, row in enumerate(rows)], headings=headings))
        exported = people_import.export_people(actor=access.operator(), employer=town, as_of=AS_OF)
        again = load(town, write_csv(exported).content)
        assert again.plan.counts == {"new": 0, "changed": 0, "unchanged": len(rows), "ended": 0}
        fresh = new_employer("fresh")
        load(fresh, write_csv(exported).content)
        assert people_import.export_people(actor=access.operator(), employer=fresh, as_of=AS_OF) == exported


def test_after_many_rows_the_database_knows_how_many_people_there_are(
    office: Office,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    monkeypatch.setattr("ikusei.jobs.tasks.MANY", len(STAFF))
    town = new_employer()
    before = out_of_date(Person)
    with django_capture_on_commit_callbacks(execute=True):
        load(town, csv_of(*STAFF[1:]))
    assert believed_rows(Person) == before  # one row less is not many
    with django_capture_on_commit_callbacks(execute=True):
        load(new_employer("village"), csv_of(*STAFF))
    assert believed_rows(Person) == before + 2 * len(STAFF) - 1

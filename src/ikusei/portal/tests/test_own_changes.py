"""Who changed my data: everything that was done to it, in words, but nothing before its day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

from ikusei.audit import services as audit
from ikusei.audit.models import Entry
from ikusei.org import access
from ikusei.org.models import PostingKind, Purpose, Role, Scope
from ikusei.org.services import grants, people, posts
from ikusei.portal.queries.own_changes import SIZE, Change, own_changes
from ikusei.skills.models import FrameworkVersion
from tests.office import Office
from tests.page_client import PageClient
from tests.query_counts import assert_same_cost
from tests.settings import TODAY

type ClientAs = Callable[[object], PageClient]

TOMORROW = date(2026, 4, 16)


def changes(office: Office, key: str = "stranger") -> list[Change]:
    return list(own_changes(office.viewer(key)).object_list)


def told(office: Office, key: str = "stranger") -> dict[str, dict[str, tuple[str, str]]]:
    """What was done -> fact -> (before, after)."""
    return {
        change.what: {detail.label: (detail.before, detail.after) for detail in change.details}
        for change in changes(office, key)
    }


def test_a_change_is_told_with_who_made_it_and_both_sides(office: Office) -> None:
    stranger = office.person("stranger")
    people.change_employment(
        actor=office.viewer("administrator"), employment=stranger.employments.get(), on=TODAY, grade="主任"
    )
    first = changes(office)[0]
    assert (first.who, first.by_me, first.what) == (str(office.user("administrator")), False, "任用を変更")
    assert told(office)["任用を変更"] == {"職級": ("主事", "主任"), "適用日": ("", "2026年4月15日")}


def test_what_begins_on_a_day_to_come_is_not_known_before_that_day(office: Office) -> None:
    stranger, operator = office.person("stranger"), access.operator()
    known = len(changes(office))
    posts.end_posting(actor=operator, posting=stranger.postings.get(), on=TOMORROW)
    posts.assign(actor=operator, person=stranger, post=office.posts["planner"], from_date=TOMORROW)
    people.change_employment(actor=operator, employment=stranger.employments.get(), on=TOMORROW, grade="課長")
    for verb, after in (
        ("org.import.person-change", {"on": TOMORROW.isoformat(), "grade": "課長"}),
        ("org.import.person-end", {"until": TOMORROW.isoformat()}),
    ):
        audit.record(actor=None, verb=verb, subject_kind="person", subject_id=stranger.public_id, after=after)
    assert len(changes(office)) == known
    Entry.objects.create(
        kind=Entry.Kind.CHANGE,
        verb="org.person.change",
        subject_kind="person",
        subject_id=str(stranger.public_id),
        purpose=Purpose.PLACEMENT,
    )
    assert len(changes(office)) == known


def test_on_its_day_the_change_is_told(office: Office) -> None:
    posts.end_posting(actor=access.operator(), posting=office.person("stranger").postings.get(), on=TODAY)
    assert told(office)["配属を終了"] == {"最終日": ("", "2026年4月14日")}


def test_an_end_to_come_is_told_of_a_dispatch_only(office: Office) -> None:
    operator = access.operator()
    posts.end_posting(actor=operator, posting=office.person("colleague").postings.get(), on=TODAY)
    for post, kind in (("colleague", PostingKind.HOME), ("owner-platform", PostingKind.DISPATCH)):
        posts.assign(
            actor=operator,
            person=office.person("colleague"),
            post=office.posts[post],
            from_date=TODAY,
            until=date(2027, 4, 1),
            kind=kind,
            share=Decimal(0) if kind == PostingKind.HOME else Decimal(1),
        )
    dispatch, home = (row for row in changes(office, "colleague")[:2])
    facts = {detail.label: detail.after for detail in dispatch.details}
    assert (facts["種類"], facts["最終日"], facts["ポスト"]) == ("派遣", "2027年3月31日", "開発担当")
    assert "最終日" not in {detail.label for detail in home.details}


def test_a_role_given_to_my_account_stands_there(office: Office) -> None:
    grants.give_role(
        actor=office.viewer("administrator"),
        user=office.user("stranger"),
        role=Role.AUDITOR,
        scope=Scope.ALL,
        purpose=Purpose.OVERSIGHT,
        from_date=TODAY,
    )
    assert told(office)["役割を付与"]["役割"] == ("", "監査担当")


def test_skills_are_named_and_marks_of_the_system_left_out(
    office: Office, skill_map: FrameworkVersion
) -> None:
    skill = skill_map.skills.get(key="digital-strategy")
    audit.record(
        actor=office.user("stranger"),
        verb="skills.answer.save",
        subject_kind="person",
        subject_id=office.person("stranger").public_id,
        before={"cycle": "a-mark"},
        after={
            "cycle": "a-mark",
            skill.key: {"level": 2, "note": "x" * 500},
            "interested": True,
            "new": ["1", "2"],
        },
    )
    change = changes(office)[0]
    assert change.by_me
    facts = {detail.label: detail.after for detail in change.details}
    assert set(facts) == {skill.name_ja, "今後取り組みたい", "new"}
    assert facts[skill.name_ja].startswith("レベル：2；メモ：xxx")
    assert len(facts[skill.name_ja]) < 310
    assert facts["今後取り組みたい"] == "はい"


def test_what_others_had_changed_is_not_there(office: Office) -> None:
    people.change_employment(
        actor=access.operator(), employment=office.person("owner").employments.get(), on=TODAY, grade="課長"
    )
    assert "任用を変更" not in told(office)


def test_the_page_tells_it_and_leads_to_who_looked(office: Office, client_as: ClientAs) -> None:
    page = client_as("stranger").open("/me/changes/", language="en")
    assert "linked an account to a person" in page
    assert 'href="/me/looks/"' in page.html
    looks = client_as("stranger").open("/me/looks/", language="en")
    assert 'href="/me/changes/"' in looks.html
    assert "Levels, wishes and read logs never feed appraisal" in looks


def test_a_second_page_is_there_and_the_queries_stay(office: Office, client_as: ClientAs) -> None:
    public_id = str(office.person("stranger").public_id)

    def add(number: int) -> None:
        audit.record_all(
            Entry(
                kind=Entry.Kind.CHANGE,
                verb="org.employment.change",
                subject_kind="person",
                subject_id=public_id,
                before={"grade": "主事"},
                after={"on": "2026-04-01", "grade": "主任", "post": office.posts["owner"].pk},
            )
            for _ in range(number)
        )

    assert_same_cost("own-changes", client_as("stranger"), "/me/changes/", add)
    assert len(own_changes(office.viewer("stranger"), number=2)) == SIZE

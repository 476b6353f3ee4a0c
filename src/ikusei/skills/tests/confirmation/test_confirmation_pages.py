"""The pages of confirming: whom, what exactly, one by one; what is kept when something came between."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest

from ikusei.audit.models import Entry
from ikusei.org import access
from ikusei.org.models import Category, PostingKind
from ikusei.org.services import people, posts
from ikusei.skills.models import (
    Answer,
    Assessment,
    Cycle,
    Decision,
    Participant,
    Phase,
    Progress,
    Rater,
    Review,
    Skill,
)
from ikusei.skills.services import confirming
from ikusei.skills.services.levels import add_statements
from ikusei.skills.tests.confirmation.cast import answers, participant, reviews, seen
from tests import assessment as assessed
from tests.office import SINCE, Office
from tests.page_client import Page, PageClient
from tests.query_counts import assert_query_count
from tests.settings import TODAY

type ClientAs = Callable[[object], PageClient]

LIST = "/confirmation/"


def page_of(office: Office, key: str = "owner") -> str:
    return f"/confirmation/{office.person(key).public_id}/"


def posted(page: Page, **more: object) -> dict[str, object]:
    """Every field of the forms of a page as a browser would send it, changed."""
    data: dict[str, object] = {}
    for field in page.root.iter("input"):
        if field.get("type") == "hidden" and field.get("name", "").startswith(("seen-", "mark-")):
            data[field.get("name", "")] = field.get("value", "")
    return data | {name.replace("_", "-"): value for name, value in more.items()}


def boxes(page: Page) -> list[str]:
    return [field.get("value", "") for field in page.find_all("input", type="checkbox", name="seen")]


def test_the_list_says_exactly_what_the_one_action_confirms(
    office: Office, cycle: Cycle, client_as: ClientAs
) -> None:
    page = client_as("manager").open(LIST)
    skill = answers(participant(cycle, office))[0].skill
    assert "変更のない1項目を1人分まとめて確認" in page
    assert f"{skill.name}: 2" in page
    assert "確認が必要 2項目" in page
    assert "井上 蓮" in page  # not begun
    assert Entry.objects.filter(verb="skills.confirmation.list").get().count == 2


def test_the_one_action_confirms_what_the_list_showed(
    office: Office, cycle: Cycle, client_as: ClientAs
) -> None:
    client = client_as("manager")
    data = {"seen": boxes(client.open(LIST))}
    client.send("/confirmation/unchanged/", data)
    assert [one.decision for one in reviews(participant(cycle, office))] == [Decision.AGREE]
    assert "1件のレベルを確認しました" in client.open(LIST)
    client.send("/confirmation/unchanged/", data)
    assert "確認するものは残っていませんでした" in client.open(LIST)
    assert Review.objects.count() == 1


def test_whoever_is_not_ticked_is_left(office: Office, cycle: Cycle, client_as: ClientAs) -> None:
    client_as("manager").send("/confirmation/unchanged/", {})
    assert not Review.objects.exists()


@pytest.mark.parametrize("role", ["owner", "planner", "steward", "executive"])
def test_the_list_is_for_those_who_confirm(cycle: Cycle, client_as: ClientAs, role: str) -> None:
    client_as(role).open(LIST, status=403)


def test_a_host_sees_only_their_own_people(office: Office, cycle: Cycle, client_as: ClientAs) -> None:
    client = client_as("host_supervisor")
    page = client.open(LIST)
    assert "青木 花" in page
    assert "井上 蓮" not in page
    client.open(page_of(office), status=200)
    client.open(page_of(office, "colleague"), status=404)


@pytest.mark.parametrize(
    ("role", "about", "status"),
    [
        ("manager", "owner", 200),
        ("manager", "stranger", 404),  # another team
        ("manager", "manager", 403),  # oneself
        ("host_supervisor", "colleague", 404),  # another person of the home section
        ("planner", "owner", 403),
        ("owner", "owner", 403),
    ],
)
def test_a_person_opens_for_whoever_confirms_them_and_for_nobody_else(
    office: Office, cycle: Cycle, client_as: ClientAs, role: str, about: str, status: int
) -> None:
    if not Participant.objects.filter(person=office.person(about)).exists():
        Participant.objects.create(cycle=cycle, person=office.person(about))
    client_as(role).open(page_of(office, about), status=status)


def test_a_former_supervisor_finds_nothing_any_more(
    office: Office, cycle: Cycle, client_as: ClientAs
) -> None:
    posting = office.person("manager").postings.get()
    posts.end_posting(actor=access.operator(), posting=posting, on=TODAY)
    client = client_as("manager")
    client.open(page_of(office), status=404)
    page = client.send(page_of(office), {}, status=404)
    assert "青木 花" not in page


def test_what_changed_stands_first_with_behaviour_and_what_was_confirmed_before(
    office: Office, cycle: Cycle, client_as: ClientAs
) -> None:
    page = client_as("manager").open(page_of(office))
    first, second, third = answers(participant(cycle, office))
    names = [page.text(one) for one in page.find_all("h3", class_="decide__skill")]
    assert [name.split()[0] for name in names] == [
        one.skill.name.split()[0] for one in (second, third, first)
    ]
    behaviour = second.skill.level_texts.get(level=3).text_ja
    before = second.skill.level_texts.get(level=2).text_ja
    assert behaviour in page
    assert before in page
    assert "2025年11月1日" in page


def test_decisions_on_a_page_are_saved_together(office: Office, cycle: Cycle, client_as: ClientAs) -> None:
    client = client_as("manager")
    first, second, third = answers(participant(cycle, office))
    data = posted(client.open(page_of(office))) | {
        f"decision-{first.skill_id}": "agree",
        f"decision-{second.skill_id}": "differ",
        f"level-{second.skill_id}": "2",
        f"reason-{second.skill_id}": "支援を受けていた",
        f"decision-{third.skill_id}": "ask",
        f"reason-{third.skill_id}": "成果物はありますか",
    }
    client.send(page_of(office), data)
    assert [one.decision for one in reviews(participant(cycle, office))] == ["agree", "differ", "ask"]
    page = client.open(page_of(office))
    assert "3件の判断を保存しました" in page
    assert "支援を受けていた" in page
    client.send(page_of(office), data)
    assert Review.objects.count() == 3
    assert Assessment.objects.filter(cycle=cycle, rater=Rater.SUPERVISOR).count() == 2


def test_a_missing_reason_brings_the_page_back_with_everything_that_was_typed(
    office: Office, cycle: Cycle, client_as: ClientAs
) -> None:
    client = client_as("manager")
    first, second, _third = answers(participant(cycle, office))
    data = posted(client.open(page_of(office))) | {
        f"decision-{first.skill_id}": "ask",
        f"reason-{first.skill_id}": "書きかけの質問",
        f"decision-{second.skill_id}": "differ",
        f"level-{second.skill_id}": "2",
    }
    page = client.send(page_of(office), data, status=400)
    assert "書きかけの質問" in page
    assert "理由を書いてください" in page
    assert page.find_all("option", value="2", selected="")
    assert not Review.objects.exists()


def test_a_text_without_a_choice_is_not_thrown_away(
    office: Office, cycle: Cycle, client_as: ClientAs
) -> None:
    client = client_as("manager")
    first = answers(participant(cycle, office))[0]
    data = posted(client.open(page_of(office))) | {f"reason-{first.skill_id}": "書いただけの文"}
    page = client.send(page_of(office), data, status=400)
    assert "書いただけの文" in page


def test_a_cycle_closed_meanwhile_refuses_and_shows_what_was_written(
    office: Office, cycle: Cycle, client_as: ClientAs
) -> None:
    client = client_as("manager")
    second = answers(participant(cycle, office))[1]
    data = posted(client.open(page_of(office))) | {
        f"decision-{second.skill_id}": "differ",
        f"level-{second.skill_id}": "2",
        f"reason-{second.skill_id}": "支援を受けていた",
    }
    Cycle.objects.update(phase=Phase.CLOSED)
    page = client.send(page_of(office), data, status=400)
    assert "締め切られました" in page
    assert "支援を受けていた" in page
    assert not Review.objects.exists()


def test_answers_taken_back_meanwhile_refuse_and_show_what_was_written(
    office: Office, cycle: Cycle, client_as: ClientAs
) -> None:
    client = client_as("manager")
    second = answers(participant(cycle, office))[1]
    data = posted(client.open(page_of(office))) | {
        f"decision-{second.skill_id}": "ask",
        f"reason-{second.skill_id}": "成果物はありますか",
    }
    Participant.objects.update(progress=Progress.ANSWERING)
    page = client.send(page_of(office), data, status=400)
    assert "成果物はありますか" in page
    assert not Review.objects.exists()


def test_two_windows_do_not_override_each_other(office: Office, cycle: Cycle, client_as: ClientAs) -> None:
    client = client_as("manager")
    second = answers(participant(cycle, office))[1]
    old = posted(client.open(page_of(office)))
    client.send(page_of(office), old | {
        f"decision-{second.skill_id}": "differ",
        f"level-{second.skill_id}": "2",
        f"reason-{second.skill_id}": "支援を受けていた",
    })  # fmt: skip
    page = client.send(page_of(office), old | {f"decision-{second.skill_id}": "agree"}, status=400)
    assert "別の画面で" in page
    assert reviews(participant(cycle, office))[0].decision == "differ"
    fresh = posted(client.open(page_of(office)))
    client.send(page_of(office), fresh | {f"decision-{second.skill_id}": "agree"})
    assert reviews(participant(cycle, office))[0].decision == "agree"


def test_a_statement_said_anew_is_shown_beside_what_was_typed(
    office: Office, cycle: Cycle, client_as: ClientAs
) -> None:
    client = client_as("manager")
    row = participant(cycle, office)
    second = answers(row)[1]
    data = posted(client.open(page_of(office))) | {
        f"decision-{second.skill_id}": "differ",
        f"level-{second.skill_id}": "2",
        f"reason-{second.skill_id}": "支援を受けていた",
    }
    row.answers.filter(skill=second.skill).delete()
    assessed.hand_in(row, levels={1: 4})
    page = client.send(page_of(office), data, status=400)
    assert "レベル4に改めました" in page
    assert "支援を受けていた" in page
    assert not Review.objects.exists()


def test_the_person_s_reply_stands_beside_the_decision(
    office: Office, cycle: Cycle, client_as: ClientAs
) -> None:
    row = participant(cycle, office)
    second = answers(row)[1]
    confirming.differ(
        actor=office.viewer("manager"), participant_id=row.pk, skill_id=second.skill_id,
        seen=second.statement_id or 0, level=2, reason="支援を受けていた",
    )  # fmt: skip
    Review.objects.update(reply="keep", reply_text="後半は一人で進めました", replied_at=cycle.created_at)
    page = client_as("manager").open(page_of(office))
    assert "後半は一人で進めました" in page
    history = client_as("manager").open(f"{page_of(office)}history/")
    assert "後半は一人で進めました" in history
    client_as("manager").open("/confirmation/", language="en")
    assert "because: 支援を受けていた" in client_as("manager").open(page_of(office), language="en")


def test_who_has_a_nearer_supervisor_stands_in_the_second_list(
    office: Office, cycle: Cycle, client_as: ClientAs
) -> None:
    posting = office.person("manager").postings.get()
    posts.end_posting(actor=access.operator(), posting=posting, on=TODAY)
    head = office.posts["executive"]
    top = office.person("executive").postings.get()
    posts.end_posting(actor=access.operator(), posting=top, on=TODAY)
    posts.assign(
        actor=access.operator(), person=office.person("manager"), post=head, from_date=TODAY, share=Decimal(1)
    )
    client = client_as("manager")
    assert "変更のない1項目" in client.open(LIST)  # nobody leads the section: they are the nearest
    posts.assign(
        actor=access.operator(), person=office.person("executive"), post=office.posts["manager"],
        from_date=TODAY, share=Decimal(1), kind=PostingKind.HOME,
    )  # fmt: skip
    page = client.open(LIST)
    assert "変更のない1項目" not in page
    assert "より近い上司がいる" in page
    client.open(page_of(office))


def crowd(office: Office, cycle: Cycle, count: int) -> None:
    """So many people of the section who handed in all skills, most of them as confirmed a year ago."""
    operator = access.operator()
    skills = list(cycle.version.skills.order_by("order"))
    specs = [
        posts.PostSpec(
            unit=office.units["services"], code=f"crowd:{number}", from_date=SINCE,
            terms={"name_ja": "担当", "name_en": "Officer", "grade": "主事"},
        )
        for number in range(count)
    ]  # fmt: skip
    rows = []
    for number, post in enumerate(posts.open_posts(actor=operator, specs=specs)):
        person = people.add_person(
            actor=operator, name=f"組員 {number}", kana=f"クミイン {number:03}", name_latin=f"Member {number}",
            email=f"member{number}@example.test",
            employment={
                "employer": office.employers["city"], "staff_number": f"C-{number}", "category": Category.ICT,
                "grade": "主事", "from_date": SINCE,
            },
        )  # fmt: skip
        posts.assign(actor=operator, person=person, post=post, from_date=SINCE, share=Decimal(1))
        rows.append(
            Participant.objects.create(
                cycle=cycle, person=person, unit=office.units["services"], progress=Progress.HANDED_IN,
                handed_in_at=assessed.HANDED_IN,
            )
        )  # fmt: skip
    crowd_answers(rows, skills)


def crowd_answers(rows: list[Participant], skills: list[Skill]) -> None:
    """Everybody was confirmed at 2 in every skill a year ago; every sixth skill they now see a level higher."""
    place = {row.person_id: number for number, row in enumerate(rows)}
    confirmed = [
        Assessment(
            person_id=row.person_id, skill=skill, level=2, stated_on=date(2025, 11, 1), rater=Rater.SUPERVISOR,
            evidence=2,
        )
        for row in rows
        for skill in skills
    ]  # fmt: skip
    said = [
        Assessment(
            person_id=row.person_id, skill=skill, level=2 + (place[row.person_id] + skill.order) % 6 // 5,
            stated_on=date(2026, 4, 10), rater=Rater.SELF, rater_person_id=row.person_id, cycle_id=row.cycle_id,
        )
        for row in rows
        for skill in skills
    ]  # fmt: skip
    add_statements([*confirmed, *said])
    Answer.objects.bulk_create(
        Answer(participant=rows[place[one.person_id]], skill_id=one.skill_id, level=one.level, statement=one)
        for one in said
    )


def test_the_list_of_a_team_of_twelve_costs_what_is_recorded(
    office: Office, cycle: Cycle, client_as: ClientAs
) -> None:
    crowd(office, cycle, 12)
    assert_query_count("confirmation", client_as("manager"), LIST)


def test_a_person_with_twenty_two_skills_costs_what_is_recorded(
    office: Office, cycle: Cycle, client_as: ClientAs
) -> None:
    crowd(office, cycle, 1)
    person = Participant.objects.get(person__name="組員 0").person
    assert_query_count("confirmation-person", client_as("manager"), f"/confirmation/{person.public_id}/")


def test_a_team_of_twelve_is_confirmed_in_few_statements(office: Office, cycle: Cycle) -> None:
    crowd(office, cycle, 12)
    rows = Participant.objects.filter(person__name__startswith="組員")
    wanted = {pk: values for row in rows for pk, values in seen(row).items()}
    done = confirming.confirm_unchanged(actor=office.viewer("manager"), seen=wanted)
    assert done.people == 12
    assert done.answers == Review.objects.count() == 12 * 22 - 44


def test_days_are_counted_from_handing_in(office: Office, cycle: Cycle, client_as: ClientAs) -> None:
    Participant.objects.filter(person=office.person("owner")).update(
        handed_in_at=cycle.created_at.replace(year=2026, month=4, day=10) - timedelta(days=0)
    )
    assert re.search(r"[45]日待ち", client_as("manager").open(LIST).text())


def test_decisions_sent_after_the_session_has_ended_wait_for_the_sign_in(
    office: Office, cycle: Cycle, client_as: ClientAs
) -> None:
    client = client_as("manager")
    second = answers(participant(cycle, office))[1]
    data = posted(client.open(page_of(office))) | {
        f"decision-{second.skill_id}": "differ",
        f"level-{second.skill_id}": "2",
        f"reason-{second.skill_id}": "支援を受けていた",
    }
    client.logout()
    kept = client.send(page_of(office), data, status=403)
    assert "支援を受けていた" in kept
    assert not Review.objects.exists()
    client.force_login(office.user("manager"))
    page = client.open(page_of(office))
    assert "支援を受けていた" in page
    assert page.find_all("input", type="radio", value="differ", checked="")
    assert "支援を受けていた" not in client.open(page_of(office))


def test_what_is_as_confirmed_last_is_folded_away(office: Office, cycle: Cycle, client_as: ClientAs) -> None:
    page = client_as("manager").open(page_of(office))
    (folded,) = [one for one in page.find_all("details", class_="disclosure") if "変更なし" in page.text(one)]
    first = answers(participant(cycle, office))[0]
    assert first.skill.name in page.text(folded)

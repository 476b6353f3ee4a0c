"""The self-assessment as a page: what it asks and tells, by form and by script, and what becomes of what comes too late."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from ikusei.skills.models import (
    Answer,
    Assessment,
    Cycle,
    Decision,
    Interest,
    Participant,
    Phase,
    Progress,
    Rater,
    Reply,
    Review,
)
from ikusei.skills.services.answers import Change, save_answer
from tests.office import Office
from tests.page_client import Page, PageClient
from tests.query_counts import assert_query_count

type ClientAs = Callable[[object], PageClient]

START = "/self-assessment/"


@pytest.fixture
def part(office: Office, cycle: Cycle) -> Participant:
    """The part of the colleague, who has not begun."""
    return cycle.participants.get(person=office.person("colleague"))


def fields_of(page: Page) -> dict[str, Any]:
    """What a browser would send of the page's form: every field as it stands."""
    form = page.root.find(".//form[@class='self']")
    assert form is not None
    sent: dict[str, Any] = {}
    for field in form.iter("input"):
        name, kind = field.get("name", ""), field.get("type")
        if kind in {"radio", "checkbox"} and "checked" not in field.attrib:
            continue
        if name == "unchanged":
            sent.setdefault(name, []).append(field.get("value"))
        elif name != "csrfmiddlewaretoken":
            sent[name] = field.get("value", "on")
    for field in form.iter("textarea"):
        sent[field.get("name", "")] = field.text or ""
    return sent


def first_skill(page: Page) -> int:
    found = re.search(r'data-question="(\d+)"', page.html)
    assert found is not None
    return int(found[1])


def send(part: Participant) -> str:
    return reverse("skills:self_send", args=(part.pk,))


def test_it_says_until_when_how_long_who_reads_it_and_that_it_never_feeds_appraisal(
    part: Participant, client_as: ClientAs
) -> None:
    page = client_as("colleague").open(START, language="en")
    for words in (
        "until 30 April 2026",
        "minutes left",
        "0 of 22",
        "Levels never feed appraisal",
        "Whoever leads you",
    ):
        assert words in page
    assert "Last time you and whoever saw your work put this differently." in page
    assert "last time" in page
    assert "confirmed last time" in page


def test_levels_stand_as_behaviour_and_nothing_is_chosen_for_the_person(
    part: Participant, client_as: ClientAs
) -> None:
    page = client_as("colleague").open(START, language="en")
    radios = page.find_all("input", type="radio")
    assert len(radios) % 5 == 0
    assert not [radio for radio in radios if "checked" in radio.attrib]
    assert "Counts how many hands a form passes through" in page


def test_the_page_and_the_questions_behind_it_stay_within_their_budget(
    part: Participant, client_as: ClientAs
) -> None:
    client = client_as("colleague")
    assert_query_count("self-assessment", client, START)
    answer = client.get(reverse("skills:self_cards", args=(part.pk,)), headers={"HX-Request": "true"})
    assert len(answer.content) <= 60 * 1024
    assert answer.content.count(b'<fieldset class="question"') == 15


def test_the_page_after_handing_in_stays_within_its_budget(cycle: Cycle, client_as: ClientAs) -> None:
    assert_query_count("self-assessment-outcome", client_as("owner"), START)


def test_a_page_sent_as_it_was_shown_changes_nothing(part: Participant, client_as: ClientAs) -> None:
    client = client_as("colleague")
    page = client.open(START)
    client.send(send(part), fields_of(page) | {"do": "save"})
    assert not Answer.objects.filter(participant=part).exists()
    assert not Interest.objects.exists()


def test_without_a_script_everything_typed_on_the_page_is_saved_at_once(
    part: Participant, client_as: ClientAs
) -> None:
    client = client_as("colleague")
    page = client.open(START)
    skill = first_skill(page)
    typed = {f"level-{skill}": "2", f"note-{skill}": "一行目\r\n二行目", f"asked-{skill}": "on", "do": "save"}
    client.send(send(part), fields_of(page) | typed)
    answer = Answer.objects.get(participant=part)
    assert (answer.level, answer.note) == (2, "一行目\n二行目")
    assert Interest.objects.get().may_be_asked
    assert "1件" in client.open(START)
    client.send(send(part), fields_of(client.open(START)) | {"do": "save"})
    answer.refresh_from_db()
    assert answer.revision == 1


def test_the_button_that_is_pressed_also_saves_what_was_typed(part: Participant, client_as: ClientAs) -> None:
    client = client_as("colleague")
    page = client.open(START)
    typed = {f"level-{first_skill(page)}": "3", "do": "unchanged"}
    client.send(send(part), fields_of(page) | typed)
    assert Answer.objects.filter(participant=part).count() == 1 + len(fields_of(page)["unchanged"])
    page = client.open(START, language="en")
    assert "as last time" in page
    refused = client.send(send(part), fields_of(page) | {"do": "hand-in"}, status=409, language="en")
    assert "have no answer yet" in refused
    client.send(send(part), fields_of(page) | {"do": "hand-in-anyway"})
    assert "You handed in" in client.open(START, language="en")
    assert Assessment.objects.filter(person=part.person, cycle=part.cycle, rater=Rater.SELF).exists()


def test_two_tabs_lose_nothing_and_the_person_says_which_counts(
    part: Participant, client_as: ClientAs
) -> None:
    client = client_as("colleague")
    page = client.open(START)
    skill = first_skill(page)
    first = fields_of(page) | {f"level-{skill}": "1", f"note-{skill}": "一つ目の画面", "do": "save"}
    second = fields_of(page) | {f"level-{skill}": "4", f"note-{skill}": "二つ目の画面", "do": "save"}
    client.send(send(part), first)
    both = client.send(send(part), second, status=409, language="en")
    assert "一つ目の画面" in both
    assert fields_of(both)[f"note-{skill}"] == "二つ目の画面"
    assert Answer.objects.get(participant=part).level == 1
    # Left as it is: nothing changes. Sent again: mine counts.
    client.send(send(part), fields_of(both) | {f"leave-{skill}": "on", "do": "save"})
    assert Answer.objects.get(participant=part).level == 1
    client.send(send(part), fields_of(both) | {"do": "save"})
    assert Answer.objects.get(participant=part).note == "二つ目の画面"


def test_a_stale_page_applies_only_what_was_touched_on_it(part: Participant, client_as: ClientAs) -> None:
    client = client_as("colleague")
    stale = client.open(START)
    one, other = (
        int(found) for found in list(dict.fromkeys(re.findall(r'data-question="(\d+)"', stale.html)))[:2]
    )
    client.send(send(part), fields_of(stale) | {f"level-{one}": "3", "do": "save"})
    client.send(send(part), fields_of(stale) | {f"level-{other}": "2", "do": "save"})
    assert dict(Answer.objects.values_list("skill_id", "level").filter(participant=part)) == {
        one: 3,
        other: 2,
    }


def test_when_the_cycle_was_closed_meanwhile_the_page_says_so_and_shows_what_was_typed(
    part: Participant, client_as: ClientAs
) -> None:
    client = client_as("colleague")
    page = client.open(START)
    skill = first_skill(page)
    typed = fields_of(page) | {f"level-{skill}": "3", f"note-{skill}": "消えては困る", "do": "save"}
    Cycle.objects.filter(pk=part.cycle_id).update(phase=Phase.CLOSED)
    refused = client.send(send(part), typed, status=409, language="en")
    assert "The cycle was closed." in refused
    assert "消えては困る" in refused
    assert not Answer.objects.filter(participant=part).exists()


def test_a_note_too_long_comes_back_whole(part: Participant, client_as: ClientAs) -> None:
    client = client_as("colleague")
    page = client.open(START)
    skill = first_skill(page)
    long = "長" * 1001
    refused = client.send(
        send(part), fields_of(page) | {f"note-{skill}": long, "do": "save"}, status=409, language="en"
    )
    assert "at most 1000 characters" in refused
    assert fields_of(refused)[f"note-{skill}"] == long


def test_signed_out_nothing_typed_is_lost_and_it_waits_for_its_owner_alone(
    office: Office, part: Participant, client_as: ClientAs
) -> None:
    client = client_as("colleague")
    page = client.open(START)
    skill = first_skill(page)
    typed = fields_of(page) | {f"level-{skill}": "3", f"note-{skill}": "セッション切れ前", "do": "save"}
    client.cookies.pop("sessionid")
    kept = client.send(send(part), typed, status=403, language="en")
    assert "You have been signed out; your answers are kept" in kept
    assert "セッション切れ前" in kept
    assert not Answer.objects.filter(participant=part).exists()
    kept_session = client.cookies["sessionid"].value

    client.force_login(office.user("owner"))
    assert "セッション切れ前" not in client.open(START)
    assert "self_assessment_typed" not in client.session

    client.cookies["sessionid"] = kept_session
    client.cookies.pop("sessionid")
    client.send(send(part), typed, status=403)
    client.force_login(office.user("colleague"))
    back = client.open(START, language="en")
    assert "You typed this before your session ended" in back
    assert fields_of(back)[f"note-{skill}"] == "セッション切れ前"
    assert "セッション切れ前" in client.open(START)  # until it is saved
    client.send(send(part), fields_of(back) | {"do": "save"})
    assert Answer.objects.get(participant=part).note == "セッション切れ前"
    assert "You typed this" not in client.open(START, language="en")


def test_a_form_with_an_old_token_comes_back_with_its_answers_and_a_new_one(
    office: Office, part: Participant
) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(office.user("colleague"))
    skill = part.cycle.version.skills.get(order=1).pk
    typed = {f"level-{skill}": "3", f"note-{skill}": "古い画面", f"seen-{skill}": "0..00", "do": "save"}
    client.get(START)
    same = {"Sec-Fetch-Site": "same-origin"}
    kept = client.post(send(part), typed | {"csrfmiddlewaretoken": "x" * 64}, headers=same)
    assert kept.status_code == 403
    page = kept.content.decode()
    assert "古い画面" in page
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    assert token is not None
    again = client.post(send(part), typed | {"csrfmiddlewaretoken": token[1]}, headers=same)
    assert again.status_code == 302
    assert Answer.objects.get(participant=part).note == "古い画面"


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Origin": "https://elsewhere.example"},
        {"Referer": "https://elsewhere.example/"},
        {},
    ],
)
def test_another_site_cannot_put_its_words_into_our_page(
    office: Office, part: Participant, headers: dict[str, str]
) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(office.user("colleague"))
    skill = part.cycle.version.skills.get(order=1).pk
    forged = {f"note-{skill}": "forged words", f"seen-{skill}": "0..00"}
    answer = client.post(send(part), forged, headers=headers)
    assert answer.status_code == 403
    assert b"forged words" not in answer.content


def told(client: PageClient, part: Participant, *answers: dict[str, Any]) -> Any:
    return client.post(
        reverse("skills:self_answers", args=(part.pk,)),
        json.dumps({"answers": answers}),
        content_type="application/json",
    )


def test_the_script_saves_one_answer_in_few_queries(
    part: Participant, client_as: ClientAs, django_assert_num_queries: Any
) -> None:
    client = client_as("colleague")
    skill = part.cycle.version.skills.get(order=0).pk
    told(client, part, {"skill": skill, "level": 1, "note": "", "seen": 0})
    # Session, account, lock, participation with the answer, the answer, the audit trail; and the transaction's marks.
    with django_assert_num_queries(8):
        answer = told(client, part, {"skill": skill, "level": 2, "note": "メモ", "seen": 1})
    assert answer.json() == {
        "state": "saved",
        "answers": [{"skill": skill, "level": 2, "note": "メモ", "seen": 2, "conflict": False}],
    }


def test_the_script_is_told_of_a_conflict_with_what_was_saved(
    office: Office, part: Participant, client_as: ClientAs
) -> None:
    skill = part.cycle.version.skills.get(order=0).pk
    save_answer(
        actor=office.viewer("colleague"), participant_id=part.pk, change=Change(skill, 3, "先に保存", 0)
    )
    answer = told(client_as("colleague"), part, {"skill": skill, "level": 1, "note": "", "seen": 0}).json()
    assert answer["answers"] == [
        {"skill": skill, "level": 3, "note": "先に保存", "seen": 1, "conflict": True}
    ]


def test_the_script_is_told_why_nothing_was_saved(
    office: Office, part: Participant, client_as: ClientAs
) -> None:
    skill = part.cycle.version.skills.get(order=0).pk
    good = {"skill": skill, "level": 1, "note": "", "seen": 0}
    nobody, other, owner = client_as(None), client_as("owner"), client_as("colleague")
    assert (told(nobody, part, good).status_code, told(nobody, part, good).json()["state"]) == (
        401,
        "signed-out",
    )
    assert told(other, part, good).status_code == 403
    assert told(owner, part, good | {"level": 9}).status_code == 422
    Participant.objects.filter(pk=part.pk).update(progress=Progress.HANDED_IN)
    refused = told(owner, part, good)
    assert (refused.status_code, refused.json()["state"]) == (409, "over")
    assert not Answer.objects.filter(participant=part).exists()


@pytest.mark.parametrize(
    "body",
    [
        "",
        "[]",
        "{}",
        '{"answers": []}',
        '{"answers": [{}]}',
        '{"answers": [{"skill": "1", "level": 1, "note": "", "seen": 0}]}',
        '{"answers": [{"skill": 1, "level": true, "note": "", "seen": 0}]}',
        '{"answers": [{"skill": 1, "level": 1, "note": 5, "seen": 0}]}',
        '{"answers": [{"skill": 1, "level": 1, "note": "", "seen": null}]}',
        '{"answers": [{"skill": 1, "level": 1, "note": "", "seen": 0}, {"skill": 1, "level": 2, "note": "", "seen": 0}]}',
    ],
)
def test_a_message_that_is_none_of_ours_is_refused(part: Participant, client_as: ClientAs, body: str) -> None:
    answer = client_as("colleague").post(
        reverse("skills:self_answers", args=(part.pk,)), body, content_type="application/json"
    )
    assert answer.status_code == 400


def test_what_a_database_cannot_hold_is_left_out_of_a_note(part: Participant, client_as: ClientAs) -> None:
    skill = part.cycle.version.skills.get(order=0).pk
    answer = told(
        client_as("colleague"), part, {"skill": skill, "level": 1, "note": "a\x00b\ud800c\r\nd", "seen": 0}
    )
    assert answer.status_code == 200
    assert Answer.objects.get(participant=part).note == "abc\nd"


def test_what_the_supervisor_said_stands_kindly_beside_ones_own_words_and_is_replied_to_once(
    office: Office, cycle: Cycle, client_as: ClientAs
) -> None:
    owner = cycle.participants.get(person=office.person("owner"))
    answer = Answer.objects.filter(participant=owner).select_related("skill", "statement").first()
    assert answer is not None
    theirs = Assessment.objects.create(
        person=owner.person, skill=answer.skill, level=1, stated_on=cycle.opens_on, rater=Rater.SUPERVISOR
    )
    said = Review.objects.create(
        participant=owner,
        skill=answer.skill,
        rater=Rater.SUPERVISOR,
        reviewer=office.user("manager"),
        decision=Decision.DIFFER,
        reason="次の案件で一緒に確かめたい",
        answered=answer.statement,
        statement=theirs,
    )
    client = client_as("owner")
    page = client.open(START, language="en")
    for words in (
        "Your words",
        "江口 実 (the supervisor)",
        "次の案件で一緒に確かめたい",
        "Both statements stay",
    ):
        assert words in page
    assert "Take back" not in page
    reply = reverse("skills:self_reply", args=(said.pk,))
    client.send(reply, {"reply": Reply.ACCEPT, "text": "そうします"})
    after = client.open(START, language="en")
    assert "I can follow that" in after
    assert "Send the reply" not in after
    refused = client.send(reply, {"reply": Reply.KEEP, "text": "やはり"}, status=409, language="en")
    assert "there is one reply" in refused


def test_a_reply_typed_before_the_session_ended_is_there_after_signing_in(
    office: Office, cycle: Cycle, client_as: ClientAs
) -> None:
    owner = cycle.participants.get(person=office.person("owner"))
    answer = Answer.objects.filter(participant=owner).first()
    assert answer is not None
    said = Review.objects.create(
        participant=owner,
        skill=answer.skill,
        rater=Rater.SUPERVISOR,
        reviewer=office.user("manager"),
        decision=Decision.ASK,
        reason="資料はありますか",
    )
    client = client_as(None)
    reply = reverse("skills:self_reply", args=(said.pk,))
    kept = client.send(reply, {"reply": Reply.KEEP, "text": "共有フォルダーにあります"}, status=403)
    assert "共有フォルダーにあります" in kept
    client.force_login(office.user("owner"))
    assert "共有フォルダーにあります" in client.open(START)
    client.send(reply, {"reply": Reply.KEEP, "text": "共有フォルダーにあります"})
    assert Review.objects.get().reply == Reply.KEEP


def test_a_year_that_is_over_stays_readable(office: Office, cycle: Cycle, client_as: ClientAs) -> None:
    Cycle.objects.filter(pk=cycle.pk).update(phase=Phase.CLOSED)
    page = client_as("owner").open(reverse("skills:self_cycle", args=(cycle.public_id,)), language="en")
    assert "Your answers" in page
    assert page.find_all("button", name="do") == []


def test_whoever_is_in_no_cycle_is_told_so(cycle: Cycle, client_as: ClientAs) -> None:
    assert "Nothing is asked of you now" in client_as("stranger").open(START, language="en")


def test_one_question_has_a_page_of_its_own_for_those_without_a_script(
    part: Participant, client_as: ClientAs
) -> None:
    client = client_as("colleague")
    url = reverse("skills:self_question", args=(part.pk, "network"))
    page = client.open(url)
    skill = first_skill(page)
    client.send(send(part), fields_of(page) | {f"level-{skill}": "1", "do": "save"})
    assert Answer.objects.get(participant=part).skill.key == "network"
    client.open(reverse("skills:self_question", args=(part.pk, "no-such-skill")), status=404)

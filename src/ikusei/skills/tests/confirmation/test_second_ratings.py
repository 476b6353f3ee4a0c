"""A second rater: called by a steward for one skill, sees that skill alone, speaks once, and is gone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from ikusei.accounts.models import User
from ikusei.notices.models import Letter
from ikusei.org.access import NotVisible
from ikusei.skills.models import Cycle, HeldLevel, Phase, Rater, SecondRating
from ikusei.skills.services import confirming
from ikusei.skills.services import second_ratings as service
from ikusei.skills.tests.confirmation.cast import answers, participant
from tests.office import Office
from tests.page_client import PageClient
from tests.settings import TODAY

type ClientAs = Callable[[object], PageClient]
DUE = TODAY + timedelta(days=14)


def call(office: Office, cycle: Cycle, rater: str = "colleague", order: int = 1) -> SecondRating:
    row = participant(cycle, office)
    return service.call_second_rater(
        actor=office.viewer("steward"),
        participant_id=row.pk,
        skill_id=answers(row)[order].skill_id,
        rater=office.user(rater),
        reason="見方が異なるため",
        due_on=DUE,
    )


@pytest.fixture
def disputed(office: Office, cycle: Cycle) -> Cycle:
    """The manager sees the owner's second skill a level lower."""
    row = participant(cycle, office)
    second = answers(row)[1]
    confirming.differ(
        actor=office.viewer("manager"), participant_id=row.pk, skill_id=second.skill_id,
        seen=second.statement_id or 0, level=2, reason="支援を受けていた",
    )  # fmt: skip
    return cycle


def test_the_second_rater_s_level_counts_before_the_supervisor_s_and_all_statements_stay(
    office: Office, disputed: Cycle
) -> None:
    rating = call(office, disputed)
    service.give_second_rating(
        actor=office.viewer("colleague"), public_id=rating.public_id, level=3, reason="成果物を見ました"
    )
    rating.refresh_from_db()
    assert rating.statement is not None
    assert (rating.statement.rater, rating.statement.level, rating.ended_at is None) == (
        Rater.SECOND,
        3,
        False,
    )
    held = HeldLevel.objects.on(TODAY).get(person=office.person("owner"), skill=rating.skill)
    assert held.assessment == rating.statement
    assert rating.skill.assessments.filter(cycle=disputed).count() == 3


def test_a_rating_sent_twice_is_one_and_a_later_one_is_refused(office: Office, disputed: Cycle) -> None:
    rating = call(office, disputed)
    colleague = office.viewer("colleague")
    for _time in range(2):
        service.give_second_rating(actor=colleague, public_id=rating.public_id, level=3, reason="見ました")
    assert rating.skill.assessments.filter(rater=Rater.SECOND).count() == 1
    with pytest.raises(service.RatingRefused):
        service.give_second_rating(actor=colleague, public_id=rating.public_id, level=1, reason="見ました")


@pytest.mark.parametrize("key", ["owner", "manager", "stranger", "steward"])
def test_only_the_called_rater_gives_it(office: Office, disputed: Cycle, key: str) -> None:
    rating = call(office, disputed)
    with pytest.raises(NotVisible):
        service.give_second_rating(
            actor=office.viewer(key), public_id=rating.public_id, level=3, reason="見ました"
        )


@pytest.mark.parametrize("rater", ["owner", "manager"])
def test_neither_the_person_nor_the_first_rater_is_called(
    office: Office, disputed: Cycle, rater: str
) -> None:
    with pytest.raises(service.RaterRefused):
        call(office, disputed, rater)


def test_an_account_without_a_person_or_by_code_only_is_not_called(office: Office, disputed: Cycle) -> None:
    for user in (
        User.objects.create_user(email="nobody@example.test", password=None, label="無人"),
        User.objects.create_user(email="host@example.test", password=None, label="派遣先", code_only=True),
    ):
        row = participant(disputed, office)
        with pytest.raises(service.RaterRefused):
            service.call_second_rater(
                actor=office.viewer("steward"), participant_id=row.pk, skill_id=answers(row)[1].skill_id,
                rater=user, reason="見方が異なるため", due_on=DUE,
            )  # fmt: skip


@pytest.mark.parametrize("key", ["manager", "planner", "owner", "host_supervisor"])
def test_only_a_steward_calls(office: Office, disputed: Cycle, key: str) -> None:
    row = participant(disputed, office)
    with pytest.raises(PermissionDenied):
        service.call_second_rater(
            actor=office.viewer(key), participant_id=row.pk, skill_id=answers(row)[1].skill_id,
            rater=office.user("colleague"), reason="見方が異なるため", due_on=DUE,
        )  # fmt: skip


@pytest.mark.parametrize(
    ("reason", "days", "phase"),
    [("", 1, Phase.SELF), ("見方が異なる", -1, Phase.SELF), ("見方が異なる", 1, Phase.CLOSED)],
)
def test_a_call_needs_a_reason_a_day_to_come_and_an_open_cycle(
    office: Office, disputed: Cycle, reason: str, days: int, phase: Phase
) -> None:
    Cycle.objects.update(phase=phase)
    row = participant(disputed, office)
    with pytest.raises(service.RatingRefused):
        service.call_second_rater(
            actor=office.viewer("steward"), participant_id=row.pk, skill_id=answers(row)[1].skill_id,
            rater=office.user("colleague"), reason=reason, due_on=TODAY + timedelta(days=days),
        )  # fmt: skip


def test_the_rater_sees_this_one_skill_until_they_have_spoken(
    office: Office, disputed: Cycle, client_as: ClientAs
) -> None:
    rating = call(office, disputed)
    client = client_as("colleague")
    where = f"/second-ratings/{rating.public_id}/"
    page = client.open(where)
    assert "支援を受けていた" in page
    others = [one.skill.name for one in answers(participant(disputed, office)) if one.skill != rating.skill]
    assert not any(name in page for name in others)
    assert rating.skill.name in client.open("/second-ratings/")
    assert "理由を書いてください" in client.send(where, {"level": "3", "reason": ""}, status=400)
    kept = client.send(where, {"level": "", "reason": "書きかけ"}, status=400)
    assert "書きかけ" in kept
    client.send(where, {"level": "3", "reason": "成果物を見ました"})
    client.open(where, status=404)
    assert "青木 花" not in client.open("/second-ratings/")


@pytest.mark.parametrize("key", ["owner", "manager", "steward", "stranger"])
def test_the_page_is_not_there_for_others(
    office: Office, disputed: Cycle, client_as: ClientAs, key: str
) -> None:
    rating = call(office, disputed)
    client_as(key).open(f"/second-ratings/{rating.public_id}/", status=404)


def test_a_steward_calls_on_the_page_and_the_rater_is_told_once_without_levels(
    office: Office, disputed: Cycle, client_as: ClientAs
) -> None:
    client = client_as("steward")
    where = f"/cycles/{disputed.public_id}/people/{office.person('owner').public_id}/second-rating/"
    skill = answers(participant(disputed, office))[1].skill
    assert client.open(where).find_all("option")[0].get("value") == str(skill.pk)  # the disputed one first
    data = {
        "skill": skill.pk,
        "rater": "S-colleague",
        "reason": "見方が異なるため",
        "due_on": DUE.isoformat(),
    }
    client.send(where, data)
    client.send(where, data)
    assert SecondRating.objects.count() == 1
    (letter,) = Letter.objects.all()
    assert letter.address == "colleague@example.test"
    assert skill.name not in str(letter.context)
    assert "井上 蓮" in client.open(where)
    assert "この方" in client.send(where, data | {"rater": "S-manager"}, status=200)
    client.send(f"/second-ratings/{SecondRating.objects.get().public_id}/withdraw/")
    client_as("colleague").open(f"/second-ratings/{SecondRating.objects.get().public_id}/", status=404)


def test_a_cycle_closed_meanwhile_keeps_the_rater_s_text(
    office: Office, disputed: Cycle, client_as: ClientAs
) -> None:
    rating = call(office, disputed)
    Cycle.objects.update(phase=Phase.CLOSED)
    page = client_as("colleague").send(
        f"/second-ratings/{rating.public_id}/", {"level": "3", "reason": "成果物を見ました"}, status=400
    )
    assert "成果物を見ました" in page
    assert not rating.skill.assessments.filter(rater=Rater.SECOND).exists()


def test_a_rating_ended_while_the_rater_types_keeps_the_text_and_shows_nothing_of_the_person(
    office: Office, disputed: Cycle, client_as: ClientAs
) -> None:
    rating = call(office, disputed)
    service.withdraw_second_rating(actor=office.viewer("steward"), public_id=rating.public_id)
    page = client_as("colleague").send(
        f"/second-ratings/{rating.public_id}/", {"level": "3", "reason": "成果物を見ました"}, status=409
    )
    assert "成果物を見ました" in page
    assert office.person("owner").name not in page
    client_as("colleague").get(f"/second-ratings/{rating.public_id}/", status=404)


def test_the_person_reads_on_their_page_who_was_asked_and_what_they_said(
    office: Office, disputed: Cycle, client_as: ClientAs
) -> None:
    rating = call(office, disputed)
    client = client_as("owner")
    assert "井上 蓮さんに" in client.open("/self-assessment/")
    service.give_second_rating(
        actor=office.viewer("colleague"), public_id=rating.public_id, level=4, reason="成果物を見ました"
    )
    page = client.open("/self-assessment/")
    assert "成果物を見ました" in page
    assert "第二評価を依頼しています" not in page

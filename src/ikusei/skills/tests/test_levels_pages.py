"""What is behind a level, the rule's page, and other terms."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.utils import translation

from ikusei.jobs import services as jobs
from ikusei.org.errors import RuleBroken
from ikusei.skills.deriving import Terms
from ikusei.skills.models import (
    Assessment,
    Cycle,
    EvidenceGrade,
    HeldLevel,
    LevelRule,
    Rater,
    Retraction,
    Skill,
)
from ikusei.skills.queries.level_rules import preview_terms
from ikusei.skills.queries.levels import behind
from ikusei.skills.services.level_rules import publish_rule
from ikusei.skills.services.levels import add_statements
from tests.office import Office

TODAY = date(2026, 4, 15)


def say(office: Office, version: Any, order: int, level: int, day: date, rater: Rater, **more: Any) -> Skill:
    skill: Skill = version.skills.order_by("order")[order]
    add_statements(
        [
            Assessment(
                person=office.person("owner"), skill=skill, level=level, stated_on=day, rater=rater, **more
            )
        ]
    )
    return skill


def test_the_sentence_names_who_confirmed_and_what_the_person_said_themselves(
    office: Office, cycle: Cycle, client_as: Callable[..., Any]
) -> None:
    skill = cycle.version.skills.order_by("order")[1]
    page = client_as("owner").get(f"/map/{skill.key}/", headers={"accept-language": "en"})
    text = page.content.decode()
    assert "Level 2, because Minoru Eguchi confirmed it on 1 November 2025" in text
    assert "You said level 3 on 10 April 2026; both statements stay side by side." in text
    assert (
        text.count("said__one")
        == Assessment.objects.filter(person=office.person("owner"), skill=skill).count()
    )


def test_whoever_saw_it_differently_has_not_confirmed_it(office: Office, skill_map: Any) -> None:
    skill = say(office, skill_map, 0, 1, date(2026, 4, 1), Rater.SUPERVISOR, reason="支援を受けていた")
    with translation.override("en"):
        sentence = behind(office.person("owner"), skill.key, on=TODAY, is_own=True).sentences[0]
    assert "assessed it so on 1 April 2026" in sentence
    assert "confirmed" not in sentence


def test_a_certificate_that_lifts_and_one_that_ran_out_are_told(office: Office, skill_map: Any) -> None:
    skill = say(
        office, skill_map, 0, 4, date(2025, 6, 1), Rater.EXAMINER,
        evidence=EvidenceGrade.EXAMINED, expires_on=date(2026, 5, 1),
    )  # fmt: skip
    lifted = behind(office.person("owner"), skill.key, on=TODAY, is_own=True)
    assert (lifted.level, lifted.standing and lifted.standing.lifted) == (4, True)
    after = behind(office.person("owner"), skill.key, on=date(2026, 5, 1), is_own=True)
    assert after.level == 2
    assert any("4" in sentence for sentence in after.sentences)
    assert len(after.statements) == 5


def test_a_statement_that_was_taken_back_is_shown_and_does_not_count(office: Office, skill_map: Any) -> None:
    skill = say(office, skill_map, 0, 4, date(2026, 3, 1), Rater.SUPERVISOR)
    wrong = Assessment.objects.get(skill=skill, level=4)
    Retraction.objects.create(assessment=wrong, reason="人違い")
    found = behind(office.person("owner"), skill.key, on=TODAY, is_own=True)
    assert found.level == 2
    (shown,) = [said for said in found.statements if said.level == 4]
    assert (shown.counts, "人違い" in shown.verdict) == (False, True)


def test_a_skill_that_is_not_in_use_and_a_person_out_of_reach_are_not_found(
    office: Office, skill_map: Any, client_as: Callable[..., Any]
) -> None:
    assert client_as("owner").get("/map/no-such-skill/").status_code == 404
    path = f"/people/{office.person('stranger').public_id}/map/reform/"
    assert client_as("manager").get(path).status_code == 404


def test_the_statements_behind_a_level_cost_the_same_number_of_queries_however_many(
    office: Office, skill_map: Any, client_as: Callable[..., Any], django_assert_max_num_queries: Any
) -> None:
    for year in range(2000, 2020):
        say(office, skill_map, 0, 1, date(year, 1, 1), Rater.SUPERVISOR)
    skill = skill_map.skills.order_by("order")[0]
    client = client_as("owner")
    client.get(f"/map/{skill.key}/")  # each process reads a published version once
    with django_assert_max_num_queries(8):
        assert client.get(f"/map/{skill.key}/").status_code == 200


def test_other_terms_are_previewed_and_nothing_is_written(office: Office, skill_map: Any) -> None:
    skill = say(
        office, skill_map, 0, 4, date(2025, 6, 1), Rater.EXAMINER,
        evidence=EvidenceGrade.EXAMINED, expires_on=date(2026, 5, 1),
    )  # fmt: skip
    before = list(HeldLevel.objects.values_list())
    preview = preview_terms(office.viewer("steward"), Terms(certificates=False))
    assert (preview.down, preview.up, preview.people) == (1, 0, 1)
    (example,) = preview.examples
    assert (example.person, example.before, example.after) == (office.person("owner"), 4, 2)
    assert example.skill == skill.name
    assert list(HeldLevel.objects.values_list()) == before
    assert preview_terms(office.viewer("steward"), Terms()).changes_nothing


def test_publishing_derives_every_level_anew_and_is_on_record(office: Office, skill_map: Any) -> None:
    skill = say(
        office, skill_map, 0, 4, date(2025, 6, 1), Rater.EXAMINER,
        evidence=EvidenceGrade.EXAMINED, expires_on=date(2026, 5, 1),
    )  # fmt: skip
    publish_rule(
        actor=office.viewer("steward"),
        terms=Terms(certificates=False),
        reason="証明書は面談で確認する",
        seen=1,
    )
    jobs.run_waiting()
    held = HeldLevel.objects.on(TODAY).get(person=office.person("owner"), skill=skill)
    assert held.level == 2
    assert LevelRule.objects.get().number == 2


@pytest.mark.parametrize(
    ("terms", "reason", "seen"),
    [(Terms(shares=False), " ", 1), (Terms(shares=False), "理由", 7), (Terms(), "理由", 1)],
    ids=["no reason", "another was published meanwhile", "changes nothing"],
)
def test_a_rule_is_refused_with_a_sentence(
    office: Office, skill_map: Any, terms: Terms, reason: str, seen: int
) -> None:
    with pytest.raises(RuleBroken):
        publish_rule(actor=office.viewer("steward"), terms=terms, reason=reason, seen=seen)
    assert not LevelRule.objects.exists()


def test_the_steward_sees_what_would_change_before_publishing(
    office: Office, skill_map: Any, client_as: Callable[..., Any]
) -> None:
    client = client_as("steward")
    form = {"shares": "on", "certificates": "on", "stale_2": "3", "reason": "試行", "seen": "1"}
    shown = client.post("/level-rule/change/", form | {"preview": "1"})
    assert shown.status_code == 200
    assert "publish" in shown.content.decode()
    assert not LevelRule.objects.exists()
    done = client.post("/level-rule/change/", form | {"publish": "1"})
    assert done.status_code == 302
    assert LevelRule.objects.get().terms["stale_months"] == {"2": 3}
    assert "試行" in client.get("/level-rule/").content.decode()


def test_a_stale_level_is_marked_on_the_map(
    office: Office, skill_map: Any, client_as: Callable[..., Any]
) -> None:
    page = client_as("owner").get("/map/?on=2026-04-15", headers={"accept-language": "en"})
    assert "Said long ago" not in page.content.decode()
    HeldLevel.objects.update(stale_on=date(2026, 4, 1))
    page = client_as("owner").get("/map/?on=2026-04-15", headers={"accept-language": "en"})
    assert "Said long ago: have it confirmed again." in page.content.decode()
